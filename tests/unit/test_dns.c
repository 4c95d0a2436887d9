/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_dns.c - questions to a server on loopback; the first label of a name is its script. */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns.h"
#include "tap.h"
#include "tick.h"

#define SIZE 16384
#define HEADER 12

struct fake {
	int udp, tcp, stop[2];
	uint16_t port;
	bool refuses;		/* answers REFUSED to everything */
	int queries;		/* datagrams that came */
	pthread_t thread;
};

/* --- the server */

static size_t
question_end(const uint8_t *q)
{
	size_t i = HEADER;

	while (q[i] != 0)
		i += q[i] + 1u;
	return i + 5;
}

static bool
script_is(const uint8_t *q, const char *script)
{
	return q[HEADER] == strlen(script) && memcmp(q + HEADER + 1, script, q[HEADER]) == 0;
}

/* A reply without records. */
static size_t
reply(uint8_t *out, const uint8_t *q, unsigned flags)
{
	size_t n = question_end(q);

	memcpy(out, q, n);
	out[2] = (uint8_t)(flags >> 8);
	out[3] = (uint8_t)flags;
	memset(out + 6, 0, 6);
	return n;
}

static size_t
add(uint8_t *out, size_t n, const void *rr, size_t len)
{
	unsigned count = ((unsigned)out[6] << 8 | out[7]) + 1;

	memcpy(out + n, rr, len);
	out[6] = (uint8_t)(count >> 8);
	out[7] = (uint8_t)count;
	return n + len;
}

static size_t
add_address(uint8_t *out, size_t n)
{
	static const uint8_t a[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1 };

	return add(out, n, a, sizeof(a));
}

static size_t
add_mx(uint8_t *out, size_t n, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const uint8_t mx[] = { 0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 9, (uint8_t)(i >> 8),
			(uint8_t)i, 4, 'm', (uint8_t)('0' + i / 100), (uint8_t)('0' + i / 10 % 10),
			(uint8_t)('0' + i % 10), 0xc0, 12 };

		n = add(out, n, mx, sizeof(mx));
	}
	return n;
}

/* What to say to a datagram; 0: nothing. */
static size_t
over_udp(uint8_t *out, const uint8_t *q, int nth)
{
	size_t n = reply(out, q, 0x8180);

	if (script_is(q, "good") || (script_is(q, "lossy") && nth > 1))
		return add_address(out, n);
	if (script_is(q, "nosuch"))
		return reply(out, q, 0x8183);
	if (script_is(q, "servfail"))
		return reply(out, q, 0x8182);
	if (script_is(q, "cut") || script_is(q, "drip") || script_is(q, "closes") ||
	    script_is(q, "cuttoo"))
		return reply(out, q, 0x8380);
	if (script_is(q, "garbage"))
		memset(out + 4, 0xff, 40);
	else if (script_is(q, "wrongid"))
		out[0] ^= 1;
	else if (script_is(q, "other"))
		out[HEADER + 1] = 'x';
	else
		return 0;
	return add_address(out, n);
}

/* One message over TCP, perhaps a byte every 50 ms. */
static void
over_tcp(int fd)
{
	static const uint8_t closed[] = { 0x40, 0, 1 };
	uint8_t in[SIZE], out[SIZE];
	ssize_t got = recv(fd, in, 2, MSG_WAITALL);
	size_t n;

	if (got != 2 || recv(fd, in, (size_t)in[0] << 8 | in[1], MSG_WAITALL) <= HEADER)
		return;
	if (script_is(in, "closes")) {
		send(fd, closed, sizeof(closed), MSG_NOSIGNAL);
		return;
	}
	n = reply(out + 2, in, script_is(in, "cuttoo") ? 0x8380 : 0x8180);
	n = add_mx(out + 2, n, 300);
	out[0] = (uint8_t)(n >> 8);
	out[1] = (uint8_t)n;
	for (size_t i = 0; i < n + 2; i++) {
		if (!script_is(in, "drip"))
			i = n + 2;
		if (send(fd, script_is(in, "drip") ? out + i : out,
			script_is(in, "drip") ? 1 : n + 2, MSG_NOSIGNAL) == -1)
			return;
		if (script_is(in, "drip"))
			poll(NULL, 0, 50);
	}
}

static void
serve_udp(struct fake *f)
{
	uint8_t in[512], out[SIZE];
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	ssize_t n = recvfrom(f->udp, in, sizeof(in) - 1, 0, (struct sockaddr *)&peer, &len);
	size_t size;

	if (n <= HEADER)
		return;
	in[n] = 0;
	f->queries++;
	if (script_is(in, "spoofed")) {
		/* first what an attacker would send, then the truth */
		size = add_address(out, reply(out, in, 0x8180));
		out[1] ^= 0x55;
		sendto(f->udp, out, size, 0, (struct sockaddr *)&peer, len);
		in[HEADER + 1] ^= 0x20;
		size = reply(out, in, 0x8180);
	} else {
		size = f->refuses ? reply(out, in, 0x8185) : over_udp(out, in, f->queries);
	}
	if (size > 0)
		sendto(f->udp, out, size, 0, (struct sockaddr *)&peer, len);
}

static void *
serve(void *arg)
{
	struct fake *f = arg;

	for (;;) {
		struct pollfd fds[] = { { .fd = f->udp, .events = POLLIN },
			{ .fd = f->tcp, .events = POLLIN },
			{ .fd = f->stop[0], .events = POLLIN } };

		poll(fds, 3, -1);
		if (fds[2].revents != 0)
			return NULL;
		if (fds[0].revents != 0)
			serve_udp(f);
		if (fds[1].revents != 0) {
			int fd = accept(f->tcp, NULL, NULL);

			over_tcp(fd);
			close(fd);
		}
	}
}

static void
fake_start(struct fake *f)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	f->tcp = socket(AF_INET, SOCK_STREAM, 0);
	f->udp = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(f->tcp, (struct sockaddr *)&at, len) == -1 || listen(f->tcp, 8) == -1 ||
	    getsockname(f->tcp, (struct sockaddr *)&at, &len) == -1 ||
	    bind(f->udp, (struct sockaddr *)&at, len) == -1 || pipe(f->stop) == -1)
		printf("Bail out! no server on loopback\n");
	f->port = ntohs(at.sin_port);
	f->queries = 0;
	pthread_create(&f->thread, NULL, serve, f);
}

static void
fake_stop(struct fake *f)
{
	close(f->stop[1]);
	pthread_join(f->thread, NULL);
	close(f->stop[0]);
	close(f->udp);
	close(f->tcp);
}

/* --- the tests */

static struct server
server_at(uint16_t port)
{
	struct server s = { .port = port };

	addr_parse(&s.address, "127.0.0.1");
	return s;
}

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
		dns_ask(dns_new(p, &plan, NULL), p, &q, 1, end);
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
	dns_ask(dns_new(p, &plan, NULL), p, q, 2, began + 5 * TICK_SEC);
	tap_ok(q[0].answer.nrr == 1 && q[1].answer.nrr == 300, "the third server's answers");
	tap_ok(no.queries == 2, "the second one was asked once each");
	tap_ok(tick_now() - began < 900 * TICK_MS, "without waiting for the first two");
	plan.nnameservers = 2;
	dns_ask(dns_new(p, &plan, NULL), p, q, 2, tick_now() + 5 * TICK_SEC);
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
	dns_ask(dns_new(p, &plan, NULL), p, &q, 1, began + 5 * TICK_SEC);
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
	dns_ask(dns_new(p, &plan, NULL), p, q, n, tick_now() + 2 * TICK_SEC);
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

	*s = server_at(port);
	d = dns_new(p, &plan, NULL);
	dns_trouble(d, p, tick_now() + ms * TICK_MS);
	/* asked once only: what is known now needs no time */
	return ms > 0 ? dns_trouble(d, p, tick_now() + ms * TICK_MS)
		      : dns_trouble(d, p, tick_now());
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
