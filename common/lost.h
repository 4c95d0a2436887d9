/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lost.h - where a host loses points, why, and what to do about it (--explain).  Pure. */
#ifndef LOST_H
#define LOST_H

#include <stddef.h>

#include "facts.h"
#include "plan.h"
#include "points.h"

/* A lost part, on the CF scale; the parts of a host sum up to 121 - exact. */
struct score_lost {
	double points;
	/* "protocol", "cipher", "key", "authenticated", "dane", "mta-sts", "encryption", "untested" */
	const char *check;
	const char *why;	/* in words, with the concrete value */
	const char *fix;	/* one sentence */
};

/* The lost parts of h, which earns what; largest first.  In p; returns how many. */
size_t lost_explain(struct score_lost **lost, struct pool *p, const struct points *what,
    const struct run_facts *facts, const struct host *h, const struct plan *plan);

#endif
