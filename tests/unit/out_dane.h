/* SPDX-License-Identifier: GPL-3.0-or-later */
/* out_dane.h - literal runs of DANE, for test_out.c. */
#ifndef OUT_DANE_H
#define OUT_DANE_H

#include "out_world.h"

static const uint8_t live_digest[32] = { 0xc3, 0xd4, 0xe5, 0xf6 },
		     old_digest[32] = { 0xa1, 0xb2, 0xc3, 0xd4 };
static struct tlsa matching[] = {
	{ 3, 1, 1, live_digest, 32, true, true, NULL },
	{ 3, 1, 1, old_digest, 32, true, false, NULL },
	{ 1, 1, 1, old_digest, 32, false, false, "has usage 1, which is not for mail" },
};
static struct tlsa stale[] = { { 3, 1, 1, old_digest, 32, true, false, NULL } };
static const char *would[] = {
	"3 1 1 c3d4e5f600000000000000000000000000000000000000000000000000000000"
};
static const char *lints[] = {
	"1 1 1 a1b2c3d4... has usage 1, which is not for mail"
};
static const char *rollover[] = { "3 1 1 a1b2c3d4...: rollover ready" };
static struct sig sigs[] = {
	{ "MX", "example.org", NOON - 6 * DAY, NOON + 8 * DAY },
	{ "A", "mx1.example.org", NOON - DAY, NOON + DAY },	/* an online signer's */
	{ "TLSA", "_25._tcp.mx1.example.org", NOON - 6 * DAY, NOON + 8 * DAY - 100 },
};

static void
set_dane(struct world *w, size_t i, enum dane_status status, struct tlsa *records, size_t n)
{
	w->host[i].dane = (struct dane_facts){ .status = status,
		.records = records,
		.nrecords = n,
		.base = n > 0 ? w->host[i].mx : NULL };
}

static void
dane_start(struct world *w)
{
	w->plan.plugin = PLUGIN_DANE;
	w->plan.stop_after = STEP_SECURE;
	w->plan.rcpt = NULL;
	range_parse_low(&w->plan.warn, "3:", NULL);
	range_parse_low(&w->plan.crit, "1:", NULL);
	w->facts.sigs = sigs;
	w->facts.nsigs = 3;
	w->facts.mx_total = 2;
	add_host(w, "mx1.example.org", 10, 0, "192.0.2.25");
	add_host(w, "mx1.example.org", 10, 0, "2001:db8::25");
	add_host(w, "mx2.example.org", 20, 1, "192.0.2.26");
	for (size_t i = 0; i < 3; i++) {
		fail(&w->host[i], STEP_FROM, STEP_SKIP, NULL);
		w->host[i].step[STEP_FROM] = (struct step){ .state = STEP_SKIP };
		set_dane(w, i, DANE_MATCH, matching, 2);
	}
}

static void
dane_match(struct world *w)
{
	dane_start(w);
	w->host[0].dane.notes = rollover;
	w->host[0].dane.nnotes = 1;
	w->verdict.notes = notes;
	w->verdict.nnotes = 1;
}

/* The key was changed, the record was not, on one address of three. */
static void
dane_mismatch(struct world *w)
{
	dane_start(w);
	set_dane(w, 1, DANE_MISMATCH, stale, 1);
	w->host[1].dane.reason =
	    "RSA chain matches no TLSA record (have 3 1 1 a1b2c3d4..., live 3 1 1 c3d4e5f6...)";
	w->host[1].dane.why =
	    pool_printf(w->p, "validation-failure: %s", w->host[1].dane.reason);
	w->host[1].dane.would = would;
	w->host[1].dane.nwould = 1;
	find(w, SEV_DANE_MISMATCH, STATE_CRITICAL, &w->host[1], w->host[1].dane.reason);
	find(w, SEV_CERT_UNTRUSTED, STATE_OK, &w->host[1],
	    "certificate is not trusted: self-signed certificate");
}

/* Every other end that DANE can come to. */
static void
dane_ends(struct world *w)
{
	dane_start(w);
	set_dane(w, 0, DANE_UNUSABLE, matching + 2, 1);
	set_dane(w, 1, DANE_ERROR, NULL, 0);
	set_dane(w, 2, DANE_INSECURE, stale, 1);
	w->host[1].dane.why = "dnssec-invalid: TLSA look-up of _25._tcp.mx1.example.org: bogus";
	w->facts.mx.status = DNS_INSECURE;
	find(w, SEV_DANE_ERROR, STATE_CRITICAL, &w->host[1],
	    "fails for DANE senders: TLSA look-up of _25._tcp.mx1.example.org: bogus");
	find(w, SEV_DANE_NONE, STATE_CRITICAL, &w->host[2],
	    "has no DANE: its TLSA records are not secured by DNSSEC");
	find(w, SEV_RRSIG_DAYS, STATE_CRITICAL, NULL,
	    "signature of example.org MX expires in 0.5 days, outside 1:");
	find(w, SEV_DANE_UNUSABLE, STATE_WARNING, &w->host[0],
	    "has no usable TLSA record");
	find(w, SEV_DANE_LINT, STATE_WARNING, NULL,
	    "MX not secured by DNSSEC: its TLSA records cannot be relied on (half DANE)");
}

static void
dane_dns_only(struct world *w)
{
	dane_start(w);
	w->plan.no_connect = true;
	for (size_t i = 0; i < 3; i++) {
		untested(w, i, HOST_NOT_STARTED, "--no-connect");
		set_dane(w, i, DANE_NOT_TESTED, matching, 3);
	}
	w->host[2].dane.lints = lints;
	w->host[2].dane.nlints = 1;
	find(w, SEV_DANE_LINT, STATE_WARNING, &w->host[2], lints[0]);
}

/* Nobody trusts its certificate but DANE (confidence-factor.md, example 4). */
static void
dane_self_signed(struct world *w)
{
	add_host(w, "mx1.example.org", 10, 0, "192.0.2.25");
	set_dane(w, 0, DANE_MATCH, matching, 1);
	w->host[0].cert.trusted = false;
	w->facts.mx_total = 1;
	w->mx_cf[0] = 119;
	w->score.mx_cf_n = 1;
	set_score(w, 0, 119.3, "tlsv1.3");
	set_cf(w, 119, 98, 0);
	find(w, SEV_DANE_LINT, STATE_OK, &w->host[0], lints[0]);
}

#endif
