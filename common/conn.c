// SPDX-License-Identifier: GPL-3.0-or-later
/* conn.c - one TCP connection, in the clear or inside TLS, read by lines. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conn.h"
#include "conn_socks.h"
#include "tape.h"
#include "tick.h"
#include "wait.h"

#define DEL '\177'
#define BUFFER 4096 /* a few replies; a longer one is read in parts */

struct conn {
	int fd;
	int64_t deadline;
	struct tls *tls;
	struct tape *tape;	/* NULL: nothing is recorded */
	struct addr local;
	size_t at, len;		/* unread bytes are buf[at..len) */
	char buf[BUFFER];
};

static int
closed(int number, struct err *e)
{
	return err_set(e, ERR_CLOSED, number == ECONNRESET || number == EPIPE
	    ? "connection reset by the server" : "connection closed by the server");
}

/* Does this machine lack the address family (or any route for it)?  Not what a router elsewhere says. */
static bool
no_family(int number)
{
	return number == ENETUNREACH || number == EADDRNOTAVAIL || number == EAFNOSUPPORT;
}

static int
bind_source(int fd, const struct addr *source)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_socket(source, 0, &ss);

	return bind(fd, (struct sockaddr *)&ss, len);
}

int
conn_check_source(const struct addr *source, struct err *e)
{
	int rc = 0, fd = socket(source->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind_source(fd, source) == -1)
		rc = err_set(e, ERR_USAGE, "--source-address=%s: %s", source->text,
		    strerrordesc_np(errno));
	if (fd != -1)
		close(fd);
	return rc;
}

/* Connect the non-blocking fd. */
static int
connect_fd(int fd, const struct addr *to, uint16_t port, int64_t deadline, struct err *e)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_socket(to, port, &ss);
	int number = 0;

	if (connect(fd, (struct sockaddr *)&ss, len) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return err_set(e, no_family(errno) ? ERR_FAMILY : ERR_CONNECT, "%s",
		    strerrordesc_np(errno));
	if (!wait_fd(fd, POLLOUT, deadline))
		return err_set(e, ERR_TIMEOUT, "timed out");
	len = sizeof(number);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &len) == -1)
		number = errno;
	return number == 0 ? 0 : err_set(e, ERR_CONNECT, "%s", strerrordesc_np(number));
}

static void
note_local(struct conn *c)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);

	if (getsockname(c->fd, (struct sockaddr *)&ss, &len) == -1)
		return;
	if (ss.ss_family == AF_INET6)
		addr_from_bytes(&c->local, ((struct sockaddr_in6 *)&ss)->sin6_addr.s6_addr, 16);
	else
		addr_from_bytes(&c->local, (uint8_t *)&((struct sockaddr_in *)&ss)->sin_addr, 4);
}

/* NULL when it cannot be. */
static struct conn *
open_direct(const struct addr *to, uint16_t port, const struct addr *source, int64_t deadline,
    struct err *e)
{
	struct conn *made = calloc(1, sizeof(*made));
	int on = 1;

	if (made == NULL) {
		err_set(e, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	made->deadline = deadline;
	made->fd = socket(to->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (made->fd == -1) {
		err_set(e, no_family(errno) ? ERR_FAMILY : ERR_SYSTEM, "no socket: %s",
		    strerrordesc_np(errno));
		goto fail;
	}
	setsockopt(made->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (source->family != 0 && source->family != to->family) {
		err_set(e, ERR_FAMILY, "--source-address is of the other address family");
		goto fail;
	}
	if (source->family != 0 && bind_source(made->fd, source) == -1) {
		err_set(e, ERR_SYSTEM, "cannot bind %s: %s", source->text, strerrordesc_np(errno));
		goto fail;
	}
	if (connect_fd(made->fd, to, port, deadline, e) == -1)
		goto fail;
	note_local(made);
	return made;
fail:
	conn_close(made);
	return NULL;
}

/* At the first of the proxy's addresses that takes the connection, *at; each has its share of the time. */
static struct conn *
open_proxy(size_t *at, const struct plan *plan, int64_t deadline, struct err *e)
{
	const struct socks *s = plan->socks;
	struct conn *made = NULL;
	struct err last = { 0 };

	for (size_t i = 0; i < s->n && made == NULL; i++) {
		int64_t now = tick_now(), share = (deadline - now) / (int64_t)(s->n - i);

		last.kind = ERR_NONE;
		made = open_direct(&s->address[i], s->port, &plan->source, now + share, &last);
		*at = i;
	}
	if (made == NULL) {
		err_set(e, ERR_PROXY, "SOCKS proxy %s: %s", s->shown, last.msg);
		return NULL;
	}
	made->deadline = deadline;
	if (conn_socks_enter(made, s, e) == 0)
		return made;
	conn_close(made);
	return NULL;
}

int
conn_check_proxy(const struct plan *plan, int64_t deadline, struct err *e)
{
	struct socks *s = plan->socks;
	size_t at = 0;
	struct conn *c = open_proxy(&at, plan, deadline, e);
	struct addr works = s->address[at];

	if (c == NULL)
		return -1;
	s->address[at] = s->address[0];
	s->address[0] = works;
	conn_close(c);
	return 0;
}

int
conn_open(struct conn **c, const struct addr *to, uint16_t port, const struct plan *plan,
    int64_t deadline, struct err *e)
{
	struct conn *made;
	size_t at;

	if (plan->socks == NULL) {
		*c = open_direct(to, port, &plan->source, deadline, e);
		return *c == NULL ? -1 : 0;
	}
	if ((made = open_proxy(&at, plan, deadline, e)) == NULL)
		return -1;
	if (conn_socks_connect(made, plan->socks, to, port, e) == -1) {
		conn_close(made);
		return -1;
	}
	*c = made;
	return 0;
}

void
conn_deadline(struct conn *c, int64_t deadline)
{
	c->deadline = deadline;
}

void
conn_tape(struct conn *c, struct tape *tape)
{
	c->tape = tape;
}

/* In the clear every byte is one on the wire; inside TLS those are recorded below us. */
static void
record(struct conn *c, bool sent, const char *bytes, size_t n)
{
	bool inside = c->tls != NULL;

	if (c->tape != NULL && inside == (c->tape->kind == TAPE_SESSION))
		tape_packet(c->tape, sent, inside, bytes, n);
}

static int
fill_clear(struct conn *c, struct err *e)
{
	for (;;) {
		ssize_t n = recv(c->fd, c->buf, sizeof(c->buf), 0);

		if (n > 0) {
			c->len = (size_t)n;
			record(c, false, c->buf, c->len);
			return 0;
		}
		if (n == 0)
			return closed(0, e);
		if (errno != EAGAIN && errno != EINTR)
			return closed(errno, e);
		if (!wait_stream(c->fd, c->deadline))
			return err_set(e, ERR_TIMEOUT, "timed out");
	}
}

/* Refill the empty buffer.  The deadline is held on every refill: a server that drips cannot hold us. */
static int
fill(struct conn *c, struct err *e)
{
	ssize_t n;

	c->at = c->len = 0;
	if (tick_now() >= c->deadline)
		return err_set(e, ERR_TIMEOUT, "timed out");
	if (c->tls == NULL)
		return fill_clear(c, e);
	if ((n = tls_read(c->tls, c->buf, sizeof(c->buf), c->deadline, e)) == -1)
		return -1;
	c->len = (size_t)n;
	record(c, false, c->buf, c->len);
	return 0;
}

int
conn_line(struct conn *c, char line[CONN_LINE + 1], struct err *e)
{
	size_t n = 0;

	for (;;) {
		char byte;

		if (c->at == c->len && fill(c, e) == -1)
			return -1;
		byte = c->buf[c->at++];
		if (byte == '\n')
			break;
		/* room for the CR of a line of full length */
		if (n == CONN_LINE && byte != '\r')
			return err_set(e, ERR_LIMIT, "reply too long: a line over %d bytes",
			    CONN_LINE);
		if (n == CONN_LINE + 1)
			return err_set(e, ERR_LIMIT, "reply too long: a line over %d bytes",
			    CONN_LINE);
		line[n++] = byte == '\0' ? DEL : byte;
	}
	if (n > 0 && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
	return 0;
}

ssize_t
conn_read(struct conn *c, void *buf, size_t n, struct err *e)
{
	if (c->at == c->len && fill(c, e) == -1)
		return -1;
	if (n > c->len - c->at)
		n = c->len - c->at;
	memcpy(buf, c->buf + c->at, n);
	c->at += n;
	return (ssize_t)n;
}

int
conn_write(struct conn *c, const char *text, size_t n, struct err *e)
{
	if (c->tls != NULL) {
		record(c, true, text, n);
		return tls_write(c->tls, text, n, c->deadline, e);
	}
	while (n > 0) {
		ssize_t sent = send(c->fd, text, n, MSG_NOSIGNAL);

		if (sent > 0) {
			record(c, true, text, (size_t)sent);
			text += sent;
			n -= (size_t)sent;
		} else if (errno != EAGAIN && errno != EINTR) {
			return closed(errno, e);
		} else if (!wait_fd(c->fd, POLLOUT, c->deadline)) {
			return err_set(e, ERR_TIMEOUT, "timed out");
		}
	}
	return 0;
}

bool
conn_pending(struct conn *c)
{
	char byte;

	return c->at < c->len || recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

int
conn_start_tls(struct conn *c, const struct tls_ctx *ctx, const char *sni, enum key_kind kind,
    struct err *e)
{
	return tls_open(&c->tls, ctx, c->fd, sni, kind, c->tape, c->deadline, e);
}

const struct tls *
conn_tls(const struct conn *c)
{
	return c->tls;
}

const struct addr *
conn_local(const struct conn *c)
{
	return &c->local;
}

void
conn_close(struct conn *c)
{
	if (c == NULL)
		return;
	tls_close(c->tls);
	if (c->fd != -1)
		close(c->fd);
	free(c);
}
