/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hello.h - raw ClientHellos of protocols and suites that our TLS library no longer speaks, and what a server
 * answers: enough to tell that it would take them, no session comes of it.  Pure: bytes in and out.
 */
#ifndef HELLO_H
#define HELLO_H

#include <stddef.h>
#include <stdint.h>

#include "facts.h"

#define HELLO_MAX 512		/* of a hello: the longest server name takes half of it */
#define HELLO_ANSWER 128	/* of an answer: version and suite stand in its first 80 bytes */

/* Which suites a hello offers; that of SSL 2 has its own. */
enum hello_suites {
	HELLO_ANY,	/* what is common and what is lost, to see whether the version is taken */
	HELLO_LOST,	/* only those that OpenSSL has no more: RC4, DES, triple DES, IDEA, export */
};

enum hello_result {
	HELLO_MORE,	/* the answer is not complete */
	HELLO_YES,	/* a ServerHello */
	HELLO_NO,	/* an alert, another protocol's bytes, nonsense */
};

/*
 * A ClientHello of version (PROTO_SSL2 to PROTO_TLS12 as the highest one) with server name sni (NULL: none; SSL 2
 * and 3 have no place for it) and 32 bytes of random.  Its length; 0 when the name is too long for buf.
 * SSL 2: the draft of 1995, 2.5 and 2.6; SSL 3: RFC 6101, 5.6.1; TLS: RFC 5246, 7.4.1.2 and RFC 6066, 3.
 */
size_t hello_make(uint8_t buf[HELLO_MAX], enum proto version, enum hello_suites suites,
    const char *sni, const uint8_t random[32]);

/*
 * What the first n bytes of an answer to a hello of version are; *taken becomes the version of the ServerHello
 * with HELLO_YES.
 */
enum hello_result hello_read(enum proto *taken, enum proto version, const uint8_t *msg, size_t n);

#endif
