/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_verdict.c - findings, states, thresholds and notes of every situation. */
#include <stdlib.h>

#include "situations.h"
#include "tap.h"
#include "text.h"
#include "verdict.h"

#define HOSTS 3

/* A run, judged. */
struct trial {
	struct pool *p;
	struct plan plan;
	struct host host[HOSTS];
	struct run_facts facts;
	struct score score;
	struct verdict v;
};

static const struct situation *
situation_named(const char *name)
{
	for (size_t i = 0; i < SITUATIONS; i++)
		if (strcmp(situations[i].name, name) == 0)
			return &situations[i];
	printf("Bail out! no situation \"%s\"\n", name);
	exit(1);
}

/* Hosts of these situations, each an MX of its own. */
static void
trial_start(struct trial *t, const char *const *names, size_t n)
{
	*t = (struct trial){ .p = pool_new(), .plan = plan_default() };
	for (size_t i = 0; i < n; i++) {
		t->host[i] = situation_named(names[i])->host;
		t->host[i].mx_index = i;
		t->host[i].preference = 10 * (int)i;
	}
	t->facts = run_of(t->host, n);
	t->facts.mtasts.status = POLICY_NOT_TESTED; /* test_finding_sts.c has what is published */
}

static void
trial_one(struct trial *t, const char *name)
{
	trial_start(t, &name, 1);
}

static void
trial_judge(struct trial *t)
{
	score_run(&t->score, t->p, &t->facts, &t->plan);
	verdict_make(&t->v, t->p, &t->facts, &t->score, &t->plan);
}

static bool
is_quiet(const struct finding *f)
{
	return f->key == SEV_DANE_NONE && f->state == STATE_OK;
}

/* "key=STATE ..." in their order, without the one of CF and what is no trouble about DANE (test_finding.c). */
static const char *
findings_of(const struct trial *t)
{
	struct text all = { .p = t->p };

	for (size_t i = 0; i < t->v.nfindings; i++) {
		const struct finding *f = &t->v.findings[i];

		if (f->key != SEV_CF && !is_quiet(f))
			text_add(&all, "%s%s=%s", all.len > 0 ? " " : "", sev_name(f->key),
			    state_name(f->state));
	}
	return text_get(&all);
}

static const struct finding *
finding_of(const struct trial *t, enum sev_key key)
{
	for (size_t i = 0; i < t->v.nfindings; i++)
		if (t->v.findings[i].key == key)
			return &t->v.findings[i];
	return NULL;
}

/* Of the finding at i; NULL where there is none. */
static const char *
text_at(const struct trial *t, size_t i)
{
	while (i < t->v.nfindings && is_quiet(&t->v.findings[i]))
		i++;
	return i < t->v.nfindings ? t->v.findings[i].text : NULL;
}

static const struct host *
host_at(const struct trial *t, size_t i)
{
	return i < t->v.nfindings ? t->v.findings[i].host : NULL;
}

/* Of a key that is not there: -1. */
static int
state_of(const struct trial *t, enum sev_key key)
{
	const struct finding *f = finding_of(t, key);

	return f == NULL ? -1 : (int)f->state;
}

/* What must hold of any verdict. */
static bool
sound(const struct trial *t)
{
	static const int badness[] = { 0, 2, 3, 1 };
	int last = 3, worst = 0;

	for (size_t i = 0; i < t->v.nfindings; i++) {
		const struct finding *f = &t->v.findings[i];

		if (badness[f->state] > last || f->text == NULL || f->text[0] == '\0' ||
		    strlen(f->text) > 120)
			return false;
		last = badness[f->state];
		worst = last > worst ? last : worst;
		for (size_t j = 0; j < i; j++)
			if (t->v.findings[j].key == f->key && t->v.findings[j].host == f->host)
				return false;
	}
	return badness[t->v.state] == worst;
}

static void
test_situations(void)
{
	for (size_t i = 0; i < SITUATIONS; i++) {
		const struct situation *s = &situations[i];
		struct trial t;
		bool same;

		trial_one(&t, s->name);
		trial_judge(&t);
		tap_ok(sound(&t), "%s: %s: sound", s->row, s->name);
		tap_is(findings_of(&t), s->findings, "its findings");
		if (s->text != NULL)
			tap_is(text_at(&t, 0), s->text, "its text");
		same = s->note == NULL ? t.v.nnotes == 0
				       : t.v.nnotes == 1 &&
			strncmp(t.v.notes[0], "mx1.example.org[192.0.2.25] ", 28) == 0 &&
			strcmp(t.v.notes[0] + 28, s->note) == 0;
		tap_ok(same, "its note: %s", s->note == NULL ? "none" : s->note);
		tap_ok((state_of(&t, SEV_CF) != -1) == (t.score.known && t.score.cf < 90),
		    "cf beside it where the CF is under 90");
		pool_free(t.p);
	}
}

static void
test_runs(void)
{
	for (size_t i = 0; i < RUN_SITUATIONS; i++) {
		const struct run_situation *s = &run_situations[i];
		struct trial t = { .p = pool_new(), .plan = plan_default(), .facts = s->facts };

		t.facts.mtasts.status = POLICY_NOT_TESTED;

		trial_judge(&t);
		tap_ok(sound(&t), "%s: %s: sound", s->row, s->name);
		tap_is(findings_of(&t), s->findings, "its findings");
		tap_is(text_at(&t, 0), s->text, "its text");
		tap_ok(host_at(&t, 0) == NULL, "of the target as a whole");
		tap_ok((state_of(&t, SEV_CF) == STATE_CRITICAL) == s->known, "cf only where known");
		pool_free(t.p);
	}
}

/* Ends hide all the rest: with a fault of ours no host's trouble is the target's. */
static void
test_ends(void)
{
	static const struct {
		enum fault fault;
		bool null_mx;
		const char *want;
	} rows[] = {
		{ FAULT_RESOLVER, false, "resolver=UNKNOWN" },
		{ FAULT_INTERNAL, false, "internal=UNKNOWN" },
		{ FAULT_NONE, true, "null-mx=UNKNOWN" },
		{ FAULT_RESOLVER, true, "resolver=UNKNOWN" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;

		trial_one(&t, "no STARTTLS offered");
		t.facts.fault = rows[i].fault;
		t.facts.null_mx = rows[i].null_mx;
		trial_judge(&t);
		tap_is(findings_of(&t), rows[i].want, "nothing but the end");
		tap_ok(t.v.nfindings == 1 && text_at(&t, 0)[0] != '\0', "with a text");
		pool_free(t.p);
	}
}

/* The trial that finds a key, and its defaults there (-1: no such finding). */
/* clang-format off */
static const struct {
	enum sev_key key;
	const char *situation;
	int mx_cf, smtp_tls, dane, mtasts;
} reached[] = {
	{ SEV_ALL_UNREACHABLE, "connection refused", 2, 2, 2, 2 },
	{ SEV_TIMEOUT, "the run's deadline came first", 3, 3, 3, 3 },
	{ SEV_NO_TLS, "no STARTTLS offered", 2, 2, 2, 2 },
	{ SEV_TLS_FAILED, "handshake failure", 2, 2, 2, 2 },
	{ SEV_INJECTION, "bytes pending after the 220", 2, 2, 2, 2 },
	{ SEV_CERT_UNTRUSTED, "self-signed", 1, 2, 0, 1 },
	{ SEV_CERT_NAME, "wrong name", 1, 2, 0, 1 },
	{ SEV_CERT_EXPIRED, "expired", 2, 2, 0, 2 },
	{ SEV_CERT_REVOKED, "revoked", 2, 2, 2, 2 },
	{ SEV_MUST_STAPLE, "must-staple, none came", 1, 1, 0, 1 },
	{ SEV_REVOCATION_UNKNOWN, "revocation unknown", 0, 0, 0, 0 },
	{ SEV_CERT_WEAK, "weak key", 1, 1, 0, 1 },
	{ SEV_NOT_SMTP, "direct TLS, a web server", 0, 0, -1, -1 },
	{ SEV_LEGACY_PROTOCOL, "old protocols beside TLS 1.3", 1, 1, -1, -1 },
	{ SEV_REQUIRE_TLS, "TLS 1.2", -1, 2, -1, -1 },
	{ SEV_MANDATORY_TLS, "mail taken in the clear", 2, 2, -1, -1 },
	{ SEV_AUTH_FAILED, "login refused", 2, 2, -1, -1 },
	{ SEV_DATA_REFUSED, "message refused", 2, 2, -1, -1 },
	{ SEV_FROM_REFUSED, "MAIL FROM 5xx", 1, 1, -1, -1 },
	{ SEV_RCPT_REFUSED, "RCPT TO 5xx", 1, 1, -1, -1 },
	{ SEV_RCPT_DEFERRED, "RCPT TO 4xx", 0, 0, -1, -1 },
	{ SEV_DANE_MISMATCH, "DANE: mismatch", 2, 2, 2, -1 },
	{ SEV_DANE_UNUSABLE, "DANE: unusable", 1, 1, 1, -1 },
	{ SEV_DANE_ERROR, "DANE: error", 2, 2, 2, -1 },
	{ SEV_DANE_NONE, "DANE: none", 0, 0, 2, -1 },
	{ SEV_DANE_LINT, "DANE: lint", 0, 0, 1, -1 },
	{ SEV_REQUIRE, "DANE: required", -1, -1, 2, -1 },
	{ SEV_RRSIG_DAYS, "DANE: a signature that expires", -1, -1, 2, -1 },
	{ SEV_DNS_BOGUS, "address fails DNSSEC validation", 2, 2, 2, 2 },
	{ SEV_DNS_ERROR, "an address for an MX", 2, 2, 2, 2 },
	{ SEV_UNREACHABLE, "unreachable beside another", 1, 1, 1, 1 },
	{ SEV_NULL_MX, "null MX", 3, -1, 3, 3 },
	{ SEV_RESOLVER, "our resolver is dead", 3, 3, 3, 3 },
	{ SEV_PROXY, "the proxy refuses us", 3, 3, 3, 3 },
	{ SEV_INTERNAL, "a fault of ours", 3, 3, 3, 3 },
	{ SEV_CERT_DAYS, "few days left", 1, 1, 1, 1 },
	{ SEV_CF, "plaintext", 2, -1, -1, -1 },
	{ SEV_MIN_MX, "under --min-mx", 2, -1, -1, -1 },
	{ SEV_TIME, "slow", -1, 2, -1, -1 },
	{ SEV_STS_NONE, "no MTA-STS", 0, -1, -1, 2 },
	{ SEV_STS_INVALID, "no policy to be had", 1, -1, -1, 2 },
	{ SEV_STS_MX_MISMATCH, "an MX that is not listed", 2, -1, -1, 2 },
	{ SEV_STS_LINT, "a lint", 0, -1, -1, 1 },
	{ SEV_MAX_AGE, "a short max_age", -1, -1, -1, 2 },
	{ SEV_POLICY_CERT_DAYS, "few days left of the policy host", -1, -1, -1, 1 },
	{ SEV_EXPECT_MODE, "another mode", -1, -1, -1, 2 },
	{ SEV_EXPECT_ID, "another id", -1, -1, -1, 2 },
	{ SEV_TLSRPT_NONE, "no TLS-RPT", 0, -1, -1, 1 },
	{ SEV_TLSRPT_INVALID, "an invalid TLS-RPT record", 1, -1, -1, 1 },
};
/* clang-format on */

static struct tlsa_kind wanted_kind[] = { { 3, 1, 2 } };
static struct sig last_day[] = {
	{ "TLSA", "_25._tcp.mx1.example.org", WALL - 20 * DAYS, WALL + DAYS / 2 }
};

/* What reaches a key of DANE. */
static void
trial_dane(struct trial *t, enum sev_key key)
{
	static const enum dane_status statuses[SEV_COUNT] = { [SEV_DANE_MISMATCH] = DANE_EXPIRED,
		[SEV_DANE_UNUSABLE] = DANE_UNUSABLE,
		[SEV_DANE_ERROR] = DANE_ERROR,
		[SEV_DANE_NONE] = DANE_INSECURE,
		[SEV_DANE_LINT] = DANE_MATCH,
		[SEV_REQUIRE] = DANE_MATCH,
		[SEV_RRSIG_DAYS] = DANE_MATCH };

	trial_one(t, "TLS 1.3");
	t->host[0].dane = (struct dane_facts){ .status = statuses[key],
		.records = end_entity,
		.nrecords = 1 };
	if (key == SEV_DANE_LINT)
		t->facts.mx.status = DNS_INSECURE;
	if (key == SEV_REQUIRE) {
		t->plan.require = wanted_kind;
		t->plan.nrequire = 1;
	}
	if (key == SEV_RRSIG_DAYS) {
		t->facts.sigs = last_day;
		t->facts.nsigs = 1;
	}
}

/* The same for a key of MTA-STS or TLS-RPT; false: it is of neither. */
static bool
trial_publish(struct trial *t, enum sev_key key)
{
	static struct flaw flaw[] = { { "policy", 0, 0, "mode none" } };
	struct mtasts_facts *m = &t->facts.mtasts;

	if (key < SEV_STS_NONE || key > SEV_TLSRPT_INVALID)
		return false;
	trial_one(t, "TLS 1.3");
	t->plan.tlsrpt = TLSRPT_WARN;
	*m = (struct mtasts_facts){ .status = POLICY_OK,
		.id = "2026",
		.mode = STS_MODE_TESTING,
		.max_age = 70,
		.policy_cert = true,
		.policy_cert_days = 61 };
	switch (key) {
	case SEV_STS_NONE: m->status = POLICY_NONE; break;
	case SEV_STS_INVALID: m->status = POLICY_FETCH_ERROR; break;
	case SEV_STS_MX_MISMATCH:
		m->mode = STS_MODE_ENFORCE;
		t->host[0].sts = STS_NOT_LISTED;
		break;
	case SEV_STS_LINT: m->lints = (struct flaws){ flaw, 1 }; break;
	case SEV_MAX_AGE: m->max_age = 63; break;
	case SEV_POLICY_CERT_DAYS: m->policy_cert_days = 13.9; break;
	case SEV_EXPECT_MODE: t->plan.expect_mode = STS_MODE_ENFORCE; break;
	case SEV_EXPECT_ID: t->plan.expect_id = "2027"; break;
	case SEV_TLSRPT_NONE: t->facts.tlsrpt.status = POLICY_NONE; break;
	default: t->facts.tlsrpt.errors = (struct flaws){ flaw, 1 };
	}
	return true;
}

/* The facts for one row of reached[]. */
static void
trial_reach(struct trial *t, size_t row)
{
	static const char *const pair[] = { "TLS 1.3", "connection refused" };
	const char *name = reached[row].situation;

	if (trial_publish(t, reached[row].key))
		return;
	switch (reached[row].key) {
	case SEV_UNREACHABLE:
		trial_start(t, pair, 2);
		break;
	case SEV_NULL_MX:
	case SEV_RESOLVER:
	case SEV_PROXY:
	case SEV_INTERNAL:
		trial_start(t, NULL, 0);
		for (size_t i = 0; i < RUN_SITUATIONS; i++)
			if (strcmp(run_situations[i].name, name) == 0)
				t->facts = run_situations[i].facts;
		break;
	case SEV_REQUIRE_TLS:
		trial_one(t, name);
		t->plan.require_tls = PROTO_TLS13;
		break;
	case SEV_CERT_DAYS:
		trial_one(t, "TLS 1.3");
		t->host[0].cert.days_left = 13.9;
		break;
	case SEV_CF:
	case SEV_MIN_MX:
		trial_one(t, "no STARTTLS offered");
		t->plan.min_mx = 1;
		break;
	case SEV_DANE_MISMATCH:
	case SEV_DANE_UNUSABLE:
	case SEV_DANE_ERROR:
	case SEV_DANE_NONE:
	case SEV_DANE_LINT:
	case SEV_REQUIRE:
	case SEV_RRSIG_DAYS:
		trial_dane(t, reached[row].key);
		break;
	case SEV_TIME:
		trial_one(t, "TLS 1.3");
		t->facts.took_us = 64 * INT64_C(1000000) - 1;
		break;
	default:
		trial_one(t, name);
	}
}

static void
reach(size_t row, enum plugin plugin, int override, int want)
{
	struct trial t;

	trial_reach(&t, row);
	t.plan.plugin = plugin;
	t.plan.severity[reached[row].key] = override;
	trial_judge(&t);
	tap_ok(state_of(&t, reached[row].key) == want && sound(&t), "%s of plugin %d: %d",
	    sev_name(reached[row].key), (int)plugin, want);
	pool_free(t.p);
}

/* Every key is reached, with its default and with each override, in each plugin that has it. */
static void
test_severities(void)
{
	bool seen[SEV_COUNT] = { false };
	bool all = true;

	for (size_t i = 0; i < sizeof(reached) / sizeof(reached[0]); i++) {
		const int want[PLUGIN_COUNT] = {
			[PLUGIN_SMTP_TLS] = reached[i].smtp_tls, [PLUGIN_MX_CF] = reached[i].mx_cf,
			[PLUGIN_DANE] = reached[i].dane, [PLUGIN_MTASTS] = reached[i].mtasts
		};

		seen[reached[i].key] = true;
		for (int p = 0; p < PLUGIN_COUNT; p++) {
			reach(i, (enum plugin)p, SEV_DEFAULT, want[p]);
			for (int s = STATE_OK; s <= STATE_UNKNOWN; s++)
				reach(i, (enum plugin)p, s, want[p] == -1 ? -1 : s);
		}
	}
	for (size_t k = 0; k < SEV_COUNT; k++)
		all = all && seen[k];
	tap_ok(all, "every key is reached by a row");
}

static void
test_unreachable(void)
{
	static const struct {
		const char *name;
		const char *hosts[HOSTS];
		bool ignore;
		int override;
		const char *want;
	} rows[] = {
		{ "one of two", { "TLS 1.3", "connection refused" }, false, SEV_DEFAULT,
		    "unreachable=WARNING" },
		{ "ignored", { "TLS 1.3", "connection refused" }, true, SEV_DEFAULT,
		    "unreachable=OK" },
		{ "ignored, but --severity says", { "TLS 1.3", "connection refused" }, true,
		    STATE_CRITICAL, "unreachable=CRITICAL" },
		{ "plaintext works, too", { "no STARTTLS offered", "connection refused" }, false,
		    SEV_DEFAULT, "no-tls=CRITICAL unreachable=WARNING" },
		{ "both", { "connection refused", "banner 421" }, false, SEV_DEFAULT,
		    "all-unreachable=CRITICAL all-unreachable=CRITICAL all-unreachable=CRITICAL" },
		{ "both, ignored", { "connection refused", "no address" }, true, SEV_DEFAULT,
		    "all-unreachable=CRITICAL all-unreachable=CRITICAL all-unreachable=CRITICAL" },
		{ "skipped is not unreachable", { "TLS 1.3", "address family missing here" }, false,
		    SEV_DEFAULT, "" },
		{ "skipped does not work either",
		    { "connection refused", "address family missing here" }, false, SEV_DEFAULT,
		    "all-unreachable=CRITICAL" },
		{ "all skipped",
		    { "address family missing here", "address family missing here" }, false,
		    SEV_DEFAULT, "all-unreachable=CRITICAL" },
		{ "the rest not started",
		    { "connection refused", "the run's deadline came first" }, false, SEV_DEFAULT,
		    "all-unreachable=CRITICAL timeout=UNKNOWN" },
		{ "none started, one skipped",
		    { "address family missing here", "the run's deadline came first" }, false,
		    SEV_DEFAULT, "timeout=UNKNOWN" },
		{ "UNKNOWN stands behind WARNING",
		    { "the run's deadline came first", "wrong name" }, false, SEV_DEFAULT,
		    "cert-name=WARNING timeout=UNKNOWN" },
		{ "one of three", { "connection refused", "TLS 1.2", "no address" }, false,
		    SEV_DEFAULT, "unreachable=WARNING unreachable=WARNING" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;
		size_t n = 0;

		while (n < HOSTS && rows[i].hosts[n] != NULL)
			n++;
		trial_start(&t, rows[i].hosts, n);
		t.plan.ignore_unreachable = rows[i].ignore;
		t.plan.severity[SEV_UNREACHABLE] = rows[i].override;
		trial_judge(&t);
		tap_is(findings_of(&t), rows[i].want, rows[i].name);
		tap_ok(sound(&t), "sound");
		pool_free(t.p);
	}
}

/* Causes of the target's first, then hosts in their order, thresholds last; worst states first. */
static void
test_order(void)
{
	static const char *const hosts[] = { "RCPT TO 4xx", "wrong name", "no STARTTLS offered" };
	static const char *const dead[] = { "connection refused", "no address" };
	struct trial t;

	trial_start(&t, hosts, 3);
	t.plan.min_mx = 90;
	trial_judge(&t);
	tap_is(findings_of(&t),
	    "no-tls=CRITICAL min-mx=CRITICAL cert-name=WARNING rcpt-deferred=OK", "worst first");
	tap_ok(t.v.state == STATE_CRITICAL && host_at(&t, 0) == &t.host[2] &&
	    host_at(&t, 1) == &t.host[2], "of the right hosts");
	tap_is(text_at(&t, 1), "has CF 0, under --min-mx 90", "the worst host says so");
	tap_ok(verdict_host(&t.v, &t.host[0]) == STATE_OK &&
		verdict_host(&t.v, &t.host[1]) == STATE_WARNING &&
		verdict_host(&t.v, &t.host[2]) == STATE_CRITICAL,
	    "each host's own state");
	pool_free(t.p);

	trial_start(&t, dead, 2);
	trial_judge(&t);
	tap_is(text_at(&t, 0), "none of 2 hosts is reachable", "the sum of it first");
	tap_ok(host_at(&t, 0) == NULL && host_at(&t, 1) == &t.host[0] &&
	    host_at(&t, 2) == &t.host[1] && t.v.nfindings == 6 &&
	    t.v.findings[3].key == SEV_CF,
	    "then the hosts, then the CF");
	pool_free(t.p);
}

/* -D: 14,3 unless said. */
static void
test_cert_days(void)
{
	static const struct {
		const char *situation;
		double left, warn, crit;
		int want;
		const char *text;
	} rows[] = {
		{ "TLS 1.3", 14, 14, 3, -1, NULL },
		{ "TLS 1.3", 13.99, 14, 3, STATE_WARNING, "certificate expires in 13.9 days" },
		{ "TLS 1.3", 3, 14, 3, STATE_WARNING, "certificate expires in 3.0 days" },
		{ "TLS 1.3", 2.99, 14, 3, STATE_CRITICAL, "certificate expires in 2.9 days" },
		{ "TLS 1.3", 0.04, 14, 3, STATE_CRITICAL, "certificate expires in 0.0 days" },
		{ "TLS 1.3", 2.99, 0, 0, -1, NULL },
		{ "TLS 1.3", 2.99, 5, 0, STATE_WARNING, "certificate expires in 2.9 days" },
		{ "TLS 1.3", 6.2, 6.25, 0, STATE_WARNING, "certificate expires in 6.2 days" },
		{ "self-signed", 1, 14, 3, STATE_CRITICAL, "certificate expires in 1.0 days" },
		{ "expired", -1, 14, 3, -1, NULL },
		{ "not yet valid", 1, 14, 3, -1, NULL },
		{ "no STARTTLS offered", 0, 14, 3, -1, NULL },
		{ "handshake failure", 0, 14, 3, -1, NULL },
		{ "no certificate (anonymous)", 0, 14, 3, -1, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;
		const struct finding *f;

		trial_one(&t, rows[i].situation);
		t.host[0].cert.days_left = rows[i].left;
		t.plan.cert_warn = rows[i].warn;
		t.plan.cert_crit = rows[i].crit;
		trial_judge(&t);
		f = finding_of(&t, SEV_CERT_DAYS);
		tap_ok(state_of(&t, SEV_CERT_DAYS) == rows[i].want, "%s: %g days, -D %g,%g",
		    rows[i].situation, rows[i].left, rows[i].warn, rows[i].crit);
		tap_is(f == NULL ? NULL : f->text, rows[i].text, "its text");
		pool_free(t.p);
	}
}

/* What a DANE match makes good, and what it does not. */
static void
test_dane(void)
{
	static const struct {
		const char *name;
		const struct tlsa *records;
		enum dane_status status;
		enum dns_status mx;
		bool tested;
		const char *want;
	} rows[] = {
		{ "DANE-EE", end_entity, DANE_MATCH, DNS_SECURE, true, "cert-weak=WARNING" },
		{ "DANE-TA still has days", anchor, DANE_MATCH, DNS_SECURE, true,
		    "cert-days=CRITICAL cert-weak=WARNING" },
		{ "behind an insecure MX", end_entity, DANE_MATCH, DNS_INSECURE, true,
		    "cert-days=CRITICAL cert-untrusted=WARNING cert-name=WARNING cert-weak=WARNING "
		    "dane-lint=OK" },
		{ "not tested", end_entity, DANE_MATCH, DNS_SECURE, false,
		    "cert-days=CRITICAL cert-untrusted=WARNING cert-name=WARNING cert-weak=WARNING" },
		{ "mismatch", end_entity, DANE_MISMATCH, DNS_SECURE, true,
		    "dane-mismatch=CRITICAL cert-days=CRITICAL cert-untrusted=WARNING "
		    "cert-name=WARNING cert-weak=WARNING" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;

		trial_one(&t, "weak key");
		t.host[0].cert.trusted = t.host[0].cert.name_match = false;
		t.host[0].cert.days_left = 1;
		t.host[0].dane.status = rows[i].status;
		t.host[0].dane.records = pool_copy(t.p, rows[i].records, sizeof(struct tlsa));
		t.host[0].dane.nrecords = 1;
		t.facts.mx.status = rows[i].mx;
		t.facts.dane_tested = rows[i].tested;
		trial_judge(&t);
		tap_is(findings_of(&t), rows[i].want, rows[i].name);
		pool_free(t.p);
	}
}

static void
test_cf(void)
{
	static const struct {
		const char *situation, *warn, *crit;
		enum step_id stop;
		bool quick;
		int want;
		const char *text;
	} rows[] = {
		{ "TLS 1.2", "90:", "64:", STEP_COUNT, false, -1, NULL },
		{ "SSL 3 only", "90:", "57:", STEP_COUNT, false, STATE_WARNING, "CF 57 outside 90:" },
		{ "SSL 3 only", "90:", "58:", STEP_COUNT, false, STATE_CRITICAL, "CF 57 outside 58:" },
		{ "TLS 1.2", "99:", "98:", STEP_COUNT, false, -1, NULL },
		{ "TLS 1.2", "100:", "98:", STEP_COUNT, false, STATE_WARNING, "CF 99 outside 100:" },
		{ "TLS 1.2", "@0:99", "98:", STEP_COUNT, false, STATE_WARNING,
		    "CF 99 outside @0:99" },
		{ "TLS 1.2", NULL, NULL, STEP_COUNT, false, -1, NULL },
		{ "TLS 1.2", "100:", NULL, STEP_SECURE, true, STATE_WARNING,
		    "QFactor 99 outside 100:" },
		{ "TLS 1.2", "121:", "121:", STEP_CERT, false, -1, NULL },
		{ "no STARTTLS offered", "121:", "121:", STEP_TLS, false, -1, NULL },
		{ "the run's deadline came first", "121:", "121:", STEP_COUNT, false, -1, NULL },
		{ "address family missing here", "90:", "51:", STEP_COUNT, false, STATE_CRITICAL,
		    "CF 50 outside 51:" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;
		const struct finding *f;
		struct err e = { 0 };

		trial_one(&t, rows[i].situation);
		t.plan.warn.set = t.plan.crit.set = false;
		if (rows[i].warn != NULL)
			range_parse(&t.plan.warn, rows[i].warn, &e);
		if (rows[i].crit != NULL)
			range_parse(&t.plan.crit, rows[i].crit, &e);
		t.plan.stop_after = rows[i].stop;
		t.facts.quick = rows[i].quick;
		trial_judge(&t);
		f = finding_of(&t, SEV_CF);
		tap_ok(state_of(&t, SEV_CF) == rows[i].want && e.kind == ERR_NONE,
		    "cf: %s, case %zu", rows[i].situation, i);
		tap_is(f == NULL ? NULL : f->text, rows[i].text, "its text");
		tap_ok(f == NULL || f->host == NULL, "of the target");
		pool_free(t.p);
	}
}

static void
test_min_mx(void)
{
	static const struct {
		const char *hosts[HOSTS];
		double min;
		enum step_id stop;
		bool ignore;
		int want;
	} rows[] = {
		{ { "TLS 1.2", "TLS 1.3" }, 99, STEP_COUNT, false, -1 },
		{ { "TLS 1.2", "TLS 1.3" }, 100, STEP_COUNT, false, 0 },
		{ { "TLS 1.3", "TLS 1.2" }, 100, STEP_COUNT, false, 1 },
		{ { "TLS 1.3", "TLS 1.2" }, -1, STEP_COUNT, false, -1 },
		{ { "TLS 1.3", "TLS 1.2" }, 121, STEP_CERT, false, -1 },
		{ { "TLS 1.3", "no address" }, 51, STEP_COUNT, false, 1 },
		{ { "TLS 1.3", "no address" }, 51, STEP_COUNT, true, -1 },
		{ { "TLS 1.3", "address family missing here" }, 51, STEP_COUNT, false, -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;
		const struct finding *f;

		trial_start(&t, rows[i].hosts, 2);
		t.plan.min_mx = rows[i].min;
		t.plan.stop_after = rows[i].stop;
		t.plan.ignore_unreachable = rows[i].ignore;
		trial_judge(&t);
		f = finding_of(&t, SEV_MIN_MX);
		tap_ok(rows[i].want == -1 ? f == NULL
					  : f != NULL && f->host == &t.host[rows[i].want],
		    "--min-mx=%g, case %zu", rows[i].min, i);
		pool_free(t.p);
	}
}

/* check_smtp_tls: ranges are seconds, and the CF never alerts. */
static void
test_time(void)
{
	static const struct {
		int64_t took_us;
		const char *warn, *crit;
		int want;
		const char *text;
	} rows[] = {
		{ 1000000, "1", "2", -1, NULL },
		{ 1000001, "1", "2", STATE_WARNING, "response time 1.000 s outside 1" },
		{ 2204000, "1", "2", STATE_CRITICAL, "response time 2.204 s outside 2" },
		{ 2204000, NULL, "2", STATE_CRITICAL, "response time 2.204 s outside 2" },
		{ 2204000, "1", NULL, STATE_WARNING, "response time 2.204 s outside 1" },
		{ 60000000, NULL, NULL, -1, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;
		const struct finding *f;
		struct err e = { 0 };

		trial_one(&t, "TLS 1.0, CBC");
		t.plan.plugin = PLUGIN_SMTP_TLS;
		t.plan.warn.set = t.plan.crit.set = false;
		if (rows[i].warn != NULL)
			range_parse(&t.plan.warn, rows[i].warn, &e);
		if (rows[i].crit != NULL)
			range_parse(&t.plan.crit, rows[i].crit, &e);
		t.facts.took_us = rows[i].took_us;
		trial_judge(&t);
		f = finding_of(&t, SEV_TIME);
		tap_ok(state_of(&t, SEV_TIME) == rows[i].want && finding_of(&t, SEV_CF) == NULL &&
		    e.kind == ERR_NONE, "%.3f s", (double)rows[i].took_us / 1e6);
		tap_is(f == NULL ? NULL : f->text, rows[i].text, "its text");
		pool_free(t.p);
	}
}

/* A server's long reply does not fill the line. */
static void
test_long_text(void)
{
	struct trial t;
	char *why;
	const struct finding *f;

	trial_one(&t, "RCPT TO 5xx");
	why = pool_alloc(t.p, 2001);
	memset(why, 'x', 2000);
	t.host[0].step[STEP_TO].why = why;
	trial_judge(&t);
	f = finding_of(&t, SEV_RCPT_REFUSED);
	tap_ok(f != NULL && strlen(f->text) == 120 && strcmp(f->text + 117, "...") == 0,
	    "long reasons are cut");
	pool_free(t.p);
}

static void
test_notes(void)
{
	static const char *const hosts[] = { "TLS 1.3", "TLS 1.2", "address family missing here" };
	struct trial t;

	trial_start(&t, hosts, 3);
	t.host[0].cert.by_cn = true;
	t.host[0].cert.name_checked = t.host[1].cert.name_checked = false;
	t.host[0].smtp.client_cert_asked = true;
	/* has no renegotiation at all */
	t.host[0].tls.secure_renegotiation = false;
	t.host[1].tls.secure_renegotiation = false;
	t.facts.mx_left_out = 2;
	t.plan.mx_limit.n = 3;
	t.plan.quick = true;
	trial_judge(&t);
	if (tap_ok(t.v.nnotes == 6 && t.v.state == STATE_OK, "six notes, and all is well")) {
		tap_is(t.v.notes[0], "mx1.example.org[192.0.2.25] certificate has no DNS name, "
		    "its common name matches", "match by CN");
		tap_is(t.v.notes[1], "mx1.example.org[192.0.2.25] asks for a client certificate",
		    "client certificate");
		tap_is(t.v.notes[2], "mx1.example.org[192.0.2.25] knows no secure renegotiation "
		    "(RFC 5746)", "renegotiation");
		tap_is(t.v.notes[3], "mx1.example.org[192.0.2.25] skipped: network is unreachable",
		    "skipped");
		tap_is(t.v.notes[4], "names of certificates not checked (--match=none)",
		    "--match=none, once");
		tap_is(t.v.notes[5], "2 MX left out by --mx-limit, --quick", "limits");
	}
	pool_free(t.p);
}

/* The name of a server that is an address is not told twice. */
static void
test_note_names(void)
{
	struct trial t;

	trial_one(&t, "STARTTLS offered again inside TLS");
	t.host[0].mx = "192.0.2.25";
	trial_judge(&t);
	tap_is(t.v.nnotes == 0 ? NULL : t.v.notes[0],
	    "192.0.2.25 offers STARTTLS again inside TLS (RFC 3207, 4.2)", "an address by itself");
	pool_free(t.p);
}

/* Format debug has no verdict: was there a connection? */
static void
test_debug_exit(void)
{
	static const struct {
		const char *name;
		const char *hosts[HOSTS];
		enum fault fault;
		enum state debug;
	} rows[] = {
		{ "one refuses", { "connection refused" }, FAULT_NONE, STATE_CRITICAL },
		{ "no TLS", { "no STARTTLS offered" }, FAULT_NONE, STATE_OK },
		{ "the second answers", { "connection refused", "silent after connect" }, FAULT_NONE, STATE_OK },
		{ "all well", { "TLS 1.3" }, FAULT_NONE, STATE_OK },
		{ "no host", { NULL }, FAULT_NONE, STATE_CRITICAL },
		{ "the resolver is silent", { NULL }, FAULT_RESOLVER, STATE_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = rows[i].hosts[0] == NULL ? 0 : rows[i].hosts[1] == NULL ? 1 : 2;
		struct trial t;

		trial_start(&t, rows[i].hosts, n);
		t.facts.fault = rows[i].fault;
		trial_judge(&t);
		tap_ok(verdict_exit(&t.v, &t.facts, &t.plan) == t.v.state,
		    "exit code, %s: the verdict's", rows[i].name);
		t.plan.format = FORMAT_DEBUG;
		tap_ok(verdict_exit(&t.v, &t.facts, &t.plan) == rows[i].debug,
		    "exit code of debug, %s", rows[i].name);
		pool_free(t.p);
	}
}

int
main(void)
{
	test_debug_exit();
	test_situations();
	test_runs();
	test_ends();
	test_severities();
	test_unreachable();
	test_order();
	test_cert_days();
	test_dane();
	test_cf();
	test_min_mx();
	test_time();
	test_long_text();
	test_notes();
	test_note_names();
	return tap_end();
}
