/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tls_tape.h - have OpenSSL tell what it sends and receives.  For tls.c alone. */
#ifndef TLS_TAPE_H
#define TLS_TAPE_H

#include "tape.h"

struct ssl_st;

/* Record on tape, by its kind, all that ssl does from here on; its BIO must be set.  tape NULL is fine. */
void tls_tape(struct ssl_st *ssl, struct tape *tape);

#endif
