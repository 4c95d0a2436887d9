/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_check.h - from options as typed to a plan that holds together.  No network, no files. */
#ifndef PLAN_CHECK_H
#define PLAN_CHECK_H

#include "err.h"
#include "plan.h"

/* What holds where no option says otherwise.  plan starts zeroed but for pool and plugin. */
void plan_defaults(struct plan *plan);

/*
 * Conversions (target, names, addresses, limits), the defaults that depend on other options, and
 * contradictions.  Sets started, unless the caller did, and deadline.  -1: one sentence in e that
 * names the option.
 */
int plan_finish(struct plan *plan, struct err *e);

/* The part of plan_finish() that is about DNS, DNSSEC and whether DANE is tested. */
int plan_dns(struct plan *plan, struct err *e);

/* The part that is about --socks. */
int plan_socks(struct plan *plan, struct err *e);

/* The part that is check_dane's own. */
int plan_dane(struct plan *plan, struct err *e);

/* The part that is check_mtasts' own. */
int plan_mtasts(struct plan *plan, struct err *e);

/* What goes with --batch, and what only with it. */
int plan_batch(struct plan *plan, struct err *e);

/* Options that do not go together. */
struct plan_clash {
	bool is;
	const char *why;	/* a sentence that names them */
};

/* -1 with the sentence of the first one of n that is. */
int plan_clashes(const struct plan_clash *clash, size_t n, struct err *e);

/* text as name_host() has it, of an option that takes no address, even one that could be a name. */
const char *plan_name(const struct plan *plan, const char *text, const char *option, struct err *e);

/* An option's value as messages repeat it: cleaned and cut, in plan's pool. */
const char *plan_echo(const struct plan *plan, const char *value);

#endif
