/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tls.h - TLS sessions through OpenSSL over a non-blocking socket, under an absolute deadline.
 * A session never verifies its peer: it captures facts and the chain; cert.h judges them offline.
 * A struct tls_ctx is read-only once made and may be shared by threads; a struct tls belongs to one.
 */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "facts.h"
#include "plan.h"

struct tls;
struct tls_ctx;

#define TLS_CHAIN 16	/* certificates kept of one chain; OpenSSL itself takes 100 KB of them */

struct x509_st;

/*
 * The chain as sent, leaf first.  The bytes are what counts; decoded may hold what OpenSSL made of them already
 * (NULL: not there), as decoding again costs 1.5 million instructions a certificate.
 */
struct tls_chain {
	const uint8_t *der[TLS_CHAIN];
	size_t len[TLS_CHAIN];
	struct x509_st *decoded[TLS_CHAIN];
	size_t n;
};

/*
 * What --tls-min, --ciphers, --client-cert and the like ask for, at security level 0 and without the
 * site's openssl.cnf.  ERR_USAGE names the option OpenSSL would not take,
 * ERR_FILE the file it could not read.
 */
int tls_ctx_new(struct tls_ctx **ctx, const struct plan *plan, struct err *e);
void tls_ctx_free(struct tls_ctx *ctx);

/* OpenSSL's object, for dane.h, which verifies on behalf of a session that is never connected; it stays ctx'. */
struct ssl_ctx_st *tls_ctx_ssl(const struct tls_ctx *ctx);

struct tape;

/*
 * Handshake on the connected, non-blocking fd; sni NULL sends none.  kind other than KEY_ANY lets the server show
 * a certificate with such a key only, whatever --ciphers and --sigalgs say.  tape (NULL: none) must outlive the
 * session.  On success *tls is the session.
 * ERR_TLS and ERR_ALERT (with OpenSSL's reason in words), ERR_CLIENT_CERT, ERR_CLOSED, ERR_TIMEOUT.
 */
int tls_open(struct tls **tls, const struct tls_ctx *ctx, int fd, const char *sni,
    enum key_kind kind, struct tape *tape, int64_t deadline, struct err *e);

/* The server asked for a client certificate and we had none. */
bool tls_cert_asked(const struct tls *tls);

/* Facts and chain, copied into p; tls_chain_free() is due. */
void tls_describe(const struct tls *tls, struct pool *p, struct tls_facts *facts,
    struct tls_chain *chain);

struct stack_st_X509;

/* A chain of these certificates, in their order, copied into p; tls_chain_free() is due. */
void tls_chain_take(struct tls_chain *chain, struct pool *p, struct stack_st_X509 *sent);

/* Free what is decoded.  The bytes are the pool's. */
void tls_chain_free(struct tls_chain *chain);

/* At least one byte; fails as tls_open() does, ERR_CLOSED at the peer's end. */
ssize_t tls_read(struct tls *tls, void *buf, size_t n, int64_t deadline, struct err *e);
int tls_write(struct tls *tls, const void *buf, size_t n, int64_t deadline, struct err *e);

/* OpenSSL's number of a version as ours; PROTO_NONE for those unknown. */
enum proto tls_proto(int version);

/* Send close_notify, do not wait for the peer's, free.  NULL is fine; the fd stays open. */
void tls_close(struct tls *tls);

#endif
