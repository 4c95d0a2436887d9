/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tape.h - what went over the wire to one host, recorded when a format asks for it.  Belongs to one thread.
 * Bounded: bytes and messages beyond the limits are counted, not kept.
 */
#ifndef TAPE_H
#define TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "plan.h"

#define TAPE_BYTES (256 * 1024)	/* a reply has 200 KB at most (reply.h), a whole conversation mostly 10 */
#define TAPE_EVENTS 512		/* handshakes have under 20 messages; a server may send more after them */

/* Starts zeroed but for pool, began and kind. */
struct tape {
	struct pool *pool;	/* what is recorded lives here */
	int64_t began;		/* tick: times are counted from here */
	enum tape_kind kind;
	struct wire_facts facts;
	size_t kept;		/* bytes of all packets */
	size_t room;		/* of the last packet's bytes */
	int64_t last_us;	/* when it grew */
};

/*
 * Bytes sent or received, in the clear or (tls) as or inside TLS records.  What follows in the same direction at
 * once belongs to the same packet: TLS reads a record in two parts.  t NULL is fine.
 */
void tape_packet(struct tape *t, bool sent, bool tls, const void *bytes, size_t n);

/* A message of the TLS handshake, an alert, a change of cipher; name must outlive the tape.  t NULL is fine. */
void tape_event(struct tape *t, bool sent, const char *name, size_t length);

/* Put shown in the place of secret ("": nothing) in all that was recorded, whoever said it. */
void tape_hide(struct tape *t, const char *secret, const char *shown);

#endif
