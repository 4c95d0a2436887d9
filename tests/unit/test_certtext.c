// SPDX-License-Identifier: GPL-3.0-or-later
/* test_certtext.c - certificates in PEM and decoded: complete, clean, and no line that is not OpenSSL's. */
#include "certtext.h"
#include "pki.h"
#include "tap.h"
#include "text.h"

#define OWN_OID "1.3.6.1.4.1.99999.1"

static const struct {
	const char *name;
	struct pki_spec spec;
	const char *want, *never;	/* lines, or their beginnings */
} rows[] = {
	{ "plain", { .cn = "mx.example", .san = "DNS:mx.example,IP:192.0.2.10" },
	    "                DNS:mx.example, IP Address:192.0.2.10\n", NULL },
	{ "IP address with a byte 10", { .cn = "mx", .san = "IP:10.0.10.1" },
	    "                IP Address:10.0.10.1\n", NULL },
	{ "usage", { .cn = "mx.example" }, "                TLS Web Server Authentication\n", NULL },
	{ "authority", { .cn = "CA", .ca = true }, "                CA:TRUE\n", NULL },
	{ "TLS feature", { .cn = "mx", .feature = "status_request" }, "                status_request\n", NULL },
	{ "name constraints", { .cn = "CA", .ca = true, .constraints = "permitted;DNS:example" },
	    "                  DNS:example\n", NULL },
	{ "Ed25519", { .cn = "mx", .key = "ED25519" }, "    Signature Algorithm: ED25519\n", NULL },
	{ "UTF-8", { .cn = "b\xc3\xbc" "cher" }, "        Subject: CN = b\xc3\xbc" "cher\n", NULL },
	{ "line end in the subject", { .cn = "mx\nforged" }, "        Subject: CN = mx\\0Aforged\n", "forged" },
	{ "escape in the subject", { .cn = "mx\x1b[31m" }, "        Subject: CN = mx\\1B[31m\n", NULL },
	{ "bidi in the subject", { .cn = "mx\xe2\x80\xae" "gro" }, "        Subject: CN = mx?gro\n", NULL },
	{ "line end in a DNS name", { .cn = "mx", .raw_dns = "mx\nforged", .raw_len = 9 },
	    "                DNS:mx?forged\n", "forged" },
	{ "CR in a DNS name", { .cn = "mx", .raw_dns = "mx\rforged", .raw_len = 9 },
	    "                DNS:mx?forged\n", "forged" },
	{ "escape in a DNS name", { .cn = "mx", .raw_dns = "mx\x1b[31m", .raw_len = 7 },
	    "                DNS:mx", NULL },
	{ "a SAN that is no SAN", { .cn = "mx", .raw_san = "\nforged" },
	    "            X509v3 Subject Alternative Name:\n",
	    "forged" },
	{ "a SAN of nonsense lengths", { .cn = "mx", .raw_san = "\x30\x7f\x82\x7e" "a\nb" },
	    "            X509v3 Subject Alternative Name:\n", "b" },
};

/* An extension nobody knows: its bytes are shown all the same. */
static void
add_unknown(X509 *x, const char *value)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(OWN_OID, 1);
	ASN1_OCTET_STRING *os = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext = NULL;

	TAP_MUST(ASN1_OCTET_STRING_set(os, (const unsigned char *)value, (int)strlen(value)) == 1);
	TAP_MUST(X509_EXTENSION_create_by_OBJ(&ext, oid, 0, os) != NULL);
	TAP_MUST(X509_add_ext(x, ext, -1) == 1);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(os);
	ASN1_OBJECT_free(oid);
}

static struct cert
texts_of(struct pool *p, const uint8_t *der, size_t n)
{
	struct cert cert = { .der = der, .der_len = n };

	certtext_add(&cert, 1, p);
	return cert;
}

static bool
is_clean(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < ' ' && *s != '\n') || *s == '\177')
			return false;
	return true;
}

static void
check_row(size_t i)
{
	struct pool *p = pool_new();
	struct pki_cert made;
	struct cert cert;

	pki_make(&made, &rows[i].spec, NULL);
	cert = texts_of(p, made.der, made.len);
	if (!tap_ok(strstr(cert.text, rows[i].want) != NULL, "%s: is there", rows[i].name))
		printf("# %s\n", cert.text);
	tap_ok(is_clean(cert.text), "%s: no control characters", rows[i].name);
	if (rows[i].never != NULL)
		tap_ok(strstr(cert.text, pool_printf(p, "\n%s", rows[i].never)) == NULL,
		    "%s: no forged line", rows[i].name);
	pki_free(&made);
	pool_free(p);
}

static void
test_pem(void)
{
	struct pool *p = pool_new();
	struct pki_cert made;
	struct cert cert;
	BIO *bio;
	X509 *x;

	pki_make(&made, &(struct pki_spec){ .cn = "mx.example" }, NULL);
	cert = texts_of(p, made.der, made.len);
	bio = BIO_new_mem_buf(cert.pem, -1);
	x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	tap_ok(x != NULL && X509_cmp(x, made.x) == 0, "PEM: reads as the same certificate");
	for (size_t n = 1; n < 200; n++) {
		cert = texts_of(p, made.der, n);
		if (strcmp(cert.text, "cannot be decoded\n") != 0)
			tap_ok(false, "%zu bytes of a certificate: decoded", n);
	}
	tap_ok(ERR_peek_error() == 0, "part of a certificate: OpenSSL's errors are gone");
	X509_free(x);
	BIO_free(bio);
	pki_free(&made);
	pool_free(p);
}

static void
test_unknown(void)
{
	struct pool *p = pool_new();
	struct pki_cert made;
	struct cert cert;
	uint8_t *der = NULL;
	int n;

	pki_make(&made, &(struct pki_spec){ .cn = "mx.example" }, NULL);
	add_unknown(made.x, "unheard\nof");
	pki_sign(made.x, made.key, &(struct pki_spec){ 0 });
	TAP_MUST((n = i2d_X509(made.x, &der)) > 0);
	cert = texts_of(p, der, (size_t)n);
	tap_ok(strstr(cert.text, OWN_OID ":\n") != NULL, "unknown extension: its OID");
	tap_ok(strstr(cert.text, "75 6e 68 65 61 72 64 0a-6f 66") != NULL,
	    "unknown extension: its bytes");
	OPENSSL_free(der);
	pki_free(&made);
	pool_free(p);
}

/* More text than anybody wants: cut, and said so. */
static void
test_long(void)
{
	struct pool *p = pool_new();
	char *value = pool_alloc(p, 400000 + 1);
	struct pki_cert made;
	struct cert cert;
	uint8_t *der = NULL;
	int n;

	memset(value, 'x', 400000);
	pki_make(&made, &(struct pki_spec){ .cn = "mx.example" }, NULL);
	add_unknown(made.x, value);
	pki_sign(made.x, made.key, &(struct pki_spec){ 0 });
	TAP_MUST((n = i2d_X509(made.x, &der)) > 0);
	cert = texts_of(p, der, (size_t)n);
	tap_ok(strlen(cert.text) <= CERTTEXT_MAX + 8, "long: bounded");
	tap_is(cert.text + strlen(cert.text) - 4, "...\n", "long: said so");
	OPENSSL_free(der);
	pki_free(&made);
	pool_free(p);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(i);
	test_pem();
	test_unknown();
	test_long();
	return tap_end();
}
