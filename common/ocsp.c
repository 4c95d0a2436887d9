// SPDX-License-Identifier: GPL-3.0-or-later
/* ocsp.c - OCSP requests and what responses say of one certificate. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "cert.h"
#include "fresh.h"
#include "ocsp.h"
#include "text.h"

/* What one response is held against. */
struct claim {
	struct pool *p;
	X509 *cert, *issuer;
	int64_t now;
};

/* Why OpenSSL takes no signature, in the order in which they tell most. */
static const struct {
	int reason;
	const char *why;
} signature_faults[] = {
	{ OCSP_R_SIGNER_CERTIFICATE_NOT_FOUND, "signed by somebody unknown" },
	{ OCSP_R_SIGNATURE_FAILURE, "its signature is wrong" },
	{ OCSP_R_MISSING_OCSPSIGNING_USAGE, "its signer is not certified for OCSP" },
	{ OCSP_R_CERTIFICATE_VERIFY_ERROR, "the issuer did not certify its signer, or not for today" },
};

void
ocsp_request(struct ocsp_der *out, struct pool *p, X509 *cert, X509 *issuer)
{
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	/* SHA-1: what every responder knows; it names a certificate here and protects nothing */
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), cert, issuer);
	unsigned char *der = NULL;
	int n = 0;

	*out = (struct ocsp_der){ 0 };
	if (request != NULL && id != NULL && OCSP_request_add0_id(request, id) != NULL) {
		id = NULL;
		if (OCSP_request_add1_nonce(request, NULL, -1) == 1)
			n = i2d_OCSP_REQUEST(request, &der);
	}
	if (n > 0)
		*out = (struct ocsp_der){ pool_copy(p, der, (size_t)n), (size_t)n };
	OPENSSL_free(der);
	OCSP_CERTID_free(id);
	OCSP_REQUEST_free(request);
	ERR_clear_error();
}

/* The oldest failure of the library that says something. */
static const char *
signature_fault(void)
{
	const char *why = "its signature cannot be checked";
	unsigned long code;

	while ((code = ERR_get_error()) != 0)
		for (size_t i = 0; i < sizeof(signature_faults) / sizeof(signature_faults[0]); i++)
			if (ERR_GET_LIB(code) == ERR_LIB_OCSP &&
			    ERR_GET_REASON(code) == signature_faults[i].reason)
				why = signature_faults[i].why;
	return why;
}

/* NULL when the issuer signed, or whom it certified for that; else why not. */
static const char *
check_signature(OCSP_BASICRESP *basic, const struct claim *c)
{
	X509_STORE *store = X509_STORE_new();
	STACK_OF(X509) *known = sk_X509_new_null();
	const char *why = "out of memory";

	ERR_clear_error();
	if (store != NULL && known != NULL && sk_X509_push(known, c->issuer) > 0 &&
	    X509_STORE_add_cert(store, c->issuer) == 1) {
		X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), c->now);
		X509_VERIFY_PARAM_set_auth_level(X509_STORE_get0_param(store), 0);
		/* the issuer is all we trust here, whoever signed it */
		why = OCSP_basic_verify(basic, known, store,
			  OCSP_PARTIAL_CHAIN | OCSP_NOEXPLICIT) == 1 ? NULL : signature_fault();
	}
	sk_X509_free(known);
	X509_STORE_free(store);
	return why;
}

/* Is single about this certificate?  Its identity may be by any hash. */
static bool
speaks_of(const OCSP_SINGLERESP *single, const struct claim *c)
{
	const OCSP_CERTID *id = OCSP_SINGLERESP_get0_id(single);
	ASN1_OBJECT *hash = NULL;
	const EVP_MD *md;
	OCSP_CERTID *ours;
	bool same;

	if (OCSP_id_get0_info(NULL, &hash, NULL, NULL, (OCSP_CERTID *)id) != 1 ||
	    (md = EVP_get_digestbyobj(hash)) == NULL)
		return false;
	ours = OCSP_cert_to_id(md, c->cert, c->issuer);
	same = ours != NULL && OCSP_id_cmp(ours, id) == 0;
	OCSP_CERTID_free(ours);
	return same;
}

static OCSP_SINGLERESP *
find_single(OCSP_BASICRESP *basic, const struct claim *c)
{
	for (int i = 0; i < OCSP_resp_count(basic); i++)
		if (speaks_of(OCSP_resp_get0(basic, i), c))
			return OCSP_resp_get0(basic, i);
	return NULL;
}

static void
judge_single(struct revocation *out, OCSP_SINGLERESP *single, const struct claim *c)
{
	ASN1_GENERALIZEDTIME *since = NULL, *from = NULL, *to = NULL;
	int64_t revoked, this_update, next_update;
	int reason = -1, status = OCSP_single_get0_status(single, &reason, &since, &from, &to);

	cert_time(from, &this_update);
	if (!cert_time(to, &next_update) && to != NULL)
		this_update = 0;
	if ((out->text = fresh_why(c->p, this_update, next_update, c->now)) != NULL)
		return;
	switch (status) {
	case V_OCSP_CERTSTATUS_GOOD:
		out->status = REVOKED_GOOD;
		out->text = pool_printf(c->p, "good, %s",
		    fresh_text(c->p, this_update, next_update));
		break;
	case V_OCSP_CERTSTATUS_REVOKED:
		out->status = REVOKED_YES;
		cert_time(since, &revoked);
		out->text = pool_printf(c->p, "%s since %s",
		    reason == -1 ? "no reason given" : OCSP_crl_reason_str(reason),
		    text_date(c->p, revoked));
		break;
	default:
		out->text = "the responder does not know this certificate";
		break;
	}
}

/* A response without a nonce is one made before, which its dates allow for. */
static bool
nonce_fits(OCSP_BASICRESP *basic, const struct ocsp_der *asked)
{
	const unsigned char *der = asked->der;
	OCSP_REQUEST *request = d2i_OCSP_REQUEST(NULL, &der, (long)asked->len);
	int rc = request == NULL ? 0 : OCSP_check_nonce(request, basic);

	OCSP_REQUEST_free(request);
	return rc != 0;
}

static void
judge_basic(struct revocation *out, OCSP_BASICRESP *basic, const struct claim *c,
    const struct ocsp_der *asked)
{
	OCSP_SINGLERESP *single;

	if ((out->text = check_signature(basic, c)) != NULL)
		return;
	if (asked != NULL && !nonce_fits(basic, asked))
		out->text = "an answer to somebody else's question (nonce)";
	else if ((single = find_single(basic, c)) == NULL)
		out->text = "speaks of another certificate";
	else
		judge_single(out, single, c);
}

void
ocsp_judge(struct revocation *out, struct pool *p, const struct ocsp_der *response, X509 *cert,
    X509 *issuer, const struct ocsp_der *asked, int64_t now)
{
	const unsigned char *der = response->der;
	OCSP_RESPONSE *r = d2i_OCSP_RESPONSE(NULL, &der, (long)response->len);
	OCSP_BASICRESP *basic = NULL;
	int status = r == NULL ? -1 : OCSP_response_status(r);

	out->status = REVOKED_UNKNOWN;
	if (r == NULL || der != response->der + response->len)
		out->text = "not an OCSP response";
	else if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		out->text = pool_printf(p, "the responder says %s",
		    OCSP_response_status_str(status));
	else if ((basic = OCSP_response_get1_basic(r)) == NULL)
		out->text = "an OCSP response of an unknown kind";
	else
		judge_basic(out, basic, &(struct claim){ p, cert, issuer, now }, asked);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(r);
	ERR_clear_error();
}
