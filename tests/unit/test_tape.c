// SPDX-License-Identifier: GPL-3.0-or-later
/* test_tape.c - what is recorded of the wire stays in order and within bounds. */
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"
#include "tape.h"
#include "tick.h"

static void
tape_start(struct tape *t)
{
	*t = (struct tape){ .pool = pool_new(), .began = tick_now(), .kind = TAPE_WIRE };
}

static void
test_packets(void)
{
	const struct packet *packet;
	struct tape t;

	tape_start(&t);
	tape_packet(&t, false, false, "220 mx", 6);
	tape_packet(&t, false, false, "\r\n", 2);
	tape_packet(&t, true, false, "", 0);
	tape_packet(&t, true, false, "EHLO", 4);
	tape_packet(&t, true, true, "\x16\x03", 2);
	usleep(15000);
	tape_packet(&t, true, true, "\x14", 1);
	packet = t.facts.packet;
	tap_ok(t.facts.npackets == 4, "packets: by direction, encryption, and time");
	tap_ok(packet[0].len == 8 && memcmp(packet[0].bytes, "220 mx\r\n", 8) == 0 &&
		!packet[0].sent,
	    "packets: what comes at once is one");
	tap_ok(packet[1].len == 4 && packet[1].sent && !packet[1].tls,
	    "packets: nothing is no packet");
	tap_ok(packet[2].tls && packet[3].tls && packet[3].len == 1, "packets: TLS");
	tap_ok(packet[3].at_us >= packet[2].at_us + 10000, "packets: times");
	tap_ok(t.facts.left_out == 0, "packets: nothing left out");
	tape_packet(NULL, true, false, "x", 1);
	tape_event(NULL, true, "x", 1);
	pool_free(t.pool);
}

/* A server that sends for ever, byte by byte or all at once. */
static void
test_bounds(void)
{
	char *much = calloc(1, TAPE_BYTES);
	size_t sum = 0;
	struct tape t;

	tape_start(&t);
	for (size_t i = 0; i < TAPE_BYTES + 100; i++)
		tape_packet(&t, i % 3 == 0, false, "x", 1);
	for (size_t i = 0; i < t.facts.npackets; i++)
		sum += t.facts.packet[i].len;
	tap_ok(sum == TAPE_BYTES, "bounds: all that there is room for");
	tap_ok(t.facts.left_out == 100, "bounds: the rest is counted");
	pool_free(t.pool);

	tape_start(&t);
	tape_packet(&t, false, false, "x", 1);
	tape_packet(&t, false, false, much, TAPE_BYTES);
	tap_ok(t.facts.packet[0].len == 1 && t.facts.left_out == TAPE_BYTES,
	    "bounds: too much at once");
	pool_free(t.pool);
	free(much);

	tape_start(&t);
	for (int i = 0; i < TAPE_EVENTS + 7; i++)
		tape_event(&t, i % 2 == 0, "NewSessionTicket", 9);
	tap_ok(t.facts.nevents == TAPE_EVENTS && t.facts.events_left_out == 7, "bounds: messages");
	tap_ok(t.facts.event[0].sent && !t.facts.event[1].sent, "messages: direction");
	pool_free(t.pool);
}

static void
test_hide(void)
{
	const struct packet *packet;
	struct tape t;

	tape_start(&t);
	tape_packet(&t, true, true, "AUTH PLAIN c2VjcmV0\r\n", 21);
	tape_packet(&t, false, true, "535 c2VjcmV0c2VjcmV0 c2VjcmV", 28);
	tape_packet(&t, true, true, "QUIT\r\n", 6);
	tape_hide(&t, "", "***");
	tape_hide(&t, "c2VjcmV0", "***");
	packet = t.facts.packet;
	tap_ok(packet[0].len == 16 && memcmp(packet[0].bytes, "AUTH PLAIN ***\r\n", 16) == 0,
	    "hide: what we say");
	tap_ok(packet[1].len == 18 && memcmp(packet[1].bytes, "535 ****** c2VjcmV", 18) == 0,
	    "hide: an echo, twice");
	tap_ok(packet[2].len == 6 && memcmp(packet[2].bytes, "QUIT\r\n", 6) == 0,
	    "hide: nothing else");
	tape_hide(&t, "QUIT\r\n", "QUIT QUIT");
	tap_ok(t.facts.packet[2].len == 9, "hide: at the end, by more");
	pool_free(t.pool);
}

int
main(void)
{
	test_hide();
	test_packets();
	test_bounds();
	return tap_end();
}
