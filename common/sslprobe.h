/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sslprobe.h - the first MX of a run, handed to testssl.sh (output.md, "sslprobe"). */
#ifndef SSLPROBE_H
#define SSLPROBE_H

#include "child.h"
#include "err.h"
#include "facts.h"
#include "plan.h"

/* The first host of the run with an address that this run may use; NULL: there is none. */
const struct host *sslprobe_host(const struct run_facts *facts);

/*
 * What testssl.sh gets, NULL at the end, in p.  NULL when the host's name is not one of letters, digits,
 * dots, hyphens and underscores: names come from DNS, and this one would go to a program that takes options.
 */
const char *const *sslprobe_args(struct pool *p, const struct plan *plan, const struct host *h);

/*
 * Run testssl.sh against the first MX until the plan's deadline; its output goes to sink as it is.  0: it came to
 * its end.  Else a whole sentence in e: nothing to test, not installed, not ended by itself.
 */
int sslprobe_run(const struct plan *plan, const struct run_facts *facts,
    const struct child_sink *sink, struct err *e);

#endif
