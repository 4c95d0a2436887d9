/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lint.h - check_mtasts --lint: records and a policy as given, held against the MX as given.  No network. */
#ifndef LINT_H
#define LINT_H

#include "err.h"
#include "facts.h"
#include "plan.h"

/* What --policy-file holds; body NULL: not given. */
struct lint_policy {
	const char *body;
	size_t len;
};

/* In p; -1: said in e, the file cannot be read. */
int lint_read(struct lint_policy *policy, struct pool *p, const struct plan *plan, struct err *e);

/* Fill in mtasts, tlsrpt and a host for each --mx, judged.  facts has pool, target and wall. */
void lint_run(struct run_facts *facts, const struct plan *plan, const struct lint_policy *policy);

#endif
