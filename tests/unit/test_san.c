// SPDX-License-Identifier: GPL-3.0-or-later
/* test_san.c - the names of a certificate against the names wanted. */
#include "cert_world.h"

static const struct cert_row rows[] = {
	{ "another name", { GOOD, INTER }, { "mx3.example.org" }, "TDL--KS-", "", NULL, NULL,
	    "mx1.example.org and MX2.example.org", NULL },
	{ "the second name, as it is written", { GOOD, INTER }, { "mx2.example.org." }, "TDLN-KS-", "", NULL,
	    "MX2.example.org", NULL, NULL },
	{ "the second name wanted", { GOOD, INTER }, { "example.org", "mx1.example.org" }, "TDLN-KS-", "", NULL,
	    "mx1.example.org", NULL, NULL },
	{ "the issuer's name is no name", { GOOD, INTER }, { "Inter" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "any name", { GOOD, INTER }, { NULL }, "TDLN-KS-", "", NULL, NULL, NULL, NULL },
	{ "the empty name", { GOOD, INTER }, { "" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "wildcard", { WILD, INTER }, MX1, "TDLN-KS-", "", NULL, "*.example.org", "*.example.org", NULL },
	{ "wildcard for two labels", { WILD, INTER }, { "a.b.example.org" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "wildcard for none", { WILD, INTER }, { "example.org" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "wildcard below the top", { WIDE, INTER }, { "mx1.example" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "wildcard in a label", { PARTIAL, INTER }, MX1, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "common name only", { CN_ONLY, INTER }, MX1, "TDLNCKS-", "", NULL, "mx1.example.org",
	    "mx1.example.org", NULL },
	{ "another common name", { CN_ONLY, INTER }, { "mx2.example.org" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "wildcard common name", { CN_WILD, INTER }, MX1, "TDLNCKS-", "", NULL, "*.example.org", NULL, NULL },
	{ "common name beside a DNS name", { CN_BESIDE, INTER }, MX1, "TDL--KS-", "", NULL, NULL,
	    "other.example.org", NULL },
	{ "common name beside a mail address", { CN_BESIDE_MAIL, INTER }, MX1, "TDLNCKS-", "", NULL, NULL,
	    "mx1.example.org", NULL },
	{ "common name beside broken names", { BROKEN_SAN, INTER }, MX1, "-DL--KS-", NULL, NULL, NULL, NULL, NULL },
	{ "NUL in a DNS name", { NUL_SAN, INTER }, MX1, "TDL--KS-", "", NULL, NULL, "mx1.example.org?.evil.com",
	    NULL },
	{ "NUL in the common name", { NUL_CN, INTER }, MX1, "TDL--KS-", "", NULL, NULL,
	    "mx1.example.org?.evil.com", NULL },
	{ "no name", { NO_NAME, INTER }, MX1, "TDL--KS-", "", NULL, NULL, "no name", NULL },
	{ "a name with control characters", { ODD_NAME, INTER }, MX1, "TDL--KS-", "", NULL, NULL,
	    "mx1??[31m?.example.org", NULL },
	{ "many names", { MANY, INTER }, MX1, "TDL--KS-", "", NULL, NULL, "a.example, b.example and 2 more", NULL },
	{ "IPv4 address", { ADDRESS, INTER }, { "192.0.2.25" }, "TDLN-KS-", "", NULL, "192.0.2.25",
	    "192.0.2.25 and 2001:db8::25", NULL },
	{ "IPv6 address", { ADDRESS, INTER }, { "2001:DB8:0::25" }, "TDLN-KS-", "", NULL, "2001:db8::25", NULL, NULL },
	{ "another address", { ADDRESS, INTER }, { "192.0.2.26" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "address as common name", { ADDRESS, INTER }, { "192.0.2.9" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
	{ "address as DNS name", { ADDRESS_AS_DNS, INTER }, { "192.0.2.25" }, "TDL--KS-", "", NULL, NULL, NULL, NULL },
};

static const struct {
	const char *name;
	enum match match;
	const char *mx, *domain, *verify, *want;	/* want: as the sentence has it */
} name_rows[] = {
	{ "mx", MATCH_MX, "mx1.example.org", "example.org", NULL, "mx1.example.org" },
	{ "domain", MATCH_DOMAIN, "mx1.example.org", "example.org", NULL, "example.org" },
	{ "any", MATCH_ANY, "mx1.example.org", "example.org", NULL, "mx1.example.org or example.org" },
	{ "any, once", MATCH_ANY, "example.org", "Example.org.", NULL, "example.org" },
	{ "any, no domain", MATCH_ANY, "mx1.example.org", NULL, NULL, "mx1.example.org" },
	{ "none", MATCH_NONE, "mx1.example.org", "example.org", NULL, "any name" },
	{ "none, and one more", MATCH_NONE, "mx1.example.org", "example.org", "x.example", "any name" },
	{ "mx, and one more", MATCH_MX, "mx1.example.org", NULL, "x.example", "mx1.example.org or x.example" },
	{ "any, and one more", MATCH_ANY, "mx1.example.org", "example.org", "x.example",
	    "mx1.example.org, example.org or x.example" },
	{ "domain, there is none", MATCH_DOMAIN, "mx1.example.org", NULL, NULL, "mx1.example.org" },
	{ "domain, there is none but one more", MATCH_DOMAIN, "mx1.example.org", NULL, "x.example", "x.example" },
	{ "no name at all is not any name", MATCH_DOMAIN, NULL, NULL, NULL, "" },
};

static void
test_names(const struct world *w)
{
	for (size_t i = 0; i < ROWS(name_rows); i++) {
		struct plan plan = { .match = name_rows[i].match };
		struct tls_chain chain = { .n = 0 };
		struct cert_wanted wanted;
		struct cert_facts f;
		const char *verify[100];

		for (size_t j = 0; j < ROWS(verify); j++)
			verify[j] = name_rows[i].verify;
		plan.verify_names = (struct list){ verify, verify[0] == NULL ? 0 : ROWS(verify) };
		cert_names(&wanted, &plan, name_rows[i].mx, name_rows[i].domain);
		pki_send(&chain, &w->certs[GOOD]);
		cert_judge(&f, w->p, w->store, &chain, &wanted, PKI_NOW);
		tap_ok(differs(f.wanted, name_rows[i].want, "wanted") == 0 &&
		    (wanted.n == 0) == (name_rows[i].match == MATCH_NONE),
		    "--match=%s", name_rows[i].name);
	}
}

/* More names than fit are left out. */
static void
test_many_names(void)
{
	struct plan plan = { .match = MATCH_MX };
	const char *verify[100];
	char text[100][16];
	struct cert_wanted wanted;

	for (size_t i = 0; i < ROWS(verify); i++) {
		snprintf(text[i], sizeof(text[i]), "n%zu.example", i);
		verify[i] = text[i];
	}
	plan.verify_names = (struct list){ verify, ROWS(verify) };
	cert_names(&wanted, &plan, "mx1.example.org", NULL);
	tap_ok(wanted.n == ROWS(wanted.names), "names wanted are bounded");
}

/* What MTA-STS wants: a DNS name, whatever --match says. */
static void
test_sts_name(const struct world *w)
{
	static const struct {
		const char *name;
		size_t cert;
		const char *mx;
		bool want;
	} sts[] = {
		{ "a DNS name", GOOD, "mx1.example.org", true },
		{ "another one", GOOD, "mx3.example.org", false },
		{ "wildcard", WILD, "mx1.example.org", true },
		{ "wildcard for two labels", WILD, "a.b.example.org", false },
		{ "common name only", CN_ONLY, "mx1.example.org", false },
		{ "common name beside a DNS name", CN_BESIDE, "mx1.example.org", false },
		{ "common name beside a mail address", CN_BESIDE_MAIL, "mx1.example.org", false },
		{ "broken names", BROKEN_SAN, "mx1.example.org", false },
		{ "NUL in a DNS name", NUL_SAN, "mx1.example.org", false },
		{ "no name", NO_NAME, "mx1.example.org", false },
		{ "no MX", GOOD, NULL, false },
	};

	for (size_t i = 0; i < ROWS(sts); i++) {
		struct plan plan = { .match = i % 2 == 0 ? MATCH_NONE : MATCH_MX };
		struct tls_chain chain = { .n = 0 };
		struct cert_wanted wanted;
		struct cert_facts f;

		cert_names(&wanted, &plan, sts[i].mx, NULL);
		pki_send(&chain, &w->certs[sts[i].cert]);
		cert_judge(&f, w->p, w->store, &chain, &wanted, PKI_NOW);
		tap_ok(f.sts_name == sts[i].want, "MTA-STS: %s", sts[i].name);
	}
}

int
main(void)
{
	struct world w = { 0 };

	if (world_make(&w)) {
		test_rows(&w, rows, ROWS(rows));
		test_names(&w);
		test_sts_name(&w);
		test_many_names();
	}
	world_free(&w);
	return tap_end();
}
