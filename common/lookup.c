// SPDX-License-Identifier: GPL-3.0-or-later
/* lookup.c - the addresses of a host beside the mail servers. */
#include "lookup.h"
#include "tick.h"

static const char *
reason(const struct dns_answer *a)
{
	if (dns_failed(a->status))
		return a->why == NULL ? a->rcode : a->why;
	return a->kind == DNS_NO_NAME ? "no such name" : "no address";
}

size_t
lookup_host(struct addr *out, size_t max, struct pool *p, const char *host, const struct plan *plan,
    struct dns *dns, int64_t deadline, const char **why)
{
	struct dns_question q[2] = { { .name = host, .type = plan->ipv6 ? DNS_AAAA : DNS_A },
		{ .name = host, .type = DNS_AAAA } };
	size_t questions = plan->ipv4 || plan->ipv6 ? 1 : 2, n = 0;

	if (addr_parse(&out[0], host))
		return 1;
	/* a family for which nobody answers must leave time for what comes then */
	dns_ask(dns, p, q, questions, tick_halfway(tick_now(), deadline));
	*why = reason(&q[0].answer);
	for (size_t i = 0; i < questions; i++)
		for (size_t k = 0;
		     !dns_failed(q[i].answer.status) && k < q[i].answer.nrr && n < max; k++)
			out[n++] = q[i].answer.rr[k].address;
	return n;
}
