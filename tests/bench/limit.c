// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * limit.c - how many handshakes a core of this machine makes as a client, with nothing around them.
 *
 * usage: limit PEM CA_PATH [SECONDS]
 *
 * Client and server talk through memory in this one process; counted is the CPU time of the client's turns only, and
 * of what a probe cannot do without: verification of the chain as cert.c does it.  Prints handshakes a second of CPU.
 * PEM has key, certificate and chain of the server.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "plan.h"
#include "store.h"
#include "tls.h"

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

/* One handshake; the CPU time of the client's part. */
static double
shake(void)
{
	BIO *here, *there;
	SSL *client, *server = SSL_new(theirs);
	double began = cpu(), spent = 0;
	int done = 0;

	if ((client = SSL_new(ours)) == NULL || server == NULL ||
	    BIO_new_bio_pair(&here, 0, &there, 0) != 1)
		die("out of memory");
	SSL_set_bio(client, here, here);
	SSL_set_bio(server, there, there);
	SSL_set_tlsext_host_name(client, "mx.bench.example");
	SSL_set_tlsext_status_type(client, TLSEXT_STATUSTYPE_ocsp);
	while (!done) {
		done = SSL_connect(client) == 1;
		spent += cpu() - began;
		SSL_accept(server);
		began = cpu();
	}
	verify(client);
	SSL_free(client);
	spent += cpu() - began;
	SSL_free(server);
	return spent;
}

int
main(int argc, char **argv)
{
	struct plan plan = { .tls_min = PROTO_TLS10, .tls_max = PROTO_TLS13 };
	struct tls_ctx *tls = NULL;
	struct cert_store *trusted = NULL;
	struct err e = { 0 };
	double seconds = argc > 3 ? strtod(argv[3], NULL) : 2, spent = 0;
	long n = 0;

	if (argc < 3)
		die("usage: limit PEM CA_PATH [SECONDS]");
	plan.ca_path = argv[2];
	if (tls_ctx_new(&tls, &plan, &e) == -1 || cert_store_new(&trusted, &plan, &e) == -1)
		die("%s", e.msg);
	ours = tls_ctx_ssl(tls);
	store = cert_store_x509(trusted);
	theirs = SSL_CTX_new(TLS_server_method());
	if (SSL_CTX_use_certificate_chain_file(theirs, argv[1]) != 1 ||
	    SSL_CTX_use_PrivateKey_file(theirs, argv[1], SSL_FILETYPE_PEM) != 1)
		die("%s: no key with a certificate", argv[1]);
	SSL_CTX_set_num_tickets(theirs, 0);
	/* the first ones load what is loaded once */
	for (int i = 0; i < 20; i++)
		shake();
	for (; spent < seconds; n++)
		spent += shake();
	printf("%.0f\n", (double)n / spent);
	cert_store_free(trusted);
	tls_ctx_free(tls);
	return 0;
}
