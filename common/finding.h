/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finding.h - what is wrong with a host, or with what the domain publishes, as findings of sev.h.  Pure. */
#ifndef FINDING_H
#define FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "facts.h"
#include "plan.h"
#include "sev.h"

struct finding {
	enum sev_key key;
	enum state state;
	const struct host *host;	/* NULL: of the target as a whole */
	const char *text;		/* a phrase that reads on after the host's name: "offers no TLS" */
};

/* Findings as they are made; starts zeroed but for p, facts and plan. */
struct findings {
	struct pool *p;
	const struct run_facts *facts;
	const struct plan *plan;
	struct finding *item;
	size_t n;
};

/*
 * Add one, in the state that --severity or else the plugin's default gives it; nothing where the plugin
 * has no such finding.
 */
void finding_add(struct findings *f, enum sev_key key, const struct host *h, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The same of a key whose state thresholds decide: by_option, unless --severity overrides it. */
void finding_add_by(struct findings *f, enum sev_key key, enum state by_option,
    const struct host *h, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The findings since at, a number that f->n was, have this state, unless --severity says what the key counts as. */
void finding_state(struct findings *f, size_t at, enum state state);

/* All of h; works: another host or address of the target works, or h itself. */
void finding_host(struct findings *f, const struct host *h, bool works);

/* DANE (finding_dane.c): of one host; of the target as a whole.  Nothing unless DANE was tested. */
void finding_dane_host(struct findings *f, const struct host *h);
void finding_dane_run(struct findings *f);

/* The signature under DANE that expires first, but for those of online signers; NULL: none. */
const struct sig *finding_next_sig(const struct run_facts *facts);

/* The days that s has left, negative when expired. */
double finding_sig_days(const struct run_facts *facts, const struct sig *s);

/*
 * What is published of MTA-STS: the target's.  With a null MX nothing is said to be missing, here and in
 * finding_sts_limits(): that has TLS-RPT, what is unwise, and thresholds, which all stand behind the hosts'.
 */
void finding_sts(struct findings *f);
void finding_sts_limits(struct findings *f);

/* h against the MTA-STS policy, tested or not. */
void finding_sts_host(struct findings *f, const struct host *h);

#endif
