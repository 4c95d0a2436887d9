// SPDX-License-Identifier: GPL-3.0-or-later
/* test_finding_sts.c - MTA-STS and TLS-RPT from texts to findings, in check_mtasts and check_mx_cf. */
#include "plan_check.h"
#include "sts.h"
#include "tap.h"
#include "text.h"
#include "verdict.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define HOSTS 3

#define RECORD "v=STSv1; id=2026"
#define HEAD(mode, age) "version: STSv1\nmode: " mode "\nmax_age: " age "\n"
#define ENFORCE HEAD("enforce", "604800") "mx: mx1.example.org\nmx: mx2.example.org\n"
#define TESTING HEAD("testing", "604800") "mx: mx1.example.org\nmx: mx2.example.org\n"
#define REPORTS "v=TLSRPTv1; rua=mailto:tls@example.org"

/* What hosts the domain has. */
enum scene {
	BOTH_GOOD, THIRD_MX, NO_STARTTLS, SELF_SIGNED, OTHER_NAME, EXPIRED, REVOKED, NO_CERT, SECOND_DOWN, NULL_MX,
	NO_MX, NOT_CONNECTED, OUR_FAULT
};

struct world {
	struct pool *p;
	struct plan plan;
	struct host host[HOSTS];
	struct run_facts facts;
	struct score score;
	struct verdict v;
};

static const struct host good = {
	.port = 25, .status = HOST_TESTED, .secure = SECURE_YES, .smtp.tls_offered = true,
	.step = { { STEP_OK, false, 0, NULL }, { STEP_OK, false, 0, NULL }, { STEP_OK, false, 0, NULL },
	    { STEP_OK, false, 0, NULL }, { STEP_OK, false, 0, NULL }, { STEP_OK, false, 0, NULL } },
	.tls = { .proto = PROTO_TLS13, .cipher = "TLS_AES_256_GCM_SHA384", .bits = 256,
	    .secure_renegotiation = true },
	.cert = { .present = true, .trusted = true, .in_date = true, .leaf_in_date = true,
	    .name_match = true, .name_checked = true, .sts_name = true, .days_left = 61,
	    .key_ok = true, .signature_ok = true },
};

static void
set_cert(struct host *h, enum scene scene)
{
	struct cert_facts *c = &h->cert;

	switch (scene) {
	case SELF_SIGNED:
		c->trusted = false;
		c->trust_why = "self-signed certificate";
		break;
	case OTHER_NAME: c->sts_name = false; break;
	case EXPIRED: c->in_date = false; break;
	case REVOKED: c->revoked = REVOKED_YES; break;
	case NO_CERT: *c = (struct cert_facts){ 0 }; break;
	default: break;
	}
}

static void
set_scene(struct world *w, enum scene scene)
{
	static const char *const mx[] = { "mx1.example.org", "mx2.example.org", "mx3.example.org" };
	struct host *second = &w->host[1];

	w->facts.nhosts = scene == THIRD_MX ? 3 : scene == NULL_MX || scene == NO_MX ? 0 : 2;
	for (size_t i = 0; i < w->facts.nhosts; i++) {
		w->host[i] = good;
		w->host[i].mx = mx[i];
		w->host[i].mx_index = i;
		if (scene == NOT_CONNECTED)
			w->host[i].status = HOST_NOT_STARTED;
	}
	w->plan.no_connect = scene == NOT_CONNECTED;
	w->facts.null_mx = scene == NULL_MX;
	w->facts.dns_why = scene == NO_MX ? "no such name" : NULL;
	w->facts.fault = scene == OUR_FAULT ? FAULT_RESOLVER : FAULT_NONE;
	set_cert(second, scene);
	if (scene == NO_STARTTLS) {
		second->smtp.tls_offered = false;
		second->secure = SECURE_NOT_OFFERED;
		second->step[STEP_TLS].state = STEP_FAIL;
		second->step[STEP_SECURE].state = second->step[STEP_CERT].state = STEP_SKIP;
	}
	if (scene == SECOND_DOWN)
		second->status = HOST_UNTESTED;
}

static struct sts_txt
txt_of(const char *s)
{
	return (struct sts_txt){ (const uint8_t *)s, strlen(s) };
}

/* NULL: not looked at; "": nothing there. */
static void
world_start(struct world *w, enum plugin plugin, enum scene scene, const char *record,
    const char *policy, const char *reports)
{
	struct sts_txt txt;

	*w = (struct world){ .p = pool_new() };
	w->plan = (struct plan){ .plugin = plugin, .pool = w->p };
	plan_defaults(&w->plan);
	w->facts = (struct run_facts){ .target = "example.org",
		.domain = "example.org",
		.pool = w->p,
		.hosts = w->host,
		.mx.status = DNS_INSECURE,
		.mtasts_tested = true };
	set_scene(w, scene);
	if (record != NULL) {
		txt = txt_of(record);
		sts_read_record(&w->facts.mtasts, w->p, &txt, record[0] != '\0');
	}
	if (policy != NULL)
		sts_read_policy(&w->facts.mtasts, w->p, policy, strlen(policy));
	if (reports != NULL) {
		txt = txt_of(reports);
		sts_read_tlsrpt(&w->facts.tlsrpt, w->p, &txt, reports[0] != '\0');
	}
}

static void
world_judge(struct world *w)
{
	sts_judge(&w->facts, &w->plan);
	score_run(&w->score, w->p, &w->facts, &w->plan);
	verdict_make(&w->v, w->p, &w->facts, &w->score, &w->plan);
}

/* "key=STATE [host ]text", a line each; those of other keys by key and state alone. */
static const char *
found(const struct world *w)
{
	struct text t = { .p = w->p };

	for (size_t i = 0; i < w->v.nfindings; i++) {
		const struct finding *f = &w->v.findings[i];
		bool ours = f->key >= SEV_STS_NONE && f->key <= SEV_TLSRPT_INVALID;

		if (f->key == SEV_CF)
			continue;
		text_add(&t, "%s%s=%s", t.len > 0 ? "\n" : "", sev_name(f->key),
		    state_name(f->state));
		if (ours)
			text_add(&t, " %s%s%s", f->host == NULL ? "" : f->host->mx,
			    f->host == NULL ? "" : " ", f->text);
	}
	return text_get(&t);
}

/* clang-format off */
#define LOST ": senders that obey it do not deliver"
#define FLOWS " (mode testing: mail still flows)"
#define UNLISTED "is not listed in the MTA-STS policy"

static const struct {
	const char *name;
	enum scene scene;
	const char *record, *policy, *reports;
	const char *mtasts, *mx_cf;	/* what check_mtasts and check_mx_cf find */
} rows[] = {
	{ "all good", BOTH_GOOD, RECORD, ENFORCE, REPORTS, "", "" },
	{ "all good, testing", BOTH_GOOD, RECORD, TESTING, REPORTS, "", "" },
	{ "nothing looked at", BOTH_GOOD, NULL, NULL, NULL, "", "" },
	{ "nothing published", BOTH_GOOD, "", NULL, "",
	    "sts-none=CRITICAL no MTA-STS: no TXT record at _mta-sts\n"
	    "tlsrpt-none=WARNING no TLS-RPT: no TXT record at _smtp._tls",
	    "sts-none=OK no MTA-STS: no TXT record at _mta-sts\n"
	    "tlsrpt-none=OK no TLS-RPT: no TXT record at _smtp._tls" },
	{ "an invalid record", BOTH_GOOD, "v=STSv1; id=-;;", NULL, REPORTS,
	    "sts-invalid=CRITICAL record column 13: id is \"-\", expected 1 to 32 letters and digits\n"
	    "sts-invalid=CRITICAL record column 15: empty field, expected name=value",
	    "sts-invalid=WARNING record column 13: id is \"-\", expected 1 to 32 letters and digits\n"
	    "sts-invalid=WARNING record column 15: empty field, expected name=value" },
	{ "an invalid policy: every error", BOTH_GOOD, RECORD, HEAD("on", "7d") "mx: *", REPORTS,
	    "sts-invalid=CRITICAL policy line 2, column 7: mode is \"on\", expected enforce, testing or none\n"
	    "sts-invalid=CRITICAL policy line 3, column 10: max_age is \"7d\", expected 1 to 10 digits, at most "
	    "31557600\n"
	    "sts-invalid=CRITICAL policy line 4, column 5: mx \"*\" is a \"*\" alone: expected *.DOMAIN",
	    "sts-invalid=WARNING policy line 2, column 7: mode is \"on\", expected enforce, testing or none\n"
	    "sts-invalid=WARNING policy line 3, column 10: max_age is \"7d\", expected 1 to 10 digits, at most "
	    "31557600\n"
	    "sts-invalid=WARNING policy line 4, column 5: mx \"*\" is a \"*\" alone: expected *.DOMAIN" },
	{ "a record that is none, and an invalid policy", BOTH_GOOD, "v=STSv2; id=1", "x", REPORTS,
	    "sts-none=CRITICAL no MTA-STS: no TXT record begins with \"v=STSv1;\", one is \"v=STSv2; id=1\"\n"
	    "sts-invalid=CRITICAL policy line 1, column 1: \"x\" has no \":\", expected name: value\n"
	    "sts-invalid=CRITICAL policy: no version, expected a line \"version: STSv1\"\n"
	    "sts-invalid=CRITICAL policy: no mode, expected a line \"mode: enforce\", testing or none\n"
	    "sts-invalid=CRITICAL policy: no max_age, expected a line \"max_age: SECONDS\"\n"
	    "sts-invalid=CRITICAL policy: no mx, expected a line \"mx: HOST\"", NULL },

	{ "an MX not listed", THIRD_MX, RECORD, ENFORCE, REPORTS,
	    "sts-mx-mismatch=CRITICAL mx3.example.org " UNLISTED LOST,
	    "sts-mx-mismatch=CRITICAL mx3.example.org " UNLISTED LOST },
	{ "an MX not listed, testing", THIRD_MX, RECORD, TESTING, REPORTS,
	    "sts-mx-mismatch=WARNING mx3.example.org " UNLISTED FLOWS,
	    "sts-mx-mismatch=WARNING mx3.example.org " UNLISTED FLOWS },
	{ "an MX not listed, mode none", THIRD_MX, RECORD, HEAD("none", "604800"), REPORTS,
	    "sts-lint=WARNING policy: mode none: senders act as if there were no policy",
	    "sts-lint=OK policy: mode none: senders act as if there were no policy" },
	{ "an MX not listed, invalid policy", THIRD_MX, RECORD, HEAD("enforce", "604800"), REPORTS,
	    "sts-invalid=CRITICAL policy: no mx, expected a line \"mx: HOST\"", NULL },
	{ "no STARTTLS", NO_STARTTLS, RECORD, ENFORCE, REPORTS,
	    "no-tls=CRITICAL\nsts-mx-mismatch=CRITICAL mx2.example.org has no TLS 1.2, which the MTA-STS policy "
	    "wants" LOST, NULL },
	{ "no STARTTLS, testing", NO_STARTTLS, RECORD, TESTING, REPORTS,
	    "no-tls=CRITICAL\nsts-mx-mismatch=WARNING mx2.example.org has no TLS 1.2, which the MTA-STS policy "
	    "wants" FLOWS, NULL },
	{ "not trusted", SELF_SIGNED, RECORD, ENFORCE, REPORTS,
	    "sts-mx-mismatch=CRITICAL mx2.example.org fails the MTA-STS policy: certificate-not-trusted: self-signed "
	    "certificate\ncert-untrusted=WARNING", NULL },
	{ "not trusted, testing", SELF_SIGNED, RECORD, TESTING, REPORTS,
	    "cert-untrusted=WARNING\nsts-mx-mismatch=WARNING mx2.example.org fails the MTA-STS policy (mode testing): "
	    "certificate-not-trusted: self-signed certificate", NULL },
	{ "another name, which --match takes", OTHER_NAME, RECORD, ENFORCE, REPORTS,
	    "sts-mx-mismatch=CRITICAL mx2.example.org fails the MTA-STS policy: certificate-host-mismatch: no DNS name "
	    "for the MX", NULL },
	{ "out of date", EXPIRED, RECORD, ENFORCE, REPORTS,
	    "cert-expired=CRITICAL\nsts-mx-mismatch=CRITICAL mx2.example.org fails the MTA-STS policy: "
	    "certificate-expired", NULL },
	{ "revoked", REVOKED, RECORD, ENFORCE, REPORTS,
	    "cert-revoked=CRITICAL\nsts-mx-mismatch=CRITICAL mx2.example.org fails the MTA-STS policy: certificate is "
	    "revoked", NULL },
	{ "no certificate", NO_CERT, RECORD, ENFORCE, REPORTS,
	    "sts-mx-mismatch=CRITICAL mx2.example.org fails the MTA-STS policy: no certificate\ncert-untrusted=WARNING",
	    NULL },
	{ "a host that is down is not held against it", SECOND_DOWN, RECORD, ENFORCE, REPORTS,
	    "unreachable=WARNING", NULL },
	{ "a pattern without MX", BOTH_GOOD, RECORD, ENFORCE "mx: *.example.net\n", REPORTS,
	    "sts-lint=WARNING policy: mx \"*.example.net\" fits no MX",
	    "sts-lint=OK policy: mx \"*.example.net\" fits no MX" },
	{ "names alone", NOT_CONNECTED, RECORD, HEAD("enforce", "604800") "mx: mx1.example.org", REPORTS,
	    "sts-mx-mismatch=CRITICAL mx2.example.org " UNLISTED LOST, NULL },

	{ "max_age at the limit", BOTH_GOOD, RECORD, HEAD("none", "604800"), REPORTS,
	    "sts-lint=WARNING policy: mode none: senders act as if there were no policy", NULL },
	{ "max_age under a week", BOTH_GOOD, RECORD,
	    HEAD("enforce", "604799") "mx: *.example.org", REPORTS,
	    "max-age=WARNING max_age 604799 seconds (below 7 days)", "" },
	{ "max_age of a day", BOTH_GOOD, RECORD, HEAD("enforce", "86400") "mx: *.example.org", REPORTS,
	    "max-age=WARNING max_age 1 day (below 7 days)", "" },
	{ "max_age under a day", BOTH_GOOD, RECORD, HEAD("enforce", "82800") "mx: *.example.org", REPORTS,
	    "max-age=CRITICAL max_age 23 hours (below 1 day)", "" },
	{ "max_age 0", BOTH_GOOD, RECORD, HEAD("enforce", "0") "mx: *.example.org", REPORTS,
	    "max-age=CRITICAL max_age 0 seconds (below 1 day)", "" },

	{ "an invalid TLS-RPT record", BOTH_GOOD, RECORD, ENFORCE, "v=TLSRPTv1; rua=x",
	    "tlsrpt-invalid=WARNING TLS-RPT record column 17: rua \"x\" is neither mailto: nor https:",
	    "tlsrpt-invalid=WARNING TLS-RPT record column 17: rua \"x\" is neither mailto: nor https:" },
	{ "a bad rua beside a good one", BOTH_GOOD, RECORD, ENFORCE, REPORTS ",x",
	    "sts-lint=WARNING TLS-RPT record column 40: rua \"x\" is neither mailto: nor https:",
	    "sts-lint=OK TLS-RPT record column 40: rua \"x\" is neither mailto: nor https:" },

	{ "null MX, nothing published", NULL_MX, "", NULL, "", "null-mx=UNKNOWN", "null-mx=UNKNOWN" },
	{ "null MX, unused patterns", NULL_MX, RECORD, ENFORCE, REPORTS, "null-mx=UNKNOWN",
	    "null-mx=UNKNOWN" },
	{ "null MX, an invalid policy", NULL_MX, RECORD, HEAD("enforce", "604800"), REPORTS,
	    "sts-invalid=CRITICAL policy: no mx, expected a line \"mx: HOST\"\nnull-mx=UNKNOWN",
	    "null-mx=UNKNOWN" },
	{ "no MX known", NO_MX, RECORD, ENFORCE, REPORTS, "dns-error=CRITICAL", "dns-error=CRITICAL" },
	{ "a fault of ours hides the rest", OUR_FAULT, "", NULL, "", "resolver=UNKNOWN",
	    "resolver=UNKNOWN" },
};
/* clang-format on */

static void
test_rows(void)
{
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct world w;

		world_start(&w, PLUGIN_MTASTS, rows[i].scene, rows[i].record, rows[i].policy,
		    rows[i].reports);
		world_judge(&w);
		tap_is(found(&w), rows[i].mtasts, rows[i].name);
		pool_free(w.p);
		if (rows[i].mx_cf == NULL)
			continue;
		world_start(&w, PLUGIN_MX_CF, rows[i].scene, rows[i].record, rows[i].policy,
		    rows[i].reports);
		world_judge(&w);
		tap_is(found(&w), rows[i].mx_cf, "in check_mx_cf");
		pool_free(w.p);
	}
}

/* The policy that could not be had, and records that could not be looked up. */
static void
test_lookups(void)
{
	static const struct {
		const char *name;
		enum policy_status mtasts, tlsrpt;
		const char *why, *want;
		enum dns_status mx;
	} fails[] = {
		{ "fetch error", POLICY_FETCH_ERROR, POLICY_NOT_TESTED,
		    "sts-policy-fetch-error: status 404",
		    "sts-invalid=CRITICAL sts-policy-fetch-error: status 404", DNS_SECURE },
		{ "no reason", POLICY_FETCH_ERROR, POLICY_NOT_TESTED, NULL,
		    "sts-invalid=CRITICAL sts-policy-fetch-error", DNS_INSECURE },
		{ "look-up error is not none", POLICY_ERROR, POLICY_ERROR, "SERVFAIL",
		    "sts-invalid=CRITICAL MTA-STS record cannot be looked up: SERVFAIL\n"
		    "tlsrpt-invalid=WARNING TLS-RPT record cannot be looked up: SERVFAIL",
		    DNS_SECURE },
		{ "all of DNS fails", POLICY_ERROR, POLICY_ERROR, "SERVFAIL", "dns-error=CRITICAL",
		    DNS_ERROR },
		{ "all of DNS is bogus", POLICY_ERROR, POLICY_ERROR, "bad signature",
		    "dns-bogus=CRITICAL", DNS_BOGUS },
	};

	for (size_t i = 0; i < ROWS(fails); i++) {
		struct world w;

		world_start(&w, PLUGIN_MTASTS, BOTH_GOOD, NULL, NULL, NULL);
		w.facts.mx.status = fails[i].mx;
		if (fails[i].mx == DNS_ERROR || fails[i].mx == DNS_BOGUS) {
			w.facts.nhosts = 0;
			w.facts.dns_why = fails[i].why;
		}
		w.facts.mtasts.status = fails[i].mtasts;
		w.facts.tlsrpt.status = fails[i].tlsrpt;
		w.facts.mtasts.why = w.facts.tlsrpt.why = fails[i].why;
		world_judge(&w);
		tap_is(found(&w), fails[i].want, fails[i].name);
		pool_free(w.p);
	}
}

/* --expect-mode, --expect-id: a finding as well when there is nothing to compare. */
static void
test_expectations(void)
{
	static const struct {
		const char *name;
		enum sts_mode mode;
		const char *id, *record, *policy, *want;
	} expected[] = {
		{ "as expected", STS_MODE_ENFORCE, "2026", RECORD, ENFORCE, "" },
		{ "another mode", STS_MODE_ENFORCE, NULL, RECORD, TESTING,
		    "expect-mode=CRITICAL mode is testing, expected enforce" },
		{ "another mode, none", STS_MODE_NONE, NULL, RECORD, TESTING,
		    "expect-mode=CRITICAL mode is testing, expected none" },
		{ "another id", STS_MODE_UNKNOWN, "2027", RECORD, TESTING,
		    "expect-id=CRITICAL id is \"2026\", expected \"2027\"" },
		{ "another case", STS_MODE_UNKNOWN, "A", "v=STSv1; id=a", TESTING,
		    "expect-id=CRITICAL id is \"a\", expected \"A\"" },
		{ "no policy looked at", STS_MODE_TESTING, NULL, RECORD, NULL,
		    "expect-mode=CRITICAL mode testing expected, but there is no valid policy" },
		{ "no record looked at", STS_MODE_UNKNOWN, "2026", NULL, TESTING,
		    "expect-id=CRITICAL id \"2026\" expected, but there is no valid record" },
		{ "an invalid record", STS_MODE_UNKNOWN, "-", "v=STSv1; id=-", NULL,
		    "sts-invalid=CRITICAL record column 13: id is \"-\", expected 1 to 32 letters "
		    "and digits\n"
		    "expect-id=CRITICAL id \"-\" expected, but there is no valid record" },
		{ "none, and none published", STS_MODE_NONE, NULL, "", NULL,
		    "sts-none=CRITICAL no MTA-STS: no TXT record at _mta-sts\n"
		    "expect-mode=CRITICAL mode none expected, but there is no valid policy" },
	};

	for (size_t i = 0; i < ROWS(expected); i++) {
		struct world w;

		world_start(&w, PLUGIN_MTASTS, BOTH_GOOD, expected[i].record, expected[i].policy,
		    NULL);
		w.plan.expect_mode = (int)expected[i].mode;
		w.plan.expect_id = expected[i].id;
		world_judge(&w);
		tap_is(found(&w), expected[i].want, expected[i].name);
		pool_free(w.p);
	}
}

/* --tlsrpt makes both keys critical, warning or ok, and --severity beats it. */
static void
test_wishes(void)
{
	static const struct {
		enum tlsrpt_wish wish;
		int override;
		int want;
	} wishes[] = {
		{ TLSRPT_REQUIRE, SEV_DEFAULT, STATE_CRITICAL },
		{ TLSRPT_WARN, SEV_DEFAULT, STATE_WARNING },
		{ TLSRPT_IGNORE, SEV_DEFAULT, STATE_OK },
		{ TLSRPT_REQUIRE, STATE_OK, STATE_OK },
		{ TLSRPT_IGNORE, STATE_CRITICAL, STATE_CRITICAL },
		{ TLSRPT_IGNORE, STATE_UNKNOWN, STATE_UNKNOWN },
	};
	static const char *const reports[] = { "", "v=TLSRPTv1;" };

	for (size_t i = 0; i < ROWS(wishes); i++)
		for (size_t j = 0; j < ROWS(reports); j++) {
			struct world w;

			world_start(&w, PLUGIN_MTASTS, BOTH_GOOD, RECORD, ENFORCE, reports[j]);
			w.plan.tlsrpt = wishes[i].wish;
			w.plan.severity[SEV_TLSRPT_NONE] = wishes[i].override;
			w.plan.severity[SEV_TLSRPT_INVALID] = wishes[i].override;
			world_judge(&w);
			tap_ok(w.v.nfindings == 1 && (int)w.v.findings[0].state == wishes[i].want &&
				(int)w.v.state == wishes[i].want,
			    "--tlsrpt %d, --severity %d, %s", (int)wishes[i].wish,
			    wishes[i].override, j == 0 ? "none" : "invalid");
			pool_free(w.p);
		}
}

/* --severity decides what an MX against a policy in mode testing counts as, too. */
static void
test_mismatch_severity(void)
{
	static const int states[] = { STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN };

	for (size_t i = 0; i < ROWS(states); i++) {
		struct world w;

		world_start(&w, PLUGIN_MTASTS, THIRD_MX, RECORD, TESTING, REPORTS);
		w.plan.severity[SEV_STS_MX_MISMATCH] = states[i];
		world_judge(&w);
		tap_ok((int)w.v.state == states[i], "mode testing, --severity %d", states[i]);
		pool_free(w.p);
	}
}

/* -D holds for the policy host, -w and -c for max_age, written as any range. */
static void
test_limits(void)
{
	static const struct {
		const char *name;
		double days, warn_days, crit_days;
		const char *warn, *crit, *want;
	} limits[] = {
		{ "plenty", 14, 14, 3, "1:", "1:", "" },
		{ "few", 13.99, 14, 3, "1:", "1:",
		    "policy-cert-days=WARNING policy host's certificate expires in 13.9 days" },
		{ "very few", 2.96, 14, 3, "1:", "1:",
		    "policy-cert-days=CRITICAL policy host's certificate expires in 2.9 days" },
		{ "never critical", 1, 14, 0, "1:", "1:",
		    "policy-cert-days=WARNING policy host's certificate expires in 1.0 days" },
		{ "switched off", 1, 0, 0, "1:", "1:", "" },
		{ "expired has failed before", -1, 14, 3, "1:", "1:", "" },
		{ "above", 61, 14, 3, "~:3600", "1:", "max-age=WARNING max_age 7 days (above 1 hour)" },
		{ "inside", 61, 14, 3, "1:", "@3600:",
		    "max-age=CRITICAL max_age 7 days (inside @3600:)" },
	};

	for (size_t i = 0; i < ROWS(limits); i++) {
		struct world w;

		world_start(&w, PLUGIN_MTASTS, BOTH_GOOD, RECORD, ENFORCE, REPORTS);
		w.facts.mtasts.policy_cert = true;
		w.facts.mtasts.policy_cert_days = limits[i].days;
		w.plan.cert_warn = limits[i].warn_days;
		w.plan.cert_crit = limits[i].crit_days;
		range_parse(&w.plan.warn, limits[i].warn, NULL);
		range_parse(&w.plan.crit, limits[i].crit, NULL);
		world_judge(&w);
		tap_is(found(&w), limits[i].want, limits[i].name);
		pool_free(w.p);
	}
}

int
main(void)
{
	test_rows();
	test_lookups();
	test_expectations();
	test_wishes();
	test_mismatch_severity();
	test_limits();
	return tap_end();
}
