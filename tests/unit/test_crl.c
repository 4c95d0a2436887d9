// SPDX-License-Identifier: GPL-3.0-or-later
/* test_crl.c - revocation lists made here, good and bad, and what they say of one certificate. */
#include "crl.h"
#include "pki.h"
#include "tap.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define URL "http://pki.example/a.crl"
#define MINUTE 60
#define DAY 86400
#define NEVER 0x7fffffff /* no nextUpdate */
#define ROUNDS 1500	 /* of damage */

enum id { ISSUER, STRANGER, NAMESAKE, NO_SIGN, LEAF, CA_BELOW, BELOW_NO_SIGN, COUNT };

static const struct {
	enum id issuer;
	struct pki_spec spec;
} specs[COUNT] = {
	[ISSUER] = { ISSUER, { .cn = "Issuer", .ca = true, .usage = "keyCertSign,cRLSign" } },
	[STRANGER] = { STRANGER, { .cn = "Stranger", .ca = true } },
	[NAMESAKE] = { NAMESAKE, { .cn = "Issuer", .ca = true } },
	[NO_SIGN] = { NO_SIGN, { .cn = "No sign", .ca = true, .usage = "keyCertSign" } },
	[LEAF] = { ISSUER, { .cn = "leaf", .cdp = "URI:" URL } },
	[CA_BELOW] = { ISSUER, { .cn = "below", .ca = true, .cdp = "URI:" URL } },
	[BELOW_NO_SIGN] = { NO_SIGN, { .cn = "leaf", .cdp = "URI:" URL } },
};

/* The issuing distribution point of a list. */
enum scope {
	WHOLE,
	THIS_URL,
	OTHER_URL,
	USERS,
	CAS,
	ATTRIBUTES,
	SOME_REASONS,
	INDIRECT,
	UNREADABLE
};

static const struct {
	const char *name;
	enum revoked want;
	const char *text;	/* is part of it */
	enum id signer;
	int from, to;		/* seconds from now */
	int reason;		/* of the entry; -1: an entry without one; -2: no entry */
	enum scope scope;
	enum id about, issuer;	/* 0: LEAF, ISSUER */
	bool delta, critical;	/* an unknown critical extension */
} rows[] = {
	{ "not listed", REVOKED_GOOD, "good, as of 2027-01-15T07:00:00Z, next update 2027-01-16T08:00:00Z", ISSUER,
	    -3600, DAY, .reason = -2 },
	{ "without next update", REVOKED_GOOD, "good, as of 2027-01-15T07:00:00Z", ISSUER, -3600, NEVER,
	    .reason = -2 },
	{ "out of date for 4 minutes", REVOKED_GOOD, "good", ISSUER, -DAY, -4 * MINUTE, .reason = -2 },
	{ "a clock that is 4 minutes ahead", REVOKED_GOOD, "good", ISSUER, 4 * MINUTE, DAY, .reason = -2 },
	{ "the part for this URL", REVOKED_GOOD, "good", ISSUER, 0, DAY, .reason = -2, .scope = THIS_URL },
	{ "the part for users", REVOKED_GOOD, "good", ISSUER, 0, DAY, .reason = -2, .scope = USERS },
	{ "the part for CAs, of a CA", REVOKED_GOOD, "good", ISSUER, 0, DAY, .reason = -2, .scope = CAS,
	    .about = CA_BELOW },
	{ "listed", REVOKED_YES, "keyCompromise since 2027-01-10T08:00:00Z", ISSUER, 0, DAY, .reason = 1 },
	{ "listed without a reason", REVOKED_YES, "no reason given since 2027-01-10", ISSUER, 0, DAY, .reason = -1 },
	{ "on hold", REVOKED_YES, "certificateHold", ISSUER, 0, DAY, .reason = 6 },
	{ "listed in the part for this URL", REVOKED_YES, "superseded", ISSUER, 0, DAY, .reason = 4,
	    .scope = THIS_URL },
	{ "a CA, listed", REVOKED_YES, "cACompromise", ISSUER, 0, DAY, .reason = 2, .about = CA_BELOW },
	{ "of tomorrow", REVOKED_UNKNOWN, "of the future", ISSUER, 6 * MINUTE, DAY, .reason = -2 },
	{ "out of date", REVOKED_UNKNOWN, "out of date since 2027-01-15T07:54:00Z", ISSUER, -DAY, -6 * MINUTE,
	    .reason = -2 },
	{ "out of date, listed", REVOKED_UNKNOWN, "out of date", ISSUER, -DAY, -6 * MINUTE, .reason = 1 },
	{ "old, without next update", REVOKED_UNKNOWN, "older than a day", ISSUER, -DAY - 1, NEVER, .reason = -2 },
	{ "next update before this one", REVOKED_UNKNOWN, "lies before itself", ISSUER, 0, -MINUTE, .reason = -2 },
	{ "of a stranger", REVOKED_UNKNOWN, "of another issuer", STRANGER, 0, DAY, .reason = -2 },
	{ "of a stranger, listed", REVOKED_UNKNOWN, "of another issuer", STRANGER, 0, DAY, .reason = 1 },
	{ "of a namesake", REVOKED_UNKNOWN, "signature is wrong", NAMESAKE, 0, DAY, .reason = -2 },
	{ "of a namesake, listed", REVOKED_UNKNOWN, "signature is wrong", NAMESAKE, 0, DAY, .reason = 1 },
	{ "signed by who may not", REVOKED_UNKNOWN, "CRL signing", NO_SIGN, 0, DAY, .reason = -2,
	    .about = BELOW_NO_SIGN, .issuer = NO_SIGN },
	{ "the part for another URL", REVOKED_UNKNOWN, "for other certificates", ISSUER, 0, DAY, .reason = -2,
	    .scope = OTHER_URL },
	{ "the part for CAs", REVOKED_UNKNOWN, "for other certificates", ISSUER, 0, DAY, .reason = -2, .scope = CAS },
	{ "the part for users, of a CA", REVOKED_UNKNOWN, "for other certificates", ISSUER, 0, DAY,
	    .reason = -2, .scope = USERS, .about = CA_BELOW },
	{ "the part for attributes", REVOKED_UNKNOWN, "for other certificates", ISSUER, 0, DAY, .reason = -2,
	    .scope = ATTRIBUTES },
	{ "some reasons", REVOKED_UNKNOWN, "some reasons only", ISSUER, 0, DAY, .reason = -2, .scope = SOME_REASONS },
	{ "an indirect list", REVOKED_UNKNOWN, "indirect", ISSUER, 0, DAY, .reason = 1, .scope = INDIRECT },
	{ "a delta", REVOKED_UNKNOWN, "delta", ISSUER, 0, DAY, .reason = -2, .delta = true },
	{ "a delta, listed", REVOKED_UNKNOWN, "delta", ISSUER, 0, DAY, .reason = 1, .delta = true },
	{ "a distribution point that cannot be read", REVOKED_UNKNOWN, "cannot be read", ISSUER, 0, DAY, .reason = -2,
	    .scope = UNREADABLE },
	{ "what nobody knows, and critical", REVOKED_UNKNOWN, "ritical", ISSUER, 0, DAY, .reason = -2,
	    .critical = true },
};

struct world {
	struct pool *p;
	struct pki_cert cert[COUNT];
};

static DIST_POINT_NAME *
point(const char *url)
{
	DIST_POINT_NAME *name = DIST_POINT_NAME_new();
	GENERAL_NAME *general = GENERAL_NAME_new();
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();

	TAP_MUST(ASN1_STRING_set(text, url, -1) == 1);
	GENERAL_NAME_set0_value(general, GEN_URI, text);
	name->type = 0;
	name->name.fullname = sk_GENERAL_NAME_new_null();
	TAP_MUST(sk_GENERAL_NAME_push(name->name.fullname, general) > 0);
	return name;
}

/* A sequence that is longer than what is there. */
static void
add_unreadable(X509_CRL *crl)
{
	ASN1_OCTET_STRING *os = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	TAP_MUST(ASN1_OCTET_STRING_set(os, (const unsigned char *)"\x30\x84\x01\xff", 4) == 1);
	ext = X509_EXTENSION_create_by_NID(NULL, NID_issuing_distribution_point, 1, os);
	TAP_MUST(ext != NULL && X509_CRL_add_ext(crl, ext, -1) == 1);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(os);
}

static void
add_scope(X509_CRL *crl, enum scope scope)
{
	ISSUING_DIST_POINT *idp = ISSUING_DIST_POINT_new();

	if (scope == THIS_URL || scope == OTHER_URL)
		idp->distpoint = point(scope == THIS_URL ? URL : URL "/other");
	idp->onlyuser = scope == USERS ? 0xff : 0;
	idp->onlyCA = scope == CAS ? 0xff : 0;
	idp->onlyattr = scope == ATTRIBUTES ? 0xff : 0;
	idp->indirectCRL = scope == INDIRECT ? 0xff : 0;
	if (scope == SOME_REASONS) {
		idp->onlysomereasons = ASN1_BIT_STRING_new();
		TAP_MUST(ASN1_BIT_STRING_set_bit(idp->onlysomereasons, 1, 1) == 1);
	}
	if (scope == UNREADABLE)
		add_unreadable(crl);
	else if (scope != WHOLE)
		TAP_MUST(
		    X509_CRL_add1_ext_i2d(crl, NID_issuing_distribution_point, idp, 1, 0) == 1);
	ISSUING_DIST_POINT_free(idp);
}

static void
add_entry(X509_CRL *crl, X509 *cert, int reason)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *since = ASN1_TIME_adj(NULL, PKI_NOW, -5, 0);
	ASN1_ENUMERATED *why = ASN1_ENUMERATED_new();

	TAP_MUST(X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(cert)) == 1);
	TAP_MUST(X509_REVOKED_set_revocationDate(entry, since) == 1);
	TAP_MUST(ASN1_ENUMERATED_set(why, reason < 0 ? 0 : reason) == 1);
	if (reason >= 0)
		TAP_MUST(X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, why, 0, 0) == 1);
	TAP_MUST(X509_CRL_add0_revoked(crl, entry) == 1);
	ASN1_TIME_free(since);
	ASN1_ENUMERATED_free(why);
}

static void
add_extensions(X509_CRL *crl, size_t i)
{
	ASN1_INTEGER *number = ASN1_INTEGER_new();

	TAP_MUST(ASN1_INTEGER_set(number, 7) == 1);
	TAP_MUST(X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) == 1);
	if (rows[i].delta)
		TAP_MUST(X509_CRL_add1_ext_i2d(crl, NID_delta_crl, number, 1, 0) == 1);
	if (rows[i].critical)
		TAP_MUST(X509_CRL_add1_ext_i2d(crl, NID_inhibit_any_policy, number, 1, 0) == 1);
	add_scope(crl, rows[i].scope);
	ASN1_INTEGER_free(number);
}

static enum id
about(size_t i)
{
	return rows[i].about == 0 ? LEAF : rows[i].about;
}

/* The list of row i, to be freed. */
static int
list(unsigned char **der, const struct world *w, size_t i)
{
	const struct pki_cert *signer = &w->cert[rows[i].signer];
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_adj(NULL, PKI_NOW, 0, rows[i].from),
		  *to = ASN1_TIME_adj(NULL, PKI_NOW, 0, rows[i].to);
	int n;

	TAP_MUST(X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1);
	TAP_MUST(X509_CRL_set_issuer_name(crl, X509_get_subject_name(signer->x)) == 1);
	TAP_MUST(X509_CRL_set1_lastUpdate(crl, from) == 1);
	if (rows[i].to != NEVER)
		TAP_MUST(X509_CRL_set1_nextUpdate(crl, to) == 1);
	if (rows[i].reason != -2)
		add_entry(crl, w->cert[about(i)].x, rows[i].reason);
	add_extensions(crl, i);
	TAP_MUST(X509_CRL_sign(crl, signer->key, EVP_sha256()) > 0);
	TAP_MUST((n = i2d_X509_CRL(crl, der)) > 0);
	X509_CRL_free(crl);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return n;
}

/* False when it is no list at all. */
static bool
judge(struct revocation *out, const struct world *w, const uint8_t *der, size_t n, size_t row)
{
	struct X509_crl_st *crl = crl_read(der, n);

	*out = (struct revocation){ .status = REVOKED_UNKNOWN };
	if (crl == NULL)
		return false;
	crl_judge(out, w->p, crl, w->cert[about(row)].x, w->cert[rows[row].issuer].x, PKI_NOW);
	crl_free(crl);
	return true;
}

static void
test_rows(const struct world *w)
{
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct revocation said;
		unsigned char *der = NULL;
		int n = list(&der, w, i);

		tap_ok(judge(&said, w, der, (size_t)n, i), "%s: a list", rows[i].name);
		if (!tap_ok(said.status == rows[i].want && said.text != NULL &&
			    strstr(said.text, rows[i].text) != NULL,
			"%s", rows[i].name))
			printf("# %d %s\n", (int)said.status, said.text);
		tap_ok(ERR_peek_error() == 0, "nothing is left in OpenSSL's queue");
		OPENSSL_free(der);
	}
}

static void
test_damage(const struct world *w)
{
	static const size_t which[] = { 0, 7 };	/* not listed, listed */

	srand(1);
	for (size_t k = 0; k < ROWS(which); k++) {
		unsigned char *der = NULL;
		size_t n = (size_t)list(&der, w, which[k]), wrong = 0;
		struct revocation said;

		for (int i = 0; i < ROUNDS; i++) {
			uint8_t *copy = malloc(n);

			memcpy(copy, der, n);
			wrong += judge(&said, w, copy, (size_t)rand() % n, which[k]);
			copy[(size_t)rand() % n] ^= (uint8_t)(1 << rand() % 8);
			judge(&said, w, copy, n, which[k]);
			wrong += said.status != REVOKED_UNKNOWN &&
			    said.status != rows[which[k]].want;
			free(copy);
		}
		tap_ok(wrong == 0, "damaged: %s", rows[which[k]].name);
		OPENSSL_free(der);
	}
	tap_ok(crl_read((const uint8_t *)"", 0) == NULL, "nothing is no list");
	tap_ok(crl_read((const uint8_t *)"<html>", 6) == NULL, "a web page is none");
}

int
main(void)
{
	struct world w = { .p = pool_new() };

	for (size_t i = 0; i < COUNT; i++)
		pki_make(&w.cert[i], &specs[i].spec,
		    specs[i].issuer == i ? NULL : &w.cert[specs[i].issuer]);
	test_rows(&w);
	test_damage(&w);
	for (size_t i = 0; i < COUNT; i++)
		pki_free(&w.cert[i]);
	pool_free(w.p);
	return tap_end();
}
