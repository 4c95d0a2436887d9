// SPDX-License-Identifier: GPL-3.0-or-later
/* perf.c - performance data. */
#include <math.h>
#include <string.h>

#include "out_parts.h"
#include "perf.h"
#include "tlsa.h"

#define MX_SHOWN 10		/* output.md: mxN_cf and mxN_time up to 10 */
#define SECONDS_LEAST 3		/* output.md: three to six decimals */
#define SECONDS_MOST 6

static const char *const step_labels[STEP_COUNT] = {
	[STEP_ANSWER] = "time_answer",
	[STEP_CONNECT] = "time_connect",
	[STEP_HELO] = "time_helo",
	[STEP_TLS] = "time_tls",
	[STEP_CERT] = "time_cert",
	[STEP_SECURE] = "time_secure",
	[STEP_FROM] = "time_from",
	[STEP_TO] = "time_to",
	[STEP_DATA] = "time_data",
	[STEP_EMAIL] = "time_email",
};

static struct perf *
add(struct perf_list *list, const char *label, enum perf_unit unit, double value)
{
	struct perf *perf;

	list->item = pool_grow(list->p, list->item, list->n, sizeof(*list->item));
	perf = &list->item[list->n++];
	*perf = (struct perf){ label, value, unit, "", "", 0, NAN };
	return perf;
}

static struct perf *
add_score(struct perf_list *list, const char *label, int score)
{
	struct perf *perf = add(list, label, PERF_COUNT, score);

	perf->max = SCORE_TOP;
	return perf;
}

static struct perf *
add_time(struct perf_list *list, const char *label, int64_t us)
{
	return add(list, label, PERF_SECONDS, (double)us / 1e6);
}

/* -w and -c of the plugin belong to this metric. */
static void
set_ranges(struct perf_list *list, struct perf *perf, const struct plan *plan)
{
	char buf[RANGE_TEXT];

	perf->warn = pool_str(list->p, range_show(&plan->warn, plan->perf_style, buf));
	perf->crit = pool_str(list->p, range_show(&plan->crit, plan->perf_style, buf));
}

static const char *
days_threshold(struct pool *p, const struct plan *plan, double days)
{
	if (days == 0 || plan->perf_style == RANGE_STYLE_NONE)
		return "";
	return pool_printf(p, "%g%s", days, plan->perf_style == RANGE_STYLE_RANGE ? ":" : "");
}

/* -D belongs to this one. */
static void
add_days(struct perf_list *list, const char *label, const struct plan *plan, double days)
{
	struct perf *perf = add(list, label, PERF_DAYS, text_floor(days, 1));

	perf->warn = days_threshold(list->p, plan, plan->cert_warn);
	perf->crit = days_threshold(list->p, plan, plan->cert_crit);
	perf->min = NAN;
}

static void
add_cert_days(struct perf_list *list, const struct out *o)
{
	double least = INFINITY;

	for (size_t i = 0; i < o->facts->nhosts; i++)
		if (o->facts->hosts[i].cert.present && o->facts->hosts[i].cert.days_left < least)
			least = o->facts->hosts[i].cert.days_left;
	if (!isinf(least))
		add_days(list, "cert_days", o->plan, least);
}

static void
add_step_time(struct perf_list *list, const struct run_facts *facts, enum step_id id)
{
	int64_t slowest = -1;

	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct step *s = &facts->hosts[i].step[id];

		if (s->state != STEP_SKIP && s->took_us > slowest)
			slowest = s->took_us;
	}
	if (slowest >= 0)
		add_time(list, step_labels[id], slowest);
}

static void
add_times(struct perf_list *list, const struct out *o)
{
	int64_t handshake = -1;
	struct perf *whole = add_time(list, "time", o->facts->took_us);

	if (o->plan->plugin == PLUGIN_SMTP_TLS)
		set_ranges(list, whole, o->plan);
	if (o->facts->dns_us > 0)
		add_time(list, "time_dns", o->facts->dns_us);
	for (enum step_id id = 0; id < STEP_COUNT; id++)
		add_step_time(list, o->facts, id);
	for (size_t i = 0; i < o->facts->nhosts; i++) {
		const struct tls_facts *tls = &o->facts->hosts[i].tls;

		if (tls->proto != PROTO_NONE && tls->handshake_us > handshake)
			handshake = tls->handshake_us;
	}
	if (handshake >= 0)
		add_time(list, "time_handshake", handshake);
}

static size_t
count_mx_ok(const struct run_facts *facts)
{
	size_t n = 0, next = 0;

	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct host *h = &facts->hosts[i];

		if (h->mx_index < next || h->step[STEP_SECURE].state != STEP_OK)
			continue;
		next = h->mx_index + 1;
		n++;
	}
	return n;
}

static void
add_totals(struct perf_list *list, const struct out *o)
{
	size_t total = 0, ok = 0;

	for (size_t i = 0; i < o->facts->nhosts; i++) {
		const struct host *h = &o->facts->hosts[i];

		if (!out_tried(h) || h->address.family == 0)
			continue;
		total++;
		ok += verdict_host(o->verdict, h) == STATE_OK;
	}
	add(list, "mx_total", PERF_COUNT, (double)out_mx_tried(o->facts));
	add(list, "mx_ok", PERF_COUNT, (double)count_mx_ok(o->facts));
	add(list, "addr_total", PERF_COUNT, (double)total);
	add(list, "addr_ok", PERF_COUNT, (double)ok);
}

static void
add_mx(struct perf_list *list, const struct out *o, size_t mx)
{
	int64_t slowest = 0;

	if (mx < (size_t)o->score->mx_cf_n && o->score->mx_cf[mx] >= 0)
		add_score(list, pool_printf(list->p, "mx%zu_cf", mx + 1), o->score->mx_cf[mx]);
	for (size_t i = 0; i < o->facts->nhosts; i++) {
		const struct host *h = &o->facts->hosts[i];

		if (h->mx_index == mx && out_tried(h) && h->took_us > slowest)
			slowest = h->took_us;
	}
	if (slowest > 0)
		add_time(list, pool_printf(list->p, "mx%zu_time", mx + 1), slowest);
}

static void
add_tls_version(struct perf_list *list, const struct run_facts *facts)
{
	enum proto lowest = PROTO_NONE;

	for (size_t i = 0; i < facts->nhosts; i++) {
		enum proto proto = facts->hosts[i].tls.proto;

		if (proto >= PROTO_TLS10 && (lowest == PROTO_NONE || proto < lowest))
			lowest = proto;
	}
	if (lowest != PROTO_NONE)
		add(list, "tls_version", PERF_COUNT, 10 + (int)(lowest - PROTO_TLS10));
}

static void
make_mx_cf(struct perf_list *list, const struct out *o)
{
	if (o->score->known)
		set_ranges(list, add_score(list, "cf", o->score->cf), o->plan);
	if (o->score->worst_cf >= 0)
		add_score(list, "worst_cf", o->score->worst_cf);
	add_totals(list, o);
	add_cert_days(list, o);
	add_times(list, o);
	for (size_t mx = 0; mx < MX_SHOWN; mx++)
		add_mx(list, o, mx);
}

static void
make_smtp_tls(struct perf_list *list, const struct out *o)
{
	add_times(list, o);
	add_cert_days(list, o);
	if (o->score->known)
		add_score(list, "cf", o->score->cf);
	add_tls_version(list, o->facts);
}

/* Is the RRset of host i one that no host before it has? */
static bool
is_new_set(const struct run_facts *facts, size_t i)
{
	const struct host *h = &facts->hosts[i];

	for (size_t j = 0; j < i; j++)
		if (facts->hosts[j].dane.base != NULL && facts->hosts[j].port == h->port &&
		    strcmp(facts->hosts[j].dane.base, h->dane.base) == 0)
			return false;
	return true;
}

/* Does t match on any of the hosts with its RRset? */
static bool
is_matched(const struct run_facts *facts, const struct tlsa *t)
{
	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct dane_facts *d = &facts->hosts[i].dane;

		for (size_t k = 0; k < d->nrecords; k++)
			if (d->records[k].matched && tlsa_equal(&d->records[k], t))
				return true;
	}
	return false;
}

/* Records count once, however many addresses they are for. */
static void
add_records(struct perf_list *list, const struct run_facts *facts)
{
	size_t total = 0, usable = 0, matched = 0;

	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct dane_facts *d = &facts->hosts[i].dane;

		if (d->nrecords == 0 || d->base == NULL || !is_new_set(facts, i))
			continue;
		total += d->nrecords;
		for (size_t k = 0; k < d->nrecords; k++) {
			usable += d->records[k].usable && d->status != DANE_INSECURE;
			matched += is_matched(facts, &d->records[k]);
		}
	}
	add(list, "tlsa_total", PERF_COUNT, (double)total);
	add(list, "tlsa_usable", PERF_COUNT, (double)usable);
	add(list, "tlsa_matched", PERF_COUNT, (double)matched);
}

static void
add_rrsig_days(struct perf_list *list, const struct out *o)
{
	const struct sig *s = finding_next_sig(o->facts);
	struct perf *perf;

	if (s == NULL)
		return;
	perf = add(list, "rrsig_days", PERF_DAYS,
	    text_floor(finding_sig_days(o->facts, s), 1));
	set_ranges(list, perf, o->plan);
	perf->min = NAN;
}

static void
make_dane(struct perf_list *list, const struct out *o)
{
	size_t total = 0, ok = 0;

	for (size_t i = 0; i < o->facts->nhosts; i++) {
		const struct host *h = &o->facts->hosts[i];

		if (h->status == HOST_SKIPPED ||
		    (h->address.family == 0 && o->plan->chain_file == NULL))
			continue;
		total++;
		ok += verdict_host(o->verdict, h) == STATE_OK;
	}
	add_records(list, o->facts);
	add(list, "hosts_total", PERF_COUNT, (double)total);
	add(list, "hosts_ok", PERF_COUNT, (double)ok);
	add_rrsig_days(list, o);
	add_cert_days(list, o);
	add_times(list, o);
}

/* Offline nothing took time, and with --no-connect no MX was tried. */
static void
make_mtasts(struct perf_list *list, const struct out *o)
{
	const struct mtasts_facts *m = &o->facts->mtasts;
	const struct tlsrpt_facts *rpt = &o->facts->tlsrpt;

	if (m->mode != STS_MODE_UNKNOWN) {
		struct perf *age = add(list, "max_age", PERF_WHOLE_SECONDS, (double)m->max_age);

		set_ranges(list, age, o->plan);
		age->min = NAN;
		add(list, "policy_mx", PERF_COUNT, (double)m->nmx);
	}
	if (!o->plan->lint && !o->plan->no_connect) {
		add(list, "mx_total", PERF_COUNT, (double)out_mx_tried(o->facts));
		add(list, "mx_ok", PERF_COUNT, (double)count_mx_ok(o->facts));
	}
	if (m->policy_cert)
		add_days(list, "policy_cert_days", o->plan, m->policy_cert_days);
	if (rpt->status == POLICY_OK || rpt->status == POLICY_NONE || rpt->status == POLICY_INVALID)
		add(list, "tlsrpt_rua", PERF_COUNT, (double)rpt->nrua);
	add_cert_days(list, o);
	if (!o->plan->lint)
		add_times(list, o);
}

struct perf_list
perf_make(const struct out *o)
{
	struct perf_list list = { .p = o->p };

	if (o->facts->fault != FAULT_NONE)
		return list;
	if (o->plan->plugin == PLUGIN_SMTP_TLS)
		make_smtp_tls(&list, o);
	else if (o->plan->plugin == PLUGIN_DANE)
		make_dane(&list, o);
	else if (o->plan->plugin == PLUGIN_MTASTS)
		make_mtasts(&list, o);
	else
		make_mx_cf(&list, o);
	return list;
}

const char *
perf_uom(const struct perf *perf)
{
	return perf->unit == PERF_SECONDS || perf->unit == PERF_WHOLE_SECONDS ? "s" : "";
}

/* The value without unit; seconds lose final zeros down to three decimals. */
static const char *
show_value(struct pool *p, const struct perf *perf)
{
	static const int decimals[] = {
		[PERF_COUNT] = 0, [PERF_DAYS] = 1, [PERF_SECONDS] = SECONDS_MOST,
		[PERF_WHOLE_SECONDS] = 0
	};
	char *s = pool_printf(p, "%.*f", decimals[perf->unit], perf->value);
	char *end = s + strlen(s) - 1;

	if (perf->unit == PERF_SECONDS)
		for (int spare = SECONDS_MOST - SECONDS_LEAST; spare > 0 && *end == '0'; spare--)
			*end-- = '\0';
	return s;
}

static void
show_limit(struct text *t, double limit)
{
	if (isnan(limit))
		text_add(t, ";");
	else
		text_add(t, ";%.0f", limit);
}

static const char *
show_one(struct pool *p, const struct perf *perf)
{
	struct text t = { .p = p };

	text_add(&t, "%s=%s%s", perf->label, show_value(p, perf), perf_uom(perf));
	text_add(&t, ";%s;%s", perf->warn, perf->crit);
	show_limit(&t, perf->min);
	show_limit(&t, perf->max);
	while (t.s[t.len - 1] == ';')
		t.s[--t.len] = '\0';
	return t.s;
}

const char *
perf_show(const struct perf_list *list)
{
	struct text t = { .p = list->p };

	for (size_t i = 0; i < list->n; i++)
		text_add(&t, "%s%s", i > 0 ? " " : "", show_one(list->p, &list->item[i]));
	return text_get(&t);
}
