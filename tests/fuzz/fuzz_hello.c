// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_hello.c - answers to raw ClientHellos: the first byte is the version asked for. */
#include "fuzz.h"
#include "hello.h"

static const uint8_t dice[32];

/* What the first bytes settle, later ones do not change: answers come in pieces. */
static void
check_parts(enum proto asked, const uint8_t *msg, size_t n, enum hello_result whole,
    enum proto taken)
{
	for (size_t i = 0; i <= n && i <= HELLO_ANSWER; i++) {
		enum proto other = PROTO_NONE;
		enum hello_result part = hello_read(&other, asked, msg, i);

		FUZZ_MUST(part == HELLO_MORE || part == whole);
		FUZZ_MUST(part != HELLO_YES || other == taken);
	}
}

/* A hello to any name fits or is refused, and is no answer to itself. */
static void
check_made(enum proto asked, const uint8_t *data, size_t n)
{
	uint8_t hello[HELLO_MAX];
	char name[300];
	enum proto taken = PROTO_NONE;
	size_t len = n < sizeof(name) ? n : sizeof(name) - 1;

	memset(name, 'a', len);
	name[len] = '\0';
	len = hello_make(hello, asked, data[0] % 2 == 0 ? HELLO_ANY : HELLO_LOST, name, dice);
	FUZZ_MUST(len <= HELLO_MAX && (len > 0 || n > 200));
	FUZZ_MUST(len == 0 || hello_read(&taken, asked, hello, len) != HELLO_YES);
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	enum proto asked, taken;
	enum hello_result whole;
	/* of exactly that size, so that a byte too far is found */
	uint8_t *copy;

	(void)p;
	if (n == 0)
		return;
	asked = PROTO_SSL2 + (enum proto)(data[0] % (PROTO_TLS12 - PROTO_SSL2 + 1));
	copy = malloc(n > 1 ? n - 1 : 1);
	if (copy == NULL)
		return;
	memcpy(copy, data + 1, n - 1);
	whole = hello_read(&taken, asked, copy, n - 1);
	if (whole == HELLO_YES)
		FUZZ_MUST(taken != PROTO_NONE && taken <= asked);
	check_parts(asked, copy, n - 1, whole, taken);
	check_made(asked, data, n);
	free(copy);
}
