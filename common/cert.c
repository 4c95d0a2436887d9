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
#define SERIAL_SHOWN 64 /* RFC 5280, 4.1.2.2, allows 20 bytes */
#define OID_SHOWN 80
#define DAY 86400.0

X509 *
cert_decode(const struct tls_chain *chain, size_t i)
{
	const unsigned char *der = chain->der[i], *end = der + chain->len[i];
	X509 *x;

	if (chain->decoded[i] != NULL && X509_up_ref(chain->decoded[i]) == 1)
		return chain->decoded[i];
	x = d2i_X509(NULL, &der, (long)chain->len[i]);
	if (x != NULL && der != end) {
		X509_free(x);
		x = NULL;
	}
	return x;
}

STACK_OF(X509) *
cert_decode_rest(const struct tls_chain *chain)
{
	STACK_OF(X509) *sent = sk_X509_new_null();

	for (size_t i = 1; sent != NULL && i < chain->n; i++) {
		X509 *x = cert_decode(chain, i);

		if (x != NULL && sk_X509_push(sent, x) == 0)
			X509_free(x);
	}
	return sent;
}

static const char *
dn_text(struct pool *p, const X509_NAME *name)
{
	const unsigned long how = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text = "?";
	char *data = NULL;
	long n;

	if (bio != NULL && X509_NAME_print_ex(bio, name, 0, how) >= 0) {
		n = BIO_get_mem_data(bio, &data);
		text = n > 0 ? text_clean(p, data, (size_t)n, DN_SHOWN) : "";
	}
	BIO_free(bio);
	return text;
}

bool
cert_time(const ASN1_TIME *t, int64_t *seconds)
{
	struct tm tm = { 0 };

	*seconds = 0;
	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return false;
	*seconds = timegm(&tm);
	return true;
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
	size_t n = (size_t)ASN1_STRING_length(serial), max = n < SERIAL_SHOWN ? n : SERIAL_SHOWN;
	const char *sign = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER ? "-" : "";

	if (n == 0)
		return "00";
	return pool_printf(p, "%s%s%s", sign, text_hex(p, ASN1_STRING_get0_data(serial), max),
	    n > max ? "..." : "");
}

/* OpenSSL's name of the algorithm, else its OID. */
static const char *
signature_text(struct pool *p, const X509 *x)
{
	const ASN1_OBJECT *oid = NULL;
	char text[OID_SHOWN];

	X509_ALGOR_get0(&oid, NULL, NULL, X509_get0_tbs_sigalg(x));
	if (OBJ_obj2txt(text, sizeof(text), oid, 0) <= 0)
		return "unknown";
	return text_clean_str(p, text);
}

static void
describe(struct cert *c, struct pool *p, const X509 *x)
{
	const EVP_PKEY *key = X509_get0_pubkey(x);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	c->subject = dn_text(p, X509_get_subject_name(x));
	c->issuer = dn_text(p, X509_get_issuer_name(x));
	c->serial = serial_text(p, x);
	c->cn = san_common(p, x);
	c->sans = san_texts(p, x, &c->nsans);
	cert_time(X509_get0_notBefore(x), &c->not_before);
	cert_time(X509_get0_notAfter(x), &c->not_after);
	c->key = pool_str(p, key_name(key));
	c->bits = key == NULL ? 0 : EVP_PKEY_get_bits(key);
	c->signature = signature_text(p, x);
	c->sha256 = X509_digest(x, EVP_sha256(), digest, &n) == 1 ? text_hex(p, digest, n) : "";
}

struct cert *
cert_chain(struct pool *p, const struct tls_chain *chain, size_t *n)
{
	struct cert *certs = pool_array(p, chain->n, sizeof(*certs));

	*n = 0;
	for (size_t i = 0; i < chain->n; i++) {
		X509 *x = cert_decode(chain, i);

		if (x == NULL)
			continue;
		certs[*n].der = chain->der[i];
		certs[*n].der_len = chain->len[i];
		describe(&certs[(*n)++], p, x);
		X509_free(x);
	}
	ERR_clear_error();
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
	wanted->mx = mx;
	if (plan->match == MATCH_NONE)
		return;
	if (plan->match != MATCH_DOMAIN)
		want(wanted, mx);
	if (plan->match != MATCH_MX)
		want(wanted, domain);
	for (size_t i = 0; i < plan->verify_names.n; i++)
		want(wanted, plan->verify_names.item[i]);
	if (wanted->n == 0)
		want(wanted, mx == NULL ? "" : mx);
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

/* An unreadable date is no good date, and no good certificate. */
static bool
is_date_field_error(int code)
{
	return code == X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD ||
	    code == X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD;
}

/* What an error means, whether it is kept or not. */
static void
weigh_error(struct cert_facts *out, int code, int depth)
{
	bool date = is_date_error(code);

	if (!date)
		out->trusted = false;
	if (date || is_date_field_error(code)) {
		out->in_date = false;
		out->leaf_in_date = out->leaf_in_date && depth != 0;
	}
}

/* Once each, in the order of the chain. */
static void
collect_error(struct collect *c, int code, int depth)
{
	struct cert_facts *out = c->out;
	size_t at = out->nerrors;

	weigh_error(out, code, depth);
	for (size_t i = 0; i < out->nerrors; i++)
		if (out->errors[i].code == code && out->errors[i].depth == depth)
			return;
	if (out->nerrors == ERRORS_KEPT)
		return;
	out->errors = pool_grow(c->p, out->errors, out->nerrors++, sizeof(*out->errors));
	for (; at > 0 && out->errors[at - 1].depth > depth; at--)
		out->errors[at] = out->errors[at - 1];
	out->errors[at] = (struct cert_error){ code, depth, X509_verify_cert_error_string(code) };
}

/* OpenSSL looks at no date of the last certificate of an incomplete chain: all are looked at here. */
static void
collect_date(struct collect *c, const X509 *x, int depth, int64_t now)
{
	int64_t from, to;

	if (!cert_time(X509_get0_notBefore(x), &from))
		collect_error(c, X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, depth);
	else if (from > now)
		collect_error(c, X509_V_ERR_CERT_NOT_YET_VALID, depth);
	if (!cert_time(X509_get0_notAfter(x), &to))
		collect_error(c, X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, depth);
	else if (to <= now)
		collect_error(c, X509_V_ERR_CERT_HAS_EXPIRED, depth);
}

/* Note every error and go on. */
static int
collect_all(int ok, X509_STORE_CTX *ctx)
{
	struct collect *c = X509_STORE_CTX_get_app_data(ctx);

	if (!ok)
		collect_error(c, X509_STORE_CTX_get_error(ctx),
		    X509_STORE_CTX_get_error_depth(ctx));
	return 1;
}

/* A certificate of the path is mostly one of those sent: its bytes are there already. */
static void
keep_in_path(struct cert_path *path, struct pool *p, const struct tls_chain *chain, X509 *x)
{
	unsigned char *der = NULL;
	int n;

	for (size_t i = 0; i < chain->n; i++)
		if (chain->decoded[i] == x) {
			path->der[path->n] = chain->der[i];
			path->len[path->n++] = chain->len[i];
			return;
		}
	if ((n = i2d_X509(x, &der)) <= 0)
		return;
	path->der[path->n] = pool_copy(p, der, (size_t)n);
	path->len[path->n++] = (size_t)n;
	OPENSSL_free(der);
}

static void
keep_path(struct cert_path *path, struct pool *p, const struct tls_chain *chain,
    const STACK_OF(X509) *certs)
{
	size_t n = (size_t)sk_X509_num(certs);

	path->der = pool_array(p, n, sizeof(*path->der));
	path->len = pool_array(p, n, sizeof(*path->len));
	for (size_t i = 0; i < n; i++)
		keep_in_path(path, p, chain, sk_X509_value(certs, (int)i));
}

static void
judge_path(struct cert_facts *out, struct pool *p, const struct cert_store *store,
    const struct tls_chain *chain, X509 *leaf, STACK_OF(X509) *sent, int64_t now)
{
	struct collect collect = { p, out };
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	STACK_OF(X509) *path;

	out->trusted = out->in_date = out->leaf_in_date = true;
	collect_date(&collect, leaf, 0, now);
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
	/* every error went through the callback: what is left is a failure of OpenSSL itself */
	if (X509_verify_cert(ctx) != 1)
		collect_error(&collect, X509_V_ERR_UNSPECIFIED, 0);
	path = X509_STORE_CTX_get0_chain(ctx);
	for (int i = 1; i < sk_X509_num(path); i++)
		collect_date(&collect, sk_X509_value(path, i), i, now);
	if (out->trusted)
		keep_path(&out->path, p, chain, path);
out:
	X509_STORE_CTX_free(ctx);
}

/* The first reason not to trust tells more than a date. */
static const char *
telling_error(const struct cert_facts *out)
{
	for (size_t i = 0; i < out->nerrors; i++)
		if (!is_date_error(out->errors[i].code))
			return out->errors[i].text;
	return out->nerrors > 0 ? out->errors[0].text : NULL;
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
	static const int strong[] = { NID_sha224, NID_sha256, NID_sha384, NID_sha512,
		NID_sha512_224, NID_sha512_256, NID_sha3_224, NID_sha3_256, NID_sha3_384,
		NID_sha3_512 };
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
		out->weak[out->nweak++] = key == NULL ? "unknown key" :
		    pool_printf(p, "%s %d-bit key", key_name(key), EVP_PKEY_get_bits(key));
	if (!out->signature_ok)
		out->weak[out->nweak++] = pool_printf(p, "%s signature", signature_text(p, leaf));
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

/* A leaf that is no certificate: nothing good can be said of it. */
static void
judge_garbage(struct cert_facts *out, struct pool *p)
{
	static const char text[] = "certificate cannot be decoded";

	out->errors = pool_array(p, 1, sizeof(*out->errors));
	out->errors[out->nerrors++] = (struct cert_error){ X509_V_ERR_UNSPECIFIED, 0, text };
	out->trust_why = text;
	out->weak = pool_array(p, 2, sizeof(*out->weak));
	out->weak[out->nweak++] = "unknown key";
	out->weak[out->nweak++] = "unknown signature";
}

void
cert_judge(struct cert_facts *out, struct pool *p, const struct cert_store *store,
    const struct tls_chain *chain, const struct cert_wanted *wanted, int64_t now)
{
	STACK_OF(X509) *sent = cert_decode_rest(chain);
	X509 *leaf = chain->n > 0 ? cert_decode(chain, 0) : NULL;
	int64_t to;

	*out = (struct cert_facts){ .present = chain->n > 0 };
	if (leaf != NULL) {
		judge_path(out, p, store, chain, leaf, sent, now);
		out->trust_why = telling_error(out);
		cert_time(X509_get0_notAfter(leaf), &to);
		out->days_left = (double)(to - now) / DAY;
		judge_strength(out, p, leaf);
		out->must_staple = demands_staple(leaf);
	} else if (out->present) {
		judge_garbage(out, p);
	}
	if (out->present)
		san_judge(out, p, leaf, wanted->names, wanted->n);
	out->sts_name = leaf != NULL && wanted->mx != NULL && san_covers(leaf, wanted->mx);
	X509_free(leaf);
	sk_X509_pop_free(sent, X509_free);
	/* what is left in the queue would speak up in the next SSL_get_error() */
	ERR_clear_error();
}
