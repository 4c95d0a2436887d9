/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pem.h - a chain of certificates from a PEM file, as if a server had sent it. */
#ifndef PEM_H
#define PEM_H

#include "err.h"
#include "pool.h"
#include "tls.h"

/*
 * All certificates of the file in their order, into p; other blocks, as keys, and text between are passed over.
 * ERR_FILE, which names option and path: a file that cannot be read or is too large, one without a
 * certificate or with a damaged one, or with more than a chain has.
 */
int pem_chain(struct tls_chain *chain, struct pool *p, const char *option, const char *path,
    struct err *e);

#endif
