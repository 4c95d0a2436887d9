// SPDX-License-Identifier: GPL-3.0-or-later
/* out_debug.c - bytes as hex and ASCII, and the format that shows nothing else. */
#include <string.h>

#include "out_parts.h"

#define ROW 16	/* bytes in a line */

/* "  0010  45 48 4c 4f 20 ...  |EHLO ...|" */
static void
add_row(struct text *t, const uint8_t *bytes, size_t at, size_t n)
{
	char hex[ROW * 3 + 2] = "", ascii[ROW + 1] = "";
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		static const char digits[] = "0123456789abcdef";

		if (i == ROW / 2)
			hex[len++] = ' ';
		hex[len++] = digits[bytes[i] >> 4];
		hex[len++] = digits[bytes[i] & 15];
		hex[len++] = ' ';
		ascii[i] = (char)(bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '.');
	}
	text_add(t, "  %04zx  %-*s |%s|\n", at, ROW * 3 + 1, hex, ascii);
}

void
out_add_packets(struct text *t, const struct out *o, const struct wire_facts *wire)
{
	for (size_t i = 0; i < wire->npackets; i++) {
		const struct packet *packet = &wire->packet[i];

		out_add_time(t, packet->at_us);
		text_add(t, "%s%s\n", out_arrow(packet->sent, packet->tls),
		    out_count(o->p, (long long)packet->len, "byte", "bytes"));
		for (size_t at = 0; at < packet->len; at += ROW)
			add_row(t, packet->bytes + at, at,
			    packet->len - at < ROW ? packet->len - at : ROW);
	}
	if (wire->left_out > 0)
		text_add(t, "%zu bytes more are not shown\n", wire->left_out);
}

void
out_add_bytes(struct text *t, const struct out *o, const struct host *h)
{
	out_add_host(t, o, h);
	out_add_packets(t, o, &h->wire);
	if (h->why != NULL && h->step[STEP_ANSWER].state != STEP_OK)
		text_add(t, "No connection: %s\n", h->why);
}

const char *
out_debug(const struct out *o)
{
	struct text t = { .p = o->p };

	for (size_t i = 0; i < o->facts->nhosts; i++)
		if (o->facts->hosts[i].told == 0)
			out_add_bytes(&t, o, &o->facts->hosts[i]);
	if (o->facts->nhosts == 0)
		text_add(&t, "\nNo connection: %s\n",
		    o->facts->dns_why != NULL ? o->facts->dns_why : out_no_cf(o));
	return t.len == 0 ? "" : text_get(&t) + 1; /* no empty line on top */
}
