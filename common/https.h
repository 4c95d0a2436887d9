/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * https.h - one GET over HTTPS, bounded in time and size, from a server that is authenticated as RFC 8461, 3.3
 * wants it.  Through libcurl, which is loaded by the first call and not before.  Nothing of the environment is
 * obeyed, no redirect followed, no name looked up.
 */
#ifndef HTTPS_H
#define HTTPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "err.h"
#include "facts.h"
#include "pool.h"
#include "store.h"

#define HTTPS_BODY 65536	/* RFC 8461, 3.3, suggests 64 kilobytes; one more byte is too much */
#define HTTPS_PORT 443

struct https_request {
	const char *host;		/* A-labels: server name, Host:, and the name the certificate must have */
	const char *path;		/* "/.well-known/mta-sts.txt" */
	uint16_t port;
	const struct addr *addresses;	/* of host; every one is tried, both families at once */
	size_t naddresses;		/* at least 1 */
	const struct addr *source;	/* to connect from; family 0: the system chooses */
	const char *proxy;		/* URL of a SOCKS proxy, NULL: none */
	const struct cert_store *store;
	int64_t wall;			/* the date to hold certificates against, seconds since the epoch */
	int64_t deadline;		/* tick */
};

enum https_end {
	HTTPS_GOT,		/* status 200 and the whole body */
	HTTPS_IDENTITY,		/* there is TLS, and the certificate is not the host's: nothing was asked */
	HTTPS_FAILED,		/* everything else: no connection, no TLS, another status, too slow, too long */
};

struct https_answer {
	enum https_end end;
	const char *why;		/* of IDENTITY and FAILED: the reason, cleaned */
	bool proxy_refused;		/* FAILED through our proxy's fault, not the host's */
	long status;			/* HTTP status, 0: none came */
	const char *type;		/* Content-Type, cleaned; NULL: none */
	const char *body;		/* of GOT: raw bytes, and a NUL behind them */
	size_t len;
	enum proto proto;		/* of the TLS session, PROTO_NONE: none */
	bool cert_seen;
	double cert_days;		/* days its certificate is valid for, negative when expired */
};

/*
 * Get r->path from r->host; the answer is in p.  -1: our own fault (ERR_SYSTEM): no libcurl, or not one that
 * works with our OpenSSL.
 */
int https_get(struct https_answer *out, struct pool *p, const struct https_request *r,
    struct err *e);

#endif
