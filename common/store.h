/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.h - the certificates that we trust, from files and directories.  Nothing of the environment is obeyed.
 * A struct cert_store is read-only once made and may be shared by threads.
 */
#ifndef STORE_H
#define STORE_H

#include "err.h"
#include "plan.h"
#include "sandbox.h"

struct cert_store;
struct x509_store_st;

/*
 * The trust store: --ca-file and --ca-path (each alone or both), else the system's hashed directory
 * (OpenSSL's own, then the usual ones of other systems), else the system's bundle.  A hashed directory is
 * read lazily, and of a bundle no more is decoded than is looked for (store_bundle.h).  ERR_FILE names the
 * option and the file that cannot be read or holds no certificate, and a directory without the names that
 * "openssl rehash" makes: it would trust nothing.  A system without any store: an empty one (nothing is
 * trusted).
 */
int cert_store_new(struct cert_store **store, const struct plan *plan, struct err *e);

/*
 * Is there something in it?  Who judges by it wants that: an empty one of the system would make every target look
 * untrusted.  -1: there is not, ERR_FILE in e.
 */
int cert_store_wanted(const struct cert_store *store, struct err *e);
void cert_store_free(struct cert_store *store);

/* Keep in s what is read later: that may happen in any thread, at any time. */
void cert_store_keep(const struct cert_store *store, struct sandbox *s);

/* OpenSSL's object, for the modules that verify; it stays the store's. */
struct x509_store_st *cert_store_x509(const struct cert_store *store);

#endif
