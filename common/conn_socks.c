// SPDX-License-Identifier: GPL-3.0-or-later
/* conn_socks.c - the talk with a SOCKS proxy over a new connection. */
#include <string.h>

#include "conn_socks.h"
#include "socks.h"

/* Its fault, with its name. */
static int
blame(const struct socks *s, const struct err *why, struct err *e)
{
	return err_set(e, ERR_PROXY, "SOCKS proxy %s%s %s", s->shown,
	    why->kind == ERR_PROXY ? "" : ":", why->msg);
}

/* Exactly n bytes. */
static int
take(struct conn *c, uint8_t *buf, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t got = conn_read(c, buf, n, e);

		if (got == -1)
			return -1;
		buf += got;
		n -= (size_t)got;
	}
	return 0;
}

/* Say n bytes of out, which the reply replaces. */
static int
ask(struct conn *c, uint8_t *out, size_t n, struct err *e)
{
	return conn_write(c, (const char *)out, n, e) == -1 ? -1 : take(c, out, SOCKS_REPLY, e);
}

int
conn_socks_enter(struct conn *c, const struct socks *s, struct err *e)
{
	uint8_t bytes[SOCKS_MESSAGE];
	struct err why = { 0 };
	int more, rc = 0;

	if (ask(c, bytes, socks_hello(bytes, s), &why) == -1 ||
	    (more = socks_chosen(s, bytes, &why)) == -1)
		return blame(s, &why, e);
	if (more == 1 && (ask(c, bytes, socks_login(bytes, s), &why) == -1 ||
	    socks_admitted(bytes, &why) == -1))
		rc = blame(s, &why, e);
	explicit_bzero(bytes, sizeof(bytes));
	return rc;
}

int
conn_socks_connect(struct conn *c, const struct socks *s, const struct addr *to, uint16_t port,
    struct err *e)
{
	uint8_t bytes[SOCKS_MESSAGE];
	struct err why = { 0 };
	int rest = -1;

	if (ask(c, bytes, socks_request(bytes, to, port), &why) == 0 &&
	    socks_granted(bytes, to->family, &why) == 0 &&
	    take(c, bytes, SOCKS_REST, &why) == 0 && (rest = socks_rest(bytes, &why)) != -1 &&
	    take(c, bytes, (size_t)rest, &why) == 0)
		return 0;
	if (why.kind == ERR_CONNECT || why.kind == ERR_FAMILY || why.kind == ERR_TIMEOUT)
		return err_set(e, why.kind, "%s", why.msg);
	return blame(s, &why, e);
}
