/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_servers.h - which servers to ask: the resolvers, and the one of --soa. */
#ifndef DNS_SERVERS_H
#define DNS_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns_batch.h"
#include "plan.h"
#include "pool.h"
#include "sandbox.h"

/* The resolvers of the plan, else of resolv.conf, else 127.0.0.1; in p. */
struct dns_batch_servers dns_servers_find(struct pool *p, const struct plan *plan);

/* The first that is not on this machine (127/8, ::1); NULL: all are. */
const struct server *dns_servers_remote(const struct dns_batch_servers *servers);

/* "resolver 192.0.2.1", "resolvers 192.0.2.1, 2001:db8::1"; in p. */
const char *dns_servers_text(struct pool *p, const struct dns_batch_servers *servers);

/* The server of --soa, and the zone of the target that it is asked for. */
struct dns_servers_soa {
	struct server *server;	/* every address of it */
	size_t n;
	const char *zone;	/* the longest name at or above the target that it is authoritative for */
};

/*
 * Look both up, by the deadline: the server's name through resolvers, the zone by asking the server.
 * NULL, or a sentence why it cannot be used: "name server 192.0.2.9 (--soa) has no zone of example.org".
 */
const char *dns_servers_soa(struct dns_servers_soa *out, struct pool *p, const struct plan *plan,
    const struct dns_batch_servers *resolvers, int64_t deadline);

/* Keep in s what looking for them once more needs. */
void dns_servers_keep(struct sandbox *s);

#endif
