// SPDX-License-Identifier: GPL-3.0-or-later
/* plan_mtasts.c - of a plan: what check_mtasts alone asks. */
#include "addr.h"
#include "name.h"
#include "plan_check.h"

static int
contradictions(const struct plan *plan, struct err *e)
{
	bool given = plan->txt != NULL || plan->tlsrpt_txt.n > 0 || plan->policy_file != NULL;
	const struct {
		bool is;
		const char *why;
	} clash[] = {
		{ plan->txt != NULL && !plan->lint, "--txt needs --lint" },
		{ plan->tlsrpt_txt.n > 0 && !plan->lint, "--tlsrpt-txt needs --lint" },
		{ plan->policy_file != NULL && !plan->lint, "--policy-file needs --lint" },
		{ plan->mx_args.n > 0 && !plan->lint, "--mx needs --lint" },
		{ plan->lint && !given, "--lint needs --txt, --tlsrpt-txt or --policy-file" },
	};

	for (size_t i = 0; i < sizeof(clash) / sizeof(clash[0]); i++)
		if (clash[i].is)
			return err_set(e, ERR_USAGE, "%s", clash[i].why);
	return 0;
}

int
plan_mtasts(struct plan *plan, struct err *e)
{
	size_t n = plan->mx_args.n;

	if (contradictions(plan, e) == -1)
		return -1;
	plan->mx.item = pool_array(plan->pool, n, sizeof(plan->mx.item[0]));
	for (size_t i = 0; i < n; i++) {
		const char *text = plan->mx_args.item[i];
		struct addr a;

		if (addr_parse(&a, text))
			return err_set(e, ERR_USAGE, "--mx takes a name, not the address %s",
			    a.text);
		plan->mx.item[i] = name_host(plan->pool, text, "--mx", e);
		if (plan->mx.item[i] == NULL)
			return -1;
	}
	plan->mx.n = n;
	return 0;
}
