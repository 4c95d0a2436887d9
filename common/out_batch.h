/* SPDX-License-Identifier: GPL-3.0-or-later */
/* out_batch.h - many results, a line each, and their sum (output.md, "Batch").  Pure: text in p, nothing is written. */
#ifndef OUT_BATCH_H
#define OUT_BATCH_H

#include <stddef.h>

#include "out.h"

/* What is counted while results come.  Starts zeroed. */
struct out_total {
	size_t targets;		/* with a result */
	size_t states[STATE_UNKNOWN + 1];
	size_t known;		/* with a CF */
	double sum;		/* of those */
	int least;		/* the lowest of those */
	char worst[256];	/* whose it is */
	size_t bad_lines;
};

/* What stands before the first result, after the last one; "" for nothing. */
const char *out_batch_head(const struct plan *plan);
const char *out_batch_foot(const struct plan *plan);

/* One result in the plan's format, at time now (seconds since the epoch); counted in total. */
const char *out_batch_line(const struct out *o, struct out_total *total, int64_t now);

/* A line of the list that names no target; counted.  "" where the format has no place for it. */
const char *out_batch_bad(struct pool *p, const struct plan *plan, struct out_total *total,
    const char *why);

/* The state of it all: the mean or the lowest CF by -w and -c; bad lines, or nothing known: UNKNOWN at least. */
enum state out_batch_state(const struct plan *plan, const struct out_total *total);

/* How far it is, without a line's end: "120 done, 3 not OK"; "" in formats for programs. */
const char *out_batch_progress(struct pool *p, const struct plan *plan,
    const struct out_total *total);

/* The sum as a line in the formats for people, "" in the others. */
const char *out_batch_total(struct pool *p, const struct plan *plan,
    const struct out_total *total);

#endif
