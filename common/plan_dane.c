// SPDX-License-Identifier: GPL-3.0-or-later
/* plan_dane.c - of a plan: what check_dane alone asks. */
#include <string.h>
#include <strings.h>

#include "plan_check.h"
#include "tlsa.h"

static int
contradictions(const struct plan *plan, struct err *e)
{
	const struct plan_clash clash[] = {
		{ plan->tlsa_args.n > 0 && plan->chain_file == NULL,
		    "--tlsa needs --chain: records of one's own are for a chain of one's own" },
		{ plan->chain_file != NULL && plan->algorithms_arg != NULL,
		    "--algorithms asks servers, and --chain asks none" },
		{ plan->no_connect && plan->algorithms_arg != NULL,
		    "--algorithms asks servers, and --no-connect asks none" },
		{ plan->for_domain != NULL && plan->host == NULL,
		    "--for-domain needs --no-mx: the target is a mail domain already" },
	};

	return plan_clashes(clash, sizeof(clash) / sizeof(clash[0]), e);
}

/* 0 for what is no word of --algorithms. */
static unsigned
algorithm(const char *word, size_t n)
{
	static const struct {
		const char *word;
		enum key_kind kind;
	} known[] = { { "rsa", KEY_RSA }, { "ecdsa", KEY_ECDSA } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].word) == n && strncasecmp(known[i].word, word, n) == 0)
			return 1U << known[i].kind;
	return 0;
}

static int
algorithms(struct plan *plan, struct err *e)
{
	const char *at = plan->algorithms_arg == NULL ? "rsa,ecdsa" : plan->algorithms_arg;

	for (;;) {
		size_t n = strcspn(at, ",");
		unsigned one = algorithm(at, n);

		if (one == 0)
			return err_set(e, ERR_USAGE,
			    "--algorithms: \"%s\" is not rsa, ecdsa or rsa,ecdsa",
			    plan_echo(plan, plan->algorithms_arg));
		plan->algorithms |= one;
		if (at[n] == '\0')
			return 0;
		at += n + 1;
	}
}

static int
records(struct plan *plan, struct err *e)
{
	size_t n = plan->tlsa_args.n, kinds = plan->require_args.n;

	plan->tlsa = pool_array(plan->pool, n, sizeof(plan->tlsa[0]));
	plan->require = pool_array(plan->pool, kinds, sizeof(plan->require[0]));
	for (; plan->ntlsa < n; plan->ntlsa++)
		if (tlsa_parse(&plan->tlsa[plan->ntlsa], plan->pool,
			plan->tlsa_args.item[plan->ntlsa], e) == -1)
			return -1;
	for (; plan->nrequire < kinds; plan->nrequire++)
		if (tlsa_kind_parse(&plan->require[plan->nrequire], plan->pool,
			plan->require_args.item[plan->nrequire], e) == -1)
			return -1;
	return 0;
}

int
plan_dane(struct plan *plan, struct err *e)
{
	if (plan->plugin != PLUGIN_DANE)
		return 0;
	if (contradictions(plan, e) == -1 || algorithms(plan, e) == -1)
		return -1;
	if (plan->chain_file != NULL) {
		plan->revocation = 0;	  /* whoever asks for it connects */
		plan->no_connect = false; /* goes without saying, and there is a chain all the same */
	}
	return records(plan, e);
}
