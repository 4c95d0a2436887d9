/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cert.h - certificates: facts of a captured chain, and its judgement against a trust store, names and a date.
 * Offline: nothing here touches the network.  A struct cert_store may be shared by threads.
 */
#ifndef CERT_H
#define CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "facts.h"
#include "plan.h"
#include "store.h"
#include "tls.h"

struct x509_st;

/* Names a certificate may carry. */
struct cert_wanted {
	const char *names[64];	/* A-labels, or an IP address as text (matched against iPAddress SANs) */
	size_t n;		/* 0: any name will do (--match=none) */
	const char *mx;		/* the name that sts_name is about; NULL: none */
};

/*
 * The names that --match and --verify-name allow for an MX name and mail domain (NULL: none).  --match=domain
 * without a mail domain and without --verify-name falls back to the MX name: no name wanted would mean
 * any name.  --match=none is none even beside --verify-name.  Names beyond the array's size are not wanted.
 */
void cert_names(struct cert_wanted *wanted, const struct plan *plan, const char *mx,
    const char *domain);

/* Certificate i of the chain, to be freed; NULL when it is no certificate, or more than one. */
struct x509_st *cert_decode(const struct tls_chain *chain, size_t i);

struct stack_st_X509;

/* Those behind the leaf, to be freed with all in it; what cannot be decoded is left out.  NULL: no memory. */
struct stack_st_X509 *cert_decode_rest(const struct tls_chain *chain);

struct asn1_string_st;

/* Seconds since the epoch of a time in ASN.1; false, and 0, for what cannot be read. */
bool cert_time(const struct asn1_string_st *t, int64_t *seconds);

/* Decode the chain as sent: *n certificates in p.  What cannot be decoded is left out. */
struct cert *cert_chain(struct pool *p, const struct tls_chain *chain, size_t *n);

/*
 * Judge: PKIX path to the store (purpose TLS server, strength aside), names, dates at now (seconds since
 * the epoch), and strength of the leaf's key and signature; every error is collected.  Into p.
 * The leaf is chain->der[0]: when that cannot be decoded, a certificate is present about which nothing
 * good is known.  trust_why is set unless it is trusted and in date; weak has an entry for each of key_ok
 * and signature_ok that is false; found and wanted are always set.
 */
void cert_judge(struct cert_facts *out, struct pool *p, const struct cert_store *store,
    const struct tls_chain *chain, const struct cert_wanted *wanted, int64_t now);

#endif
