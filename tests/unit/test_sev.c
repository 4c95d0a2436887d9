/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_sev.c - the keys and defaults of cli.md, row by row. */
#include "sev.h"
#include "tap.h"

#define BY SEV_BY_OPTION
#define NO SEV_NONE
enum { O = STATE_OK, W = STATE_WARNING, C = STATE_CRITICAL, U = STATE_UNKNOWN };

/* In the columns of cli.md: mx_cf, smtp_tls, dane, mtasts. */
static const struct {
	const char *name;
	enum sev_key key;
	int mx_cf, smtp_tls, dane, mtasts;
} rows[] = {
	{ "unreachable", SEV_UNREACHABLE, W, W, W, W },
	{ "all-unreachable", SEV_ALL_UNREACHABLE, C, C, C, C },
	{ "timeout", SEV_TIMEOUT, U, U, U, U },
	{ "no-tls", SEV_NO_TLS, C, C, C, C },
	{ "tls-failed", SEV_TLS_FAILED, C, C, C, C },
	{ "injection", SEV_INJECTION, C, C, C, C },
	{ "cert-untrusted", SEV_CERT_UNTRUSTED, W, C, O, W },
	{ "cert-name", SEV_CERT_NAME, W, C, O, W },
	{ "cert-expired", SEV_CERT_EXPIRED, C, C, O, C },
	{ "cert-days", SEV_CERT_DAYS, BY, BY, BY, BY },
	{ "cert-revoked", SEV_CERT_REVOKED, C, C, C, C },
	{ "must-staple", SEV_MUST_STAPLE, W, W, O, W },
	{ "revocation-unknown", SEV_REVOCATION_UNKNOWN, O, O, O, O },
	{ "cert-weak", SEV_CERT_WEAK, W, W, O, W },
	{ "not-smtp", SEV_NOT_SMTP, O, O, NO, NO },
	{ "legacy-protocol", SEV_LEGACY_PROTOCOL, W, W, NO, NO },
	{ "require-tls", SEV_REQUIRE_TLS, NO, C, NO, NO },
	{ "mandatory-tls", SEV_MANDATORY_TLS, C, C, NO, NO },
	{ "auth-failed", SEV_AUTH_FAILED, C, C, NO, NO },
	{ "data-refused", SEV_DATA_REFUSED, C, C, NO, NO },
	{ "from-refused", SEV_FROM_REFUSED, W, W, NO, NO },
	{ "rcpt-refused", SEV_RCPT_REFUSED, W, W, NO, NO },
	{ "rcpt-deferred", SEV_RCPT_DEFERRED, O, O, NO, NO },
	{ "cf", SEV_CF, BY, NO, NO, NO },
	{ "min-mx", SEV_MIN_MX, C, NO, NO, NO },
	{ "time", SEV_TIME, NO, BY, NO, NO },
	{ "dane-mismatch", SEV_DANE_MISMATCH, C, C, C, NO },
	{ "dane-unusable", SEV_DANE_UNUSABLE, W, W, W, NO },
	{ "dane-error", SEV_DANE_ERROR, C, C, C, NO },
	{ "dane-none", SEV_DANE_NONE, O, O, C, NO },
	{ "dane-lint", SEV_DANE_LINT, O, O, W, NO },
	{ "require", SEV_REQUIRE, NO, NO, C, NO },
	{ "rrsig-days", SEV_RRSIG_DAYS, NO, NO, BY, NO },
	{ "sts-none", SEV_STS_NONE, O, NO, NO, C },
	{ "sts-invalid", SEV_STS_INVALID, W, NO, NO, C },
	{ "sts-mx-mismatch", SEV_STS_MX_MISMATCH, C, NO, NO, C },
	{ "sts-lint", SEV_STS_LINT, O, NO, NO, W },
	{ "max-age", SEV_MAX_AGE, NO, NO, NO, BY },
	{ "policy-cert-days", SEV_POLICY_CERT_DAYS, NO, NO, NO, BY },
	{ "expect-mode", SEV_EXPECT_MODE, NO, NO, NO, C },
	{ "expect-id", SEV_EXPECT_ID, NO, NO, NO, C },
	{ "tlsrpt-none", SEV_TLSRPT_NONE, O, NO, NO, W },
	{ "tlsrpt-invalid", SEV_TLSRPT_INVALID, W, NO, NO, W },
	{ "dns-bogus", SEV_DNS_BOGUS, C, C, C, C },
	{ "dns-error", SEV_DNS_ERROR, C, C, C, C },
	{ "null-mx", SEV_NULL_MX, U, NO, U, U },
	{ "resolver", SEV_RESOLVER, U, U, U, U },
	{ "proxy", SEV_PROXY, U, U, U, U },
	{ "internal", SEV_INTERNAL, U, U, U, U },
};

static const struct {
	const char *text;
	int want;	/* -1: no such state */
} states[] = {
	{ "ok", STATE_OK }, { "OK", STATE_OK }, { "warning", STATE_WARNING },
	{ "Critical", STATE_CRITICAL }, { "UNKNOWN", STATE_UNKNOWN },
	{ "", -1 }, { "o", -1 }, { "okay", -1 }, { " ok", -1 }, { "ok ", -1 }, { "warn", -1 },
	{ "crit", -1 }, { "2", -1 }, { "default", -1 },
};

static void
test_keys(void)
{
	size_t n = sizeof(rows) / sizeof(rows[0]);

	tap_ok(n == SEV_COUNT, "every key has a row here");
	for (size_t i = 0; i < n; i++) {
		enum sev_key key = SEV_COUNT;
		enum sev_key k = rows[i].key;

		tap_ok(sev_find(rows[i].name, &key) && key == k, "%s is found", rows[i].name);
		tap_is(sev_name(k), rows[i].name, "its name");
		tap_ok(sev_default(PLUGIN_MX_CF, k) == rows[i].mx_cf &&
			sev_default(PLUGIN_SMTP_TLS, k) == rows[i].smtp_tls &&
			sev_default(PLUGIN_DANE, k) == rows[i].dane &&
			sev_default(PLUGIN_MTASTS, k) == rows[i].mtasts,
		    "its defaults");
		tap_ok(sev_help(k) != NULL && strlen(sev_help(k)) > 5 && strlen(sev_help(k)) < 60,
		    "its help is a phrase");
	}
}

static void
test_unknown_keys(void)
{
	static const char *const bad[] = { "", "CF", "cert", "cert-namee", "cert_name", " cf",
		"all" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		enum sev_key key = SEV_TIME;

		tap_ok(!sev_find(bad[i], &key) && key == SEV_TIME, "\"%s\" is no key", bad[i]);
	}
}

static void
test_states(void)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		enum state got = STATE_WARNING;
		bool found = state_find(states[i].text, &got);

		tap_ok(found == (states[i].want != -1) &&
		    (int)got == (found ? states[i].want : STATE_WARNING), "state \"%s\"",
		    states[i].text);
	}
	tap_is(state_name(STATE_OK), "OK", "OK is 0");
	tap_is(state_name((enum state)1), "WARNING", "WARNING is 1");
	tap_is(state_name((enum state)2), "CRITICAL", "CRITICAL is 2");
	tap_is(state_name((enum state)3), "UNKNOWN", "UNKNOWN is 3");
}

static void
test_order(void)
{
	static const enum state order[] = {
		STATE_OK, STATE_UNKNOWN, STATE_WARNING, STATE_CRITICAL
	};

	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 4; j++)
			tap_ok(state_worse(order[i], order[j]) == order[i > j ? i : j],
			    "the worse of %s and %s", state_name(order[i]), state_name(order[j]));
}

int
main(void)
{
	test_keys();
	test_unknown_keys();
	test_states();
	test_order();
	return tap_end();
}
