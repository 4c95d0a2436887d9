// SPDX-License-Identifier: GPL-3.0-or-later
/* finding_sts.c - the findings of MTA-STS and TLS-RPT: what is published, and each MX against the policy. */
#include <string.h>

#include "finding.h"
#include "sts.h"
#include "text.h"

#define SPAN_MAX 1e15	/* seconds that are shown as days */

static bool
has_policy(const struct mtasts_facts *m)
{
	return m->status == POLICY_OK && m->mode != STS_MODE_UNKNOWN;
}

static void
each_flaw(struct findings *f, enum sev_key key, const struct flaws *flaws)
{
	for (size_t i = 0; i < flaws->n; i++)
		finding_add(f, key, NULL, "%s", sts_flaw(f->p, &flaws->item[i]));
}

/* Where the domain's DNS fails as a whole, the MX tell it, once. */
static bool
dns_fails(const struct run_facts *facts)
{
	return dns_failed(facts->mx.status);
}

static void
policy(struct findings *f)
{
	const struct mtasts_facts *m = &f->facts->mtasts;
	const char *why = m->why;

	if (m->status == POLICY_NONE && !f->facts->null_mx)
		finding_add(f, SEV_STS_NONE, NULL, "no MTA-STS%s", text_because(f->p, why));
	if (m->status == POLICY_FETCH_ERROR)
		finding_add(f, SEV_STS_INVALID, NULL, "%s",
		    why == NULL ? "sts-policy-fetch-error" : why);
	if (m->status == POLICY_ERROR && !dns_fails(f->facts))
		finding_add(f, SEV_STS_INVALID, NULL, "MTA-STS record cannot be looked up%s",
		    text_because(f->p, why));
	each_flaw(f, SEV_STS_INVALID, &m->errors);
}

/* "below 7 days" */
static const char *
outside(struct pool *p, const struct range *range, int64_t seconds)
{
	bool below = (double)seconds < range->start;
	double limit = below ? range->start : range->end;

	if (range->inside)
		return pool_printf(p, "inside %s", range->text);
	/* no length of time that anybody meant */
	if (limit < -SPAN_MAX || limit > SPAN_MAX)
		return pool_printf(p, "outside %s", range->text);
	return pool_printf(p, "%s %s", below ? "below" : "above", text_span(p, (int64_t)limit));
}

static void
max_age(struct findings *f)
{
	const struct mtasts_facts *m = &f->facts->mtasts;
	const struct plan *plan = f->plan;
	bool crit = range_alert(&plan->crit, (double)m->max_age);

	if (!has_policy(m) || (!crit && !range_alert(&plan->warn, (double)m->max_age)))
		return;
	finding_add_by(f, SEV_MAX_AGE, crit ? STATE_CRITICAL : STATE_WARNING, NULL,
	    "max_age %s (%s)", text_span(f->p, m->max_age),
	    outside(f->p, crit ? &plan->crit : &plan->warn, m->max_age));
}

/* One out of date has failed the identity already. */
static void
policy_cert_days(struct findings *f)
{
	const struct plan *plan = f->plan;
	double left = f->facts->mtasts.policy_cert_days;
	enum state state = left < plan->cert_crit ? STATE_CRITICAL : STATE_WARNING;

	if (!f->facts->mtasts.policy_cert || left < 0)
		return;
	if (left < plan->cert_crit || left < plan->cert_warn)
		finding_add_by(f, SEV_POLICY_CERT_DAYS, state, NULL,
		    "policy host's certificate expires in %.1f days", text_floor(left, 1));
}

static void
expectations(struct findings *f)
{
	const struct mtasts_facts *m = &f->facts->mtasts;
	const char *mode = sts_mode_name((enum sts_mode)f->plan->expect_mode);
	const char *id = f->plan->expect_id;

	if (mode != NULL && !has_policy(m))
		finding_add(f, SEV_EXPECT_MODE, NULL,
		    "mode %s expected, but there is no valid policy", mode);
	else if (mode != NULL && (int)m->mode != f->plan->expect_mode)
		finding_add(f, SEV_EXPECT_MODE, NULL, "mode is %s, expected %s",
		    sts_mode_name(m->mode), mode);
	if (id == NULL)
		return;
	if (m->id == NULL)
		finding_add(f, SEV_EXPECT_ID, NULL, "id %s expected, but there is no valid record",
		    sts_value(f->p, id, strlen(id)));
	else if (strcmp(m->id, id) != 0)
		finding_add(f, SEV_EXPECT_ID, NULL, "id is \"%s\", expected %s", m->id,
		    sts_value(f->p, id, strlen(id)));
}

static void
reports(struct findings *f)
{
	static const enum state wishes[] = {
		[TLSRPT_REQUIRE] = STATE_CRITICAL,
		[TLSRPT_WARN] = STATE_WARNING,
		[TLSRPT_IGNORE] = STATE_OK,
	};
	const struct tlsrpt_facts *t = &f->facts->tlsrpt;
	size_t at = f->n;

	if (t->status == POLICY_NONE && !f->facts->null_mx)
		finding_add(f, SEV_TLSRPT_NONE, NULL, "no TLS-RPT%s", text_because(f->p, t->why));
	if (t->status == POLICY_ERROR && !dns_fails(f->facts))
		finding_add(f, SEV_TLSRPT_INVALID, NULL, "TLS-RPT record cannot be looked up%s",
		    text_because(f->p, t->why));
	each_flaw(f, SEV_TLSRPT_INVALID, &t->errors);
	if (f->plan->plugin == PLUGIN_MTASTS)
		finding_state(f, at, wishes[f->plan->tlsrpt]);
}

void
finding_sts(struct findings *f)
{
	policy(f);
	expectations(f);
}

void
finding_sts_limits(struct findings *f)
{
	reports(f);
	each_flaw(f, SEV_STS_LINT, &f->facts->mtasts.lints);
	each_flaw(f, SEV_STS_LINT, &f->facts->tlsrpt.lints);
	max_age(f);
	policy_cert_days(f);
}

/* Why a certificate is not what MTA-STS wants (RFC 8461, 4.2), in the words of RFC 8460, 4.3.1. */
static const char *
cert_fault(struct findings *f, const struct host *h)
{
	const struct cert_facts *c = &h->cert;

	if (!c->present)
		return "no certificate";
	if (!c->trusted)
		return pool_printf(f->p, "certificate-not-trusted%s",
		    text_because(f->p, c->trust_why));
	if (!c->in_date)
		return "certificate-expired";
	if (c->revoked == REVOKED_YES)
		return "certificate is revoked";
	return "certificate-host-mismatch: no DNS name for the MX";
}

void
finding_sts_host(struct findings *f, const struct host *h)
{
	bool testing = f->facts->mtasts.mode == STS_MODE_TESTING;
	const char *sequel = testing ? " (mode testing: mail still flows)"
				     : ": senders that obey it do not deliver";
	size_t at = f->n;

	if (h->sts == STS_NOT_LISTED)
		finding_add(f, SEV_STS_MX_MISMATCH, h, "is not listed in the MTA-STS policy%s",
		    sequel);
	if (h->sts == STS_NO_TLS)
		finding_add(f, SEV_STS_MX_MISMATCH, h,
		    "has no TLS 1.2, which the MTA-STS policy wants%s", sequel);
	if (h->sts == STS_CERT)
		finding_add(f, SEV_STS_MX_MISMATCH, h, "fails the MTA-STS policy%s: %s",
		    testing ? " (mode testing)" : "", cert_fault(f, h));
	if (testing)
		finding_state(f, at, STATE_WARNING);
}
