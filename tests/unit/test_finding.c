/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_finding.c - the findings of DANE: states, words, and the signature that expires first. */
#include <stdlib.h>

#include "finding.h"
#include "tap.h"
#include "text.h"

#define WALL INT64_C(1795435200) /* 2026-11-23T12:00:00Z */
#define DAYS INT64_C(86400)

static const uint8_t digest[32] = { 0xa1, 0xb2 };
static struct tlsa good[] = { { 3, 1, 1, digest, 32, true, true, NULL } };
static struct tlsa pair[] = { { 3, 1, 1, digest, 32, true, true, NULL },
	{ 2, 0, 1, digest, 32, true, false, NULL } };
static struct tlsa short_one[] = { { 3, 1, 1, digest, 31, false, false, "has 31 bytes" } };
static const char *lints[] = { "one thing", "another thing" };

/* One host of one target. */
struct trial {
	struct pool *p;
	struct plan plan;
	struct run_facts facts;
	struct host host;
	struct findings f;
};

static void
trial_start(struct trial *t, enum plugin plugin)
{
	*t = (struct trial){ .p = pool_new(), .plan = { .plugin = plugin } };
	for (size_t i = 0; i < SEV_COUNT; i++)
		t->plan.severity[i] = SEV_DEFAULT;
	range_parse_low(&t->plan.warn, "3:", NULL);
	range_parse_low(&t->plan.crit, "1:", NULL);
	t->host = (struct host){ .mx = "mx1.example.org", .status = HOST_TESTED };
	t->facts = (struct run_facts){ .wall = WALL,
		.mx.status = DNS_SECURE,
		.dane_tested = true,
		.hosts = &t->host,
		.nhosts = 1 };
	t->f = (struct findings){ .p = t->p, .facts = &t->facts, .plan = &t->plan };
}

/* "key=STATE text; ..." of all that there is to say. */
static const char *
judge(struct trial *t)
{
	struct text all = { .p = t->p };

	finding_dane_host(&t->f, &t->host);
	finding_dane_run(&t->f);
	for (size_t i = 0; i < t->f.n; i++)
		text_add(&all, "%s%s%s=%s %s", i > 0 ? "; " : "",
		    t->f.item[i].host == NULL ? "run " : "", sev_name(t->f.item[i].key),
		    state_name(t->f.item[i].state), t->f.item[i].text);
	return text_get(&all);
}

#define MISMATCH "RSA chain matches no TLSA record (have 3 1 1 a1b2..., live 3 1 1 c3d4...)"
#define HALF "MX not secured by DNSSEC: its TLSA records cannot be relied on (half DANE)"

/* clang-format off */
static const struct {
	const char *name;
	enum dane_status status;
	struct tlsa *records;
	const char *reason;
	const char *want;	/* of check_dane */
	enum dns_status mx;	/* NOT_TESTED: secure */
	enum host_status host;	/* NOT_STARTED: tested */
	size_t nlints;
	bool no_mx, untried, alias, implicit;
} rows[] = {
	{ "match", DANE_MATCH, good, NULL, .want = "" },
	{ "mismatch", DANE_MISMATCH, good, MISMATCH, .want = "dane-mismatch=CRITICAL " MISMATCH },
	{ "no reason", DANE_MISMATCH, good, NULL,
	    .want = "dane-mismatch=CRITICAL chain matches no TLSA record" },
	{ "another name", DANE_NAME_MISMATCH, good, "names x", .want = "dane-mismatch=CRITICAL names x" },
	{ "out of date", DANE_EXPIRED, good, "expired", .want = "dane-mismatch=CRITICAL expired" },
	{ "unusable", DANE_UNUSABLE, short_one, "no TLSA record is usable: 3 1 1 has 31 bytes",
	    .want = "dane-unusable=WARNING no TLSA record is usable: 3 1 1 has 31 bytes" },
	{ "error", DANE_ERROR, NULL, "TLSA look-up of _25._tcp.mx1.example.org: SERVFAIL",
	    .want = "dane-error=CRITICAL fails for DANE senders: TLSA look-up of "
	    "_25._tcp.mx1.example.org: SERVFAIL" },
	{ "none", DANE_NONE, NULL, NULL, .want = "dane-none=CRITICAL has no TLSA record" },
	{ "unsigned", DANE_NONE, NULL, "its address is not secured by DNSSEC",
	    .want = "dane-none=CRITICAL has no DANE: its address is not secured by DNSSEC" },
	{ "insecure", DANE_INSECURE, good, "its TLSA records are not secured by DNSSEC",
	    .want = "dane-none=CRITICAL has no DANE: its TLSA records are not secured by DNSSEC" },
	{ "lints", DANE_MATCH, good, NULL,
	    "dane-lint=WARNING one thing; dane-lint=WARNING another thing", .nlints = 2 },
	{ "half DANE", DANE_MATCH, good, NULL, "run dane-lint=WARNING " HALF,
	    .mx = DNS_INSECURE },
	{ "half DANE that does not even match", DANE_MISMATCH, good, MISMATCH,
	    "dane-mismatch=CRITICAL " MISMATCH "; run dane-lint=WARNING " HALF,
	    .mx = DNS_INSECURE },
	{ "an insecure MX without DANE", DANE_NONE, NULL, NULL,
	    "dane-none=CRITICAL has no TLSA record", .mx = DNS_INSECURE },
	{ "an insecure MX, insecure records", DANE_INSECURE, good, "r",
	    "dane-none=CRITICAL has no DANE: r", .mx = DNS_INSECURE },
	{ "a host needs no MX", DANE_MATCH, good, NULL, "", .mx = DNS_INSECURE, .no_mx = true },
	{ "an untested host still has records", DANE_ERROR, NULL, "r",
	    "dane-error=CRITICAL fails for DANE senders: r", .host = HOST_UNTESTED },
	{ "records that no chain was held against", DANE_NOT_TESTED, good, NULL, "",
	    .host = HOST_UNTESTED },
	{ "nothing asked", DANE_NOT_TESTED, NULL, NULL, "", .host = HOST_UNTESTED },
	{ "an alias", DANE_MATCH, good, NULL,
	    "dane-lint=WARNING is an alias of target: an MX must not be one (RFC 5321, 5.1)",
	    .alias = true },
	{ "an alias that no MX names", DANE_MATCH, good, NULL, "", .alias = true, .no_mx = true },
	{ "an alias without MX", DANE_MATCH, good, NULL, "", .alias = true, .implicit = true },
	{ "a host that is left out", DANE_NONE, NULL, NULL, "", .host = HOST_SKIPPED },
	{ "DANE was not tested", DANE_MISMATCH, good, MISMATCH, "", .untried = true },
};
/* clang-format on */

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;

		trial_start(&t, PLUGIN_DANE);
		t.host.dane = (struct dane_facts){ .status = rows[i].status,
			.records = rows[i].records,
			.nrecords = rows[i].records != NULL,
			.reason = rows[i].reason,
			.lints = lints,
			.nlints = rows[i].nlints };
		if (rows[i].mx != DNS_NOT_TESTED)
			t.facts.mx.status = rows[i].mx;
		if (rows[i].host != HOST_NOT_STARTED)
			t.host.status = rows[i].host;
		t.host.proof.cname = rows[i].alias;
		t.host.proof.canonical = "target";
		t.facts.implicit_mx = rows[i].implicit;
		t.facts.no_mx = rows[i].no_mx;
		t.facts.dane_tested = !rows[i].untried;
		tap_is(judge(&t), rows[i].want, rows[i].name);
		pool_free(t.p);
	}
}

static void
test_require(void)
{
	static struct tlsa_kind kinds[] = { { 3, 1, 1 }, { 2, 0, 1 }, { 3, 0, 1 } };
	static const struct {
		const char *name;
		struct tlsa *records;
		size_t n, kinds;
		enum dane_status status;
		const char *want;	/* NULL: no such finding */
	} cases[] = {
		{ "nothing required", good, 1, 0, DANE_MATCH, NULL },
		{ "there", good, 1, 1, DANE_MATCH, NULL },
		{ "there, though it does not match", good, 1, 1, DANE_MISMATCH, NULL },
		{ "one of two there", good, 1, 2, DANE_MATCH, "has no TLSA record 2 0 1" },
		{ "both there", pair, 2, 2, DANE_MATCH, NULL },
		{ "two lacking", good, 1, 3, DANE_MATCH, "has no TLSA record 2 0 1, 3 0 1" },
		{ "there, but unusable", short_one, 1, 1, DANE_UNUSABLE,
		    "has no TLSA record 3 1 1" },
		{ "there, but insecure", good, 1, 1, DANE_INSECURE, "has no TLSA record 3 1 1" },
		{ "none at all", NULL, 0, 1, DANE_NONE, "has no TLSA record 3 1 1" },
		{ "nobody knows", NULL, 0, 1, DANE_ERROR, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;
		const char *got = NULL;

		trial_start(&t, PLUGIN_DANE);
		t.plan.require = kinds;
		t.plan.nrequire = cases[i].kinds;
		t.host.dane = (struct dane_facts){ .status = cases[i].status,
			.records = cases[i].records,
			.nrecords = cases[i].n };
		judge(&t);
		for (size_t k = 0; k < t.f.n; k++)
			if (t.f.item[k].key == SEV_REQUIRE &&
			    t.f.item[k].state == STATE_CRITICAL)
				got = t.f.item[k].text;
		tap_is(got, cases[i].want, pool_printf(t.p, "--require: %s", cases[i].name));
		pool_free(t.p);
	}
}

/* Days of life so far and left, in tenths; -w 3: -c 1: */
static void
test_sigs(void)
{
	static const struct {
		const char *name;
		int old[2], left[2];
		const char *want;
	} cases[] = {
		{ "long enough", { 40, 40 }, { 31, 200 }, "" },
		{ "the first of both counts", { 40, 40 }, { 200, 29 },
		    "run rrsig-days=WARNING signature of mx1.example.org A expires in 2.9 days, "
		    "outside 3:" },
		{ "at the threshold", { 40, 40 }, { 30, 30 }, "" },
		{ "critical", { 40, 40 }, { 9, 200 },
		    "run rrsig-days=CRITICAL signature of example.org MX expires in 0.9 days, "
		    "outside 1:" },
		{ "over", { 41, 40 }, { -1, 20 },
		    "run rrsig-days=CRITICAL signature of example.org MX expires in -0.1 days, "
		    "outside 1:" },
		{ "an online signer's", { 38, 40 }, { 1, 200 }, "" },
		{ "a life of four days", { 39, 40 }, { 1, 200 },
		    "run rrsig-days=CRITICAL signature of example.org MX expires in 0.1 days, "
		    "outside 1:" },
		{ "online signers only", { 1, 1 }, { 1, 1 }, "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sig sigs[] = { { .type = "MX", .owner = "example.org" },
			{ .type = "A", .owner = "mx1.example.org" } };
		struct trial t;

		trial_start(&t, PLUGIN_DANE);
		for (size_t k = 0; k < 2; k++) {
			sigs[k].begins = WALL - cases[i].old[k] * DAYS / 10;
			sigs[k].expires = WALL + cases[i].left[k] * DAYS / 10;
		}
		t.facts.sigs = sigs;
		t.facts.nsigs = 2;
		t.host.dane = (struct dane_facts){ .status = DANE_MATCH,
			.records = good,
			.nrecords = 1 };
		tap_is(judge(&t), cases[i].want, pool_printf(t.p, "signatures: %s", cases[i].name));
		tap_ok((finding_next_sig(&t.facts) == NULL) == (cases[i].old[1] == 1),
		    "is there one to measure?");
		t.facts.sigs = sigs;
		pool_free(t.p);
	}
}

/* What check_dane calls critical is no trouble for the others unless a sender would fail. */
static void
test_plugins(void)
{
	struct sig sig = { "MX", "example.org", WALL - 10 * DAYS, WALL };
	struct tlsa_kind kind = { 3, 0, 0 };

	for (int plugin = 0; plugin < PLUGIN_COUNT; plugin++) {
		struct trial t;

		if (plugin == PLUGIN_DANE)
			continue;
		trial_start(&t, (enum plugin)plugin);
		t.facts.sigs = &sig;
		t.facts.nsigs = 1;
		t.host.dane = (struct dane_facts){ .status = DANE_MATCH,
			.records = good,
			.nrecords = 1 };
		tap_is(judge(&t),
		    plugin == PLUGIN_MTASTS
			? ""
			: "run dane-lint=OK signature of example.org MX expires in 0.0 days",
		    "a lint of signatures");
		pool_free(t.p);
		trial_start(&t, (enum plugin)plugin);
		t.facts.sigs = &sig;
		t.facts.nsigs = 1;
		t.plan.require = &kind;
		t.plan.nrequire = 1;
		t.host.dane = (struct dane_facts){ .status = DANE_NONE };
		tap_is(judge(&t), plugin == PLUGIN_MTASTS ? "" : "dane-none=OK has no TLSA record",
		    "no threshold of check_dane");
		pool_free(t.p);
	}
}

int
main(void)
{
	test_rows();
	test_require();
	test_sigs();
	test_plugins();
	return tap_end();
}
