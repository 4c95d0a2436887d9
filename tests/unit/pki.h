/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pki.h - certificates made on the spot for unit tests.  What fails ends the test program. */
#ifndef PKI_H
#define PKI_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "tap.h"
#include "tls.h"

#define PKI_NOW 1800000000 /* 2027-01-15 08:00 UTC: the clock of these tests */

/* What a certificate shall be; zero is a leaf with an EC key, SHA-256, 10 days old, 80 days left. */
struct pki_spec {
	const char *cn;
	size_t cn_len;		/* of a cn with a NUL inside */
	const char *san;	/* "DNS:a,IP:192.0.2.1" */
	const char *raw_dns;	/* a DNS name of any bytes */
	size_t raw_len;
	const char *raw_san;	/* the whole extension, encoded */
	const char *constraints; /* nameConstraints */
	const char *eku;	/* NULL: serverAuth for leaves, none for authorities */
	const char *feature;	/* tlsfeature */
	const char *usage;	/* keyUsage; NULL: none */
	const char *aia, *cdp;	/* who is asked about revocation: "OCSP;URI:http://a/", "URI:http://a/" */
	const char *key;	/* "P-256", "RSA-1024", "ED25519", "ED25519-x": for each x always the same... */
	const char *digest;
	bool ca, pss;
	int from, to;		/* days from now */
	int serial_bytes;
};

struct pki_cert {
	X509 *x;
	EVP_PKEY *key;
	uint8_t *der;
	size_t len;
};

__attribute__((unused)) static EVP_PKEY *
pki_key(const char *kind)
{
	if (kind == NULL)
		kind = "P-256";
	if (strcmp(kind, "RSA-1024") == 0)
		return EVP_RSA_gen(1024);
	if (strcmp(kind, "RSA-2048") == 0)
		return EVP_RSA_gen(2048);
	if (strcmp(kind, "ED25519") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, kind);
	if (strncmp(kind, "ED25519-", 8) == 0) {
		unsigned char raw[32];

		memset(raw, kind[8], sizeof(raw));
		return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, raw, sizeof(raw));
	}
	return EVP_EC_gen(kind);
}

__attribute__((unused)) static void
pki_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	TAP_MUST((ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value)) != NULL);
	TAP_MUST(X509_add_ext(x, ext, -1) == 1);
	X509_EXTENSION_free(ext);
}

/* A subjectAltName that is the n bytes of value. */
__attribute__((unused)) static void
pki_raw_san(X509 *x, const void *value, size_t n)
{
	ASN1_OCTET_STRING *os = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	TAP_MUST(ASN1_OCTET_STRING_set(os, value, (int)n) == 1);
	TAP_MUST((ext = X509_EXTENSION_create_by_NID(NULL, NID_subject_alt_name, 0, os)) != NULL);
	TAP_MUST(X509_add_ext(x, ext, -1) == 1);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(os);
}

__attribute__((unused)) static void
pki_extensions(X509 *x, X509 *issuer, const struct pki_spec *s)
{
	pki_extension(x, issuer, NID_basic_constraints,
	    s->ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	if (s->eku != NULL || !s->ca)
		pki_extension(x, issuer, NID_ext_key_usage, s->eku == NULL ? "serverAuth" : s->eku);
	if (s->san != NULL)
		pki_extension(x, issuer, NID_subject_alt_name, s->san);
	if (s->raw_san != NULL)
		pki_raw_san(x, s->raw_san, strlen(s->raw_san));
	if (s->raw_dns != NULL) {
		uint8_t der[128] = { 0x30, (uint8_t)(s->raw_len + 2), 0x82, (uint8_t)s->raw_len };

		memcpy(der + 4, s->raw_dns, s->raw_len);
		pki_raw_san(x, der, s->raw_len + 4);
	}
	if (s->constraints != NULL)
		pki_extension(x, issuer, NID_name_constraints, s->constraints);
	if (s->feature != NULL)
		pki_extension(x, issuer, NID_tlsfeature, s->feature);
	if (s->usage != NULL)
		pki_extension(x, issuer, NID_key_usage, s->usage);
	if (s->aia != NULL)
		pki_extension(x, issuer, NID_info_access, s->aia);
	if (s->cdp != NULL)
		pki_extension(x, issuer, NID_crl_distribution_points, s->cdp);
}

__attribute__((unused)) static void
pki_serial(X509 *x, int bytes)
{
	BIGNUM *n = BN_new();

	TAP_MUST(BN_set_word(n, 0x1234));
	if (bytes > 0)
		TAP_MUST(BN_lshift(n, n, (bytes - 2) * 8));
	TAP_MUST(BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL);
	BN_free(n);
}

__attribute__((unused)) static void
pki_sign(X509 *x, EVP_PKEY *key, const struct pki_spec *s)
{
	const EVP_MD *md = s->digest == NULL ? EVP_sha256() : EVP_get_digestbyname(s->digest);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519)
		md = NULL;
	TAP_MUST(EVP_DigestSignInit(ctx, &pctx, md, NULL, key) == 1);
	if (s->pss)
		TAP_MUST(EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1);
	TAP_MUST(X509_sign_ctx(x, ctx) > 0);
	EVP_MD_CTX_free(ctx);
}

/* issuer NULL: self-signed. */
__attribute__((unused)) static void
pki_make(struct pki_cert *c, const struct pki_spec *s, const struct pki_cert *issuer)
{
	int from = s->from == 0 ? -10 : s->from, to = s->to == 0 ? 80 : s->to;
	time_t now = PKI_NOW;
	X509_NAME *name;
	uint8_t *der = NULL;
	int n;

	TAP_MUST((c->x = X509_new()) != NULL && (c->key = pki_key(s->key)) != NULL);
	TAP_MUST(X509_set_version(c->x, X509_VERSION_3) == 1);
	pki_serial(c->x, s->serial_bytes);
	name = X509_get_subject_name(c->x);
	n = s->cn_len > 0 ? (int)s->cn_len : -1;
	if (s->cn != NULL)
		TAP_MUST(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
		    (const unsigned char *)s->cn, n, -1, 0) == 1);
	TAP_MUST(X509_set_issuer_name(c->x,
	    issuer == NULL ? name : X509_get_subject_name(issuer->x)) == 1);
	TAP_MUST(X509_time_adj_ex(X509_getm_notBefore(c->x), from, 0, &now) != NULL);
	TAP_MUST(X509_time_adj_ex(X509_getm_notAfter(c->x), to, 0, &now) != NULL);
	TAP_MUST(X509_set_pubkey(c->x, c->key) == 1);
	pki_extensions(c->x, issuer == NULL ? c->x : issuer->x, s);
	pki_sign(c->x, issuer == NULL ? c->key : issuer->key, s);
	TAP_MUST((n = i2d_X509(c->x, &der)) > 0);
	c->der = der;
	c->len = (size_t)n;
	ERR_clear_error();
}

__attribute__((unused)) static void
pki_free(struct pki_cert *c)
{
	X509_free(c->x);
	EVP_PKEY_free(c->key);
	OPENSSL_free(c->der);
}

__attribute__((unused)) static void
pki_send(struct tls_chain *chain, const struct pki_cert *c)
{
	chain->der[chain->n] = c->der;
	chain->len[chain->n++] = c->len;
}

__attribute__((unused)) static void
pki_write(const char *path, const struct pki_cert *c)
{
	FILE *f = fopen(path, "w");

	TAP_MUST(f != NULL && PEM_write_X509(f, c->x) == 1 && fclose(f) == 0);
}

/* Make dir a hashed directory with one certificate, whose file is path. */
__attribute__((unused)) static void
pki_hashed(const char *dir, const struct pki_cert *c, char *path, size_t size)
{
	unsigned long hash = X509_NAME_hash_ex(X509_get_subject_name(c->x), NULL, NULL, NULL);

	TAP_MUST(mkdir(dir, 0700) == 0);
	TAP_MUST(snprintf(path, size, "%s/%08lx.0", dir, hash) < (int)size);
	pki_write(path, c);
}

#endif
