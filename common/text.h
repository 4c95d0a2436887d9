/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - bounded, cleaned text, and numbers from text.  Pure; results live in the pool given. */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pool.h"

#define TEXT_SHOWN 2048	/* what is kept of one text from the network: the longest SMTP line we read */

/*
 * The one cleaning function (output.md): n raw bytes from the network as valid UTF-8 of at most max
 * bytes.  Control characters (C0, DEL, C1), bidirectional and other invisible format characters, line
 * and paragraph separators, and each byte of invalid UTF-8 become '?'; longer text ends in "...".
 */
char *text_clean(struct pool *p, const char *raw, size_t n, size_t max);

/* The same of a C string, TEXT_SHOWN at most. */
char *text_clean_str(struct pool *p, const char *raw);

/*
 * The length in bytes of the one UTF-8 character (RFC 3629: shortest form, no surrogates) that the n > 0
 * bytes at s begin with; it goes to *c.  0: they begin with none.
 */
size_t text_char(const char *s, size_t n, uint32_t *c);

/* A letter or digit of ASCII, whatever the locale. */
bool text_alnum(char c);

/* For plugin output: '|' becomes '/', '<' '(' and '>' ')', in place.  Returns s. */
char *text_plain(char *s);

/* A decimal integer, strictly (digits only, no sign, no blank), within lo..hi.  False: out is untouched. */
bool text_int(const char *s, long lo, long hi, long *out);

/* A decimal number "-?digits[.digits]" in the C locale, whatever the process' locale.  False: out is untouched. */
bool text_num(const char *s, double *out);

/* A text that grows: starts zeroed but for p. */
struct text {
	struct pool *p;
	char *s;	/* NUL-terminated once something was added; NULL before */
	size_t len, room;
};

void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_addv(struct text *t, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* What was added, "" for nothing. */
const char *text_get(const struct text *t);

/* ": why", the end of a sentence; "" where why is NULL. */
const char *text_because(struct pool *p, const char *why);

/* v rounded down to so many decimals, guarded against binary dust: 61.2999 days are 61.2, never 61.3. */
double text_floor(double v, int places);

/* "2026-11-23T12:00:00Z" of seconds since the epoch; NULL beyond what a calendar holds. */
char *text_date(struct pool *p, int64_t when);

/* Seconds in the largest unit that needs two decimals at most: "7 days", "365.25 days", "1 hour". */
char *text_span(struct pool *p, int64_t seconds);

/* Base-16 of n bytes, lower case. */
char *text_hex(struct pool *p, const uint8_t *bytes, size_t n);

#endif
