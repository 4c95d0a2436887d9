// SPDX-License-Identifier: GPL-3.0-or-later
/* socks.c - the handshake with a SOCKS5 proxy, byte for byte. */
#include <string.h>

#include "socks.h"

#define VERSION 5
#define LOGIN_VERSION 1	/* RFC 1929 */
#define METHOD_NONE 0
#define METHOD_LOGIN 2
#define METHOD_REFUSED 0xff
#define CONNECT 1
#define ADDRESS_IPV4 1
#define ADDRESS_NAME 3
#define ADDRESS_IPV6 4

/* RFC 1928, 6: what each reply means, and whose fault it is. */
static const struct {
	enum err_kind kind;
	const char *why;
} replies[] = {
	{ ERR_NONE, NULL },
	{ ERR_PROXY, "says general failure" },
	{ ERR_PROXY, "does not allow this connection (its rules)" },
	{ ERR_CONNECT, "Network is unreachable, says the proxy" },
	{ ERR_CONNECT, "No route to host, says the proxy" },
	{ ERR_CONNECT, "Connection refused, says the proxy" },
	{ ERR_CONNECT, "Connection timed out, says the proxy" },
	{ ERR_PROXY, "knows no CONNECT" },
	{ ERR_PROXY, "knows no IPv4" },
};

size_t
socks_hello(uint8_t out[SOCKS_MESSAGE], const struct socks *s)
{
	size_t n = 0;

	out[n++] = VERSION;
	out[n++] = s->user == NULL ? 1 : 2;
	out[n++] = METHOD_NONE;
	if (s->user != NULL)
		out[n++] = METHOD_LOGIN;
	return n;
}

static int
not_socks(struct err *e)
{
	return err_set(e, ERR_PROXY, "does not speak SOCKS5");
}

int
socks_chosen(const struct socks *s, const uint8_t in[SOCKS_REPLY], struct err *e)
{
	if (in[0] != VERSION)
		return not_socks(e);
	if (in[1] == METHOD_NONE)
		return 0;
	if (in[1] == METHOD_LOGIN && s->user != NULL)
		return 1;
	if (in[1] != METHOD_REFUSED)
		return err_set(e, ERR_PROXY, "chose a method that was not offered (%u)", in[1]);
	return err_set(e, ERR_PROXY, s->user == NULL
	    ? "wants a user name and password" : "takes no password");
}

static size_t
put(uint8_t *out, const char *text)
{
	size_t n = strlen(text);

	*out++ = (uint8_t)n;
	for (size_t i = 0; i < n; i++)
		*out++ = (uint8_t)text[i];
	return n + 1;
}

size_t
socks_login(uint8_t out[SOCKS_MESSAGE], const struct socks *s)
{
	size_t n = 0;

	out[n++] = LOGIN_VERSION;
	n += put(out + n, s->user);
	n += put(out + n, s->password);
	return n;
}

int
socks_admitted(const uint8_t in[SOCKS_REPLY], struct err *e)
{
	/* the version is left alone: some servers say 5 */
	return in[1] == 0 ? 0 : err_set(e, ERR_PROXY, "refuses user name or password");
}

size_t
socks_request(uint8_t out[SOCKS_MESSAGE], const struct addr *to, uint16_t port)
{
	size_t len = to->family == AF_INET6 ? 16 : 4, n = 0;

	out[n++] = VERSION;
	out[n++] = CONNECT;
	out[n++] = 0;
	out[n++] = to->family == AF_INET6 ? ADDRESS_IPV6 : ADDRESS_IPV4;
	memcpy(out + n, to->bytes, len);
	n += len;
	out[n++] = (uint8_t)(port >> 8);
	out[n++] = (uint8_t)port;
	return n;
}

int
socks_granted(const uint8_t in[SOCKS_REPLY], int family, struct err *e)
{
	const size_t known = sizeof(replies) / sizeof(replies[0]);

	if (in[0] != VERSION)
		return not_socks(e);
	if (in[1] == 0)
		return 0;
	if (in[1] >= known)
		return err_set(e, ERR_PROXY, "says %u, which means nothing", in[1]);
	if (in[1] == known - 1 && family == AF_INET6)
		return err_set(e, ERR_FAMILY, "the proxy knows no IPv6");
	return err_set(e, replies[in[1]].kind, "%s", replies[in[1]].why);
}

int
socks_rest(const uint8_t in[SOCKS_REST], struct err *e)
{
	/* in[1] is the kind of address, in[2] its first byte; a port follows */
	switch (in[1]) {
	case ADDRESS_IPV4: return 3 + 2;
	case ADDRESS_IPV6: return 15 + 2;
	case ADDRESS_NAME: return in[2] + 2;
	default: return not_socks(e);
	}
}
