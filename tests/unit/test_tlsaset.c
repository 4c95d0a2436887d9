/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_tlsaset.c - which TLSA records apply, by the table of dane-rules.md, with a resolver that is a table. */
#include <stdlib.h>

#include "tap.h"
#include "text.h"
#include "tick.h"
#include "tlsaset.h"

#define WALL INT64_C(1795435200) /* 2026-11-23T12:00:00Z */
#define DAYS INT64_C(86400)
#define HOSTS 4

/*
 * What the resolver knows.  data: "usable", "unusable", "both" and "short" are TLSA sets, "alias" a CNAME, "-" a name
 * without data; "!WHY" is an error, "?WHY" bogus.  Any other name is denied, and the denial is secure.
 */
static const struct {
	const char *name;
	enum dns_type type;
	enum dns_status status;
	const char *data;
} zone[] = {
	{ "_25._tcp.good", DNS_TLSA, DNS_SECURE, "usable" },
	{ "_465._tcp.good", DNS_TLSA, DNS_SECURE, "both" },
	{ "_25._tcp.both", DNS_TLSA, DNS_SECURE, "both" },
	{ "_25._tcp.bad", DNS_TLSA, DNS_SECURE, "unusable" },
	{ "_25._tcp.short", DNS_TLSA, DNS_SECURE, "short" },
	{ "_25._tcp.nodata", DNS_TLSA, DNS_SECURE, "-" },
	{ "_25._tcp.optout", DNS_TLSA, DNS_INSECURE, "-" },
	{ "_25._tcp.unsigned", DNS_TLSA, DNS_INSECURE, "usable" },
	{ "_25._tcp.servfail", DNS_TLSA, DNS_ERROR, "!SERVFAIL" },
	{ "_25._tcp.bogus", DNS_TLSA, DNS_BOGUS, "?signature expired" },
	{ "_25._tcp.alias", DNS_TLSA, DNS_SECURE, "both" },
	{ "alias", DNS_CNAME, DNS_SECURE, "alias" },
	{ "halfalias", DNS_CNAME, DNS_SECURE, "alias" },
	{ "_25._tcp.halfalias", DNS_TLSA, DNS_SECURE, "usable" },
	{ "loosealias", DNS_CNAME, DNS_INSECURE, "alias" },
	{ "_25._tcp.loosealias", DNS_TLSA, DNS_SECURE, "usable" },
	{ "bogusalias", DNS_CNAME, DNS_BOGUS, "?no signature" },
	{ "failedalias", DNS_CNAME, DNS_ERROR, "!timed out" },
	{ "_25._tcp.target", DNS_TLSA, DNS_SECURE, "usable" },
	{ "_25._tcp.unsound", DNS_TLSA, DNS_SECURE, "usable" },
	{ "_25._tcp.unsound", DNS_A, DNS_BOGUS, "?no NSEC record" },
	{ "_probe._25._tcp.unsound", DNS_A, DNS_BOGUS, "?no NSEC record" },
	{ "_25._tcp.deep", DNS_TLSA, DNS_SECURE, "usable" },
	{ "_probe._25._tcp.deep", DNS_A, DNS_BOGUS, "?name exists" },
	{ "_25._tcp.slow", DNS_TLSA, DNS_SECURE, "usable" },
	{ "_25._tcp.slow", DNS_A, DNS_ERROR, "!SERVFAIL" },
};

static size_t batches;
static struct text asked;
static int64_t latest;
static uint32_t ttl;

static void
add_rr(struct dns_answer *a, struct pool *p, const char *digits, size_t digest)
{
	uint8_t data[3 + 32] = { 0 };
	struct dns_rr rr = { .len = 3 + digest };

	for (size_t i = 0; i < 3; i++)
		data[i] = (uint8_t)(digits[i] - '0');
	memset(data + 3, 0xa0 + (int)a->nrr, digest);
	rr.data = pool_copy(p, data, rr.len);
	a->rr = pool_grow(p, a->rr, a->nrr, sizeof(*a->rr));
	a->rr[a->nrr++] = rr;
}

static void
add_data(struct dns_answer *a, struct pool *p, const char *data)
{
	if (strcmp(data, "usable") == 0 || strcmp(data, "both") == 0)
		add_rr(a, p, "311", 32);
	if (strcmp(data, "unusable") == 0 || strcmp(data, "both") == 0)
		add_rr(a, p, "111", 32);
	if (strcmp(data, "short") == 0)
		add_rr(a, p, "311", 31);
	a->kind = strcmp(data, "-") == 0 ? DNS_NO_DATA : DNS_DATA;
}

static void
answer(struct dns_question *q, struct pool *p)
{
	struct dns_answer *a = &q->answer;

	*a = (struct dns_answer){ .status = DNS_SECURE,
		.kind = DNS_NO_NAME,
		.ttl = ttl,
		.sig_begins = WALL - 5 * DAYS,
		.sig_expires = WALL + 9 * DAYS };
	for (size_t i = 0; i < sizeof(zone) / sizeof(zone[0]); i++) {
		if (strcmp(zone[i].name, q->name) != 0 || zone[i].type != q->type)
			continue;
		a->status = zone[i].status;
		if (zone[i].data[0] == '!' || zone[i].data[0] == '?')
			a->why = zone[i].data + 1;
		else
			add_data(a, p, zone[i].data);
	}
}

/* The linker takes this instead of dns.c's. */
void
dns_ask(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline)
{
	(void)d;
	batches++;
	latest = deadline;
	for (size_t i = 0; i < n; i++) {
		const char *type = q[i].type == DNS_TLSA ? ""
		    : q[i].type == DNS_A                 ? "A "
							 : "CNAME ";

		text_add(&asked, "%s%s%s", asked.len > 0 ? ", " : "", type, q[i].name);
		answer(&q[i], p);
	}
}

/* A host as route leaves it. */
static struct host
host_of(const char *mx, size_t index, const char *address, enum dns_status status,
    const char *canonical)
{
	struct host h = { .mx = mx, .mx_index = index, .port = 25, .status = HOST_NOT_STARTED };

	addr_parse(&h.address, address);
	h.proof = (struct dns_proof){ status, canonical != NULL, canonical == NULL ? mx : canonical,
		WALL - 5 * DAYS, WALL + 9 * DAYS };
	return h;
}

static struct run_facts
find(struct pool *p, struct host *hosts, size_t n, enum plugin plugin)
{
	struct run_facts facts = { .pool = p, .domain = "example.org", .wall = WALL,
		.hosts = hosts, .nhosts = n };
	struct plan plan = { .plugin = plugin, .deadline = tick_now() + 30 * TICK_SEC };

	batches = 0;
	asked = (struct text){ .p = p };
	tlsaset_find(&facts, &plan, NULL);
	return facts;
}

/* "status base records/usable" */
static const char *
found_text(struct pool *p, const struct dane_facts *d)
{
	static const char *const words[] = {
		[DANE_NOT_TESTED] = "to match", [DANE_UNUSABLE] = "unusable", [DANE_NONE] = "none",
		[DANE_INSECURE] = "insecure", [DANE_ERROR] = "error"
	};
	size_t usable = 0;

	for (size_t i = 0; i < d->nrecords; i++)
		usable += d->records[i].usable;
	return pool_printf(p, "%s %s %zu/%zu", words[d->status], d->base == NULL ? "-" : d->base,
	    usable, d->nrecords);
}

static const struct {
	const char *name, *mx;
	enum dns_status address;
	const char *canonical;	/* NULL: no alias */
	const char *found;	/* found_text() */
	const char *asked;
	const char *why;
} rows[] = {
	{ "all is well", "good", DNS_SECURE, NULL, "to match good 1/1", "_25._tcp.good", NULL },
	{ "one bad record spoils nothing", "both", DNS_SECURE, NULL, "to match both 1/2",
	    "_25._tcp.both", NULL },
	{ "address insecure: not even asked", "good", DNS_INSECURE, NULL, "none - 0/0", "",
	    "its address is not secured by DNSSEC" },
	{ "no record", "nothing", DNS_SECURE, NULL, "none - 0/0", "_25._tcp.nothing", NULL },
	{ "a name without records", "nodata", DNS_SECURE, NULL, "none - 0/0", "_25._tcp.nodata",
	    NULL },
	{ "no record, and that insecure", "optout", DNS_SECURE, NULL, "none - 0/0",
	    "_25._tcp.optout", NULL },
	{ "records, but insecure", "unsigned", DNS_SECURE, NULL, "insecure unsigned 1/1",
	    "_25._tcp.unsigned", "its TLSA records are not secured by DNSSEC" },
	{ "none usable", "bad", DNS_SECURE, NULL, "unusable bad 0/1", "_25._tcp.bad",
	    "tlsa-invalid: no usable TLSA record: 1 1 1 a0a0a0a0... has usage 1, which "
	    "is not for mail (RFC 7672, 3.1.3)" },
	{ "a digest too short", "short", DNS_SECURE, NULL, "unusable short 0/1",
	    "_25._tcp.short", "" },
	{ "SERVFAIL", "servfail", DNS_SECURE, NULL, "error servfail 0/0", "_25._tcp.servfail",
	    "dnssec-invalid: TLSA look-up of _25._tcp.servfail: SERVFAIL" },
	{ "bogus", "bogus", DNS_SECURE, NULL, "error bogus 0/0", "_25._tcp.bogus",
	    "dnssec-invalid: TLSA look-up of _25._tcp.bogus: signature expired" },
	{ "alias, all secure: where it leads first", "alias", DNS_SECURE, "target",
	    "to match target 1/1", "_25._tcp.target", NULL },
	{ "then the name itself", "alias", DNS_SECURE, "nothing", "to match alias 1/2",
	    "_25._tcp.nothing, _25._tcp.alias", NULL },
	{ "also where the first is insecure", "alias", DNS_SECURE, "unsigned",
	    "to match alias 1/2", "_25._tcp.unsigned, _25._tcp.alias", NULL },
	{ "unless the first fails", "alias", DNS_SECURE, "servfail", "error servfail 0/0",
	    "_25._tcp.servfail", "dnssec-invalid: TLSA look-up of _25._tcp.servfail: SERVFAIL" },
	{ "or is unusable", "alias", DNS_SECURE, "bad", "unusable bad 0/1", "_25._tcp.bad", "" },
	{ "neither", "nothing", DNS_SECURE, "nodata", "none - 0/0",
	    "_25._tcp.nodata, _25._tcp.nothing", NULL },
	{ "insecure, then none", "nothing", DNS_SECURE, "unsigned", "insecure unsigned 1/1",
	    "_25._tcp.unsigned, _25._tcp.nothing", "its TLSA records are not secured by DNSSEC" },
	{ "insecure, then an error", "servfail", DNS_SECURE, "unsigned", "error servfail 0/0",
	    "_25._tcp.unsigned, _25._tcp.servfail",
	    "dnssec-invalid: TLSA look-up of _25._tcp.servfail: SERVFAIL" },
	{ "alias to unsigned: the name itself only", "halfalias", DNS_INSECURE, "target",
	    "to match halfalias 1/1", "CNAME halfalias, _25._tcp.halfalias", NULL },
	{ "first link insecure", "loosealias", DNS_INSECURE, "target", "none - 0/0",
	    "CNAME loosealias", "its address is an alias not secured by DNSSEC" },
	{ "first link bogus", "bogusalias", DNS_INSECURE, "target", "error - 0/0",
	    "CNAME bogusalias", "dnssec-invalid: CNAME look-up of bogusalias: no signature" },
	{ "first link silent", "failedalias", DNS_INSECURE, "target", "error - 0/0",
	    "CNAME failedalias", "dnssec-invalid: CNAME look-up of failedalias: timed out" },
	{ "an address for a name", "192.0.2.1", DNS_NOT_TESTED, NULL, "none - 0/0", "",
	    "it is named by its address" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool *p = pool_new();
		struct host h = host_of(rows[i].mx, 0, "192.0.2.1", rows[i].address,
		    rows[i].canonical);

		find(p, &h, 1, PLUGIN_MX_CF);
		tap_is(found_text(p, &h.dane), rows[i].found, rows[i].name);
		tap_is(text_get(&asked), rows[i].asked, "what was asked");
		if (rows[i].why == NULL || rows[i].why[0] != '\0')
			tap_is(h.dane.why, rows[i].why, "why");
		pool_free(p);
	}
}

/* Stages, not hosts, make batches; what is the same is asked once. */
static void
test_batches(void)
{
	struct pool *p = pool_new();
	struct host h[] = {
		host_of("good", 0, "192.0.2.1", DNS_SECURE, NULL),
		host_of("good", 0, "192.0.2.2", DNS_SECURE, NULL),
		host_of("good", 0, "2001:db8::1", DNS_SECURE, NULL),
		host_of("halfalias", 1, "192.0.2.3", DNS_INSECURE, "target"),
		host_of("halfalias", 1, "2001:db8::3", DNS_SECURE, NULL),
		host_of("alias", 2, "192.0.2.4", DNS_SECURE, "nothing"),
		host_of("good", 3, "192.0.2.1", DNS_SECURE, NULL),
	};
	int64_t now = tick_now();

	h[1].status = HOST_SKIPPED;
	h[6].port = 465;
	find(p, h, sizeof(h) / sizeof(h[0]), PLUGIN_MX_CF);
	tap_ok(batches == 3, "one batch for the links, one for each candidate: %zu", batches);
	tap_is(text_get(&asked),
	    "CNAME halfalias, _25._tcp.good, _25._tcp.halfalias, _25._tcp.halfalias, "
	    "_25._tcp.nothing, _465._tcp.good, _25._tcp.alias",
	    "addresses of one name share a question, ports do not");
	tap_ok(latest < now + 11 * TICK_SEC, "most of the time is left for the hosts");
	tap_ok(h[0].dane.records != h[2].dane.records && h[2].dane.nrecords == 1,
	    "each host has records of its own");
	tap_ok(h[1].dane.status == DANE_NOT_TESTED && h[1].dane.nrecords == 0,
	    "none are sought for a host that is left out");
	tap_ok(h[6].dane.nrecords == 2, "the port really probed");
	pool_free(p);
}

/* check_dane alone asks how names around the records are denied. */
static void
test_denial(void)
{
	static const struct {
		const char *mx;
		const char *lint;	/* NULL: none */
	} cases[] = {
		{ "good", NULL },
		{ "slow", NULL },
		{ "unsigned", NULL },
		{ "nothing", NULL },
		{ "unsound", "the denial of _25._tcp.unsound A fails DNSSEC: no NSEC record" },
		{ "deep", "the denial of _probe._25._tcp.deep A fails DNSSEC: name exists" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int plugin = 0; plugin < PLUGIN_COUNT; plugin++) {
			struct pool *p = pool_new();
			struct host h = host_of(cases[i].mx, 0, "192.0.2.1", DNS_SECURE, NULL);
			const char *want = plugin == PLUGIN_DANE ? cases[i].lint : NULL;

			find(p, &h, 1, (enum plugin)plugin);
			tap_is(h.dane.nlints > 0 ? h.dane.lints[0] : NULL, want,
			    pool_printf(p, "%s, plugin %d", cases[i].mx, plugin));
			tap_is(h.tlsa.denial, want, "kept for the judgement to come");
			tap_ok(h.dane.nlints <= 1, "said once");
			pool_free(p);
		}
	}
}

static void
test_sigs(void)
{
	struct pool *p = pool_new();
	struct host h[] = {
		host_of("halfalias", 0, "192.0.2.1", DNS_INSECURE, "target"),
		host_of("good", 1, "192.0.2.2", DNS_SECURE, NULL),
		host_of("good", 1, "192.0.2.3", DNS_SECURE, NULL),
		host_of("good", 1, "2001:db8::2", DNS_SECURE, NULL),
		host_of("unsigned", 2, "192.0.2.4", DNS_SECURE, NULL),
	};
	struct run_facts facts = { .pool = p, .domain = "example.org", .wall = WALL, .hosts = h,
		.nhosts = sizeof(h) / sizeof(h[0]),
		.mx.status = DNS_SECURE,
		.mx_proof = { .sig_begins = WALL - DAYS, .sig_expires = WALL + DAYS } };
	struct plan plan = { .deadline = tick_now() + 30 * TICK_SEC, .no_cache = true };
	struct text t = { .p = p };

	ttl = 90000;
	asked = (struct text){ .p = p };
	tlsaset_find(&facts, &plan, NULL);
	ttl = 0;
	for (size_t i = 0; i < facts.nsigs; i++)
		text_add(&t, "%s%s %s", i > 0 ? ", " : "", facts.sigs[i].owner, facts.sigs[i].type);
	tap_is(text_get(&t), "example.org MX, good A, good AAAA, unsigned A, halfalias CNAME, "
	    "_25._tcp.halfalias TLSA, _25._tcp.good TLSA", "signatures that DANE rests on");
	tap_ok(facts.nsigs > 0 && facts.sigs[0].expires == WALL + DAYS &&
	    facts.sigs[0].begins == WALL - DAYS, "with their dates");
	tap_ok(h[1].tlsa.ttl == 90000 && h[1].dane.nlints == 1, "a long TTL, seen without a cache");
	pool_free(p);
}

int
main(void)
{
	test_rows();
	test_batches();
	test_denial();
	test_sigs();
	return tap_end();
}
