// SPDX-License-Identifier: GPL-3.0-or-later
/* test_cert.c - judging chains, and the dates, keys and signatures of their leaves. */
#include <pthread.h>

#include "cert_world.h"

static const struct cert_row rows[] = {
	{ "good, with its intermediate", { GOOD, INTER }, MX1, "TDLN-KS-", "", NULL, "mx1.example.org",
	    "mx1.example.org and MX2.example.org", NULL },
	{ "good, root sent too", { GOOD, INTER, ROOT }, MX1, "TDLN-KS-", "", NULL, NULL, NULL, NULL },
	{ "good, below the root", { BELOW_ROOT }, MX1, "TDLN-KS-", "", NULL, NULL, NULL, NULL },
	{ "good, in any order", { BELOW_DEEP, INTER, ROOT, DEEP }, MX1, "TDLN-KS-", "", NULL, NULL, NULL, NULL },
	{ "good, something foreign sent too", { GOOD, STRANGER, OLD_INTER, INTER }, MX1, "TDLN-KS-", "", NULL,
	    NULL, NULL, NULL },
	{ "good, garbage between", { GOOD, GARBAGE, EMPTY, INTER }, MX1, "TDLN-KS-", "", NULL, NULL, NULL, NULL },
	{ "self-signed", { SELF }, MX1, "-DLN-KS-", "18@0", "self-signed certificate", "mx1.example.org",
	    NULL, NULL },
	{ "untrusted root, not sent", { BELOW_STRANGER }, MX1, "-DLN-KS-", "20@0 21@0",
	    "unable to get local issuer certificate", NULL, NULL, NULL },
	{ "untrusted root, sent", { BELOW_STRANGER, STRANGER }, MX1, "-DLN-KS-", "19@1",
	    "self-signed certificate in certificate chain", NULL, NULL, NULL },
	{ "no intermediate", { GOOD }, MX1, "-DLN-KS-", "20@0 21@0", "unable to get local issuer certificate",
	    NULL, NULL, NULL },
	{ "one intermediate of two", { BELOW_DEEP, DEEP }, MX1, "-DLN-KS-", "20@1",
	    "unable to get local issuer certificate", NULL, NULL, NULL },
	{ "leaf comes second", { INTER, GOOD }, MX1, "TDL--KS-", "", NULL, NULL, "Inter", NULL },
	{ "expired", { EXPIRED, INTER }, MX1, "T--N-KS-", "10@0", "certificate has expired", NULL, NULL, NULL },
	{ "not yet valid", { NOT_YET, INTER }, MX1, "T--N-KS-", "9@0", "certificate is not yet valid", NULL,
	    NULL, NULL },
	{ "expired without its intermediate", { EXPIRED }, MX1, "---N-KS-", "10@0 20@0 21@0",
	    "unable to get local issuer certificate", NULL, NULL, NULL },
	{ "expired intermediate", { BELOW_OLD, OLD_INTER }, MX1, "T-LN-KS-", "10@1", "certificate has expired",
	    NULL, NULL, NULL },
	{ "expired intermediate, root unknown", { BELOW_OLD_STRANGER, OLD_STRANGER }, MX1, "--LN-KS-", "20@1 10@1",
	    "unable to get local issuer certificate", NULL, NULL, NULL },
	{ "intermediate for clients only", { BELOW_CLIENT, CLIENT_INTER }, MX1, "-DLN-KS-", "26@1", NULL, NULL,
	    NULL, NULL },
	{ "intermediate is no authority", { BELOW_NO_CA, NO_CA }, MX1, "-DLN-KS-", "79@1 26@1", NULL, NULL,
	    NULL, NULL },
	{ "name constraints broken", { BELOW_BOUND, BOUND }, MX1, "-DLN-KS-", "47@0",
	    "permitted subtree violation", NULL, NULL, NULL },
	{ "for clients", { WRONG_USE, INTER }, MX1, "-DLN-KS-", "26@0", NULL, NULL, NULL, NULL },
	{ "forged", { FORGED, INTER }, MX1, "-DLN-KS-", "7@0", "certificate signature failure", NULL, NULL, NULL },
	{ "all wrong at once", { ALL_WRONG }, MX1, "--------", "10@0 20@0 26@0 21@0",
	    "unable to get local issuer certificate", NULL, "other.example.org",
	    "RSA 1024-bit key, ecdsa-with-SHA1 signature" },
	{ "all wrong, root sent", { ALL_WRONG, STRANGER }, MX1, "--------", "10@0 26@0 19@1", NULL, NULL, NULL, NULL },

	{ "RSA 1024", { RSA_WEAK, INTER }, MX1, "TDLN--S-", "", NULL, NULL, NULL, "RSA 1024-bit key" },
	{ "RSA 2048", { RSA_STRONG, INTER }, MX1, "TDLN-KS-", "", NULL, NULL, NULL, "" },
	{ "RSA-PSS signature", { RSA_PSS }, MX1, "-DLN-KS-", "18@0", NULL, NULL, NULL, "" },
	{ "SHA-1", { SHA_1, INTER }, MX1, "TDLN-K--", "", NULL, NULL, NULL, "ecdsa-with-SHA1 signature" },
	{ "EC 192", { EC_WEAK, INTER }, MX1, "TDLN--S-", "", NULL, NULL, NULL, "EC 192-bit key" },
	{ "Ed25519", { EDDSA }, MX1, "-DLN-KS-", "18@0", NULL, NULL, NULL, "" },
	{ "unknown kind of key", { ODD_KEY, INTER }, MX1, "-DLN--S-", NULL, NULL, NULL, NULL, "unknown key" },
	{ "must staple", { STAPLE, INTER }, MX1, "TDLN-KSM", "", NULL, NULL, NULL, NULL },
	{ "other TLS features", { OTHER_FEATURE, INTER }, MX1, "TDLN-KS-", "", NULL, NULL, NULL, NULL },
	{ "garbage", { GARBAGE, GOOD, INTER }, MX1, "--------", "1@0", "certificate cannot be decoded", NULL,
	    "no name", "unknown key, unknown signature" },
	{ "an empty certificate", { EMPTY, GOOD, INTER }, MX1, "--------", "1@0", NULL, NULL, NULL, NULL },
	{ "bytes behind the certificate", { TRAILING, INTER }, MX1, "--------", "1@0", NULL, NULL, NULL, NULL },
};

static void
test_dates(const struct world *w)
{
	static const struct {
		const char *name;
		int64_t offset;
		bool in_date;
		double days;
	} clocks[] = {
		{ "a second before the end", 86399, true, 1 / 86400.0 },
		{ "at the end", 86400, false, 0 },
		{ "a second behind the end", 86401, false, -1 / 86400.0 },
		{ "at the beginning", -10 * 86400, true, 11 },
		{ "a second before the beginning", -10 * 86400 - 1, false, 11 + 1 / 86400.0 },
		{ "before the epoch", -PKI_NOW - 1, false, (PKI_NOW + 86401) / 86400.0 },
	};
	const struct cert_wanted any = { .n = 0 };

	for (size_t i = 0; i < ROWS(clocks); i++) {
		struct tls_chain chain = { .n = 0 };
		struct cert_facts f;
		double off;

		send_all(&chain, w, (const enum id[4]){ LAST_SECOND, INTER });
		cert_judge(&f, w->p, w->store, &chain, &any, PKI_NOW + clocks[i].offset);
		off = f.days_left - clocks[i].days;
		tap_ok(f.leaf_in_date == clocks[i].in_date && f.in_date == clocks[i].in_date &&
		    off < 1e-9 && off > -1e-9, "date: %s", clocks[i].name);
	}
}

static void
test_chain(const struct world *w)
{
	struct tls_chain chain = { .n = 0 };
	struct cert_facts f = { .present = true };
	struct cert *c;
	size_t n = 1;

	cert_judge(&f, w->p, w->store, &chain, &(struct cert_wanted){ .n = 0 }, PKI_NOW);
	tap_ok(!f.present && !f.trusted && !f.key_ok, "no certificate: nothing is present");
	cert_chain(w->p, &chain, &n);
	tap_ok(n == 0, "no certificate: an empty chain");

	send_all(&chain, w, (const enum id[4]){ MANY, GARBAGE, RSA_WEAK, ODD_KEY });
	c = cert_chain(w->p, &chain, &n);
	if (!tap_ok(n == 3, "what cannot be decoded is left out"))
		return;
	tap_ok(c[0].der == chain.der[0] && c[1].der == chain.der[2], "the bytes are those sent");
	tap_is(c[0].issuer, "CN=Inter", "issuer");
	tap_is(c[0].subject, "", "empty subject");
	tap_ok(c[0].cn == NULL && c[0].nsans == 5, "no common name, five others");
	tap_is(c[0].sans[3], "email:x@y.example", "mail address among the names");
	tap_is(c[0].sans[4], "IP:192.0.2.1", "address among the names");
	tap_is(c[0].serial, "1234", "serial number");
	tap_is(c[0].key, "EC", "EC key");
	tap_is(c[0].signature, "ecdsa-with-SHA256", "signature");
	tap_ok(c[0].bits == 256 && strlen(c[0].sha256) == 64, "256 bits, and a fingerprint");
	tap_ok(c[0].not_before == PKI_NOW - 10 * 86400 && c[0].not_after == PKI_NOW + 80 * 86400,
	    "dates");
	tap_ok(strcmp(c[1].key, "RSA") == 0 && c[1].bits == 1024, "RSA key");
	tap_ok(strcmp(c[2].key, "unknown") == 0 && c[2].bits == 0, "unknown key");
}

/* As the handshake hands them over. */
static void
test_decoded(const struct world *w)
{
	struct tls_chain chain = { .n = 0 };
	struct cert_facts f;
	size_t n;

	send_all(&chain, w, (const enum id[4]){ EXPIRED, INTER });
	chain.decoded[0] = w->certs[EXPIRED].x;
	for (int i = 0; i < 3; i++) {
		cert_judge(&f, w->p, w->store, &chain,
		    &(struct cert_wanted){ { "mx1.example.org" }, 1, NULL }, PKI_NOW);
		cert_chain(w->p, &chain, &n);
	}
	tap_is(flags(w->p, &f), "T--N-KS-", "decoded already: judged the same");
	tap_ok(n == 2, "decoded already: described the same");
}

static void
test_hostile(const struct world *w)
{
	struct tls_chain chain = { .n = 0 };
	struct cert *c;
	size_t n;

	send_all(&chain, w, (const enum id[4]){ BIG_SERIAL, NUL_CN, ODD_NAME, BROKEN_SAN });
	c = cert_chain(w->p, &chain, &n);
	if (!tap_ok(n == 4, "odd certificates are decoded"))
		return;
	tap_ok(strlen(c[0].serial) == 131 && strcmp(c[0].serial + 128, "...") == 0,
	    "a serial number is bounded");
	tap_is(c[1].cn, "mx1.example.org?.evil.com", "NUL is shown as '?'");
	tap_is(c[2].sans[0], "DNS:mx1??[31m?.example.org", "control characters are shown as '?'");
	tap_ok(c[3].nsans == 0, "broken names are none");
}

/* Whatever byte changes on the way, nobody trusts it. */
static void
test_changed(const struct world *w)
{
	const struct pki_cert *good = &w->certs[GOOD];
	const struct cert_wanted any = { .n = 0 };
	size_t trusted = 0, n;

	for (size_t i = 0; i < good->len * 2; i++) {
		uint8_t *der = pool_copy(w->p, good->der, good->len);
		struct tls_chain chain = { .der = { der }, .len = { good->len }, .n = 1 };
		struct cert_facts f;

		der[i / 2] ^= i % 2 == 0 ? 1 : 0x80;
		pki_send(&chain, &w->certs[INTER]);
		cert_judge(&f, w->p, w->store, &chain, &any, PKI_NOW);
		trusted += f.trusted;
		cert_chain(w->p, &chain, &n);
	}
	tap_ok(trusted == 0, "a changed byte is never trusted (%zu are)", trusted);
	for (size_t len = 0; len < good->len; len++) {
		struct tls_chain chain = { .der = { good->der }, .len = { len }, .n = 1 };
		struct cert_facts f;

		cert_judge(&f, w->p, w->store, &chain, &any, PKI_NOW);
		trusted += f.trusted || !f.present;
	}
	tap_ok(trusted == 0, "a shortened certificate is never trusted");
}

/* Many threads share the store. */
static void *
judge_often(void *arg)
{
	struct world mine = *(const struct world *)arg;
	size_t *bad = calloc(1, sizeof(*bad));

	mine.p = pool_new();
	for (int i = 0; i < 20; i++) {
		struct cert_facts f;

		judge(&f, &mine, (const enum id[4]){ GOOD, INTER },
		    (const char *const[3]){ "mx1.example.org" });
		*bad += !f.trusted || !f.name_match;
		judge(&f, &mine, (const enum id[4]){ BELOW_STRANGER },
		    (const char *const[3]){ "x" });
		*bad += f.trusted || f.name_match;
	}
	pool_free(mine.p);
	return bad;
}

static void
test_threads(struct world *w)
{
	pthread_t threads[4];
	size_t bad = 0;

	for (size_t i = 0; i < ROWS(threads); i++)
		TAP_MUST(pthread_create(&threads[i], NULL, judge_often, w) == 0);
	for (size_t i = 0; i < ROWS(threads); i++) {
		void *count = NULL;

		pthread_join(threads[i], &count);
		bad += *(size_t *)count;
		free(count);
	}
	tap_ok(bad == 0, "a store is shared by threads");
}

int
main(void)
{
	struct world w = { 0 };

	if (world_make(&w)) {
		test_rows(&w, rows, ROWS(rows));
		test_dates(&w);
		test_chain(&w);
		test_decoded(&w);
		test_hostile(&w);
		test_changed(&w);
		test_threads(&w);
	}
	world_free(&w);
	return tap_end();
}
