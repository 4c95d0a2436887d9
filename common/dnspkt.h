/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dnspkt.h - DNS messages: a question to bytes, bytes to an answer.  Pure: no I/O. */
#ifndef DNSPKT_H
#define DNSPKT_H

#include <stddef.h>
#include <stdint.h>

#include "dns.h"

#define DNSPKT_PREFIX 2	/* length in front of a message over TCP (RFC 1035, 4.2.2) */
#define DNSPKT_MAX 65535	/* what that length can say */
#define DNSPKT_UDP 1232	/* never fragmented (DNS Flag Day 2020) */

/* A query ready to send. */
struct dnspkt {
	uint8_t *wire;		/* DNSPKT_PREFIX bytes of length, then the message */
	size_t len;		/* of the message */
	size_t question_len;	/* of the question section, behind the 12 bytes of header */
	enum dns_type type;
	bool ad;		/* the answer's AD bit is believed */
};

/* What a query asks for beside the records (RFC 4035, 3.2). */
enum dnspkt_mode {
	DNSPKT_PLAIN,
	DNSPKT_DO,	/* signatures, too */
	DNSPKT_AD,	/* the same, and the answer is SECURE when its AD bit is set */
	DNSPKT_CD,	/* the same, and nothing withheld for being bogus; never SECURE */
};

enum dnspkt_kind {
	DNSPKT_FOREIGN,	/* not the ID of this query */
	DNSPKT_GARBLED,	/* the ID, but no sound answer to this question: as if it had not come */
	DNSPKT_CUT,	/* truncated: ask over TCP */
	DNSPKT_REFUSAL,	/* this server cannot or will not: ask another; rcode and why are set */
	DNSPKT_ANSWER,	/* a is complete (a CNAME loop: DNS_ERROR) */
};

/*
 * The query for name (presentation form, final dot or not; "" is the root), in p.  -1: not a DNS
 * name.
 */
int dnspkt_query(struct dnspkt *out, struct pool *p, const char *name, enum dns_type type,
    enum dnspkt_mode mode, uint16_t id);

/*
 * What n bytes from a server are to the query; fills in a (texts in p) with REFUSAL and ANSWER
 * only.
 */
enum dnspkt_kind dnspkt_read(struct dns_answer *a, struct pool *p, const struct dnspkt *query,
    const uint8_t *msg, size_t n);

/*
 * The records of n bytes with rcode NOERROR or NXDOMAIN, from somebody who answers for them; the
 * status becomes INSECURE, or ERROR where CNAMEs have no end.  False: no sound message.
 */
bool dnspkt_records(struct dns_answer *a, struct pool *p, enum dns_type type, const uint8_t *msg,
    size_t n);

/* "SERVFAIL"; the low four bits. */
const char *dnspkt_rcode(unsigned rcode);

#endif
