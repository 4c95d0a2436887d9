// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * crl.c - what a certificate revocation list says of one certificate.  Signature, scope and entry are OpenSSL's to
 * judge (it verifies the one certificate below its issuer, with this list); dates are ours, as those of OCSP.
 */
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "cert.h"
#include "crl.h"
#include "fresh.h"
#include "text.h"

/* What verification finds: the list's faults; those of the certificate are cert.c's. */
struct found {
	int fault;		/* X509_V_ERR_*, the first; 0: none */
	bool revoked;
};

/* CRLReason (RFC 5280, 5.3.1) */
static const char *const reasons[] = { "unspecified", "keyCompromise", "cACompromise",
	"affiliationChanged", "superseded", "cessationOfOperation", "certificateHold", "reason 7",
	"removeFromCRL", "privilegeWithdrawn", "aACompromise" };

X509_CRL *
crl_read(const uint8_t *der, size_t n)
{
	const unsigned char *at = der;
	X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)n);

	if (crl != NULL && at != der + n) {
		X509_CRL_free(crl);
		crl = NULL;
	}
	ERR_clear_error();
	return crl;
}

void
crl_free(X509_CRL *crl)
{
	X509_CRL_free(crl);
}

static int
note_fault(int ok, X509_STORE_CTX *ctx)
{
	struct found *found = X509_STORE_CTX_get_app_data(ctx);
	int code = X509_STORE_CTX_get_error(ctx);

	if (ok)
		return 1;
	switch (code) {
	case X509_V_ERR_CERT_REVOKED:
		found->revoked = true;
		break;
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
	case X509_V_ERR_OUT_OF_MEM:
	case X509_V_ERR_UNSPECIFIED:
		if (found->fault == 0)
			found->fault = code;
		break;
	default:
		break;
	}
	return 1;
}

static void
verify(struct found *found, X509_CRL *crl, X509 *cert, X509 *issuer, int64_t now)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509_CRL) *lists = sk_X509_CRL_new_null();
	X509_VERIFY_PARAM *param;

	found->fault = X509_V_ERR_OUT_OF_MEM;
	if (store == NULL || ctx == NULL || lists == NULL || sk_X509_CRL_push(lists, crl) <= 0 ||
	    X509_STORE_add_cert(store, issuer) != 1 ||
	    X509_STORE_CTX_init(ctx, store, cert, NULL) != 1)
		goto out;
	found->fault = 0;
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_auth_level(param, 0);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_CRL_CHECK);
	X509_VERIFY_PARAM_set_time(param, now);
	X509_STORE_CTX_set0_crls(ctx, lists);
	X509_STORE_CTX_set_app_data(ctx, found);
	X509_STORE_CTX_set_verify_cb(ctx, note_fault);
	if (X509_verify_cert(ctx) != 1 && found->fault == 0)
		found->fault = X509_V_ERR_UNSPECIFIED;
out:
	sk_X509_CRL_free(lists);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
}

/* What we do not read, and what OpenSSL would only call missing.  NULL: nothing. */
static const char *
unfit(const X509_CRL *crl, const X509 *issuer)
{
	ISSUING_DIST_POINT *idp = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL,
	    NULL);
	const char *why = NULL;

	if (X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0)
		why = "a delta CRL, which is not read";
	else if (idp == NULL &&
	    X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) >= 0)
		why = "a CRL whose scope cannot be read"; /* OpenSSL takes it for one of all */
	else if (idp != NULL && idp->indirectCRL > 0)
		why = "an indirect CRL, which is not read";
	else if (idp != NULL && idp->onlysomereasons != NULL)
		why = "a CRL for some reasons only, which is not read";
	else if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) != 0)
		why = "a CRL of another issuer";
	ISSUING_DIST_POINT_free(idp);
	return why;
}

static const char *
fault_text(int code)
{
	if (code == X509_V_ERR_UNABLE_TO_GET_CRL || code == X509_V_ERR_DIFFERENT_CRL_SCOPE)
		return "a CRL for other certificates";
	if (code == X509_V_ERR_CRL_SIGNATURE_FAILURE)
		return "its signature is wrong";
	return X509_verify_cert_error_string(code);
}

/* "keyCompromise since 2026-11-23T12:00:00Z" */
static const char *
entry_text(struct pool *p, X509_CRL *crl, X509 *cert)
{
	X509_REVOKED *entry = NULL;
	ASN1_ENUMERATED *reason;
	const char *word = "no reason given";
	int64_t since;
	long n;

	if (X509_CRL_get0_by_cert(crl, &entry, cert) != 1)
		return word;
	reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
	n = reason == NULL ? -1 : ASN1_ENUMERATED_get(reason);
	if (n >= 0 && n < (long)(sizeof(reasons) / sizeof(reasons[0])))
		word = reasons[n];
	ASN1_ENUMERATED_free(reason);
	cert_time(X509_REVOKED_get0_revocationDate(entry), &since);
	return pool_printf(p, "%s since %s", word, text_date(p, since));
}

static void
judge(struct revocation *out, struct pool *p, X509_CRL *crl, X509 *cert, X509 *issuer, int64_t now)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	int64_t this_update, next_update;
	struct found found = { 0 };

	out->status = REVOKED_UNKNOWN;
	cert_time(X509_CRL_get0_lastUpdate(crl), &this_update);
	if (!cert_time(next, &next_update) && next != NULL)
		this_update = 0;
	if ((out->text = unfit(crl, issuer)) != NULL)
		return;
	verify(&found, crl, cert, issuer, now);
	if (found.fault != 0) {
		out->text = fault_text(found.fault);
	} else if ((out->text = fresh_why(p, this_update, next_update, now)) != NULL) {
		return;
	} else if (found.revoked) {
		out->status = REVOKED_YES;
		out->text = entry_text(p, crl, cert);
	} else {
		out->status = REVOKED_GOOD;
		out->text = pool_printf(p, "good, %s", fresh_text(p, this_update, next_update));
	}
}

void
crl_judge(struct revocation *out, struct pool *p, X509_CRL *crl, X509 *cert, X509 *issuer,
    int64_t now)
{
	judge(out, p, crl, cert, issuer, now);
	/* of whatever could not be decoded on the way */
	ERR_clear_error();
}
