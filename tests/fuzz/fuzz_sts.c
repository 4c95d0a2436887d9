// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_sts.c - MTA-STS record and policy, TLS-RPT record: the first byte says which, a line each is a record. */
#include <strings.h>

#include "fuzz.h"
#include "sts.h"

#define RECORDS 4

static size_t
split(struct sts_txt *txt, const uint8_t *data, size_t n)
{
	size_t found = 0;

	while (n > 0 && found < RECORDS) {
		const uint8_t *end = memchr(data, '\n', n);
		size_t len = end == NULL ? n : (size_t)(end - data);

		txt[found++] = (struct sts_txt){ data, len };
		data += len + (end != NULL);
		n -= len + (end != NULL);
	}
	return found;
}

static void
check(struct pool *p, enum policy_status status, const struct flaws *errors)
{
	FUZZ_MUST((status == POLICY_INVALID) == (errors->n > 0));
	for (size_t i = 0; i < errors->n; i++)
		fuzz_shown(sts_flaw(p, &errors->item[i]));
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	struct sts_txt txt[RECORDS];
	struct mtasts_facts m = { 0 };
	struct tlsrpt_facts t = { 0 };
	uint8_t what = n > 0 ? data[0] % 3 : 0;
	size_t found;

	if (n == 0)
		return;
	found = split(txt, data + 1, n - 1);
	if (what == 0)
		sts_read_record(&m, p, txt, found);
	else if (what == 1)
		sts_read_policy(&m, p, data + 1, n - 1);
	else
		sts_read_tlsrpt(&t, p, txt, found);
	if (what < 2)
		check(p, m.status, &m.errors);
	else
		check(p, t.status, &t.errors);
	FUZZ_MUST(t.status != POLICY_OK || t.nrua > 0);
	for (size_t i = 0; i < t.nrua; i++) {
		/* an URI of RFC 8460, 3: no blank and no separator in it */
		FUZZ_MUST(strncasecmp(t.rua[i], "mailto:", 7) == 0 ||
		    strncasecmp(t.rua[i], "https:", 6) == 0);
		FUZZ_MUST(strpbrk(t.rua[i], " ,;!") == NULL);
		fuzz_shown(t.rua[i]);
	}
	FUZZ_MUST(m.id == NULL || (strlen(m.id) >= 1 && strlen(m.id) <= 32));
	FUZZ_MUST(what != 1 || m.status != POLICY_OK ||
	    (m.mode != STS_MODE_UNKNOWN && m.max_age >= 0 && m.max_age <= 31557600 &&
		(m.nmx > 0 || m.mode == STS_MODE_NONE)));
	fuzz_shown(m.id);
	fuzz_shown(m.why);
	for (size_t i = 0; i < m.nmx; i++) {
		fuzz_shown(m.mx[i]);
		/* a pattern covers the name it was made of */
		FUZZ_MUST(sts_match(m.mx[i],
		    strncmp(m.mx[i], "*.", 2) == 0 ? pool_printf(p, "x.%s", m.mx[i] + 2)
						   : m.mx[i]));
	}
}
