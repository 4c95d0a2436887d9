/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h - one target: route, probe all hosts in threads, join. */
#ifndef RUN_H
#define RUN_H

#include "err.h"
#include "facts.h"
#include "plan.h"

/*
 * Run the plan against its target by plan->deadline.  -1 (in e) is our own fault before any network: an
 * unreadable CA or key file, no memory for a thread.  The target's faults are in facts.
 * run_free() is due in any case.
 */
int run_target(struct run_facts *facts, const struct plan *plan, struct err *e);
void run_free(struct run_facts *facts);

#endif
