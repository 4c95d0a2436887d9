// SPDX-License-Identifier: GPL-3.0-or-later
/* smtp.c - the SMTP conversation: commands out, replies in, a transcript of both. */
#include <stdio.h>
#include <string.h>

#include "event.h"
#include "smtp.h"
#include "text.h"
#include "tick.h"

#define COMMAND 1024	/* RFC 5321, 4.5.3.1.4 says 512; a long address needs less than 400 */
#define QUOTED 100	/* of a reply, in the sentence that gives it as the reason */

/* Where a line goes that the secrets of the log may be in. */
static struct pool *
raw_pool(const struct smtp_log *log)
{
	return log->raw != NULL ? log->raw : log->pool;
}

/* The same for a line on the stack that has done its work. */
static void
forget(const struct smtp_log *log, char *line, size_t size)
{
	if (log->raw != NULL)
		explicit_bzero(line, size);
}

/* text without the secrets of the log. */
static const char *
hide(const struct smtp_log *log, const char *text)
{
	for (size_t i = 0; i < log->nsecrets; i++) {
		struct text t = { .p = raw_pool(log) };
		const char *found, *secret = log->secret[i];

		if (secret[0] == '\0' || strstr(text, secret) == NULL)
			continue;
		for (; (found = strstr(text, secret)) != NULL; text = found + strlen(secret))
			text_add(&t, "%.*s" SMTP_HIDDEN, (int)(found - text), text);
		text_add(&t, "%s", text);
		text = text_get(&t);
	}
	return text;
}

void
smtp_note(struct smtp_log *log, enum talk_kind kind, bool tls, const char *fmt, ...)
{
	struct text t = { .p = raw_pool(log) };
	struct talk *line;
	va_list ap;

	if (log->quiet)
		return;
	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	log->talk = pool_grow(log->pool, log->talk, log->ntalk, sizeof(*log->talk));
	line = &log->talk[log->ntalk++];
	line->at_us = tick_now() - log->began;
	line->kind = kind;
	line->tls = tls;
	line->text = text_clean_str(log->pool, hide(log, text_get(&t)));
	if (log->watcher != NULL)
		log->watcher->tell(log->watcher->arg,
		    &(struct event){ .kind = EVENT_LINE, .host = log->host, .talk = line });
}

int
smtp_read(struct conn *c, struct smtp_log *log, struct reply *r, struct err *e)
{
	char line[CONN_LINE + 1];
	int more;

	memset(r, 0, sizeof(*r));
	do {
		if (conn_line(c, line, e) == -1)
			return -1;
		smtp_note(log, TALK_GOT, conn_tls(c) != NULL, "%s", line);
		more = reply_add(r, raw_pool(log), line, e);
	} while (more == 1);
	forget(log, line, sizeof(line));
	return more;
}

/* Send the n bytes of line, with room for a CRLF, and more behind them if there is any. */
static int
say(struct conn *c, struct smtp_log *log, char line[COMMAND], int n, const char *more,
    struct err *e)
{
	int rc;

	if (n < 0 || (size_t)n >= COMMAND - 2 - strlen(more))
		return err_set(e, ERR_LIMIT, "command over %d bytes", COMMAND);
	smtp_note(log, TALK_SENT, conn_tls(c) != NULL, "%s", line);
	n += snprintf(line + n, COMMAND - (size_t)n, "\r\n%s", more);
	rc = conn_write(c, line, (size_t)n, e);
	forget(log, line, COMMAND);
	return rc;
}

int
smtp_cmd(struct conn *c, struct smtp_log *log, struct reply *r, struct err *e, const char *fmt, ...)
{
	char line[COMMAND];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	return say(c, log, line, n, "", e) == -1 ? -1 : smtp_read(c, log, r, e);
}

int
smtp_last(struct conn *c, struct smtp_log *log, struct reply *r, struct err *e, const char *fmt,
    ...)
{
	char line[COMMAND];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (say(c, log, line, n, "QUIT\r\n", e) == -1)
		return -1;
	smtp_note(log, TALK_SENT, conn_tls(c) != NULL, "QUIT");
	return smtp_read(c, log, r, e);
}

int
smtp_refused(struct smtp_log *log, const struct reply *r, const char *what, struct err *e)
{
	const char *shown = hide(log, reply_shown(raw_pool(log), r));

	return err_set(e, r->code / 100 == 4 ? ERR_DEFER : ERR_REPLY, "%s: %d %s", what, r->code,
	    text_clean(log->pool, shown, strlen(shown), QUOTED));
}
