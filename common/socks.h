/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * socks.h - the handshake with a SOCKS5 proxy (RFC 1928; user name and password: RFC 1929), byte for byte.  Pure:
 * conn.c does the talking.  What the proxy finds wrong with us is ERR_PROXY, in words that follow its name; what it
 * says of the target is ERR_CONNECT, as if we had found that out ourselves.
 */
#ifndef SOCKS_H
#define SOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "err.h"
#include "plan.h"

#define SOCKS_MESSAGE 513 /* the longest of ours: user name and password of 255 bytes */
#define SOCKS_REPLY   2	  /* bytes of a reply that decide: version and status */
#define SOCKS_REST    3	  /* behind them in the reply to a request, as far as its length is known */

/* Which methods we can do.  Returns the length, as all that write to out do. */
size_t socks_hello(uint8_t out[SOCKS_MESSAGE], const struct socks *s);

/* The method that the proxy chose: 1: socks_login() is due, 0: no more, -1: none of ours. */
int socks_chosen(const struct socks *s, const uint8_t in[SOCKS_REPLY], struct err *e);

size_t socks_login(uint8_t out[SOCKS_MESSAGE], const struct socks *s);
int socks_admitted(const uint8_t in[SOCKS_REPLY], struct err *e);

size_t socks_request(uint8_t out[SOCKS_MESSAGE], const struct addr *to, uint16_t port);

/*
 * The reply to a request to connect to an address of that family.  ERR_FAMILY: the proxy has no IPv6, as a machine
 * without it.
 */
int socks_granted(const uint8_t in[SOCKS_REPLY], int family, struct err *e);

/* How many bytes of the reply follow these, which nobody needs; -1: not a reply. */
int socks_rest(const uint8_t in[SOCKS_REST], struct err *e);

#endif
