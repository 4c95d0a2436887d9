// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_hello.c - answers to raw ClientHellos: the first byte is the version asked for. */
#include "fuzz.h"
#include "hello.h"

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
	free(copy);
}
