/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy.h - what a mail domain publishes of MTA-STS (RFC 8461) and TLS-RPT (RFC 8460): its two TXT records, and
 * the policy, fetched when exactly one valid record asks for it.
 */
#ifndef POLICY_H
#define POLICY_H

#include "dns.h"
#include "err.h"
#include "facts.h"
#include "plan.h"
#include "store.h"

struct policy_env {
	const struct plan *plan;	/* families, source address, deadline */
	struct dns *dns;
	const struct cert_store *store;
	const char *domain;		/* A-labels */
	int64_t wall;			/* seconds since the epoch */
};

/*
 * Look up, fetch (POLICY_FETCH seconds at most) and read, by the plan's deadline.  Everything in p, which belongs to
 * the calling thread.  -1: our own fault, with mtasts NOT_TESTED.
 */
int policy_find(struct mtasts_facts *mtasts, struct tlsrpt_facts *tlsrpt, struct pool *p,
    const struct policy_env *env, struct err *e);

#endif
