// SPDX-License-Identifier: GPL-3.0-or-later
/* run_proxy.c - the SOCKS proxy of a run: where it is, and whether it takes us. */
#include "conn.h"
#include "lookup.h"
#include "run_proxy.h"
#include "text.h"
#include "tick.h"

#define PROXY_TIME (5 * TICK_SEC) /* it is near, and there is more to do */

enum fault
run_proxy_find(const char **why, struct pool *p, const struct plan *plan, struct dns *dns)
{
	int64_t deadline = tick_min(plan->deadline, tick_now() + PROXY_TIME);
	struct socks *s = plan->socks;
	struct err e = { 0 };

	/* all offline, without DNS */
	if (s == NULL || dns == NULL)
		return FAULT_NONE;
	s->n = lookup_host(s->address, SOCKS_ADDRESSES, p, s->host, plan, dns, deadline, why);
	if (s->n == 0) {
		const char *trouble = dns_trouble(dns, p, deadline);

		*why = trouble != NULL ? trouble
				       : pool_printf(p, "SOCKS proxy %s: %s", s->shown, *why);
		return trouble != NULL ? FAULT_RESOLVER : FAULT_PROXY;
	}
	if (conn_check_proxy(plan, deadline, &e) == 0)
		return FAULT_NONE;
	*why = text_clean_str(p, e.msg);
	return FAULT_PROXY;
}
