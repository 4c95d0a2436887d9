// SPDX-License-Identifier: GPL-3.0-or-later
/* out_json.c - one object, stable (output.md, "json"); what is absent is null. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out_parts.h"
#include "perf.h"
#include "sts.h"
#include "summary.h"
#include "version.h"

#define SCHEMA 1
#define DIGITS 15	/* as many as every double keeps: 61.2 stays 61.2 */

static const char *const step_states[] = {
	[STEP_SKIP] = "skip", [STEP_OK] = "ok", [STEP_FAIL] = "fail", [STEP_DEFER] = "defer",
};
static const char *const host_statuses[] = {
	[HOST_NOT_STARTED] = "not-started",
	[HOST_TESTED] = "tested",
	[HOST_UNTESTED] = "untested",
	[HOST_SKIPPED] = "skipped",
};
static const char *const dns_statuses[] = {
	[DNS_NOT_TESTED] = "not-tested",
	[DNS_SECURE] = "secure",
	[DNS_INSECURE] = "insecure",
	[DNS_BOGUS] = "bogus",
	[DNS_ERROR] = "error",
};
static const char *const revocations[] = {
	[REVOKED_NOT_TESTED] = "not-tested",
	[REVOKED_GOOD] = "good",
	[REVOKED_YES] = "revoked",
	[REVOKED_UNKNOWN] = "unknown",
};
static const char *const policy_statuses[] = {
	[POLICY_NOT_TESTED] = "not-tested",
	[POLICY_OK] = "ok",
	[POLICY_NONE] = "none",
	[POLICY_INVALID] = "invalid",
	[POLICY_FETCH_ERROR] = "fetch-error",
	[POLICY_ERROR] = "error",
};

static void
put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value != NULL ? value : json_null());
}

static void
put_text(json_t *object, const char *key, const char *s)
{
	put(object, key, s != NULL ? json_string(s) : NULL);
}

static void
put_int(json_t *object, const char *key, int64_t v)
{
	put(object, key, json_integer(v));
}

static void
put_bool(json_t *object, const char *key, bool v)
{
	put(object, key, json_boolean(v));
}

/* Microseconds as milliseconds to one decimal. */
static void
put_ms(json_t *object, const char *key, int64_t us)
{
	put(object, key, json_real(out_tenth((double)us / 1e3)));
}

static void
put_texts(json_t *object, const char *key, const char *const *s, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_string(s[i]));
	put(object, key, array);
}

static void
put_address(json_t *object, const struct host *h)
{
	put_text(object, "address", h != NULL && h->address.family != 0 ? h->address.text : NULL);
}

static json_t *
findings_of(const struct out *o)
{
	json_t *array = json_array();

	for (size_t i = 0; i < o->verdict->nfindings; i++) {
		const struct finding *f = &o->verdict->findings[i];
		json_t *object = json_object();

		put_text(object, "key", sev_name(f->key));
		put_text(object, "state", state_name(f->state));
		put_text(object, "host", f->host != NULL ? f->host->mx : NULL);
		put_address(object, f->host);
		put_text(object, "text", f->text);
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *
worst_of(const struct score *score)
{
	json_t *object;

	if (score->worst == NULL)
		return NULL;
	object = json_object();
	put_text(object, "mx", score->worst->mx);
	put_address(object, score->worst);
	put_int(object, "score", score->worst_cf);
	return object;
}

static json_t *
cf_of(const struct out *o)
{
	json_t *object;

	if (!o->score->known)
		return NULL;
	object = json_object();
	put_int(object, "formula", SCORE_FORMULA);
	put_text(object, "kind", out_kind(o->facts));
	put_int(object, "score", o->score->cf);
	put_int(object, "max", o->score->max);
	put_int(object, "percent", o->score->percent);
	put_int(object, "best", SCORE_TOP);
	put(object, "worst", worst_of(o->score));
	return object;
}

static json_t *
dns_of(const struct run_facts *facts)
{
	json_t *object = json_object(), *mx = json_object();

	put_text(mx, "status", dns_statuses[facts->mx.status]);
	put_text(mx, "rcode", facts->mx.rcode);
	put_text(mx, "why", facts->mx.why);
	put(object, "mx", mx);
	put_bool(object, "null_mx", facts->null_mx);
	put_bool(object, "implicit_mx", facts->implicit_mx);
	put_ms(object, "ms", facts->dns_us);
	return object;
}

/* Why a step ended as it did; of one that went well, whether it had to go without TLS. */
static const char *
step_reason(const struct step *s)
{
	return s->why == NULL && s->clear && s->state != STEP_SKIP ? "in the clear" : s->why;
}

static json_t *
steps_of(const struct out *o, const struct host *h)
{
	json_t *array = json_array();

	for (enum step_id id = 0; id < STEP_COUNT; id++) {
		const struct step *s = &h->step[id];
		json_t *object;

		if (!out_step_shown(o->plan, id))
			continue;
		object = json_object();
		put_text(object, "step", out_step_word(id));
		put_text(object, "state", step_states[s->state]);
		if (s->state == STEP_SKIP)
			put(object, "ms", NULL);
		else
			put_ms(object, "ms", s->took_us);
		put_text(object, "reason", step_reason(s));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *
smtp_of(const struct out *o, const struct host *h)
{
	bool asked = h->step[STEP_TLS].state != STEP_SKIP && !o->plan->direct_tls;
	json_t *object;

	if (h->smtp.banner == NULL && h->step[STEP_HELO].state == STEP_SKIP)
		return NULL;
	object = json_object();
	put_text(object, "banner", h->smtp.banner);
	put_texts(object, "extensions", h->smtp.extensions, h->smtp.nextensions);
	put(object, "tls_offered", asked ? json_boolean(h->smtp.tls_offered) : NULL);
	put_bool(object, "injection", h->smtp.injection);
	return object;
}

static json_t *
legacy_of(const struct host *h)
{
	json_t *array;

	if (!h->legacy_tested)
		return NULL;
	array = json_array();
	for (enum proto proto = PROTO_SSL2; proto <= PROTO_TLS13; proto++)
		if ((h->legacy & 1u << proto) != 0)
			json_array_append_new(array, json_string(proto_name(proto)));
	return array;
}

/* Without a session but with a version told by a raw hello, that version alone. */
static json_t *
tls_of(const struct host *h)
{
	const struct tls_facts *tls = &h->tls;
	bool session = tls->proto != PROTO_NONE;
	json_t *object;

	if (!session && h->raw_proto == PROTO_NONE)
		return NULL;
	object = json_object();
	put_text(object, "version", proto_name(session ? tls->proto : h->raw_proto));
	put_text(object, "cipher", tls->cipher);
	put(object, "bits", session ? json_integer(tls->bits) : NULL);
	put(object, "forward_secrecy", session ? json_boolean(tls->forward_secrecy) : NULL);
	put(object, "aead", session ? json_boolean(tls->aead) : NULL);
	put_text(object, "group", tls->group);
	put_text(object, "peer_signature", tls->peer_signature);
	put(object, "handshake_ms",
	    session ? json_real(out_tenth((double)tls->handshake_us / 1e3)) : NULL);
	put(object, "legacy", legacy_of(h));
	return object;
}

static json_t *
cert_of(const struct cert_facts *c)
{
	json_t *object, *errors;

	if (!c->present)
		return NULL;
	object = json_object();
	errors = json_array();
	put_bool(object, "trusted", c->trusted);
	put_bool(object, "name_match", c->name_match);
	put_text(object, "matched_name", c->matched_name);
	put_bool(object, "in_date", c->in_date);
	put_text(object, "revoked", revocations[c->revoked]);
	for (size_t i = 0; i < c->nerrors; i++)
		json_array_append_new(errors, json_string(c->errors[i].text));
	put(object, "errors", errors);
	put(object, "days_left", json_real(text_floor(c->days_left, 1)));
	put_texts(object, "weak", c->weak, c->nweak);
	return object;
}

static json_t *
chain_of(const struct out *o, const struct host *h)
{
	json_t *array = json_array();

	for (size_t i = 0; i < h->nchain; i++) {
		const struct cert *c = &h->chain[i];
		json_t *object = json_object();

		put_text(object, "subject", c->subject);
		put_text(object, "issuer", c->issuer);
		put_text(object, "serial", c->serial);
		put_texts(object, "sans", c->sans, c->nsans);
		put_text(object, "not_before", text_date(o->p, c->not_before));
		put_text(object, "not_after", text_date(o->p, c->not_after));
		put_text(object, "key", c->key);
		put_int(object, "bits", c->bits);
		put_text(object, "signature", c->signature);
		put_text(object, "sha256", c->sha256);
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *
dane_of(const struct out *o, const struct dane_facts *dane)
{
	json_t *object = json_object(), *records = json_array();

	for (size_t i = 0; i < dane->nrecords; i++) {
		const struct tlsa *r = &dane->records[i];
		json_t *record = json_object();

		put_int(record, "usage", r->usage);
		put_int(record, "selector", r->selector);
		put_int(record, "matching", r->matching);
		put_text(record, "data", text_hex(o->p, r->data, r->len));
		put_bool(record, "usable", r->usable);
		put_bool(record, "matched", r->matched);
		json_array_append_new(records, record);
	}
	put_text(object, "status", out_dane_word(dane->status));
	put(object, "records", records);
	put_text(object, "base", dane->base);
	put_text(object, "why", dane->why);
	return object;
}

static json_t *
lost_of(const struct score_host *score)
{
	json_t *array = json_array();

	for (size_t i = 0; i < score->nlost; i++) {
		json_t *object = json_object();

		put(object, "points", json_real(out_tenth(score->lost[i].points)));
		put_text(object, "check", score->lost[i].check);
		put_text(object, "why", score->lost[i].why);
		put_text(object, "fix", score->lost[i].fix);
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *
host_of(const struct out *o, size_t i)
{
	const struct host *h = &o->facts->hosts[i];
	const struct score_host *score = &o->score->host[i];
	json_t *object = json_object();

	put_text(object, "mx", h->mx);
	put_int(object, "preference", h->preference);
	put_address(object, h);
	put_int(object, "port", h->port);
	put_text(object, "status", host_statuses[h->status]);
	put(object, "score", score->known ? json_integer(score_floor(score->exact)) : NULL);
	put_text(object, "band", score->band);
	put(object, "steps", steps_of(o, h));
	put(object, "smtp", smtp_of(o, h));
	put(object, "tls", tls_of(h));
	put(object, "cert", cert_of(&h->cert));
	put(object, "chain", chain_of(o, h));
	put(object, "dane", dane_of(o, &h->dane));
	put_text(object, "sts", sts_status_name(h->sts));
	put(object, "lost", lost_of(score));
	return object;
}

static json_t *
hosts_of(const struct out *o)
{
	json_t *array = json_array();

	for (size_t i = 0; i < o->facts->nhosts; i++)
		json_array_append_new(array, host_of(o, i));
	return array;
}

static json_t *
mtasts_of(const struct mtasts_facts *sts)
{
	bool valid = sts->mode != STS_MODE_UNKNOWN;
	json_t *object = json_object();

	put_text(object, "status", policy_statuses[sts->status]);
	put_text(object, "id", sts->id);
	put_text(object, "mode", valid ? sts_mode_name(sts->mode) : NULL);
	put(object, "max_age", valid ? json_integer(sts->max_age) : NULL);
	put_texts(object, "mx", sts->mx, sts->nmx);
	put_text(object, "why", sts->why);
	return object;
}

static json_t *
tlsrpt_of(const struct tlsrpt_facts *rpt)
{
	json_t *object = json_object();

	put_text(object, "status", policy_statuses[rpt->status]);
	put_texts(object, "rua", rpt->rua, rpt->nrua);
	put_text(object, "why", rpt->why);
	return object;
}

static json_t *
value_of(const struct perf *perf)
{
	if (perf->unit == PERF_COUNT || perf->unit == PERF_WHOLE_SECONDS)
		return json_integer((json_int_t)perf->value);
	return json_real(perf->value);
}

static json_t *
limit_of(double limit)
{
	return isnan(limit) ? NULL : json_integer((json_int_t)limit);
}

static json_t *
perfdata_of(const struct out *o)
{
	struct perf_list list = perf_make(o);
	json_t *array = json_array();

	for (size_t i = 0; i < list.n; i++) {
		const struct perf *perf = &list.item[i];
		json_t *object = json_object();

		put_text(object, "label", perf->label);
		put(object, "value", value_of(perf));
		put_text(object, "uom", perf_uom(perf));
		put_text(object, "warn", perf->warn[0] != '\0' ? perf->warn : NULL);
		put_text(object, "crit", perf->crit[0] != '\0' ? perf->crit : NULL);
		put(object, "min", limit_of(perf->min));
		put(object, "max", limit_of(perf->max));
		json_array_append_new(array, object);
	}
	return array;
}

/* The fields before "state", which every object has. */
static json_t *
new_result(const struct plan *plan, const char *target, const char *domain)
{
	json_t *object = json_object();

	put_int(object, "schema", SCHEMA);
	put_text(object, "plugin", out_program(plan->plugin));
	put_text(object, "version", MAILTLS_VERSION);
	put_text(object, "target", target);
	put_text(object, "domain", domain);
	return object;
}

/* As one line; frees object. */
static const char *
dump(struct pool *p, json_t *object)
{
	char *s = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
	const char *text = "{\"error\":\"out of memory\"}\n";

	if (s != NULL)
		text = pool_printf(p, "%s\n", s);
	free(s);
	json_decref(object);
	return text;
}

const char *
out_json(const struct out *o)
{
	const struct run_facts *facts = o->facts;
	json_t *object = new_result(o->plan, facts->target, facts->domain);

	put_text(object, "state", state_name(o->verdict->state));
	put_int(object, "exit", o->verdict->state);
	put_text(object, "time", text_date(o->p, facts->wall));
	put_ms(object, "duration_ms", facts->took_us);
	put_text(object, "error", facts->fault != FAULT_NONE ? out_no_cf(o) : NULL);
	put_text(object, "summary", summary_make(o));
	put(object, "findings", findings_of(o));
	put(object, "cf", cf_of(o));
	put(object, "dns", dns_of(facts));
	put(object, "hosts", hosts_of(o));
	put(object, "mtasts", mtasts_of(&facts->mtasts));
	put(object, "tlsrpt", tlsrpt_of(&facts->tlsrpt));
	put(object, "perfdata", perfdata_of(o));
	return dump(o->p, object);
}

const char *
out_json_fault(struct pool *p, const struct plan *plan, const char *why)
{
	json_t *object = new_result(plan, plan->target, plan->domain);

	put_text(object, "state", state_name(STATE_UNKNOWN));
	put_int(object, "exit", STATE_UNKNOWN);
	put(object, "time", NULL);
	put(object, "duration_ms", NULL);
	put_text(object, "error", why);
	put_text(object, "summary", why);
	put(object, "findings", json_array());
	put(object, "cf", NULL);
	put(object, "dns", NULL);
	put(object, "hosts", json_array());
	put(object, "mtasts", NULL);
	put(object, "tlsrpt", NULL);
	put(object, "perfdata", json_array());
	return dump(p, object);
}
