// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_cert.c - certificates: facts, judgement, names and the text of all their fields. */
#include <strings.h>

#include "cert.h"
#include "certtext.h"
#include "fuzz.h"
#include "plan.h"
#include "store.h"

#define NOW INT64_C(1795435200)

/* The system's: what it trusts does not matter. */
static const struct cert_store *
any_store(void)
{
	static struct cert_store *store;
	static const struct plan plan = { 0 };
	struct err e = { 0 };

	if (store == NULL)
		FUZZ_MUST(cert_store_new(&store, &plan, &e) == 0);
	return store;
}

/* The three names that cover one of the two wanted (RFC 6125, 6.4), in any case and with a final dot or not. */
static bool
is_ours(const char *name)
{
	static const char *const ours[] = { "mx.example.org", "*.example.org", "192.0.2.1" };
	size_t n = name == NULL ? 0 : strlen(name);

	n -= n > 0 && name[n - 1] == '.';
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strlen(ours[i]) == n && strncasecmp(ours[i], name, n) == 0)
			return true;
	return false;
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	struct tls_chain chain = { .der = { data, data }, .len = { n, n }, .n = 2 };
	struct cert_wanted wanted = { .names = { "mx.example.org", "192.0.2.1" }, .n = 2 };
	struct cert_facts facts;
	struct cert *certs;
	size_t found = 0;

	certs = cert_chain(p, &chain, &found);
	cert_judge(&facts, p, any_store(), &chain, &wanted, NOW);
	FUZZ_MUST(facts.present && facts.found != NULL && facts.wanted != NULL);
	FUZZ_MUST((facts.trusted && facts.in_date) || facts.trust_why != NULL);
	fuzz_shown(facts.found);
	fuzz_shown(facts.trust_why);
	fuzz_shown(facts.matched_name);
	FUZZ_MUST(facts.name_match == is_ours(facts.matched_name));
	FUZZ_MUST(facts.key_ok + facts.signature_ok + (int)facts.nweak >= 2);
	for (size_t i = 0; i < facts.nweak; i++)
		fuzz_shown(facts.weak[i]);
	certtext_add(certs, found, p);
	for (size_t i = 0; i < found; i++) {
		fuzz_shown(certs[i].subject);
		fuzz_shown(certs[i].issuer);
		fuzz_shown(certs[i].cn);
	}
}
