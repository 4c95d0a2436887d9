/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tlsa.h - one TLSA record (RFC 6698, 7671): read, parsed, written, and whether a sender can use it.  Pure.
 * The struct is in facts.h; data lives in the pool given.
 */
#ifndef TLSA_H
#define TLSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "facts.h"
#include "pool.h"

/* The three numbers of a record. */
struct tlsa_kind {
	uint8_t usage, selector, matching;
};

/*
 * A record from DNS: n bytes of usage, selector, matching type and data, copied into p.  usable and why say
 * whether SMTP senders can use it (RFC 7672, 3.1); matched is false.
 * False: less than the three numbers; t is an unusable record all the same, whose numbers mean nothing.
 */
bool tlsa_read(struct tlsa *t, struct pool *p, const uint8_t *rdata, size_t n);

/*
 * A record as typed in --tlsa: "U S M HEX", three decimal numbers and hexadecimal digits with blanks anywhere
 * between them.  ERR_USAGE for what is no record at all (a field missing, a number over 255, other
 * characters, an odd number of digits); one that no sender can use is 0 with usable false.
 */
int tlsa_parse(struct tlsa *t, struct pool *p, const char *text, struct err *e);

/* A kind as typed in --require: "U.S.M".  ERR_USAGE for anything but three numbers up to 255. */
int tlsa_kind_parse(struct tlsa_kind *k, struct pool *p, const char *text, struct err *e);

/* "3 1 1 a1b2...", ready to paste into a zone. */
const char *tlsa_text(struct pool *p, const struct tlsa *t);

/* The same for sentences: of long data the first four bytes and "...". */
const char *tlsa_brief(struct pool *p, const struct tlsa *t);

/* "3 1 1" */
const char *tlsa_kind_text(struct pool *p, const struct tlsa *t);

bool tlsa_same_kind(const struct tlsa *a, const struct tlsa *b);
bool tlsa_equal(const struct tlsa *a, const struct tlsa *b);

/* Its data is the digest of nothing: what a script publishes whose input was empty. */
bool tlsa_of_nothing(const struct tlsa *t);

#endif
