// SPDX-License-Identifier: GPL-3.0-or-later
/* test_conn.c - connections to a listener on loopback: lines, limits, ends and deadlines. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "tap.h"
#include "tape.h"
#include "tick.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define PATIENCE (20 * TICK_SEC) /* for what comes at once */
#define BYTES(text) (text), sizeof(text) - 1

/* Both ends of one connection. */
struct pair {
	struct pool *p;
	struct plan plan;
	struct conn *ours;
	int listener, theirs;
	uint16_t port;
};

static void
listen_on(struct pair *x)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);

	TAP_MUST((x->listener = socket(AF_INET, SOCK_STREAM, 0)) != -1);
	TAP_MUST(bind(x->listener, (struct sockaddr *)&sin, sizeof(sin)) == 0);
	TAP_MUST(getsockname(x->listener, (struct sockaddr *)&sin, &len) == 0);
	TAP_MUST(listen(x->listener, 1) == 0);
	x->port = ntohs(sin.sin_port);
}

static void
pair_open(struct pair *x)
{
	struct addr to;
	struct err e = { 0 };

	*x = (struct pair){ .p = pool_new() };
	listen_on(x);
	addr_parse(&to, "127.0.0.1");
	TAP_MUST(conn_open(&x->ours, &to, x->port, &x->plan, tick_now() + PATIENCE, &e) == 0);
	TAP_MUST((x->theirs = accept(x->listener, NULL, NULL)) != -1);
}

static void
pair_close(struct pair *x)
{
	conn_close(x->ours);
	if (x->theirs != -1)
		close(x->theirs);
	close(x->listener);
	pool_free(x->p);
}

static void
say(const struct pair *x, const char *bytes, size_t n)
{
	TAP_MUST(send(x->theirs, bytes, n, 0) == (ssize_t)n);
}

/* The peer's end goes, with a reset or not. */
static void
hang_up(struct pair *x, bool reset)
{
	struct linger now = { .l_onoff = reset, .l_linger = 0 };

	setsockopt(x->theirs, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(x->theirs);
	x->theirs = -1;
}

static const struct {
	const char *name;
	const char *bytes;
	size_t n;
	const char *lines[3];	/* as they are read; behind the last one the connection is closed */
} rows[] = {
	{ "CRLF", BYTES("220 hi\r\n"), { "220 hi" } },
	{ "LF alone", BYTES("220 hi\n"), { "220 hi" } },
	{ "two lines at once", BYTES("250-a\r\n250 b\r\n"), { "250-a", "250 b" } },
	{ "an empty line", BYTES("\r\n220 hi\r\n"), { "", "220 hi" } },
	{ "a CR inside", BYTES("220 a\rb\r\r\n"), { "220 a\rb\r" } },
	{ "a NUL hides nothing", BYTES("220 a\0b\r\n"), { "220 a\177b" } },
	{ "no end of a line", BYTES("220 hi"), { NULL } },
	{ "nothing", BYTES(""), { NULL } },
};

static void
test_lines(void)
{
	for (size_t i = 0; i < ROWS(rows); i++) {
		char line[CONN_LINE + 1];
		struct err e = { 0 };
		struct pair x;

		pair_open(&x);
		say(&x, rows[i].bytes, rows[i].n);
		hang_up(&x, false);
		for (size_t k = 0; k < ROWS(rows[i].lines) && rows[i].lines[k] != NULL; k++)
			tap_ok(conn_line(x.ours, line, &e) == 0 &&
				strcmp(line, rows[i].lines[k]) == 0,
			    "%s: line %zu", rows[i].name, k + 1);
		tap_ok(conn_line(x.ours, line, &e) == -1 && e.kind == ERR_CLOSED, "%s: the end",
		    rows[i].name);
		pair_close(&x);
	}
}

/* A line of just the longest, one of a byte more, and one that would never end. */
static void
test_long_lines(void)
{
	static const struct {
		const char *name;
		size_t n;
		const char *end;
		int want;
	} lengths[] = { { "as long as may be", CONN_LINE, "\r\n", 0 }, { "with LF alone", CONN_LINE, "\n", 0 },
		{ "a byte too long", CONN_LINE + 1, "\r\n", -1 }, { "endless", 3 * CONN_LINE, "", -1 },
		{ "with two CR", CONN_LINE, "\r\r\n", -1 } };

	for (size_t i = 0; i < ROWS(lengths); i++) {
		char line[CONN_LINE + 1], *text;
		struct err e = { 0 };
		struct pair x;

		pair_open(&x);
		text = pool_alloc(x.p, lengths[i].n + strlen(lengths[i].end) + 1);
		memset(text, 'x', lengths[i].n);
		memcpy(text + lengths[i].n, lengths[i].end, strlen(lengths[i].end));
		say(&x, text, strlen(text));
		tap_ok(conn_line(x.ours, line, &e) == lengths[i].want &&
			e.kind == (lengths[i].want == 0 ? ERR_NONE : ERR_LIMIT) &&
			(lengths[i].want == -1 || strlen(line) == CONN_LINE),
		    "a line: %s", lengths[i].name);
		pair_close(&x);
	}
}

/* The deadline is held however much there is to read. */
static void
test_deadlines(void)
{
	char line[CONN_LINE + 1], more[16];
	struct err e = { 0 };
	struct pair x;

	pair_open(&x);
	conn_deadline(x.ours, tick_now() + TICK_SEC / 10);
	tap_ok(conn_line(x.ours, line, &e) == -1 && e.kind == ERR_TIMEOUT,
	    "silence ends by the deadline");
	e = (struct err){ 0 };
	say(&x, BYTES("250 hi\r\n"));
	conn_deadline(x.ours, tick_now() - 1);
	tap_ok(conn_line(x.ours, line, &e) == -1 && e.kind == ERR_TIMEOUT,
	    "what comes too late does not count");
	e = (struct err){ 0 };
	conn_deadline(x.ours, tick_now() + PATIENCE);
	tap_ok(conn_line(x.ours, line, &e) == 0 && strcmp(line, "250 hi") == 0,
	    "and is there with more time");
	say(&x, BYTES("0123456789"));
	tap_ok(conn_read(x.ours, more, 4, &e) == 4 && memcmp(more, "0123", 4) == 0,
	    "no more than is wanted");
	tap_ok(conn_read(x.ours, more, sizeof(more), &e) == 6, "and the rest");
	pair_close(&x);
}

static void
test_pending(void)
{
	char line[CONN_LINE + 1];
	struct err e = { 0 };
	struct pair x;

	pair_open(&x);
	tap_ok(!conn_pending(x.ours), "nothing is pending");
	say(&x, BYTES("220 go\r\n250 injected\r\n"));
	tap_ok(conn_line(x.ours, line, &e) == 0 && conn_pending(x.ours), "a reply too much is");
	conn_line(x.ours, line, &e);
	tap_ok(!conn_pending(x.ours), "it has been read");
	say(&x, BYTES("x"));
	/* on loopback it is there by now, or will be */
	for (int i = 0; i < 200 && !conn_pending(x.ours); i++)
		usleep(10000);
	tap_ok(conn_pending(x.ours), "what is in the socket only is pending, too");
	pair_close(&x);
}

static void
test_ends(void)
{
	char line[CONN_LINE + 1], block[65536] = { 0 };
	struct err e = { 0 };
	struct pair x;
	int rc = 0;

	pair_open(&x);
	hang_up(&x, true);
	tap_ok(conn_line(x.ours, line, &e) == -1 && e.kind == ERR_CLOSED, "a reset");
	tap_is(e.msg, "connection reset by the server", "in words");
	pair_close(&x);

	pair_open(&x);
	hang_up(&x, true);
	for (int i = 0; i < 100 && rc == 0; i++)
		rc = conn_write(x.ours, block, sizeof(block), &(struct err){ 0 });
	tap_ok(rc == -1, "nobody to write to");
	pair_close(&x);

	pair_open(&x);
	conn_deadline(x.ours, tick_now() + TICK_SEC / 10);
	for (rc = 0, e.kind = ERR_NONE; rc == 0;)
		rc = conn_write(x.ours, block, sizeof(block), &e);
	tap_ok(e.kind == ERR_TIMEOUT, "somebody who never reads holds us no longer than that");
	pair_close(&x);
}

static void
test_tape(void)
{
	char line[CONN_LINE + 1];
	struct err e = { 0 };
	struct pair x;
	struct tape tape = { .began = tick_now(), .kind = TAPE_WIRE };

	pair_open(&x);
	tape.pool = x.p;
	conn_tape(x.ours, &tape);
	say(&x, BYTES("220 hi\r\n"));
	tap_ok(conn_line(x.ours, line, &e) == 0 && conn_write(x.ours, BYTES("QUIT\r\n"), &e) == 0,
	    "both ways");
	tap_ok(tape.facts.npackets == 2 && !tape.facts.packet[0].sent &&
		tape.facts.packet[0].len == 8 && tape.facts.packet[1].sent &&
		tape.facts.packet[1].len == 6,
	    "and on tape");
	tap_ok(conn_tls(x.ours) == NULL, "in the clear");
	tap_is(conn_local(x.ours)->text, "127.0.0.1", "from our own address");
	pair_close(&x);
}

static const struct {
	const char *name, *to, *source;
	enum err_kind want;
} ways[] = {
	{ "nobody listens", "127.0.0.1", NULL, ERR_CONNECT },
	{ "from the other address family", "127.0.0.1", "::1", ERR_FAMILY },
	{ "from an address that is not ours", "127.0.0.1", "203.0.113.77", ERR_SYSTEM },
	{ "from one that is ours", "127.0.0.1", "127.0.0.2", ERR_CONNECT },
};

static void
test_failures(void)
{
	struct pair x;

	pair_open(&x);
	close(x.listener);
	for (size_t i = 0; i < ROWS(ways); i++) {
		struct err e = { 0 };
		struct conn *c = NULL;
		struct addr to;

		addr_parse(&to, ways[i].to);
		x.plan.source = (struct addr){ 0 };
		if (ways[i].source != NULL)
			addr_parse(&x.plan.source, ways[i].source);
		tap_ok(conn_open(&c, &to, x.port, &x.plan, tick_now() + PATIENCE, &e) == -1 &&
			c == NULL && e.kind == ways[i].want,
		    "%s", ways[i].name);
	}
	addr_parse(&x.plan.source, "203.0.113.77");
	tap_ok(conn_check_source(&x.plan.source, &(struct err){ 0 }) == -1, "that is told before");
	addr_parse(&x.plan.source, "127.0.0.2");
	tap_ok(conn_check_source(&x.plan.source, &(struct err){ 0 }) == 0, "and that it is");
	x.listener = -1;
	pair_close(&x);
	conn_close(NULL);
}

int
main(void)
{
	test_lines();
	test_long_lines();
	test_deadlines();
	test_pending();
	test_ends();
	test_tape();
	test_failures();
	return tap_end();
}
