/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply.h - an SMTP reply (RFC 5321, 4.2), assembled line by line.  Pure: no I/O. */
#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>

#include "err.h"
#include "pool.h"

#define REPLY_LINES 100	/* real EHLO answers stay under 30 */

struct reply {
	int code;			/* 0 until the first line */
	int lines;
	char *line[REPLY_LINES];	/* raw text behind the code, NUL-terminated, in the pool */
};

/*
 * Add one line (line end already gone) to r, which starts zeroed.
 * 1: more lines must follow; 0: r is complete; -1: not a valid reply, said in e (ERR_PROTO, ERR_LIMIT),
 * and r is as it was.
 */
int reply_add(struct reply *r, struct pool *p, const char *line, struct err *e);

/*
 * Does an EHLO reply list keyword (RFC 5321, 4.1.1.1)?  Case-insensitive, the whole first word of a line
 * behind the first; parameters may follow.
 */
bool reply_offers(const struct reply *r, const char *keyword);

/* Does the line of keyword list the parameter word, as "AUTH PLAIN LOGIN" does (RFC 4954, 3)?  Case-insensitive. */
bool reply_has(const struct reply *r, const char *keyword, const char *word);

/* All lines as one cleaned text for showing, joined by " / ". */
char *reply_shown(struct pool *p, const struct reply *r);

#endif
