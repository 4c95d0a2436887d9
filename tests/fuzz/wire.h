/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire.h - a peer behind the sockets of a fuzz target, whose words are its input.  Nothing is connected: socket(),
 * connect(), waiting and the clock are wrapped by the linker (Makefile, FUZZ_WIRE), all in one thread.
 *
 * The input is cut at these bytes; the peer says one piece after another, each when we wait for it.
 */
#ifndef WIRE_H
#define WIRE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "fuzz.h"
#include "tick.h"

#define WIRE_NEXT 0x1e	/* wait until the client has said something */
#define WIRE_TLS 0x1d	/* from here on inside TLS: the handshake is a real one */
#define WIRE_END 0x1c	/* close the connection */
#define WIRE_SILENCE 0x1f	/* say nothing, until the client's time is up */
#define WIRE_START (1000 * TICK_SEC)

static struct {
	const uint8_t *script;
	size_t n, at;
	int fd;			/* the peer's end of the newest connection; -1: none */
	SSL *tls;		/* the peer's */
	bool shaken;		/* its handshake is over */
	int64_t now;
	unsigned connections;
} wire = { .fd = -1 };

static void
wire_close(void)
{
	SSL_free(wire.tls);
	wire.tls = NULL;
	if (wire.fd != -1)
		close(wire.fd);
	wire.fd = -1;
	ERR_clear_error();
}

/* A new input. */
static void
wire_begin(const uint8_t *script, size_t n)
{
	signal(SIGPIPE, SIG_IGN);
	wire_close();
	wire.script = script;
	wire.n = n;
	wire.at = 0;
	wire.now = WIRE_START;
	wire.connections = 0;
}

/* A certificate for mx.example.org, issued by itself. */
static void
wire_certificate(SSL_CTX *ctx)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
	    "DNS:mx.example.org");

	FUZZ_MUST(key != NULL && san != NULL && X509_set_version(x, X509_VERSION_3) == 1);
	X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
	    (const unsigned char *)"mx.example.org", -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_gmtime_adj(X509_getm_notBefore(x), -86400);
	X509_gmtime_adj(X509_getm_notAfter(x), 90L * 86400);
	X509_set_pubkey(x, key);
	X509_add_ext(x, san, -1);
	FUZZ_MUST(X509_sign(x, key, EVP_sha256()) > 0);
	FUZZ_MUST(SSL_CTX_use_certificate(ctx, x) == 1 && SSL_CTX_use_PrivateKey(ctx, key) == 1);
	X509_EXTENSION_free(san);
	X509_free(x);
	EVP_PKEY_free(key);
}

static SSL_CTX *
wire_ctx(void)
{
	static SSL_CTX *ctx;

	if (ctx == NULL) {
		FUZZ_MUST((ctx = SSL_CTX_new(TLS_server_method())) != NULL);
		SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
		SSL_CTX_set_num_tickets(ctx, 0);
		wire_certificate(ctx);
	}
	return ctx;
}

static void
wire_start_tls(void)
{
	if (wire.tls != NULL)
		return;
	FUZZ_MUST((wire.tls = SSL_new(wire_ctx())) != NULL && SSL_set_fd(wire.tls, wire.fd) == 1);
	SSL_set_accept_state(wire.tls);
	wire.shaken = false;
}

/* Say n bytes; what does not fit is lost, as it is behind a peer that is not read. */
static void
wire_say(const uint8_t *bytes, size_t n)
{
	if (n == 0)
		return;
	if (wire.tls != NULL)
		SSL_write(wire.tls, bytes, (int)n);
	else
		send(wire.fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Take what the client said. */
static void
wire_hear(void)
{
	char heard[4096];

	if (wire.tls == NULL)
		while (recv(wire.fd, heard, sizeof(heard), MSG_DONTWAIT) > 0)
			continue;
	else
		while (SSL_read(wire.tls, heard, sizeof(heard)) > 0)
			continue;
}

static bool
wire_is_mark(uint8_t byte)
{
	return byte >= WIRE_END && byte <= WIRE_SILENCE;
}

/* One piece of the script.  False: silence. */
static bool
wire_speak(void)
{
	size_t from = wire.at;
	uint8_t end = WIRE_END;

	while (wire.at < wire.n && !wire_is_mark(wire.script[wire.at]))
		wire.at++;
	wire_say(wire.script + from, wire.at - from);
	if (wire.at < wire.n)
		end = wire.script[wire.at++];
	if (end == WIRE_TLS)
		wire_start_tls();
	if (end == WIRE_END)
		wire_close();
	return end != WIRE_SILENCE;
}

static bool
wire_readable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, 0) > 0;
}

/* The client waits for fd to be readable until deadline. */
static int
wire_serve(int fd, int64_t deadline)
{
	while (!wire_readable(fd)) {
		FUZZ_MUST(wire.fd != -1);
		if (wire.tls != NULL && !wire.shaken) {
			int rc = SSL_accept(wire.tls);
			int why = SSL_get_error(wire.tls, rc);

			wire.shaken = rc == 1;
			/* what it cannot understand it does not wait for */
			if (rc != 1 && (why != SSL_ERROR_WANT_READ || !wire_readable(fd)))
				wire_close();
			ERR_clear_error();
			continue;
		}
		wire_hear();
		if (!wire_speak()) {
			wire.now = deadline;
			ERR_clear_error();
			return wire_readable(fd);
		}
		ERR_clear_error();
	}
	return 1;
}

int __wrap_socket(int domain, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *to, socklen_t len);
int __wrap_wait_fd(int fd, short events, int64_t deadline);
int __wrap_wait_fds(struct pollfd *fds, size_t n, int64_t deadline);
int __wrap_wait_stream(int fd, int64_t deadline);
int64_t __wrap_tick_now(void);

int
__wrap_socket(int domain, int type, int protocol)
{
	int ends[2];

	(void)domain;
	(void)protocol;
	wire_close();
	FUZZ_MUST(socketpair(AF_UNIX, type, 0, ends) == 0);
	wire.fd = ends[1];
	FUZZ_MUST(fcntl(wire.fd, F_SETFL, O_NONBLOCK) == 0);
	return ends[0];
}

/* Nobody answers once the script is at its end. */
int
__wrap_connect(int fd, const struct sockaddr *to, socklen_t len)
{
	(void)fd;
	(void)to;
	(void)len;
	wire.connections++;
	if (wire.at < wire.n)
		return 0;
	errno = ECONNREFUSED;
	return -1;
}

int
__wrap_wait_fd(int fd, short events, int64_t deadline)
{
	return (events & POLLOUT) != 0 ? 1 : wire_serve(fd, deadline);
}

int
__wrap_wait_stream(int fd, int64_t deadline)
{
	return wire_serve(fd, deadline);
}

/* Waiting for nothing is a pause. */
int
__wrap_wait_fds(struct pollfd *fds, size_t n, int64_t deadline)
{
	FUZZ_MUST(fds == NULL && n == 0);
	wire.now = deadline > wire.now ? deadline : wire.now;
	return 0;
}

/* A microsecond each time it is looked at. */
int64_t
__wrap_tick_now(void)
{
	return ++wire.now;
}

#endif
