// SPDX-License-Identifier: GPL-3.0-or-later
/* tape.c - what went over the wire to one host, recorded when a format asks for it. */
#include <string.h>

#include "tape.h"
#include "tick.h"

#define AT_ONCE (10 * TICK_MS) /* parts of one packet come closer together than this */

static struct packet *
packet_for(struct tape *t, bool sent, bool tls, int64_t now)
{
	struct wire_facts *facts = &t->facts;
	struct packet *last = facts->npackets > 0 ? &facts->packet[facts->npackets - 1] : NULL;

	if (last != NULL && last->sent == sent && last->tls == tls && now - t->last_us < AT_ONCE)
		return last;
	facts->packet = pool_grow(t->pool, facts->packet, facts->npackets, sizeof(*last));
	last = &facts->packet[facts->npackets++];
	*last = (struct packet){ .at_us = now, .sent = sent, .tls = tls };
	t->room = 0;
	return last;
}

void
tape_packet(struct tape *t, bool sent, bool tls, const void *bytes, size_t n)
{
	struct packet *packet;
	int64_t now;

	if (t == NULL || n == 0)
		return;
	if (t->kept + n > TAPE_BYTES) {
		t->facts.left_out += n;
		return;
	}
	now = tick_now() - t->began;
	packet = packet_for(t, sent, tls, now);
	if (packet->len + n > t->room) {
		uint8_t *to = pool_alloc(t->pool, t->room = (packet->len + n) * 2);

		if (packet->len > 0) {
			memcpy(to, packet->bytes, packet->len);
			/* it may hold what is hidden later on */
			explicit_bzero(packet->bytes, packet->len);
		}
		packet->bytes = to;
	}
	memcpy(packet->bytes + packet->len, bytes, n);
	packet->len += n;
	t->kept += n;
	t->last_us = now;
}

void
tape_event(struct tape *t, bool sent, const char *name, size_t length)
{
	struct wire_facts *facts;

	if (t == NULL)
		return;
	facts = &t->facts;
	if (facts->nevents == TAPE_EVENTS) {
		facts->events_left_out++;
		return;
	}
	facts->event = pool_grow(t->pool, facts->event, facts->nevents, sizeof(*facts->event));
	facts->event[facts->nevents++] = (struct tls_event){ tick_now() - t->began, sent, name,
		length };
}

/* The packet without what is secret in n bytes at found. */
static void
hide_at(struct tape *t, struct packet *packet, const uint8_t *found, size_t n, const char *shown)
{
	size_t before = (size_t)(found - packet->bytes), after = packet->len - before - n;
	const uint8_t *mask = (const uint8_t *)shown;
	size_t len = strlen(shown);
	uint8_t *to = pool_alloc(t->pool, before + len + after + 1);

	memcpy(to, packet->bytes, before);
	memcpy(to + before, mask, len);
	memcpy(to + before + len, found + n, after);
	explicit_bzero(packet->bytes, packet->len);
	packet->bytes = to;
	packet->len = before + len + after;
}

void
tape_hide(struct tape *t, const char *secret, const char *shown)
{
	size_t n = strlen(secret);

	for (size_t i = 0; i < t->facts.npackets && n > 0; i++) {
		struct packet *packet = &t->facts.packet[i];
		size_t from = 0;
		const uint8_t *found;

		while (from < packet->len &&
		    (found = memmem(packet->bytes + from, packet->len - from, secret, n)) != NULL) {
			from = (size_t)(found - packet->bytes) + strlen(shown);
			hide_at(t, packet, found, n, shown);
		}
	}
}
