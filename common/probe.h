/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe.h - the ordered steps against one address (cli.md, "Steps"; situations.md). */
#ifndef PROBE_H
#define PROBE_H

#include "cert.h"
#include "facts.h"
#include "plan.h"
#include "revoke.h"
#include "tls.h"

/* What all probes of a run share, read-only. */
struct probe_env {
	const struct plan *plan;
	const struct tls_ctx *tls;
	const struct cert_store *store;
	struct revoke *revoke;	/* NULL: not asked; not read-only, but made to be shared */
	const char *domain;	/* mail domain, NULL: none */
	const char *expanded;	/* what its CNAMEs lead to, NULL: none */
	bool half_dane;		/* insecure MX: TLSA records are judged, and vouch for nothing */
	int64_t wall;		/* seconds since the epoch: the date certificates are held against */
};

/*
 * Probe h (mx, preference, address, port filled in; it gets a pool of its own here), ending by the tick
 * deadline at the latest.  Everything else of h is written; nothing fails but the target.
 */
void probe_host(struct host *h, const struct probe_env *env, int64_t deadline);

/* The same without a connection: step Cert alone, for this chain. */
void probe_chain(struct host *h, const struct probe_env *env, const struct tls_chain *chain);

#endif
