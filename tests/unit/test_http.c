// SPDX-License-Identifier: GPL-3.0-or-later
/* test_http.c - one request to a server on loopback that answers as each row says. */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "http.h"
#include "tap.h"
#include "tick.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define MAX 1000	/* bytes of an answer */

/* One connection: what was asked, and what is said to it, then or drop by drop. */
struct speaker {
	int fd;
	uint16_t port;
	const char *say;
	size_t len;
	bool drips, silent, endless;
	char asked[4096];
	pthread_t thread;
};

static bool
whole(const char *asked)
{
	const char *body = strstr(asked, "\r\n\r\n"), *length = strstr(asked, "Content-Length: ");

	return body != NULL &&
	    (length == NULL ||
		strlen(body + 4) >= strtoul(length + strlen("Content-Length: "), NULL, 10));
}

static void
drip(const struct speaker *s, int fd)
{
	for (size_t i = 0; i < s->len; i++) {
		if (send(fd, s->say + i, 1, MSG_NOSIGNAL) != 1)
			return;
		usleep(20000);
	}
}

static void *
serve(void *arg)
{
	struct speaker *s = arg;
	int fd = accept(s->fd, NULL, NULL);
	size_t n = 0;
	ssize_t got;
	char rest;

	while (!whole(s->asked) && n < sizeof(s->asked) - 1 &&
	    (got = recv(fd, s->asked + n, sizeof(s->asked) - 1 - n, 0)) > 0)
		n += (size_t)got;
	if (s->drips)
		drip(s, fd);
	else if (!s->silent)
		send(fd, s->say, s->len, MSG_NOSIGNAL);
	while (s->endless && send(fd, "X-More: and more\r\n", 18, MSG_NOSIGNAL) > 0)
		continue;
	if (s->silent && recv(fd, &rest, 1, 0) < 0)
		perror("recv");
	close(fd);
	return NULL;
}

static void
listen_on(struct speaker *s)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);

	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s->fd, (struct sockaddr *)&sin, sizeof(sin)) == -1 || listen(s->fd, 5) == -1 ||
	    getsockname(s->fd, (struct sockaddr *)&sin, &len) == -1) {
		puts("Bail out! no loopback");
		exit(2);
	}
	s->port = ntohs(sin.sin_port);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\n"
#define DER "\x30\x03\x02\x01\x2a"
#define DER_BIG "\x30\x82\x04\x00\x02\x01" /* 1028 bytes, it says */
#define SAY(text) .say = (text), .len = sizeof(text) - 1

static const struct {
	const char *name;
	const char *why;	/* NULL: the answer is DER */
	enum err_kind kind;
	struct speaker how;
	bool get;
} rows[] = {
	{ "an answer with its length", NULL, ERR_NONE, { SAY(OK_HEAD "Content-Length: 5\r\n\r\n" DER) }, false },
	{ "an answer without its length", NULL, ERR_NONE, { SAY(OK_HEAD "\r\n" DER) }, false },
	{ "an answer to a GET", NULL, ERR_NONE, { SAY(OK_HEAD "\r\n" DER) }, true },
	{ "HTTP/1.0", NULL, ERR_NONE, { SAY("HTTP/1.0 200 OK\r\n\r\n" DER) }, true },
	{ "more behind it", NULL, ERR_NONE, { SAY("HTTP/1.0 200 OK\r\n\r\n" DER "HTTP/1.0 200 OK\r\n\r\n") }, true },
	{ "no type", NULL, ERR_NONE, { SAY("HTTP/1.1 200 OK\r\n\r\n" DER) }, false },
	{ "not found", "HTTP error: code=404, reason=Not Found", ERR_PROTO,
	    { SAY("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") }, true },
	{ "a fault of the server", "HTTP error: code=503, reason=Service Unavailable", ERR_PROTO,
	    { SAY("HTTP/1.1 503 Service Unavailable\r\n\r\nsorry") }, false },
	{ "a redirect is not followed", "a redirect, which is not followed", ERR_PROTO,
	    { SAY("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n") }, true },
	{ "nor when something was posted", "a redirect, which is not followed", ERR_PROTO,
	    { SAY("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n") }, false },
	{ "nothing", "connection closed by the server", ERR_CLOSED, { SAY("") }, false },
	{ "closed behind the headers", "connection closed by the server", ERR_CLOSED, { SAY(OK_HEAD "\r\n") },
	    false },
	{ "closed within the answer", "connection closed by the server", ERR_CLOSED,
	    { SAY(OK_HEAD "\r\n\x30\x03\x02") }, false },
	{ "another length than the DER has", "*length*", ERR_PROTO,
	    { SAY(OK_HEAD "Content-Length: 50\r\n\r\n" DER) }, false },
	{ "no HTTP", "*", ERR_PROTO, { SAY("220 mx.example.org ESMTP\r\n\r\n") }, false },
	{ "garbage", "*", ERR_CLOSED, { SAY("\xff\xfe\x01\x02\x80") }, false },
	{ "no DER", "*", ERR_PROTO, { SAY(OK_HEAD "\r\n<html>sorry</html>") }, false },
	{ "PEM is no DER", "*", ERR_PROTO, { SAY(OK_HEAD "\r\n-----BEGIN X509 CRL-----\nMIIB\n") }, true },
	{ "a reason with control bytes", "HTTP error: code=500, reason=a?[31mb", ERR_PROTO,
	    { SAY("HTTP/1.1 500 a\x1b[31mb\r\n\r\n") }, true },
	{ "longer than the limit, by its length", "the answer is too long", ERR_LIMIT,
	    { SAY(OK_HEAD "Content-Length: 2000\r\n\r\n" DER) }, true },
	{ "longer than the limit, by its DER", "the answer is too long", ERR_LIMIT,
	    { SAY(OK_HEAD "\r\n" DER_BIG) }, true },
	{ "headers without end", "the answer is too long", ERR_LIMIT, { SAY(OK_HEAD), .endless = true }, true },
	{ "silence", "timed out", ERR_TIMEOUT, { .silent = true }, false },
	{ "a byte every 20 ms", "timed out", ERR_TIMEOUT,
	    { SAY(OK_HEAD "X-Long: 12345678901234567890\r\n\r\n" DER), .drips = true }, true },
};

static bool
matches(const char *text, const char *pattern)
{
	char middle[80];
	size_t n = strlen(pattern);

	if (pattern[0] != '*')
		return strcmp(text, pattern) == 0;
	if (n == 1)
		return text[0] != '\0';
	snprintf(middle, sizeof(middle), "%.*s", (int)n - 2, pattern + 1);
	return strstr(text, middle) != NULL;
}

static int
ask(struct http_answer *out, struct pool *p, const char *url, bool get, int64_t time, struct err *e)
{
	struct plan plan = { .pool = p };
	struct dns *dns = dns_new(p, &plan, e);
	int rc;

	rc = http_ask(out, p, &(struct http_request){ .url = url,
		.body = get ? NULL : (const uint8_t *)DER,
		.len = get ? 0 : sizeof(DER) - 1,
		.type = "application/ocsp-request",
		.max = MAX }, &plan, dns, tick_now() + time, e);
	dns_free(dns);
	return rc;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct pool *p = pool_new();
		struct speaker s = rows[i].how;
		struct http_answer answer = { 0 };
		struct err e = { 0 };
		int rc;

		listen_on(&s);
		pthread_create(&s.thread, NULL, serve, &s);
		rc = ask(&answer, p, pool_printf(p, "http://127.0.0.1:%u/a/b?c", s.port),
		    rows[i].get, rows[i].kind == ERR_TIMEOUT ? TICK_SEC / 4 : 20 * TICK_SEC, &e);
		pthread_join(s.thread, NULL);
		close(s.fd);
		if (rows[i].why == NULL)
			tap_ok(rc == 0 && answer.n == sizeof(DER) - 1 &&
			    memcmp(answer.bytes, DER, answer.n) == 0, "%s", rows[i].name);
		else
			tap_ok(rc == -1 && e.kind == rows[i].kind && matches(e.msg, rows[i].why),
			    "%s", rows[i].name);
		if (rc == -1 &&
		    (rows[i].why == NULL || !matches(e.msg, rows[i].why) || e.kind != rows[i].kind))
			printf("# %d %s\n", (int)e.kind, e.msg);
		if (i == 0)
			tap_is(s.asked,
			    pool_printf(p,
				"POST /a/b?c HTTP/1.0\r\nHost: 127.0.0.1:%u\r\n"
				"Content-Type: application/ocsp-request\r\nContent-Length: 5\r\n\r\n" DER,
				s.port),
			    "what is asked");
		pool_free(p);
	}
}

static const struct {
	const char *url, *why;
} bad_urls[] = {
	{ "https://127.0.0.1/", "https is not asked" },
	{ "ldap://127.0.0.1/cn=a", "the URL cannot be used" },
	{ "http://127.0.0.1:0x50/", "the URL cannot be used" },
	{ "http://127.0.0.1:99999/", "the URL cannot be used" },
	{ "http://127.0.0.1/a b", "the URL cannot be used" },
	{ "http://127.0.0.1/\r\nX-Evil: yes", "the URL cannot be used" },
	{ "http://127.0.0.1/\xc3\xa4", "the URL cannot be used" },
	{ "", "the URL cannot be used" },
	{ "http://127.0.0.1:1/", "Connection refused" },
	{ "http://[::ffff:127.0.0.1]:1/", "Connection refused" },
};

static void
test_bad_urls(void)
{
	char huge[3000] = "http://127.0.0.1:1/";
	struct pool *p = pool_new();
	struct http_answer answer = { 0 };

	for (size_t i = 0; i < ROWS(bad_urls); i++) {
		struct err e = { 0 };

		tap_ok(ask(&answer, p, bad_urls[i].url, true, 5 * TICK_SEC, &e) == -1,
		    "refused: %zu", i);
		tap_is(e.msg, bad_urls[i].why, "for this reason");
		tap_ok(ERR_peek_error() == 0, "nothing is left in OpenSSL's queue");
	}
	memset(huge + strlen(huge), 'a', sizeof(huge) - strlen(huge) - 1);
	tap_ok(ask(&answer, p, huge, true, 5 * TICK_SEC, &(struct err){ 0 }) == -1, "a huge URL");
	pool_free(p);
}

int
main(void)
{
	test_rows();
	test_bad_urls();
	return tap_end();
}
