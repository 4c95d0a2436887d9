/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plug_batch.h - check_mx_cf --batch around batch.h.  For plug.c alone. */
#ifndef PLUG_BATCH_H
#define PLUG_BATCH_H

#include <stdbool.h>

#include "err.h"
#include "plan.h"
#include "pool.h"
#include "sev.h"

/* Who reads stdout. */
struct batch_reader {
	bool (*say)(const char *text);	/* writes all of a text there; false when it could not */
	bool progress;			/* wants to know how many targets are done */
	bool line;			/* a terminal on which a line can be written over */
};

/*
 * Run the batch of the plan for this reader.  0: *state is that of
 * the sum; -1, in e: our own fault before the first result.  SIGINT and SIGTERM end the process from then on, with
 * the sum of what is finished.
 */
int plug_batch(const struct plan *plan, struct pool *p, const struct batch_reader *reader,
    enum state *state, struct err *e);

#endif
