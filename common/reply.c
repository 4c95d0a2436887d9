// SPDX-License-Identifier: GPL-3.0-or-later
/* reply.c - an SMTP reply, assembled line by line. */
#include <string.h>
#include <strings.h>

#include "reply.h"
#include "text.h"

#define QUOTED 40 /* of a line that is no reply, in the failure's sentence */

/* The three digits 200..599 if ' ', '-' or nothing follows them, else 0. */
static int
line_code(const char *line)
{
	if (line[0] < '2' || line[0] > '5')
		return 0;
	for (int i = 1; i < 3; i++)
		if (line[i] < '0' || line[i] > '9')
			return 0;
	if (line[3] != ' ' && line[3] != '-' && line[3] != '\0')
		return 0;
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

int
reply_add(struct reply *r, struct pool *p, const char *line, struct err *e)
{
	int code = line_code(line);

	if (code == 0)
		return err_set(e, ERR_PROTO, "not an SMTP reply: \"%s\"",
		    text_clean(p, line, strlen(line), QUOTED));
	if (r->lines > 0 && code != r->code)
		return err_set(e, ERR_PROTO, "reply changed from %d to %d", r->code, code);
	if (r->lines == REPLY_LINES)
		return err_set(e, ERR_LIMIT, "reply too long: over %d lines", REPLY_LINES);
	r->code = code;
	r->line[r->lines++] = pool_str(p, line + (line[3] == '\0' ? 3 : 4));
	return line[3] == '-';
}

static bool
same_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(s, word, len) == 0;
}

/* What follows keyword on its line, "" for nothing; NULL: no line has it. */
static const char *
behind(const struct reply *r, const char *keyword)
{
	for (int i = 1; i < r->lines; i++) {
		const char *word = r->line[i] + strspn(r->line[i], " \t");
		size_t len = strcspn(word, " \t");

		if (same_word(word, len, keyword))
			return word + len;
	}
	return NULL;
}

bool
reply_offers(const struct reply *r, const char *keyword)
{
	return behind(r, keyword) != NULL;
}

bool
reply_has(const struct reply *r, const char *keyword, const char *word)
{
	const char *s = behind(r, keyword);

	while (s != NULL && *(s += strspn(s, " \t")) != '\0') {
		size_t len = strcspn(s, " \t");

		if (same_word(s, len, word))
			return true;
		s += len;
	}
	return false;
}

char *
reply_shown(struct pool *p, const struct reply *r)
{
	struct text t = { .p = p };

	for (int i = 0; i < r->lines && t.len < TEXT_SHOWN; i++)
		text_add(&t, "%s%s", i > 0 ? " / " : "", r->line[i]);
	return text_clean_str(p, text_get(&t));
}
