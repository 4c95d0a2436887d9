/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conn.h - one TCP connection, in the clear or inside TLS, read by lines.  Belongs to one thread. */
#ifndef CONN_H
#define CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "addr.h"
#include "err.h"
#include "tls.h"

#define CONN_LINE 2048	/* RFC 5321, 4.5.3.1.5 says 512; real servers send more */

struct conn;

/*
 * Connect from plan->source (family 0: any), through plan->socks (NULL: directly), within the tick deadline.  The
 * deadline holds for everything done with the connection until conn_deadline() moves it.
 * ERR_CONNECT (refused, reset, no route), ERR_FAMILY (this machine, or the proxy, has no such family), ERR_TIMEOUT,
 * ERR_PROXY, ERR_SYSTEM.
 */
int conn_open(struct conn **c, const struct addr *to, uint16_t port, const struct plan *plan,
    int64_t deadline, struct err *e);

/*
 * Does the plan's proxy take us?  Nothing is asked of it.  Its address that does is the first one then: all
 * try it first, and libcurl knows no other.  ERR_PROXY with its name when not.
 */
int conn_check_proxy(const struct plan *plan, int64_t deadline, struct err *e);

void conn_deadline(struct conn *c, int64_t deadline);

/* Record on tape, by its kind, what goes over the connection from here on.  It must outlive the connection. */
void conn_tape(struct conn *c, struct tape *tape);

/* Can a socket be bound to source?  ERR_USAGE when this machine has no such address. */
int conn_check_source(const struct addr *source, struct err *e);

/*
 * The next line, without its LF or CRLF, NUL-terminated.  NUL bytes inside become DEL (cleaning shows both
 * as '?'), so that nothing hides behind them.  ERR_LIMIT beyond CONN_LINE bytes, ERR_CLOSED, ERR_TIMEOUT, ERR_TLS.
 */
int conn_line(struct conn *c, char line[CONN_LINE + 1], struct err *e);

/* The next bytes as they are, one at least and n at most, which is not 0.  Fails as conn_line() does. */
ssize_t conn_read(struct conn *c, void *buf, size_t n, struct err *e);

int conn_write(struct conn *c, const char *text, size_t n, struct err *e);

/* Bytes that came in the clear and were not read yet (RFC 3207, 6 and CVE-2011-0411); looks at the socket, too. */
bool conn_pending(struct conn *c);

/* TLS from here on (tls_open()).  On failure the connection is of no more use but for conn_close(). */
int conn_start_tls(struct conn *c, const struct tls_ctx *ctx, const char *sni, enum key_kind kind,
    struct err *e);
const struct tls *conn_tls(const struct conn *c);	/* NULL in the clear */

/* Our end's address as text, for an address literal in EHLO. */
const struct addr *conn_local(const struct conn *c);

void conn_close(struct conn *c);	/* NULL is fine */

#endif
