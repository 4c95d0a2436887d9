// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_socks.c - what a SOCKS proxy says (wire.h): the first byte is who we are and where we want to go. */
#include "conn.h"
#include "wire.h"

enum { LOGIN = 1, IPV6 = 2, CHECK = 4, TWO = 8 };

static void
check_failure(const struct err *e)
{
	FUZZ_MUST(e->kind == ERR_PROXY || e->kind == ERR_CONNECT || e->kind == ERR_FAMILY ||
	    e->kind == ERR_TIMEOUT);
	FUZZ_MUST(
	    e->kind != ERR_PROXY || strncmp(e->msg, "SOCKS proxy proxy.example:1080", 30) == 0);
	FUZZ_MUST(strstr(e->msg, "s3cret") == NULL);
	fuzz_shown(e->msg);
}

/* The first words of a proxy that takes us (RFC 1928, 3): wherever the script is cut, which its marks say. */
static bool
let_through(const uint8_t *said, size_t n, bool login)
{
	size_t at = 0;
	uint8_t first[2] = { 0 };

	for (size_t i = 0; i < n && at < sizeof(first); i++)
		if (!wire_is_mark(said[i]))
			first[at++] = said[i];
	return at == sizeof(first) && first[0] == 5 && (first[1] == 0 || (login && first[1] == 2));
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	struct socks s = { .host = "proxy.example", .shown = "proxy.example:1080", .port = 1080 };
	struct plan plan = { .pool = p, .started = WIRE_START, .socks = &s };
	struct addr to = { 0 };
	struct conn *c = NULL;
	struct err e = { 0 };
	char line[CONN_LINE + 1];
	int64_t deadline = WIRE_START + 5 * TICK_SEC;
	int rc;

	if (n == 0)
		return;
	if ((data[0] & LOGIN) != 0) {
		s.user = "lab";
		s.password = "s3cret";
	}
	s.n = (data[0] & TWO) != 0 ? 2 : 1;
	addr_parse(&s.address[0], "198.51.100.9");
	addr_parse(&s.address[1], "2001:db8::9");
	addr_parse(&to, (data[0] & IPV6) != 0 ? "2001:db8::25" : "192.0.2.25");
	wire_begin(data + 1, n - 1);
	rc = (data[0] & CHECK) != 0 ? conn_check_proxy(&plan, deadline, &e)
				    : conn_open(&c, &to, 25, &plan, deadline, &e);
	if (rc == -1)
		check_failure(&e);
	else
		FUZZ_MUST(e.kind == ERR_NONE && let_through(data + 1, n - 1, s.user != NULL));
	FUZZ_MUST((rc == 0 && (data[0] & CHECK) == 0) == (c != NULL));
	/* what follows is the target's: nothing of the proxy's words is left over, and nothing of its is lost */
	if (c != NULL && conn_line(c, line, &e) == 0)
		FUZZ_MUST(strlen(line) <= CONN_LINE);
	FUZZ_MUST(wire.now <= deadline + TICK_MS);
	conn_close(c);
	wire_close();
}
