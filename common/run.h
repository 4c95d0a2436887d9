/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - one target: route, probe all hosts in threads, join. */
#ifndef RUN_H
#define RUN_H

#include "err.h"
#include "facts.h"
#include "plan.h"

struct hostcache;
struct run_shared;

/*
 * What every target needs, made once, in p: TLS, trust store, resolver, revocation.  cache: the hosts that targets
 * share; NULL for one target.  NULL with a sentence in e is our own fault before any network: an unreadable CA
 * or key file.
 * From its return on the process has given up what it does not need (run_sandbox.h).
 */
struct run_shared *run_open(struct pool *p, const struct plan *plan, struct hostcache *cache,
    struct err *e);
void run_close(struct run_shared *s);	/* NULL is fine */

/* Run the plan against its target by plan->deadline.  The target's faults are in facts; run_free() is due. */
void run_one(struct run_facts *facts, const struct plan *plan, const struct run_shared *s);

/* The same for the only target of a process, or for --lint, with all it needs.  -1 as run_open(). */
int run_target(struct run_facts *facts, const struct plan *plan, struct err *e);
void run_free(struct run_facts *facts);

#endif
