/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_score.c - CF formula 1: every situation, the examples of confidence-factor.md, and its properties. */
#include <stdlib.h>

#include "score.h"
#include "situations.h"
#include "tap.h"

#define NEAR 1e-6
#define ROUNDS 4000
#define MANY 12

static bool
near(double a, double b)
{
	return fabs(a - b) < NEAR;
}

static void
test_situations(void)
{
	for (size_t i = 0; i < SITUATIONS; i++) {
		const struct situation *s = &situations[i];
		struct pool *p = pool_new();
		struct host host = s->host;
		struct run_facts facts = run_of(&host, 1);
		struct plan plan = plan_default();
		struct score out;
		const struct score_host *h;

		score_run(&out, p, &facts, &plan);
		h = out.host;
		if (s->score == NO_ROW)
			tap_ok(!h->row && !h->known && h->band == NULL && h->nlost == 0 &&
				out.worst == NULL && out.worst_cf == -1 && out.mx_cf[0] == -1 &&
				out.known == (host.status == HOST_SKIPPED) &&
				(!out.known || out.cf == 50),
			    "%s: %s: no row", s->row, s->name);
		else
			tap_ok(h->row && h->known && near(h->exact, s->score) && out.known &&
				out.cf == score_floor(s->score) && strcmp(h->band, s->band) == 0 &&
				out.worst == &host && out.worst_cf == out.cf &&
				out.mx_cf[0] == out.cf,
			    "%s: %s: %.2f, %d", s->row, s->name, h->exact, out.cf);
		pool_free(p);
	}
}

static void
test_runs(void)
{
	for (size_t i = 0; i < RUN_SITUATIONS; i++) {
		const struct run_situation *s = &run_situations[i];
		struct pool *p = pool_new();
		struct plan plan = plan_default();
		struct score out;

		score_run(&out, p, &s->facts, &plan);
		tap_ok(out.known == s->known &&
			(!s->known || (out.cf == 50 && out.percent == 43)) && out.worst == NULL &&
			out.worst_cf == -1,
		    "%s: %s", s->row, s->name);
		pool_free(p);
	}
}

/* clang-format off */
static const struct {
	const char *name;
	bool dane, mtasts;	/* tested */
	enum sts_mode mode;	/* NONE: not published */
	double want;
	int max, percent;
	struct host host;
} examples[] = {
	{ "1: all there is", true, true, STS_MODE_ENFORCE, 121, 121, 100,
	    { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, DANE_EE, .sts = STS_PASS } },
	{ "2: no TLSA, no MTA-STS", true, true, STS_MODE_NONE, 116.75, 121, 95,
	    { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT } },
	{ "3: not tested", false, false, STS_MODE_NONE, 116.75, 116, 100,
	    { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT } },
	{ "4: self-signed, DANE-EE matches", true, true, STS_MODE_NONE, 119.3, 121, 98,
	    { TESTED, .secure = SECURE_YES, TLS13, CERT(IN_DATE, STRONG, SELF_SIGNED), DANE_EE } },
	{ "5: self-signed, nothing published", true, true, STS_MODE_NONE, 109.95, 121, 90,
	    { TESTED, .secure = SECURE_YES, TLS13, CERT(IN_DATE, NAMED, STRONG, SELF_SIGNED) } },
	{ "6: TLS 1.2 ECDHE GCM", true, true, STS_MODE_NONE, 99.25, 121, 81,
	    { TESTED, .secure = SECURE_YES, TLS12, GOOD_CERT } },
	{ "7: TLS 1.2 AES128-SHA, wrong name", true, true, STS_MODE_NONE, 90.1, 121, 74,
	    { TESTED, .secure = SECURE_YES, TLS12_CBC, CERT(TRUSTED, IN_DATE, STRONG) } },
	{ "8: TLS 1.2 AES128-SHA, self-signed, weak", true, true, STS_MODE_NONE, 88.6, 121, 72,
	    { TESTED, .secure = SECURE_YES, TLS12_CBC, CERT(IN_DATE, NAMED, SELF_SIGNED) } },
	{ "9: TLS 1.0 ECDHE CBC", true, true, STS_MODE_NONE, 70.5, 121, 57,
	    { TESTED, .secure = SECURE_YES, GOOD_CERT,
		TLS_OF(PROTO_TLS10, "ECDHE-RSA-AES128-SHA", 128, true, false) } },
	{ "10: no STARTTLS", true, true, STS_MODE_NONE, 0, 121, 0,
	    { TESTED, .secure = SECURE_NOT_OFFERED } },

	{ "only DANE not tested", false, true, STS_MODE_NONE, 116.75, 118, 98,
	    { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT } },
	{ "only MTA-STS not tested", true, false, STS_MODE_NONE, 116.75, 119, 97,
	    { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT } },
	{ "MTA-STS in mode testing", true, true, STS_MODE_TESTING, 117.6, 121, 96,
	    { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, .sts = STS_PASS } },
	{ "MTA-STS does not list the host", true, true, STS_MODE_ENFORCE, 116.75, 121, 95,
	    { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, .sts = STS_NOT_LISTED } },
	{ "a DANE mismatch", true, true, STS_MODE_NONE, 116.75, 121, 95,
	    { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, .dane = { .status = DANE_MISMATCH } } },
	{ "a match that was not asked for earns nothing", false, true, STS_MODE_NONE,
	    109.95, 118, 92,
	    { TESTED, .secure = SECURE_YES, TLS13, CERT(IN_DATE, STRONG), DANE_EE } },
	{ "revoked beats DANE", true, true, STS_MODE_NONE, 112.5, 121, 92,
	    { TESTED, .secure = SECURE_YES, TLS13, DANE_EE,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked = REVOKED_YES) } },
	{ "a responder that does not answer costs nothing", true, true, STS_MODE_NONE,
	    116.75, 121, 95, { TESTED, .secure = SECURE_YES, TLS13,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked = REVOKED_UNKNOWN) } },
	{ "TLS 1.2 GCM without forward secrecy", true, true, STS_MODE_NONE, 96.7, 121, 79,
	    { TESTED, .secure = SECURE_YES, GOOD_CERT,
		TLS_OF(PROTO_TLS12, "AES128-GCM-SHA256", 128, false, true) } },
	{ "triple DES", true, true, STS_MODE_NONE, 95.5, 121, 78,
	    { TESTED, .secure = SECURE_YES, GOOD_CERT, .tls = { .proto = PROTO_TLS12,
		.cipher = "DES-CBC3-SHA", .bits = 112, .obsolete = true } } },
	{ "under 128 bits", true, true, STS_MODE_NONE, 95.5, 121, 78,
	    { TESTED, .secure = SECURE_YES, GOOD_CERT,
		TLS_OF(PROTO_TLS12, "ECDHE-X", 127, true, true) } },
	{ "DHE, 2048 bits", true, true, STS_MODE_NONE, 99.25, 121, 81,
	    { TESTED, .secure = SECURE_YES, GOOD_CERT, .tls = { .proto = PROTO_TLS12, .bits = 128,
		.forward_secrecy = true, .aead = true, .dh_bits = 2048 } } },
	{ "DHE, 2047 bits: no forward secrecy", true, true, STS_MODE_NONE, 96.7, 121, 79,
	    { TESTED, .secure = SECURE_YES, GOOD_CERT, .tls = { .proto = PROTO_TLS12, .bits = 128,
		.forward_secrecy = true, .aead = true, .dh_bits = 2047 } } },
	{ "DHE, 1024 bits, CBC", true, true, STS_MODE_NONE, 96.1, 121, 79,
	    { TESTED, .secure = SECURE_YES, GOOD_CERT, .tls = { .proto = PROTO_TLS12, .bits = 128,
		.forward_secrecy = true, .dh_bits = 1024 } } },
	{ "DHE, 1023 bits: nothing", true, true, STS_MODE_NONE, 95.5, 121, 78,
	    { TESTED, .secure = SECURE_YES, GOOD_CERT, .tls = { .proto = PROTO_TLS12, .bits = 256,
		.forward_secrecy = true, .aead = true, .dh_bits = 1023 } } },
};
/* clang-format on */

static void
test_examples(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct pool *p = pool_new();
		struct host host = examples[i].host;
		struct run_facts facts = run_of(&host, 1);
		struct plan plan = plan_default();
		struct score out;

		facts.dane_tested = examples[i].dane;
		facts.mtasts_tested = examples[i].mtasts;
		if (examples[i].mode != STS_MODE_NONE) {
			facts.mtasts.status = POLICY_OK;
			facts.mtasts.mode = examples[i].mode;
		}
		score_run(&out, p, &facts, &plan);
		tap_ok(near(out.host[0].exact, examples[i].want) &&
			out.cf == (int)examples[i].want && out.max == examples[i].max &&
			out.percent == examples[i].percent,
		    "example %s: %.3f, %d of %d, %d%%", examples[i].name, out.host[0].exact, out.cf,
		    out.max, out.percent);
		pool_free(p);
	}
}

/* "Half DANE": TLSA of a signed host behind an MX record that anybody can forge. */
static void
test_half_dane(void)
{
	static const struct {
		enum dns_status mx;
		double want;
	} rows[] = {
		{ DNS_SECURE, 119.3 }, { DNS_NOT_TESTED, 119.3 }, { DNS_INSECURE, 109.95 },
		{ DNS_BOGUS, 109.95 }, { DNS_ERROR, 109.95 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool *p = pool_new();
		struct host host = examples[3].host;
		struct run_facts facts = run_of(&host, 1);
		struct plan plan = plan_default();
		struct score out;

		facts.mx.status = rows[i].mx;
		score_run(&out, p, &facts, &plan);
		tap_ok(near(out.host[0].exact, rows[i].want), "a match behind an MX of status %d",
		    (int)rows[i].mx);
		pool_free(p);
	}
}

/* A host that scores 121, 116.75, 109.95, 50 (untested), 0, or has no row at all ('-', '.'). */
static struct host
host_of(char kind)
{
	switch (kind) {
	case 'A': return examples[0].host;
	case 'B': return examples[1].host;
	case 'C': return examples[4].host;
	case 'u': return (struct host){ UNTESTED("connection refused") };
	case '-': return (struct host){ .status = HOST_SKIPPED };
	case '.': return (struct host){ .status = HOST_NOT_STARTED };
	default: return examples[9].host;
	}
}

/* clang-format off */
static const struct {
	const char *name;
	const char *hosts;	/* host_of() each */
	int mx[MANY], preference[MANY];
	bool ignore;
	int cf, worst;
	int mx_cf[3];
} domains[] = {
	{ "a backup that is down", "Bu", { 0, 1 }, { 10, 20 }, false, 94, 50, { 116, 50 } },
	{ "the same, ignored", "Bu", { 0, 1 }, { 10, 20 }, true, 116, 116, { 116, -1 } },
	{ "a plaintext backup", "AC0", { 0, 1, 2 }, { 10, 10, 20 }, false, 92, 0, { 121, 109, 0 } },
	{ "a plaintext best MX", "0A", { 0, 1 }, { 0, 5 }, false, 40, 0, { 0, 121 } },
	{ "only the order of preferences counts", "0A", { 0, 1 }, { 0, 60000 }, false, 40, 0,
	    { 0, 121 } },
	{ "preferences below zero", "0A", { 0, 1 }, { -7, -6 }, false, 40, 0, { 0, 121 } },
	{ "addresses share the weight of their MX", "A00B", { 0, 1, 1, 1 }, { 10, 10, 10, 10 },
	    false, 79, 0, { 121, 38 } },
	{ "all down", "uuu", { 0, 1, 1 }, { 10, 20, 20 }, false, 50, 50, { 50, 50 } },
	{ "all down, ignored", "uuu", { 0, 1, 2 }, { 10, 20, 30 }, true, 50, -1, { -1, -1, -1 } },
	{ "all skipped", "--", { 0, 0 }, { 10, 10 }, false, 50, -1, { -1 } },
	{ "a skipped address is no row", "B-", { 0, 0 }, { 10, 10 }, false, 116, 116, { 116 } },
	{ "a skipped MX keeps its rank", "-BA", { 0, 1, 2 }, { 10, 20, 20 }, false, 118, 116,
	    { -1, 116, 121 } },
	{ "one not started", "B.", { 0, 1 }, { 10, 20 }, false, 116, 116, { 116, -1 } },
	{ "down beside not started", "u.", { 0, 1 }, { 10, 20 }, false, 50, 50, { 50, -1 } },
	{ "untested stands above plaintext", "u0", { 0, 1 }, { 10, 10 }, false, 25, 0, { 50, 0 } },
	/* 121 / (1 + 1/2 + ... + 1/64 + 4/64), the last five ranks weigh the same */
	{ "weights stop at 1/64", "A0000000000", { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
	    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, false, 59, 0, { 121, 0, 0 } },
	{ "and are 1/64 there", "0000000000A", { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 },
	    { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, false, 0, 0, { 0, 0, 0 } },
};
/* clang-format on */

static void
test_domains(void)
{
	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
		struct pool *p = pool_new();
		struct host hosts[MANY];
		size_t n = strlen(domains[i].hosts);
		struct run_facts facts;
		struct plan plan = plan_default();
		struct score out;
		bool same = true;

		for (size_t j = 0; j < n; j++) {
			hosts[j] = host_of(domains[i].hosts[j]);
			hosts[j].mx_index = (size_t)domains[i].mx[j];
			hosts[j].preference = domains[i].preference[j];
		}
		facts = run_of(hosts, n);
		facts.mtasts.status = POLICY_OK;
		facts.mtasts.mode = STS_MODE_ENFORCE;
		plan.ignore_unreachable = domains[i].ignore;
		score_run(&out, p, &facts, &plan);
		for (int j = 0; j < out.mx_cf_n && j < 3; j++)
			same = same && out.mx_cf[j] == domains[i].mx_cf[j];
		tap_ok(out.known && out.cf == domains[i].cf && out.worst_cf == domains[i].worst &&
		    out.mx_cf_n == (int)facts.mx_total && same, "domain: %s: %d, worst %d",
		    domains[i].name, out.cf, out.worst_cf);
		pool_free(p);
	}
}

/* Of equals the first is named. */
static void
test_worst(void)
{
	struct pool *p = pool_new();
	struct host hosts[] = { host_of('B'), host_of('C'), host_of('C') };
	struct run_facts facts = run_of(hosts, 3);
	struct plan plan = plan_default();
	struct score out;

	score_run(&out, p, &facts, &plan);
	tap_ok(out.worst == &hosts[1] && out.worst_cf == 109, "the first of the worst");
	pool_free(p);
}

static void
test_stops(void)
{
	static const struct {
		enum step_id stop;
		bool known;
	} rows[] = {
		{ STEP_ANSWER, false }, { STEP_CONNECT, false }, { STEP_HELO, false },
		{ STEP_TLS, false }, { STEP_CERT, false }, { STEP_SECURE, true },
		{ STEP_FROM, true }, { STEP_TO, true }, { STEP_COUNT, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool *p = pool_new();
		struct host hosts[] = { host_of('B'), host_of('u') };
		struct run_facts facts = run_of(hosts, 2);
		struct plan plan = plan_default();
		struct score out;

		plan.stop_after = rows[i].stop;
		score_run(&out, p, &facts, &plan);
		tap_ok(out.known == rows[i].known && out.host[0].known == rows[i].known &&
			out.host[1].known == rows[i].known && out.host[0].row && out.max == 121 &&
			(out.worst != NULL) == rows[i].known &&
			(out.mx_cf[0] == -1) == !rows[i].known,
		    "stop after step %d", (int)i);
		pool_free(p);
	}
}

static void
test_floor(void)
{
	tap_ok(score_floor(89.9) == 89, "never rounds up to safety");
	tap_ok(score_floor(0.1 * 3 * 10 * 30) == 90, "binary dust above");
	tap_ok(score_floor(89.99999999999) == 90, "binary dust below");
	tap_ok(score_floor(89.999999) == 89, "what is more than dust");
	tap_ok(score_floor(0) == 0 && score_floor(121) == 121, "the ends");
}

/* clang-format off */
static const struct {
	const char *name;
	bool tested;		/* DANE and MTA-STS */
	struct host host;
	struct {
		const char *check;
		double points;
		const char *why;
	} want[8];
} explained[] = {
	{ "nothing lost", true, { TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, DANE_EE,
	    .sts = STS_PASS }, { { 0 } } },
	{ "untested", true, { UNTESTED("connection refused") },
	    { { "untested", 71, "connection refused" } } },
	{ "plaintext", true, { TESTED, .secure = SECURE_NOT_OFFERED,
	    STEPS(UP_TO_HELO, FAIL("server knows no EHLO, so no STARTTLS"), __, __, __, __) },
	    { { "encryption", 121, "server knows no EHLO, so no STARTTLS" } } },
	{ "handshake failure without a reason", true, { TESTED, .secure = SECURE_NO_SESSION },
	    { { "encryption", 101, "STARTTLS is accepted, but no TLS session comes about" } } },
	{ "SSL 3", true, { TESTED, .secure = SECURE_NO_SESSION, .raw_proto = PROTO_SSL3 },
	    { { "protocol", 64, "SSLv3 was negotiated, not TLSv1.3" } } },
	{ "self-signed, other name", true, { TESTED, .secure = SECURE_YES, TLS13, .sts = STS_CERT,
	    CERT(IN_DATE, STRONG, SELF_SIGNED, .found = "mx.example.net"),
	    .dane = { .status = DANE_NONE } }, {
		{ "authenticated", 6.8, "certificate not trusted: self-signed certificate; "
		    "certificate names mx.example.net, not mx1.example.org" },
		{ "dane", 2.55, "no TLSA record is published" },
		{ "mta-sts", 1.7, "the certificate does not satisfy the MTA-STS policy" } } },
	{ "TLS 1.2, all weak, not tested", false, { TESTED, .secure = SECURE_YES, TLS12_CBC,
	    CERT(TRUSTED, NAMED, WEAK(weak_both, false, false),
		.trust_why = "certificate has expired") }, {
		{ "protocol", 18, "TLSv1.2 was negotiated, not TLSv1.3" },
		{ "authenticated", 6, "certificate out of date: certificate has expired" },
		{ "cipher", 3.15, "AES128-SHA has no forward secrecy and no AEAD" },
		{ "dane", 2.25, "DANE was not tested" },
		{ "key", 1.5, "RSA 1024-bit key, sha1WithRSAEncryption signature" },
		{ "mta-sts", 1.5, "MTA-STS was not tested" } } },
	{ "anonymous", false, { TESTED, .secure = SECURE_YES, .tls = { .proto = PROTO_TLS12,
	    .cipher = "ADH-AES256-SHA", .bits = 256, .forward_secrecy = true, .anonymous = true } }, {
		{ "protocol", 18, NULL }, { "authenticated", 6, "no certificate was sent" },
		{ "cipher", 3.75, "ADH-AES256-SHA is anonymous" }, { "dane", 2.25, NULL },
		{ "key", 1.5, "no certificate was sent" }, { "mta-sts", 1.5, NULL } } },
	{ "weak DHE, revoked, weak signature", true, { TESTED, .secure = SECURE_YES,
	    CERT(TRUSTED, IN_DATE, NAMED, .key_ok = true, .revoked = REVOKED_YES,
		.revoked_why = "keyCompromise"), .sts = STS_PASS, DANE_EE,
	    .tls = { .proto = PROTO_TLS12, .cipher = "DHE-RSA-AES128-SHA", .bits = 128,
		.forward_secrecy = true, .dh_bits = 1024 } }, {
		{ "protocol", 18, NULL },
		{ "authenticated", 6, "a certificate is revoked: keyCompromise" },
		{ "cipher", 3.15, "DHE-RSA-AES128-SHA with a DHE group of 1024 bits, without AEAD" },
		{ "key", 0.75, "the signature is weak" } } },
	{ "RC4", true, { TESTED, .secure = SECURE_YES, GOOD_CERT, .sts = STS_PASS, DANE_EE,
	    .tls = { .proto = PROTO_TLS12, .cipher = "RC4-SHA", .bits = 128, .obsolete = true } },
	    { { "protocol", 18, NULL }, { "cipher", 3.75, "RC4-SHA is obsolete" } } },
	{ "56 bits", true, { TESTED, .secure = SECURE_YES, GOOD_CERT, .sts = STS_PASS, DANE_EE,
	    .tls = { .proto = PROTO_TLS12, .cipher = "X", .bits = 56 } },
	    { { "protocol", 18, NULL }, { "cipher", 3.75, "X has a strength of 56 bits" } } },
	{ "CBC", true, { TESTED, .secure = SECURE_YES, GOOD_CERT, .sts = STS_PASS, DANE_EE,
	    TLS_OF(PROTO_TLS12, "ECDHE-RSA-AES128-SHA", 128, true, false) },
	    { { "protocol", 18, NULL }, { "cipher", 1.5, "ECDHE-RSA-AES128-SHA has no AEAD" } } },
	{ "no forward secrecy", true, { TESTED, .secure = SECURE_YES, GOOD_CERT, .sts = STS_PASS,
	    DANE_EE, TLS_OF(PROTO_TLS12, "AES128-GCM-SHA256", 128, false, true) },
	    { { "protocol", 18, NULL },
		{ "cipher", 2.55, "AES128-GCM-SHA256 has no forward secrecy" } } },
};
/* clang-format on */

static void
test_explained(void)
{
	for (size_t i = 0; i < sizeof(explained) / sizeof(explained[0]); i++) {
		struct pool *p = pool_new();
		struct host host = explained[i].host;
		struct run_facts facts = run_of(&host, 1);
		struct plan plan = plan_default();
		struct score out;
		size_t n = 0;

		facts.dane_tested = facts.mtasts_tested = explained[i].tested;
		facts.mtasts.status = POLICY_OK;
		facts.mtasts.mode = STS_MODE_ENFORCE;
		score_run(&out, p, &facts, &plan);
		for (; explained[i].want[n].check != NULL; n++) {
			const struct score_lost *lost = &out.host[0].lost[n];
			const char *why = explained[i].want[n].why;

			if (!tap_ok(n < out.host[0].nlost &&
				    near(lost->points, explained[i].want[n].points) &&
				    strcmp(lost->check, explained[i].want[n].check) == 0,
				"%s: %s", explained[i].name, explained[i].want[n].check))
				continue;
			tap_is(lost->why, why != NULL ? why : lost->why, "its reason");
			tap_ok(lost->fix != NULL && lost->fix[strlen(lost->fix) - 1] == '.',
			    "its mend is a sentence");
		}
		tap_ok(out.host[0].nlost == n, "%s: %zu parts", explained[i].name, n);
		pool_free(p);
	}
}

/* Statuses in words: each of them names a reason, the module's own where it has one. */
static void
test_status_words(void)
{
	struct plan plan = plan_default();

	for (int d = DANE_NOT_TESTED; d <= DANE_ERROR; d++) {
		for (int m = POLICY_NOT_TESTED; m <= POLICY_ERROR; m++) {
			for (int s = STS_NOT_TESTED; s <= STS_CERT; s++) {
				struct pool *p = pool_new();
				struct host host = examples[1].host;
				struct run_facts facts;
				struct score out;
				bool said = true;

				host.dane.status = (enum dane_status)d;
				host.dane.reason = "the very reason";
				host.sts = (enum sts_status)s;
				facts = run_of(&host, 1);
				facts.mx.status = DNS_INSECURE;
				facts.mtasts.status = (enum policy_status)m;
				facts.mtasts.mode = STS_MODE_TESTING;
				score_run(&out, p, &facts, &plan);
				for (size_t i = 0; i < out.host[0].nlost; i++)
					said = said && out.host[0].lost[i].why != NULL &&
					    out.host[0].lost[i].fix != NULL;
				tap_ok(said && out.host[0].nlost == 2 &&
					(d == DANE_MATCH ||
					    strcmp(out.host[0].lost[0].why, "the very reason") ==
						0),
				    "DANE %d, policy %d, host %d", d, m, s);
				pool_free(p);
			}
		}
	}
}

static void
test_held_back(void)
{
	struct pool *p = pool_new();
	struct host host = examples[5].host;
	struct run_facts facts = run_of(&host, 1);
	struct plan plan = plan_default();
	struct score out;

	plan.tls_max = PROTO_TLS12;
	score_run(&out, p, &facts, &plan);
	tap_is(out.host[0].lost[0].why, "TLSv1.2 was negotiated, --tls-max allows no more",
	    "what the operator holds back is not the server's");
	pool_free(p);
}

/* --- properties over random facts --- */

struct dice {
	uint64_t state;
};

/* xorshift64*: the same facts on every machine. */
static unsigned
roll(struct dice *d, unsigned sides)
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return (unsigned)((d->state * UINT64_C(2685821657736338717)) >> 33) % sides;
}

#define COIN(d) (roll(d, 2) == 1)

static const int dh_sizes[] = { 512, 1023, 1024, 1536, 2048, 4096, 0 };
static const int strengths[] = { 0, 40, 56, 112, 127, 128, 192, 256 };

static struct host
random_host(struct dice *d)
{
	static const enum host_status mostly[] = {
		HOST_TESTED, HOST_TESTED, HOST_TESTED, HOST_TESTED, HOST_TESTED, HOST_UNTESTED,
		HOST_SKIPPED, HOST_NOT_STARTED
	};
	struct host h = { .status = mostly[roll(d, 8)], .preference = (int)roll(d, 5) * 10 };

	h.secure = COIN(d) ? SECURE_YES : (enum secure)(SECURE_NOT_OFFERED + roll(d, 4));
	if (h.secure == SECURE_YES || h.secure == SECURE_NO_EHLO)
		h.tls.proto = (enum proto)(PROTO_TLS10 + roll(d, 4));
	h.tls.bits = strengths[roll(d, 8)];
	h.tls.forward_secrecy = COIN(d);
	h.tls.aead = COIN(d);
	h.tls.anonymous = roll(d, 8) == 0;
	h.tls.obsolete = roll(d, 4) == 0;
	h.tls.dh_bits = dh_sizes[roll(d, 7)];
	h.cert.present = roll(d, 8) != 0;
	h.cert.trusted = COIN(d);
	h.cert.in_date = COIN(d);
	h.cert.name_match = COIN(d);
	h.cert.key_ok = COIN(d);
	h.cert.signature_ok = COIN(d);
	h.cert.revoked = (enum revoked)roll(d, 4);
	h.dane.status = (enum dane_status)roll(d, DANE_ERROR + 1);
	h.sts = (enum sts_status)roll(d, STS_CERT + 1);
	return h;
}

/* Up to five MX, each with one preference. */
static struct run_facts
random_run(struct dice *d, struct host *hosts)
{
	size_t n = 1 + roll(d, MANY);
	int preference[5];
	struct run_facts facts;

	for (size_t i = 0; i < 5; i++)
		preference[i] = (int)roll(d, 4) * 10;
	for (size_t i = 0; i < n; i++) {
		hosts[i] = random_host(d);
		hosts[i].mx_index = roll(d, 5);
		hosts[i].preference = preference[hosts[i].mx_index];
	}
	facts = run_of(hosts, n);
	facts.mx_total = 5;
	facts.dane_tested = COIN(d);
	facts.mtasts_tested = COIN(d);
	facts.mx.status = (enum dns_status)roll(d, DNS_ERROR + 1);
	facts.mtasts.status = (enum policy_status)roll(d, POLICY_ERROR + 1);
	facts.mtasts.mode = (enum sts_mode)roll(d, 3);
	return facts;
}

/* Make one fact better; false when it cannot be. */
typedef bool improve(struct run_facts *f, struct host *h);

/* clang-format off */
#define SET(name, field, value) \
	static bool better_##name(struct run_facts *f, struct host *h) \
	{ \
		(void)f, (void)h; \
		if (field == (value)) \
			return false; \
		field = (value); \
		return true; \
	}

SET(fs, h->tls.forward_secrecy, true)
SET(aead, h->tls.aead, true)
SET(named_suite, h->tls.anonymous, false)
SET(modern_suite, h->tls.obsolete, false)
SET(present, h->cert.present, true)
SET(trusted, h->cert.trusted, true)
SET(in_date, h->cert.in_date, true)
SET(name, h->cert.name_match, true)
SET(key, h->cert.key_ok, true)
SET(signature, h->cert.signature_ok, true)
SET(revoked, h->cert.revoked, REVOKED_GOOD)
SET(dane, h->dane.status, DANE_MATCH)
SET(sts, h->sts, STS_PASS)
SET(mx, f->mx.status, DNS_SECURE)
SET(policy, f->mtasts.status, POLICY_OK)
/* clang-format on */

static bool
better_protocol(struct run_facts *f, struct host *h)
{
	(void)f;
	if (h->secure != SECURE_YES || h->tls.proto == PROTO_TLS13)
		return false;
	h->tls.proto++;
	return true;
}

static bool
better_secure(struct run_facts *f, struct host *h)
{
	(void)f;
	if (h->secure == SECURE_YES)
		return false;
	h->secure++;
	if (h->tls.proto == PROTO_NONE && h->secure >= SECURE_NO_EHLO)
		h->tls.proto = PROTO_TLS10;
	return true;
}

static bool
better_mode(struct run_facts *f, struct host *h)
{
	(void)h;
	if (f->mtasts.mode == STS_MODE_ENFORCE)
		return false;
	f->mtasts.mode++;
	return true;
}

static bool
next_of(int *v, const int *list, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if (list[i] == *v) {
			*v = list[i + 1];
			return true;
		}
	}
	return false;
}

static bool
better_bits(struct run_facts *f, struct host *h)
{
	(void)f;
	return next_of(&h->tls.bits, strengths, 8);
}

static bool
better_group(struct run_facts *f, struct host *h)
{
	(void)f;
	return next_of(&h->tls.dh_bits, dh_sizes, 7);
}

static const struct {
	const char *name;
	improve *better;
} dimensions[] = {
	{ "protocol", better_protocol }, { "secure", better_secure }, { "bits", better_bits },
	{ "group", better_group }, { "forward secrecy", better_fs }, { "AEAD", better_aead },
	{ "certificate in the suite", better_named_suite }, { "suite", better_modern_suite },
	{ "certificate", better_present }, { "trust", better_trusted },
	{ "dates", better_in_date }, { "name", better_name }, { "key", better_key },
	{ "signature", better_signature }, { "revocation", better_revoked },
	{ "DANE", better_dane }, { "MTA-STS of the host", better_sts },
	{ "MX look-up", better_mx }, { "policy", better_policy }, { "mode", better_mode },
};

#define DIMENSIONS (sizeof(dimensions) / sizeof(dimensions[0]))

/* Exact CF, unfloored: sum(w * s) / sum(w) as the specification writes it, row by row. */
static double
naive_cf(const struct score *s, const struct run_facts *f)
{
	double sum = 0, weights = 0;

	for (size_t i = 0; i < f->nhosts; i++) {
		int rank = 0, rows = 0;
		bool seen[1000] = { false };
		double w;

		if (!s->host[i].row)
			continue;
		for (size_t j = 0; j < f->nhosts; j++) {
			const struct host *o = &f->hosts[j];

			rows += s->host[j].row && o->mx_index == f->hosts[i].mx_index;
			if (o->preference < f->hosts[i].preference && !seen[o->preference]) {
				seen[o->preference] = true;
				rank++;
			}
		}
		w = pow(2, rank < 6 ? -rank : -6) / rows;
		sum += w * s->host[i].exact;
		weights += w;
	}
	return weights > 0 ? sum / weights : 50;
}

static bool
in_band(const struct score_host *s, const struct host *h)
{
	static const struct {
		double floor, top;
		const char *band;
	} bands[] = {
		[PROTO_TLS10] = { 64, 74, "tlsv1.0" }, [PROTO_TLS11] = { 75, 87, "tlsv1.1" },
		[PROTO_TLS12] = { 88, 103, "tlsv1.2" }, [PROTO_TLS13] = { 104, 121, "tlsv1.3" },
	};
	enum proto proto = h->tls.proto;

	if (h->status == HOST_UNTESTED)
		return near(s->exact, 50) && strcmp(s->band, "untested") == 0;
	if (h->secure != SECURE_YES)
		return s->exact >= 0 && s->exact < 50 && strcmp(s->band, "none") == 0;
	return s->exact >= bands[proto].floor && s->exact <= bands[proto].top + NEAR &&
	    strcmp(s->band, bands[proto].band) == 0;
}

static double
sum_lost(const struct score_host *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->nlost; i++) {
		if (s->lost[i].points <= 0 || s->lost[i].why == NULL || s->lost[i].why[0] == '\0' ||
		    (i > 0 && s->lost[i].points > s->lost[i - 1].points))
			return -1;
		sum += s->lost[i].points;
	}
	return sum;
}

struct property {
	const char *name;
	int broken, held;
};

enum { P_BAND, P_MAX, P_LOST, P_CF, P_NAIVE, P_PERCENT, P_WORST, P_SHUFFLE, P_IGNORE, P_COUNT };

static struct property properties[P_COUNT] = {
	[P_BAND] = { .name = "a score lies in the band of its protocol" },
	[P_MAX] = { .name = "a score never exceeds the maximum" },
	[P_LOST] = { .name = "lost parts sum up to 121 - score, largest first" },
	[P_CF] = { .name = "0 <= CF <= 121, between worst and best row" },
	[P_NAIVE] = { .name = "CF is the weighted mean, floored" },
	[P_PERCENT] = { .name = "percent is of the floored maximum" },
	[P_WORST] = { .name = "the worst host is one, the first" },
	[P_SHUFFLE] = { .name = "order changes nothing" },
	[P_IGNORE] = { .name = "ignored hosts leave the sum" },
};

static void
hold(int which, bool good)
{
	properties[which].held++;
	properties[which].broken += !good;
}

static void
hold_rows(const struct score *s, const struct run_facts *f)
{
	double least = 999, most = -1;
	const struct host *worst = NULL;

	for (size_t i = 0; i < f->nhosts; i++) {
		const struct score_host *h = &s->host[i];

		if (!h->known)
			continue;
		hold(P_BAND, in_band(h, &f->hosts[i]));
		hold(P_MAX, h->exact <= h->max + NEAR && score_floor(h->max) == s->max);
		hold(P_LOST, near(sum_lost(h), SCORE_TOP - h->exact));
		if (h->exact < least) {
			least = h->exact;
			worst = &f->hosts[i];
		}
		most = h->exact > most ? h->exact : most;
	}
	hold(P_WORST, s->worst == worst && s->worst_cf == (worst ? score_floor(least) : -1));
	hold(P_CF,
	    s->cf >= 0 && s->cf <= SCORE_TOP &&
		(worst == NULL ? s->cf == 50
			       : s->cf >= score_floor(least) && s->cf <= score_floor(most)));
}

/* The same hosts in another order, MX numbered anew. */
static void
hold_shuffled(const struct score *s, const struct run_facts *f, struct dice *d)
{
	struct pool *p = pool_new();
	struct plan plan = plan_default();
	struct host hosts[MANY];
	size_t number[5] = { 0, 1, 2, 3, 4 };
	struct run_facts other = *f;
	struct score again;
	bool same;

	for (size_t i = 4; i > 0; i--) {
		size_t j = roll(d, (unsigned)i + 1), n = number[i];

		number[i] = number[j];
		number[j] = n;
	}
	memcpy(hosts, f->hosts, f->nhosts * sizeof(*hosts));
	for (size_t i = f->nhosts; i-- > 0;) {
		size_t j = roll(d, (unsigned)i + 1);
		struct host h = hosts[i];

		hosts[i] = hosts[j];
		hosts[j] = h;
		hosts[i].mx_index = number[hosts[i].mx_index];
	}
	other.hosts = hosts;
	score_run(&again, p, &other, &plan);
	same = again.known == s->known && again.cf == s->cf && again.max == s->max &&
	    again.percent == s->percent && again.worst_cf == s->worst_cf;
	for (size_t i = 0; i < 5; i++)
		same = same && again.mx_cf[number[i]] == s->mx_cf[i];
	hold(P_SHUFFLE, same);
	pool_free(p);
}

/* --ignore-unreachable gives what the run without these hosts does, ranks aside. */
static void
hold_ignored(const struct run_facts *f)
{
	struct pool *p = pool_new();
	struct plan plan = plan_default();
	struct score s;
	bool good = true;

	plan.ignore_unreachable = 1;
	score_run(&s, p, f, &plan);
	for (size_t i = 0; i < f->nhosts; i++)
		if (f->hosts[i].status == HOST_UNTESTED)
			good = good && !s.host[i].row && !s.host[i].known;
	hold(P_IGNORE, good && (!s.known || s.cf == score_floor(naive_cf(&s, f))));
	pool_free(p);
}

static void
test_properties(void)
{
	struct dice d = { UINT64_C(0x5eed0f121) };

	for (int i = 0; i < ROUNDS; i++) {
		struct pool *p = pool_new();
		struct plan plan = plan_default();
		struct host hosts[MANY];
		struct run_facts f = random_run(&d, hosts);
		struct score s;

		score_run(&s, p, &f, &plan);
		hold_ignored(&f);
		hold_shuffled(&s, &f, &d);
		if (s.known) {
			hold_rows(&s, &f);
			hold(P_NAIVE, s.cf == score_floor(naive_cf(&s, &f)));
			hold(P_PERCENT, s.percent == (int)floor(100.0 * s.cf / s.max));
		}
		pool_free(p);
	}
	for (size_t i = 0; i < P_COUNT; i++)
		tap_ok(properties[i].broken == 0 && properties[i].held > ROUNDS / 2,
		    "%s (%d of %d)", properties[i].name, properties[i].held - properties[i].broken,
		    properties[i].held);
}

/* Each dimension alone, in ROUNDS random runs. */
static void
test_monotonic(void)
{
	struct dice d = { UINT64_C(0x600dbe77e4) };

	for (size_t k = 0; k < DIMENSIONS; k++) {
		int tried = 0, raised = 0, broken = 0;

		for (int i = 0; i < ROUNDS; i++) {
			struct pool *p = pool_new();
			struct plan plan = plan_default();
			struct host hosts[MANY];
			struct run_facts f = random_run(&d, hosts);
			size_t at = roll(&d, (unsigned)f.nhosts);
			struct score before, after;

			score_run(&before, p, &f, &plan);
			if (before.host[at].known && hosts[at].status == HOST_TESTED &&
			    dimensions[k].better(&f, &hosts[at])) {
				double rise;

				score_run(&after, p, &f, &plan);
				rise = after.host[at].exact - before.host[at].exact;
				tried++;
				raised += rise > NEAR;
				broken += rise < 0 || after.cf < before.cf ||
				    after.worst_cf < before.worst_cf;
			}
			pool_free(p);
		}
		tap_ok(broken == 0 && raised > 0,
		    "better %s never lowers a score (%d tried, %d rose)", dimensions[k].name, tried,
		    raised);
	}
}

static void
test_all_unreachable(void)
{
	struct dice d = { UINT64_C(0xdead) };
	int broken = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct pool *p = pool_new();
		struct plan plan = plan_default();
		struct host hosts[MANY];
		struct run_facts f = random_run(&d, hosts);
		struct score s;

		for (size_t j = 0; j < f.nhosts; j++)
			hosts[j].status = HOST_UNTESTED;
		plan.ignore_unreachable = (int)roll(&d, 2);
		score_run(&s, p, &f, &plan);
		broken += !s.known || s.cf != 50;
		pool_free(p);
	}
	tap_ok(broken == 0, "all unreachable is exactly 50");
}

int
main(void)
{
	test_situations();
	test_runs();
	test_examples();
	test_half_dane();
	test_domains();
	test_worst();
	test_stops();
	test_floor();
	test_explained();
	test_status_words();
	test_held_back();
	test_properties();
	test_monotonic();
	test_all_unreachable();
	return tap_end();
}
