/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lint.h - check_mtasts --lint: records and a policy as given, held against the MX as given.  No network. */
#ifndef LINT_H
#define LINT_H

#include "err.h"
#include "facts.h"
#include "plan.h"

/*
 * Fill in mtasts, tlsrpt and a host for each --mx, judged.  facts has pool, target and wall.
 * -1: the file of --policy-file cannot be read.
 */
int lint_run(struct run_facts *facts, const struct plan *plan, struct err *e);

#endif
