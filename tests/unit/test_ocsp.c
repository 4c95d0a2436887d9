// SPDX-License-Identifier: GPL-3.0-or-later
/* test_ocsp.c - OCSP responses made here, good and bad, and what they say of one certificate. */
#include <openssl/ocsp.h>

#include "ocsp.h"
#include "pki.h"
#include "tap.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define MINUTE 60
#define DAY 86400
#define NEVER 0x7fffffff /* no nextUpdate */
#define ROUNDS 3000	 /* of damage */

enum id {
	ISSUER, STRANGER, NAMESAKE, LEAF, OTHER, DELEGATE, NO_EKU, OLD_DELEGATE, STRANGERS, SUB_CA, SUB_DELEGATE, COUNT
};

static const struct {
	enum id issuer;
	struct pki_spec spec;
} specs[COUNT] = {
	[ISSUER] = { ISSUER, { .cn = "Issuer", .ca = true } },
	[STRANGER] = { STRANGER, { .cn = "Stranger", .ca = true } },
	[NAMESAKE] = { NAMESAKE, { .cn = "Issuer", .ca = true } },
	[LEAF] = { ISSUER, { .cn = "leaf" } },
	[OTHER] = { ISSUER, { .cn = "other", .serial_bytes = 4 } },
	[DELEGATE] = { ISSUER, { .cn = "Delegate", .eku = "OCSPSigning" } },
	[NO_EKU] = { ISSUER, { .cn = "No EKU" } },
	[OLD_DELEGATE] = { ISSUER, { .cn = "Old", .eku = "OCSPSigning", .from = -20, .to = -5 } },
	[STRANGERS] = { STRANGER, { .cn = "Strangers", .eku = "OCSPSigning" } },
	[SUB_CA] = { ISSUER, { .cn = "Sub", .ca = true } },
	[SUB_DELEGATE] = { SUB_CA, { .cn = "Sub delegate", .eku = "OCSPSigning" } },
};

enum nonce { NONE, SAME, ANOTHER };

static const struct {
	const char *name;
	enum revoked want;
	const char *text;	/* is part of it */
	enum id signer;
	int status, reason;	/* V_OCSP_CERTSTATUS_* */
	int from, to;		/* thisUpdate and nextUpdate, seconds from now */
	enum nonce nonce;
	enum id about;		/* 0: the leaf */
	bool sha256, no_certs, staple;
	int response;		/* OCSP_RESPONSE_STATUS_* */
} rows[] = {
	{ "good", REVOKED_GOOD, "good, as of 2027-01-15T07:00:00Z, next update 2027-01-16T08:00:00Z", ISSUER,
	    .from = -3600, .to = DAY, .nonce = SAME },
	{ "good, without a nonce", REVOKED_GOOD, "good, as of", ISSUER, .from = -3600, .to = DAY },
	{ "good, without next update", REVOKED_GOOD, "good, as of 2027-01-15T07:00:00Z", ISSUER,
	    .from = -3600, .to = NEVER },
	{ "good, identity by SHA-256", REVOKED_GOOD, "good", ISSUER, .to = DAY, .sha256 = true },
	{ "good, by a delegate", REVOKED_GOOD, "good", DELEGATE, .to = DAY, .nonce = SAME },
	{ "good, a staple", REVOKED_GOOD, "good", ISSUER, .from = -DAY, .to = DAY, .staple = true },
	{ "a staple with a nonce", REVOKED_GOOD, "good", ISSUER, .to = DAY, .staple = true, .nonce = ANOTHER },
	{ "a clock that is 4 minutes ahead", REVOKED_GOOD, "good", ISSUER, .from = 4 * MINUTE, .to = DAY },
	{ "out of date for 4 minutes", REVOKED_GOOD, "good", ISSUER, .from = -DAY, .to = -4 * MINUTE },
	{ "revoked", REVOKED_YES, "keyCompromise since 2027-01-10T08:00:00Z", ISSUER, V_OCSP_CERTSTATUS_REVOKED,
	    OCSP_REVOKED_STATUS_KEYCOMPROMISE, .to = DAY, .nonce = SAME },
	{ "revoked, no reason", REVOKED_YES, "no reason given since 2027-01-10T08:00:00Z", ISSUER,
	    V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED_STATUS_NOSTATUS, .to = DAY },
	{ "revoked, on hold", REVOKED_YES, "certificateHold", ISSUER, V_OCSP_CERTSTATUS_REVOKED,
	    OCSP_REVOKED_STATUS_CERTIFICATEHOLD, .to = DAY },
	{ "revoked, by a delegate, stapled", REVOKED_YES, "superseded", DELEGATE, V_OCSP_CERTSTATUS_REVOKED,
	    OCSP_REVOKED_STATUS_SUPERSEDED, .to = DAY, .staple = true },
	{ "unknown", REVOKED_UNKNOWN, "does not know this certificate", ISSUER, V_OCSP_CERTSTATUS_UNKNOWN,
	    .to = DAY },
	{ "of tomorrow", REVOKED_UNKNOWN, "of the future, 2027-01-15T08:06:00Z", ISSUER, .from = 6 * MINUTE,
	    .to = DAY },
	{ "out of date", REVOKED_UNKNOWN, "out of date since 2027-01-15T07:54:00Z", ISSUER, .from = -DAY,
	    .to = -6 * MINUTE },
	{ "out of date, revoked", REVOKED_UNKNOWN, "out of date", ISSUER, V_OCSP_CERTSTATUS_REVOKED, .from = -9 * DAY,
	    .to = -DAY },
	{ "out of date, a staple", REVOKED_UNKNOWN, "out of date", ISSUER, .from = -9 * DAY, .to = -DAY,
	    .staple = true },
	{ "old, without next update", REVOKED_UNKNOWN, "without next update, and older than a day", ISSUER,
	    .from = -DAY - 1, .to = NEVER },
	{ "next update before this one", REVOKED_UNKNOWN, "lies before itself", ISSUER, .from = 0, .to = -MINUTE },
	{ "another nonce", REVOKED_UNKNOWN, "somebody else's question", ISSUER, .to = DAY, .nonce = ANOTHER },
	{ "another certificate", REVOKED_UNKNOWN, "speaks of another certificate", ISSUER, .to = DAY,
	    .about = OTHER },
	{ "another issuer", REVOKED_UNKNOWN, "signed by somebody unknown", STRANGER, .to = DAY, .no_certs = true },
	{ "another issuer that sends its certificate", REVOKED_UNKNOWN,
	    "the issuer did not certify its signer", STRANGER,
	    .to = DAY },
	{ "another of the same name", REVOKED_UNKNOWN, "signature", NAMESAKE, .to = DAY },
	{ "a delegate without the right", REVOKED_UNKNOWN, "not certified for OCSP", NO_EKU, .to = DAY },
	{ "a delegate out of date", REVOKED_UNKNOWN, "or not for today", OLD_DELEGATE, .to = DAY },
	{ "a delegate of a stranger", REVOKED_UNKNOWN, "did not certify", STRANGERS, .to = DAY },
	{ "a delegate of a CA below", REVOKED_UNKNOWN, "", SUB_DELEGATE, .to = DAY },
	{ "a delegate who does not send its certificate", REVOKED_UNKNOWN, "signed by somebody unknown", DELEGATE,
	    .to = DAY, .no_certs = true },
	{ "the certificate itself", REVOKED_UNKNOWN, "not certified for OCSP", LEAF, .to = DAY },
	{ "the certificate itself, that it is revoked", REVOKED_UNKNOWN, "not certified for OCSP", LEAF,
	    V_OCSP_CERTSTATUS_REVOKED, .to = DAY },
	{ "try later", REVOKED_UNKNOWN, "the responder says trylater", ISSUER,
	    .response = OCSP_RESPONSE_STATUS_TRYLATER },
	{ "unauthorized", REVOKED_UNKNOWN, "unauthorized", ISSUER, .response = OCSP_RESPONSE_STATUS_UNAUTHORIZED },
	{ "internal error", REVOKED_UNKNOWN, "internalerror", ISSUER,
	    .response = OCSP_RESPONSE_STATUS_INTERNALERROR },
};

struct world {
	struct pool *p;
	struct pki_cert cert[COUNT];
	struct ocsp_der asked;
};

static void
world_make(struct world *w)
{
	w->p = pool_new();
	for (size_t i = 0; i < COUNT; i++) {
		const struct pki_cert *issuer = specs[i].issuer == i ? NULL
								     : &w->cert[specs[i].issuer];

		pki_make(&w->cert[i], &specs[i].spec, issuer);
	}
	ocsp_request(&w->asked, w->p, w->cert[LEAF].x, w->cert[ISSUER].x);
}

static void
world_free(struct world *w)
{
	for (size_t i = 0; i < COUNT; i++)
		pki_free(&w->cert[i]);
	pool_free(w->p);
}

static ASN1_GENERALIZEDTIME *
moment(int seconds)
{
	return seconds == NEVER ? NULL : ASN1_GENERALIZEDTIME_adj(NULL, PKI_NOW, 0, seconds);
}

static void
add_nonce(OCSP_BASICRESP *basic, const struct world *w, enum nonce nonce)
{
	const unsigned char *der = w->asked.der;
	OCSP_REQUEST *request = d2i_OCSP_REQUEST(NULL, &der, (long)w->asked.len);
	unsigned char other[] = "another nonce";

	if (nonce == SAME)
		TAP_MUST(OCSP_copy_nonce(basic, request) == 1);
	if (nonce == ANOTHER)
		TAP_MUST(OCSP_basic_add1_nonce(basic, other, sizeof(other)) == 1);
	OCSP_REQUEST_free(request);
}

/* The response of row i, to be freed. */
static int
respond(unsigned char **der, const struct world *w, size_t i)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	enum id about = rows[i].about == 0 ? LEAF : rows[i].about;
	OCSP_CERTID *id = OCSP_cert_to_id(rows[i].sha256 ? EVP_sha256() : EVP_sha1(),
	    w->cert[about].x, w->cert[ISSUER].x);
	ASN1_TIME *since = ASN1_TIME_adj(NULL, PKI_NOW, -5, 0), *from = moment(rows[i].from),
		  *to = moment(rows[i].to);
	const struct pki_cert *signer = &w->cert[rows[i].signer];
	OCSP_RESPONSE *response;
	int n;

	TAP_MUST(OCSP_basic_add1_status(basic, id, rows[i].status, rows[i].reason, since, from,
		     to) != NULL);
	add_nonce(basic, w, rows[i].nonce);
	TAP_MUST(OCSP_basic_sign(basic, signer->x, signer->key, EVP_sha256(), NULL,
	    rows[i].no_certs ? OCSP_NOCERTS : 0) == 1);
	response = OCSP_response_create(rows[i].response, rows[i].response == 0 ? basic : NULL);
	TAP_MUST(response != NULL && (n = i2d_OCSP_RESPONSE(response, der)) > 0);
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(since);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return n;
}

static void
judge(struct revocation *out, const struct world *w, const uint8_t *der, size_t n, bool staple)
{
	*out = (struct revocation){ 0 };
	ocsp_judge(out, w->p, &(struct ocsp_der){ der, n }, w->cert[LEAF].x, w->cert[ISSUER].x,
	    staple ? NULL : &w->asked, PKI_NOW);
}

static void
test_rows(const struct world *w)
{
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct revocation said;
		unsigned char *der = NULL;
		int n = respond(&der, w, i);

		judge(&said, w, der, (size_t)n, rows[i].staple);
		if (!tap_ok(said.status == rows[i].want && said.text != NULL &&
			    strstr(said.text, rows[i].text) != NULL,
			"%s", rows[i].name))
			printf("# %d %s\n", (int)said.status, said.text);
		tap_ok(ERR_peek_error() == 0, "nothing is left in OpenSSL's queue");
		OPENSSL_free(der);
	}
}

static void
test_request(const struct world *w)
{
	const unsigned char *der = w->asked.der;
	OCSP_REQUEST *request = d2i_OCSP_REQUEST(NULL, &der, (long)w->asked.len);
	struct ocsp_der again;

	tap_ok(request != NULL && der == w->asked.der + w->asked.len, "a request");
	tap_ok(OCSP_request_onereq_count(request) == 1, "about one certificate");
	tap_ok(OCSP_REQUEST_get_ext_by_NID(request, NID_id_pkix_OCSP_Nonce, -1) >= 0,
	    "with a nonce");
	ocsp_request(&again, w->p, w->cert[LEAF].x, w->cert[ISSUER].x);
	tap_ok(again.len == w->asked.len && memcmp(again.der, w->asked.der, again.len) != 0,
	    "and another one each time");
	OCSP_REQUEST_free(request);
}

/* A response that is damaged anywhere is taken for no other word than it had, if for any. */
static void
test_damage(const struct world *w)
{
	static const struct {
		const char *name;
		size_t row;
	} which[] = { { "good", 0 }, { "revoked", 9 }, { "by a delegate", 4 } };

	srand(1);
	for (size_t k = 0; k < ROWS(which); k++) {
		unsigned char *der = NULL;
		size_t n = (size_t)respond(&der, w, which[k].row), wrong = 0;
		struct revocation said;

		for (int i = 0; i < ROUNDS; i++) {
			uint8_t *copy = malloc(n);
			size_t len = (size_t)rand() % n;

			memcpy(copy, der, n);
			copy[(size_t)rand() % n] ^= (uint8_t)(1 << rand() % 8);
			judge(&said, w, copy, n, false);
			wrong += said.status != REVOKED_UNKNOWN &&
			    said.status != rows[which[k].row].want;
			judge(&said, w, copy, len, true);
			wrong += said.status != REVOKED_UNKNOWN;
			free(copy);
		}
		tap_ok(wrong == 0, "damaged: %s", which[k].name);
		OPENSSL_free(der);
	}
}

static void
test_garbage(const struct world *w)
{
	static const struct {
		const char *bytes;
		size_t n;
	} garbage[] = { { "", 0 }, { "\x30", 1 }, { "\x30\x00", 2 }, { "\x30\x03\x0a\x01\x00", 5 },
		{ "\x30\x84\xff\xff\xff\xff", 6 }, { "<html>", 6 } };

	for (size_t i = 0; i < ROWS(garbage); i++) {
		struct revocation said;

		judge(&said, w, (const uint8_t *)garbage[i].bytes, garbage[i].n, i % 2 == 0);
		tap_ok(said.status == REVOKED_UNKNOWN && said.text != NULL, "garbage %zu", i);
	}
}

int
main(void)
{
	struct world w;

	world_make(&w);
	test_request(&w);
	test_rows(&w);
	test_garbage(&w);
	test_damage(&w);
	world_free(&w);
	return tap_end();
}
