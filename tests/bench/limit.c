// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * limit.c - how many handshakes a core of this machine makes as a client, with nothing around them.
 *
 * usage: limit PEM CA_PATH [SECONDS]
 *        limit --conversation CA_PATH FIRST PORT COUNT
 *
 * Client and server talk through memory in this one process; counted is the CPU time of the client's turns only, and
 * of what a probe cannot do without: verification of the chain as cert.c does it.  Prints handshakes a second of CPU,
 * and the KiB of heap that a client has at most between two of its turns.  PEM has key, certificate and chain of the
 * server.
 *
 * With --conversation the same goes over TCP, one after another with COUNT servers from the IPv4 address FIRST on:
 * greeting, EHLO, STARTTLS, EHLO, MAIL and QUIT, and no more, without names, deadlines, time stamps or a result.
 * Prints conversations a second of CPU.
 */
#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "plan.h"
#include "store.h"
#include "tls.h"

#define REPLY 2048

static SSL_CTX *ours, *theirs;
static X509_STORE *store;

static _Noreturn __attribute__((format(printf, 1, 2))) void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
verify(SSL *ssl)
{
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
	X509_STORE_CTX *judge = X509_STORE_CTX_new();

	if (judge == NULL ||
	    X509_STORE_CTX_init(judge, store, sk_X509_value(chain, 0), chain) != 1)
		die("out of memory");
	X509_STORE_CTX_set_purpose(judge, X509_PURPOSE_SSL_SERVER);
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(judge), 0);
	X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(judge), X509_V_FLAG_TRUSTED_FIRST);
	if (X509_verify_cert(judge) != 1)
		die("the chain does not verify: %s",
		    X509_verify_cert_error_string(X509_STORE_CTX_get_error(judge)));
	X509_STORE_CTX_free(judge);
}

static SSL *
session(void)
{
	SSL *ssl = SSL_new(ours);

	if (ssl == NULL)
		die("out of memory");
	SSL_set_tlsext_host_name(ssl, "mx.bench.example");
	SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
	return ssl;
}

/* One handshake in memory; the CPU time of the client's part.  heap: the most that the client had, or NULL. */
static double
shake(size_t *heap)
{
	BIO *here, *there;
	SSL *client, *server = SSL_new(theirs);
	size_t has = 0, before;
	double began, spent = 0;
	int done = 0;

	if (server == NULL || BIO_new_bio_pair(&here, 0, &there, 0) != 1)
		die("out of memory");
	SSL_set_bio(server, there, there);
	before = heap != NULL ? mallinfo2().uordblks : 0;
	began = cpu();
	client = session();
	SSL_set_bio(client, here, here);
	while (!done) {
		done = SSL_connect(client) == 1;
		spent += cpu() - began;
		if (heap != NULL) {
			has += mallinfo2().uordblks - before;
			*heap = has > *heap ? has : *heap;
		}
		SSL_accept(server);
		if (heap != NULL)
			before = mallinfo2().uordblks;
		began = cpu();
	}
	verify(client);
	SSL_free(client);
	spent += cpu() - began;
	SSL_free(server);
	return spent;
}

/* Say it, and wait for the last line of so many replies.  ssl NULL: in the clear.  what NULL: say nothing. */
static void
exchange(int fd, SSL *ssl, const char *what, int replies)
{
	char text[REPLY];
	size_t n = 0, line = 0;

	if (what != NULL) {
		int len = (int)strlen(what);

		if ((ssl != NULL ? SSL_write(ssl, what, len) : (int)write(fd, what, (size_t)len)) !=
		    len)
			die("the server takes no command");
	}
	while (replies > 0) {
		int room = (int)(sizeof(text) - n);
		int got = ssl != NULL ? SSL_read(ssl, text + n, room)
				      : (int)read(fd, text + n, (size_t)room);

		if (got <= 0)
			die("the server says no more");
		n += (size_t)got;
		for (char *end; (end = memchr(text + line, '\n', n - line)) != NULL;) {
			replies -= text[line + 3] != '-';
			line = (size_t)(end - text) + 1;
		}
	}
}

static void
converse(struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	SSL *ssl = session();

	if (fd == -1 || connect(fd, (struct sockaddr *)to, sizeof(*to)) == -1)
		die("no connection");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	exchange(fd, NULL, NULL, 1);
	exchange(fd, NULL, "EHLO probe.bench.example\r\n", 1);
	exchange(fd, NULL, "STARTTLS\r\n", 1);
	SSL_set_fd(ssl, fd);
	SSL_set_mode(ssl, SSL_MODE_AUTO_RETRY);	/* a ticket may come before a reply */
	SSL_set_read_ahead(ssl, 1);
	if (SSL_connect(ssl) != 1)
		die("no handshake");
	verify(ssl);
	exchange(fd, ssl, "EHLO probe.bench.example\r\n", 1);
	exchange(fd, ssl, "MAIL FROM:<>\r\nQUIT\r\n", 2);
	SSL_shutdown(ssl);
	SSL_free(ssl);
	close(fd);
}

/* Prints what a second of CPU is good for, and what a session takes. */
static void
in_memory(const char *pem, double seconds)
{
	double spent = 0;
	size_t heap = 0;
	long n = 0;

	theirs = SSL_CTX_new(TLS_server_method());
	if (SSL_CTX_use_certificate_chain_file(theirs, pem) != 1 ||
	    SSL_CTX_use_PrivateKey_file(theirs, pem, SSL_FILETYPE_PEM) != 1)
		die("%s: no key with a certificate", pem);
	SSL_CTX_set_num_tickets(theirs, 0);
	/* the first ones load what is loaded once */
	for (int i = 0; i < 20; i++)
		shake(NULL);
	shake(&heap);
	for (; spent < seconds; n++)
		spent += shake(NULL);
	printf("%.0f %.0f\n", (double)n / spent, (double)heap / 1024);
}

/* Prints what a second of CPU is good for. */
static void
over_tcp(const char *first, const char *port, long count)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
	double began;

	if (inet_pton(AF_INET, first, &to.sin_addr) != 1 || count < 1)
		die("%s, %ld: no address, or no count", first, count);
	for (int i = 0; i < 20; i++)
		converse(&to);
	began = cpu();
	for (long i = 0; i < count; i++) {
		converse(&to);
		to.sin_addr.s_addr = htonl(ntohl(to.sin_addr.s_addr) + 1);
	}
	printf("%.0f\n", (double)count / (cpu() - began));
}

int
main(int argc, char **argv)
{
	struct plan plan = { .tls_min = PROTO_TLS10, .tls_max = PROTO_TLS13 };
	struct tls_ctx *tls = NULL;
	struct cert_store *trusted = NULL;
	struct err e = { 0 };
	bool conversation = argc == 6 && strcmp(argv[1], "--conversation") == 0;

	if (argc < 3 || (argc > 4 && !conversation))
		die("usage: limit PEM CA_PATH [SECONDS] | limit --conversation CA_PATH FIRST PORT COUNT");
	plan.ca_path = argv[2];
	if (tls_ctx_new(&tls, &plan, &e) == -1 || cert_store_new(&trusted, &plan, &e) == -1)
		die("%s", e.msg);
	ours = tls_ctx_ssl(tls);
	store = cert_store_x509(trusted);
	if (conversation)
		over_tcp(argv[3], argv[4], strtol(argv[5], NULL, 10));
	else
		in_memory(argv[1], argc > 3 ? strtod(argv[3], NULL) : 2);
	cert_store_free(trusted);
	tls_ctx_free(tls);
	return 0;
}
