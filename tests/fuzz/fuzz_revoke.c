// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fuzz_revoke.c - OCSP responses and CRL: the first byte says which, and who signs it anew, as what is behind a
 * signature would never be seen otherwise.
 */
#include <openssl/ocsp.h>

#include "crl.h"
#include "fuzz.h"
#include "ocsp.h"
#include "revoke_world.h"

enum { CRL = 1, BY_ISSUER = 2, BY_STRANGER = 4, STAPLE = 8 };

/* The response with a new signature; len 0 when there is nothing to sign. */
static size_t
sign_ocsp(uint8_t **der, const uint8_t *data, size_t n, const struct pki_cert *by)
{
	OCSP_RESPONSE *r = d2i_OCSP_RESPONSE(NULL, &data, (long)n), *made = NULL;
	OCSP_BASICRESP *basic = r == NULL ? NULL : OCSP_response_get1_basic(r);
	int len = 0;

	if (basic != NULL && OCSP_basic_sign(basic, by->x, by->key, NULL, NULL, OCSP_NOTIME) == 1 &&
	    (made = OCSP_response_create(OCSP_response_status(r), basic)) != NULL)
		len = i2d_OCSP_RESPONSE(made, der);
	OCSP_RESPONSE_free(made);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(r);
	ERR_clear_error();
	return len > 0 ? (size_t)len : 0;
}

static size_t
sign_crl(uint8_t **der, const uint8_t *data, size_t n, const struct pki_cert *by)
{
	X509_CRL *crl = d2i_X509_CRL(NULL, &data, (long)n);
	int len = 0;

	if (crl != NULL && X509_CRL_sign(crl, by->key, NULL) > 0)
		len = i2d_X509_CRL(crl, der);
	X509_CRL_free(crl);
	ERR_clear_error();
	return len > 0 ? (size_t)len : 0;
}

static struct revocation
judge(struct pool *p, const struct revoke_world *w, uint8_t what, const uint8_t *der, size_t n,
    enum id issuer, int64_t now)
{
	struct revocation said = { .status = REVOKED_UNKNOWN, .text = "no list" };
	struct X509_crl_st *crl;

	if ((what & CRL) == 0) {
		ocsp_judge(&said, p, &(struct ocsp_der){ der, n }, w->cert[LEAF].x,
		    w->cert[issuer].x, (what & STAPLE) != 0 ? NULL : &w->asked, now);
	} else if ((crl = crl_read(der, n)) != NULL) {
		crl_judge(&said, p, crl, w->cert[LEAF].x, w->cert[issuer].x, now);
		crl_free(crl);
	}
	FUZZ_MUST(said.status == REVOKED_UNKNOWN || said.status == REVOKED_GOOD ||
	    said.status == REVOKED_YES);
	FUZZ_MUST(said.text != NULL && said.text[0] != '\0' && strstr(said.text, "(null)") == NULL);
	fuzz_shown(said.text);
	FUZZ_MUST(ERR_peek_error() == 0);
	return said;
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	const struct revoke_world *w = revoke_world();
	const struct pki_cert *by;
	struct revocation said;
	uint8_t *der = NULL, what;
	size_t len = n - 1;

	if (n == 0)
		return;
	what = data[0];
	by = &w->cert[(what & BY_STRANGER) != 0 ? STRANGER : ISSUER];
	if ((what & (BY_ISSUER | BY_STRANGER)) != 0)
		len = (what & CRL) != 0 ? sign_crl(&der, data + 1, n - 1, by)
					: sign_ocsp(&der, data + 1, n - 1, by);
	else if ((der = OPENSSL_memdup(data + 1, len)) == NULL)
		return;
	said = judge(p, w, what, der, len, ISSUER, PKI_NOW);
	if ((what & BY_STRANGER) != 0)
		FUZZ_MUST(said.status == REVOKED_UNKNOWN);
	/* somebody else's word, or one cut short, is none */
	FUZZ_MUST(judge(p, w, what, der, len, STRANGER, PKI_NOW).status == REVOKED_UNKNOWN);
	if (len > 0 && (what & (BY_ISSUER | BY_STRANGER)) != 0)
		FUZZ_MUST(
		    judge(p, w, what, der, len - 1, ISSUER, PKI_NOW).status == REVOKED_UNKNOWN);
	/* and the same word said twice is the same */
	FUZZ_MUST(judge(p, w, what, der, len, ISSUER, PKI_NOW).status == said.status);
	OPENSSL_free(der);
}
