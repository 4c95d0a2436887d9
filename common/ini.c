// SPDX-License-Identifier: GPL-3.0-or-later
/* ini.c - one section of an ini file. */
#include <stdbool.h>
#include <string.h>

#include "ini.h"

#define BLANKS " \t\r\f\v"

enum where { BEFORE, ELSEWHERE, INSIDE };

/* The text between blanks of n bytes; *n becomes its length. */
static const char *
trim(const char *s, size_t *n)
{
	while (*n > 0 && strchr(BLANKS, s[0]) != NULL) {
		s++;
		--*n;
	}
	while (*n > 0 && strchr(BLANKS, s[*n - 1]) != NULL)
		--*n;
	return s;
}

static bool
same(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(s, word, n) == 0;
}

/* "[name]", n bytes of it. */
static int
section_line(const char *s, size_t n, const char *section, enum where *where, size_t line,
    struct err *e)
{
	const char *name = s + 1;
	size_t len;

	if (s[n - 1] != ']')
		return err_set(e, ERR_USAGE, "line %zu: no \"]\" at the end of a section's name",
		    line);
	len = n - 2;
	name = trim(name, &len);
	*where = same(name, len, section) ? INSIDE : ELSEWHERE;
	return 0;
}

static int
entry_line(struct ini *out, struct pool *p, const char *s, size_t n, size_t line, struct err *e)
{
	const char *equals = memchr(s, '=', n), *key = s, *value;
	size_t key_len, value_len;

	if (equals == NULL)
		return err_set(e, ERR_USAGE, "line %zu: no \"=\" behind the option's name", line);
	key_len = (size_t)(equals - s);
	value_len = n - key_len - 1;
	key = trim(key, &key_len);
	value = trim(equals + 1, &value_len);
	if (key_len == 0)
		return err_set(e, ERR_USAGE, "line %zu: no option's name before \"=\"", line);
	out->entry = pool_grow(p, out->entry, out->n, sizeof(*out->entry));
	out->entry[out->n++] = (struct ini_entry){ pool_strn(p, key, key_len),
		pool_strn(p, value, value_len), line };
	return 0;
}

int
ini_parse(struct ini *out, struct pool *p, const char *text, size_t n, const char *section,
    struct err *e)
{
	const char *end = text + n;
	enum where where = BEFORE;

	*out = (struct ini){ 0 };
	for (size_t line = 1; text < end; line++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text)), *s;
		size_t len = (size_t)((stop != NULL ? stop : end) - text);

		if (memchr(text, '\0', len) != NULL)
			return err_set(e, ERR_USAGE, "line %zu: a NUL byte", line);
		s = trim(text, &len);
		text = stop != NULL ? stop + 1 : end;
		if (len == 0 || s[0] == '#' || s[0] == ';')
			continue;
		if (s[0] == '[') {
			if (section_line(s, len, section, &where, line, e) == -1)
				return -1;
			out->sections += where == INSIDE;
		} else if (where == BEFORE) {
			return err_set(e, ERR_USAGE, "line %zu: before the first [section]", line);
		} else if (where == INSIDE && entry_line(out, p, s, len, line, e) == -1) {
			return -1;
		}
	}
	return 0;
}
