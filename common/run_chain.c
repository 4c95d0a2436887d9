// SPDX-License-Identifier: GPL-3.0-or-later
/* run_chain.c - check_dane --chain: the certificates of a file in place of servers. */
#include "run_chain.h"

void
run_chain_host(struct run_facts *facts, const struct plan *plan)
{
	struct pool *p = facts->pool;
	struct host *h = pool_array(p, 1, sizeof(*h));

	h->mx = h->dane.base = plan->host;
	h->port = (uint16_t)plan->port;
	h->dane.nrecords = plan->ntlsa;
	h->dane.records = pool_copy(p, plan->tlsa, plan->ntlsa * sizeof(*plan->tlsa));
	facts->hosts = h;
	facts->nhosts = facts->mx_total = 1;
	facts->no_mx = true;
	facts->dane_tested = true;
}

/*
 * What an address has to say for its MX: a look-up that failed most, then records.  Security is a matter of each
 * address, so they may differ.
 */
static int
weight(const struct host *h)
{
	if (h->status != HOST_NOT_STARTED)
		return h->status == HOST_UNTESTED ? 1 : 0;
	if (h->dane.status == DANE_ERROR)
		return 4;
	return h->dane.nrecords > 0 ? 3 : 2;
}

static void
one_row_each(struct run_facts *facts)
{
	size_t kept = 0;

	for (size_t i = 0; i < facts->nhosts; i++) {
		struct host *h = &facts->hosts[i], *last = &facts->hosts[kept];

		if (kept > 0 && h->mx_index == last[-1].mx_index) {
			if (weight(h) > weight(&last[-1]))
				last[-1] = *h;
			continue;
		}
		*last = *h;
		kept++;
	}
	facts->nhosts = kept;
}

void
run_chain(struct run_facts *facts, const struct probe_env *env, const struct tls_chain *chain)
{
	one_row_each(facts);
	for (size_t i = 0; i < facts->nhosts; i++) {
		struct host *h = &facts->hosts[i];

		h->address = (struct addr){ .family = 0 };
		if (h->status == HOST_NOT_STARTED)
			probe_chain(h, env, chain);
	}
}
