// SPDX-License-Identifier: GPL-3.0-or-later
/* test_sts_judge.c - patterns of a policy, and hosts held against it. */
#include "sts_flaws.h"

/* clang-format off */
static const struct {
	const char *pattern, *mx;
	bool want;
} patterns[] = {
	{ "mx.example.org", "mx.example.org", true },
	{ "MX.example.ORG", "mx.EXAMPLE.org", true },
	{ "mx.example.org", "mx.example.org.", true },
	{ "mx.example.org.", "mx.example.org", true },
	{ "mx.example.org", "mx2.example.org", false },
	{ "mx.example.org", "a.mx.example.org", false },
	{ "example.org", "mx.example.org", false },
	{ "*.example.org", "mx.example.org", true },
	{ "*.EXAMPLE.org", "mx.example.org.", true },
	{ "*.example.org", "a.mx.example.org", false },
	{ "*.example.org", "example.org", false },
	{ "*.example.org", ".example.org", false },
	{ "*.example.org", "mx.example.net", false },
	{ "*.example.org", "mx.anexample.org", false },
	{ "*.example", "mx.example", true },
	{ "*.example", "example", false },
	{ "*.example", "a.mx.example", false },
	{ "*", "example", false },
	{ "", "", false },
	{ "", "mx.example.org", false },
	{ "*.example.org", "", false },
	{ "*.", "example..", false },
	{ "*..", "mx..", false },
};
/* clang-format on */

static void
test_patterns(void)
{
	for (size_t i = 0; i < ROWS(patterns); i++)
		tap_ok(sts_match(patterns[i].pattern, patterns[i].mx) == patterns[i].want,
		    "\"%s\" %s \"%s\"", patterns[i].pattern,
		    patterns[i].want ? "covers" : "does not cover", patterns[i].mx);
}

/* An MX that a sender under the policy takes. */
static const struct host healthy = {
	.mx = "mx.example.org", .status = HOST_TESTED, .secure = SECURE_YES, .smtp.tls_offered = true,
	.step[STEP_TLS].state = STEP_OK, .step[STEP_SECURE].state = STEP_OK, .tls.proto = PROTO_TLS12,
	.cert = { .present = true, .trusted = true, .in_date = true, .sts_name = true },
};

/* What one change makes of it. */
enum change {
	NOTHING, MODE_TESTING, MODE_NONE, MODE_UNKNOWN, POLICY_BAD, OTHER_NAME, WILDCARD, UNTESTED, UNTESTED_OTHER,
	NOT_OFFERED, COMPELLED, HELO_ONLY, SECURE_FAILED, TLS_11, STOPPED, STOPPED_PLAIN, DIRECT, NO_CERT, UNTRUSTED,
	EXPIRED, OTHER_SAN, REVOKED, REVOKED_NOT_KNOWN, OTHER_SNI, SAME_SNI, NO_SNI, ADDRESS, MX_ADDRESS, OFFLINE,
	OFFLINE_OTHER, OFFLINE_NONE, OFFLINE_RECORD, TLS_11_HELD, SECURE_HELD, NOT_OFFERED_HELD
};

/* clang-format off */
static const struct {
	const char *name;
	enum change change;
	enum sts_status want;
} judged[] = {
	{ "a good MX", NOTHING, STS_PASS },
	{ "mode testing", MODE_TESTING, STS_PASS },
	{ "mode none", MODE_NONE, STS_NOT_TESTED },
	{ "no policy", MODE_UNKNOWN, STS_NOT_TESTED },
	{ "an invalid policy", POLICY_BAD, STS_NOT_TESTED },
	{ "not listed", OTHER_NAME, STS_NOT_LISTED },
	{ "listed by wildcard", WILDCARD, STS_PASS },
	{ "untested", UNTESTED, STS_NOT_TESTED },
	{ "untested, not listed", UNTESTED_OTHER, STS_NOT_LISTED },
	{ "no STARTTLS", NOT_OFFERED, STS_NO_TLS },
	{ "STARTTLS only when compelled", COMPELLED, STS_NO_TLS },
	{ "no EHLO", HELO_ONLY, STS_NO_TLS },
	{ "no session", SECURE_FAILED, STS_NO_TLS },
	{ "TLS 1.1", TLS_11, STS_NO_TLS },
	{ "TLS 1.1, and no more was offered", TLS_11_HELD, STS_NOT_TESTED },
	{ "no session, and not all was offered", SECURE_HELD, STS_NOT_TESTED },
	{ "no STARTTLS, and not all would have been offered", NOT_OFFERED_HELD, STS_NO_TLS },
	{ "stopped before Secure", STOPPED, STS_NOT_TESTED },
	{ "stopped behind TLS, which failed", STOPPED_PLAIN, STS_NO_TLS },
	{ "direct TLS", DIRECT, STS_NOT_TESTED },
	{ "no certificate", NO_CERT, STS_CERT },
	{ "not trusted", UNTRUSTED, STS_CERT },
	{ "out of date", EXPIRED, STS_CERT },
	{ "no SAN for the MX name", OTHER_SAN, STS_CERT },
	{ "revoked", REVOKED, STS_CERT },
	{ "revocation not known", REVOKED_NOT_KNOWN, STS_PASS },
	{ "asked with another name", OTHER_SNI, STS_NOT_TESTED },
	{ "asked with the same name", SAME_SNI, STS_PASS },
	{ "asked without a name", NO_SNI, STS_NOT_TESTED },
	{ "a server given by address", ADDRESS, STS_NOT_TESTED },
	{ "an MX record with an address", MX_ADDRESS, STS_NOT_LISTED },
	{ "offline, listed", OFFLINE, STS_PASS },
	{ "offline, not listed", OFFLINE_OTHER, STS_NOT_LISTED },
	{ "offline, mode none", OFFLINE_NONE, STS_NOT_TESTED },
	{ "offline, an invalid record beside", OFFLINE_RECORD, STS_PASS },
};
/* clang-format on */

static void
change_policy(struct mtasts_facts *m, enum change change)
{
	static const char *wild[] = { "*.example.org" }, *other[] = { "mx2.example.org" };

	switch (change) {
	case MODE_TESTING: m->mode = STS_MODE_TESTING; break;
	case MODE_NONE:
	case OFFLINE_NONE: m->mode = STS_MODE_NONE; break;
	case MODE_UNKNOWN: m->mode = STS_MODE_UNKNOWN; break;
	case POLICY_BAD: m->status = POLICY_FETCH_ERROR; break;
	case OFFLINE_RECORD: m->status = POLICY_INVALID; break;
	case WILDCARD: m->mx = wild; break;
	case OTHER_NAME:
	case UNTESTED_OTHER:
	case OFFLINE_OTHER: m->mx = other; break;
	default: break;
	}
}

static void
change_session(struct host *h, enum change change)
{
	switch (change) {
	case UNTESTED:
	case UNTESTED_OTHER: h->status = HOST_UNTESTED; break;
	case NOT_OFFERED:
	case NOT_OFFERED_HELD:
	case STOPPED_PLAIN:
		h->step[STEP_TLS].state = STEP_FAIL;
		h->secure = change == STOPPED_PLAIN ? SECURE_UNKNOWN : SECURE_NOT_OFFERED;
		break;
	case COMPELLED: h->smtp.tls_offered = false; break;
	case HELO_ONLY:
		h->step[STEP_TLS].state = STEP_FAIL;
		h->smtp.tls_offered = false;
		break;
	case SECURE_FAILED:
	case SECURE_HELD:
		h->step[STEP_SECURE].state = STEP_FAIL;
		h->secure = SECURE_NO_SESSION;
		h->tls.proto = PROTO_NONE;
		break;
	case TLS_11:
	case TLS_11_HELD: h->tls.proto = PROTO_TLS11; break;
	case STOPPED:
		h->secure = SECURE_UNKNOWN;
		h->step[STEP_SECURE].state = STEP_SKIP;
		break;
	case ADDRESS:
	case MX_ADDRESS: h->mx = "192.0.2.25"; break;
	default: break;
	}
	h->mx_is_address = change == MX_ADDRESS;
}

static void
change_cert(struct cert_facts *c, enum change change)
{
	switch (change) {
	case NO_CERT: *c = (struct cert_facts){ 0 }; break;
	case UNTRUSTED: c->trusted = false; break;
	case EXPIRED: c->in_date = false; break;
	case OTHER_SAN: c->sts_name = false; break;
	case REVOKED: c->revoked = REVOKED_YES; break;
	case REVOKED_NOT_KNOWN: c->revoked = REVOKED_UNKNOWN; break;
	default: break;
	}
}

static void
change_plan(struct plan *plan, enum change change)
{
	plan->direct_tls = change == DIRECT;
	if (change == TLS_11_HELD || change == NOT_OFFERED_HELD)
		plan->tls_max = PROTO_TLS11;
	plan->ciphers = change == SECURE_HELD ? "AES128-SHA" : NULL;
	plan->lint = change == OFFLINE || change == OFFLINE_OTHER || change == OFFLINE_NONE ||
	    change == OFFLINE_RECORD;
	plan->sni = change == OTHER_SNI ? "example.org"
	    : change == SAME_SNI        ? "MX.example.org"
	    : change == NO_SNI          ? "none"
					: NULL;
}

/* Whatever --match makes of the certificate's name does not matter. */
static void
test_judge(void)
{
	static const char *listed[] = { "mx.example.org" };

	for (size_t i = 0; i < ROWS(judged); i++) {
		struct pool *p = pool_new();
		struct plan plan = {
			.plugin = PLUGIN_MTASTS, .tls_min = PROTO_TLS10, .tls_max = PROTO_TLS13
		};
		struct host h = healthy;
		struct run_facts facts = { .pool = p, .hosts = &h, .nhosts = 1,
			.mtasts = { .status = POLICY_OK, .mode = STS_MODE_ENFORCE, .mx = listed,
			    .nmx = 1 } };

		h.cert.name_match = i % 2 == 0;
		change_policy(&facts.mtasts, judged[i].change);
		change_session(&h, judged[i].change);
		change_cert(&h.cert, judged[i].change);
		change_plan(&plan, judged[i].change);
		sts_judge(&facts, &plan);
		tap_ok(h.sts == judged[i].want, "judged: %s", judged[i].name);
		pool_free(p);
	}
}

/* Patterns that fit no MX, where all MX are known. */
static void
test_unused(void)
{
	static const char *mx[] = { "mx.example.org", "old.example.org", "*.example.net" };
	static const char two[] = "policy: mx \"old.example.org\" fits no MX; "
				  "policy: mx \"*.example.net\" fits no MX";
	static const struct {
		const char *name;
		size_t left_out, mx_hosts, nhosts;
		bool null_mx;
		const char *dns_why;
		enum sts_mode mode;
		const char *want;
	} rows[] = {
		{ "enforce", 0, 0, 1, false, NULL, STS_MODE_ENFORCE, two },
		{ "testing", 0, 0, 1, false, NULL, STS_MODE_TESTING, two },
		{ "none", 0, 0, 1, false, NULL, STS_MODE_NONE, "" },
		{ "no valid policy", 0, 0, 1, false, NULL, STS_MODE_UNKNOWN, "" },
		{ "some MX left out", 1, 0, 1, false, NULL, STS_MODE_ENFORCE, "" },
		{ "servers named", 0, 1, 1, false, NULL, STS_MODE_ENFORCE, "" },
		{ "null MX", 0, 0, 0, true, NULL, STS_MODE_ENFORCE, "" },
		{ "no MX known", 0, 0, 0, false, "no such name", STS_MODE_ENFORCE, "" },
		{ "no --mx", 0, 0, 0, false, NULL, STS_MODE_ENFORCE, "" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct pool *p = pool_new();
		struct plan plan = { .plugin = PLUGIN_MTASTS, .nmx_hosts = rows[i].mx_hosts };
		struct host h = healthy;
		struct run_facts facts = { .pool = p, .hosts = &h, .nhosts = rows[i].nhosts,
			.mx_left_out = rows[i].left_out, .null_mx = rows[i].null_mx,
			.dns_why = rows[i].dns_why,
			.mtasts = { .status = POLICY_OK, .mode = rows[i].mode, .mx = mx, .nmx = 3 } };

		sts_judge(&facts, &plan);
		tap_is(all_of(p, &facts.mtasts.lints), rows[i].want,
		    pool_printf(p, "unused patterns: %s", rows[i].name));
		pool_free(p);
	}
}

int
main(void)
{
	test_patterns();
	test_judge();
	test_unused();
	return tap_end();
}
