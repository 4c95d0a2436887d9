// SPDX-License-Identifier: GPL-3.0-or-later
/* test_reply.c - SMTP replies, line by line. */
#include "pool.h"
#include "reply.h"
#include "tap.h"

static const struct {
	const char *name;
	const char *lines[4];
	int want;		/* of the last reply_add() */
	int want_code;
	const char *want_text;
	enum err_kind want_err;
} cases[] = {
	{ "one line", { "220 mx ready" }, 0, 220, "mx ready", ERR_NONE },
	{ "two lines", { "250-mx", "250 SIZE" }, 0, 250, "mx / SIZE", ERR_NONE },
	{ "code alone", { "220" }, 0, 220, "", ERR_NONE },
	{ "code and hyphen alone", { "250-", "250 x" }, 0, 250, " / x", ERR_NONE },
	{ "more to come", { "250-mx" }, 1, 250, "mx", ERR_NONE },
	{ "code changes", { "250-mx", "550 no" }, -1, 250, "mx", ERR_PROTO },
	{ "text in the middle", { "250-mx", "hello" }, -1, 250, "mx", ERR_PROTO },
	{ "empty line", { "" }, -1, 0, "", ERR_PROTO },
	{ "a web server", { "HTTP/1.1 400 Bad" }, -1, 0, "", ERR_PROTO },
	{ "two digits", { "25 x" }, -1, 0, "", ERR_PROTO },
	{ "four digits", { "2500 x" }, -1, 0, "", ERR_PROTO },
	{ "one hundred", { "100 x" }, -1, 0, "", ERR_PROTO },
	{ "six hundred", { "600 x" }, -1, 0, "", ERR_PROTO },
	{ "leading blank", { " 220 x" }, -1, 0, "", ERR_PROTO },
	{ "escapes are cleaned for showing", { "220 \033[2Jmx" }, 0, 220, "?[2Jmx", ERR_NONE },
};

static const struct {
	const char *line;
	bool want;
} offers[] = {
	{ "STARTTLS", true }, { "starttls", true }, { "StartTLS  ", true }, { "STARTTLS FOO", true },
	{ "X-STARTTLS", false }, { "STARTTLSX", false }, { "AUTH STARTTLS", false }, { "", false },
};

static void
offer(struct pool *p, size_t i)
{
	struct reply r = { 0 };
	struct err e = { 0 };

	reply_add(&r, p, "250-STARTTLS", &e);	/* the greeting line: a host may be called anything */
	tap_ok(!reply_offers(&r, "STARTTLS"), "the first line offers nothing");
	reply_add(&r, p, pool_printf(p, "250 %s", offers[i].line), &e);
	tap_ok(reply_offers(&r, "STARTTLS") == offers[i].want, "\"%s\"", offers[i].line);
}

static void
too_many_lines(struct pool *p)
{
	struct reply r = { 0 };
	struct err e = { 0 };
	int rc = 1, lines = 0;

	while (rc == 1 && lines < 2 * REPLY_LINES) {
		rc = reply_add(&r, p, "250-more", &e);
		lines++;
	}
	tap_ok(rc == -1 && lines == REPLY_LINES + 1 && e.kind == ERR_LIMIT, "%d lines are too many",
	    lines);
}

int
main(void)
{
	struct pool *p = pool_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply r = { 0 };
		struct err e = { 0 };
		int got = 0;

		for (size_t j = 0; j < 4 && cases[i].lines[j] != NULL; j++)
			got = reply_add(&r, p, cases[i].lines[j], &e);
		tap_ok(got == cases[i].want && r.code == cases[i].want_code &&
			e.kind == cases[i].want_err,
		    "reply: %s", cases[i].name);
		tap_is(reply_shown(p, &r), cases[i].want_text, cases[i].name);
	}
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++)
		offer(p, i);
	too_many_lines(p);
	pool_free(p);
	return tap_end();
}
