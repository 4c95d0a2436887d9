// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * sts_record.c - the TXT records of MTA-STS (RFC 8461, 3.1) and TLS-RPT (RFC 8460, 3): one grammar, in which
 * fields stand behind a version, and the fields of each.
 */
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "sts_parts.h"
#include "text.h"

#define ID_MAX 32	/* RFC 8461, 3.1 */
#define HINT_SHOWN 48	/* of a record that is none of ours */

/* The one record of a set while it is read. */
struct record {
	struct pool *p;
	const char *of;		/* "record", "TLS-RPT record": in messages */
	const char *at;		/* "_mta-sts", "_smtp._tls" */
	const char *version;	/* "v=STSv1" */
	const char *need;	/* the field that must be there: "id", "rua" */
	const char *s;
	size_t n;
	struct flaws *errors, *lints;
	void (*read)(struct record *, size_t at, size_t end); /* the value of that field */
	bool seen;		/* that field is there, good or bad */
	size_t alike;		/* column of a field whose name differs from it by case only; 0: none */
	const char *id;		/* MTA-STS */
	struct tlsrpt_facts *rpt;
	struct flaws uris;	/* TLS-RPT: the bad ones */
};

__attribute__((format(printf, 3, 4))) static void
error(struct record *r, size_t at, const char *fmt, ...)
{
	const struct flaw place = { .of = r->of, .column = at + 1 };
	va_list ap;

	va_start(ap, fmt);
	sts_addv(r->errors, r->p, &place, fmt, ap);
	va_end(ap);
}

/* Is this a record of ours?  Blanks before the first ';' the grammar allows, the prose does not. */
enum fit { FIT_NOT, FIT_LOOSE, FIT_STRICT };

static enum fit
fits(const struct sts_txt *txt, const char *version)
{
	size_t n = strlen(version), i = n;

	if (txt->len <= n || memcmp(txt->data, version, n) != 0)
		return FIT_NOT;
	while (i < txt->len && sts_blank((char)txt->data[i]))
		i++;
	if (i == txt->len || txt->data[i] != ';')
		return FIT_NOT;
	return i == n ? FIT_STRICT : FIT_LOOSE;
}

/* A record that may have been meant: another case, a blank or quotes in front, another version. */
static const char *
meant(struct pool *p, const struct sts_txt *txt, size_t n, const char *version)
{
	size_t stem = strlen(version) - 2;	/* "v=STS" */

	for (size_t i = 0; i < n; i++) {
		const char *s = (const char *)txt[i].data;
		size_t at = 0;

		while (at < txt[i].len && (sts_blank(s[at]) || s[at] == '"'))
			at++;
		if (txt[i].len - at >= stem && strncasecmp(s + at, version, stem) == 0)
			return pool_printf(p, ", one is \"%s\"",
			    text_clean(p, s, txt[i].len, HINT_SHOWN));
	}
	return "";
}

/* The value of a field that we do not know. */
static void
read_extension(struct record *r, size_t at, size_t end)
{
	if (at == end)
		error(r, at, "empty value, expected visible ASCII behind \"=\"");
	for (size_t i = at; i < end; i++) {
		char c = r->s[i];

		if (c > 0x20 && c < 0x7f && c != '=' && c != ';')
			continue;
		error(r, i, "value has %s, expected visible ASCII without \"=\" and \";\"",
		    c == ' ' ? "a blank" : sts_value(r->p, &c, 1));
		return;
	}
}

static void
read_field(struct record *r, size_t at, size_t end)
{
	const char *equals = memchr(r->s + at, '=', end - at);
	size_t n = equals == NULL ? 0 : (size_t)(equals - (r->s + at)), need = strlen(r->need);
	bool alike = n == need && strncasecmp(r->s + at, r->need, n) == 0;
	bool same = alike && memcmp(r->s + at, r->need, n) == 0;

	if (equals == NULL) {
		error(r, at, "%s has no \"=\", expected name=value",
		    sts_value(r->p, r->s + at, end - at));
		return;
	}
	if (!sts_field_name(r->s + at, n))
		error(r, at, "name is %s, expected 1 to 32 letters, digits, \"_\", \"-\" or \".\"",
		    sts_value(r->p, r->s + at, n));
	if (alike && !same)
		r->alike = at + 1;
	if (same)
		r->read(r, at + n + 1, end);
	else
		read_extension(r, at + n + 1, end);
}

static size_t
skip_blanks(const struct record *r, size_t i)
{
	while (i < r->n && sts_blank(r->s[i]))
		i++;
	return i;
}

/* version 1*( *WSP ";" *WSP field ) [ *WSP ";" *WSP ], of which fits() has seen the first ';'. */
static void
read_fields(struct record *r)
{
	size_t i = strlen(r->version), end;

	do {
		size_t at = skip_blanks(r, skip_blanks(r, i) + 1), last;
		const char *next = memchr(r->s + at, ';', r->n - at);

		if (at == r->n)
			return;
		end = last = next == NULL ? r->n : (size_t)(next - r->s);
		while (last > at && sts_blank(r->s[last - 1]))
			last--;
		if (last == at)
			error(r, at, "empty field, expected name=value");
		else
			read_field(r, at, last);
		if (end == r->n && last < end)
			error(r, last, "blank at the end, expected \";\" before it");
		i = end;
	} while (end < r->n);
}

static void
read_one(struct record *r, const struct sts_txt *txt, enum fit fit)
{
	r->s = (const char *)txt->data;
	r->n = txt->len;
	if (fit == FIT_LOOSE)
		sts_add(r->lints, r->p, r->of, 0, strlen(r->version) + 1,
		    "white space before the first \";\": some senders ignore this record");
	read_fields(r);
	if (r->seen)
		return;
	if (r->alike > 0)
		error(r, r->alike - 1, "no %s field, expected \"%s=\" in lower case", r->need,
		    r->need);
	else
		sts_add(r->errors, r->p, r->of, 0, 0, "no %s field, expected \"%s=\"", r->need,
		    r->need);
}

/* Of the records that fit best, the one there may be.  NONE with the reason in *why. */
static enum policy_status
read_set(struct record *r, const struct sts_txt *txt, size_t n, const char **why)
{
	size_t count[] = { [FIT_NOT] = 0, [FIT_LOOSE] = 0, [FIT_STRICT] = 0 }, last[3] = { 0 };
	enum fit fit;

	for (size_t i = 0; i < n; i++) {
		fit = fits(&txt[i], r->version);
		count[fit]++;
		last[fit] = i;
	}
	fit = count[FIT_STRICT] > 0 ? FIT_STRICT : FIT_LOOSE;
	if (count[fit] == 0) {
		*why = n == 0 ? pool_printf(r->p, "no TXT record at %s", r->at)
			      : pool_printf(r->p, "no TXT record begins with \"%s;\"%s", r->version,
				    meant(r->p, txt, n, r->version));
		return POLICY_NONE;
	}
	if (count[fit] > 1)
		sts_add(r->errors, r->p, r->of, 0, 0, "%zu records begin with \"%s\", expected one",
		    count[fit], r->version);
	else
		read_one(r, &txt[last[fit]], fit);
	return r->errors->n > 0 ? POLICY_INVALID : POLICY_OK;
}

/* The first counts; a later one is as good as any extension. */
static void
read_id(struct record *r, size_t at, size_t end)
{
	bool good = end > at && end - at <= ID_MAX;

	if (r->seen) {
		read_extension(r, at, end);
		return;
	}
	r->seen = true;
	for (size_t i = at; i < end; i++)
		good = good && text_alnum(r->s[i]);
	if (good)
		r->id = pool_strn(r->p, r->s + at, end - at);
	else
		error(r, at, "id is %s, expected 1 to 32 letters and digits",
		    sts_value(r->p, r->s + at, end - at));
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* A character that no URI has (RFC 3986, 2), or that a record's must write as %XX (RFC 8460, 3). */
static const char *
uri_character_fault(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '!')
			return "has \"!\", expected %21";
		if (s[i] == '%' && (n - i < 3 || !is_hex(s[i + 1]) || !is_hex(s[i + 2])))
			return "has a \"%\" without two hexadecimal digits";
		if (sts_blank(s[i]))
			return "has a blank, expected a comma between URIs";
		if (!text_alnum(s[i]) &&
		    (s[i] == '\0' || strchr("-._~:/?#[]@$&'()*+=%", s[i]) == NULL))
			return "has a character that no URI has";
	}
	return NULL;
}

/* The scheme as the URI begins, in any case. */
static bool
has_scheme(const char *s, size_t n, const char *scheme)
{
	return n >= strlen(scheme) && strncasecmp(s, scheme, strlen(scheme)) == 0;
}

static bool
is_mailbox(const char *s, size_t n)
{
	const char *query = memchr(s, '?', n), *at;

	n = query == NULL ? n : (size_t)(query - s);
	at = memchr(s, '@', n);
	if (at == NULL || at == s || at + 1 == s + n)
		return false;
	return memchr(at + 1, '@', (size_t)(s + n - (at + 1))) == NULL;
}

static bool
has_authority(const char *s, size_t n)
{
	return n > 2 && s[0] == '/' && s[1] == '/' && (text_alnum(s[2]) || s[2] == '[');
}

static const char *
uri_fault(const char *s, size_t n)
{
	const char *why = uri_character_fault(s, n);

	if (n == 0)
		return "is empty, expected mailto: or https:";
	if (why != NULL)
		return why;
	if (has_scheme(s, n, "mailto:"))
		return is_mailbox(s + 7, n - 7) ? NULL : "has no mail address behind mailto:";
	if (has_scheme(s, n, "https:"))
		return has_authority(s + 6, n - 6) ? NULL : "has no host behind https:";
	return "is neither mailto: nor https:";
}

static void
read_uri(struct record *r, size_t at, size_t end)
{
	struct tlsrpt_facts *rpt = r->rpt;
	const char *why = uri_fault(r->s + at, end - at);

	if (why != NULL) {
		sts_add(&r->uris, r->p, r->of, 0, at + 1, "rua %s %s",
		    sts_value(r->p, r->s + at, end - at), why);
		return;
	}
	rpt->rua = pool_grow(r->p, rpt->rua, rpt->nrua, sizeof(*rpt->rua));
	rpt->rua[rpt->nrua++] = text_clean(r->p, r->s + at, end - at, TEXT_SHOWN);
}

/* tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri) */
static void
read_rua(struct record *r, size_t at, size_t end)
{
	const char *comma;

	r->seen = true;
	do {
		size_t stop, last;

		comma = memchr(r->s + at, ',', end - at);
		stop = last = comma == NULL ? end : (size_t)(comma - r->s);
		while (at < last && sts_blank(r->s[at]))
			at++;
		while (last > at && sts_blank(r->s[last - 1]))
			last--;
		read_uri(r, at, last);
		at = stop + 1;
	} while (comma != NULL);
}

void
sts_read_record(struct mtasts_facts *m, struct pool *p, const struct sts_txt *txt, size_t n)
{
	struct record r = { .p = p, .of = "record", .at = "_mta-sts", .version = "v=STSv1", .need = "id",
		.errors = &m->errors, .lints = &m->lints, .read = read_id };
	const char *why = NULL;

	m->status = read_set(&r, txt, n, &why);
	m->id = m->status == POLICY_OK ? r.id : NULL;
	m->why = m->status == POLICY_INVALID ? sts_why(p, &m->errors) : why;
}

void
sts_read_tlsrpt(struct tlsrpt_facts *t, struct pool *p, const struct sts_txt *txt, size_t n)
{
	struct record r = { .p = p, .of = "TLS-RPT record", .at = "_smtp._tls", .version = "v=TLSRPTv1", .need = "rua",
		.errors = &t->errors, .lints = &t->lints, .read = read_rua, .rpt = t };
	struct flaws *to;
	const char *why = NULL;

	t->status = read_set(&r, txt, n, &why);
	/* RFC 8460, 3: reports go wherever one can go */
	to = t->nrua > 0 ? &t->lints : &t->errors;
	for (size_t i = 0; i < r.uris.n; i++)
		sts_add(to, p, r.of, 0, r.uris.item[i].column, "%s", r.uris.item[i].text);
	if (t->errors.n > 0)
		t->status = POLICY_INVALID;
	t->why = t->status == POLICY_INVALID ? sts_why(p, &t->errors) : why;
}
