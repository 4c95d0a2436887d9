/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dane.h - would a DANE sender deliver here?  Captured chains against TLSA records, names and a date, by OpenSSL's
 * own DANE verification (RFC 6698, 7671, 7672).  Offline: nothing here touches the network, and nothing is shared
 * between calls.
 *
 * A host is judged in one call with every chain it was seen to send, as its status, which records match, and what
 * is unwise about them are questions about all of them at once.  A call costs some 50 us for each record: judge
 * again when the second chain is there.
 */
#ifndef DANE_H
#define DANE_H

#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "tls.h"

#define DANE_NAMES 4	/* base name, mail domain, expanded mail domain */

/* One chain the host sends. */
struct dane_chain {
	const struct tls_chain *chain;	/* n 0: a session without a certificate */
	const char *kind;		/* "RSA" and "ECDSA" where both were asked for; else NULL */
};

/* What the chains are held against beside the records. */
struct dane_wanted {
	/*
	 * Reference names of usage 2 (RFC 7672, 3.2.2) as A-labels, NULLs are skipped: the TLSA base name; with
	 * a secure MX the mail domain, too, and what its CNAMEs lead to.
	 */
	const char *names[DANE_NAMES];
	uint32_t ttl;			/* of the TLSA records at their own server; 0: not known */
};

/*
 * d->records (by tlsa_read() or tlsa_parse()) and d->base are given; the rest of d is written, into p.  The records
 * count as secure: not for those of an unsigned zone.  tls may be NULL when n is 0.
 *
 * status: without records NONE; without a usable one UNUSABLE; without chains (n 0: DNS only) NOT_TESTED; MATCH when
 * every chain matches; else that of the first chain that does not.  why and reason: of UNUSABLE and of what does not
 * match.  The lints of records alone are there without chains, too.
 *
 * Lints of RRSIGs and of the denial around the records are not known here: append them with dane_lint().
 */
void dane_judge(struct dane_facts *d, struct pool *p, const struct tls_ctx *tls,
    const struct dane_chain *chains, size_t n, const struct dane_wanted *wanted, int64_t now);

/* Append one phrase to lints. */
void dane_lint(struct dane_facts *d, struct pool *p, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
