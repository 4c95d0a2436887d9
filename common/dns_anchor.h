/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_anchor.h - the keys that validation starts from (RFC 4033, 2, "trust anchor"). */
#ifndef DNS_ANCHOR_H
#define DNS_ANCHOR_H

#include <stddef.h>

#include "err.h"
#include "pool.h"
#include "sandbox.h"

#define DNS_ANCHOR_KEYS 64	/* of one file: the root has two, a site's own zones a few */

struct dns_anchor {
	const char **key;	/* DS and DNSKEY records in presentation form */
	size_t n;
	const char *zone;	/* of the root if there is a key of it, else of the first: without final dot */
};

/*
 * The keys in a file that is written as a zone file, or as autotrust writes it (RFC 5011: keys not
 * yet trusted are left out).  -1 with ERR_FILE in e: it cannot be read, or there are none.
 */
int dns_anchor_read(struct dns_anchor *out, struct pool *p, const char *file, struct err *e);

/* The same from the first of the usual places that has any.  -1: none. */
int dns_anchor_find(struct dns_anchor *out, struct pool *p);

/* Keep those places in s. */
void dns_anchor_keep(struct sandbox *s);

#endif
