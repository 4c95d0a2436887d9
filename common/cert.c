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

#include "addr.h"
#include "cert.h"
#include "name.h"
#include "store.h"
#include "text.h"

#define DN_SHOWN 512	/* of a distinguished name */
#define NAME_SHOWN 253	/* of a name in a certificate */
#define SANS_SHOWN 100	/* names kept for showing; all are matched */
#define FOUND_SHOWN 2	/* names in the sentence that tells what a certificate names */
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

/* Raw bytes of a name: NULL when it holds a NUL, which no host name does (CVE-2009-2408). */
static const char *
name_bytes(struct pool *p, const ASN1_STRING *s)
{
	const unsigned char *data = ASN1_STRING_get0_data(s);
	int n = ASN1_STRING_length(s);

	if (data == NULL || n <= 0 || memchr(data, '\0', (size_t)n) != NULL)
		return NULL;
	return pool_strn(p, (const char *)data, (size_t)n);
}

static const char *
common_name(struct pool *p, X509 *x)
{
	const X509_NAME *subject = X509_get_subject_name(x);
	int at = -1, last = -1;

	/* the last one is the most specific */
	while ((at = X509_NAME_get_index_by_NID((X509_NAME *)subject, NID_commonName, at)) >= 0)
		last = at;
	if (last < 0)
		return NULL;
	return name_bytes(p, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
}

static const char *
clean_name(struct pool *p, const char *raw)
{
	return text_clean(p, raw, strlen(raw), NAME_SHOWN);
}

/* A general name as text for showing; NULL for kinds that name no host. */
static const char *
san_text(struct pool *p, const GENERAL_NAME *name)
{
	struct addr a;

	if (name->type == GEN_DNS) {
		const ASN1_STRING *s = name->d.dNSName;

		return pool_printf(p, "DNS:%s", text_clean(p, (const char *)ASN1_STRING_get0_data(s),
		    (size_t)ASN1_STRING_length(s), NAME_SHOWN));
	}
	if (name->type == GEN_IPADD && addr_from_bytes(&a, ASN1_STRING_get0_data(name->d.iPAddress),
		(size_t)ASN1_STRING_length(name->d.iPAddress)))
		return pool_printf(p, "IP:%s", a.text);
	return NULL;
}

static void
describe_sans(struct cert *c, struct pool *p, X509 *x)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && c->nsans < SANS_SHOWN; i++) {
		const char *text = san_text(p, sk_GENERAL_NAME_value(names, i));

		if (text == NULL)
			continue;
		c->sans = pool_grow(p, c->sans, c->nsans, sizeof(*c->sans));
		c->sans[c->nsans++] = text;
	}
	GENERAL_NAMES_free(names);
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
	const char *cn = common_name(p, x);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	c->subject = dn_text(p, X509_get_subject_name(x));
	c->issuer = dn_text(p, X509_get_issuer_name(x));
	c->serial = serial_text(p, x);
	c->cn = cn == NULL ? NULL : clean_name(p, cn);
	describe_sans(c, p, x);
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

/* Does a name of the certificate cover one that is wanted? */
static bool
wanted_by_name(const struct cert_wanted *w, const char *pattern)
{
	struct addr a;

	for (size_t i = 0; i < w->n; i++)
		if (!addr_parse(&a, w->names[i]) && name_match(pattern, w->names[i]))
			return true;
	return false;
}

static bool
wanted_by_address(const struct cert_wanted *w, const struct addr *found)
{
	struct addr a;

	for (size_t i = 0; i < w->n; i++)
		if (addr_parse(&a, w->names[i]) && addr_equal(&a, found))
			return true;
	return false;
}

/* The names of a leaf while they are matched. */
struct name_search {
	struct pool *p;
	const struct cert_wanted *wanted;
	struct cert_facts *out;
	bool dns_seen;
	size_t n;		/* names seen */
	struct text found;
};

static void
see_name(struct name_search *s, const char *shown, bool matches)
{
	if (s->n++ < FOUND_SHOWN)
		text_add(&s->found, "%s%s", s->n > 1 ? ", " : "", shown);
	if (matches && s->out->matched_name == NULL)
		s->out->matched_name = shown;
}

static void
see_san(struct name_search *s, const GENERAL_NAME *name)
{
	struct addr a;

	if (name->type == GEN_DNS) {
		const char *raw = name_bytes(s->p, name->d.dNSName);

		s->dns_seen = true;
		if (raw != NULL)
			see_name(s, clean_name(s->p, raw), wanted_by_name(s->wanted, raw));
	} else if (name->type == GEN_IPADD &&
	    addr_from_bytes(&a, ASN1_STRING_get0_data(name->d.iPAddress),
		(size_t)ASN1_STRING_length(name->d.iPAddress))) {
		see_name(s, pool_str(s->p, a.text), wanted_by_address(s->wanted, &a));
	}
}

static const char *
wanted_text(struct pool *p, const struct cert_wanted *w)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < w->n; i++)
		text_add(&t, "%s%s", i > 0 ? " or " : "", w->names[i]);
	return text_get(&t);
}

/* SANs decide when there is a DNS one, the common name only without (RFC 6125, 6.4.4). */
static void
judge_names(struct cert_facts *out, struct pool *p, X509 *leaf, const struct cert_wanted *wanted)
{
	struct name_search s = { .p = p, .wanted = wanted, .out = out, .found = { .p = p } };
	GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
	const char *cn;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		see_san(&s, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
	if (!s.dns_seen && (cn = common_name(p, leaf)) != NULL) {
		out->by_cn = out->matched_name == NULL && wanted_by_name(wanted, cn);
		see_name(&s, clean_name(p, cn), out->by_cn);
	}
	if (s.n > FOUND_SHOWN)
		text_add(&s.found, " and %zu more", s.n - FOUND_SHOWN);
	out->found = s.n == 0 ? "no name" : text_get(&s.found);
	out->wanted = wanted_text(p, wanted);
	out->name_checked = wanted->n > 0;
	out->name_match = wanted->n == 0 || out->matched_name != NULL;
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
		judge_names(out, p, leaf, wanted);
		judge_strength(out, p, leaf);
		out->must_staple = demands_staple(leaf);
	}
	sk_X509_pop_free(sent, X509_free);
	ERR_clear_error();
}
