/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sts_flaws.h - what the tests of MTA-STS and TLS-RPT share: records and policies as literals, flaws as text. */
#ifndef STS_FLAWS_H
#define STS_FLAWS_H

#include "sts.h"
#include "tap.h"
#include "text.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define TXT(s)                                                                                     \
	{                                                                                          \
		(const uint8_t *)(s), sizeof(s) - 1                                                \
	}
#define HEAD "version: STSv1\nmode: enforce\nmax_age: 604800\n"
#define GOOD HEAD "mx: mx.example.org\n"

__attribute__((unused)) static const char *const statuses[] = {
	[POLICY_NOT_TESTED] = "not-tested",
	[POLICY_OK] = "ok",
	[POLICY_NONE] = "none",
	[POLICY_INVALID] = "invalid",
	[POLICY_FETCH_ERROR] = "fetch-error",
	[POLICY_ERROR] = "error",
};

/* "policy line 1, column 2: ...; ..." */
__attribute__((unused)) static const char *
all_of(struct pool *p, const struct flaws *flaws)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < flaws->n; i++)
		text_add(&t, "%s%s", i > 0 ? "; " : "", sts_flaw(p, &flaws->item[i]));
	return text_get(&t);
}

__attribute__((unused)) static const char *
joined(struct pool *p, const char *const *s, size_t n)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s%s", i > 0 ? " " : "", s[i]);
	return text_get(&t);
}

/* What is not OK says why, and what is does not. */
__attribute__((unused)) static void
check_flaws(struct pool *p, const char *name, const struct flaws *got, const char *want,
    const char *what)
{
	const char *all = all_of(p, got);

	if (strcmp(all, want == NULL ? "" : want) != 0)
		tap_is(all, want == NULL ? "" : want, pool_printf(p, "%s: %s", name, what));
	else
		tap_ok(true, "%s: %s", name, what);
}

#endif
