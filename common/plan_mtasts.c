// SPDX-License-Identifier: GPL-3.0-or-later
/* plan_mtasts.c - of a plan: what check_mtasts alone asks. */
#include "addr.h"
#include "name.h"
#include "plan_check.h"

static int
contradictions(const struct plan *plan, struct err *e)
{
	bool given = plan->txt != NULL || plan->tlsrpt_txt.n > 0 || plan->policy_file != NULL;
	const struct plan_clash clash[] = {
		{ plan->txt != NULL && !plan->lint, "--txt needs --lint" },
		{ plan->tlsrpt_txt.n > 0 && !plan->lint, "--tlsrpt-txt needs --lint" },
		{ plan->policy_file != NULL && !plan->lint, "--policy-file needs --lint" },
		{ plan->mx_args.n > 0 && !plan->lint, "--mx needs --lint" },
		{ plan->lint && !given, "--lint needs --txt, --tlsrpt-txt or --policy-file" },
	};

	return plan_clashes(clash, sizeof(clash) / sizeof(clash[0]), e);
}

int
plan_mtasts(struct plan *plan, struct err *e)
{
	size_t n = plan->mx_args.n;

	if (contradictions(plan, e) == -1)
		return -1;
	plan->mx.item = pool_array(plan->pool, n, sizeof(plan->mx.item[0]));
	for (; plan->mx.n < n; plan->mx.n++) {
		const char *name = plan_name(plan, plan->mx_args.item[plan->mx.n], "--mx", e);

		if (name == NULL)
			return -1;
		plan->mx.item[plan->mx.n] = name;
	}
	return 0;
}
