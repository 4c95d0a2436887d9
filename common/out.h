/* SPDX-License-Identifier: GPL-3.0-or-later */
/* out.h - facts and verdict to text (output.md).  Pure: text in p, nothing is written. */
#ifndef OUT_H
#define OUT_H

#include "facts.h"
#include "plan.h"
#include "score.h"
#include "verdict.h"

/* All that a renderer looks at. */
struct out {
	const struct plan *plan;
	const struct run_facts *facts;
	const struct score *score;
	const struct verdict *verdict;
	struct pool *p;
};

/* In the plan's format, with the line end(s). */
const char *out_render(const struct out *o);

/* A fault of ours (the run never came to facts) in the plan's format. */
const char *out_fault(struct pool *p, const struct plan *plan, const char *why);

#endif
