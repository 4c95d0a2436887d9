/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dns.h - questions to the DNS, many at once, under an absolute deadline, validated by the plan's
 * --dnssec mode.  A question never fails: what goes wrong is its answer.
 */
#ifndef DNS_H
#define DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "err.h"
#include "facts.h"
#include "plan.h"
#include "pool.h"
#include "sandbox.h"

struct dns;

enum dns_type {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_TLSA = 52
};

/* Outcome = {secure, insecure, bogus, error} x {data, no data, no such name}. */
enum dns_kind { DNS_DATA, DNS_NO_DATA, DNS_NO_NAME };

struct dns_rr {
	struct addr address;	/* A, AAAA */
	int preference;		/* MX */
	const char *name;	/* MX: exchange, CNAME: target; lower case, no final dot, "": the root; cleaned */
	const uint8_t *data;	/* TXT: its strings joined; TLSA: rdata; raw, of any length */
	size_t len;
};

struct dns_answer {
	enum dns_status status;	/* never NOT_TESTED; without validation INSECURE or ERROR */
	enum dns_kind kind;	/* means nothing with ERROR and BOGUS */
	const char *rcode;	/* "NOERROR", "SERVFAIL", "timeout" ... */
	const char *why;	/* a sentence without the name asked, of ERROR and BOGUS */
	bool timed_out;		/* ERROR: no server answered at all */
	bool authoritative;	/* by a server of the zone, not by a resolver */
	bool cname;		/* the answer went over CNAMEs (the type CNAME itself aside) */
	const char *canonical;	/* owner at the end of the CNAME chain, else the name asked */
	uint32_t ttl;		/* seconds: the least of the records used, links included */
	int64_t sig_expires;	/* seconds since the epoch: the RRSIG that expires first, among those */
	int64_t sig_begins;	/* of the records used, links included; and its begin.  0: none */
	struct dns_rr *rr;	/* of the type asked */
	size_t nrr;
};

struct dns_question {
	const char *name;
	enum dns_type type;
	struct dns_answer answer;	/* in the pool given to dns_ask() */
};

/*
 * Who answers, and who validates, as the plan says: the resolvers of --nameserver, else of
 * /etc/resolv.conf, else 127.0.0.1, as resolv.conf(5) says.  In p, asks nothing yet; dns_free() is
 * due.  NULL with ERR_FILE in e: --trust-anchor is no file of keys; ERR_USAGE: --dnssec=ad and a resolver
 * on another machine.
 */
struct dns *dns_new(struct pool *p, const struct plan *plan, struct err *e);

/* No dns_ask() may be under way.  NULL is fine. */
void dns_free(struct dns *d);

/* Keep in s what questions need: files read with the first one, libraries loaded by it, ports. */
void dns_keep(const struct dns *d, struct sandbox *s);

/* The usable "nameserver" lines of a resolv.conf, max at most.  How many.  Pure. */
size_t dns_conf(struct server *out, size_t max, const char *text);

/*
 * Ask all n questions at once and fill in every answer by the deadline.  Safe to call from several
 * threads, each with a pool of its own.  INSECURE is believed only once the root's SOA has
 * validated: where it does not, either every answer is insecure for the rest of the run
 * (dns_unvalidated() says why), or an ERROR when DNSSEC is the question (plan->dnssec_needed)
 * or the resolver lies or is too slow (dns_trouble() says which).
 */
void dns_ask(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline);

/*
 * Does the resolver work at all, and for DNSSEC where that is the question?  Asks for the root's SOA
 * where nothing has told yet.  NULL when it does or when the deadline leaves no time to ask, else a
 * sentence: "resolver 127.0.0.1 does not answer (5 s)", "resolver 127.0.0.2 cannot do DNSSEC".
 */
const char *dns_trouble(struct dns *d, struct pool *p, int64_t deadline);

/* Are answers validated?  Known once something was asked. */
bool dns_validates(const struct dns *d);

/* Why not: "resolver 192.0.2.1 cannot do DNSSEC", "--dnssec=off".  NULL when they are. */
const char *dns_unvalidated(const struct dns *d);

#endif
