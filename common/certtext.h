/* SPDX-License-Identifier: GPL-3.0-or-later */
/* certtext.h - certificates in PEM and decoded in full, for the formats that show them.  Offline. */
#ifndef CERTTEXT_H
#define CERTTEXT_H

#include <stddef.h>

#include "facts.h"

#define CERTTEXT_MAX (1 << 20)	/* of one certificate decoded: ten times the bytes OpenSSL takes of a chain */

/*
 * Write pem and text of n certificates from their DER, into p: every field and extension as OpenSSL prints
 * them, clean line by line.  What a certificate says stays inside its lines: a name with a line end in it makes no
 * line of its own.  Of what cannot be decoded, text says so.
 */
void certtext_add(struct cert *certs, size_t n, struct pool *p);

#endif
