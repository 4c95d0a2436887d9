// SPDX-License-Identifier: GPL-3.0-or-later
/* dns_ad.c - the word of a validating resolver, by the AD bit. */
#include <string.h>

#include "dns_ad.h"
#include "tick.h"

static bool
is_withheld(const struct dns_answer *a)
{
	return a->status == DNS_ERROR && !a->timed_out && strcmp(a->rcode, "SERVFAIL") == 0;
}

/* A denial counts as much as data: only its failed validation kept it from us. */
static void
judge(struct dns_answer *a, const struct dns_answer *unchecked)
{
	if (unchecked->status == DNS_ERROR)
		return;
	a->status = DNS_BOGUS;
	a->why = "DNSSEC validation failed in the resolver";
}

void
dns_ad_run(const struct dns_batch_servers *servers, struct pool *p, struct dns_question *q,
    size_t n, int64_t deadline)
{
	struct dns_batch_servers how = *servers;
	struct dns_question *again = pool_array(p, n, sizeof(*again));
	size_t left = 0;
	int64_t now = tick_now();

	how.mode = DNSPKT_AD;
	/* a third is kept back for the second question: one that is never answered must not eat it */
	dns_batch_run(&how, p, q, n, now + (deadline - now) * 2 / 3);
	for (size_t i = 0; i < n; i++)
		if (is_withheld(&q[i].answer))
			again[left++] = (struct dns_question){ .name = q[i].name,
				.type = q[i].type };
	if (left == 0)
		return;
	how.mode = DNSPKT_CD;
	dns_batch_run(&how, p, again, left, deadline);
	left = 0;
	for (size_t i = 0; i < n; i++)
		if (is_withheld(&q[i].answer))
			judge(&q[i].answer, &again[left++].answer);
}
