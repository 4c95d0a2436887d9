// SPDX-License-Identifier: GPL-3.0-or-later
/* sts_judge.c - the live MX held against the policy (RFC 8461, 4.1 and 4.2). */
#include <string.h>

#include "addr.h"
#include "name.h"
#include "sts.h"

static bool
is_listed(const struct mtasts_facts *m, const char *mx)
{
	for (size_t i = 0; i < m->nmx; i++)
		if (sts_match(m->mx[i], mx))
			return true;
	return false;
}

/* A server named by the operator by its address has no MX name that could be listed. */
static bool
has_name(const struct host *h)
{
	struct addr a;

	return h->mx_is_address || !addr_parse(&a, h->mx);
}

/* The certificate is the one senders get only where we named the MX as they do. */
static bool
asked_as_senders_do(const struct plan *plan, const struct host *h)
{
	return plan->sni == NULL || name_equal(plan->sni, h->mx);
}

static enum sts_status
judge_session(const struct plan *plan, const struct host *h)
{
	const struct cert_facts *c = &h->cert;
	bool no_offer = h->step[STEP_TLS].state == STEP_FAIL ||
	    (h->secure != SECURE_UNKNOWN && !h->smtp.tls_offered);

	/* it takes STARTTLS, and a run that got as far: direct TLS says nothing about port 25 */
	if (h->status != HOST_TESTED || plan->direct_tls)
		return STS_NOT_TESTED;
	if (no_offer)
		return STS_NO_TLS;
	/* what it would have taken from a sender is not known then */
	if (h->tls.proto < PROTO_TLS12 && h->secure != SECURE_REFUSED && plan_holds_back(plan))
		return STS_NOT_TESTED;
	if (h->step[STEP_SECURE].state == STEP_FAIL)
		return STS_NO_TLS;
	if (h->secure != SECURE_YES)
		return STS_NOT_TESTED;
	if (h->tls.proto < PROTO_TLS12)
		return STS_NO_TLS;
	if (!asked_as_senders_do(plan, h))
		return STS_NOT_TESTED;
	if (!c->present || !c->trusted || !c->in_date || !c->sts_name || c->revoked == REVOKED_YES)
		return STS_CERT;
	return STS_PASS;
}

/* Is there a policy to hold hosts against?  Offline a valid one is enough, whatever the record. */
static bool
binds(const struct mtasts_facts *m, const struct plan *plan)
{
	return (m->status == POLICY_OK || plan->lint) &&
	    (m->mode == STS_MODE_ENFORCE || m->mode == STS_MODE_TESTING);
}

static enum sts_status
judge_host(const struct mtasts_facts *m, const struct plan *plan, const struct host *h)
{
	if (!binds(m, plan) || !has_name(h))
		return STS_NOT_TESTED;
	if (!is_listed(m, h->mx))
		return STS_NOT_LISTED;
	return plan->lint ? STS_PASS : judge_session(plan, h);
}

/* Can a pattern without MX be told?  Those left out, or replaced by --mx-host, may use it. */
static bool
knows_all_mx(const struct run_facts *facts, const struct plan *plan)
{
	return facts->nhosts > 0 && !facts->null_mx && facts->dns_why == NULL &&
	    facts->mx_left_out == 0 && plan->nmx_hosts == 0 && facts->fault == FAULT_NONE;
}

static bool
is_used(const struct run_facts *facts, const char *pattern)
{
	for (size_t i = 0; i < facts->nhosts; i++)
		if (sts_match(pattern, facts->hosts[i].mx))
			return true;
	return false;
}

static void
find_unused(struct run_facts *facts)
{
	struct mtasts_facts *m = &facts->mtasts;

	for (size_t i = 0; i < m->nmx; i++)
		if (!is_used(facts, m->mx[i]))
			sts_add(&m->lints, facts->pool, "policy", 0, 0, "mx %s fits no MX",
			    sts_value(facts->pool, m->mx[i], strlen(m->mx[i])));
}

void
sts_judge(struct run_facts *facts, const struct plan *plan)
{
	const struct mtasts_facts *m = &facts->mtasts;

	for (size_t i = 0; i < facts->nhosts; i++)
		facts->hosts[i].sts = judge_host(m, plan, &facts->hosts[i]);
	if (binds(m, plan) && knows_all_mx(facts, plan))
		find_unused(facts);
}
