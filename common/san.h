/* SPDX-License-Identifier: GPL-3.0-or-later */
/* san.h - the names that one certificate carries: as text, and matched against the names wanted.  Pure. */
#ifndef SAN_H
#define SAN_H

#include <stddef.h>

#include "facts.h"
#include "pool.h"

struct x509_st;

#define SAN_SHOWN 100	/* names kept for showing: real certificates stay under 100 */

/* The common name (of several the last, most specific one), cleaned; NULL: none. */
char *san_common(struct pool *p, const struct x509_st *x);

/* "DNS:name", "IP:address", "email:..." and "URI:..." of the subject alternative names, SAN_SHOWN at most. */
const char **san_texts(struct pool *p, const struct x509_st *x, size_t *n);

/*
 * Fill in the name_match, name_checked, by_cn, matched_name, wanted and found of out.  A name wanted is a
 * host name, or an IP address as text: that is compared with the iPAddress names only, byte by byte.
 * DNS names decide when there is any; the common name only without one (RFC 6125, 6.4.4), and not beside
 * alternative names that cannot be decoded.  A name with a NUL inside matches nothing.
 * n 0: nothing is checked, and name_match is true.  x NULL: a certificate that cannot be decoded; no name.
 */
void san_judge(struct cert_facts *out, struct pool *p, const struct x509_st *x,
    const char *const *wanted, size_t n);

/* Does a DNS name among the alternative names cover host?  The common name does not count. */
bool san_covers(const struct x509_st *x, const char *host);

#endif
