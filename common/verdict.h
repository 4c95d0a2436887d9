/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.h - facts, score and thresholds to findings and a state (cli.md, "Severity keys").  Pure. */
#ifndef VERDICT_H
#define VERDICT_H

#include "facts.h"
#include "finding.h"
#include "plan.h"
#include "score.h"
#include "sev.h"

struct verdict {
	enum state state;
	struct finding *findings;	/* worst first; causes of the target's, hosts' in order, thresholds */
	size_t nfindings;
	const char **notes;		/* what is worth a line but no finding; may begin with a host's name */
	size_t nnotes;
};

/* Everything in p. */
void verdict_make(struct verdict *out, struct pool *p, const struct run_facts *facts,
    const struct score *score, const struct plan *plan);

/*
 * The exit code as a state: the verdict's, but in format debug, which judges nothing, OK when any connection was
 * made, else CRITICAL (output.md); a fault of ours stays UNKNOWN.
 */
enum state verdict_exit(const struct verdict *v, const struct run_facts *facts,
    const struct plan *plan);

/* The worst state of the findings of one host, OK without any. */
enum state verdict_host(const struct verdict *v, const struct host *h);

#endif
