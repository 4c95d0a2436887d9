// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * sink.c - a mail server for measurements: as many hosts as this machine has addresses, for little CPU.
 *
 * usage: sink PORT PEM
 *
 * PEM has key, certificate and chain in that order.  Says "ready", takes STARTTLS and mail of anybody at every
 * address, and at SIGTERM says "connections N handshakes M".  It keeps up because one epoll loop has nothing to wait
 * for; it forgives nothing, so it is no server to test correctness with.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#define EVENTS 256
#define LINE 1024
#define BACKLOG 4096

struct client {
	int fd;
	SSL *ssl;		/* NULL: in the clear */
	bool up;		/* the handshake is done */
	size_t n;
	char line[LINE];
};

static const struct {
	const char *verb, *reply, *inside;	/* inside: within TLS, where it differs */
} replies[] = {
	{ "EHLO",
	    "250-mx.bench.example\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-STARTTLS\r\n"
	    "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 CHUNKING\r\n",
	    "250-mx.bench.example\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n"
	    "250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 CHUNKING\r\n" },
	{ "STARTTLS", "220 2.0.0 Ready to start TLS\r\n", NULL },
	{ "MAIL", "250 2.1.0 Ok\r\n", NULL },
	{ "RCPT", "250 2.1.5 Ok\r\n", NULL },
	{ "QUIT", "221 2.0.0 Bye\r\n", NULL },
};

static SSL_CTX *ctx;
static int epoll, listener;
static size_t connections, handshakes;
static volatile sig_atomic_t over;

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "sink: %s: %s\n", what, why);
	exit(1);
}

static void
end(int number)
{
	(void)number;
	over = 1;
}

static void
drop(struct client *c)
{
	SSL_free(c->ssl);
	close(c->fd);
	free(c);
}

/* Replies are short: a socket that does not take one at once is broken. */
static bool
say(struct client *c, const char *text)
{
	size_t n = strlen(text);

	if (c->up)
		return SSL_write(c->ssl, text, (int)n) == (int)n;
	return send(c->fd, text, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static void
take(void)
{
	static const int on = 1;
	struct client *c;
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		struct epoll_event ev = { .events = EPOLLIN };

		if ((c = calloc(1, sizeof(*c))) == NULL)
			die("client", "out of memory");
		c->fd = fd;
		ev.data.ptr = c;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev);
		connections++;
		if (!say(c, "220 mx.bench.example ESMTP\r\n"))
			drop(c);
	}
}

/* False: the client is to be dropped. */
static bool
start_tls(struct client *c)
{
	c->ssl = SSL_new(ctx);
	return c->ssl != NULL && SSL_set_fd(c->ssl, c->fd) == 1;
}

static bool
answer(struct client *c, const char *line)
{
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		const char *verb = replies[i].verb, *inside = replies[i].inside;

		if (strncasecmp(line, verb, strlen(verb)) != 0)
			continue;
		if (!say(c, c->up && inside != NULL ? inside : replies[i].reply))
			return false;
		return strcmp(verb, "STARTTLS") == 0 ? start_tls(c) : strcmp(verb, "QUIT") != 0;
	}
	return say(c, "502 5.5.1 Unknown\r\n");
}

/* What is wanted of the socket next decides whether a failure is one. */
static bool
waits(struct client *c, int rc)
{
	return SSL_get_error(c->ssl, rc) == SSL_ERROR_WANT_READ;
}

/* Answer each whole line; several may have come at once (RFC 2920).  False: the client is to be dropped. */
static bool
take_lines(struct client *c)
{
	char *line = c->line, *end;

	while ((end = memchr(line, '\n', c->n - (size_t)(line - c->line))) != NULL) {
		*end = '\0';
		if (!answer(c, line))
			return false;
		line = end + 1;
	}
	c->n -= (size_t)(line - c->line);
	memmove(c->line, line, c->n);
	return true;
}

/* All that is there to read.  False: the client is to be dropped. */
static bool
read_all(struct client *c)
{
	for (;;) {
		size_t room = sizeof(c->line) - c->n;
		ssize_t n = c->up ? SSL_read(c->ssl, c->line + c->n, (int)room)
				  : recv(c->fd, c->line + c->n, room, 0);

		if (n <= 0 && c->up)
			return waits(c, (int)n);
		if (n <= 0)
			return n == -1 && errno == EAGAIN;
		c->n += (size_t)n;
		if (!take_lines(c))
			return false;
		if (c->ssl != NULL && !c->up)
			return true;
	}
}

static bool
serve(struct client *c)
{
	int rc;

	if (c->ssl == NULL || c->up)
		return read_all(c);
	if ((rc = SSL_accept(c->ssl)) != 1)
		return waits(c, rc);
	c->up = true;
	handshakes++;
	return read_all(c);
}

static void
make_context(const char *pem)
{
	ctx = SSL_CTX_new(TLS_server_method());
	if (ctx == NULL || SSL_CTX_use_certificate_chain_file(ctx, pem) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, pem, SSL_FILETYPE_PEM) != 1)
		die(pem, "no key with a certificate");
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	/* as Postfix does */
	SSL_CTX_set_num_tickets(ctx, 1);
}

static void
make_listener(const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };
	struct epoll_event ev = { .events = EPOLLIN };
	struct rlimit files;
	int on = 1;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) == -1 ||
	    listen(listener, BACKLOG) == -1)
		die(port, strerror(errno));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &ev);
}

int
main(int argc, char **argv)
{
	struct sigaction stop = { .sa_handler = end };
	struct epoll_event events[EVENTS];

	if (argc != 3)
		die("usage", "sink PORT PEM");
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGTERM, &stop, NULL);
	make_context(argv[2]);
	make_listener(argv[1]);
	puts("ready");
	fflush(stdout);
	while (!over) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr == NULL)
				take();
			else if (!serve(events[i].data.ptr))
				drop(events[i].data.ptr);
		}
	}
	printf("connections %zu handshakes %zu\n", connections, handshakes);
	return 0;
}
