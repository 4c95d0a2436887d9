/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http.h - one request over plain HTTP, as OCSP responders and CRL servers are asked: OpenSSL's request object on a
 * connection of ours.  Redirects are not followed.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "dns.h"
#include "err.h"
#include "plan.h"
#include "pool.h"

struct http_request {
	const char *url;	/* raw, from a certificate */
	const uint8_t *body;	/* DER; NULL: a GET */
	size_t len;
	const char *type;	/* of the body */
	size_t max;		/* bytes of an answer that are read */
};

struct http_answer {
	uint8_t *bytes;		/* one DER object */
	size_t n;
};

/*
 * Ask by the tick deadline, at the addresses of the URL's host one after another until one takes the connection,
 * each with its share of the time.  The answer is in p.  -1: what went wrong in e (ERR_PROTO, ERR_LIMIT,
 * ERR_CONNECT, ERR_TIMEOUT ...), in words that follow a name; cleaned.
 */
int http_ask(struct http_answer *out, struct pool *p, const struct http_request *request,
    const struct plan *plan, struct dns *dns, int64_t deadline, struct err *e);

#endif
