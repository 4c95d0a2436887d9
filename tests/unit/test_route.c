/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_route.c - from a target to its hosts, with a resolver that is a table. */
#include <stdlib.h>

#include "route.h"
#include "tap.h"
#include "text.h"
#include "tick.h"

/* What the resolver knows, one RR a row; data "!WHY" is an error, "-" a name without data. */
static const struct {
	const char *name;
	enum dns_type type;
	const char *data;
} zone[] = {
	{ "good", DNS_MX, "10 mx.good" },
	{ "mx.good", DNS_A, "192.0.2.1" },
	{ "mx.good", DNS_AAAA, "2001:db8::1" },
	{ "three", DNS_MX, "20 b.three" },
	{ "three", DNS_MX, "10 c.three" },
	{ "three", DNS_MX, "10 a.three" },
	{ "a.three", DNS_A, "192.0.2.2" },
	{ "a.three", DNS_A, "192.0.2.1" },
	{ "b.three", DNS_A, "192.0.2.3" },
	{ "c.three", DNS_A, "192.0.2.4" },
	{ "twice", DNS_MX, "20 mx.good" },
	{ "twice", DNS_MX, "10 mx.good" },
	{ "twice", DNS_MX, "30 b.three" },
	{ "implicit", DNS_A, "192.0.2.5" },
	{ "empty", DNS_MX, "-" },
	{ "addrfail", DNS_A, "!SERVFAIL" },
	{ "addrfail", DNS_AAAA, "!SERVFAIL" },
	{ "null", DNS_MX, "0 " },
	{ "mixed", DNS_MX, "0 " },
	{ "mixed", DNS_MX, "10 b.three" },
	{ "dots", DNS_MX, "0 " },
	{ "dots", DNS_MX, "10 " },
	{ "literal", DNS_MX, "10 192.0.2.10" },
	{ "literal6", DNS_MX, "10 2001:db8::10" },
	{ "weird", DNS_MX, "10 a\\032b.three" },
	{ "weird", DNS_MX, "20 b.three" },
	{ "lost", DNS_MX, "10 nobody.lost" },
	{ "lost", DNS_MX, "20 b.three" },
	{ "bare", DNS_MX, "10 empty" },
	{ "half", DNS_MX, "10 a4.half" },
	{ "a4.half", DNS_A, "192.0.2.6" },
	{ "a4.half", DNS_AAAA, "!SERVFAIL" },
	{ "broken", DNS_MX, "10 mx.broken" },
	{ "mx.broken", DNS_A, "!CNAME loop" },
	{ "mx.broken", DNS_AAAA, "!CNAME loop" },
	{ "mixedbroken", DNS_MX, "10 mx.broken" },
	{ "mixedbroken", DNS_MX, "20 b.three" },
	{ "servfail", DNS_MX, "!SERVFAIL" },
	{ "silent", DNS_MX, "!timed out" },
	{ "bogus", DNS_MX, "?signature expired" },
	{ "bogusmx", DNS_MX, "10 mx.bogusmx" },
	{ "mx.bogusmx", DNS_A, "?signature expired" },
	{ "mx.bogusmx", DNS_AAAA, "?signature expired" },
	{ "halfbogus", DNS_MX, "10 mx.halfbogus" },
	{ "mx.halfbogus", DNS_A, "192.0.2.6" },
	{ "mx.halfbogus", DNS_AAAA, "?signature expired" },
	{ "twobad", DNS_MX, "10 mx.twobad" },
	{ "mx.twobad", DNS_A, "!SERVFAIL" },
	{ "mx.twobad", DNS_AAAA, "?signature expired" },
	{ "v6", DNS_MX, "10 mx.v6" },
	{ "mx.v6", DNS_AAAA, "2001:db8::6" },
	{ "v6half", DNS_MX, "10 mx.v6half" },
	{ "mx.v6half", DNS_A, "!SERVFAIL" },
	{ "mx.v6half", DNS_AAAA, "2001:db8::6" },
};

#define ZONE (sizeof(zone) / sizeof(zone[0]))

/* What the fake resolver was asked, and what it says of itself. */
static size_t batches, questions;
static int64_t latest;
static const char *trouble;

static void
add_rr(struct dns_answer *a, struct pool *p, enum dns_type type, const char *data)
{
	struct dns_rr rr = { 0 };
	char *end;

	if (type == DNS_MX) {
		rr.preference = (int)strtol(data, &end, 10);
		rr.name = end + 1;
	} else {
		addr_parse(&rr.address, data);
	}
	a->rr = pool_grow(p, a->rr, a->nrr, sizeof(*a->rr));
	a->rr[a->nrr++] = rr;
}

/* many.N: N MX of a hundred addresses each; anything else stands in the zone. */
static bool
generate(struct dns_question *q, struct pool *p)
{
	long n;

	if (strncmp(q->name, "many.", 5) != 0 || !text_int(q->name + 5, 1, 100000, &n))
		return false;
	for (long i = 0; i < n; i++)
		if (q->type == DNS_MX)
			add_rr(&q->answer, p, DNS_MX, pool_printf(p, "%ld many.100", i));
		else if (q->type == DNS_A)
			add_rr(&q->answer, p, DNS_A, pool_printf(p, "192.0.2.%ld", i));
	for (size_t i = 0; q->type == DNS_MX && i < q->answer.nrr; i++)
		q->answer.rr[i].name = pool_printf(p, "mx%zu.wide", i);
	q->answer.kind = q->answer.nrr > 0 ? DNS_DATA : DNS_NO_DATA;
	return true;
}

static void
answer(struct dns_question *q, struct pool *p)
{
	struct dns_answer *a = &q->answer;

	*a = (struct dns_answer){ .status = DNS_INSECURE,
		.kind = DNS_NO_NAME,
		.rcode = "NXDOMAIN" };
	if (strlen(q->name) > 5 && strcmp(q->name + strlen(q->name) - 5, ".wide") == 0) {
		struct dns_question wide = { .name = "many.100", .type = q->type };

		generate(&wide, p);
		*a = wide.answer;
		a->status = DNS_INSECURE;
		return;
	}
	if (generate(q, p))
		return;
	for (size_t i = 0; i < ZONE; i++) {
		const char *data = zone[i].data;

		if (strcmp(zone[i].name, q->name) != 0)
			continue;
		if (a->kind == DNS_NO_NAME)
			a->kind = DNS_NO_DATA;
		a->rcode = "NOERROR";
		if (zone[i].type != q->type || data[0] == '-')
			continue;
		a->kind = DNS_DATA;
		if (data[0] == '!' || data[0] == '?') {
			a->status = data[0] == '!' ? DNS_ERROR : DNS_BOGUS;
			a->rcode = "SERVFAIL";
			a->why = data + 1;
			a->timed_out = strcmp(a->why, "timed out") == 0;
			return;
		}
		add_rr(a, p, q->type, data);
	}
}

/* The linker takes these instead of dns.c's. */
struct dns *
dns_new(struct pool *p, const struct plan *plan, struct err *e)
{
	(void)plan;
	(void)e;
	return pool_alloc(p, 1);
}

void
dns_ask(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline)
{
	(void)d;
	batches++;
	questions += n;
	latest = deadline;
	for (size_t i = 0; i < n; i++)
		answer(&q[i], p);
}

const char *
dns_trouble(struct dns *d, struct pool *p, int64_t deadline)
{
	(void)d;
	(void)p;
	(void)deadline;
	return trouble;
}

/* Each host as "preference name address", then what is odd about it. */
static const char *
hosts_text(struct pool *p, const struct run_facts *f)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < f->nhosts; i++) {
		const struct host *h = &f->hosts[i];

		text_add(&t, "%s%d %s", i > 0 ? ", " : "", h->preference, h->mx);
		text_add(&t, " %s", h->address.family != 0 ? h->address.text : "-");
		if (h->port != 25)
			text_add(&t, " port %d", h->port);
		if (h->status != HOST_NOT_STARTED)
			text_add(&t, " %s", h->status == HOST_SKIPPED ? "skipped" : "untested");
		if (h->why != NULL)
			text_add(&t, " (%s)", h->why);
		if (h->lost_family != NULL)
			text_add(&t, " lost %s", h->lost_family);
		if (h->mx_is_address || h->address_bogus)
			text_add(&t, " %s", h->mx_is_address ? "literal" : "bogus");
	}
	return text_get(&t);
}

struct row {
	const char *domain;
	const char *hosts;
	const char *dns_why;
	const char *fault;
	size_t mx, left_out;
	const char *trouble;	/* of the resolver */
	bool null_mx, implicit, ipv4, ipv6, null_beside;
	struct limit mx_limit, host_limit;
};

static const struct row rows[] = {
	{ "good", "10 mx.good 192.0.2.1, 10 mx.good 2001:db8::1", .mx = 1 },
	{ "three",
	    "10 a.three 192.0.2.2, 10 a.three 192.0.2.1, 10 c.three 192.0.2.4, "
	    "20 b.three 192.0.2.3",
	    .mx = 3 },
	{ "twice", "10 mx.good 192.0.2.1, 10 mx.good 2001:db8::1, 30 b.three 192.0.2.3", .mx = 2 },
	{ "implicit", "0 implicit 192.0.2.5", .mx = 1, .implicit = true },
	{ "mixed", "10 b.three 192.0.2.3", .mx = 1, .null_beside = true },
	{ "half", "10 a4.half 192.0.2.6", .mx = 1 },

	/* no host to probe */
	{ "null", "", .null_mx = true },
	{ "dots", "", .dns_why = "no usable MX" },
	{ "nowhere", "", .dns_why = "no such name" },
	{ "empty", "", .dns_why = "no MX and no address", .implicit = true },
	{ "addrfail", "", .dns_why = "address look-up: SERVFAIL", .implicit = true },
	{ "servfail", "", .dns_why = "MX look-up: SERVFAIL" },
	{ "silent", "", .dns_why = "MX look-up: timed out" },
	{ "bogus", "", .dns_why = "MX look-up: signature expired" },

	/* our resolver's fault */
	{ "servfail", "", .fault = "resolver broken", .trouble = "resolver broken" },
	{ "silent", "", .fault = "resolver broken", .trouble = "resolver broken" },
	{ "broken", "", .fault = "resolver broken", .trouble = "resolver broken" },
	{ "addrfail", "", .fault = "resolver broken", .trouble = "resolver broken",
	    .implicit = true },
	{ "nowhere", "", .dns_why = "no such name", .trouble = "nobody asks" },
	{ "mixedbroken",
	    "10 mx.broken - untested (address look-up: CNAME loop), 20 b.three 192.0.2.3",
	    .mx = 2, .trouble = "nobody asks" },

	/* hosts that cannot be probed */
	{ "literal", "10 192.0.2.10 - untested (no address) literal", .mx = 1 },
	{ "literal6", "10 2001:db8::10 - untested (no address) literal", .mx = 1 },
	{ "weird", "10 a\\032b.three - untested (not a host name), 20 b.three 192.0.2.3", .mx = 2 },
	{ "lost", "10 nobody.lost - untested (no address: no such name), 20 b.three 192.0.2.3",
	    .mx = 2 },
	{ "bare", "10 empty - untested (no address)", .mx = 1 },
	{ "broken", "10 mx.broken - untested (address look-up: CNAME loop)", .mx = 1 },
	{ "bogusmx",
	    "10 mx.bogusmx - untested (address look-up: signature expired) bogus", .mx = 1 },
	{ "halfbogus", "10 mx.halfbogus 192.0.2.6 lost AAAA", .mx = 1 },
	{ "halfbogus", "10 mx.halfbogus 192.0.2.6", .mx = 1, .ipv4 = true },
	{ "halfbogus",
	    "10 mx.halfbogus 192.0.2.6 skipped (excluded by -6), "
	    "10 mx.halfbogus - untested (address look-up: signature expired) bogus",
	    .mx = 1, .ipv6 = true },
	{ "twobad", "10 mx.twobad - untested (address look-up: signature expired) bogus", .mx = 1 },
	{ "twobad", "10 mx.twobad - untested (address look-up: SERVFAIL)", .mx = 1, .ipv4 = true },

	/* one family only */
	{ "good", "10 mx.good 192.0.2.1, 10 mx.good 2001:db8::1 skipped (excluded by -4)", .mx = 1,
	    .ipv4 = true },
	{ "good", "10 mx.good 192.0.2.1 skipped (excluded by -6), 10 mx.good 2001:db8::1", .mx = 1,
	    .ipv6 = true },
	{ "v6", "10 mx.v6 2001:db8::6 skipped (excluded by -4)", .mx = 1, .ipv4 = true },
	{ "v6half",
	    "10 mx.v6half 2001:db8::6 skipped (excluded by -4), "
	    "10 mx.v6half - untested (address look-up: SERVFAIL)",
	    .mx = 1, .ipv4 = true },
	{ "v6half", "10 mx.v6half 2001:db8::6", .mx = 1, .ipv6 = true },
	{ "empty", "", .dns_why = "no MX and no address", .implicit = true, .ipv4 = true },

	/* limits */
	{ "three", "10 a.three 192.0.2.2, 10 a.three 192.0.2.1", .mx = 1, .left_out = 2,
	    .mx_limit = { 1, false } },
	{ "three", "10 a.three 192.0.2.2, 10 a.three 192.0.2.1, 10 c.three 192.0.2.4", .mx = 2,
	    .left_out = 1, .mx_limit = { 34, true } },
	{ "three", "10 a.three 192.0.2.2, 10 a.three 192.0.2.1", .mx = 1, .left_out = 2,
	    .host_limit = { 33, true } },
	{ "twice", "10 mx.good 192.0.2.1, 10 mx.good 2001:db8::1", .mx = 1, .left_out = 1,
	    .mx_limit = { 2, false } },
	{ "twice", "10 mx.good 192.0.2.1, 10 mx.good 2001:db8::1, 30 b.three 192.0.2.3", .mx = 2,
	    .host_limit = { 2, false } },
	{ "twice", "10 mx.good 192.0.2.1, 10 mx.good 2001:db8::1", .mx = 1, .left_out = 1,
	    .mx_limit = { 3, false }, .host_limit = { 50, true } },
	{ "good", "10 mx.good 192.0.2.1, 10 mx.good 2001:db8::1", .mx = 1, .mx_limit = { 9, false },
	    .host_limit = { 100, true } },
};

static void
test_row(const struct row *row, size_t i)
{
	struct pool *p = pool_new();
	struct plan plan = { .domain = row->domain, .port = 25, .ipv4 = row->ipv4,
		.ipv6 = row->ipv6, .mx_limit = row->mx_limit, .host_limit = row->host_limit };
	struct run_facts f = { .pool = p, .domain = row->domain, .target = row->domain };
	const char *name = pool_printf(p, "%s (row %zu)", row->domain, i + 1);

	plan.deadline = tick_now() + 30 * TICK_SEC;
	trouble = row->trouble;
	route_domain(&f, &plan, dns_new(p, &plan, NULL));
	tap_is(hosts_text(p, &f), row->hosts, pool_printf(p, "%s: hosts", name));
	tap_is(f.dns_why, row->dns_why, pool_printf(p, "%s: why none", name));
	tap_is(f.fault_why, row->fault, pool_printf(p, "%s: fault", name));
	tap_ok((f.fault == FAULT_RESOLVER) == (row->fault != NULL) && f.mx_total == row->mx &&
		f.mx_left_out == row->left_out && f.null_mx == row->null_mx &&
		f.null_mx_beside == row->null_beside && f.implicit_mx == row->implicit,
	    "%s: counts", name);
	tap_ok(f.nhosts == 0 || f.hosts[f.nhosts - 1].mx_index == row->mx - 1, "%s: indexes", name);
	pool_free(p);
}

/* --mx-host: the operator's order, no MX look-up, ports of their own. */
static void
test_named(void)
{
	struct pool *p = pool_new();
	struct mx_host named[] = { { .name = "b.three", .port = 2525 }, { .name = "192.0.2.9" },
		{ .name = "mx.good" }, { .name = "b.three", .port = 2525 }, { .name = "nowhere" } };
	struct plan plan = { .domain = "servfail", .port = 25, .mx_hosts = named, .nmx_hosts = 5 };
	struct run_facts f = { .pool = p, .domain = "servfail" };

	addr_parse(&named[1].address, "192.0.2.9");
	plan.deadline = tick_now() + 30 * TICK_SEC;
	batches = questions = 0;
	route_domain(&f, &plan, dns_new(p, &plan, NULL));
	tap_is(hosts_text(p, &f),
	    "0 b.three 192.0.2.3 port 2525, 0 192.0.2.9 192.0.2.9, 0 mx.good 192.0.2.1, "
	    "0 mx.good 2001:db8::1, 0 nowhere - untested (no address: no such name)",
	    "--mx-host: the hosts named");
	tap_ok(f.mx.status == DNS_NOT_TESTED && f.dns_why == NULL,
	    "--mx-host: MX are not asked for");
	tap_ok(batches == 1 && questions == 6, "--mx-host: addresses in one batch");
	tap_ok(f.mx_total == 4, "--mx-host: one twice is one");
	pool_free(p);
}

static void
test_batch(void)
{
	struct pool *p = pool_new();
	struct plan plan = { .domain = "three", .port = 465, .mx_limit = { 2, false } };
	struct run_facts f = { .pool = p, .domain = "three" };
	int64_t now = tick_now();

	plan.deadline = now + 8 * TICK_SEC;
	batches = questions = 0;
	route_domain(&f, &plan, dns_new(p, &plan, NULL));
	tap_ok(batches == 2 && questions == 5, "one batch for the MX, one for all addresses");
	tap_ok(latest < now + 7 * TICK_SEC, "time is kept back");
	tap_ok(f.nhosts > 0 && f.hosts[0].port == 465, "the plan's port");
	tap_ok(f.mx.status == DNS_INSECURE, "the status of the MX look-up");
	pool_free(p);
}

/* A domain that means harm: 1,000 MX of 100 addresses each. */
static void
test_crowd(void)
{
	struct pool *p = pool_new();
	struct plan plan = { .domain = "many.1500", .port = 25 };
	struct run_facts f = { .pool = p, .domain = "many.1500" };

	plan.deadline = tick_now() + 30 * TICK_SEC;
	route_domain(&f, &plan, dns_new(p, &plan, NULL));
	tap_ok(f.nhosts == 2000, "2,000 rows at most");
	tap_ok(f.nhosts > 32 && strcmp(f.hosts[31].mx, "mx0.wide") == 0 &&
	    strcmp(f.hosts[32].mx, "mx1.wide") == 0, "32 addresses of a name at most");
	tap_ok(f.mx_total == 63 && f.mx_left_out == 937, "the MX beyond are counted");
	pool_free(p);
}

static const struct {
	const char *host;
	const char *hosts;
	const char *dns_why;
	const char *fault;
	enum dns_status status;
	bool ipv4;
} host_rows[] = {
	{ "mx.good", "0 mx.good 192.0.2.1, 0 mx.good 2001:db8::1", NULL, NULL,
	    DNS_INSECURE, false },
	{ "mx.v6", "0 mx.v6 2001:db8::6", NULL, NULL,
	    DNS_INSECURE, false },
	{ "192.0.2.7", "0 192.0.2.7 192.0.2.7", NULL, NULL, DNS_NOT_TESTED, false },
	{ "2001:db8::7", "0 2001:db8::7 2001:db8::7 skipped (excluded by -4)", NULL, NULL,
	    DNS_NOT_TESTED, true },
	{ "mx.v6", "0 mx.v6 2001:db8::6 skipped (excluded by -4)", NULL, NULL, DNS_INSECURE, true },
	{ "mx.v6half", "0 mx.v6half 2001:db8::6", NULL, NULL,
	    DNS_INSECURE, false },
	{ "empty", "0 empty - untested (no address)", NULL, NULL,
	    DNS_INSECURE, false },
	{ "nowhere", "", "no such name", NULL, DNS_INSECURE, false },
	{ "mx.broken", "", "address look-up: CNAME loop", NULL, DNS_ERROR, false },
	{ "mx.bogusmx", "", "address look-up: signature expired", NULL, DNS_BOGUS, false },
	{ "addrfail", "", NULL, "resolver broken", DNS_ERROR, false },
};

static void
test_host(void)
{
	for (size_t i = 0; i < sizeof(host_rows) / sizeof(host_rows[0]); i++) {
		struct pool *p = pool_new();
		const char *host = host_rows[i].host;
		struct plan plan = { .host = host, .port = 25, .ipv4 = host_rows[i].ipv4 };
		struct run_facts f = { .pool = p };

		addr_parse(&plan.host_address, host);
		plan.deadline = tick_now() + 30 * TICK_SEC;
		trouble = host_rows[i].fault;
		route_host(&f, &plan, dns_new(p, &plan, NULL));
		tap_is(hosts_text(p, &f), host_rows[i].hosts, pool_printf(p, "host %s", host));
		if (host_rows[i].fault == NULL)
			tap_is(f.dns_why, host_rows[i].dns_why,
			    pool_printf(p, "host %s: why", host));
		tap_is(f.fault_why, host_rows[i].fault, pool_printf(p, "host %s: fault", host));
		tap_ok(f.mx.status == host_rows[i].status, "host %s: status", host);
		tap_ok(f.mx_total == (f.nhosts > 0), "host %s: counts", host);
		pool_free(p);
	}
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(&rows[i], i);
	trouble = NULL;
	test_named();
	test_batch();
	test_crowd();
	test_host();
	return tap_end();
}
