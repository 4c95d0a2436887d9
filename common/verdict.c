/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.c - findings of the target as a whole, thresholds, and the state of it all. */
#include "note.h"
#include "text.h"
#include "verdict.h"

/* How many hosts ended in each way. */
struct tally {
	size_t tested, untested, skipped;
	const struct host *first_skipped;
};

static struct tally
count_hosts(const struct run_facts *facts)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct host *h = &facts->hosts[i];

		t.tested += h->status == HOST_TESTED;
		t.untested += h->status == HOST_UNTESTED;
		t.skipped += h->status == HOST_SKIPPED;
		if (h->status == HOST_SKIPPED && t.first_skipped == NULL)
			t.first_skipped = h;
	}
	return t;
}

/* Ours, or the domain takes no mail: then nothing else is worth telling.  True when so. */
static bool
judge_ends(struct findings *f)
{
	const struct run_facts *facts = f->facts;
	const char *why = facts->fault_why;

	if (facts->fault == FAULT_RESOLVER)
		finding_add(f, SEV_RESOLVER, NULL, "%s",
		    why == NULL ? "resolver does not work" : why);
	else if (facts->fault == FAULT_PROXY)
		finding_add(f, SEV_PROXY, NULL, "%s",
		    why == NULL ? "SOCKS proxy does not work" : why);
	else if (facts->fault == FAULT_INTERNAL)
		finding_add(f, SEV_INTERNAL, NULL, "%s", why == NULL ? "internal fault" : why);
	else if (facts->null_mx)
		finding_add(f, SEV_NULL_MX, NULL, "takes no mail (null MX, RFC 7505)");
	/* a policy may say so, and can be wrong all the same */
	return f->n > 0 && !(facts->null_mx && f->plan->plugin == PLUGIN_MTASTS);
}

static void
judge_dns(struct findings *f)
{
	const struct run_facts *facts = f->facts;
	const char *why = facts->dns_why;

	if (facts->mx.status == DNS_BOGUS) {
		if (why == NULL)
			why = facts->mx.why == NULL ? "no trusted answer" : facts->mx.why;
		finding_add(f, SEV_DNS_BOGUS, NULL, "DNSSEC validation failed: %s", why);
	} else if (why != NULL) {
		finding_add(f, SEV_DNS_ERROR, NULL, "no host to test: %s", why);
	} else if (facts->nhosts == 0 && !facts->null_mx && !f->plan->lint) {
		finding_add(f, SEV_DNS_ERROR, NULL, "no host to test");
	}
}

/* A lone host says it by itself. */
static void
judge_all_unreachable(struct findings *f, const struct tally *t)
{
	const char *why = t->first_skipped == NULL ? NULL : t->first_skipped->why;

	if (t->tested > 0)
		return;
	if (t->untested > 1)
		finding_add(f, SEV_ALL_UNREACHABLE, NULL, "none of %zu hosts is reachable",
		    t->untested);
	else if (t->untested == 0 && t->skipped > 0 && t->skipped == f->facts->nhosts)
		finding_add(f, SEV_ALL_UNREACHABLE, NULL, "no address can be tried from here%s",
		    text_because(f->p, why));
}

static void
judge_hosts(struct findings *f)
{
	struct tally t = count_hosts(f->facts);

	if (!f->plan->lint)
		judge_all_unreachable(f, &t);
	for (size_t i = 0; i < f->facts->nhosts; i++) {
		finding_host(f, &f->facts->hosts[i], t.tested > 0);
		finding_sts_host(f, &f->facts->hosts[i]);
	}
}

static void
judge_range(struct findings *f, enum sev_key key, double v, const char *shown)
{
	bool crit = range_alert(&f->plan->crit, v);

	if (!crit && !range_alert(&f->plan->warn, v))
		return;
	finding_add_by(f, key, crit ? STATE_CRITICAL : STATE_WARNING, NULL, "%s outside %s", shown,
	    crit ? f->plan->crit.text : f->plan->warn.text);
}

static void
judge_thresholds(struct findings *f, const struct score *score)
{
	const struct plan *plan = f->plan;
	double took = (double)f->facts->took_us / 1e6;
	const char *name = f->facts->quick ? "QFactor" : "CF";

	if (score->worst != NULL && score->worst_cf < plan->min_mx)
		finding_add(f, SEV_MIN_MX, score->worst, "has CF %d, under --min-mx %g",
		    score->worst_cf, plan->min_mx);
	if (plan->plugin == PLUGIN_MX_CF && score->known)
		judge_range(f, SEV_CF, score->cf, pool_printf(f->p, "%s %d", name, score->cf));
	if (plan->plugin == PLUGIN_SMTP_TLS)
		judge_range(f, SEV_TIME, took, pool_printf(f->p, "response time %.3f s", took));
}

/* Stable: within a state the order in which they were found stays. */
static void
sort_findings(struct verdict *out, struct pool *p, const struct findings *f)
{
	static const enum state order[] = {
		STATE_CRITICAL, STATE_WARNING, STATE_UNKNOWN, STATE_OK
	};

	out->findings = pool_array(p, f->n, sizeof(*out->findings));
	for (size_t s = 0; s < sizeof(order) / sizeof(order[0]); s++)
		for (size_t i = 0; i < f->n; i++)
			if (f->item[i].state == order[s])
				out->findings[out->nfindings++] = f->item[i];
	out->state = out->nfindings > 0 ? out->findings[0].state : STATE_OK;
}

void
verdict_make(struct verdict *out, struct pool *p, const struct run_facts *facts,
    const struct score *score, const struct plan *plan)
{
	struct findings f = { .p = p, .facts = facts, .plan = plan };

	*out = (struct verdict){ 0 };
	if (!judge_ends(&f)) {
		judge_dns(&f);
		finding_sts(&f);
		judge_hosts(&f);
		finding_dane_run(&f);
		finding_sts_limits(&f);
		judge_thresholds(&f, score);
		out->nnotes = note_run(&out->notes, p, facts, plan);
	}
	sort_findings(out, p, &f);
}

enum state
verdict_host(const struct verdict *v, const struct host *h)
{
	enum state worst = STATE_OK;

	for (size_t i = 0; i < v->nfindings; i++)
		if (v->findings[i].host == h)
			worst = state_worse(worst, v->findings[i].state);
	return worst;
}

enum state
verdict_exit(const struct verdict *v, const struct run_facts *facts, const struct plan *plan)
{
	if (plan->format != FORMAT_DEBUG)
		return v->state;
	if (facts->fault != FAULT_NONE)
		return STATE_UNKNOWN;
	for (size_t i = 0; i < facts->nhosts; i++)
		if (facts->hosts[i].step[STEP_ANSWER].state == STEP_OK)
			return STATE_OK;
	return STATE_CRITICAL;
}
