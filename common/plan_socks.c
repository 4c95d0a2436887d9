// SPDX-License-Identifier: GPL-3.0-or-later
/* plan_socks.c - of a plan: the proxy.  What was typed is never repeated: a password may be in it. */
#include <string.h>

#include "name.h"
#include "plan_check.h"
#include "text.h"

#define SOCKS_PORT 1080
#define CREDENTIAL_MAX 255	/* RFC 1929: a length is one byte */

static int
refuse(struct err *e)
{
	return err_set(e, ERR_USAGE, "--socks is not [USER[:PASSWORD]@]HOST[:PORT]");
}

/* NAME, NAME:PORT, an address, IPV4:PORT or [IPV6]:PORT */
static int
host(struct socks *s, struct pool *p, const char *text, struct err *e)
{
	const char *colon = strrchr(text, ':');
	struct err unfit = { 0 };
	struct addr literal;
	long port = SOCKS_PORT;

	s->port = SOCKS_PORT;
	if (addr_parse(&literal, text) || addr_parse_port(&literal, &s->port, text, ':')) {
		s->host = pool_str(p, literal.text);
		s->shown = pool_printf(p, literal.family == AF_INET6 ? "[%s]:%u" : "%s:%u", s->host,
		    s->port);
		return 0;
	}
	if (colon != NULL && !text_int(colon + 1, 1, UINT16_MAX, &port))
		return refuse(e);
	s->port = (uint16_t)port;
	s->host = name_host(p, colon == NULL ? text : pool_strn(p, text, (size_t)(colon - text)),
	    "", &unfit);
	if (s->host == NULL)
		return refuse(e);
	s->shown = pool_printf(p, "%s:%u", s->host, s->port);
	return 0;
}

int
plan_socks(struct plan *plan, struct err *e)
{
	struct socks *s;
	const char *text = plan->socks_arg, *at = text == NULL ? NULL : strrchr(text, '@');
	size_t user;

	if (text == NULL)
		return 0;
	s = plan->socks = pool_alloc(plan->pool, sizeof(*s));
	if (plan->format == FORMAT_SSLPROBE)
		return err_set(e, ERR_USAGE, "--format=sslprobe cannot go through --socks");
	if (at == NULL)
		return host(s, plan->pool, text, e);
	user = strcspn(text, ":@");
	s->user = pool_strn(plan->secrets, text, user);
	s->password = text[user] == ':'
	    ? pool_strn(plan->secrets, text + user + 1, (size_t)(at - text) - user - 1) : "";
	if (user == 0)
		return err_set(e, ERR_USAGE, "--socks: the user name is empty");
	if (user > CREDENTIAL_MAX || strlen(s->password) > CREDENTIAL_MAX)
		return err_set(e, ERR_USAGE, "--socks: user name or password is over %d bytes",
		    CREDENTIAL_MAX);
	return host(s, plan->pool, at + 1, e);
}
