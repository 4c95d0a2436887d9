// SPDX-License-Identifier: GPL-3.0-or-later
/* finding_dane.c - the findings of DANE: the records, what they come to, and the signatures they rest on. */
#include "finding.h"
#include "text.h"

#define DAY 86400.0
#define EXPIRES_SOON 3		/* days, as check_dane -w */
#define ONLINE (4 * DAY)	/* cli.md, check_dane -w: a shorter life is an online signer's, which renews it */

static const char *
reason_of(struct findings *f, const struct host *h, const char *before, const char *otherwise)
{
	const char *reason = h->dane.reason;

	return reason == NULL ? otherwise : pool_printf(f->p, "%s%s", before, reason);
}

static void
status(struct findings *f, const struct host *h)
{
	switch (h->dane.status) {
	case DANE_MISMATCH:
	case DANE_NAME_MISMATCH:
	case DANE_EXPIRED:
		finding_add(f, SEV_DANE_MISMATCH, h, "%s",
		    reason_of(f, h, "", "chain matches no TLSA record"));
		break;
	case DANE_UNUSABLE:
		finding_add(f, SEV_DANE_UNUSABLE, h, "%s",
		    reason_of(f, h, "", "has no usable TLSA record"));
		break;
	case DANE_ERROR:
		finding_add(f, SEV_DANE_ERROR, h, "fails for DANE senders%s",
		    reason_of(f, h, ": ", ""));
		break;
	case DANE_NONE:
	case DANE_INSECURE:
		finding_add(f, SEV_DANE_NONE, h, "%s",
		    reason_of(f, h, "has no DANE: ", "has no TLSA record"));
		break;
	default: break;
	}
}

static bool
has_kind(const struct dane_facts *d, const struct tlsa_kind *kind)
{
	for (size_t i = 0; i < d->nrecords && d->status != DANE_INSECURE; i++) {
		const struct tlsa *t = &d->records[i];

		if (t->usable && t->usage == kind->usage && t->selector == kind->selector &&
		    t->matching == kind->matching)
			return true;
	}
	return false;
}

/* What is published is not known after an error. */
static void
required(struct findings *f, const struct host *h)
{
	struct text t = { .p = f->p };

	for (size_t i = 0; i < f->plan->nrequire && h->dane.status != DANE_ERROR; i++) {
		const struct tlsa_kind *kind = &f->plan->require[i];

		if (!has_kind(&h->dane, kind))
			text_add(&t, ", %u %u %u", kind->usage, kind->selector, kind->matching);
	}
	if (t.len > 0)
		finding_add(f, SEV_REQUIRE, h, "has no TLSA record %s", text_get(&t) + 2);
}

/* Is the host's name that of an MX record? */
static bool
mx_named_it(const struct run_facts *facts)
{
	return !facts->no_mx && !facts->implicit_mx && facts->mx.status != DNS_NOT_TESTED;
}

void
finding_dane_host(struct findings *f, const struct host *h)
{
	bool asked = h->dane.status != DANE_NOT_TESTED || h->dane.nrecords > 0;

	if (!f->facts->dane_tested || !asked || h->status == HOST_SKIPPED)
		return;
	status(f, h);
	if (h->dane.unseen != NULL)
		finding_add(f, SEV_UNREACHABLE, h, "%s", h->dane.unseen);
	required(f, h);
	if (h->proof.cname && mx_named_it(f->facts))
		finding_add(f, SEV_DANE_LINT, h,
		    "is an alias of %s: an MX must not be one (RFC 5321, 5.1)", h->proof.canonical);
	for (size_t i = 0; i < h->dane.nlints; i++)
		finding_add(f, SEV_DANE_LINT, h, "%s", h->dane.lints[i]);
}

static bool
any_records(const struct run_facts *facts)
{
	for (size_t i = 0; i < facts->nhosts; i++)
		if (facts->hosts[i].dane.nrecords > 0 &&
		    facts->hosts[i].dane.status != DANE_INSECURE)
			return true;
	return false;
}

const struct sig *
finding_next_sig(const struct run_facts *facts)
{
	const struct sig *next = NULL;

	for (size_t i = 0; i < facts->nsigs; i++) {
		const struct sig *s = &facts->sigs[i];

		if ((double)(s->expires - s->begins) >= ONLINE &&
		    (next == NULL || s->expires < next->expires))
			next = s;
	}
	return next;
}

double
finding_sig_days(const struct run_facts *facts, const struct sig *s)
{
	return (double)(s->expires - facts->wall) / DAY;
}

static void
judge_sigs(struct findings *f)
{
	const struct sig *s = finding_next_sig(f->facts);
	const struct plan *plan = f->plan;
	double days;
	bool crit;

	if (s == NULL)
		return;
	days = finding_sig_days(f->facts, s);
	if (sev_default(plan->plugin, SEV_RRSIG_DAYS) == SEV_NONE) {
		/* for records of usage 3 these are the dates that count */
		if (days < EXPIRES_SOON && any_records(f->facts))
			finding_add(f, SEV_DANE_LINT, NULL,
			    "signature of %s %s expires in %.1f days", s->owner, s->type,
			    text_floor(days, 1));
		return;
	}
	crit = range_alert(&plan->crit, days);
	if (crit || range_alert(&plan->warn, days))
		finding_add_by(f, SEV_RRSIG_DAYS, crit ? STATE_CRITICAL : STATE_WARNING, NULL,
		    "signature of %s %s expires in %.1f days, outside %s", s->owner, s->type,
		    text_floor(days, 1), crit ? plan->crit.text : plan->warn.text);
}

void
finding_dane_run(struct findings *f)
{
	if (!f->facts->dane_tested)
		return;
	if (facts_half_dane(f->facts) && any_records(f->facts))
		finding_add(f, SEV_DANE_LINT, NULL,
		    "MX not secured by DNSSEC: its TLSA records cannot be relied on (half DANE)");
	judge_sigs(f);
}
