/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_dns.c - questions to a server on loopback, unvalidated; the first label of a name is its script. */
#include "dns_world.h"

static const struct {
	const char *name;
	enum dns_type type;
	int patience_ms;
	enum dns_status status;
	enum dns_kind kind;
	size_t nrr;
	const char *rcode, *why;
	bool timed_out;
} rows[] = {
	{ "good.test", DNS_A, 5000, DNS_INSECURE, DNS_DATA, 1, "NOERROR", NULL, false },
	{ "nosuch.test", DNS_MX, 5000, DNS_INSECURE, DNS_NO_NAME, 0, "NXDOMAIN", NULL, false },
	{ "spoofed.test", DNS_A, 5000, DNS_INSECURE, DNS_NO_DATA, 0, "NOERROR", NULL, false },
	{ "lossy.test", DNS_A, 5000, DNS_INSECURE, DNS_DATA, 1, "NOERROR", NULL, false },
	{ "cut.test", DNS_MX, 5000, DNS_INSECURE, DNS_DATA, 300, "NOERROR", NULL, false },
	{ "servfail.test", DNS_MX, 5000, DNS_ERROR, 0, 0, "SERVFAIL", "SERVFAIL", false },
	{ "silent.test", DNS_MX, 300, DNS_ERROR, 0, 0, "timeout", "timed out", true },
	{ "wrongid.test", DNS_A, 300, DNS_ERROR, 0, 0, "timeout", "timed out", true },
	{ "garbage.test", DNS_A, 300, DNS_ERROR, 0, 0, "timeout", "garbled answer", true },
	{ "other.test", DNS_A, 300, DNS_ERROR, 0, 0, "timeout", "garbled answer", true },
	{ "closes.test", DNS_MX, 5000, DNS_ERROR, 0, 0, "timeout", "connection closed", true },
	{ "cuttoo.test", DNS_MX, 5000, DNS_ERROR, 0, 0, "timeout", "garbled answer", true },
	{ "drip.test", DNS_MX, 400, DNS_ERROR, 0, 0, "timeout", "timed out", true },
	{ "a..test", DNS_MX, 5000, DNS_ERROR, 0, 0, "FORMERR", "not a DNS name", false },
	{ "good.test", DNS_A, -1, DNS_ERROR, 0, 0, "timeout", "timed out", true },
};

static void
ask_once(struct pool *p, const struct plan *plan, struct dns_question *q, size_t n,
    int64_t deadline)
{
	struct dns *d = dns_new(p, plan, NULL);

	dns_ask(d, p, q, n, deadline);
	dns_free(d);
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake f = { 0 };
		struct pool *p = pool_new();
		struct dns_question q = { .name = rows[i].name, .type = rows[i].type };
		struct dns_answer *a = &q.answer;
		int64_t end = tick_now() + rows[i].patience_ms * TICK_MS;
		struct plan plan = { .nnameservers = 1 };
		struct server s;

		fake_start(&f);
		s = server_at(f.port);
		plan.nameservers = &s;
		ask_once(p, &plan, &q, 1, end);
		tap_ok(tick_now() < end + TICK_SEC || rows[i].patience_ms < 0,
		    "%s: ends by the deadline", rows[i].name);
		tap_ok(a->status == rows[i].status && a->kind == rows[i].kind &&
			a->nrr == rows[i].nrr && a->timed_out == rows[i].timed_out,
		    "%s: outcome", rows[i].name);
		tap_is(a->rcode, rows[i].rcode, rows[i].name);
		tap_is(a->why, rows[i].why, rows[i].name);
		fake_stop(&f);
		pool_free(p);
	}
}

/* A port that nobody listens at: one that was ours a moment ago. */
static uint16_t
dead_port(void)
{
	struct fake f = { 0 };

	fake_start(&f);
	fake_stop(&f);
	return f.port;
}

/* Servers in the order "refused by ICMP", "REFUSED", good: the last one's answer, at once. */
static void
test_next_server(void)
{
	struct fake no = { .refuses = true }, yes = { 0 };
	struct pool *p = pool_new();
	struct dns_question q[2] = { { .name = "good.test", .type = DNS_A },
		{ .name = "cut.test", .type = DNS_MX } };
	struct server s[3];
	struct plan plan = { .nameservers = s, .nnameservers = 3 };
	int64_t began = tick_now();

	s[0] = server_at(dead_port());
	fake_start(&no);
	fake_start(&yes);
	s[1] = server_at(no.port);
	s[2] = server_at(yes.port);
	ask_once(p, &plan, q, 2, began + 5 * TICK_SEC);
	tap_ok(q[0].answer.nrr == 1 && q[1].answer.nrr == 300, "the third server's answers");
	tap_ok(no.queries == 2, "the second one was asked once each");
	tap_ok(tick_now() - began < 900 * TICK_MS, "without waiting for the first two");
	plan.nnameservers = 2;
	ask_once(p, &plan, q, 2, tick_now() + 5 * TICK_SEC);
	tap_is(q[0].answer.rcode, "REFUSED",
	    "what a server said counts more than one that is down");
	fake_stop(&no);
	fake_stop(&yes);
	pool_free(p);
}

/* The first server is silent: the second one is asked after a second. */
static void
test_silent_server(void)
{
	struct fake yes = { 0 };
	struct pool *p = pool_new();
	struct dns_question q = { .name = "good.test", .type = DNS_A };
	struct server s[2];
	struct plan plan = { .nameservers = s, .nnameservers = 2 };
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int mute = socket(AF_INET, SOCK_DGRAM, 0);
	int64_t began = tick_now(), took;

	if (bind(mute, (struct sockaddr *)&at, len) == -1 ||
	    getsockname(mute, (struct sockaddr *)&at, &len) == -1)
		printf("Bail out! no socket on loopback\n");
	s[0] = server_at(ntohs(at.sin_port));
	fake_start(&yes);
	s[1] = server_at(yes.port);
	ask_once(p, &plan, &q, 1, began + 5 * TICK_SEC);
	took = tick_now() - began;
	tap_ok(q.answer.nrr == 1, "an answer though the first server is silent");
	tap_ok(took > 900 * TICK_MS && took < 2 * TICK_SEC, "after a second");
	fake_stop(&yes);
	close(mute);
	pool_free(p);
}

/* Far more questions than may be under way at once, some of them hopeless. */
static void
test_many(void)
{
	struct fake f = { 0 };
	struct pool *p = pool_new();
	size_t n = 500, good = 0, silent = 0;
	struct dns_question *q = pool_array(p, n, sizeof(*q));
	struct server s;
	struct plan plan = { .nameservers = &s, .nnameservers = 1 };

	fake_start(&f);
	s = server_at(f.port);
	for (size_t i = 0; i < n; i++) {
		q[i].name = pool_printf(p, "%s.%zu.test", i % 100 == 7 ? "silent" : "good", i);
		q[i].type = DNS_A;
	}
	ask_once(p, &plan, q, n, tick_now() + 2 * TICK_SEC);
	for (size_t i = 0; i < n; i++) {
		good += q[i].answer.nrr == 1 && strcmp(q[i].answer.canonical, q[i].name) == 0;
		silent += q[i].answer.timed_out;
	}
	tap_ok(good == 495, "495 of 500 questions at once are answered, each by its own name");
	tap_ok(silent == 5, "the other five time out");
	fake_stop(&f);
	pool_free(p);
}

static const char *
trouble(struct pool *p, uint16_t port, int ms)
{
	struct server *s = pool_array(p, 1, sizeof(*s));
	struct plan plan = { .nameservers = s, .nnameservers = 1 };
	struct dns *d;
	const char *why;

	*s = server_at(port);
	d = dns_new(p, &plan, NULL);
	dns_trouble(d, p, tick_now() + ms * TICK_MS);
	/* asked once only: what is known now needs no time */
	why = ms > 0 ? dns_trouble(d, p, tick_now() + ms * TICK_MS) : dns_trouble(d, p, tick_now());
	dns_free(d);
	return why;
}

static void
test_trouble(void)
{
	struct fake no = { .refuses = true }, mute = { 0 };
	struct pool *p = pool_new();

	fake_start(&no);
	fake_start(&mute);
	tap_is(trouble(p, no.port, 2000), "resolver 127.0.0.1 answers REFUSED to everything",
	    "a resolver that refuses");
	tap_ok(no.queries == 1, "is asked once");
	tap_is(trouble(p, mute.port, 250), "resolver 127.0.0.1 does not answer (0.2 s)",
	    "a silent resolver");
	tap_is(trouble(p, dead_port(), 2000),
	    "resolver 127.0.0.1 does not answer (connection refused)", "nobody there");
	tap_is(trouble(p, mute.port, 0), NULL, "no time to ask: nothing is said");
	fake_stop(&no);
	fake_stop(&mute);
	pool_free(p);
}

static const struct {
	const char *text;
	size_t want;
	const char *first;
} confs[] = {
	{ "nameserver 192.0.2.1\n", 1, "192.0.2.1" },
	{ "search test\nnameserver\t2001:db8::1\nnameserver 192.0.2.1", 2, "2001:db8::1" },
	{ "nameserver 192.0.2.1 # the first\nnameserver 192.0.2.2;\n", 2, "192.0.2.1" },
	{ "nameserver 192.0.2.1\r\n", 1, "192.0.2.1" },
	{ "nameserver ::1\nnameserver ::2\nnameserver ::3\nnameserver ::4\n", 3, "::1" },
	{ "", 0, NULL },
	{ "\n\n\n", 0, NULL },
	{ "# nameserver 192.0.2.1\n", 0, NULL },
	{ " nameserver 192.0.2.1\n", 0, NULL },
	{ "nameservers 192.0.2.1\n", 0, NULL },
	{ "nameserver192.0.2.1\n", 0, NULL },
	{ "nameserver\n192.0.2.1\n", 0, NULL },
	{ "nameserver resolver.test\nnameserver 192.0.2.2\n", 1, "192.0.2.2" },
	{ "nameserver fe80::1%eth0\nnameserver 192.0.2.2\n", 1, "192.0.2.2" },
	{ "nameserver 111111111111111111111111111111111111111111111111111111\n", 0, NULL },
};

static void
test_conf(void)
{
	for (size_t i = 0; i < sizeof(confs) / sizeof(confs[0]); i++) {
		struct server s[3] = { 0 };
		size_t n = dns_conf(s, 3, confs[i].text);

		tap_ok(n == confs[i].want, "resolv.conf %zu: %zu servers", i, confs[i].want);
		tap_ok(n == 0 ||
			(s[0].port == 53 && strcmp(s[0].address.text, confs[i].first) == 0),
		    "resolv.conf %zu: the first", i);
	}
}

int
main(void)
{
	test_rows();
	test_next_server();
	test_silent_server();
	test_many();
	test_trouble();
	test_conf();
	return tap_end();
}
