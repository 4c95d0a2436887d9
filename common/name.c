// SPDX-License-Identifier: GPL-3.0-or-later
/* name.c - host names, mail addresses, and the one place where names are matched. */
#include <string.h>

#include <idn2.h>

#include "addr.h"
#include "lib.h"
#include "name.h"
#include "text.h"

#define SHOWN	80	/* of a bad value in its sentence */
#define MAILBOX 254	/* RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets */

static int
refuse(struct pool *p, const char *value, const char *what, const char *why, struct err *e)
{
	const char *shown = text_clean(p, value, strlen(value), SHOWN);

	return err_set(e, ERR_USAGE, "%s: \"%s\" %s", what, shown, why);
}

static bool
is_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

/* What is wrong with a character that no host name has. */
static const char *
character_fault(char c)
{
	static const struct {
		char c;
		const char *why;
	} known[] = {
		{ ' ', "has a blank" },
		{ '@', "has a \"@\": a host name is wanted, not a mail address" },
		{ '/', "has a \"/\": a name is wanted, not an URL or path" },
		{ ':', "has a \":\": a name is wanted, without port or scheme" },
		{ '*', "has a \"*\": wildcards cannot be looked up" },
	};

	if ((unsigned char)c < 0x20 || c == 0x7f)
		return "has a control character";
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].c == c)
			return known[i].why;
	return "has a character that host names cannot have";
}

/* What is wrong with a name of n ASCII characters, final dot gone; NULL for nothing. */
static const char *
host_fault(const char *s, size_t n)
{
	size_t label = 0;

	if (n == 0)
		return "is empty";
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.' && label == 0)
			return i == 0 ? "begins with a dot" : "has two dots in a row";
		if (s[i] != '.' && !text_alnum(s[i]) && s[i] != '-' && s[i] != '_')
			return character_fault(s[i]);
		label = s[i] == '.' ? 0 : label + 1;
		if (label > NAME_LABEL)
			return "has a label of over 63 characters";
	}
	if (label == 0)
		return "ends in two dots";
	return n > NAME_HOST ? "is longer than 253 characters" : NULL;
}

/* The A-labels of a name beyond ASCII.  The library is loaded here, for it would cost every start. */
static char *
to_ascii(struct pool *p, const char *text, const char *what, struct err *e)
{
	__typeof__(idn2_lookup_u8) *lookup;
	__typeof__(idn2_strerror) *explain;
	__typeof__(idn2_free) *release;
	const struct lib_symbol symbols[] = {
		{ "idn2_lookup_u8", &lookup },
		{ "idn2_strerror", &explain },
		{ "idn2_free", &release },
	};
	struct err no = { 0 };
	void *lib = lib_open("libidn2.so.0", symbols, sizeof(symbols) / sizeof(symbols[0]), &no);
	char *made = NULL;
	uint8_t *ascii = NULL;
	int rc;

	if (lib == NULL) {
		err_set(e, ERR_SYSTEM, "%s: a name beyond ASCII: %s", what, no.msg);
		return NULL;
	}
	rc = lookup((const uint8_t *)text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc != IDN2_OK)
		refuse(p, text, what,
		    pool_printf(p, "is no international domain name: %s", explain(rc)), e);
	else
		made = pool_str(p, (const char *)ascii);
	release(ascii);
	lib_close(lib);
	return made;
}

char *
name_host(struct pool *p, const char *text, const char *what, struct err *e)
{
	const char *ascii = text, *why;
	char *host;
	size_t n;

	if (strlen(text) > NAME_HOST * 4) {
		refuse(p, text, what, "is longer than 253 characters", e);
		return NULL;
	}
	if (!is_ascii(text) && (ascii = to_ascii(p, text, what, e)) == NULL)
		return NULL;
	n = strlen(ascii);
	if (n > 1 && ascii[n - 1] == '.')
		n--;
	if ((why = host_fault(ascii, n)) != NULL) {
		refuse(p, text, what, why, e);
		return NULL;
	}
	host = pool_strn(p, ascii, n);
	for (char *c = host; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c |= 0x20;
	return host;
}

/* As name_host(), but addresses are refused. */
static char *
mail_domain(struct pool *p, const char *text, const char *what, struct err *e)
{
	static const char why[] = "is an IP address, not a mail domain";
	struct addr address;
	char *host;

	if (text[0] == '[' || addr_parse(&address, text)) {
		refuse(p, text, what, why, e);
		return NULL;
	}
	host = name_host(p, text, what, e);
	if (host != NULL && addr_parse(&address, host)) {
		refuse(p, text, what, why, e);
		return NULL;
	}
	return host;
}

/* Length of the quoted string that s begins with (RFC 5321, 4.1.2); 0 with the reason in *why. */
static size_t
quoted_local(const char *s, const char **why)
{
	size_t i = 1;

	for (; s[i] != '\0' && s[i] != '"'; i++) {
		if (s[i] == '\\')
			i++;
		if (s[i] < ' ' || s[i] > '~')
			break;
	}
	if (s[i] == '"' && s[i + 1] == '@')
		return i + 1;
	*why = "is no mail address: bad quoted string";
	return 0;
}

/* Length of the dot-string that s begins with; 0 with the reason in *why. */
static size_t
dotted_local(const char *s, const char **why)
{
	size_t i = 0;

	for (; s[i] != '@'; i++) {
		if ((unsigned char)s[i] >= 0x80)
			*why = "is beyond ASCII before the \"@\", which needs SMTPUTF8";
		else if (s[i] == '\0')
			*why = "is no mail address: no \"@\"";
		else if (s[i] == '.' && (i == 0 || s[i - 1] == '.'))
			*why = "is no mail address: a dot too much before the \"@\"";
		else if (!text_alnum(s[i]) && strchr(".!#$%&'*+-/=?^_`{|}~", s[i]) == NULL)
			*why = s[i] == ' ' ? "is no mail address: it has a blank"
					   : "is no mail address: a bad character before the \"@\"";
		else
			continue;
		return 0;
	}
	if (i == 0)
		*why = "has nothing before the \"@\"";
	else if (s[i - 1] == '.')
		*why = "is no mail address: a dot too much before the \"@\"";
	return i;
}

/* A mailbox with its domain in A-labels. */
static char *
mailbox_parse(struct pool *p, const char *text, const char *what, char **domain, struct err *e)
{
	const char *why = NULL;
	size_t n = text[0] == '"' ? quoted_local(text, &why) : dotted_local(text, &why);

	if (why == NULL && n > NAME_LOCAL)
		why = "has over 64 characters before the \"@\"";
	if (why == NULL && text[n + 1] == '\0')
		why = "has no domain behind the \"@\"";
	if (why != NULL) {
		refuse(p, text, what, why, e);
		return NULL;
	}
	if ((*domain = mail_domain(p, text + n + 1, what, e)) == NULL)
		return NULL;
	if (n + 1 + strlen(*domain) > MAILBOX) {
		refuse(p, text, what, "is longer than 254 characters", e);
		return NULL;
	}
	return pool_printf(p, "%.*s@%s", (int)n, text, *domain);
}

int
name_target(struct pool *p, const char *text, const char *what, char **domain, char **mailbox,
    struct err *e)
{
	*mailbox = NULL;
	if (strchr(text, '@') == NULL)
		return (*domain = mail_domain(p, text, what, e)) == NULL ? -1 : 0;
	return (*mailbox = mailbox_parse(p, text, what, domain, e)) == NULL ? -1 : 0;
}

char *
name_sender(struct pool *p, const char *text, const char *what, struct err *e)
{
	size_t n = strlen(text);
	char *domain;

	if (n == 0)
		return pool_str(p, "");
	if ((text[0] == '<') != (text[n - 1] == '>')) {
		refuse(p, text, what, "has an angle bracket without its pair", e);
		return NULL;
	}
	if (text[0] != '<')
		return mailbox_parse(p, text, what, &domain, e);
	return n == 2 ? pool_str(p, "") :
	    mailbox_parse(p, pool_strn(p, text + 1, n - 2), what, &domain, e);
}

/* Length without one final dot. */
static size_t
name_len(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && s[n - 1] == '.' ? n - 1 : n;
}

static bool
same(const char *a, size_t na, const char *b, size_t nb)
{
	if (na != nb)
		return false;
	for (size_t i = 0; i < na; i++) {
		unsigned char x = (unsigned char)a[i], y = (unsigned char)b[i];

		x |= x >= 'A' && x <= 'Z' ? 0x20 : 0;
		y |= y >= 'A' && y <= 'Z' ? 0x20 : 0;
		if (x != y)
			return false;
	}
	return true;
}

bool
name_equal(const char *a, const char *b)
{
	return same(a, name_len(a), b, name_len(b));
}

bool
name_match(const char *pattern, const char *host)
{
	size_t np = name_len(pattern), nh = name_len(host);
	const char *dot = memchr(host, '.', nh);
	const char *two;

	if (np == 0)
		return false;
	if (np < 2 || strncmp(pattern, "*.", 2) != 0)
		return same(pattern, np, host, nh);
	two = memchr(pattern + 2, '.', np - 2);
	if (two == NULL || two == pattern + 2 || two == pattern + np - 1)
		return false;
	if (dot == NULL || dot == host)
		return false;
	return same(pattern + 1, np - 1, dot, nh - (size_t)(dot - host));
}
