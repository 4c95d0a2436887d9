/* SPDX-License-Identifier: GPL-3.0-or-later */
/* out_world.h - the parts of which out_worlds.h makes literal runs. */
#ifndef OUT_WORLD_H
#define OUT_WORLD_H

#include <stdio.h>
#include <string.h>

#include "event.h"
#include "out.h"

#define HOSTS 60
#define NOON INT64_C(1795435200)	/* 2026-11-23T12:00:00Z */
#define DAY 86400
#define MS INT64_C(1000)

/* A run with all that a renderer sees. */
struct world {
	struct pool *p;
	struct plan plan;
	struct run_facts facts;
	struct score score;
	struct verdict verdict;
	struct host host[HOSTS];
	struct score_host rows[HOSTS];
	struct finding found[HOSTS];
	int mx_cf[HOSTS];
	const char *fault;	/* out_fault() with this */
};

static const char *extensions[] = { "PIPELINING", "SIZE 10240000", "STARTTLS" };
static const char *sans[] = { "DNS:mx1.example.org", "DNS:*.example.org" };
static const char *weak[] = { "RSA 1024-bit key" };
static const char *notes[] = { "mx1.example.org[192.0.2.25] offers STARTTLS again inside TLS" };
static struct cert_error errors[] = { { 18, 0, "self-signed certificate" } };
static const uint8_t digest[] = { 0xa1, 0xb2, 0xc3 };
static struct tlsa tlsa[] = { { 3, 1, 1, digest, sizeof(digest), true, true, NULL } };

static struct cert chain[] = {
	{ .subject = "CN=mx1.example.org", .issuer = "CN=Example CA", .serial = "0a1b",
	    .cn = "mx1.example.org", .pem = "-----BEGIN CERTIFICATE-----\nMIIB\n"
	    "-----END CERTIFICATE-----\n", .text = "Certificate:\n    Data:\n\n        Version: 3\n",
	    .sans = sans, .nsans = 2, .not_before = NOON - 29 * DAY, .not_after = NOON + 61 * DAY,
	    .key = "RSA", .bits = 2048, .signature = "sha256WithRSAEncryption", .sha256 = "a1b2c3" },
	{ .subject = "CN=Example CA", .issuer = "CN=Example CA", .serial = "01", .cn = "Example CA",
	    .not_before = NOON - 900 * DAY, .not_after = NOON + 900 * DAY,
	    .key = "ED25519", .bits = 253, .signature = "ED25519", .sha256 = "d4e5f6" },
};
static struct cert ec_chain[] = {
	{ .subject = "CN=mx2.example.org", .issuer = "CN=mx2.example.org", .serial = "02",
	    .cn = "mx2.example.org",
	    .not_before = NOON - 10 * DAY, .not_after = NOON + 80 * DAY,
	    .key = "EC", .bits = 256, .signature = "ecdsa-with-SHA256", .sha256 = "0f0f0f" },
};

static struct talk talk[] = {
	{ 400, TALK_STAGE, false, "Connected to server" },
	{ 21 * MS, TALK_GOT, false, "220 mx1.example.org ESMTP" },
	{ 21 * MS, TALK_STAGE, false, "We are allowed to connect" },
	{ 21 * MS, TALK_SENT, false, "EHLO probe.example.net" },
	{ 90 * MS, TALK_STAGE, true, "Cert Hostname VERIFIED (mx1.example.org = mx1.example.org | "
	    "DNS:*.example.org)" },
	{ 91 * MS, TALK_SENT, true, "MAIL FROM:<>" },
	{ 95 * MS, TALK_GOT, true, "250 2.1.0 Ok" },
	{ 1020 * MS, TALK_TROUBLE, false, "Going on in the clear on a fresh connection" },
};

static struct score_lost lost[] = {
	{ 15 * 17 / 100.0, "dane", "no TLSA record is published", "Publish a TLSA record 3 1 1." },
	{ 1.7, "mta-sts", "no MTA-STS policy is published", "Publish an MTA-STS policy." },
};

static const struct host healthy = {
	.port = 25, .status = HOST_TESTED, .secure = SECURE_YES, .took_us = 120 * MS,
	.step = { { STEP_OK, false, 21 * MS, NULL }, { STEP_OK, false, 12 * MS, NULL },
	    { STEP_OK, false, 5 * MS, NULL }, { STEP_OK, false, 0, NULL }, { STEP_OK, false, 400, NULL },
	    { STEP_OK, false, 30 * MS, NULL }, { STEP_OK, false, 3 * MS, NULL },
	    { STEP_OK, false, 4 * MS, NULL } },
	.smtp = { .banner = "220 mx1.example.org ESMTP", .extensions = extensions, .nextensions = 3,
	    .tls_offered = true },
	.tls = { .proto = PROTO_TLS13, .cipher = "TLS_AES_256_GCM_SHA384", .bits = 256,
	    .forward_secrecy = true, .aead = true, .group = "X25519", .peer_signature = "RSA-PSS",
	    .secure_renegotiation = true, .handshake_us = 12300 },
	.cert = { .present = true, .trusted = true, .in_date = true, .leaf_in_date = true,
	    .name_match = true, .name_checked = true, .matched_name = "mx1.example.org",
	    .wanted = "mx1.example.org", .revoked = REVOKED_GOOD, .days_left = 61.29, .key_ok = true,
	    .signature_ok = true },
	.chain = chain, .nchain = 2, .dane.status = DANE_NONE,
};

static const struct plan usual = {
	.plugin = PLUGIN_MX_CF, .cert_warn = 14, .cert_crit = 3, .stop_after = STEP_COUNT, .min_mx = -1,
	.rcpt = "user@example.org",
};

static const struct run_facts found_out = {
	.target = "example.org", .domain = "example.org", .wall = NOON, .took_us = 184 * MS,
	.dns_us = 12 * MS, .mx = { DNS_SECURE, "NOERROR", NULL }, .dane_tested = true,
	.mtasts_tested = true, .mtasts = { .status = POLICY_NONE, .max_age = -1 },
};

static void
add_host(struct world *w, const char *mx, int preference, size_t index, const char *address)
{
	struct host *h = &w->host[w->facts.nhosts++];

	*h = healthy;
	h->mx = h->dane.base = mx;
	h->preference = preference;
	h->mx_index = index;
	if (address != NULL)
		addr_parse(&h->address, address);
}

static void
set_score(struct world *w, size_t i, double exact, const char *band)
{
	w->rows[i].row = w->rows[i].known = true;
	w->rows[i].exact = exact;
	w->rows[i].max = 121;
	w->rows[i].band = band;
}

static void
set_cf(struct world *w, int cf, int percent, size_t worst)
{
	w->score.known = true;
	w->score.cf = cf;
	w->score.percent = percent;
	w->score.worst = &w->host[worst];
	w->score.worst_cf = score_floor(w->rows[worst].exact);
}

static struct finding *
find(struct world *w, enum sev_key key, enum state state, const struct host *h, const char *text)
{
	struct finding *f = &w->found[w->verdict.nfindings++];

	*f = (struct finding){ key, state, h, text };
	w->verdict.state = state_worse(w->verdict.state, state);
	return f;
}

/* The step of a host that failed, and all behind it that did not come. */
static void
fail(struct host *h, enum step_id id, enum step_state state, const char *why)
{
	h->step[id] = (struct step){ .state = state, .took_us = 3 * MS, .why = why };
	for (enum step_id later = id + 1; later < STEP_COUNT; later++)
		h->step[later] = (struct step){ .state = STEP_SKIP };
}

static void
untested(struct world *w, size_t i, enum host_status status, const char *why)
{
	struct host *h = &w->host[i], was = *h;

	*h = (struct host){ .status = status, .why = why };
	h->mx = was.mx;
	h->preference = was.preference;
	h->mx_index = was.mx_index;
	h->address = was.address;
	h->port = was.port;
}

static void
no_session(struct world *w, size_t i)
{
	struct host *h = &w->host[i];

	h->tls = (struct tls_facts){ 0 };
	h->cert = (struct cert_facts){ 0 };
	h->nchain = 0;
	h->secure = SECURE_NOT_OFFERED;
	h->smtp.tls_offered = false;
	h->smtp.nextensions = 2;
	h->step[STEP_TLS] = (struct step){ .state = STEP_FAIL, .why = "STARTTLS is not offered" };
	h->step[STEP_CERT] = h->step[STEP_SECURE] = (struct step){ .state = STEP_SKIP };
	h->step[STEP_FROM].clear = h->step[STEP_TO].clear = true;
}

static void
world_start(struct world *w, struct pool *p)
{
	*w = (struct world){ .p = p };
	w->plan = usual;
	for (size_t key = 0; key < SEV_COUNT; key++)
		w->plan.severity[key] = SEV_DEFAULT;
	range_parse(&w->plan.warn, "90:", NULL);
	range_parse(&w->plan.crit, "64:", NULL);
	w->facts = found_out;
	w->facts.hosts = w->host;
	w->score = (struct score){ .max = 121, .host = w->rows, .worst_cf = -1, .mx_cf = w->mx_cf };
	w->verdict.findings = w->found;
}

#endif
