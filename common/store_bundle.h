/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store_bundle.h - a file of many CA certificates, of which only those are decoded that an issuer is looked for in.
 * Decoding all of a system's costs ten times what the rest of a check does.
 */
#ifndef STORE_BUNDLE_H
#define STORE_BUNDLE_H

struct x509_store_st;

/*
 * Read the certificates in PEM at path, and have x look for issuers among them; what is found counts as loaded.
 * -1, and nothing is changed: not readable, none in it, or one not in the plain form that tools for
 * trust stores write, which OpenSSL may read all the same.
 */
int store_bundle_add(struct x509_store_st *x, const char *path);

#endif
