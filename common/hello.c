// SPDX-License-Identifier: GPL-3.0-or-later
/* hello.c - raw ClientHellos, and what a server answers. */
#include <stdbool.h>
#include <string.h>

#include "hello.h"

#define RECORD_HEADER 5
#define RECORD_HANDSHAKE 22
#define MESSAGE_HEADER 4
#define CLIENT_HELLO 1
#define SERVER_HELLO 2
#define RANDOM 32
#define SESSION_ID 32	/* at most */
#define SSL2_SERVER_HELLO 4
#define SSL2_CHALLENGE 16

/* Three bytes each: RC4, RC2, IDEA, DES and triple DES with MD5, strong and export. */
static const uint8_t suites_ssl2[] = {
	0x07, 0x00, 0xc0, 0x05, 0x00, 0x80, 0x03, 0x00, 0x80, 0x01, 0x00, 0x80, 0x06, 0x00, 0x40,
	0x04, 0x00, 0x80, 0x02, 0x00, 0x80,
};

/* RC4, triple DES, DES, IDEA and export suites; the first ones with an elliptic curve. */
static const uint16_t suites_lost[] = {
	0xc011, 0xc007, 0xc012, 0xc008, 0x0005, 0x0004, 0x000a, 0x0016, 0x0013, 0x0007, 0x0009,
	0x0015, 0x0012, 0x0062, 0x0064, 0x0003, 0x0006, 0x0008, 0x0014, 0x0011,
};

/* AES in CBC mode, which every TLS library has, behind elliptic curves, DHE and RSA; AEAD for TLS 1.2. */
static const uint16_t suites_common[] = {
	0xc02f, 0xc02b, 0xc030, 0xc02c, 0x009e, 0x009c, 0xc013, 0xc009, 0xc014, 0xc00a, 0x0033,
	0x0039, 0x0032, 0x0038, 0x002f, 0x0035,
};

/* Groups (RFC 8422, 5.1), point formats (5.2) and signature algorithms (RFC 5246, 7.4.1.4.1): whole extensions. */
static const uint8_t extensions[] = {
	0x00, 0x0a, 0x00, 0x0a, 0x00, 0x08, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x18, 0x00, 0x19,
	0x00, 0x0b, 0x00, 0x02, 0x01, 0x00,
	0x00, 0x0d, 0x00, 0x14, 0x00, 0x12, 0x04, 0x03, 0x05, 0x03, 0x06, 0x03, 0x04, 0x01, 0x05,
	0x01, 0x06, 0x01, 0x02, 0x03, 0x02, 0x01, 0x02, 0x02,
};

/* Bytes as they are put together; full is set when there was no room. */
struct writer {
	uint8_t *at, *end;
	bool full;
};

static void
put(struct writer *w, const void *bytes, size_t n)
{
	if (n > (size_t)(w->end - w->at)) {
		w->full = true;
		return;
	}
	memcpy(w->at, bytes, n);
	w->at += n;
}

static void
put8(struct writer *w, unsigned v)
{
	uint8_t byte = (uint8_t)v;

	put(w, &byte, 1);
}

static void
put16(struct writer *w, unsigned v)
{
	put8(w, v >> 8);
	put8(w, v);
}

/* Fill in the two bytes of a length whose content began behind them. */
static void
close16(const struct writer *w, uint8_t *length)
{
	size_t n = (size_t)(w->at - length) - 2;

	length[0] = (uint8_t)(n >> 8);
	length[1] = (uint8_t)n;
}

static void
put_suites(struct writer *w, const uint16_t *suites, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put16(w, suites[i]);
}

static unsigned
wire_version(enum proto version)
{
	return version == PROTO_SSL2 ? 0x0002 : 0x0300 + (unsigned)(version - PROTO_SSL3);
}

static enum proto
proto_of(unsigned wire)
{
	return wire >= 0x0300 && wire <= 0x0303 ? PROTO_SSL3 + (enum proto)(wire - 0x0300)
						: PROTO_NONE;
}

static void
ssl2_hello(struct writer *w, const uint8_t random[RANDOM])
{
	uint8_t *length = w->at;

	put16(w, 0);
	put8(w, CLIENT_HELLO);
	put16(w, wire_version(PROTO_SSL2));
	put16(w, sizeof(suites_ssl2));
	put16(w, 0);	/* no session to resume */
	put16(w, SSL2_CHALLENGE);
	put(w, suites_ssl2, sizeof(suites_ssl2));
	put(w, random, SSL2_CHALLENGE);
	close16(w, length);
	length[0] |= 0x80;	/* a header of two bytes, no padding */
}

static void
put_extensions(struct writer *w, const char *sni)
{
	size_t n = sni == NULL ? 0 : strlen(sni);
	uint8_t *length = w->at;

	put16(w, 0);
	if (n > 0) {
		put16(w, 0);
		put16(w, (unsigned)n + 5);
		put16(w, (unsigned)n + 3);
		put8(w, 0);
		put16(w, (unsigned)n);
		put(w, sni, n);
	}
	put(w, extensions, sizeof(extensions));
	close16(w, length);
}

/* SSL 3 and TLS: a record with the one message. */
static void
record_hello(struct writer *w, enum proto version, enum hello_suites suites, const char *sni,
    const uint8_t random[RANDOM])
{
	uint8_t *record, *message, *list;

	put8(w, RECORD_HANDSHAKE);
	/* RFC 5246, E.1: TLS 1.0 in the record whatever the highest version */
	put16(w, wire_version(version > PROTO_TLS10 ? PROTO_TLS10 : version));
	record = w->at;
	put16(w, 0);
	put8(w, CLIENT_HELLO);
	put8(w, 0);
	message = w->at;
	put16(w, 0);
	put16(w, wire_version(version));
	put(w, random, RANDOM);
	put8(w, 0);	/* no session to resume */
	list = w->at;
	put16(w, 0);
	if (suites == HELLO_ANY)
		put_suites(w, suites_common, sizeof(suites_common) / sizeof(suites_common[0]));
	put_suites(w, suites_lost, sizeof(suites_lost) / sizeof(suites_lost[0]));
	put16(w, 0x00ff);	/* RFC 5746, 3.3 */
	close16(w, list);
	put16(w, 0x0100);	/* one compression method: none */
	if (version > PROTO_SSL3)
		put_extensions(w, sni);
	close16(w, message);
	close16(w, record);
}

size_t
hello_make(uint8_t buf[HELLO_MAX], enum proto version, enum hello_suites suites, const char *sni,
    const uint8_t random[RANDOM])
{
	struct writer w = { buf, buf + HELLO_MAX, false };

	if (version == PROTO_SSL2)
		ssl2_hello(&w, random);
	else
		record_hello(&w, version, suites, sni, random);
	return w.full ? 0 : (size_t)(w.at - buf);
}

/* SERVER-HELLO: hit, certificate type, version, and lengths of certificate and suites. */
static enum hello_result
ssl2_answer(const uint8_t *msg, size_t n)
{
	size_t header = n > 0 && (msg[0] & 0x80) == 0 ? 3 : 2;
	const uint8_t *body = msg + header;

	if (n < header + 9)
		return HELLO_MORE;
	if (body[0] != SSL2_SERVER_HELLO || (body[3] << 8 | body[4]) != 0x0002)
		return HELLO_NO;
	/* some servers have the protocol but not one suite for it: no session */
	return (body[7] << 8 | body[8]) != 0 ? HELLO_YES : HELLO_NO;
}

static bool
is_among(unsigned suite, const uint16_t *suites, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (suites[i] == suite)
			return true;
	return false;
}

/* The suite of a ServerHello, behind version, random and session: has it been offered? */
static enum hello_result
suite_chosen(const uint8_t *session, const uint8_t *end)
{
	unsigned suite;

	if (session >= end)
		return HELLO_MORE;
	if (session[0] > SESSION_ID)
		return HELLO_NO;
	if (end - session < 1 + session[0] + 2)
		return HELLO_MORE;
	session += 1 + session[0];
	suite = (unsigned)session[0] << 8 | session[1];
	return is_among(suite, suites_common, sizeof(suites_common) / sizeof(suites_common[0])) ||
		is_among(suite, suites_lost, sizeof(suites_lost) / sizeof(suites_lost[0]))
	    ? HELLO_YES : HELLO_NO;
}

enum hello_result
hello_read(enum proto *taken, enum proto version, const uint8_t *msg, size_t n)
{
	const uint8_t *hello = msg + RECORD_HEADER;
	enum hello_result result;
	enum proto answered;

	*taken = PROTO_NONE;
	if (version == PROTO_SSL2) {
		result = ssl2_answer(msg, n);
		*taken = result == HELLO_YES ? PROTO_SSL2 : PROTO_NONE;
		return result;
	}
	if (n > 0 && msg[0] != RECORD_HANDSHAKE)
		return HELLO_NO;
	if (n < RECORD_HEADER + MESSAGE_HEADER + 2)
		return HELLO_MORE;
	if (msg[1] != 3 || hello[0] != SERVER_HELLO)
		return HELLO_NO;
	/* a version or a suite that was not offered is no answer to this hello */
	answered = proto_of((unsigned)hello[MESSAGE_HEADER] << 8 | hello[MESSAGE_HEADER + 1]);
	if (answered == PROTO_NONE || answered > version)
		return HELLO_NO;
	if (n < RECORD_HEADER + MESSAGE_HEADER + 2 + RANDOM)
		return HELLO_MORE;
	result = suite_chosen(hello + MESSAGE_HEADER + 2 + RANDOM, msg + n);
	if (result == HELLO_YES)
		*taken = answered;
	return result;
}
