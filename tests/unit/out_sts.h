/* SPDX-License-Identifier: GPL-3.0-or-later */
/* out_sts.h - literal runs of check_mtasts, for test_out.c. */
#ifndef OUT_STS_H
#define OUT_STS_H

#include "out_world.h"

static const char *sts_mx[] = { "mx1.example.org", "*.example.net" };
static const char *sts_rua[] = { "mailto:tls@example.org" };
static struct flaw sts_errors[] = {
	{ "policy", 2, 7, "mode is \"Enforce\", expected enforce, testing or none" },
	{ "policy", 3, 10, "max_age is \"1|day\", expected 1 to 10 digits, at most 31557600" },
};
static struct flaw sts_lints[] = {
	{ "policy host", 0, 0, "Content-Type is \"text/<html>\", expected text/plain" },
};

/* Two MX, a policy as it should be. */
static void
sts_start(struct world *w)
{
	w->plan.plugin = PLUGIN_MTASTS;
	w->plan.stop_after = STEP_SECURE;
	w->plan.rcpt = NULL;
	w->plan.tlsrpt = TLSRPT_WARN;
	range_parse(&w->plan.warn, "604800:", NULL);
	range_parse(&w->plan.crit, "86400:", NULL);
	add_host(w, "mx1.example.org", 10, 0, "192.0.2.25");
	add_host(w, "mx2.example.net", 20, 1, "192.0.2.26");
	w->facts.mx_total = 2;
	w->facts.dane_tested = false;
	for (size_t i = 0; i < 2; i++) {
		w->host[i].dane.status = DANE_NOT_TESTED;
		w->host[i].step[STEP_FROM] = w->host[i].step[STEP_TO] = (struct step){ 0 };
		w->host[i].sts = STS_PASS;
	}
	w->facts.mtasts = (struct mtasts_facts){ .status = POLICY_OK,
		.id = "2026",
		.mode = STS_MODE_ENFORCE,
		.max_age = 1209600,
		.mx = sts_mx,
		.nmx = 2,
		.policy_cert = true,
		.policy_cert_days = 61.29 };
	w->facts.tlsrpt = (struct tlsrpt_facts){ .status = POLICY_OK, .rua = sts_rua, .nrua = 1 };
}

/* The example of output.md. */
static void
sts_testing(struct world *w)
{
	sts_start(w);
	w->facts.mtasts.mode = STS_MODE_TESTING;
	w->facts.mtasts.max_age = 86400;
	find(w, SEV_MAX_AGE, STATE_WARNING, NULL, "max_age 1 day (below 7 days)");
}

static void
sts_mismatch(struct world *w)
{
	sts_start(w);
	w->facts.mtasts.nmx = 1;
	w->host[1].sts = STS_NOT_LISTED;
	w->facts.mtasts.lints = (struct flaws){ sts_lints, 1 };
	find(w, SEV_STS_MX_MISMATCH, STATE_CRITICAL, &w->host[1],
	    "is not listed in the MTA-STS policy: senders that obey it do not deliver");
	find(w, SEV_STS_LINT, STATE_WARNING, NULL,
	    "policy host: Content-Type is \"text/<html>\", expected text/plain");
}

/* Two errors, and each has its line. */
static void
sts_broken(struct world *w)
{
	sts_start(w);
	w->facts.mtasts = (struct mtasts_facts){ .status = POLICY_INVALID,
		.id = "2026",
		.errors = { sts_errors, 2 },
		.why = "sts-policy-invalid: policy line 2, column 7: mode is \"Enforce\", ..." };
	w->facts.tlsrpt = (struct tlsrpt_facts){ .status = POLICY_NONE,
		.why = "no TXT record at _smtp._tls" };
	w->host[0].sts = w->host[1].sts = STS_NOT_TESTED;
	find(w, SEV_STS_INVALID, STATE_CRITICAL, NULL,
	    "policy line 2, column 7: mode is \"Enforce\", expected enforce, testing or none");
	find(w, SEV_STS_INVALID, STATE_CRITICAL, NULL,
	    "policy line 3, column 10: max_age is \"1|day\", expected 1 to 10 digits, at most 31557600");
	find(w, SEV_TLSRPT_NONE, STATE_WARNING, NULL, "no TLS-RPT: no TXT record at _smtp._tls");
}

static void
sts_none(struct world *w)
{
	sts_start(w);
	w->facts.mtasts = (struct mtasts_facts){ .status = POLICY_NONE,
		.why = "no TXT record at _mta-sts" };
	w->host[0].sts = w->host[1].sts = STS_NOT_TESTED;
	find(w, SEV_STS_NONE, STATE_CRITICAL, NULL, "no MTA-STS: no TXT record at _mta-sts");
}

static void
sts_no_connect(struct world *w)
{
	sts_start(w);
	w->plan.no_connect = true;
	for (size_t i = 0; i < 2; i++) {
		untested(w, i, HOST_NOT_STARTED, "--no-connect");
		w->host[i].port = 25;
		w->host[i].sts = STS_NOT_TESTED;
	}
}

/* Offline there are names and nothing else. */
static void
sts_offline(struct world *w)
{
	sts_start(w);
	w->plan.lint = true;
	w->facts.mx = (struct dns_facts){ .status = DNS_NOT_TESTED };
	w->facts.dns_us = 0;
	w->facts.mtasts.policy_cert = false;
	for (size_t i = 0; i < 2; i++)
		w->host[i] = (struct host){ .mx = w->host[i].mx,
			.mx_index = i,
			.port = 25,
			.status = HOST_SKIPPED,
			.sts = STS_PASS };
}

static void
sts_offline_mismatch(struct world *w)
{
	sts_offline(w);
	w->facts.target = w->facts.domain = NULL;
	w->facts.tlsrpt = (struct tlsrpt_facts){ 0 };
	w->host[1].sts = STS_NOT_LISTED;
	find(w, SEV_STS_MX_MISMATCH, STATE_CRITICAL, &w->host[1],
	    "is not listed in the MTA-STS policy: senders that obey it do not deliver");
}

#endif
