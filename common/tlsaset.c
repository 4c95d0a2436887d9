// SPDX-License-Identifier: GPL-3.0-or-later
/* tlsaset.c - which TLSA records apply to each host of a run. */
#include <string.h>

#include "dane.h"
#include "name.h"
#include "text.h"
#include "tick.h"
#include "tlsa.h"
#include "tlsaset.h"

#define RECORDS 64	/* of one RRset: a host with both algorithms in rollover has eight */
#define CANDIDATES 2	/* the CNAME-expanded name, the original */
#define LITERAL "it is named by its address"
#define PROBES 2	/* questions about the denial around one TLSA RRset */

/* One MX name by addresses of one kind of answer, on its way to a TLSA RRset. */
struct seek {
	const struct host *host;	/* the first of those it is for */
	const char *candidate[CANDIDATES];
	size_t n, at;			/* candidates, the one to ask next */
	bool ask_link;			/* is the first link of the CNAME chain secure? */
	bool settled;
	struct dane_facts found;
	struct tlsa_facts tlsa;
};

struct search {
	struct run_facts *facts;
	const struct plan *plan;
	struct dns *dns;
	int64_t deadline;
	struct seek *seek;
	size_t n;
	struct seek **of;		/* of each host, NULL: DANE is not asked for */
	struct dns_question *q;		/* of the stage that runs, one a seek */
	struct seek **asked;		/* whose question each is */
	size_t nq;
};

/* reason: NULL, or how it came, to read on after the host's name and "has no TLSA record: ". */
static void
settle(struct seek *s, enum dane_status status, const char *reason)
{
	s->found.status = status;
	s->found.why = s->found.reason = reason;
	s->settled = true;
}

/* What the address says about DANE: the names to ask TLSA records of, or that there is no DANE. */
static void
start_seek(struct seek *s, const struct host *h)
{
	*s = (struct seek){ .host = h };
	if (h->proof.status != DNS_SECURE && !h->proof.cname) {
		/* not even asked: a broken unsigned provider must not look broken (RFC 7672, 2.1.2) */
		settle(s, DANE_NONE, "its address is not secured by DNSSEC");
	} else if (h->proof.status != DNS_SECURE) {
		s->ask_link = true;
	} else {
		if (h->proof.cname && !name_equal(h->proof.canonical, h->mx))
			s->candidate[s->n++] = h->proof.canonical;
		s->candidate[s->n++] = h->mx;
	}
}

/* Addresses of one MX come one after another, first those of IPv4. */
static struct seek *
seek_like(const struct search *s, const struct host *h)
{
	for (size_t i = s->n; i > 0 && s->seek[i - 1].host->mx_index == h->mx_index; i--) {
		const struct host *other = s->seek[i - 1].host;

		if (other->proof.status == h->proof.status &&
		    other->proof.cname == h->proof.cname &&
		    (!h->proof.cname || name_equal(other->proof.canonical, h->proof.canonical)))
			return &s->seek[i - 1];
	}
	return NULL;
}

static bool
is_sought(const struct host *h)
{
	struct addr literal;

	return h->status == HOST_NOT_STARTED && !addr_parse(&literal, h->mx);
}

static void
start_search(struct search *s)
{
	size_t hosts = s->facts->nhosts;

	s->seek = pool_array(s->facts->pool, hosts, sizeof(*s->seek));
	s->of = pool_array(s->facts->pool, hosts, sizeof(struct seek *));
	for (size_t i = 0; i < hosts; i++) {
		const struct host *h = &s->facts->hosts[i];

		if (!is_sought(h))
			continue;
		if ((s->of[i] = seek_like(s, h)) == NULL)
			start_seek(s->of[i] = &s->seek[s->n++], h);
	}
	s->q = pool_array(s->facts->pool, s->n * PROBES, sizeof(*s->q));
	s->asked = pool_array(s->facts->pool, s->n * PROBES, sizeof(struct seek *));
}

/* Add a question to the stage. */
static void
put_question(struct search *s, struct seek *seek, const char *name, enum dns_type type)
{
	s->asked[s->nq] = seek;
	s->q[s->nq++] = (struct dns_question){ .name = name, .type = type };
}

static void
ask_stage(struct search *s)
{
	if (s->nq > 0)
		dns_ask(s->dns, s->facts->pool, s->q, s->nq, s->deadline);
}

static void
keep_sig(struct run_facts *facts, const char *type, const char *owner, int64_t begins,
    int64_t expires)
{
	const struct sig *last = facts->nsigs > 0 ? &facts->sigs[facts->nsigs - 1] : NULL;

	/* addresses of one answer come one after another */
	if (expires == 0 ||
	    (last != NULL && last->owner == owner && strcmp(last->type, type) == 0 &&
		last->expires == expires))
		return;
	facts->sigs = pool_grow(facts->pool, facts->sigs, facts->nsigs, sizeof(*facts->sigs));
	facts->sigs[facts->nsigs++] = (struct sig){ type, owner, begins, expires };
}

/* A look-up that failed: RFC 8460, 4.3.2.1 has one word for all that is no valid answer. */
static void
settle_failed(const struct search *s, struct seek *seek, const struct dns_question *q,
    const char *what)
{
	const char *reason = pool_printf(s->facts->pool, "%s look-up of %s: %s", what, q->name,
	    q->answer.why);

	/* what an unsigned candidate before it said is of no account */
	seek->found = (struct dane_facts){ .base = seek->at < seek->n ? seek->candidate[seek->at]
								       : NULL };
	settle(seek, DANE_ERROR, reason);
	seek->found.why = pool_printf(s->facts->pool, "dnssec-invalid: %s", reason);
}

/*
 * An alias that ends in an unsigned zone: with its first link signed, the name itself may have TLSA records
 * (RFC 7672, 2.2.2).
 */
static void
ask_links(struct search *s)
{
	s->nq = 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->seek[i].ask_link)
			put_question(s, &s->seek[i], s->seek[i].host->mx, DNS_CNAME);
	ask_stage(s);
	for (size_t i = 0; i < s->nq; i++) {
		struct seek *seek = s->asked[i];
		const struct dns_answer *a = &s->q[i].answer;

		if (dns_failed(a->status)) {
			settle_failed(s, seek, &s->q[i], "CNAME");
		} else if (a->status != DNS_SECURE || a->kind != DNS_DATA) {
			settle(seek, DANE_NONE, "its address is an alias not secured by DNSSEC");
		} else {
			keep_sig(s->facts, "CNAME", s->q[i].name, a->sig_begins, a->sig_expires);
			seek->candidate[seek->n++] = seek->host->mx;
		}
	}
}

static void
read_records(const struct search *s, struct seek *seek, const struct dns_answer *a)
{
	struct dane_facts *found = &seek->found;

	found->records = pool_array(s->facts->pool, a->nrr, sizeof(*found->records));
	for (size_t i = 0; i < a->nrr && found->nrecords < RECORDS; i++)
		tlsa_read(&found->records[found->nrecords++], s->facts->pool, a->rr[i].data,
		    a->rr[i].len);
}

static void
take_records(struct search *s, struct seek *seek, const struct dns_question *q)
{
	const struct dns_answer *a = &q->answer;
	struct dane_wanted wanted = { .ttl = 0 };

	/* a cache counts down: only the zone's own servers tell */
	if (s->plan->no_cache || a->authoritative)
		wanted.ttl = seek->tlsa.ttl = a->ttl;
	/* records of an unsigned candidate before this one are of no account */
	seek->found = (struct dane_facts){ .base = seek->candidate[seek->at] };
	read_records(s, seek, a);
	keep_sig(s->facts, "TLSA", q->name, a->sig_begins, a->sig_expires);
	/* without a chain: is any of them usable? */
	dane_judge(&seek->found, s->facts->pool, NULL, NULL, 0, &wanted, s->facts->wall);
	seek->settled = true;
}

/* No records at this candidate that count; behind the last one there is no DANE. */
static void
pass_candidate(struct search *s, struct seek *seek, const struct dns_answer *a)
{
	if (a->status == DNS_INSECURE && a->kind == DNS_DATA && seek->found.nrecords == 0) {
		seek->found.base = seek->candidate[seek->at];
		read_records(s, seek, a);
	}
	if (++seek->at < seek->n)
		return;
	if (seek->found.nrecords > 0)
		settle(seek, DANE_INSECURE, "its TLSA records are not secured by DNSSEC");
	else
		settle(seek, DANE_NONE, NULL);
}

static void
ask_candidates(struct search *s)
{
	s->nq = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct seek *seek = &s->seek[i];

		if (!seek->settled)
			put_question(s, seek,
			    pool_printf(s->facts->pool, "_%u._tcp.%s", seek->host->port,
				seek->candidate[seek->at]),
			    DNS_TLSA);
	}
	ask_stage(s);
	for (size_t i = 0; i < s->nq; i++) {
		const struct dns_answer *a = &s->q[i].answer;

		if (dns_failed(a->status))
			settle_failed(s, s->asked[i], &s->q[i], "TLSA");
		else if (a->status == DNS_SECURE && a->kind == DNS_DATA)
			take_records(s, s->asked[i], &s->q[i]);
		else
			pass_candidate(s, s->asked[i], a);
	}
}

/*
 * Whoever asks for something else at or below the TLSA owner, as resolvers that minimise names do, must get a
 * denial that validates: name servers that cannot do that break senders.
 */
static void
lint_denial(struct search *s)
{
	struct pool *p = s->facts->pool;

	s->nq = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct seek *seek = &s->seek[i];

		if (seek->found.nrecords == 0 || seek->found.status == DANE_INSECURE)
			continue;
		put_question(s, seek,
		    pool_printf(p, "_%u._tcp.%s", seek->host->port, seek->found.base), DNS_A);
		put_question(s, seek,
		    pool_printf(p, "_probe._%u._tcp.%s", seek->host->port, seek->found.base),
		    DNS_A);
	}
	ask_stage(s);
	for (size_t i = 0; i < s->nq; i++) {
		struct seek *seek = s->asked[i];

		if (s->q[i].answer.status != DNS_BOGUS || seek->tlsa.denial != NULL)
			continue;
		seek->tlsa.denial = pool_printf(p, "the denial of %s A fails DNSSEC: %s",
		    s->q[i].name, s->q[i].answer.why);
		dane_lint(&seek->found, p, "%s", seek->tlsa.denial);
	}
}

/* Every host gets records of its own: the threads that judge them write what matched. */
static void
hand_out(struct search *s)
{
	struct pool *p = s->facts->pool;

	for (size_t i = 0; i < s->facts->nhosts; i++) {
		struct host *h = &s->facts->hosts[i];
		const struct seek *seek = s->of[i];

		if (h->status == HOST_NOT_STARTED && seek == NULL)
			h->dane = (struct dane_facts){ .status = DANE_NONE,
				.why = LITERAL,
				.reason = LITERAL };
		if (seek == NULL)
			continue;
		h->tlsa = seek->tlsa;
		h->dane = seek->found;
		h->dane.records = pool_array(p, seek->found.nrecords, sizeof(*h->dane.records));
		for (size_t j = 0; j < seek->found.nrecords; j++)
			h->dane.records[j] = seek->found.records[j];
	}
}

static void
keep_route_sigs(struct run_facts *facts)
{
	if (facts->mx.status == DNS_SECURE && !facts->no_mx)
		keep_sig(facts, "MX", facts->domain, facts->mx_proof.sig_begins,
	    facts->mx_proof.sig_expires);
	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct host *h = &facts->hosts[i];

		if (h->status == HOST_NOT_STARTED && h->proof.status == DNS_SECURE)
			keep_sig(facts, h->address.family == AF_INET6 ? "AAAA" : "A", h->mx,
			    h->proof.sig_begins, h->proof.sig_expires);
	}
}

void
tlsaset_find(struct run_facts *facts, const struct plan *plan, struct dns *dns)
{
	struct search s = { .facts = facts, .plan = plan, .dns = dns };
	int64_t now = tick_now();

	s.deadline = now + (plan->deadline - now) / 3;
	start_search(&s);
	keep_route_sigs(facts);
	ask_links(&s);
	for (size_t i = 0; i < CANDIDATES; i++)
		ask_candidates(&s);
	if (plan->plugin == PLUGIN_DANE)
		lint_denial(&s);
	hand_out(&s);
	facts->dns_us += tick_now() - now;
}
