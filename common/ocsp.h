/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ocsp.h - OCSP requests and what responses say of one certificate (RFC 6960).  Offline: nothing here touches the
 * network.
 */
#ifndef OCSP_H
#define OCSP_H

#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "pool.h"

#define OCSP_TYPE "application/ocsp-request"
#define OCSP_MAX 102400	/* bytes of a response: real ones, with certificates, stay under 10 KB */

struct x509_st;

/* An encoded request or response. */
struct ocsp_der {
	const uint8_t *der;
	size_t len;
};

/* Ask about cert, which issuer signed, with a nonce.  In p; len 0 when memory is short. */
void ocsp_request(struct ocsp_der *out, struct pool *p, struct x509_st *cert,
    struct x509_st *issuer);

/*
 * What a response to asked (NULL: a staple) says of cert at now, seconds since the epoch.  It counts only when the
 * issuer signed it, or one whom the issuer itself certified for OCSPSigning (RFC 6960, 4.2.2.2), when it speaks of
 * this very certificate, is of today, and has no nonce but ours; else, and where the responder knows nothing,
 * out->status is REVOKED_UNKNOWN.  Writes status and text, in p: "good, as of ...", "keyCompromise since ...", the
 * reason.
 */
void ocsp_judge(struct revocation *out, struct pool *p, const struct ocsp_der *response,
    struct x509_st *cert, struct x509_st *issuer, const struct ocsp_der *asked, int64_t now);

#endif
