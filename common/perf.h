/* SPDX-License-Identifier: GPL-3.0-or-later */
/* perf.h - performance data: one list for the plugin line and for JSON (output.md).  Pure. */
#ifndef PERF_H
#define PERF_H

#include <stddef.h>

#include "out.h"

/* Decimals of a value: 0, 1, 3 to 6, 0. */
enum perf_unit { PERF_COUNT, PERF_DAYS, PERF_SECONDS, PERF_WHOLE_SECONDS };

struct perf {
	const char *label;
	double value;
	enum perf_unit unit;
	const char *warn, *crit;	/* "" for none */
	double min, max;		/* NAN: none; whole numbers */
};

struct perf_list {
	struct pool *p;
	struct perf *item;
	size_t n;
};

/* Every metric that has a value; none at all after a fault of ours. */
struct perf_list perf_make(const struct out *o);

/* "" or "s". */
const char *perf_uom(const struct perf *perf);

/* "cf=114;90:;64:;0;121 time=0.184s;;;0", "" for an empty list. */
const char *perf_show(const struct perf_list *list);

#endif
