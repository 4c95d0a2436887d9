// SPDX-License-Identifier: GPL-3.0-or-later
/* out_session.c - a TLS session for people: what was offered and taken, the handshake, what went inside. */
#include <string.h>

#include "out_parts.h"

static size_t
tickets(const struct wire_facts *wire)
{
	size_t n = 0;

	for (size_t i = 0; i < wire->nevents; i++)
		n += !wire->event[i].sent && strcmp(wire->event[i].name, "NewSessionTicket") == 0;
	return n;
}

static const char *
or_none(const char *s)
{
	return s != NULL ? s : "none";
}

static void
add_taken(struct text *t, const struct out *o, const struct tls_facts *tls)
{
	text_add(t, "  version: %s\n", proto_name(tls->proto));
	text_add(t, "  cipher: %s, %d bits, %s forward secrecy, %s AEAD\n", tls->cipher, tls->bits,
	    tls->forward_secrecy ? "with" : "without", tls->aead ? "with" : "without");
	if (tls->dh_bits > 0)
		text_add(t, "  group: finite field, %d bits\n", tls->dh_bits);
	else
		text_add(t, "  group: %s\n", or_none(tls->group));
	text_add(t, "  signature: %s\n", or_none(tls->peer_signature));
	text_add(t, "  secure renegotiation: %s\n", tls->secure_renegotiation ? "yes" : "no");
	text_add(t, "  OCSP staple: %s\n", tls->staple == NULL ? "none" :
	    pool_printf(o->p, "%zu bytes", tls->staple_len));
	text_add(t, "  handshake: %.1f ms\n", out_tenth((double)tls->handshake_us / 1e3));
}

static void
add_offer(struct text *t, const struct tls_offer *offer)
{
	text_add(t, "  versions offered: %s\n", or_none(offer->versions));
	text_add(t, "  suites offered: %zu\n", offer->suites);
	text_add(t, "  groups offered: %s\n", or_none(offer->groups));
	text_add(t, "  signatures offered: %s\n", or_none(offer->signatures));
	text_add(t, "  server name sent: %s\n", or_none(offer->name));
	text_add(t, "  ALPN: %s\n", offer->alpn != NULL ? offer->alpn : "none offered");
}

static void
add_handshake(struct text *t, const struct out *o, const struct wire_facts *wire)
{
	text_add(t, "TLS handshake:\n");
	for (size_t i = 0; i < wire->nevents; i++) {
		const struct tls_event *event = &wire->event[i];

		out_add_time(t, event->at_us);
		text_add(t, "%s%s, %s\n", out_arrow(event->sent, false), event->name,
		    out_count(o->p, (long long)event->length, "byte", "bytes"));
	}
	if (wire->events_left_out > 0)
		text_add(t, "%zu more messages are not shown\n", wire->events_left_out);
}

void
out_add_session(struct text *t, const struct out *o, const struct host *h)
{
	const struct wire_facts *wire = &h->wire;

	if (wire->nevents == 0)
		return;
	text_add(t, "TLS session:%s\n", h->tls.proto == PROTO_NONE ? " none" : "");
	if (h->tls.proto != PROTO_NONE)
		add_taken(t, o, &h->tls);
	add_offer(t, &wire->offer);
	if (h->tls.proto != PROTO_NONE)
		text_add(t, "  resumption: %s, %s from the server\n",
		    wire->offer.resumption ? "an earlier session was offered" : "a new session",
		    out_count(o->p, (long long)tickets(wire), "ticket", "tickets"));
	add_handshake(t, o, wire);
	if (wire->npackets > 0)
		text_add(t, "Decrypted traffic:\n");
	out_add_packets(t, o, wire);
}
