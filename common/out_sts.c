// SPDX-License-Identifier: GPL-3.0-or-later
/* out_sts.c - MTA-STS and TLS-RPT in words: phrases for the first line, and a block for people. */
#include "out_parts.h"
#include "sts.h"

static const char *const statuses[] = {
	[POLICY_NOT_TESTED] = "not tested",
	[POLICY_OK] = "ok",
	[POLICY_NONE] = "none",
	[POLICY_INVALID] = "invalid",
	[POLICY_FETCH_ERROR] = "not fetched",
	[POLICY_ERROR] = "not looked up",
};

const char *
out_sts_policy(const struct out *o)
{
	const struct mtasts_facts *m = &o->facts->mtasts;
	const char *mode = sts_mode_name(m->mode);
	struct text t = { .p = o->p };

	if (m->status != POLICY_OK)
		return "";
	text_add(&t, "%s", mode == NULL ? "record" : "policy");
	if (m->id != NULL)
		text_add(&t, " id %s", m->id);
	if (mode != NULL)
		text_add(&t, " mode %s", mode);
	return text_get(&t);
}

/* An MX, of whose addresses those count that were not skipped. */
struct mx_count {
	size_t counted, good;
};

/* Count the addresses of the MX at host i.  Returns the first host of the next MX. */
static size_t
count_mx(struct mx_count *mx, const struct out *o, size_t i)
{
	const struct host *h = o->facts->hosts;
	bool names = o->plan->lint || o->plan->no_connect;
	size_t index = h[i].mx_index;

	*mx = (struct mx_count){ 0 };
	for (; i < o->facts->nhosts && h[i].mx_index == index; i++) {
		if (!names && h[i].status == HOST_SKIPPED)
			continue;
		mx->counted++;
		mx->good += names ? h[i].sts != STS_NOT_LISTED : h[i].sts == STS_PASS;
	}
	return i;
}

const char *
out_sts_mx(const struct out *o)
{
	bool names = o->plan->lint || o->plan->no_connect;
	enum sts_mode mode = o->facts->mtasts.mode;
	size_t all = 0, good = 0;
	struct mx_count mx;

	if (mode != STS_MODE_ENFORCE && mode != STS_MODE_TESTING)
		return "";
	for (size_t i = 0; i < o->facts->nhosts;) {
		i = count_mx(&mx, o, i);
		all += mx.counted > 0;
		good += mx.counted > 0 && mx.good == mx.counted;
	}
	if (all == 0)
		return o->plan->lint ? ", no MX given" : "";
	if (good == all)
		return pool_printf(o->p, ", %zu MX %s", all, names ? "listed" : "pass");
	return pool_printf(o->p, ", %zu of %zu MX %s", good, all, names ? "listed" : "pass");
}

static void
add_texts(struct text *t, const struct out *o, const char *what, const char *const *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_add(t, "  %s: %s\n", what, out_shown(o, s[i]));
}

static void
add_flaws(struct text *t, const struct out *o, const char *what, const struct flaws *flaws)
{
	for (size_t i = 0; i < flaws->n; i++)
		text_add(t, "  %s: %s\n", what, out_shown(o, sts_flaw(o->p, &flaws->item[i])));
}

/* ": why", where the flaws do not tell it already. */
static void
add_why(struct text *t, const struct out *o, const char *why, const struct flaws *errors)
{
	if (why != NULL && errors->n == 0)
		text_add(t, ": %s", out_shown(o, why));
	text_add(t, "\n");
}

void
out_add_sts(struct text *t, const struct out *o)
{
	const struct mtasts_facts *m = &o->facts->mtasts;
	const struct tlsrpt_facts *rpt = &o->facts->tlsrpt;

	text_add(t, "MTA-STS: %s", statuses[m->status]);
	if (m->id != NULL)
		text_add(t, ", id %s", m->id);
	if (m->mode != STS_MODE_UNKNOWN)
		text_add(t, ", mode %s, max_age %s", sts_mode_name(m->mode),
		    text_span(o->p, m->max_age));
	if (m->policy_cert)
		text_add(t, ", policy host's certificate %s",
		    out_days(o->p, m->policy_cert_days));
	add_why(t, o, m->why, &m->errors);
	add_texts(t, o, "mx", m->mx, m->nmx);
	add_flaws(t, o, "error", &m->errors);
	add_flaws(t, o, "unwise", &m->lints);
	text_add(t, "TLS-RPT: %s", statuses[rpt->status]);
	add_why(t, o, rpt->why, &rpt->errors);
	add_texts(t, o, "rua", rpt->rua, rpt->nrua);
	add_flaws(t, o, "error", &rpt->errors);
	add_flaws(t, o, "unwise", &rpt->lints);
}

void
out_add_sts_hosts(struct text *t, const struct out *o)
{
	for (size_t i = 0; i < o->facts->nhosts; i++)
		text_add(t, "%s: %s\n", out_shown(o, out_host(o->p, &o->facts->hosts[i], false)),
		    sts_status_name(o->facts->hosts[i].sts));
}
