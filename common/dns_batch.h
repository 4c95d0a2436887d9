/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_batch.h - many questions at once, in one poll loop: the sockets behind dns_ask(). */
#ifndef DNS_BATCH_H
#define DNS_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "dns.h"
#include "dnspkt.h"
#include "plan.h"
#include "pool.h"

#define DNS_BATCH_SERVERS 16	/* at most: more would not get their turn in time */
#define DNS_BATCH_TIMED_OUT "timed out"	/* the answer's why when nothing at all came */

struct dns_batch_servers {
	const struct server *server;
	size_t n;		/* 1 to DNS_BATCH_SERVERS */
	enum dnspkt_mode mode;
};

/* Fill in the answer of every question (texts in p), by the deadline and within 12 seconds. */
void dns_batch_run(const struct dns_batch_servers *servers, struct pool *p, struct dns_question *q,
    size_t n, int64_t deadline);

#endif
