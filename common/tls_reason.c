// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * tls_reason.c - OpenSSL's reasons in words.
 *
 * The first error of a thread, and every start makes some, loads the texts of all libraries, unless that is forbidden,
 * for good.  What is left then are the older functions for one library each.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tls_reason.h"

void
tls_reason_start(void)
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
	    OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ATEXIT, NULL);
}

/* Of what a session, a certificate or a key can fail in. */
static void
load_texts(void)
{
	ERR_load_ERR_strings();
	ERR_load_ASN1_strings();
	ERR_load_BIO_strings();
	ERR_load_BN_strings();
	ERR_load_CRYPTO_strings();
	ERR_load_DH_strings();
	ERR_load_EC_strings();
	ERR_load_EVP_strings();
	ERR_load_PEM_strings();
	ERR_load_RSA_strings();
	ERR_load_X509_strings();
	OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, NULL);
}

const char *
tls_reason(unsigned long code)
{
	const char *text = ERR_reason_error_string(code);

	if (text == NULL) {
		load_texts();
		text = ERR_reason_error_string(code);
	}
	return text == NULL ? "unknown error" : text;
}
