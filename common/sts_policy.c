// SPDX-License-Identifier: GPL-3.0-or-later
/* sts_policy.c - the body of an MTA-STS policy (RFC 8461, 3.2), line by line. */
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "addr.h"
#include "name.h"
#include "sts_parts.h"
#include "text.h"

#define AGE_DIGITS 10
#define AGE_MAX 31557600	/* RFC 8461, 3.2: about one year */

enum field { FIELD_VERSION, FIELD_MODE, FIELD_MAX_AGE, FIELD_MX, FIELD_COUNT };

/* A body while it is read. */
struct body {
	struct pool *p;
	struct mtasts_facts *m;
	enum sts_mode mode;
	bool seen[FIELD_COUNT];		/* the field is there, good or bad */
	bool no_mode;			/* mode is bad, but "none" was meant */
	size_t alike[FIELD_COUNT];	/* line of a name that differs by case only; 0: none */
	size_t line;			/* the one being read */
	const char *s;
	size_t n;
};

static const struct {
	const char *word;
	enum sts_mode mode;
} modes[] = {
	{ "enforce", STS_MODE_ENFORCE },
	{ "testing", STS_MODE_TESTING },
	{ "none", STS_MODE_NONE },
};

/* Of the line being read, at this byte. */
__attribute__((format(printf, 3, 4))) static void
error(struct body *b, size_t at, const char *fmt, ...)
{
	const struct flaw place = { .of = "policy", .line = b->line, .column = at + 1 };
	va_list ap;

	va_start(ap, fmt);
	sts_addv(&b->m->errors, b->p, &place, fmt, ap);
	va_end(ap);
}

/* The line's end from at on, in quotes. */
static const char *
rest(const struct body *b, size_t at)
{
	return sts_value(b->p, b->s + at, b->n - at);
}

static bool
is_word(const struct body *b, size_t at, const char *word)
{
	return b->n - at == strlen(word) && memcmp(b->s + at, word, b->n - at) == 0;
}

static void
read_version(struct body *b, size_t at)
{
	if (!is_word(b, at, "STSv1"))
		error(b, at, "version is %s, expected STSv1", rest(b, at));
}

static void
read_mode(struct body *b, size_t at)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (is_word(b, at, modes[i].word))
			b->mode = modes[i].mode;
		/* what was meant to be none needs no mx */
		else if (modes[i].mode == STS_MODE_NONE && b->n - at == strlen(modes[i].word) &&
		    strncasecmp(b->s + at, modes[i].word, b->n - at) == 0)
			b->no_mode = true;
	}
	if (b->mode == STS_MODE_UNKNOWN)
		error(b, at, "mode is %s, expected enforce, testing or none", rest(b, at));
}

static void
read_max_age(struct body *b, size_t at)
{
	const char *digits = pool_strn(b->p, b->s + at, b->n - at);
	long seconds = 0;

	/* the length tells of a NUL in between, too */
	if (b->n - at > AGE_DIGITS || strlen(digits) != b->n - at ||
	    !text_int(digits, 0, AGE_MAX, &seconds))
		error(b, at, "max_age is %s, expected 1 to 10 digits, at most %d", rest(b, at),
		    AGE_MAX);
	b->m->max_age = seconds;
}

/* What is wrong with a domain of n bytes at s, final dot gone; *at: where. */
static const char *
domain_fault(const char *s, size_t n, size_t *at)
{
	size_t label = 0;

	for (*at = 0; *at < n; ++*at) {
		char c = s[*at];

		if (c == '.' && label == 0)
			return *at == 0 ? "begins with a dot" : "has two dots in a row";
		if (c == '*')
			return "has a \"*\" that is not the whole first label";
		if (c == ',' || sts_blank(c))
			return "is a list: expected one name a line";
		if ((unsigned char)c >= 0x80)
			return "is beyond ASCII: expected A-labels (xn--...)";
		if (c != '.' && c != '-' && !text_alnum(c))
			return "has a character that no host name has";
		if ((c == '-' && label == 0) || (c == '.' && s[*at - 1] == '-'))
			return "has a label that begins or ends with a hyphen";
		label = c == '.' ? 0 : label + 1;
		if (label > NAME_LABEL)
			return "has a label of over 63 characters";
	}
	*at = 0;
	if (n > NAME_HOST)
		return "is longer than 253 characters";
	return s[n - 1] == '-' ? "has a label that begins or ends with a hyphen" : NULL;
}

/* ["*."] Domain; n > 0 */
static const char *
pattern_fault(struct pool *p, const char *s, size_t n, size_t *at)
{
	size_t skip = n > 1 && s[0] == '*' && s[1] == '.' ? 2 : 0;
	const char *why;
	struct addr a;

	*at = 0;
	if (n == 1 && s[0] == '*')
		return "is a \"*\" alone: expected *.DOMAIN";
	if (s[0] == '[' || (memchr(s, '\0', n) == NULL && addr_parse(&a, pool_strn(p, s, n))))
		return "is an IP address: expected a host name";
	if (skip == n)
		return "has no domain behind \"*.\"";
	why = domain_fault(s + skip, n - skip, at);
	*at += skip;
	return why;
}

static void
read_mx(struct body *b, size_t at)
{
	struct mtasts_facts *m = b->m;
	size_t n = b->n - at, bad = 0;
	bool dot = n > 1 && b->s[b->n - 1] == '.' && b->s[b->n - 2] != '.';
	const char *why = pattern_fault(b->p, b->s + at, n - dot, &bad);

	if (why != NULL) {
		error(b, at + bad, "mx %s %s", rest(b, at), why);
		return;
	}
	if (dot)
		sts_add(&m->lints, b->p, "policy", b->line, b->n,
		    "mx %s ends in a dot: some senders find no match", rest(b, at));
	m->mx = pool_grow(b->p, m->mx, m->nmx, sizeof(*m->mx));
	m->mx[m->nmx++] = text_clean(b->p, b->s + at, n - dot, TEXT_SHOWN);
}

/* Visible characters, UTF-8 too, with single blanks between them. */
static void
read_extension(struct body *b, size_t at)
{
	for (size_t i = at, len; i < b->n; i += len) {
		uint32_t c = 0;
		const char *why = NULL;

		len = text_char(b->s + i, b->n - i, &c);
		if (len == 0)
			why = "has bytes that are no UTF-8";
		else if (c == '\t')
			why = "has a tab";
		else if (c < 0x20 || c == 0x7f)
			why = "has a control character";
		else if (c == ' ' && b->s[i - 1] == ' ')
			why = "has two blanks in a row";
		if (why == NULL)
			continue;
		error(b, i, "value %s, expected visible characters", why);
		return;
	}
}

static const struct {
	const char *name;
	void (*read)(struct body *, size_t at);
	const char *expected;
} fields[FIELD_COUNT] = {
	[FIELD_VERSION] = { "version", read_version, "\"version: STSv1\"" },
	[FIELD_MODE] = { "mode", read_mode, "\"mode: enforce\", testing or none" },
	[FIELD_MAX_AGE] = { "max_age", read_max_age, "\"max_age: SECONDS\"" },
	[FIELD_MX] = { "mx", read_mx, "\"mx: HOST\"" },
};

/* The field of that name.  FIELD_COUNT: none of ours, or a repeated one, which does not count (but for mx). */
static enum field
find_field(struct body *b, size_t n)
{
	for (enum field f = 0; f < FIELD_COUNT; f++) {
		if (strlen(fields[f].name) != n || strncasecmp(b->s, fields[f].name, n) != 0)
			continue;
		if (memcmp(b->s, fields[f].name, n) != 0)
			b->alike[f] = b->line;
		else if (!b->seen[f] || f == FIELD_MX)
			return f;
	}
	return FIELD_COUNT;
}

static void
read_pair(struct body *b, size_t name)
{
	size_t at = name + 1;
	enum field f;

	if (!sts_field_name(b->s, name)) {
		error(b, 0, "name is %s, expected 1 to 32 letters, digits, \"_\", \"-\" or \".\"",
		    sts_value(b->p, b->s, name));
		return;
	}
	f = find_field(b, name);
	if (f != FIELD_COUNT)
		b->seen[f] = true;
	while (at < b->n && sts_blank(b->s[at]))
		at++;
	if (at == b->n)
		error(b, name, "%s has no value", sts_value(b->p, b->s, name));
	else if (f != FIELD_COUNT)
		fields[f].read(b, at);
	else
		read_extension(b, at);
}

/* name ":" *WSP value *WSP */
static void
read_line(struct body *b)
{
	const char *colon;

	while (b->n > 0 && sts_blank(b->s[b->n - 1]))
		b->n--;
	colon = memchr(b->s, ':', b->n);
	if (b->n == 0)
		error(b, 0, "empty line, expected name: value");
	else if (colon == NULL)
		error(b, 0, "%s has no \":\", expected name: value", rest(b, 0));
	else
		read_pair(b, (size_t)(colon - b->s));
}

/* Length without the blanks and empty lines at the end. */
static size_t
printed_len(const char *s, size_t len)
{
	char next = '\0';

	for (; len > 0; next = s[--len]) {
		char c = s[len - 1];

		if (!sts_blank(c) && c != '\n' && !(c == '\r' && next == '\n'))
			break;
	}
	return len;
}

static void
read_lines(struct body *b, const char *s, size_t len)
{
	size_t printed = printed_len(s, len), next;

	for (size_t at = 0; at < len; at = next) {
		const char *lf = memchr(s + at, '\n', len - at);
		size_t end = lf == NULL ? len : (size_t)(lf - s);

		b->line++;
		if (at >= printed) {
			sts_add(&b->m->lints, b->p, "policy", b->line, 0,
			    "blank line at the end: some senders refuse the policy");
			return;
		}
		next = end + 1;
		if (lf != NULL && end > at && s[end - 1] == '\r')
			end--;
		b->s = s + at;
		b->n = end - at;
		read_line(b);
	}
}

/* Every field but mx must be there, and mx but in mode none. */
static void
miss_fields(struct body *b)
{
	for (enum field f = 0; f < FIELD_COUNT; f++) {
		const char *name = fields[f].name;

		if (b->seen[f] ||
		    (f == FIELD_MX && (b->mode == STS_MODE_NONE || b->no_mode)))
			continue;
		if (b->alike[f] > 0)
			sts_add(&b->m->errors, b->p, "policy", b->alike[f], 1,
			    "no %s, expected \"%s:\" in lower case", name, name);
		else
			sts_add(&b->m->errors, b->p, "policy", 0, 0, "no %s, expected a line %s",
			    name, fields[f].expected);
	}
}

static void
read_body(struct body *b, const char *s, size_t len)
{
	static const char bom[] = "\xef\xbb\xbf";
	size_t skip = len >= 3 && memcmp(s, bom, 3) == 0 ? 3 : 0;

	if (len > STS_POLICY_MAX) {
		sts_add(&b->m->errors, b->p, "policy", 0, 0, "over %d bytes", STS_POLICY_MAX);
		return;
	}
	if (printed_len(s, len) == 0) {
		sts_add(&b->m->errors, b->p, "policy", 0, 0, "empty, expected \"version: STSv1\"");
		return;
	}
	if (skip > 0)
		sts_add(&b->m->errors, b->p, "policy", 1, 1,
		    "byte order mark, expected text without one");
	read_lines(b, s + skip, len - skip);
	miss_fields(b);
}

void
sts_read_policy(struct mtasts_facts *m, struct pool *p, const void *body, size_t len)
{
	struct body b = { .p = p, .m = m };
	size_t before = m->errors.n;
	bool valid;

	read_body(&b, body, len);
	valid = m->errors.n == before;
	m->mode = valid ? b.mode : STS_MODE_UNKNOWN;
	if (valid && b.mode == STS_MODE_NONE)
		sts_add(&m->lints, p, "policy", 0, 0,
		    "mode none: senders act as if there were no policy");
	if (m->status == POLICY_NONE)
		return;
	if (m->errors.n == 0) {
		m->status = POLICY_OK;
		m->why = NULL;
		return;
	}
	m->status = POLICY_INVALID;
	m->why = pool_printf(p, "%s%s", before == 0 ? "sts-policy-invalid: " : "",
	    sts_why(p, &m->errors));
}
