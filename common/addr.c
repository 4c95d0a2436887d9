// SPDX-License-Identifier: GPL-3.0-or-later
/* addr.c - an IP address as a value. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "addr.h"
#include "text.h"

#define PORT_MAX 65535

bool
addr_from_bytes(struct addr *a, const uint8_t *bytes, size_t n)
{
	struct addr made = { .family = n == 4 ? AF_INET : AF_INET6 };

	if (n != 4 && n != 16)
		return false;
	memcpy(made.bytes, bytes, n);
	if (inet_ntop(made.family, made.bytes, made.text, sizeof(made.text)) == NULL)
		return false;
	*a = made;
	return true;
}

bool
addr_parse(struct addr *a, const char *text)
{
	size_t n = strlen(text);
	char plain[ADDR_TEXT];
	uint8_t bytes[16];

	if (n > 2 && text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	}
	if (n >= sizeof(plain))
		return false;
	memcpy(plain, text, n);
	plain[n] = '\0';
	if (inet_pton(AF_INET, plain, bytes) == 1)
		return addr_from_bytes(a, bytes, 4);
	if (inet_pton(AF_INET6, plain, bytes) == 1)
		return addr_from_bytes(a, bytes, 16);
	return false;
}

bool
addr_parse_port(struct addr *a, uint16_t *port, const char *text, char sep)
{
	const char *at = strrchr(text, sep);
	char ip[ADDR_TEXT + 2];
	struct addr made;
	long number;

	/* a bare IPv6 address is full of colons: its port needs brackets */
	if (at == NULL || (sep == ':' && at[-(at > text)] != ']' && strchr(text, ':') != at))
		return addr_parse(a, text);
	if ((size_t)(at - text) >= sizeof(ip) || !text_int(at + 1, 1, PORT_MAX, &number))
		return addr_parse(a, text);
	memcpy(ip, text, (size_t)(at - text));
	ip[at - text] = '\0';
	if (!addr_parse(&made, ip))
		return false;
	*a = made;
	*port = (uint16_t)number;
	return true;
}

socklen_t
addr_socket(const struct addr *a, uint16_t port, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	if (a->family == AF_INET6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		memcpy(&in6->sin6_addr, a->bytes, 16);
		return sizeof(*in6);
	}
	struct sockaddr_in *in = (struct sockaddr_in *)out;

	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	memcpy(&in->sin_addr, a->bytes, 4);
	return sizeof(*in);
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family &&
	    memcmp(a->bytes, b->bytes, a->family == AF_INET ? 4 : 16) == 0;
}
