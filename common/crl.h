/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crl.h - what a certificate revocation list says of one certificate (RFC 5280, 5 and 6.3).  Offline: nothing here
 * touches the network.
 */
#ifndef CRL_H
#define CRL_H

#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "pool.h"

/* Bytes of a list: those of public CAs stay under 1 MB since they are cut into shards; decoding takes tenfold. */
#define CRL_MAX (10 * 1024 * 1024)

struct x509_st;
struct X509_crl_st;

/* NULL when it is none.  crl_free() is due.  May be shared by threads. */
struct X509_crl_st *crl_read(const uint8_t *der, size_t n);
void crl_free(struct X509_crl_st *crl);	/* NULL is fine */

/*
 * What crl says of cert, which issuer signed, at now (seconds since the epoch).  It counts only when issuer signed
 * it, when it is of today, whole (no delta), and made for this certificate; else out->status is REVOKED_UNKNOWN.
 * Writes status and text, in p, as ocsp_judge() does.
 */
void crl_judge(struct revocation *out, struct pool *p, struct X509_crl_st *crl,
    struct x509_st *cert, struct x509_st *issuer, int64_t now);

#endif
