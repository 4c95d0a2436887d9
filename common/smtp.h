/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp.h - the SMTP conversation (RFC 5321, 3207): commands out, replies in, a transcript of both. */
#ifndef SMTP_H
#define SMTP_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"
#include "err.h"
#include "facts.h"
#include "reply.h"

#define SMTP_SECRETS 3	/* a password, and the two forms in which AUTH sends it */
#define SMTP_HIDDEN "********"

/* The transcript of one host; starts zeroed but for pool and began. */
struct smtp_log {
	bool quiet;		/* nobody will read it: keep nothing */
	const char *secret[SMTP_SECRETS];	/* shown as SMTP_HIDDEN, whoever says it */
	size_t nsecrets;
	struct pool *raw;	/* for what may have them in it, once there are any: to be wiped; NULL: none */
	struct pool *pool;
	int64_t began;		/* tick */
	struct talk *talk;
	size_t ntalk;
	const struct watcher *watcher;	/* is told every line about host; NULL: nobody is */
	const struct host *host;
};

/* Add a line to the transcript. */
void smtp_note(struct smtp_log *log, enum talk_kind kind, bool tls, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Read one reply into r.  The failures of conn_line() and reply_add(). */
int smtp_read(struct conn *c, struct smtp_log *log, struct reply *r, struct err *e);

/* Send one command (no CRLF in it) and read its reply.  0: a reply came, whatever its code. */
int smtp_cmd(struct conn *c, struct smtp_log *log, struct reply *r, struct err *e, const char *fmt,
    ...) __attribute__((format(printf, 5, 6)));

/*
 * The same of the last command of a conversation with a server that takes several at once (RFC 2920): QUIT goes with
 * it in one packet, which saves a round trip.  The reply to QUIT is still to be read.
 */
int smtp_last(struct conn *c, struct smtp_log *log, struct reply *r, struct err *e, const char *fmt,
    ...) __attribute__((format(printf, 5, 6)));

/* The reply's meaning as a failure in e: ERR_DEFER for 4xx, else ERR_REPLY.  Always -1. */
int smtp_refused(struct smtp_log *log, const struct reply *r, const char *what, struct err *e);

#endif
