// SPDX-License-Identifier: GPL-3.0-or-later
/* sts.c - flaws in words, names of fields, and patterns of MX. */
#include <stdarg.h>
#include <string.h>

#include "name.h"
#include "sts_parts.h"
#include "text.h"

#define FLAWS_MAX 32	/* nobody mends more at once; a body of 64 KiB can have thousands */
#define VALUE_SHOWN 32	/* of a bad value in its sentence */
#define FIELD_MAX 32	/* of a field's name: alnum and 31 more */

static const char *const modes[] = {
	[STS_MODE_UNKNOWN] = NULL,
	[STS_MODE_NONE] = "none",
	[STS_MODE_TESTING] = "testing",
	[STS_MODE_ENFORCE] = "enforce",
};

static const char *const statuses[] = {
	[STS_NOT_TESTED] = "not-tested",
	[STS_PASS] = "pass",
	[STS_NOT_LISTED] = "not-listed",
	[STS_NO_TLS] = "no-tls",
	[STS_CERT] = "cert",
};

const char *
sts_mode_name(enum sts_mode mode)
{
	return modes[mode];
}

const char *
sts_status_name(enum sts_status status)
{
	return statuses[status];
}

bool
sts_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
sts_field_name(const char *s, size_t n)
{
	if (n == 0 || n > FIELD_MAX || !text_alnum(s[0]))
		return false;
	for (size_t i = 1; i < n; i++)
		if (!text_alnum(s[i]) && s[i] != '_' && s[i] != '-' && s[i] != '.')
			return false;
	return true;
}

const char *
sts_value(struct pool *p, const char *raw, size_t n)
{
	return pool_printf(p, "\"%s\"", text_clean(p, raw, n, VALUE_SHOWN));
}

void
sts_addv(struct flaws *to, struct pool *p, const struct flaw *place, const char *fmt, va_list ap)
{
	struct text t = { .p = p };

	if (to->n == FLAWS_MAX)
		return;
	text_addv(&t, fmt, ap);
	to->item = pool_grow(p, to->item, to->n, sizeof(*to->item));
	to->item[to->n] = *place;
	to->item[to->n++].text = text_get(&t);
}

void
sts_add(struct flaws *to, struct pool *p, const char *of, size_t line, size_t column,
    const char *fmt, ...)
{
	const struct flaw place = { .of = of, .line = line, .column = column };
	va_list ap;

	va_start(ap, fmt);
	sts_addv(to, p, &place, fmt, ap);
	va_end(ap);
}

const char *
sts_flaw(struct pool *p, const struct flaw *flaw)
{
	struct text t = { .p = p };

	text_add(&t, "%s", flaw->of);
	if (flaw->line > 0)
		text_add(&t, " line %zu%s", flaw->line, flaw->column > 0 ? "," : "");
	if (flaw->column > 0)
		text_add(&t, " column %zu", flaw->column);
	text_add(&t, ": %s", flaw->text);
	return text_get(&t);
}

const char *
sts_why(struct pool *p, const struct flaws *errors)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < errors->n; i++)
		text_add(&t, "%s%s", i > 0 ? "; " : "", sts_flaw(p, &errors->item[i]));
	return errors->n > 0 ? text_get(&t) : NULL;
}

bool
sts_match(const char *pattern, const char *mx)
{
	const char *dot = strchr(mx, '.');

	if (pattern[0] == '\0')
		return false;
	if (strncmp(pattern, "*.", 2) != 0)
		return name_equal(pattern, mx);
	/* there is no such thing as a name without a label */
	return strcspn(pattern + 2, ".") > 0 && dot != NULL && dot > mx &&
	    name_equal(pattern + 2, dot + 1);
}
