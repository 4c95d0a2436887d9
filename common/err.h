/* SPDX-License-Identifier: GPL-3.0-or-later */
/* err.h - one failure: what kind, and a sentence.  Owned by the caller, no memory behind it. */
#ifndef ERR_H
#define ERR_H

#define ERR_TEXT 256

enum err_kind {
	ERR_NONE,
	ERR_USAGE,	/* the operator's: a bad option */
	ERR_FILE,	/* the operator's, too: a file that an option names is not what it shall be */
	ERR_SYSTEM,	/* the machine's: no descriptors, no thread */
	ERR_TLS,	/* the TLS library or the TLS peer */
	ERR_PROTO,	/* the peer broke the protocol */
	ERR_LIMIT,	/* the peer sent more than we read */
	ERR_TIMEOUT,	/* the deadline came first */
	ERR_ALERT,	/* the TLS peer sent a fatal alert */
	ERR_CLIENT_CERT, /* the same, for want of a client certificate */
	ERR_CLOSED,	/* the peer closed or reset the connection */
	ERR_CONNECT,	/* no TCP connection: refused, no route to the host */
	ERR_PROXY,	/* the SOCKS proxy is down or refuses us */
	ERR_FAMILY,	/* this machine has no route of that address family */
	ERR_REPLY,	/* a well-formed SMTP reply that says no */
	ERR_DEFER,	/* a well-formed SMTP reply that says not now (4xx) */
};

struct err {
	enum err_kind kind;
	char msg[ERR_TEXT];
};

/* Note a failure in e unless one is there already (the first, most specific one wins).  Always -1. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
