/* SPDX-License-Identifier: GPL-3.0-or-later */
/* out_worlds.h - literal runs for test_out.c: targets in good and bad health. */
#ifndef OUT_WORLDS_H
#define OUT_WORLDS_H

#include "out_world.h"

/* The first example of output.md. */
static void
two_mx(struct world *w)
{
	add_host(w, "mx1.example.org", 10, 0, "192.0.2.25");
	add_host(w, "mx2.example.org", 20, 1, "192.0.2.26");
	w->facts.mx_total = 2;
	w->host[0].talk = talk;
	w->host[0].ntalk = sizeof(talk) / sizeof(talk[0]);
	w->host[1].took_us = 164 * MS;
	w->host[1].step[STEP_SECURE].took_us = 45678;
	w->host[1].chain = ec_chain;
	w->host[1].nchain = 1;
	w->host[1].cert.days_left = 80.5;
	w->host[1].cert.trusted = false;
	w->host[1].cert.errors = errors;
	w->host[1].cert.nerrors = 1;
	w->host[1].step[STEP_CERT].state = STEP_FAIL;
	w->host[1].step[STEP_CERT].why = "self-signed certificate";
	set_score(w, 0, 116.75, "tlsv1.3");
	set_score(w, 1, 109.95, "tlsv1.3");
	w->rows[0].lost = lost;
	w->rows[0].nlost = 2;
	w->score.mx_cf_n = 2;
	w->mx_cf[0] = 116;
	w->mx_cf[1] = 109;
	set_cf(w, 114, 94, 1);
	w->plan.severity[SEV_CERT_UNTRUSTED] = STATE_OK;
	find(w, SEV_CERT_UNTRUSTED, STATE_OK, &w->host[1], "self-signed");
	w->verdict.notes = notes;
	w->verdict.nnotes = 1;
}

/* OCSP knows the leaf, CRLs do not know the rest. */
static void
revocations(struct world *w)
{
	static struct revocation said[] = {
		{ 0, REVOKE_OCSP, REVOKED_GOOD, "OCSP http://ca.example/ocsp: good" },
		{ 1, REVOKE_CRL, REVOKED_UNKNOWN, "CRL http://ca.example/crl: <no|answer>" },
	};

	two_mx(w);
	w->host[0].cert.revocations = said;
	w->host[0].cert.nrevocations = 2;
	w->host[1].cert.revoked = REVOKED_UNKNOWN;
	w->host[1].cert.revoked_why = "no responder is named";
	w->plan.rcpt = NULL;
}

static void
two_mx_explained(struct world *w)
{
	two_mx(w);
	w->plan.explain = true;
}

static void
no_tls(struct world *w)
{
	two_mx(w);
	w->verdict.nfindings = 0;
	no_session(w, 1);
	set_score(w, 1, 0, "none");
	w->mx_cf[1] = 0;
	set_cf(w, 77, 63, 1);
	find(w, SEV_NO_TLS, STATE_CRITICAL, &w->host[1], "offers no TLS");
}

/* STARTTLS is offered, and then no session comes about: the MX is not ok. */
static void
broken_session(struct world *w)
{
	no_tls(w);
	w->verdict.nfindings = 0;
	w->host[1].secure = SECURE_NO_SESSION;
	w->host[1].smtp.tls_offered = true;
	w->host[1].step[STEP_TLS] = (struct step){ .state = STEP_OK };
	w->host[1].step[STEP_SECURE] = (struct step){ STEP_FAIL, false, 99 * MS, "alert 40" };
	set_score(w, 1, 20, "none");
	w->mx_cf[1] = 20;
	set_cf(w, 84, 69, 1);
	find(w, SEV_TLS_FAILED, STATE_CRITICAL, &w->host[1], "TLS failed: alert 40");
}

static void
no_tls_and_more(struct world *w)
{
	no_tls(w);
	find(w, SEV_CF, STATE_WARNING, NULL, "CF 77 outside 90:");
	find(w, SEV_CERT_DAYS, STATE_WARNING, &w->host[0], "certificate expires in 9.9 days");
	find(w, SEV_RCPT_DEFERRED, STATE_OK, &w->host[0], "RCPT TO deferred: 450 later");
	w->host[0].step[STEP_TO].state = STEP_DEFER;
	w->host[0].step[STEP_TO].why = "450 later";
	w->plan.explain = true;
}

static void
wrong_name(struct world *w)
{
	add_host(w, "mx1.example.org", 10, 0, "192.0.2.25");
	w->facts.mx_total = 1;
	w->score.mx_cf_n = 1;
	w->mx_cf[0] = 93;
	set_score(w, 0, 93.15, "tlsv1.2");
	set_cf(w, 93, 76, 0);
	w->host[0].tls.proto = PROTO_TLS12;
	w->host[0].tls.cipher = "ECDHE-RSA-AES256-GCM-SHA384";
	w->host[0].cert.name_match = false;
	w->host[0].cert.matched_name = NULL;
	w->host[0].step[STEP_CERT].state = STEP_FAIL;
	w->host[0].step[STEP_CERT].why = "certificate names mx.example.net";
	find(w, SEV_CERT_NAME, STATE_WARNING, &w->host[0], "certificate names mx.example.net");
}

static void
resolver(struct world *w)
{
	w->facts.fault = FAULT_RESOLVER;
	w->facts.fault_why = "resolver 127.0.0.1 does not answer (5 s)";
	w->facts.mx = (struct dns_facts){ DNS_ERROR, "timeout", w->facts.fault_why };
	find(w, SEV_RESOLVER, STATE_UNKNOWN, NULL, w->facts.fault_why);
}

static void
null_mx(struct world *w)
{
	w->facts.null_mx = true;
	find(w, SEV_NULL_MX, STATE_UNKNOWN, NULL, "takes no mail (null MX, RFC 7505)");
}

/* --severity=null-mx=ok: nothing is wrong, and there is no CF. */
static void
null_mx_excused(struct world *w)
{
	w->facts.null_mx = true;
	w->plan.severity[SEV_NULL_MX] = STATE_OK;
	find(w, SEV_NULL_MX, STATE_OK, NULL, "takes no mail (null MX, RFC 7505)");
}

static void
no_such_name(struct world *w)
{
	w->facts.mx = (struct dns_facts){ DNS_INSECURE, "NXDOMAIN", NULL };
	w->facts.dns_why = "no such name";
	w->score.known = true;
	w->score.cf = 50;
	w->score.percent = 41;
	find(w, SEV_DNS_ERROR, STATE_CRITICAL, NULL, "no host to test: no such name");
}

static void
stopped_early(struct world *w)
{
	two_mx(w);
	w->verdict.nfindings = 0;
	w->plan.stop_after = STEP_TLS;
	w->score.known = false;
	w->score.worst = NULL;
	w->score.worst_cf = -1;
	w->mx_cf[0] = w->mx_cf[1] = -1;
	for (size_t i = 0; i < 2; i++) {
		no_session(w, i);
		fail(&w->host[i], STEP_TLS, STEP_OK, NULL);
		w->host[i].step[STEP_TLS].took_us = 0;
		w->host[i].secure = SECURE_UNKNOWN;
		w->host[i].smtp.tls_offered = true;
		w->rows[i] = (struct score_host){ .row = true };
	}
}

/* One host of each status, and two addresses of one MX. */
static void
all_statuses(struct world *w)
{
	wrong_name(w);
	w->verdict = (struct verdict){ .findings = w->found };
	add_host(w, "mx1.example.org", 10, 0, "2001:db8::25");
	add_host(w, "mx2.example.org", 20, 1, NULL);
	add_host(w, "mx3.example.org", 30, 2, "192.0.2.27");
	add_host(w, "mx4.example.org", 40, 3, "192.0.2.28");
	untested(w, 1, HOST_SKIPPED, "no route of that address family here");
	untested(w, 2, HOST_UNTESTED, "no address");
	untested(w, 3, HOST_UNTESTED, "connection refused");
	untested(w, 4, HOST_NOT_STARTED, "time was up");
	fail(&w->host[3], STEP_ANSWER, STEP_FAIL, "connection refused");
	set_score(w, 2, 50, "untested");
	set_score(w, 3, 50, "untested");
	w->facts.mx_total = 4;
	w->facts.mx_left_out = 1;
	w->score.mx_cf_n = 4;
	memcpy(w->mx_cf, (int[]){ 93, 50, 50, -1 }, 4 * sizeof(int));
	set_cf(w, 84, 69, 2);
	find(w, SEV_UNREACHABLE, STATE_WARNING, &w->host[2], "is unreachable: no address");
	find(w, SEV_TIMEOUT, STATE_UNKNOWN, &w->host[4], "was not tested: time was up");
	find(w, SEV_UNREACHABLE, STATE_OK, &w->host[3], "is unreachable: connection refused");
}

/* A session with all that can be recorded of it, and a host that refused one. */
static void
recorded(struct world *w)
{
	static uint8_t ehlo[] = "EHLO probe.example.net\r\n",
		       reply[] = { 0, '\n', 0x7f, 0x80, 0xff, '|' };
	static struct packet packets[] = {
		{ 30 * MS, true, true, ehlo, sizeof(ehlo) - 1 },
		{ 31 * MS, false, true, reply, sizeof(reply) },
	};
	static struct tls_event events[] = {
		{ 20 * MS, true, "ClientHello", 321 },
		{ 25 * MS, false, "ServerHello", 122 },
		{ 26 * MS, true, "ChangeCipherSpec", 1 },
		{ 1027 * MS, false, "NewSessionTicket", 233 },
	};
	static struct tls_event refusal[] = {
		{ 20 * MS, true, "ClientHello", 321 },
		{ 21 * MS, false, "fatal alert: handshake failure", 2 },
	};
	struct tls_offer offer = { .versions = "TLSv1.3, TLSv1.2", .groups = "X25519, P-256", .suites = 87,
		.signatures = "ed25519", .name = "mx1.example.org" };

	broken_session(w);
	w->host[0].wire = (struct wire_facts){ offer, events, 4, 0, packets, 2, 0 };
	w->host[1].wire = (struct wire_facts){ .offer = { .versions = "up to TLSv1.2" }, .event = refusal,
		.nevents = 2, .events_left_out = 3, .left_out = 1234 };
}

/* Bytes as they went, one host that never answered, one with nothing said. */
static void
bytes_only(struct world *w)
{
	static uint8_t banner[] = "220 mx1.example.org ESMTP |x=1 \033[31m\r\n",
		       hello[] = { 0x16, 3, 1 };
	static struct packet packets[] = {
		{ 400, false, false, banner, sizeof(banner) - 1 },
		{ 1234567, true, true, hello, sizeof(hello) },
		{ 1234568, false, true, hello, 1 },
	};

	all_statuses(w);
	w->host[0].wire = (struct wire_facts){ .packet = packets, .npackets = 3 };
}

/* Both hosts were told while they were tested; the first one's last line, and what OCSP said, came later. */
static void
streamed(struct world *w)
{
	static const struct watcher watcher = { 0 };

	recorded(w);
	w->plan.watcher = &watcher;
	w->host[0].told = w->host[0].ntalk - 1;
	w->host[1].told = 1;
	w->host[1].talk = talk;
	w->host[1].ntalk = 1;
}

/* Nothing to tell before: hosts without address, a time that is up. */
static void
streamed_untold(struct world *w)
{
	static const struct watcher watcher = { 0 };

	all_statuses(w);
	w->plan.watcher = &watcher;
	w->host[0].told = 1;
	w->host[0].talk = talk;
	w->host[0].ntalk = 1;
}

static void
coloured(struct world *w)
{
	two_mx(w);
	w->plan.color = true;
}

static void
quick(struct world *w)
{
	wrong_name(w);
	w->verdict = (struct verdict){ .findings = w->found };
	w->facts.quick = w->plan.quick = true;
	w->facts.target = "user@example.org";
	w->plan.stop_after = STEP_SECURE;
	w->score.max = 116;
	w->facts.mx_left_out = 1;
	w->facts.dane_tested = w->facts.mtasts_tested = false;
	w->host[0].dane.status = DANE_NOT_TESTED;
	w->facts.mtasts.status = POLICY_NOT_TESTED;
	w->host[0].cert.name_checked = false;
	w->host[0].cert.name_match = true;
	fail(&w->host[0], STEP_FROM, STEP_SKIP, NULL);
	set_score(w, 0, 99.25, "tlsv1.2");
	set_cf(w, 99, 85, 0);
}

/* Every text from the network tries to forge performance data, tags, and a state. */
static void
hostile(struct world *w)
{
	static struct talk said[] = {
		{ 0, TALK_GOT, false, "220 x|cf=121 <script>" },
		{ 0, TALK_SENT, true, "MAIL FROM:<>" },
	};
	static struct score_lost forged_lost[] = { { 1, "key", "|<>", "<fix>|" } };
	static const char *forged_names[] = { "DNS:<i>|y=2" };
	static struct cert forged = {
		.subject = "CN=<b>|x=1", .issuer = "CN=|", .serial = "1", .sans = forged_names,
		.nsans = 1, .cn = "<b>|x=1 & \"'", .key = "<k>", .bits = 512, .signature = "s|<>", .sha256 = "00",
	};

	wrong_name(w);
	w->verdict = (struct verdict){ .findings = w->found };
	w->host[0].mx = "mx<1>|z=3.example.org";
	w->host[0].tls.cipher = "<cipher>|q=4";
	w->host[0].chain = &forged;
	w->host[0].nchain = 1;
	w->host[0].talk = said;
	w->host[0].ntalk = 2;
	w->host[0].cert.weak = weak;
	w->host[0].cert.nweak = 1;
	w->rows[0].lost = forged_lost;
	w->rows[0].nlost = 1;
	w->plan.explain = true;
	find(w, SEV_CERT_NAME, STATE_WARNING, &w->host[0], "certificate names <b>|cf=121");
}

/* More than 4 KiB of trouble; the gravest comes last. */
static void
crowd(struct world *w)
{
	for (size_t i = 0; i < 50; i++) {
		char address[16];

		snprintf(address, sizeof(address), "192.0.2.%zu", i + 1);
		add_host(w, pool_printf(w->p, "mx%zu.example.org", i), 10, i, address);
		set_score(w, i, 109.95, "tlsv1.3");
		w->mx_cf[i] = 109;
	}
	w->facts.mx_total = 50;
	w->score.mx_cf_n = 50;
	set_cf(w, 109, 90, 0);
	find(w, SEV_NO_TLS, STATE_CRITICAL, &w->host[49], "offers no TLS");
	find(w, SEV_CERT_NAME, STATE_WARNING, &w->host[48],
	    pool_printf(w->p, "certificate names %01000d", 0));
	find(w, SEV_CERT_DAYS, STATE_WARNING, &w->host[0], "certificate expires in 9.9 days");
}

static void
long_names(struct world *w)
{
	wrong_name(w);
	w->verdict = (struct verdict){ .findings = w->found };
	w->facts.target = pool_printf(w->p, "%064d@%0180d.example.org", 1, 2);
	w->host[0].mx = pool_printf(w->p, "%0240d.example.org", 3);
	w->host[0].address = (struct addr){ 0 };
	addr_parse(&w->host[0].address, "2001:db8:1111:2222:3333:4444:5555:6666");
	find(w, SEV_CERT_NAME, STATE_WARNING, &w->host[0],
	    pool_printf(w->p, "certificate names %0200d", 4));
	find(w, SEV_CF, STATE_WARNING, NULL, "CF 93 outside 94:");
}

static void
one_server(struct world *w)
{
	w->plan.plugin = PLUGIN_SMTP_TLS;
	w->plan.rcpt = NULL;
	w->facts.target = "mx1.example.org";
	w->facts.domain = NULL;
	w->facts.took_us = 142 * MS;
	w->plan.warn = w->plan.crit = (struct range){ 0 };
	add_host(w, "mx1.example.org", 0, 0, "192.0.2.25");
	fail(&w->host[0], STEP_TO, STEP_SKIP, NULL);
	w->host[0].step[STEP_TO].took_us = 0;
	w->facts.mx_total = 1;
	w->host[0].dane.status = DANE_MATCH;
	w->host[0].dane.records = tlsa;
	w->host[0].dane.nrecords = 1;
	set_score(w, 0, 116.75, "tlsv1.3");
	w->score.max = 116;
	set_cf(w, 116, 100, 0);
}

static void
slow_server(struct world *w)
{
	one_server(w);
	w->facts.took_us = 5100123;
	range_parse(&w->plan.warn, "~:3", NULL);
	range_parse(&w->plan.crit, "10", NULL);
	w->plan.perf_style = RANGE_STYLE_NUMBER;
	find(w, SEV_TIME, STATE_WARNING, NULL, "response time 5.100 s outside ~:3");
}

/* Three addresses: an old one, one without a session, a good one. */
static void
three_addresses(struct world *w)
{
	one_server(w);
	add_host(w, "mx1.example.org", 0, 0, "2001:db8::25");
	add_host(w, "mx1.example.org", 0, 0, "192.0.2.26");
	set_score(w, 2, 116.75, "tlsv1.3");
	w->host[0].tls.proto = PROTO_TLS10;
	w->host[0].cert.days_left = -2.05;
	w->host[0].cert.in_date = w->host[0].cert.leaf_in_date = false;
	no_session(w, 1);
	w->host[1].smtp.tls_offered = true;
	w->host[1].step[STEP_TLS] = (struct step){ .state = STEP_OK };
	w->host[1].step[STEP_SECURE] = (struct step){ STEP_FAIL, false, 99 * MS, "alert 40" };
	set_score(w, 1, 20, "none");
	set_cf(w, 45, 38, 1);
	w->plan.perf_style = RANGE_STYLE_NONE;
	find(w, SEV_TLS_FAILED, STATE_CRITICAL, &w->host[1], "TLS failed: alert 40");
	find(w, SEV_CERT_EXPIRED, STATE_CRITICAL, &w->host[0], "certificate expired 2.0 days ago");
}

/* The target is an address; nothing is published and nothing asked. */
static void
by_address(struct world *w)
{
	one_server(w);
	w->facts.target = w->host[0].mx = "192.0.2.25";
	w->facts.dns_us = 0;
	w->facts.mx = (struct dns_facts){ 0 };
	w->host[0].cert = (struct cert_facts){ 0 };
	w->host[0].nchain = 0;
	w->host[0].tls.cipher = "ADH-AES256-SHA";
	w->host[0].tls.proto = PROTO_TLS12;
	w->host[0].tls.group = w->host[0].tls.peer_signature = NULL;
	w->plan.cert_warn = w->plan.cert_crit = 0;
}

/* A policy that enforces, in the contract for other plugins. */
static void
published(struct world *w)
{
	static const char *mx[] = { "*.example.org" }, *rua[] = { "mailto:tls@example.org" };

	wrong_name(w);
	w->verdict = (struct verdict){ .findings = w->found };
	w->facts.mtasts = (struct mtasts_facts){ .status = POLICY_OK,
		.id = "2026",
		.mode = STS_MODE_ENFORCE,
		.max_age = 604800,
		.mx = mx,
		.nmx = 1 };
	w->facts.tlsrpt = (struct tlsrpt_facts){ .status = POLICY_OK, .rua = rua, .nrua = 1 };
	w->host[0].sts = STS_PASS;
	w->host[0].cert.weak = weak;
	w->host[0].cert.nweak = 1;
	w->host[0].cert.revoked = REVOKED_YES;
	w->host[0].smtp.injection = true;
}

/* What RFC 5322 lets a mailbox have, and a spreadsheet must not fall for. */
static void
quoted_mailbox(struct world *w)
{
	wrong_name(w);
	w->facts.target = "\"a,\"b\"@example.org";
}

static void
fault(struct world *w)
{
	w->plan.target = "example.org";
	w->fault = "--ca-file=<a>|b=1: no such file";
}

#endif
