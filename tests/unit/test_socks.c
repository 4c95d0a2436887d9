// SPDX-License-Identifier: GPL-3.0-or-later
/* test_socks.c - what is said to a SOCKS5 proxy, and what its answers mean. */
#include "socks.h"
#include "tap.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct socks open_to_all, locked = { .user = "lab", .password = "s3cret" };

static void
said(const uint8_t *got, size_t n, const char *want, size_t len, const char *name)
{
	tap_ok(n == len && memcmp(got, want, len) == 0, "%s", name);
}

static void
test_messages(void)
{
	static char longest[256];
	struct socks most = { .user = longest, .password = longest };
	struct addr four, six;
	uint8_t out[SOCKS_MESSAGE] = { 0 };

	memset(longest, 'a', 255);
	addr_parse(&four, "192.0.2.25");
	addr_parse(&six, "2001:db8::25");
	said(out, socks_hello(out, &open_to_all), "\5\1\0", 3, "hello");
	said(out, socks_hello(out, &locked), "\5\2\0\2", 4, "hello with a password to give");
	said(out, socks_login(out, &locked), "\1\3lab\6s3cret", 12, "login");
	tap_ok(socks_login(out, &most) == SOCKS_MESSAGE, "the longest login");
	said(out, socks_request(out, &four, 25), "\5\1\0\1\xc0\0\2\x19\0\x19", 10, "request, IPv4");
	said(out, socks_request(out, &six, 465),
	    "\5\1\0\4\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x25\1\xd1", 22, "request, IPv6");
}

static const struct {
	const struct socks *s;
	const char *in;
	int want;
	const char *why;
} chosen[] = {
	{ &open_to_all, "\5\0", 0, "" },
	{ &locked, "\5\0", 0, "" },
	{ &locked, "\5\2", 1, "" },
	{ &open_to_all, "\5\2", -1, "chose a method that was not offered (2)" },
	{ &open_to_all, "\5\1", -1, "chose a method that was not offered (1)" },
	{ &locked, "\5\xfe", -1, "chose a method that was not offered (254)" },
	{ &open_to_all, "\5\xff", -1, "wants a user name and password" },
	{ &locked, "\5\xff", -1, "takes no password" },
	{ &open_to_all, "\4\0", -1, "does not speak SOCKS5" },
	{ &open_to_all, "HT", -1, "does not speak SOCKS5" },
	{ &open_to_all, "\0\0", -1, "does not speak SOCKS5" },
};

static const struct {
	const char *in;
	int family;
	enum err_kind want;
	const char *why;
} granted[] = {
	{ "\5\0", AF_INET, ERR_NONE, "" },
	{ "\5\1", AF_INET, ERR_PROXY, "says general failure" },
	{ "\5\2", AF_INET, ERR_PROXY, "does not allow this connection (its rules)" },
	{ "\5\3", AF_INET, ERR_CONNECT, "Network is unreachable, says the proxy" },
	{ "\5\4", AF_INET, ERR_CONNECT, "No route to host, says the proxy" },
	{ "\5\5", AF_INET6, ERR_CONNECT, "Connection refused, says the proxy" },
	{ "\5\6", AF_INET, ERR_CONNECT, "Connection timed out, says the proxy" },
	{ "\5\7", AF_INET, ERR_PROXY, "knows no CONNECT" },
	{ "\5\x08", AF_INET, ERR_PROXY, "knows no IPv4" },
	{ "\5\x08", AF_INET6, ERR_FAMILY, "the proxy knows no IPv6" },
	{ "\5\x09", AF_INET6, ERR_PROXY, "says 9, which means nothing" },
	{ "\5\xff", AF_INET, ERR_PROXY, "says 255, which means nothing" },
	{ "\4\0", AF_INET, ERR_PROXY, "does not speak SOCKS5" },
	{ "\0\x5a", AF_INET, ERR_PROXY, "does not speak SOCKS5" },	/* SOCKS4 says yes */
};

static const struct {
	const char *in;
	int want;
} rests[] = {
	{ "\0\1\xc0", 5 }, { "\0\4\x20", 17 }, { "\0\3\5", 7 }, { "\0\3\xff", 257 }, { "\0\3\0", 2 },
	{ "\0\2\0", -1 }, { "\0\0\0", -1 }, { "\0\xff\0", -1 },
};

static void
test_answers(void)
{
	for (size_t i = 0; i < ROWS(chosen); i++) {
		struct err e = { 0 };
		int got = socks_chosen(chosen[i].s, (const uint8_t *)chosen[i].in, &e);

		tap_ok(got == chosen[i].want, "method %zu", i);
		tap_is(e.msg, chosen[i].why, "its reason");
	}
	for (size_t i = 0; i < ROWS(granted); i++) {
		struct err e = { 0 };
		int got = socks_granted((const uint8_t *)granted[i].in, granted[i].family, &e);

		tap_ok((got == 0) == (granted[i].want == ERR_NONE) && e.kind == granted[i].want,
		    "reply %zu", i);
		tap_is(e.msg, granted[i].why, "its reason");
	}
	for (size_t i = 0; i < ROWS(rests); i++)
		tap_ok(socks_rest((const uint8_t *)rests[i].in, &(struct err){ 0 }) ==
			rests[i].want,
		    "what follows, %zu", i);
	tap_ok(socks_admitted((const uint8_t *)"\1\0", &(struct err){ 0 }) == 0, "admitted");
	tap_ok(socks_admitted((const uint8_t *)"\5\0", &(struct err){ 0 }) == 0,
	    "admitted, as some say");
	tap_ok(socks_admitted((const uint8_t *)"\1\1", &(struct err){ 0 }) == -1, "not admitted");
	tap_ok(socks_admitted((const uint8_t *)"\1\xff", &(struct err){ 0 }) == -1, "nor here");
}

int
main(void)
{
	test_messages();
	test_answers();
	return tap_end();
}
