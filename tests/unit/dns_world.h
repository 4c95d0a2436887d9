/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_world.h - a name server on loopback for tests; the first label of a name is its script. */
#ifndef DNS_WORLD_H
#define DNS_WORLD_H

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
	size_t (*answer)(uint8_t *out, const uint8_t *q);	/* instead of the scripts; 0: nothing */
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
		size = f->refuses       ? reply(out, in, 0x8185)
		    : f->answer != NULL ? f->answer(out, in)
					: over_udp(out, in, f->queries);
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

static struct server
server_at(uint16_t port)
{
	struct server s = { .port = port };

	addr_parse(&s.address, "127.0.0.1");
	return s;
}

#endif
