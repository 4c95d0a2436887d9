// SPDX-License-Identifier: GPL-3.0-or-later
/* run_sandbox.c - before a run's first byte from the network: giving up what it does not need. */
#include "run_sandbox.h"
#include "sandbox.h"

#define HTTPS_PORT 443	/* of a policy host (RFC 8461, 3.3) */

/* Besides those of DNS. */
static void
add_ports(struct sandbox *s, const struct plan *plan)
{
	unsigned asks = plan->revocation & (1u << REVOKE_OCSP | 1u << REVOKE_CRL);

	if (plan->socks != NULL) {
		sandbox_port(s, plan->socks->port);
		return;
	}
	/* certificates name their responders, ports included */
	s->any_port = asks != 0 && !plan->no_connect;
	if (plan->mtasts != 0)
		sandbox_port(s, HTTPS_PORT);
	if (plan->no_connect)
		return;
	sandbox_port(s, (uint16_t)plan->port);
	for (size_t i = 0; i < plan->nmx_hosts; i++)
		if (plan->mx_hosts[i].port != 0)
			sandbox_port(s, plan->mx_hosts[i].port);
}

static struct sandbox
needs_of(struct pool *p, const struct plan *plan, const struct cert_store *store,
    const struct dns *dns)
{
	struct sandbox s = { .pool = p, .kind = SANDBOX_OFFLINE };

	if (store != NULL)
		cert_store_keep(store, &s);
	if (dns == NULL)
		return s;
	/* libcurl is loaded once a policy is there to be fetched, libidn2 by a target that needs it */
	s.kind = plan->mtasts != 0 || plan->batch_file != NULL ? SANDBOX_LIBRARIES
							       : SANDBOX_NETWORK;
	dns_keep(dns, &s);
	add_ports(&s, plan);
	return s;
}

static int
change_user(const struct plan *plan, struct err *e)
{
	struct sandbox_user user;

	if (plan->user == NULL)
		return 0;
	return sandbox_user(&user, plan->user, e) == -1 ? -1 : sandbox_become(&user, e);
}

int
run_sandbox(const char **words, struct pool *p, const struct plan *plan,
    const struct cert_store *store, const struct dns *dns, struct err *e)
{
	struct sandbox s;

	if (change_user(plan, e) == -1)
		return -1;
	if (plan->sandbox == SANDBOX_OFF) {
		*words = "off";
	} else if (plan->format == FORMAT_SSLPROBE) {
		/* which may be a script around a container, and need anything */
		*words = "none, testssl.sh is run";
	} else {
		s = needs_of(p, plan, store, dns);
		*words = sandbox_enter(&s);
	}
	return 0;
}
