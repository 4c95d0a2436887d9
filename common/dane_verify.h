/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dane_verify.h - one captured chain against a set of TLSA records, through OpenSSL.  For dane.c and dane_lint.c
 * alone.  Everything here belongs to one thread.
 */
#ifndef DANE_VERIFY_H
#define DANE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dane.h"

struct dane_engine;
struct stack_st_X509;
struct x509_st;

/* What came of a chain and some records. */
struct dane_try {
	const struct tlsa *by;	/* the record that picked a certificate of the chain; NULL: none did */
	bool verified;		/* and a sender that knows these records only would deliver */
	bool date, name, other;	/* why not: a date, the names, anything else (usage 2) */
	const char *error;	/* in words: the first date, else the first other trouble */
	bool anchor_unsent;	/* usage 2: the record itself was the anchor's certificate or key */
	int64_t anchor_life;	/* usage 2: whole validity of the anchor, seconds; 0: not known */
};

/* One chain, decoded, and how it fared. */
struct dane_path {
	const char *kind;		/* "RSA"; NULL: the only one */
	bool sent;			/* false: a session without a certificate */
	struct x509_st *leaf;		/* NULL: cannot be decoded */
	struct stack_st_X509 *rest;
	struct cert_facts names;	/* of san_judge() */
	struct dane_try all;		/* with every usable record */
	struct dane_try *alone;		/* with each record by itself */
};

/* NULL: no memory. */
struct dane_engine *dane_engine_new(const struct tls_ctx *tls, int64_t now);
void dane_engine_free(struct dane_engine *x);

/* Decode; dane_path_close() is due. */
void dane_path_open(struct dane_path *path, struct pool *p, const struct dane_chain *chain,
    const char *const *names, size_t n);
void dane_path_close(struct dane_path *path);

/* Verify path against the usable ones of n records. */
void dane_verify(struct dane_try *out, struct dane_engine *x, const struct dane_path *path,
    const struct tlsa *records, size_t n);

/* The topmost CA that was sent on the way up from the leaf; NULL: none. */
struct x509_st *dane_path_top(const struct dane_path *path);

/* An issuer that was sent stands anywhere but right behind what it issued. */
bool dane_path_disordered(const struct dane_path *path);

/* Whole validity in seconds; 0: not known. */
int64_t dane_life(const struct x509_st *x);

/* "USAGE 1 1" of x's key, usable and with its data in p; all zero when its key cannot be encoded. */
struct tlsa dane_record_of(struct pool *p, const struct x509_st *x, uint8_t usage);

/* The lints and notes of d, from what paths say. */
void dane_lints(struct dane_facts *d, struct pool *p, const struct dane_path *paths, size_t n,
    uint32_t ttl);

#endif
