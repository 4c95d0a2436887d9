// SPDX-License-Identifier: GPL-3.0-or-later
/* plan_dns.c - of a plan: whom to ask, whether DNSSEC is validated, and what for. */
#include <string.h>

#include "name.h"
#include "plan_check.h"
#include "text.h"

#define DNS_PORT 53

static int
nameservers(struct plan *plan, struct err *e)
{
	size_t n = plan->nameserver_args.n;

	plan->nameservers = pool_array(plan->pool, n, sizeof(plan->nameservers[0]));
	for (size_t i = 0; i < n; i++) {
		struct server *to = &plan->nameservers[i];
		const char *text = plan->nameserver_args.item[i];

		to->port = DNS_PORT;
		if (!addr_parse_port(&to->address, &to->port, text, '@'))
			return err_set(e, ERR_USAGE, "--nameserver: \"%s\" is not IP[@PORT]",
			    plan_echo(plan, text));
	}
	plan->nnameservers = n;
	return 0;
}

/* HOST_OR_IP[@PORT] */
static int
soa(struct plan *plan, struct err *e)
{
	const char *text = plan->soa_arg;
	size_t len = strcspn(text, "@");
	long port = DNS_PORT;

	plan->soa.port = DNS_PORT;
	if (addr_parse_port(&plan->soa.address, &plan->soa.port, text, '@'))
		return 0;
	if (text[len] == '@' && !text_int(text + len + 1, 1, UINT16_MAX, &port))
		return err_set(e, ERR_USAGE, "--soa: \"%s\" is not HOST_OR_IP[@PORT]",
		    plan_echo(plan, text));
	plan->soa.port = (uint16_t)port;
	plan->soa_name = name_host(plan->pool, pool_strn(plan->pool, text, len), "--soa", e);
	return plan->soa_name == NULL ? -1 : 0;
}

static int
contradictions(const struct plan *plan, struct err *e)
{
	const struct plan_clash clash[] = {
		{ plan->no_cache && plan->nnameservers > 0,
		    "--no-cache asks no resolver: --nameserver cannot go with it" },
		{ plan->no_cache && plan->dnssec == DNSSEC_AD,
		    "--no-cache asks no resolver: --dnssec=ad cannot go with it" },
		{ plan->soa_arg != NULL && plan->dnssec == DNSSEC_AD,
		    "--soa asks a name server that sets no AD bit: --dnssec=ad cannot go with it" },
		{ plan->soa_arg != NULL && plan->host_address.family != 0,
		    "--soa: the target is an address and in no zone" },
	};

	return plan_clashes(clash, sizeof(clash) / sizeof(clash[0]), e);
}

/* DANE is the default where a mail domain is tested, but for the quick test. */
static void
presets(struct plan *plan)
{
	static const bool
	    tests_dane[PLUGIN_COUNT] = { [PLUGIN_MX_CF] = true, [PLUGIN_DANE] = true };

	plan->dnssec_needed = plan->dane == 1 || plan->plugin == PLUGIN_DANE;
	if (plan->dane == -1)
		plan->dane = tests_dane[plan->plugin] && !plan->quick;
	if (plan->dnssec == DNSSEC_AUTO)
		plan->dnssec = plan->dane == 1 || plan->plugin == PLUGIN_MTASTS ? DNSSEC_VALIDATE
										: DNSSEC_OFF;
}

int
plan_dns(struct plan *plan, struct err *e)
{
	if (nameservers(plan, e) == -1 || (plan->soa_arg != NULL && soa(plan, e) == -1))
		return -1;
	presets(plan);
	return contradictions(plan, e);
}
