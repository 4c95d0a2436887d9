/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cert.h - certificates: facts of a captured chain, and its judgement against a trust store, names and a date.
 * Offline: nothing here touches the network.  A struct cert_store may be shared by threads.
 */
#ifndef CERT_H
#define CERT_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "facts.h"
#include "plan.h"
#include "store.h"
#include "tls.h"

/* Names a certificate may carry. */
struct cert_wanted {
	const char *names[64];	/* A-labels, or an IP address as text (matched against iPAddress SANs) */
	size_t n;		/* 0: any name will do (--match=none) */
};

/* The names that --match and --verify-name allow for an MX name and mail domain (NULL: none). */
void cert_names(struct cert_wanted *wanted, const struct plan *plan, const char *mx, const char *domain);

/* Decode the chain as sent: *n certificates in p.  What cannot be decoded is left out. */
struct cert *cert_chain(struct pool *p, const struct tls_chain *chain, size_t *n);

/*
 * Judge: PKIX path to the store (purpose TLS server, strength aside), names, dates at now (seconds since
 * the epoch), and strength of the leaf's key and signature; every error is collected.  Into p.
 */
void cert_judge(struct cert_facts *out, struct pool *p, const struct cert_store *store,
    const struct tls_chain *chain, const struct cert_wanted *wanted, int64_t now);

#endif
