// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * dane_verify.c - one captured chain against a set of TLSA records, through OpenSSL.
 *
 * OpenSSL verifies by DANE only on behalf of an SSL, so there is one, which is never connected.  It knows no name:
 * san.c looks at those, as OpenSSL has other ideas of wildcards and final dots.  Its callback
 * goes on after every error, so that "expired" is told apart from "no match"; what matched is asked of the SSL.
 */
#include <stdlib.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "cert.h"
#include "dane_verify.h"
#include "san.h"
#include "tlsa.h"

struct dane_engine {
	SSL_CTX *ssl;		/* not ours: to make one takes a millisecond */
	X509_STORE *empty;	/* usage 2 trusts what the records name, and nothing else */
	time_t now;
};

void
dane_engine_free(struct dane_engine *x)
{
	if (x == NULL)
		return;
	X509_STORE_free(x->empty);
	free(x);
}

struct dane_engine *
dane_engine_new(const struct tls_ctx *tls, int64_t now)
{
	struct dane_engine *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->now = (time_t)now;
	x->ssl = tls_ctx_ssl(tls);
	if ((x->empty = X509_STORE_new()) != NULL)
		return x;
	dane_engine_free(x);
	return NULL;
}

void
dane_path_open(struct dane_path *path, struct pool *p, const struct dane_chain *chain,
    const char *const *names, size_t n)
{
	const struct tls_chain *sent = chain->chain;

	*path = (struct dane_path){ .kind = chain->kind,
		.sent = sent->n > 0,
		.leaf = sent->n > 0 ? cert_decode(sent, 0) : NULL,
		.rest = cert_decode_rest(sent) };
	san_judge(&path->names, p, path->leaf, names, n);
}

void
dane_path_close(struct dane_path *path)
{
	X509_free(path->leaf);
	sk_X509_pop_free(path->rest, X509_free);
}

static bool
is_date(int code)
{
	return code == X509_V_ERR_CERT_HAS_EXPIRED || code == X509_V_ERR_CERT_NOT_YET_VALID;
}

static void
note_error(struct dane_try *out, int code)
{
	if (out->error == NULL || (is_date(code) && !out->date))
		out->error = X509_verify_cert_error_string(code);
	if (is_date(code))
		out->date = true;
	else
		out->other = true;
}

/* Note every error and go on. */
static int
collect(int ok, X509_STORE_CTX *ctx)
{
	if (!ok)
		note_error(X509_STORE_CTX_get_app_data(ctx), X509_STORE_CTX_get_error(ctx));
	return 1;
}

/* OpenSSL passes over the date of an anchor that is no root. */
static void
check_dates(struct dane_try *out, STACK_OF(X509) *path, time_t now)
{
	for (int i = 0; i < sk_X509_num(path); i++) {
		const X509 *x = sk_X509_value(path, i);
		int from = X509_cmp_time(X509_get0_notBefore(x), &now),
		    to = X509_cmp_time(X509_get0_notAfter(x), &now);

		if (from == 0 || to == 0)
			note_error(out, X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD);
		else if (from > 0)
			note_error(out, X509_V_ERR_CERT_NOT_YET_VALID);
		else if (to < 0)
			note_error(out, X509_V_ERR_CERT_HAS_EXPIRED);
	}
}

static bool
was_sent(const struct dane_path *path, const X509 *x)
{
	for (int i = 0; i < sk_X509_num(path->rest); i++)
		if (X509_cmp(sk_X509_value(path->rest, i), x) == 0)
			return true;
	return false;
}

int64_t
dane_life(const X509 *x)
{
	int days = 0, seconds = 0;

	if (ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(x), X509_get0_notAfter(x)) != 1)
		return 0;
	return (int64_t)days * 86400 + seconds;
}

static void
look_at_anchor(struct dane_try *out, SSL *ssl, const struct dane_path *path)
{
	X509 *anchor = NULL;
	EVP_PKEY *key = NULL;

	SSL_get0_dane_authority(ssl, &anchor, &key);
	out->anchor_unsent = anchor == NULL || !was_sent(path, anchor);
	out->anchor_life = anchor == NULL ? 0 : dane_life(anchor);
}

/* Which of the records did SSL match? */
static const struct tlsa *
matched_by(SSL *ssl, const struct tlsa *records, size_t n)
{
	struct tlsa t = { 0 };

	if (SSL_get0_dane_tlsa(ssl, &t.usage, &t.selector, &t.matching, &t.data, &t.len) < 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (records[i].usable && tlsa_equal(&records[i], &t))
			return &records[i];
	return NULL;
}

/* An SSL with the usable records, NULL when there is none: then OpenSSL would do without DANE. */
static SSL *
with_records(const struct dane_engine *x, const struct tlsa *records, size_t n)
{
	SSL *ssl = SSL_new(x->ssl);
	size_t added = 0;

	if (ssl == NULL || SSL_dane_enable(ssl, NULL) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	for (size_t i = 0; i < n; i++)
		if (records[i].usable &&
		    SSL_dane_tlsa_add(ssl, records[i].usage, records[i].selector,
			records[i].matching, records[i].data, records[i].len) > 0)
			added++;
	if (added > 0)
		return ssl;
	SSL_free(ssl);
	return NULL;
}

static void
run(struct dane_try *out, X509_STORE_CTX *ctx, SSL *ssl, const struct dane_engine *x)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set1(param, SSL_get0_param(ssl));
	X509_STORE_CTX_set_default(ctx, "ssl_server");
	X509_VERIFY_PARAM_set_auth_level(param, 0);
	X509_VERIFY_PARAM_set_time(param, x->now);
	X509_STORE_CTX_set0_dane(ctx, SSL_get0_dane(ssl));
	X509_STORE_CTX_set_app_data(ctx, out);
	X509_STORE_CTX_set_verify_cb(ctx, collect);
	/* every error went through the callback: what is left is a failure of OpenSSL itself */
	if (X509_verify_cert(ctx) != 1)
		note_error(out, X509_V_ERR_UNSPECIFIED);
}

void
dane_verify(struct dane_try *out, struct dane_engine *x, const struct dane_path *path,
    const struct tlsa *records, size_t n)
{
	SSL *ssl = path->leaf == NULL ? NULL : with_records(x, records, n);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();

	*out = (struct dane_try){ 0 };
	if (ssl == NULL || ctx == NULL ||
	    X509_STORE_CTX_init(ctx, x->empty, path->leaf, path->rest) != 1)
		goto out;
	run(out, ctx, ssl, x);
	if ((out->by = matched_by(ssl, records, n)) != NULL && out->by->usage == 2) {
		look_at_anchor(out, ssl, path);
		check_dates(out, X509_STORE_CTX_get0_chain(ctx), x->now);
		out->name = !path->names.name_match;
	}
	out->verified = out->by != NULL && !out->date && !out->name && !out->other;
out:
	X509_STORE_CTX_free(ctx);
	SSL_free(ssl);
	ERR_clear_error();
}

/* Its issuer among those sent, behind which of them; NULL: not sent, or it is a root. */
static X509 *
issuer_of(const struct dane_path *path, X509 *x, int *at)
{
	if (X509_check_issued(x, x) == X509_V_OK)
		return NULL;
	for (*at = 0; *at < sk_X509_num(path->rest); ++*at) {
		X509 *issuer = sk_X509_value(path->rest, *at);

		if (issuer != x && X509_check_issued(issuer, x) == X509_V_OK)
			return issuer;
	}
	return NULL;
}

X509 *
dane_path_top(const struct dane_path *path)
{
	X509 *top = NULL, *next = path->leaf;
	int at, left = sk_X509_num(path->rest) + 1;

	/* counted: certificates may name each other in a circle */
	while (next != NULL && left-- > 0 && (next = issuer_of(path, next, &at)) != NULL)
		top = next;
	return top;
}

bool
dane_path_disordered(const struct dane_path *path)
{
	X509 *x = path->leaf;
	int at;

	for (int i = 0; x != NULL && i < sk_X509_num(path->rest); i++) {
		X509 *next = sk_X509_value(path->rest, i);

		if (X509_check_issued(next, x) != X509_V_OK && issuer_of(path, x, &at) != NULL)
			return true;
		x = next;
	}
	return false;
}

struct tlsa
dane_record_of(struct pool *p, const X509 *x, uint8_t usage)
{
	struct tlsa t = { .usage = usage, .selector = 1, .matching = 1, .usable = true };
	unsigned char digest[EVP_MAX_MD_SIZE], *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	unsigned n = 0;

	if (len <= 0 || EVP_Digest(der, (size_t)len, digest, &n, EVP_sha256(), NULL) != 1)
		t = (struct tlsa){ 0 };
	t.len = n;
	t.data = pool_copy(p, digest, n);
	OPENSSL_free(der);
	return t;
}
