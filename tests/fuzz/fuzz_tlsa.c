// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_tlsa.c - TLSA records from the wire and from --tlsa: what is written can be read. */
#include "fuzz.h"
#include "tlsa.h"

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	struct tlsa t = { 0 }, again = { 0 };
	struct err e = { 0 };

	if (tlsa_read(&t, p, data, n)) {
		FUZZ_MUST(t.usable == (t.why == NULL));
		tlsa_brief(p, &t);
		tlsa_of_nothing(&t);
		if (t.len > 0) {
			FUZZ_MUST(tlsa_parse(&again, p, tlsa_text(p, &t), &e) == 0);
			FUZZ_MUST(tlsa_equal(&t, &again));
		}
	}
	e = (struct err){ 0 };
	if (tlsa_parse(&again, p, pool_strn(p, (const char *)data, n), &e) == -1)
		FUZZ_MUST(e.kind == ERR_USAGE && e.msg[0] != '\0');
}
