/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batch.h - many targets in one run, with what they share made once (output.md, "Batch"). */
#ifndef BATCH_H
#define BATCH_H

#include <stddef.h>
#include <stdio.h>

#include "err.h"
#include "facts.h"
#include "plan.h"

/* Where results go, as they come, in any order, from several threads at once. */
struct batch_sink {
	/* plan: that of this one target; both are gone afterwards */
	void (*result)(void *arg, const struct plan *plan, const struct run_facts *facts);
	/* a line that names no target: "line 7: ...", in words that quote it; cleaned */
	void (*bad_line)(void *arg, const char *why);
	void *arg;
};

/*
 * Run the targets that list has, one a line ('#' at its beginning or behind a blank begins a comment), read as they
 * come, plan->jobs at once; each has the plan's time-out for itself.  Returns when all are done.  -1 (in e): our own
 * fault before the first one.
 */
int batch_run(const struct plan *plan, FILE *list, const struct batch_sink *sink, struct err *e);

#endif
