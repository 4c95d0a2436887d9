// SPDX-License-Identifier: GPL-3.0-or-later
/* route.c - from a target to the hosts to probe: MX, implicit and null MX, addresses, limits. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "name.h"
#include "route.h"
#include "text.h"
#include "tick.h"

#define MX_MAX 1000	/* as many RRs as dns.c keeps; a real domain has under 20 */
#define ADDRESSES 32	/* of one name: a round-robin name has a dozen */
#define HOSTS 2000	/* rows of one run: 1,000 MX with both families */
#define NO_SUCH_NAME "no such name"
#define NO_ADDRESS "no address"

/* One MX while its addresses are looked up. */
struct mx {
	const char *name;
	int preference;
	uint16_t port;
	struct addr literal;	/* the name is an IP address */
	bool usable;		/* literal may be probed: the operator's, no MX record's */
	bool duplicate;		/* of a better one */
	bool unusable;		/* no host name: bytes that never stand in one */
	struct dns_question *q;	/* A, AAAA; NULL when there is nothing to ask */
};

struct route {
	struct run_facts *facts;
	const struct plan *plan;
	struct dns *dns;
	struct mx *mx;
	size_t n;
};

static int
by_preference(const void *a, const void *b)
{
	const struct mx *x = a, *y = b;

	if (x->preference != y->preference)
		return x->preference < y->preference ? -1 : 1;
	return strcasecmp(x->name, y->name);
}

static bool
is_duplicate(const struct route *r, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (r->mx[j].port == r->mx[i].port && name_equal(r->mx[j].name, r->mx[i].name))
			return true;
	return false;
}

static size_t
limited(size_t n, const struct limit *limit)
{
	size_t most = limit->percent ? (n * (size_t)limit->n + 99) / 100 : (size_t)limit->n;

	return limit->n <= 0 || most >= n ? n : most;
}

/*
 * --mx-limit counts records, --host-limit names.  A name twice is one MX, at its best preference;
 * the list is sorted.
 */
static void
apply_limits(struct route *r)
{
	size_t records = limited(r->n, &r->plan->mx_limit), names = 0, kept = 0;

	for (size_t i = 0; i < r->n; i++)
		r->mx[i].duplicate = is_duplicate(r, i);
	for (size_t i = 0; i < r->n; i++) {
		if (r->mx[i].duplicate)
			continue;
		names++;
		if (i < records)
			r->mx[kept++] = r->mx[i];
	}
	r->n = limited(kept, &r->plan->host_limit);
	r->facts->mx_left_out += names - r->n;
}

/* What an MX is before it is asked for. */
static struct mx
make_mx(const struct route *r, const char *name, int preference)
{
	struct mx mx = { .name = name, .preference = preference, .port = (uint16_t)r->plan->port };
	struct err e = { 0 };

	if (!addr_parse(&mx.literal, name))
		mx.unusable = name_host(r->facts->pool, name, "MX", &e) == NULL;
	return mx;
}

/* A third of the time is kept back: what a silence means is learned by asking something else. */
static int64_t
ask_until(const struct route *r)
{
	int64_t now = tick_now();

	return now + (r->plan->deadline - now) * 2 / 3;
}

static bool
nobody_answers(struct route *r)
{
	struct run_facts *facts = r->facts;
	const char *trouble = dns_trouble(r->dns, facts->pool, r->plan->deadline);

	if (trouble == NULL)
		return false;
	facts->fault = FAULT_RESOLVER;
	facts->fault_why = trouble;
	return true;
}

static void
add_row(struct route *r, const struct mx *mx, size_t index, const struct addr *a,
    enum host_status status, const char *why)
{
	struct run_facts *facts = r->facts;
	struct host *h;

	if (facts->nhosts == HOSTS)
		return;
	facts->hosts = pool_grow(facts->pool, facts->hosts, facts->nhosts, sizeof(*h));
	h = &facts->hosts[facts->nhosts++];
	*h = (struct host){ .mx = mx->name,
		.preference = mx->preference,
		.mx_index = index,
		.port = mx->port,
		.status = status,
		.why = why };
	if (a != NULL)
		h->address = *a;
}

/* NULL: not excluded. */
static const char *
excluded_by(const struct plan *plan, int family)
{
	if (plan->ipv6 && family == AF_INET)
		return "excluded by -6";
	return plan->ipv4 && family == AF_INET6 ? "excluded by -4" : NULL;
}

static struct dns_proof
proof_of(const struct dns_answer *a)
{
	return (
	    struct dns_proof){ a->status, a->cname, a->canonical, a->sig_begins, a->sig_expires };
}

/* q: the look-up that gave it; NULL: none, it is a literal. */
static void
add_address(struct route *r, const struct mx *mx, size_t index, const struct addr *a,
    const struct dns_question *q)
{
	const char *why = excluded_by(r->plan, a->family);
	size_t before = r->facts->nhosts;

	add_row(r, mx, index, a, why == NULL ? HOST_NOT_STARTED : HOST_SKIPPED, why);
	if (q != NULL && r->facts->nhosts > before)
		r->facts->hosts[before].proof = proof_of(&q->answer);
}

/* The look-up of a family that is wanted and ended so; NULL: none. */
static const struct dns_answer *
lookup_with(const struct route *r, const struct mx *mx, enum dns_status status)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (int i = 0; i < 2; i++)
		if (mx->q[i].answer.status == status && excluded_by(r->plan, families[i]) == NULL)
			return &mx->q[i].answer;
	return NULL;
}

/* The one that went wrong, the worse one of two; NULL: none. */
static const struct dns_answer *
failed_lookup(const struct route *r, const struct mx *mx)
{
	const struct dns_answer *bogus = lookup_with(r, mx, DNS_BOGUS);

	return bogus != NULL ? bogus : lookup_with(r, mx, DNS_ERROR);
}

/* Why a name has no address to try: an error of the look-up says more than "none". */
static const char *
no_address(const struct route *r, const struct mx *mx)
{
	const struct dns_answer *failed = failed_lookup(r, mx);

	if (failed != NULL)
		return pool_printf(r->facts->pool, "address look-up: %s", failed->why);
	return mx->q[0].answer.kind == DNS_NO_NAME ? NO_ADDRESS ": " NO_SUCH_NAME : NO_ADDRESS;
}

/* The answer that speaks for both families: one with addresses, else one that went wrong. */
static const struct dns_answer *
best_answer(const struct route *r, const struct mx *mx)
{
	const struct dns_answer *failed = failed_lookup(r, mx);

	for (int i = 0; i < 2; i++)
		if (!dns_failed(mx->q[i].answer.status) && mx->q[i].answer.kind == DNS_DATA)
			return &mx->q[i].answer;
	if (failed != NULL)
		return failed;
	return dns_failed(mx->q[0].answer.status) ? &mx->q[1].answer : &mx->q[0].answer;
}

/* An MX that there is nothing to look up for. */
static void
add_unasked(struct route *r, const struct mx *mx, size_t index)
{
	size_t before = r->facts->nhosts;

	if (mx->unusable) {
		add_row(r, mx, index, NULL, HOST_UNTESTED, "not a host name");
	} else if (mx->usable) {
		add_address(r, mx, index, &mx->literal, NULL);
	} else {
		add_row(r, mx, index, NULL, HOST_UNTESTED, "no address");
		if (r->facts->nhosts > before)
			r->facts->hosts[before].mx_is_address = true;
	}
}

/* The name has no address that may be tried. */
static void
add_addressless(struct route *r, const struct mx *mx, size_t index)
{
	size_t before = r->facts->nhosts;

	add_row(r, mx, index, NULL, HOST_UNTESTED, no_address(r, mx));
	if (r->facts->nhosts > before)
		r->facts->hosts[before].address_bogus = lookup_with(r, mx, DNS_BOGUS) != NULL;
}

/* Addresses of one family there are, those of the other are bogus. */
static void
note_lost_family(const struct route *r, const struct mx *mx, struct host *h)
{
	const struct dns_answer *failed = failed_lookup(r, mx);

	if (failed != NULL && failed->status == DNS_BOGUS)
		h->lost_family = failed == &mx->q[0].answer ? "A" : "AAAA";
}

static void
add_rows(struct route *r, const struct mx *mx, size_t index)
{
	size_t before = r->facts->nhosts;

	for (int i = 0; i < 2; i++)
		for (size_t j = 0; j < mx->q[i].answer.nrr && j < ADDRESSES; j++)
			if (!dns_failed(mx->q[i].answer.status))
				add_address(r, mx, index, &mx->q[i].answer.rr[j].address,
				    &mx->q[i]);
	for (size_t i = before; i < r->facts->nhosts; i++)
		if (r->facts->hosts[i].status == HOST_NOT_STARTED) {
			note_lost_family(r, mx, &r->facts->hosts[i]);
			return;
		}
	/* all excluded: that says it, unless the family that is wanted could not be looked up */
	if (r->facts->nhosts == before || failed_lookup(r, mx) != NULL)
		add_addressless(r, mx, index);
}

/* A and AAAA of all MX, in one batch.  The questions; *n of them. */
static struct dns_question *
ask_addresses(struct route *r, size_t *n)
{
	struct dns_question *q = pool_array(r->facts->pool, r->n * 2, sizeof(*q));

	*n = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (r->mx[i].literal.family != 0 || r->mx[i].unusable)
			continue;
		r->mx[i].q = &q[*n];
		q[(*n)++] = (struct dns_question){ .name = r->mx[i].name, .type = DNS_A };
		q[(*n)++] = (struct dns_question){ .name = r->mx[i].name, .type = DNS_AAAA };
	}
	if (*n > 0)
		dns_ask(r->dns, r->facts->pool, q, *n, ask_until(r));
	return q;
}

/* Every look-up failed: that may be our resolver. */
static bool
all_failed(const struct dns_question *q, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (q[i].answer.status != DNS_ERROR)
			return false;
	return n > 0;
}

static void
resolve_hosts(struct route *r)
{
	size_t n;
	struct dns_question *q = ask_addresses(r, &n);

	if (all_failed(q, n) && nobody_answers(r))
		return;
	for (size_t i = 0; i < r->n && r->facts->nhosts < HOSTS; i++) {
		if (r->mx[i].q != NULL)
			add_rows(r, &r->mx[i], i);
		else
			add_unasked(r, &r->mx[i], i);
		r->facts->mx_total++;
	}
	r->facts->mx_left_out += r->n - r->facts->mx_total;
}

static void
operators_hosts(struct route *r)
{
	r->n = r->plan->nmx_hosts;
	r->mx = pool_array(r->facts->pool, r->n, sizeof(*r->mx));
	for (size_t i = 0; i < r->n; i++) {
		const struct mx_host *asked = &r->plan->mx_hosts[i];

		r->mx[i] = make_mx(r, asked->name, 0);
		r->mx[i].usable = true;
		if (asked->port != 0)
			r->mx[i].port = asked->port;
	}
}

static void
read_mx(struct route *r, const struct dns_answer *a)
{
	r->mx = pool_array(r->facts->pool, a->nrr, sizeof(*r->mx));
	for (size_t i = 0; i < a->nrr && r->n < MX_MAX; i++)
		/* a lone "." is a null MX; beside others it names no host (RFC 7505, 3) */
		if (a->rr[i].name[0] != '\0')
			r->mx[r->n++] = make_mx(r, a->rr[i].name, a->rr[i].preference);
	r->facts->null_mx = a->nrr == 1 && r->n == 0;
	r->facts->null_mx_beside = r->n > 0 && r->n < a->nrr && r->n < MX_MAX;
	if (a->nrr > 1 && r->n == 0)
		r->facts->dns_why = "no usable MX";
}

/* What the MX look-up came to: the MX in r, or the reason why there is none in facts. */
static void
domain_mx(struct route *r)
{
	struct run_facts *facts = r->facts;
	struct dns_question q = { .name = facts->domain, .type = DNS_MX };
	const struct dns_answer *a = &q.answer;

	dns_ask(r->dns, facts->pool, &q, 1, ask_until(r));
	facts->mx = (struct dns_facts){ a->status, a->rcode, a->why };
	facts->mx_proof = proof_of(a);
	if (a->status == DNS_ERROR && nobody_answers(r))
		return;
	if (dns_failed(a->status)) {
		facts->dns_why = pool_printf(facts->pool, "MX look-up: %s", a->why);
	} else if (a->kind == DNS_NO_NAME) {
		facts->dns_why = NO_SUCH_NAME;
	} else if (a->kind == DNS_DATA) {
		read_mx(r, a);
	} else {
		/* RFC 5321, 5.1: without MX the domain itself is the host */
		facts->implicit_mx = true;
		r->mx = pool_array(facts->pool, 1, sizeof(*r->mx));
		r->mx[r->n++] = make_mx(r, facts->domain, 0);
	}
}

/* An implicit MX without address is no MX at all. */
static void
check_implicit(struct run_facts *facts)
{
	if (!facts->implicit_mx || facts->nhosts != 1 || facts->hosts[0].address.family != 0)
		return;
	facts->dns_why = strcmp(facts->hosts[0].why, NO_ADDRESS) == 0 ? "no MX and no address"
	    : facts->hosts[0].why;
	facts->nhosts = facts->mx_total = 0;
}

void
route_domain(struct run_facts *facts, const struct plan *plan, struct dns *dns)
{
	struct route r = { .facts = facts, .plan = plan, .dns = dns };
	int64_t began = tick_now();

	if (plan->nmx_hosts > 0)
		operators_hosts(&r);
	else
		domain_mx(&r);
	if (r.n > 0 && facts->fault == FAULT_NONE) {
		if (plan->nmx_hosts == 0)
			qsort(r.mx, r.n, sizeof(*r.mx), by_preference);
		apply_limits(&r);
		resolve_hosts(&r);
		check_implicit(facts);
	}
	facts->dns_us = tick_now() - began;
}

void
route_host(struct run_facts *facts, const struct plan *plan, struct dns *dns)
{
	struct route r = { .facts = facts, .plan = plan, .dns = dns, .n = 1 };
	int64_t began = tick_now();
	struct mx mx = make_mx(&r, plan->host, 0);
	const struct dns_answer *a;

	mx.usable = facts->no_mx = true;
	r.mx = &mx;
	resolve_hosts(&r);
	facts->dns_us = tick_now() - began;
	if (mx.q == NULL)
		return;
	a = best_answer(&r, &mx);
	facts->mx = (struct dns_facts){ a->status, a->rcode, a->why };
	if (facts->nhosts != 1 || facts->hosts[0].address.family != 0)
		return;
	/* a name that does not exist, or cannot be looked up, is no host */
	if (dns_failed(a->status) || a->kind == DNS_NO_NAME) {
		facts->dns_why = dns_failed(a->status) ? facts->hosts[0].why : NO_SUCH_NAME;
		facts->nhosts = facts->mx_total = 0;
	}
}
