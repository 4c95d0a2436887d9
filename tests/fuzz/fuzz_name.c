// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_name.c - a name and a pattern, a line each: what covers what, and names, mailboxes and addresses as typed. */
#include <ctype.h>

#include "addr.h"
#include "fuzz.h"
#include "name.h"
#include "sts.h"

static char *
upper(struct pool *p, const char *s)
{
	char *copy = pool_str(p, s);

	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c ^= 0x20;
	return copy;
}

/* A second opinion, by the letter of RFC 6125, 6.4.3: labels from the right, "*" for a whole leftmost one. */
static bool
covers(struct pool *p, const char *pattern, const char *host)
{
	char *a = upper(p, pattern), *b = upper(p, host), *rest;
	size_t na = strlen(a), nb = strlen(b);

	if (na > 0 && a[na - 1] == '.')
		a[na - 1] = '\0';
	if (nb > 0 && b[nb - 1] == '.')
		b[nb - 1] = '\0';
	if (strncmp(a, "*.", 2) != 0)
		return strcmp(a, b) == 0;
	rest = strchr(b, '.');
	return rest != NULL && rest != b && strcmp(a + 1, rest) == 0;
}

static void
match(struct pool *p, const char *pattern, const char *host)
{
	bool got = name_match(pattern, host);

	/* ours is narrower only: two labels behind the star, and no empty ones */
	FUZZ_MUST(!got || covers(p, pattern, host));
	FUZZ_MUST(got == name_match(upper(p, pattern), host));
	FUZZ_MUST(got == name_match(pattern, upper(p, host)));
	FUZZ_MUST(!got || strncmp(pattern, "*.", 2) == 0 || name_equal(pattern, host));
	FUZZ_MUST(name_equal(pattern, host) == name_equal(host, pattern));
	/* a wildcard stands for one label: it never covers what is longer by one */
	FUZZ_MUST(!got || !name_match(pattern, pool_printf(p, "x.%s", host)));
	FUZZ_MUST(!sts_match(pattern, host) || covers(p, pattern, host));
}

/* What a name is made to, it stays. */
static void
host(struct pool *p, const char *text)
{
	struct err e = { 0 };
	char *made = name_host(p, text, "name", &e), *again;

	if (made == NULL) {
		FUZZ_MUST(e.kind != ERR_NONE && e.msg[0] != '\0');
		fuzz_shown(e.msg);
		return;
	}
	FUZZ_MUST(e.kind == ERR_NONE && made[0] != '\0' && strlen(made) <= NAME_HOST);
	for (const char *c = made; *c != '\0'; c++)
		FUZZ_MUST(islower((unsigned char)*c) || isdigit((unsigned char)*c) ||
		    strchr("-_.", *c) != NULL);
	FUZZ_MUST((again = name_host(p, made, "name", &e)) != NULL && strcmp(made, again) == 0);
	FUZZ_MUST(name_match(made, made) && name_equal(made, made));
}

static void
mailbox(struct pool *p, const char *text)
{
	struct err e = { 0 };
	char *domain = NULL, *box = NULL, *again = NULL, *sender;
	struct addr literal;

	if (name_target(p, text, "name", &domain, &box, &e) == -1) {
		FUZZ_MUST(e.kind != ERR_NONE);
		fuzz_shown(e.msg);
	} else {
		FUZZ_MUST(domain != NULL && !addr_parse(&literal, domain));
		FUZZ_MUST((box != NULL) == (strchr(text, '@') != NULL));
		/* it goes into MAIL and RCPT: no line end, no bracket that closes */
		fuzz_shown(box);
		FUZZ_MUST(box == NULL ||
		    (name_target(p, box, "name", &domain, &again, &e) == 0 &&
			strcmp(box, again) == 0));
	}
	e = (struct err){ 0 };
	if ((sender = name_sender(p, text, "name", &e)) != NULL) {
		fuzz_shown(sender);
		FUZZ_MUST(strlen(sender) <= NAME_LOCAL + 1 + NAME_HOST);
	} else {
		FUZZ_MUST(e.kind != ERR_NONE);
	}
}

static void
address(const char *text)
{
	struct addr a = { 0 }, again = { 0 };
	uint16_t port = 7;

	if (addr_parse(&a, text))
		FUZZ_MUST(addr_parse(&again, a.text) && addr_equal(&a, &again));
	if (!addr_parse_port(&a, &port, text, ':') && !addr_parse_port(&a, &port, text, '@'))
		FUZZ_MUST(port == 7);
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	char *first = pool_strn(p, (const char *)data, n), *second = strchr(first, '\n');
	bool ascii = true;

	if (second != NULL)
		*second++ = '\0';
	match(p, first, second == NULL ? first : second);
	address(first);
	for (const char *c = first; *c != '\0'; c++)
		ascii = ascii && (unsigned char)*c < 0x80;
	/* others are libidn2's */
	if (!ascii)
		return;
	host(p, first);
	mailbox(p, first);
}
