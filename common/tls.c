// SPDX-License-Identifier: GPL-3.0-or-later
/* tls.c - TLS sessions through OpenSSL over a non-blocking socket, under an absolute deadline. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "text.h"
#include "tick.h"
#include "tls.h"
#include "tls_reason.h"
#include "tls_tape.h"
#include "wait.h"

/* Everything there is, anonymous suites last: weak servers are measured here and judged by the score. */
#define CIPHERS_ALL "ALL:+aNULL:@SECLEVEL=0"

struct tls_ctx {
	SSL_CTX *ssl;
};

struct tls {
	SSL *ssl;
	int fd;
	bool up;		/* handshake done and no fatal error since */
	bool cert_asked;
	int64_t handshake_us;
};

static const struct {
	int version;
	enum proto proto;
} versions[] = {
	{ TLS1_VERSION, PROTO_TLS10 },
	{ TLS1_1_VERSION, PROTO_TLS11 },
	{ TLS1_2_VERSION, PROTO_TLS12 },
	{ TLS1_3_VERSION, PROTO_TLS13 },
};

static int
version_of(enum proto proto)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (versions[i].proto == proto)
			return versions[i].version;
	return 0;
}

enum proto
tls_proto(int version)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (versions[i].version == version)
			return versions[i].proto;
	return PROTO_NONE;
}

/* A key with a passphrase must fail, not ask on the terminal. */
static int
no_passphrase(char *buf, int size, int writing, void *arg)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)arg;
	return 0;
}

/* Called when the server asks for a client certificate and none is configured: note it, send none. */
static int
note_cert_asked(SSL *ssl, X509 **cert, EVP_PKEY **key)
{
	struct tls *tls = SSL_get_app_data(ssl);

	(void)cert;
	(void)key;
	tls->cert_asked = true;
	return 0;
}

static int
refuse(struct err *e, enum err_kind kind, const char *option, const char *value)
{
	err_set(e, kind, "--%s=%.120s: %s", option, value, tls_reason(ERR_peek_error()));
	ERR_clear_error();
	return -1;
}

static int
set_client_cert(SSL_CTX *ssl, const struct plan *plan, struct err *e)
{
	const char *key = plan->private_key != NULL ? plan->private_key : plan->client_cert;

	if (plan->client_cert == NULL) {
		SSL_CTX_set_client_cert_cb(ssl, note_cert_asked);
		return 0;
	}
	SSL_CTX_set_default_passwd_cb(ssl, no_passphrase);
	if (SSL_CTX_use_certificate_chain_file(ssl, plan->client_cert) != 1)
		return refuse(e, ERR_FILE, "client-cert", plan->client_cert);
	if (SSL_CTX_use_PrivateKey_file(ssl, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ssl) != 1)
		return refuse(e, ERR_FILE,
		    plan->private_key != NULL ? "private-key" : "client-cert", key);
	return 0;
}

static int
set_algorithms(SSL_CTX *ssl, const struct plan *plan, struct err *e)
{
	if (SSL_CTX_set_cipher_list(ssl, plan->ciphers != NULL ? plan->ciphers : CIPHERS_ALL) != 1)
		return refuse(e, ERR_USAGE, "ciphers",
		    plan->ciphers != NULL ? plan->ciphers : CIPHERS_ALL);
	if (plan->ciphersuites != NULL && SSL_CTX_set_ciphersuites(ssl, plan->ciphersuites) != 1)
		return refuse(e, ERR_USAGE, "ciphersuites", plan->ciphersuites);
	if (plan->groups != NULL && SSL_CTX_set1_groups_list(ssl, plan->groups) != 1)
		return refuse(e, ERR_USAGE, "groups", plan->groups);
	if (plan->sigalgs != NULL && SSL_CTX_set1_sigalgs_list(ssl, plan->sigalgs) != 1)
		return refuse(e, ERR_USAGE, "sigalgs", plan->sigalgs);
	/* last: a cipher list may carry a level of its own */
	SSL_CTX_set_security_level(ssl, 0);
	return 0;
}

int
tls_ctx_new(struct tls_ctx **ctx, const struct plan *plan, struct err *e)
{
	struct tls_ctx *made = NULL;
	int rc = -1;

	tls_reason_start();
	if ((made = calloc(1, sizeof(*made))) == NULL ||
	    (made->ssl = SSL_CTX_new(TLS_client_method())) == NULL) {
		err_set(e, ERR_SYSTEM, "cannot start OpenSSL: %s", tls_reason(ERR_peek_error()));
		goto out;
	}
	SSL_CTX_set_verify(made->ssl, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_options(made->ssl, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_clear_mode(made->ssl, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_mode(made->ssl, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(made->ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_dane_enable(made->ssl);	/* for sessions that ask for it, now that no thread is there */
	if (SSL_CTX_set_min_proto_version(made->ssl, version_of(plan->tls_min)) != 1 ||
	    SSL_CTX_set_max_proto_version(made->ssl, version_of(plan->tls_max)) != 1) {
		err_set(e, ERR_USAGE, "--tls-min, --tls-max: this OpenSSL has no such version");
		goto out;
	}
	if (set_algorithms(made->ssl, plan, e) == -1 || set_client_cert(made->ssl, plan, e) == -1)
		goto out;
	*ctx = made;
	made = NULL;
	rc = 0;
out:
	tls_ctx_free(made);
	return rc;
}

void
tls_ctx_free(struct tls_ctx *ctx)
{
	if (ctx == NULL)
		return;
	SSL_CTX_free(ctx->ssl);
	free(ctx);
}

SSL_CTX *
tls_ctx_ssl(const struct tls_ctx *ctx)
{
	return ctx->ssl;
}

/* A fatal alert of the peer is an OpenSSL reason of this offset and its number (RFC 8446, 6). */
static int
alert_failure(const struct tls *tls, int alert, struct err *e)
{
	if (alert == SSL_AD_CERTIFICATE_REQUIRED || tls->cert_asked)
		return err_set(e, ERR_CLIENT_CERT, "server requires a client certificate");
	/* not the reason: those name SSL 3 and TLS 1.0 whatever was spoken */
	return err_set(e, ERR_ALERT, "server sent TLS alert \"%s\"",
	    SSL_alert_desc_string_long(alert));
}

/*
 * What follows on a return of SSL_connect, SSL_read or SSL_write that is not success: 0 when waiting makes
 * another try worthwhile, else -1 with e set.
 */
static int
after(struct tls *tls, int rc, int64_t deadline, struct err *e)
{
	unsigned long code = ERR_peek_error();
	int saved = errno, why = SSL_get_error(tls->ssl, rc);

	if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
		bool ready = tick_now() < deadline &&
		    (why == SSL_ERROR_WANT_READ ? wait_stream(tls->fd, deadline)
						: wait_fd(tls->fd, POLLOUT, deadline));

		return ready ? 0 : err_set(e, ERR_TIMEOUT, "timed out");
	}
	tls->up = false;
	if (why == SSL_ERROR_ZERO_RETURN)
		return err_set(e, ERR_CLOSED, "connection closed by the server");
	if (why == SSL_ERROR_SYSCALL)
		return err_set(e, ERR_CLOSED,
		    saved == ECONNRESET || saved == EPIPE ? "connection reset by the server"
							  : "connection closed by the server");
	if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return err_set(e, ERR_CLOSED, "connection closed by the server");
	if (ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET)
		return alert_failure(tls, ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET, e);
	if (ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER)
		return err_set(e, ERR_TLS, "the answer is not TLS");
	return err_set(e, ERR_TLS, "%s", tls_reason(code));
}

/*
 * Only certificates with such a key can be shown then: TLS 1.3 goes by the signature algorithms, older versions
 * by the suites, too (RFC 8446, 4.4.2.2; RFC 5246, 7.4.2).
 */
static bool
set_key_kind(SSL *ssl, enum key_kind kind)
{
	static const struct {
		const char *ciphers, *sigalgs;
	} kinds[] = {
		[KEY_RSA] = { "aRSA:!eNULL:@SECLEVEL=0",
		    "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:rsa_pss_pss_sha256:"
		    "rsa_pss_pss_sha384:rsa_pss_pss_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512:"
		    "RSA+SHA224:RSA+SHA1" },
		[KEY_ECDSA] = { "aECDSA:!eNULL:@SECLEVEL=0",
		    "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA224:ECDSA+SHA1" },
	};

	return kind == KEY_ANY ||
	    (SSL_set_cipher_list(ssl, kinds[kind].ciphers) == 1 &&
		SSL_set1_sigalgs_list(ssl, kinds[kind].sigalgs) == 1);
}

int
tls_open(struct tls **tls, const struct tls_ctx *ctx, int fd, const char *sni,
    enum key_kind kind, struct tape *tape, int64_t deadline, struct err *e)
{
	struct tls *t = calloc(1, sizeof(*t));
	int64_t began = tick_now();
	int rc;

	if (t == NULL || (t->ssl = SSL_new(ctx->ssl)) == NULL || SSL_set_fd(t->ssl, fd) != 1) {
		err_set(e, ERR_SYSTEM, "cannot start a TLS session: out of memory");
		goto fail;
	}
	t->fd = fd;
	SSL_set_app_data(t->ssl, t);
	/* all bytes from here on are TLS: records whole, not in two reads each */
	SSL_set_read_ahead(t->ssl, 1);
	tls_tape(t->ssl, tape);
	SSL_set_tlsext_status_type(t->ssl, TLSEXT_STATUSTYPE_ocsp);
	if (!set_key_kind(t->ssl, kind)) {
		err_set(e, ERR_TLS, "this OpenSSL cannot ask for a certificate of one kind");
		goto fail;
	}
	if (sni != NULL && SSL_set_tlsext_host_name(t->ssl, sni) != 1) {
		err_set(e, ERR_TLS, "\"%.100s\" cannot be sent as server name", sni);
		goto fail;
	}
	for (;;) {
		ERR_clear_error();
		errno = 0;
		if ((rc = SSL_connect(t->ssl)) == 1)
			break;
		if (after(t, rc, deadline, e) == -1)
			goto fail;
	}
	t->up = true;
	t->handshake_us = tick_now() - began;
	*tls = t;
	return 0;
fail:
	ERR_clear_error();
	tls_close(t);
	return -1;
}

bool
tls_cert_asked(const struct tls *tls)
{
	return tls->cert_asked;
}

/* Name of the key exchange group: NIST's where it has one, NULL without. */
static const char *
group_name(SSL *ssl)
{
	int nid = (int)SSL_get_negotiated_group(ssl);
	const char *name;

	if (nid == NID_undef)
		return NULL;
	if ((nid & TLSEXT_nid_unknown) != 0)
		return SSL_group_to_name(ssl, nid);
	name = EC_curve_nid2nist(nid);
	return name != NULL ? name : OBJ_nid2sn(nid);
}

static const char *
signature_name(const SSL *ssl)
{
	int nid;

	if (SSL_get_peer_signature_type_nid(ssl, &nid) != 1 || nid == NID_undef)
		return NULL;
	switch (nid) {
	case EVP_PKEY_RSA: return "RSA";
	case EVP_PKEY_RSA_PSS: return "RSA-PSS";
	case EVP_PKEY_DSA: return "DSA";
	case EVP_PKEY_EC: return "ECDSA";
	case EVP_PKEY_ED25519: return "Ed25519";
	case EVP_PKEY_ED448: return "Ed448";
	default: return OBJ_nid2sn(nid);
	}
}

/* RC4, DES, triple DES, RC2 and NULL: no strength to speak of, whatever their key length says. */
static bool
cipher_obsolete(const SSL_CIPHER *cipher)
{
	static const int nids[] = { NID_undef, NID_rc4, NID_rc4_40, NID_des_cbc, NID_des_ede3_cbc, NID_rc2_cbc,
		NID_rc2_40_cbc };
	int nid = SSL_CIPHER_get_cipher_nid(cipher);

	for (size_t i = 0; i < sizeof(nids) / sizeof(nids[0]); i++)
		if (nids[i] == nid)
			return true;
	return false;
}

static void
describe_key_exchange(SSL *ssl, const SSL_CIPHER *cipher, struct tls_facts *facts)
{
	int kx = SSL_CIPHER_get_kx_nid(cipher);
	EVP_PKEY *key = NULL;

	facts->forward_secrecy = kx == NID_kx_any || kx == NID_kx_ecdhe || kx == NID_kx_dhe;
	if (kx == NID_kx_dhe && SSL_get_peer_tmp_key(ssl, &key) == 1) {
		facts->dh_bits = EVP_PKEY_get_bits(key);
		EVP_PKEY_free(key);
	}
}

void
tls_chain_take(struct tls_chain *chain, struct pool *p, STACK_OF(X509) *sent)
{
	*chain = (struct tls_chain){ 0 };
	for (int i = 0; i < sk_X509_num(sent) && chain->n < TLS_CHAIN; i++) {
		X509 *x = sk_X509_value(sent, i);
		unsigned char *der = NULL;
		int len = i2d_X509(x, &der);

		if (len <= 0 || X509_up_ref(x) != 1)
			continue;
		chain->der[chain->n] = pool_copy(p, der, (size_t)len);
		chain->decoded[chain->n] = x;
		chain->len[chain->n++] = (size_t)len;
		OPENSSL_free(der);
	}
}

/* OpenSSL hands out that of the leaf, in TLS 1.3 too, where each certificate may have one. */
static void
describe_staple(SSL *ssl, struct pool *p, struct tls_facts *facts)
{
	const unsigned char *der = NULL;
	long n = SSL_get_tlsext_status_ocsp_resp(ssl, &der);

	if (n <= 0 || der == NULL)
		return;
	facts->staple = pool_copy(p, der, (size_t)n);
	facts->staple_len = (size_t)n;
}

void
tls_describe(const struct tls *tls, struct pool *p, struct tls_facts *facts,
    struct tls_chain *chain)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(tls->ssl);
	const char *group = group_name(tls->ssl), *signature = signature_name(tls->ssl);

	*facts = (struct tls_facts){ .proto = tls_proto(SSL_version(tls->ssl)) };
	facts->cipher = pool_str(p, SSL_CIPHER_get_name(cipher));
	facts->bits = SSL_CIPHER_get_bits(cipher, NULL);
	facts->aead = SSL_CIPHER_is_aead(cipher) == 1;
	facts->anonymous = SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null;
	facts->obsolete = cipher_obsolete(cipher);
	describe_key_exchange(tls->ssl, cipher, facts);
	facts->group = group == NULL ? NULL : pool_str(p, group);
	facts->peer_signature = signature == NULL ? NULL : pool_str(p, signature);
	facts->secure_renegotiation = facts->proto == PROTO_TLS13 ||
	    SSL_get_secure_renegotiation_support(tls->ssl) == 1;
	facts->handshake_us = tls->handshake_us;
	describe_staple(tls->ssl, p, facts);
	tls_chain_take(chain, p, SSL_get_peer_cert_chain(tls->ssl));
}

void
tls_chain_free(struct tls_chain *chain)
{
	for (size_t i = 0; i < chain->n; i++) {
		X509_free(chain->decoded[i]);
		chain->decoded[i] = NULL;
	}
}

ssize_t
tls_read(struct tls *tls, void *buf, size_t n, int64_t deadline, struct err *e)
{
	for (;;) {
		size_t got = 0;
		int rc;

		ERR_clear_error();
		errno = 0;
		if ((rc = SSL_read_ex(tls->ssl, buf, n, &got)) == 1)
			return (ssize_t)got;
		if (after(tls, rc, deadline, e) == -1)
			return -1;
	}
}

int
tls_write(struct tls *tls, const void *buf, size_t n, int64_t deadline, struct err *e)
{
	for (;;) {
		size_t sent = 0;
		int rc;

		ERR_clear_error();
		errno = 0;
		/* without partial writes: all or nothing */
		if ((rc = SSL_write_ex(tls->ssl, buf, n, &sent)) == 1)
			return 0;
		if (after(tls, rc, deadline, e) == -1)
			return -1;
	}
}

void
tls_close(struct tls *tls)
{
	if (tls == NULL)
		return;
	if (tls->up)
		SSL_shutdown(tls->ssl);
	ERR_clear_error();
	SSL_free(tls->ssl);
	free(tls);
}
