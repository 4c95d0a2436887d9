// SPDX-License-Identifier: GPL-3.0-or-later
/* cert.c - facts of a captured chain, and its judgement against a trust store, names and a date. */
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "cert.h"
#include "name.h"
#include "san.h"
#include "store.h"
#include "text.h"

#define DN_SHOWN 512	/* of a distinguished name */
#define ERRORS_KEPT 32	/* a chain has few certificates, each few ways to be wrong */
#define SERIAL_SHOWN 128
#define DAY 86400.0

static X509 *
decode(const struct tls_chain *chain, size_t i)
{
	const unsigned char *der = chain->der[i];
	X509 *x = d2i_X509(NULL, &der, (long)chain->len[i]);

	ERR_clear_error();
	return x;
}

static const char *
bio_text(struct pool *p, BIO *bio, size_t max)
{
	char *data = NULL;
	long n = BIO_get_mem_data(bio, &data);

	return text_clean(p, n > 0 ? data : "", n > 0 ? (size_t)n : 0, max);
}

static const char *
dn_text(struct pool *p, const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text = "";

	if (bio != NULL && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0)
		text = bio_text(p, bio, DN_SHOWN);
	BIO_free(bio);
	return text;
}

static int64_t
time_of(const ASN1_TIME *t)
{
	struct tm tm = { 0 };

	/* an unreadable date is the beginning of time: no certificate is good then */
	return t != NULL && ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static const char *
key_name(const EVP_PKEY *key)
{
	switch (key == NULL ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_NONE: return "unknown";
	case EVP_PKEY_RSA: return "RSA";
	case EVP_PKEY_RSA_PSS: return "RSA-PSS";
	case EVP_PKEY_DSA: return "DSA";
	case EVP_PKEY_EC: return "EC";
	case EVP_PKEY_ED25519: return "ED25519";
	case EVP_PKEY_ED448: return "ED448";
	default: return OBJ_nid2sn(EVP_PKEY_get_base_id(key));
	}
}

static const char *
serial_text(struct pool *p, const X509 *x)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x);
	size_t n = (size_t)ASN1_STRING_length(serial);

	return text_hex(p, ASN1_STRING_get0_data(serial), n < SERIAL_SHOWN ? n : SERIAL_SHOWN);
}

static void
describe(struct cert *c, struct pool *p, X509 *x)
{
	const EVP_PKEY *key = X509_get0_pubkey(x);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	c->subject = dn_text(p, X509_get_subject_name(x));
	c->issuer = dn_text(p, X509_get_issuer_name(x));
	c->serial = serial_text(p, x);
	c->cn = san_common(p, x);
	c->sans = san_texts(p, x, &c->nsans);
	c->not_before = time_of(X509_get0_notBefore(x));
	c->not_after = time_of(X509_get0_notAfter(x));
	c->key = pool_str(p, key_name(key));
	c->bits = key == NULL ? 0 : EVP_PKEY_get_bits(key);
	c->signature = pool_str(p, OBJ_nid2ln(X509_get_signature_nid(x)));
	c->sha256 = X509_digest(x, EVP_sha256(), digest, &n) == 1 ? text_hex(p, digest, n) : "";
	ERR_clear_error();
}

struct cert *
cert_chain(struct pool *p, const struct tls_chain *chain, size_t *n)
{
	struct cert *certs = pool_array(p, chain->n, sizeof(*certs));

	*n = 0;
	for (size_t i = 0; i < chain->n; i++) {
		X509 *x = decode(chain, i);

		if (x == NULL)
			continue;
		certs[*n].der = chain->der[i];
		certs[*n].der_len = chain->len[i];
		describe(&certs[(*n)++], p, x);
		X509_free(x);
	}
	return certs;
}

static void
want(struct cert_wanted *w, const char *name)
{
	if (name == NULL || w->n == sizeof(w->names) / sizeof(w->names[0]))
		return;
	for (size_t i = 0; i < w->n; i++)
		if (name_equal(w->names[i], name))
			return;
	w->names[w->n++] = name;
}

void
cert_names(struct cert_wanted *wanted, const struct plan *plan, const char *mx, const char *domain)
{
	wanted->n = 0;
	if (plan->match == MATCH_NONE)
		return;
	if (plan->match != MATCH_DOMAIN || domain == NULL)
		want(wanted, mx);
	if (plan->match != MATCH_MX)
		want(wanted, domain);
	for (size_t i = 0; i < plan->verify_names.n; i++)
		want(wanted, plan->verify_names.item[i]);
}

/* What the verification callback writes. */
struct collect {
	struct pool *p;
	struct cert_facts *out;
};

static bool
is_date_error(int code)
{
	return code == X509_V_ERR_CERT_NOT_YET_VALID || code == X509_V_ERR_CERT_HAS_EXPIRED;
}

static void
collect_error(struct collect *c, int code, int depth)
{
	struct cert_facts *out = c->out;

	for (size_t i = 0; i < out->nerrors; i++)
		if (out->errors[i].code == code && out->errors[i].depth == depth)
			return;
	if (out->nerrors == ERRORS_KEPT)
		return;
	out->errors = pool_grow(c->p, out->errors, out->nerrors, sizeof(*out->errors));
	out->errors[out->nerrors++] = (struct cert_error){ code, depth,
		pool_str(c->p, X509_verify_cert_error_string(code)) };
}

/* Note every error and go on. */
static int
collect_all(int ok, X509_STORE_CTX *ctx)
{
	struct collect *c = X509_STORE_CTX_get_app_data(ctx);

	if (!ok)
		collect_error(c, X509_STORE_CTX_get_error(ctx), X509_STORE_CTX_get_error_depth(ctx));
	return 1;
}

static void
judge_path(struct cert_facts *out, struct pool *p, const struct cert_store *store, X509 *leaf,
    STACK_OF(X509) *sent, int64_t now)
{
	struct collect collect = { p, out };
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	if (ctx == NULL || X509_STORE_CTX_init(ctx, cert_store_x509(store), leaf, sent) != 1) {
		collect_error(&collect, X509_V_ERR_OUT_OF_MEM, 0);
		goto out;
	}
	param = X509_STORE_CTX_get0_param(ctx);
	X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_SERVER);
	X509_VERIFY_PARAM_set_auth_level(param, 0);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_TRUSTED_FIRST);
	X509_VERIFY_PARAM_set_time(param, now);
	X509_STORE_CTX_set_app_data(ctx, &collect);
	X509_STORE_CTX_set_verify_cb(ctx, collect_all);
	if (X509_verify_cert(ctx) != 1 && out->nerrors == 0)
		collect_error(&collect, X509_STORE_CTX_get_error(ctx), 0);
out:
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
}

/* What the errors amount to; the leaf's own dates count even where no path was found. */
static void
sum_up(struct cert_facts *out, X509 *leaf, int64_t now)
{
	int64_t from = time_of(X509_get0_notBefore(leaf)), to = time_of(X509_get0_notAfter(leaf));
	const struct cert_error *telling = NULL;

	out->leaf_in_date = from <= now && now <= to;
	out->days_left = (double)(to - now) / DAY;
	out->in_date = out->leaf_in_date;
	out->trusted = true;
	for (size_t i = 0; i < out->nerrors; i++) {
		bool date = is_date_error(out->errors[i].code);

		if (date)
			out->in_date = false;
		else
			out->trusted = false;
		/* the first reason not to trust tells more than a date */
		if (telling == NULL || (is_date_error(telling->code) && !date))
			telling = &out->errors[i];
	}
	if (telling != NULL)
		out->trust_why = telling->text;
	else if (!out->in_date)
		out->trust_why = "certificate is not in date";
}

static bool
key_is_strong(const EVP_PKEY *key)
{
	int bits = key == NULL ? 0 : EVP_PKEY_get_bits(key);

	switch (key == NULL ? EVP_PKEY_NONE : EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_RSA_PSS:
	case EVP_PKEY_DSA:
		return bits >= 2048;
	case EVP_PKEY_EC:
		return bits >= 224;
	case EVP_PKEY_ED25519:
	case EVP_PKEY_ED448:
		return true;
	default:
		return false;
	}
}

/* SHA-2, SHA-3 or EdDSA (confidence-factor.md). */
static bool
signature_is_strong(X509 *x)
{
	static const int strong[] = { NID_sha224, NID_sha256, NID_sha384, NID_sha512, NID_sha512_224,
		NID_sha512_256, NID_sha3_224, NID_sha3_256, NID_sha3_384, NID_sha3_512 };
	int nid = X509_get_signature_nid(x), digest = NID_undef, key, bits;
	uint32_t flags;

	if (nid == NID_ED25519 || nid == NID_ED448)
		return true;
	/* knows the digest inside RSA-PSS parameters, too */
	if (X509_get_signature_info(x, &digest, &key, &bits, &flags) != 1)
		return false;
	for (size_t i = 0; i < sizeof(strong) / sizeof(strong[0]); i++)
		if (strong[i] == digest)
			return true;
	return false;
}

static void
judge_strength(struct cert_facts *out, struct pool *p, X509 *leaf)
{
	const EVP_PKEY *key = X509_get0_pubkey(leaf);

	out->key_ok = key_is_strong(key);
	out->signature_ok = signature_is_strong(leaf);
	out->weak = pool_array(p, 2, sizeof(*out->weak));
	if (!out->key_ok)
		out->weak[out->nweak++] = key == NULL ? "unknown key"
		    : pool_printf(p, "%s %d-bit key", key_name(key), EVP_PKEY_get_bits(key));
	if (!out->signature_ok)
		out->weak[out->nweak++] = pool_printf(p, "%s signature",
		    OBJ_nid2ln(X509_get_signature_nid(leaf)));
	ERR_clear_error();
}

/* RFC 7633: feature 5 is status_request. */
static bool
demands_staple(X509 *leaf)
{
	TLS_FEATURE *features = X509_get_ext_d2i(leaf, NID_tlsfeature, NULL, NULL);
	bool staple = false;

	for (int i = 0; i < sk_ASN1_INTEGER_num(features); i++)
		staple = staple || ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == 5;
	TLS_FEATURE_free(features);
	return staple;
}

static STACK_OF(X509) *
decode_chain(const struct tls_chain *chain)
{
	STACK_OF(X509) *sent = sk_X509_new_null();

	for (size_t i = 0; sent != NULL && i < chain->n; i++) {
		X509 *x = decode(chain, i);

		if (x != NULL && sk_X509_push(sent, x) == 0)
			X509_free(x);
	}
	return sent;
}

void
cert_judge(struct cert_facts *out, struct pool *p, const struct cert_store *store, const struct tls_chain *chain,
    const struct cert_wanted *wanted, int64_t now)
{
	STACK_OF(X509) *sent = decode_chain(chain);
	X509 *leaf = sk_X509_num(sent) > 0 ? sk_X509_value(sent, 0) : NULL;

	*out = (struct cert_facts){ 0 };
	if (leaf != NULL) {
		out->present = true;
		judge_path(out, p, store, leaf, sent, now);
		sum_up(out, leaf, now);
		san_judge(out, p, leaf, wanted->names, wanted->n);
		judge_strength(out, p, leaf);
		out->must_staple = demands_staple(leaf);
	}
	sk_X509_pop_free(sent, X509_free);
	ERR_clear_error();
}
