// SPDX-License-Identifier: GPL-3.0-or-later
/* test_sts.c - record and policy of MTA-STS together, and any bytes at all. */
#include <stdlib.h>

#include "sts_flaws.h"

/* Record and policy together: the record decides whether there is a policy at all. */
static void
test_both(void)
{
	static const struct sts_txt good = TXT("v=STSv1; id=1"), bad = TXT("v=STSv1; id=-"),
				    other = TXT("v=STSv2; id=1");
	static const char policy[] = GOOD, broken[] = HEAD;
	static const struct {
		const char *name;
		const struct sts_txt *txt;
		const char *body;
		enum policy_status status;
		const char *why;
	} rows[] = {
		{ "both good", &good, policy, POLICY_OK, NULL },
		{ "a bad policy", &good, broken, POLICY_INVALID,
		    "sts-policy-invalid: policy: no mx, expected a line \"mx: HOST\"" },
		{ "a bad record", &bad, policy, POLICY_INVALID,
		    "record column 13: id is \"-\", expected 1 to 32 letters and digits" },
		{ "both bad", &bad, broken, POLICY_INVALID,
		    "record column 13: id is \"-\", expected 1 to 32 letters and digits; "
		    "policy: no mx, expected a line \"mx: HOST\"" },
		{ "no record", &other, policy, POLICY_NONE,
		    "no TXT record begins with \"v=STSv1;\", one is \"v=STSv2; id=1\"" },
		{ "no record, a bad policy", &other, broken, POLICY_NONE,
		    "no TXT record begins with \"v=STSv1;\", one is \"v=STSv2; id=1\"" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct pool *p = pool_new();
		struct mtasts_facts m = { 0 };

		sts_read_record(&m, p, rows[i].txt, 1);
		sts_read_policy(&m, p, rows[i].body, strlen(rows[i].body));
		tap_is(statuses[m.status], statuses[rows[i].status], rows[i].name);
		tap_is(m.why, rows[i].why, "why");
		pool_free(p);
	}
}

/* xorshift: the same bytes in every run. */
static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* A seed with some bytes replaced, dropped or doubled; every fourth time nothing but noise. */
static size_t
mutate(uint8_t *to, size_t room, const uint8_t *seed, size_t len, uint32_t *state)
{
	static const char likely[] = ";=: \t\r\n\0*.,!%@-\xff";
	size_t n = 0;

	if (next_random(state) % 4 == 0) {
		for (n = 0; n < next_random(state) % room; n++)
			to[n] = (uint8_t)next_random(state);
		return n;
	}
	for (size_t i = 0; i < len && n + 2 < room; i++) {
		uint32_t what = next_random(state) % 40;

		if (what == 0)
			to[n++] = (uint8_t)likely[next_random(state) % sizeof(likely)];
		else if (what == 1)
			to[n++] = (uint8_t)next_random(state);
		else if (what == 2)
			continue;
		if (what == 3)
			to[n++] = seed[i];
		if (what > 1)
			to[n++] = seed[i];
	}
	return n;
}

static bool
sound(const struct mtasts_facts *m)
{
	return (m->why == NULL) == (m->status == POLICY_OK) &&
	    (m->status != POLICY_INVALID || m->errors.n > 0) && m->errors.n <= 32;
}

/* Exact buffers from malloc: the address sanitizer sees every byte too far. */
static bool
try_bytes(struct pool *p, const uint8_t *bytes, size_t n)
{
	uint8_t *exact = malloc(n > 0 ? n : 1);
	struct mtasts_facts record = { 0 }, policy = { 0 };
	struct tlsrpt_facts rpt = { 0 };
	struct sts_txt txt;
	bool good;

	if (exact == NULL)
		return false;
	memcpy(exact, bytes, n);
	txt = (struct sts_txt){ exact, n };
	sts_read_record(&record, p, &txt, 1);
	sts_read_tlsrpt(&rpt, p, &txt, 1);
	sts_read_policy(&policy, p, exact, n);
	good = sound(&record) && sound(&policy) && policy.status != POLICY_NONE &&
	    (rpt.why == NULL) == (rpt.status == POLICY_OK) &&
	    (rpt.status != POLICY_OK || rpt.nrua > 0) &&
	    (record.id == NULL) == (record.status != POLICY_OK) &&
	    (policy.status == POLICY_OK) == (policy.mode != STS_MODE_UNKNOWN);
	free(exact);
	return good;
}

#define TRIES 20000

static void
test_any_bytes(void)
{
	static const struct sts_txt seeds[] = {
		TXT("v=STSv1; id=20160831085700Z; a=b;"),
		TXT("v=TLSRPTv1; rua=mailto:a@example.org, https://example.org/v1%20?x=y; a=b"),
		TXT(GOOD "mx: *.example.net\r\nfoo: gr\xc3\xbc\xc3\x9f dich\n"),
	};
	uint8_t bytes[512];
	uint32_t state = 20261123;
	size_t bad = 0;

	for (size_t i = 0; i < TRIES; i++) {
		struct pool *p = pool_new();
		const struct sts_txt *seed = &seeds[i % ROWS(seeds)];
		size_t n = mutate(bytes, sizeof(bytes), seed->data, seed->len, &state);

		bad += !try_bytes(p, bytes, n);
		pool_free(p);
	}
	tap_ok(bad == 0, "%d times any bytes: %zu ended badly", TRIES, bad);
}

int
main(void)
{
	test_both();
	test_any_bytes();
	return tap_end();
}
