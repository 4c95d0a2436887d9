// SPDX-License-Identifier: GPL-3.0-or-later
/* test_addr.c - addresses and ports from text. */
#include <netinet/in.h>

#include "addr.h"
#include "tap.h"

static const struct {
	const char *text, *want;	/* NULL: refused */
} plain[] = {
	{ "192.0.2.25", "192.0.2.25" }, { "2001:db8::25", "2001:db8::25" }, { "[2001:db8::25]", "2001:db8::25" },
	{ "2001:DB8:0:0::25", "2001:db8::25" }, { "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
	{ "", NULL }, { "192.0.2", NULL }, { "192.0.2.256", NULL }, { "0x7f.1", NULL }, { "1", NULL },
	{ "[192.0.2.1", NULL }, { "2001:db8::25%eth0", NULL }, { "mx.example.org", NULL }, { "[]", NULL },
	{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc", NULL },
};

static const struct {
	const char *text;
	char sep;
	int port;
	const char *want;
} ported[] = {
	{ "192.0.2.1", '@', 53, "192.0.2.1" }, { "192.0.2.1@5353", '@', 5353, "192.0.2.1" },
	{ "::1@5353", '@', 5353, "::1" }, { "192.0.2.1@", '@', 53, NULL }, { "192.0.2.1@0", '@', 53, NULL },
	{ "192.0.2.1@65536", '@', 53, NULL }, { "192.0.2.1@5x", '@', 53, NULL }, { "@53", '@', 53, NULL },
	{ "192.0.2.1:2525", ':', 2525, "192.0.2.1" }, { "[2001:db8::1]:2525", ':', 2525, "2001:db8::1" },
	{ "2001:db8::1", ':', 53, "2001:db8::1" }, { "2001:db8::25", ':', 53, "2001:db8::25" },
	{ "192.0.2.1:", ':', 53, NULL }, { ":25", ':', 53, NULL }, { "", ':', 53, NULL },
};

int
main(void)
{
	struct addr a, b;
	struct sockaddr_storage ss;

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		bool good = addr_parse(&a, plain[i].text);

		tap_is(good ? a.text : NULL, plain[i].want, plain[i].text);
	}
	for (size_t i = 0; i < sizeof(ported) / sizeof(ported[0]); i++) {
		uint16_t port = 53;
		bool good = addr_parse_port(&a, &port, ported[i].text, ported[i].sep);

		tap_is(good ? a.text : NULL, ported[i].want, ported[i].text);
		tap_ok(port == ported[i].port, "port of \"%s\"", ported[i].text);
	}
	addr_parse(&a, "192.0.2.1");
	addr_parse(&b, "192.0.2.2");
	tap_ok(addr_equal(&a, &a) && !addr_equal(&a, &b), "equal and not");
	tap_ok(addr_socket(&a, 25, &ss) == sizeof(struct sockaddr_in) &&
	    ((struct sockaddr_in *)&ss)->sin_port == htons(25), "a socket address of IPv4");
	addr_parse(&a, "::1");
	tap_ok(addr_socket(&a, 25, &ss) == sizeof(struct sockaddr_in6) && ss.ss_family == AF_INET6,
	    "a socket address of IPv6");
	tap_ok(!addr_from_bytes(&a, (const uint8_t *)"12345", 5), "five bytes are no address");
	return tap_end();
}
