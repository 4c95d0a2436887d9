/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dns_unbound.h - questions to libunbound: answers validated in this process, or fetched without a
 * resolver.  Loaded by the first dns_unbound_new() and not before.  All but new and free may be called
 * by several threads at once.
 */
#ifndef DNS_UNBOUND_H
#define DNS_UNBOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns.h"
#include "dns_anchor.h"
#include "err.h"
#include "plan.h"
#include "pool.h"
#include "sandbox.h"

#define DNS_UNBOUND_LATE "timed out"	/* the answer's why when it did not come in time */

struct dns_unbound;
struct dns_unbound_batch;

struct dns_unbound_setup {
	const struct server *forward;	/* resolvers to ask; none: each zone's own servers, from the root on */
	size_t nforward;
	const struct dns_anchor *anchor;	/* NULL: validate nothing, every answer is insecure */
	const char *zone;		/* ask stub for this zone, and no other; NULL: none */
	const struct server *stub;
	size_t nstub;
};

/* Keep in s what the next one needs. */
void dns_unbound_keep(struct sandbox *s);

/* NULL with ERR_SYSTEM in e: no libunbound, or one that does not take the setup. */
struct dns_unbound *dns_unbound_new(const struct dns_unbound_setup *setup, struct err *e);

/* No thread may be waiting.  Ends what is still being asked.  NULL is fine. */
void dns_unbound_free(struct dns_unbound *u);

/* Start to ask n questions, which must stay until dns_unbound_finish(). */
struct dns_unbound_batch *dns_unbound_start(struct dns_unbound *u, struct dns_question *q,
    size_t n);

/* Wait for all answers until the deadline.  False: some are missing. */
bool dns_unbound_wait(struct dns_unbound *u, struct dns_unbound_batch *b, int64_t deadline);

/* Is there an answer to question i by now? */
bool dns_unbound_has(struct dns_unbound *u, const struct dns_unbound_batch *b, size_t i);

/*
 * Fill in all answers, in p; one that has not come is ERROR, timed out.  A bogus one has no records.
 * b is gone then.
 */
void dns_unbound_finish(struct dns_unbound *u, struct dns_unbound_batch *b, struct pool *p);

#endif
