// SPDX-License-Identifier: GPL-3.0-or-later
/* test_offer.c - ClientHellos that OpenSSL makes, in words; and broken ones. */
#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "offer.h"
#include "tap.h"

#define RECORD 5	/* header of a TLS record */
#define HELLO 4096

static const struct {
	const char *name;
	int min, max;
	const char *groups, *signatures, *ciphers, *sni, *alpn;
	const char *want_versions, *want_groups, *want_signatures, *want_alpn;
	size_t want_suites;
} rows[] = {
	{ "all versions", TLS1_VERSION, TLS1_3_VERSION, "X25519:P-256:ffdhe2048", "ed25519:RSA-PSS+SHA256",
	    "ECDHE-RSA-AES128-GCM-SHA256", "mx.example", NULL, "TLSv1.3, TLSv1.2, TLSv1.1, TLSv1.0",
	    "X25519, P-256, ffdhe2048", "ed25519, rsa_pss_rsae_sha256", NULL, 5 },
	{ "TLS 1.3 alone", TLS1_3_VERSION, TLS1_3_VERSION, "P-521:X448", "ECDSA+SHA256", NULL, "a.example", NULL,
	    "TLSv1.3", "P-521, X448", "ecdsa_secp256r1_sha256", NULL, 4 },
	{ "TLS 1.2 at most", TLS1_2_VERSION, TLS1_2_VERSION, "P-384", "RSA+SHA512", "ECDHE-RSA-AES128-SHA", NULL, NULL,
	    "up to TLSv1.2", "P-384", "rsa_pkcs1_sha512", NULL, 2 },
	{ "TLS 1.0", TLS1_VERSION, TLS1_VERSION, NULL, NULL, "AES128-SHA", NULL, NULL, "up to TLSv1.0", NULL, NULL,
	    NULL, 2 },
	{ "ALPN", TLS1_2_VERSION, TLS1_2_VERSION, NULL, "RSA+SHA1", "AES128-SHA", NULL, "\4smtp\2h2",
	    "up to TLSv1.2", NULL, "rsa_pkcs1_sha1", "smtp, h2", 2 },
};

/* The ClientHello of a client set up as the row says, without the record's header. */
static size_t
make_hello(size_t i, uint8_t hello[HELLO])
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	uint8_t record[HELLO];
	SSL *ssl;
	int n;

	TAP_MUST(SSL_CTX_set_min_proto_version(ctx, rows[i].min) == 1);
	TAP_MUST(SSL_CTX_set_max_proto_version(ctx, rows[i].max) == 1);
	SSL_CTX_set_security_level(ctx, 0);
	TAP_MUST(rows[i].groups == NULL || SSL_CTX_set1_groups_list(ctx, rows[i].groups) == 1);
	TAP_MUST(
	    rows[i].signatures == NULL || SSL_CTX_set1_sigalgs_list(ctx, rows[i].signatures) == 1);
	TAP_MUST(rows[i].ciphers == NULL || SSL_CTX_set_cipher_list(ctx, rows[i].ciphers) == 1);
	TAP_MUST((ssl = SSL_new(ctx)) != NULL);
	TAP_MUST(rows[i].sni == NULL || SSL_set_tlsext_host_name(ssl, rows[i].sni) == 1);
	if (rows[i].alpn != NULL)
		TAP_MUST(SSL_set_alpn_protos(ssl, (const unsigned char *)rows[i].alpn,
			 (unsigned)strlen(rows[i].alpn)) == 0);
	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	SSL_connect(ssl);
	TAP_MUST((n = BIO_read(SSL_get_wbio(ssl), record, sizeof(record))) > RECORD);
	memcpy(hello, record + RECORD, (size_t)n - RECORD);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	ERR_clear_error();
	return (size_t)n - RECORD;
}

/* NULL wants nothing in particular. */
static void
check(const char *got, const char *want, const char *row, const char *what)
{
	if (want != NULL && !tap_ok(got != NULL && strcmp(got, want) == 0, "%s: %s", row, what))
		printf("#  got: %s\n# want: %s\n", got != NULL ? got : "(null)", want);
}

static void
check_row(size_t i)
{
	struct pool *p = pool_new();
	uint8_t hello[HELLO];
	size_t n = make_hello(i, hello), whole = 0;
	struct tls_offer offer;
	bool silent;

	tap_ok(offer_read(&offer, p, hello, n), "%s: is read", rows[i].name);
	check(offer.versions, rows[i].want_versions, rows[i].name, "versions");
	check(offer.groups, rows[i].want_groups, rows[i].name, "groups");
	check(offer.signatures, rows[i].want_signatures, rows[i].name, "signatures");
	check(offer.name, rows[i].sni, rows[i].name, "server name");
	tap_ok(offer.name != NULL || rows[i].sni == NULL, "%s: a name only where one is sent",
	    rows[i].name);
	check(offer.alpn, rows[i].want_alpn, rows[i].name, "protocols");
	tap_ok((offer.alpn != NULL) == (rows[i].alpn != NULL), "%s: ALPN only where it is sent",
	    rows[i].name);
	/* RFC 5746's signal among them is not sent by newer ones that offer nothing below TLS 1.2 */
	silent = rows[i].min >= TLS1_2_VERSION && OpenSSL_version_num() >= 0x30500000L;
	tap_ok(offer.suites == rows[i].want_suites - silent, "%s: %zu suites", rows[i].name,
	    offer.suites);
	tap_ok(!offer.resumption, "%s: no earlier session", rows[i].name);
	for (size_t len = 0; len < n; len++) {
		uint8_t *part = malloc(len + 1);	/* where the sanitizer sees its end */

		memcpy(part, hello, len);
		whole += offer_read(&offer, p, part, len);
		free(part);
	}
	tap_ok(whole == 0, "%s: no part of it passes for the whole", rows[i].name);
	pool_free(p);
}

/* Any byte may be anything. */
static void
test_noise(void)
{
	struct pool *p = pool_new();
	uint8_t hello[HELLO];
	size_t n = make_hello(0, hello);
	struct tls_offer offer;

	for (size_t i = 0; i < n; i++) {
		uint8_t was = hello[i];

		hello[i] = 0xff;
		offer_read(&offer, p, hello, n);
		hello[i] = was;
	}
	tap_ok(offer_read(&offer, p, hello, n), "noise: survived");
	pool_free(p);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(i);
	test_noise();
	return tap_end();
}
