// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fuzz_dialogue.c - whole SMTP dialogues: what a server says in, facts, score, verdict and text out.  The first two
 * bytes say what is asked for, the rest is the server's part, see wire.h.
 */
#include <jansson.h>

#include "out.h"
#include "plan_check.h"
#include "probe.h"
#include "wire.h"

#define WALL INT64_C(1795435200)
#define USER "opal"
#define PASSWORD "Zq7_w9K-x2"
#define PASSWORD64 "WnE3X3c5Sy14Mg=="	/* PLAIN sends it with the user's name in front */
#define LINE 160
#define OUTPUT 4096

/* Bits of the first byte, then of the second. */
enum {
	DIRECT = 1,
	COMPEL = 2,
	TO = 4,
	PLAIN = 8,
	LEGACY = 16,
	MANDATORY = 32,
	EMAIL = 64,
	LOGIN = 128
};
enum { FORMAT = 15, PROXY = 16, RECORDS = 32, VERBOSE = 64, EXPLAIN = 128 };

static const enum format formats[FORMAT + 1] = {
	FORMAT_PLUGIN, FORMAT_SCORE, FORMAT_MATRIX, FORMAT_SMTP, FORMAT_DETAIL, FORMAT_CERTDETAIL,
	FORMAT_SSLDETAIL, FORMAT_DEBUG, FORMAT_JSON, FORMAT_XML, FORMAT_CSV,
};

static struct socks proxy = {
	.host = "198.51.100.9", .shown = "198.51.100.9:1080", .port = 1080, .user = USER,
	.password = PASSWORD, .n = 1,
};

static void
make_plan(struct plan *plan, struct pool *p, uint8_t what, uint8_t how)
{
	*plan = (struct plan){ .plugin = PLUGIN_MX_CF, .pool = p };
	plan_defaults(plan);
	plan->started = WIRE_START;
	plan->timeout = 30;
	plan->deadline = plan->started + 30 * TICK_SEC;
	plan->host_timeout = 20;
	plan->fqdn = "probe.example.net";
	plan->from = "";
	plan->target = plan->domain = "example.org";
	plan->direct_tls = (what & DIRECT) != 0;
	plan->compel_tls = (what & COMPEL) != 0 && !plan->direct_tls;
	plan->rcpt = (what & TO) != 0 ? "user@example.org" : NULL;
	plan->auth_type = (what & PLAIN) != 0 ? AUTH_PLAIN
	    : (what & LOGIN) != 0             ? AUTH_LOGIN
					      : AUTH_NONE;
	plan->auth_user = plan->auth_type == AUTH_NONE ? NULL : USER;
	plan->auth_pass = plan->auth_type == AUTH_NONE ? NULL : PASSWORD;
	plan->legacy = (what & LEGACY) != 0;
	plan->mandatory_tls = (what & MANDATORY) != 0 && !plan->direct_tls;
	plan->send_email = (what & EMAIL) != 0 && plan->rcpt != NULL;
	plan->format = formats[how & FORMAT];
	plan->tape = plan->format == FORMAT_DEBUG ? TAPE_WIRE
	    : plan->format == FORMAT_SSLDETAIL    ? TAPE_SESSION
						  : TAPE_NONE;
	plan->cert_text = plan->format == FORMAT_CERTDETAIL;
	plan->socks = (how & PROXY) != 0 ? &proxy : NULL;
	plan->verbose = (how & VERBOSE) != 0 ? 3 : 0;
	plan->explain = (how & EXPLAIN) != 0;
	plan->dane = 1;
}

/* Made once: the same for every plan of this program. */
static const struct probe_env *
shared(const struct plan *plan)
{
	static struct tls_ctx *tls;
	static struct cert_store *store;
	static struct probe_env env;
	struct err e = { 0 };

	if (tls == NULL) {
		FUZZ_MUST(
		    tls_ctx_new(&tls, plan, &e) == 0 && cert_store_new(&store, plan, &e) == 0);
		addr_parse(&proxy.address[0], proxy.host);
	}
	env = (struct probe_env){ .plan = plan,
		.tls = tls,
		.store = store,
		.domain = plan->domain,
		.wall = WALL };
	return &env;
}

/* Has the server this word?  It may say one line in several pieces. */
static bool
said(struct pool *p, const uint8_t *data, size_t n, const char *word)
{
	char *joined = pool_alloc(p, n);
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		if (data[i] != WIRE_NEXT)
			joined[len++] = (char)data[i];
	return memmem(joined, len, word, strlen(word)) != NULL;
}

static void
check_steps(const struct host *h)
{
	for (size_t i = 0; i < STEP_COUNT; i++) {
		bool bad = h->step[i].state == STEP_FAIL || h->step[i].state == STEP_DEFER;

		FUZZ_MUST(bad == (h->step[i].why != NULL));
		FUZZ_MUST(h->step[i].took_us >= 0);
		fuzz_shown(h->step[i].why);
	}
	FUZZ_MUST(
	    h->status == HOST_TESTED || h->status == HOST_UNTESTED || h->status == HOST_SKIPPED);
	FUZZ_MUST((h->status == HOST_UNTESTED) == (h->why != NULL));
}

static void
check_facts(const struct host *h, const struct plan *plan)
{
	bool session = h->tls.proto != PROTO_NONE;

	check_steps(h);
	FUZZ_MUST(h->secure != SECURE_YES || (session && h->tls.cipher != NULL));
	/* bytes in front of a handshake are nobody's, and no session stands on them */
	FUZZ_MUST(!h->smtp.injection || (h->secure == SECURE_NO_SESSION && !session));
	FUZZ_MUST(session || (h->nchain == 0 && !h->cert.present));
	FUZZ_MUST(!h->step[STEP_FROM].clear || h->secure != SECURE_YES);
	fuzz_shown(h->smtp.banner);
	fuzz_shown(h->smtp.auth_why);
	for (size_t i = 0; i < h->smtp.nextensions; i++)
		fuzz_shown(h->smtp.extensions[i]);
	for (size_t i = 0; i < h->ntalk; i++)
		fuzz_shown(h->talk[i].text);
	FUZZ_MUST(wire.now <= plan->deadline);
}

static void
check_score(const struct host *h, const struct score *score)
{
	double exact = score->host[0].exact;

	if (!score->host[0].known)
		return;
	FUZZ_MUST(exact >= 0 && exact <= score->host[0].max && score->host[0].max <= 121);
	FUZZ_MUST((h->status == HOST_UNTESTED) == (exact == 50));
	if (h->status == HOST_TESTED)
		FUZZ_MUST((h->secure == SECURE_YES) == (exact > 50));
}

static size_t
characters(const char *from, const char *to)
{
	size_t n = 0;

	for (; from < to; from++)
		n += ((unsigned char)*from & 0xc0) != 0x80;
	return n;
}

/* One line, one bar, no control bytes (output.md). */
static void
check_text(const char *text, const struct plan *plan)
{
	const char *end = strchr(text, '\n'), *bar = strchr(text, '|');
	json_t *json;

	FUZZ_MUST(end != NULL && text[strlen(text) - 1] == '\n');
	for (const char *c = text; *c != '\0'; c++)
		FUZZ_MUST(*c == '\n' || ((unsigned char)*c >= ' ' && *c != 0x7f));
	if (plan->format == FORMAT_PLUGIN) {
		FUZZ_MUST(bar != NULL && bar < end && strchr(bar + 1, '|') == NULL);
		FUZZ_MUST(strncmp(text, "MX_CF ", 6) == 0 && strstr(text, " - ") < bar);
		FUZZ_MUST(characters(strstr(text, " - ") + 3, bar) < LINE);
		FUZZ_MUST(plan->verbose > 0 || strlen(text) < OUTPUT);
	}
	if (plan->format != FORMAT_JSON)
		return;
	FUZZ_MUST((json = json_loads(text, JSON_REJECT_DUPLICATES, NULL)) != NULL);
	json_decref(json);
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	struct plan plan;
	struct host h = { .mx = "mx.example.org", .preference = 10, .port = 25 };
	struct tlsa record = { 3, 1, 1, (const uint8_t *)"0123456789abcdef0123456789abcdef", 32,
		.usable = true };
	struct run_facts facts = { .target = "example.org", .domain = "example.org", .wall = WALL,
		.mx.status = DNS_SECURE, .mx_proof.status = DNS_SECURE, .dane_tested = true, .pool = p,
		.hosts = &h, .nhosts = 1, .mx_total = 1 };
	struct score score;
	struct verdict verdict;
	const char *text;

	if (n < 2)
		return;
	make_plan(&plan, p, data[0], data[1]);
	addr_parse(&h.address, "192.0.2.25");
	h.dane = (struct dane_facts){ .status = DANE_NONE, .base = h.mx };
	if ((data[1] & RECORDS) != 0)
		h.dane = (struct dane_facts){ .records = &record, .nrecords = 1, .base = h.mx };
	wire_begin(data + 2, n - 2);
	probe_host(&h, shared(&plan), WIRE_START + 20 * TICK_SEC);
	wire_close();
	check_facts(&h, &plan);
	score_run(&score, p, &facts, &plan);
	check_score(&h, &score);
	verdict_make(&verdict, p, &facts, &score, &plan);
	FUZZ_MUST(verdict.state >= STATE_OK && verdict.state <= STATE_UNKNOWN);
	text = out_render(&(struct out){ &plan, &facts, &score, &verdict, p });
	check_text(text, &plan);
	if (!said(p, data, n, PASSWORD))
		FUZZ_MUST(strstr(text, PASSWORD) == NULL);
	if (!said(p, data, n, PASSWORD64))
		FUZZ_MUST(strstr(text, PASSWORD64) == NULL);
	pool_free(h.pool);
}
