// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * dns_batch.c - many questions at once, in one poll loop.
 *
 * One connected UDP socket a server.  A question goes from server to server, at once when one says
 * no and with growing patience when one is silent, until its time is up.  A truncated answer moves
 * it to a TCP connection of its own in the same loop; no byte that drips in moves any deadline.
 */
#include <errno.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns_batch.h"
#include "tick.h"
#include "wait.h"

#define FLYING 64		/* questions under way: a home router's resolver drops more */
#define TCP_FLYING 8		/* connections: unbound takes ten of all its clients */
#define QUESTION_TIME (8 * TICK_SEC)
#define BATCH_TIME (12 * TICK_SEC)	/* questions that had to queue get what is left of this */
#define DATAGRAM 4096		/* we offer DNSPKT_UDP; some servers send what they like */

/* How long a server may be silent before the next one is asked; the last one counts for ever. */
static const int64_t patience[] = { TICK_SEC, 2 * TICK_SEC, 2 * TICK_SEC, 3 * TICK_SEC };

#define PATIENCE_LAST (sizeof(patience) / sizeof(patience[0]) - 1)

enum ask_state { ASK_QUEUED, ASK_UDP, ASK_CUT, ASK_TCP, ASK_DONE };

/* One question under way. */
struct ask {
	struct dns_question *q;
	struct dnspkt pkt;
	enum ask_state state;
	size_t server;		/* the one asked last */
	unsigned refused;	/* a bit for each server that said no to this question */
	size_t silences;
	int64_t due;		/* the next server's turn */
	int64_t end;
	const char *rcode, *why;	/* the last failure */
	int fd;			/* ASK_TCP */
	bool sent;
	uint8_t prefix[DNSPKT_PREFIX];
	uint8_t *in;		/* NULL while the prefix comes */
	size_t in_len, moved;	/* moved: bytes sent, then bytes received (prefix included) */
};

struct batch {
	const struct dns_batch_servers *d;
	struct pool *p, *scratch;
	struct ask *asks;
	size_t n, left, queued;	/* queued: the first that may be ASK_QUEUED */
	size_t udp_flying, tcp_flying;
	int udp[DNS_BATCH_SERVERS];	/* -1: down */
	unsigned down;		/* a bit for each server that cannot be reached */
	const char *down_why;
	int64_t end;
};

static void ask_next(struct batch *b, struct ask *a);

/* --- the end of a question */

static void
ask_leave(struct batch *b, struct ask *a)
{
	if (a->state == ASK_UDP)
		b->udp_flying--;
	if (a->state == ASK_TCP) {
		b->tcp_flying--;
		close(a->fd);
	}
}

static void
ask_done(struct batch *b, struct ask *a)
{
	ask_leave(b, a);
	a->state = ASK_DONE;
	b->left--;
}

/* Over TCP, when there is room for one more connection. */
static void
ask_cut(struct batch *b, struct ask *a)
{
	ask_leave(b, a);
	a->state = ASK_CUT;
	a->due = a->end;
}

/* No server has a usable answer: what is the most telling reason? */
static void
ask_failed(struct batch *b, struct ask *a, const char *why)
{
	struct dns_answer *answer = &a->q->answer;

	*answer = (struct dns_answer){ .status = DNS_ERROR };
	answer->timed_out = a->rcode == NULL;
	answer->rcode = a->rcode != NULL ? a->rcode : "timeout";
	answer->why = a->why != NULL ? a->why : why;
	answer->canonical = pool_str(b->p, a->q->name);
	ask_done(b, a);
}

/* Bytes from a server: are they about this question?  False: foreign. */
static bool
ask_read(struct batch *b, struct ask *a, size_t server, const uint8_t *msg, size_t n)
{
	struct dns_answer answer = { 0 };
	enum dnspkt_kind kind = dnspkt_read(&answer, b->p, &a->pkt, msg, n);

	switch (kind) {
	case DNSPKT_FOREIGN: return false;
	case DNSPKT_GARBLED:
		if (a->rcode == NULL)
			a->why = "garbled answer";
		return false;
	case DNSPKT_CUT:
		if (a->state != ASK_UDP)
			return true;
		a->server = server;
		ask_cut(b, a);
		return true;
	case DNSPKT_REFUSAL:
		a->rcode = answer.rcode;
		a->why = answer.why;
		a->refused |= 1u << server;
		if (a->server == server)
			ask_next(b, a);
		return true;
	case DNSPKT_ANSWER:
		a->q->answer = answer;
		ask_done(b, a);
		return true;
	}
	return false;
}

/* --- servers over UDP */

static void
server_down(struct batch *b, size_t server, int error)
{
	b->down |= 1u << server;
	b->down_why = error == ECONNREFUSED ? "connection refused" : "no route to it";
	if (b->udp[server] != -1)
		close(b->udp[server]);
	b->udp[server] = -1;
	for (size_t i = 0; i < b->n; i++) {
		struct ask *a = &b->asks[i];

		if (a->state == ASK_UDP && a->server == server)
			ask_next(b, a);
	}
}

static int
server_socket(const struct server *s, int type)
{
	struct sockaddr_storage to;
	socklen_t n = addr_socket(&s->address, s->port, &to);
	int fd = socket(s->address.family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&to, n) == -1 && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
is_passing(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS ||
	    error == ENOMEM;
}

static void
udp_send(struct batch *b, struct ask *a)
{
	size_t step = a->silences < PATIENCE_LAST ? a->silences : PATIENCE_LAST;
	ssize_t n = send(b->udp[a->server], a->pkt.wire + DNSPKT_PREFIX, a->pkt.len, MSG_NOSIGNAL);

	a->due = tick_min(tick_now() + patience[step], a->end);
	/* the answer to an earlier datagram: reported once, here or in udp_read() */
	if (n == -1 && !is_passing(errno))
		server_down(b, a->server, errno);
}

static void
udp_deal(struct batch *b, size_t server, const uint8_t *msg, size_t n)
{
	for (size_t i = 0; i < b->n; i++) {
		enum ask_state state = b->asks[i].state;

		if (state != ASK_QUEUED && state != ASK_DONE &&
		    ask_read(b, &b->asks[i], server, msg, n))
			return;
	}
}

static void
udp_read(struct batch *b, size_t server)
{
	uint8_t msg[DATAGRAM];

	/* as many as can be under way; a flood must not keep us from the clock */
	for (size_t i = 0; i < FLYING && b->udp[server] != -1; i++) {
		ssize_t n = recv(b->udp[server], msg, sizeof(msg), 0);

		if (n == -1 && is_passing(errno))
			return;
		if (n == -1)
			server_down(b, server, errno);
		else
			udp_deal(b, server, msg, (size_t)n);
	}
}

/* --- one question over TCP */

static size_t
servers_left(const struct batch *b, const struct ask *a)
{
	size_t n = 0;

	for (size_t i = 0; i < b->d->n; i++)
		n += ((b->down | a->refused) & 1u << i) == 0;
	return n;
}

/* This server is of no use for this question. */
static void
tcp_failed(struct batch *b, struct ask *a, const char *why)
{
	a->refused |= 1u << a->server;
	if (a->rcode == NULL)
		a->why = why;
	ask_next(b, a);
}

static void
tcp_start(struct batch *b, struct ask *a)
{
	size_t servers = servers_left(b, a);
	int64_t now = tick_now();

	a->fd = server_socket(&b->d->server[a->server], SOCK_STREAM);
	if (a->fd == -1) {
		tcp_failed(b, a, "no connection over TCP");
		return;
	}
	a->state = ASK_TCP;
	a->sent = false;
	a->in = NULL;
	a->moved = 0;
	a->due = now + (a->end - now) / (int64_t)(servers > 0 ? servers : 1);
	b->tcp_flying++;
}

static void
tcp_send(struct batch *b, struct ask *a)
{
	size_t want = DNSPKT_PREFIX + a->pkt.len;
	ssize_t n = send(a->fd, a->pkt.wire + a->moved, want - a->moved, MSG_NOSIGNAL);

	if (n == -1) {
		if (!is_passing(errno))
			tcp_failed(b, a, "no connection over TCP");
		return;
	}
	a->moved += (size_t)n;
	a->sent = a->moved == want;
	if (a->sent)
		a->moved = 0;
}

/* The message is complete. */
static void
tcp_message(struct batch *b, struct ask *a)
{
	if (!ask_read(b, a, a->server, a->in, a->in_len) || a->state == ASK_TCP)
		tcp_failed(b, a, "garbled answer");
}

static void
tcp_read(struct batch *b, struct ask *a)
{
	uint8_t *to = a->in == NULL ? a->prefix + a->moved : a->in + a->moved - DNSPKT_PREFIX;
	size_t want = a->in == NULL ? DNSPKT_PREFIX : DNSPKT_PREFIX + a->in_len;
	ssize_t n = recv(a->fd, to, want - a->moved, 0);

	if (n == -1 && is_passing(errno))
		return;
	if (n <= 0) {
		tcp_failed(b, a, "connection closed");
		return;
	}
	a->moved += (size_t)n;
	if (a->moved < want)
		return;
	if (a->in != NULL) {
		tcp_message(b, a);
		return;
	}
	a->in_len = (size_t)a->prefix[0] << 8 | a->prefix[1];
	if (a->in_len == 0)
		tcp_failed(b, a, "garbled answer");
	else
		a->in = pool_alloc(b->scratch, a->in_len);
}

/* --- the course of a question */

static int
ask_server(const struct batch *b, const struct ask *a)
{
	for (size_t k = 1; k <= b->d->n; k++) {
		size_t server = (a->server + k) % b->d->n;

		if (((b->down | a->refused) & 1u << server) == 0)
			return (int)server;
	}
	return -1;
}

/* On to the next server, over TCP once an answer was truncated. */
static void
ask_next(struct batch *b, struct ask *a)
{
	int server = ask_server(b, a);

	if (server == -1) {
		ask_failed(b, a, b->down_why);
		return;
	}
	a->server = (size_t)server;
	if (a->state == ASK_UDP) {
		udp_send(b, a);
		return;
	}
	ask_cut(b, a);
}

static void
ask_start(struct batch *b, struct ask *a)
{
	uint16_t id;

	a->end = tick_min(tick_now() + QUESTION_TIME, b->end);
	a->due = a->end;
	a->server = b->d->n - 1;
	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id)) {
		a->rcode = "SERVFAIL";
		ask_failed(b, a, "no random numbers");
	} else if (dnspkt_query(&a->pkt, b->scratch, a->q->name, a->q->type, b->d->mode,
		       id) == -1) {
		a->rcode = "FORMERR";
		ask_failed(b, a, "not a DNS name");
	} else {
		a->state = ASK_UDP;
		b->udp_flying++;
		ask_next(b, a);
	}
}

static void
ask_expire(struct batch *b, struct ask *a)
{
	if (tick_now() >= a->end) {
		ask_failed(b, a, DNS_BATCH_TIMED_OUT);
		return;
	}
	a->silences++;
	if (a->state == ASK_TCP)
		tcp_failed(b, a, DNS_BATCH_TIMED_OUT);
	else
		ask_next(b, a);
}

/* --- the loop */

static void
batch_open(struct batch *b)
{
	for (size_t i = 0; i < b->d->n; i++) {
		b->udp[i] = server_socket(&b->d->server[i], SOCK_DGRAM);
		if (b->udp[i] == -1)
			server_down(b, i, errno);
	}
}

/* Send what there is room for. */
static void
batch_start(struct batch *b)
{
	for (; b->queued < b->n && b->udp_flying < FLYING; b->queued++)
		ask_start(b, &b->asks[b->queued]);
	for (size_t i = 0; i < b->queued && b->tcp_flying < TCP_FLYING; i++)
		if (b->asks[i].state == ASK_CUT)
			tcp_start(b, &b->asks[i]);
}

/* Wait for the first thing to happen, and see to it. */
static void
batch_wait(struct batch *b)
{
	struct pollfd fds[DNS_BATCH_SERVERS + TCP_FLYING];
	struct ask *whose[DNS_BATCH_SERVERS + TCP_FLYING] = { NULL };
	size_t n = 0;
	int64_t wake = b->end;

	for (; n < b->d->n; n++)
		fds[n] = (struct pollfd){ .fd = b->udp[n], .events = POLLIN };
	for (size_t i = 0; i < b->queued; i++) {
		struct ask *a = &b->asks[i];

		if (a->state != ASK_DONE)
			wake = tick_min(wake, a->due);
		if (a->state != ASK_TCP)
			continue;
		fds[n] = (struct pollfd){ .fd = a->fd, .events = a->sent ? POLLIN : POLLOUT };
		whose[n++] = a;
	}
	if (wait_fds(fds, n, wake) == 0)
		return;
	/* TCP first: an answer by UDP may end a question, its connection with it */
	for (size_t i = b->d->n; i < n; i++)
		if (fds[i].revents != 0 && whose[i]->sent)
			tcp_read(b, whose[i]);
		else if (fds[i].revents != 0)
			tcp_send(b, whose[i]);
	for (size_t i = 0; i < b->d->n; i++)
		if (fds[i].revents != 0 && b->udp[i] != -1)
			udp_read(b, i);
}

static void
batch_course(struct batch *b)
{
	for (batch_start(b); b->left > 0 && tick_now() < b->end; batch_start(b)) {
		batch_wait(b);
		for (size_t i = 0; i < b->queued; i++)
			if (b->asks[i].state != ASK_DONE && tick_now() >= b->asks[i].due)
				ask_expire(b, &b->asks[i]);
	}
}

static void
batch_end(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->asks[i].state != ASK_DONE)
			ask_failed(b, &b->asks[i], DNS_BATCH_TIMED_OUT);
	for (size_t i = 0; i < b->d->n; i++)
		if (b->udp[i] != -1)
			close(b->udp[i]);
}

void
dns_batch_run(const struct dns_batch_servers *servers, struct pool *p, struct dns_question *q,
    size_t n, int64_t deadline)
{
	struct batch b = { .d = servers, .p = p, .n = n, .left = n };

	b.scratch = pool_new();
	b.asks = pool_array(b.scratch, n, sizeof(*b.asks));
	b.end = tick_min(deadline, tick_now() + BATCH_TIME);
	for (size_t i = 0; i < n; i++)
		b.asks[i].q = &q[i];
	batch_open(&b);
	batch_course(&b);
	batch_end(&b);
	pool_free(b.scratch);
}
