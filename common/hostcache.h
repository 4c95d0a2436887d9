/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hostcache.h - hosts that many targets share, each probed once (output.md, "Batch").  Made to be shared by threads.
 */
#ifndef HOSTCACHE_H
#define HOSTCACHE_H

#include <stddef.h>

#include "facts.h"
#include "probe.h"

/* So many are remembered, those that targets had last: some 8 KiB each, so that memory does not grow for ever. */
#define HOSTCACHE_HOSTS 1000

struct hostcache;

/* At most parallel probes at once, of all targets. */
struct hostcache *hostcache_new(long parallel);

/* No thread may be in hostcache_probe() any more.  NULL is fine. */
void hostcache_free(struct hostcache *c);

/*
 * As probe_host() and revoke_settle(), for a host that may have been probed for another target: the same address,
 * port, names to verify and TLSA records.  Waits while another thread probes it or its address, until the
 * plan's deadline; h is left not started then.  Who probes has --host-timeout; where the deadline of its target
 * came first, targets that have more time probe again.  From and To of a recipient are this target's own.
 * h->pool is a share of the memory of what h gets.
 */
void hostcache_probe(struct hostcache *c, struct host *h, const struct probe_env *env);

/* How many probes there were. */
size_t hostcache_probes(struct hostcache *c);

#endif
