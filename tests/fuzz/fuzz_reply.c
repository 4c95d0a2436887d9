// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_reply.c - SMTP replies, line by line. */
#include "fuzz.h"
#include "reply.h"

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	char *text = pool_strn(p, (const char *)data, n), *line;
	struct reply r = { 0 };
	struct err e = { 0 };
	int more = 1;

	while (more == 1 && (line = strsep(&text, "\n")) != NULL)
		more = reply_add(&r, p, line, &e);
	FUZZ_MUST((more == -1) == (e.kind != ERR_NONE));
	FUZZ_MUST(r.lines == 0 ? r.code == 0 : r.code >= 200 && r.code < 600);
	FUZZ_MUST(!reply_has(&r, "AUTH", "PLAIN") || reply_offers(&r, "AUTH"));
	fuzz_shown(reply_shown(p, &r));
}
