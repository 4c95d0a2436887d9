/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conn_socks.h - the talk with a SOCKS proxy over a new connection.  For conn.c alone. */
#ifndef CONN_SOCKS_H
#define CONN_SOCKS_H

#include "conn.h"

/* Up to where the proxy takes us.  ERR_PROXY, its name in the sentence, for whatever goes wrong. */
int conn_socks_enter(struct conn *c, const struct socks *s, struct err *e);

/*
 * And on to the target.  ERR_PROXY, ERR_CONNECT and ERR_FAMILY as socks.h has them; ERR_TIMEOUT: the proxy still tries,
 * so it is the target that does not answer.
 */
int conn_socks_connect(struct conn *c, const struct socks *s, const struct addr *to, uint16_t port,
    struct err *e);

#endif
