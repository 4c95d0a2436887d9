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

/*
 * The same in parts, for whoever shows it while hosts are tested (plan->watcher): the beginning of a host's block,
 * a line of its transcript, and once it is tested, what follows these; "" where the format has no such part.
 * out_render() then gives what is left, the CF line and the matrix last.
 */
const char *out_block_head(const struct out *o, const struct host *h);
const char *out_block_line(const struct out *o, const struct talk *talk);
const char *out_block_rest(const struct out *o, const struct host *h);

/* A fault of ours (the run never came to facts) in the plan's format. */
const char *out_fault(struct pool *p, const struct plan *plan, const char *why);

#endif
