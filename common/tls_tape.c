// SPDX-License-Identifier: GPL-3.0-or-later
/* tls_tape.c - have OpenSSL tell what it sends and receives. */
#include <string.h>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include "offer.h"
#include "tls_tape.h"

#define HELLO_RANDOM 6	/* where it is in a ServerHello: behind type, length and version */

/* RFC 8446, B.3; RFC 5246, 7.4; RFC 6066, 8; RFC 8879. */
static const struct {
	int type;
	const char *name;
} messages[] = {
	{ 0, "HelloRequest" }, { 1, "ClientHello" }, { 2, "ServerHello" }, { 4, "NewSessionTicket" },
	{ 5, "EndOfEarlyData" }, { 8, "EncryptedExtensions" }, { 11, "Certificate" },
	{ 12, "ServerKeyExchange" }, { 13, "CertificateRequest" }, { 14, "ServerHelloDone" },
	{ 15, "CertificateVerify" }, { 16, "ClientKeyExchange" }, { 20, "Finished" },
	{ 21, "CertificateURL" }, { 22, "CertificateStatus" }, { 23, "SupplementalData" },
	{ 24, "KeyUpdate" }, { 25, "CompressedCertificate" }, { 254, "MessageHash" },
};

/* RFC 8446, 4.1.3: a ServerHello with this for its random asks for another ClientHello. */
static const unsigned char retry[] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static const char *
message_name(struct pool *p, const unsigned char *message, size_t n)
{
	if (message[0] == SSL3_MT_SERVER_HELLO && n >= HELLO_RANDOM + sizeof(retry) &&
	    memcmp(message + HELLO_RANDOM, retry, sizeof(retry)) == 0)
		return "HelloRetryRequest";
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (messages[i].type == message[0])
			return messages[i].name;
	return pool_printf(p, "handshake message %u", message[0]);
}

/* Level and description, each one byte (RFC 8446, 6). */
static const char *
alert_name(struct pool *p, const unsigned char *alert)
{
	return pool_printf(p, "%s alert: %s", alert[0] == SSL3_AL_FATAL ? "fatal" : "warning",
	    SSL_alert_desc_string_long(alert[1]));
}

static void
note_message(int sent, int version, int type, const void *buf, size_t n, SSL *ssl, void *arg)
{
	struct tape *tape = arg;

	(void)version;
	(void)ssl;
	if (type == SSL3_RT_CHANGE_CIPHER_SPEC) {
		tape_event(tape, sent, "ChangeCipherSpec", n);
	} else if (type == SSL3_RT_ALERT && n >= 2) {
		tape_event(tape, sent, alert_name(tape->pool, buf), n);
	} else if (type == SSL3_RT_HANDSHAKE && n > 0) {
		tape_event(tape, sent, message_name(tape->pool, buf, n), n);
		if (sent && *(const unsigned char *)buf == SSL3_MT_CLIENT_HELLO)
			offer_read(&tape->facts.offer, tape->pool, buf, n);
	}
}

/* Called behind every read and write of the socket, with what went through. */
static long
note_bytes(BIO *bio, int what, const char *bytes, size_t len, int argi, long argl, int rc,
    size_t *n)
{
	struct tape *tape = (struct tape *)BIO_get_callback_arg(bio);

	(void)len;
	(void)argi;
	(void)argl;
	if (rc > 0 && n != NULL && what == (BIO_CB_READ | BIO_CB_RETURN))
		tape_packet(tape, false, true, bytes, *n);
	if (rc > 0 && n != NULL && what == (BIO_CB_WRITE | BIO_CB_RETURN))
		tape_packet(tape, true, true, bytes, *n);
	return rc;
}

void
tls_tape(struct ssl_st *ssl, struct tape *tape)
{
	if (tape == NULL)
		return;
	if (tape->kind == TAPE_SESSION) {
		SSL_set_msg_callback(ssl, note_message);
		SSL_set_msg_callback_arg(ssl, tape);
	} else {
		/* one BIO for both directions: SSL_set_fd() made it */
		BIO_set_callback_ex(SSL_get_rbio(ssl), note_bytes);
		BIO_set_callback_arg(SSL_get_rbio(ssl), (char *)tape);
	}
}
