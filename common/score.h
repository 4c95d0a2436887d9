/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score.h - CF formula 1 (confidence-factor.md): facts in, number and explanation out.  Pure. */
#ifndef SCORE_H
#define SCORE_H

#include "facts.h"
#include "lost.h"
#include "plan.h"

#define SCORE_FORMULA 1
#define SCORE_TOP 121

struct score_host {
	bool row;		/* stands in the average */
	bool known;		/* has a score: false when the run stopped before Secure, or not a row */
	double exact, max;
	const char *band;	/* "tlsv1.3", "none", "untested"; NULL when not known */
	struct score_lost *lost;	/* largest first */
	size_t nlost;
};

struct score {
	bool known;		/* false: null MX, a fault of ours, a stop before Secure */
	int cf, max, percent;	/* floored as the formula says */
	struct score_host *host;	/* parallel to facts->hosts */
	const struct host *worst;	/* NULL: none */
	int worst_cf;		/* floored; -1: none */
	int mx_cf_n;		/* MX in mx_cf */
	int *mx_cf;		/* by mx_index: floored mean of its rows, -1: no row */
};

/* Everything in p.  facts may be of any run, finished or not. */
void score_run(struct score *out, struct pool *p, const struct run_facts *facts,
    const struct plan *plan);

/* Does the plugin give a CF?  check_dane and check_mtasts do not. */
bool score_is_given(enum plugin plugin);

/* Shown as integers: rounded down, guarded against binary dust. */
int score_floor(double v);

#endif
