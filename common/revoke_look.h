/* SPDX-License-Identifier: GPL-3.0-or-later */
/* revoke_look.h - ask about one certificate: OCSP, then CRL, until one knows.  For revoke.c alone. */
#ifndef REVOKE_LOOK_H
#define REVOKE_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "dns.h"
#include "facts.h"
#include "plan.h"
#include "pool.h"

struct x509_st;
struct revoke_crls;

/* What all look-ups of a run share. */
struct revoke_env {
	const struct plan *plan;
	struct dns *dns;
	struct revoke_crls *crls;
};

/* The word on one certificate. */
struct revoke_word {
	enum revoked status;
	const char *why;		/* of all but GOOD */
	struct revocation *said;	/* by each source that was asked; their depth is 0 */
	size_t nsaid;
};

/* CRL that were fetched: each once, however many ask.  NULL when memory is short. */
struct revoke_crls *revoke_crls_new(void);
void revoke_crls_free(struct revoke_crls *crls);

/* Does x name anybody whom this plan would ask? */
bool revoke_names_source(const struct plan *plan, struct x509_st *x);

/* Ask about cert, which issuer signed, by the tick deadline.  Everything in p. */
void revoke_look(struct revoke_word *out, struct pool *p, const struct revoke_env *env,
    struct x509_st *cert, struct x509_st *issuer, int64_t wall, int64_t deadline);

/* Judge a staple: its one word goes to out, in p. */
void revoke_look_staple(struct revoke_word *out, struct pool *p, const struct tls_facts *tls,
    struct x509_st *cert, struct x509_st *issuer, int64_t wall);

#endif
