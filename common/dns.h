/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dns.h - questions to the resolver, many at once, under an absolute deadline.
 * A question never fails: what goes wrong is its answer.  Packets through ldns; the waiting is
 * ours.
 */
#ifndef DNS_H
#define DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "facts.h"
#include "plan.h"
#include "pool.h"

struct dns;

enum dns_type { DNS_A = 1, DNS_SOA = 6, DNS_MX = 15, DNS_AAAA = 28 };

/* Outcome = {secure, insecure, bogus, error} x {data, no data, no such name}. */
enum dns_kind { DNS_DATA, DNS_NO_DATA, DNS_NO_NAME };

struct dns_rr {
	struct addr address;	/* A, AAAA */
	int preference;		/* MX */
	const char *name;	/* MX: exchange, lower case, no final dot, "": the root; cleaned */
};

struct dns_answer {
	enum dns_status status;	/* never NOT_TESTED; without validation INSECURE or ERROR */
	enum dns_kind kind;	/* means nothing with ERROR and BOGUS */
	const char *rcode;	/* "NOERROR", "SERVFAIL", "timeout" ... */
	const char *why;	/* a sentence without the name asked, of ERROR and BOGUS */
	bool timed_out;		/* ERROR: no server answered at all */
	const char *canonical;	/* owner at the end of the CNAME chain, else the name asked */
	struct dns_rr *rr;	/* of the type asked */
	size_t nrr;
};

struct dns_question {
	const char *name;
	enum dns_type type;
	struct dns_answer answer;	/* in the pool given to dns_ask() */
};

/*
 * The resolvers of the plan (--nameserver), else of /etc/resolv.conf, else 127.0.0.1, as
 * resolv.conf(5) says.  In p; holds no socket.
 */
struct dns *dns_new(struct pool *p, const struct plan *plan);

/* The usable "nameserver" lines of a resolv.conf, max at most.  How many.  Pure. */
size_t dns_conf(struct server *out, size_t max, const char *text);

/* Ask all n questions at once and fill in every answer by the deadline. */
void dns_ask(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline);

/*
 * Does the resolver work at all?  Asks for the root's SOA, once per struct dns.  NULL when it
 * answers or when the deadline leaves no time to ask, else a sentence: "resolver 127.0.0.1 does not
 * answer (5 s)".
 */
const char *dns_trouble(struct dns *d, struct pool *p, int64_t deadline);

#endif
