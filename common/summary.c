// SPDX-License-Identifier: GPL-3.0-or-later
/* summary.c - the result in one sentence. */
#include <string.h>

#include "out_parts.h"
#include "summary.h"

#define DANE_MATCHES "DANE match"
/* Names in a sentence are cut here, so that the figures behind them always have room. */
#define SHOWN_TARGET 64
#define SHOWN_NAME 48

struct parts {
	const char *head;	/* "example.org CF 77 of 121 (63%)" */
	const char *what;	/* the worst finding */
	const char *more;	/* " and 2 more" */
	const char *tail;	/* ", 2 MX, worst mx2.example.org 0" */
};

static const char *
cut(struct pool *p, const char *s, size_t max)
{
	return text_clean(p, s, strlen(s), max);
}

static const char *
join(struct pool *p, const struct parts *s)
{
	bool both = s->head[0] != '\0' && s->what[0] != '\0';

	return pool_printf(p, "%s%s%s%s%s", s->head, both ? ": " : "", s->what, s->more, s->tail);
}

/* The tail goes first when it is too long, then the finding is cut: its beginning and the count stay. */
static const char *
fit(struct pool *p, struct parts *s)
{
	const char *text = join(p, s);
	size_t len = strlen(text);

	if (len <= SUMMARY_MAX)
		return text;
	if (s->what[0] != '\0') {
		s->tail = "";
		text = join(p, s);
		len = strlen(text);
	}
	if (len > SUMMARY_MAX && len - strlen(s->what) < SUMMARY_MAX) {
		s->what = cut(p, s->what, SUMMARY_MAX - (len - strlen(s->what)));
		text = join(p, s);
	}
	return cut(p, text, SUMMARY_MAX);
}

static const struct finding *
worst_finding(const struct verdict *v)
{
	return v->nfindings > 0 && v->findings[0].state != STATE_OK ? &v->findings[0] : NULL;
}

static const char *
count_more(const struct out *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->verdict->nfindings; i++)
		n += o->verdict->findings[i].state != STATE_OK;
	return n > 1 ? pool_printf(o->p, " and %zu more", n - 1) : "";
}

static const char *
short_host(struct pool *p, const struct host *h, bool port)
{
	struct host shown = { .address = h->address, .port = h->port };

	shown.mx = cut(p, h->mx, SHOWN_NAME);
	return out_host(p, &shown, port);
}

/* A finding in words, with the host it is about. */
static const char *
finding_words(const struct out *o, const struct finding *f, bool port)
{
	if (f->host == NULL)
		return f->text;
	return pool_printf(o->p, "%s %s", short_host(o->p, f->host, port), f->text);
}

static const char *
mx_tail(const struct out *o)
{
	struct text t = { .p = o->p };
	size_t tried = out_mx_tried(o->facts), rows = 0;
	size_t all = o->facts->mx_total + o->facts->mx_left_out;

	if (tried == 0)
		return "";
	text_add(&t, ", %zu", tried);
	if (all > tried)
		text_add(&t, " of %zu", all);
	text_add(&t, " MX");
	for (size_t i = 0; i < o->facts->nhosts; i++)
		rows += o->score->host[i].row;
	if (rows > 1 && o->score->worst != NULL)
		text_add(&t, ", worst %s %d", cut(o->p, o->score->worst->mx, SHOWN_NAME),
		    o->score->worst_cf);
	return text_get(&t);
}

static const char *
make_mx(const struct out *o)
{
	const struct finding *f = worst_finding(o->verdict);
	const struct score *score = o->score;
	const char *target = cut(o->p, o->facts->target, SHOWN_TARGET);
	struct parts s = { target, "", count_more(o), mx_tail(o) };

	if (score->known)
		s.head = pool_printf(o->p, "%s %s %d of %d (%d%%)", target, out_kind(o->facts),
		    score->cf, score->max, score->percent);
	if (f != NULL)
		s.what = finding_words(o, f, false);
	else if (!score->known)
		s.what = out_no_cf(o);
	return fit(o->p, &s);
}

static const char *
cert_words(const struct host *h)
{
	const struct cert_facts *c = &h->cert;

	if (!c->present)
		return "no certificate";
	if (c->trusted && c->in_date && c->name_match)
		return c->name_checked ? "verified" : "verified but for the name";
	return h->dane.status == DANE_MATCH ? "verified by DANE" : "not verified";
}

/* Why there is no session to tell of. */
static const char *
session_words(const struct out *o, const struct host *h)
{
	if (h->status != HOST_TESTED)
		return "not tested";
	if (o->plan->stop_after < STEP_SECURE && h->step[STEP_TLS].state != STEP_FAIL)
		return "stopped before Secure";
	return "no TLS";
}

/* A server that is all right, in words. */
static const char *
server_words(const struct out *o, const struct host *h)
{
	struct text t = { .p = o->p };

	text_add(&t, "%s ", short_host(o->p, h, true));
	if (h->tls.proto == PROTO_NONE) {
		text_add(&t, "%s", session_words(o, h));
		return text_get(&t);
	}
	text_add(&t, "%s %s, %s", proto_name(h->tls.proto), h->tls.cipher, cert_words(h));
	if (h->cert.present)
		text_add(&t, ", certificate %s",
		    out_days(o->p, h->cert.days_left));
	return text_get(&t);
}

static const char *
make_server(const struct out *o)
{
	const struct finding *f = worst_finding(o->verdict);
	const struct host *h = o->score->worst;
	struct parts s = { "", "", count_more(o), "" };
	struct text tail = { .p = o->p };
	size_t tried = 0;

	if (h == NULL && o->facts->nhosts > 0)
		h = &o->facts->hosts[0];
	if (f != NULL && f->host != NULL) {
		s.what = finding_words(o, f, true);
	} else if (f != NULL || h == NULL) {
		s.head = cut(o->p, o->facts->target, SHOWN_TARGET);
		s.what = f != NULL ? f->text : out_no_cf(o);
	} else {
		s.head = server_words(o, h);
	}
	for (size_t i = 0; i < o->facts->nhosts; i++)
		tried += out_tried(&o->facts->hosts[i]);
	if (tried > 1)
		text_add(&tail, ", %zu addresses", tried);
	if (tried > 0 && (f == NULL || f->key != SEV_TIME))
		text_add(&tail, ", %.3f s", (double)o->facts->took_us / 1e6);
	s.tail = text_get(&tail);
	return fit(o->p, &s);
}

/* "2 of 2 hosts match 3 1 1", or with --no-connect what is published. */
static const char *
dane_words(const struct out *o)
{
	size_t total = 0, match = 0, usable = 0;
	const char *kinds = NULL;

	for (size_t i = 0; i < o->facts->nhosts; i++) {
		const struct host *h = &o->facts->hosts[i];

		if (h->status == HOST_SKIPPED)
			continue;
		total++;
		match += h->dane.status == DANE_MATCH;
		usable += h->dane.status == DANE_NOT_TESTED && h->dane.nrecords > 0;
		if (kinds == NULL)
			kinds = out_dane(o, h);
	}
	if (o->plan->no_connect)
		return pool_printf(o->p, "%zu of %s usable TLSA records, not connected", usable,
		    out_count(o->p, (long long)total, "host has", "hosts have"));
	return pool_printf(o->p, "%zu of %s%s", match,
	    out_count(o->p, (long long)total, "host matches", "hosts match"),
	    kinds == NULL ? "" : kinds + strlen(DANE_MATCHES));
}

static const char *
make_dane(const struct out *o)
{
	const struct finding *f = worst_finding(o->verdict);
	const struct sig *next = finding_next_sig(o->facts);
	const char *target = cut(o->p, o->facts->target, SHOWN_TARGET);
	struct parts s = { target, "", count_more(o), "" };

	s.what = f != NULL ? finding_words(o, f, false) : dane_words(o);
	if (f == NULL && next != NULL)
		s.tail = pool_printf(o->p, ", signatures %.1f days",
		    text_floor(finding_sig_days(o->facts, next), 1));
	return fit(o->p, &s);
}

/* What is published and good, all of it. */
static const char *
sts_words(const struct out *o)
{
	const struct run_facts *facts = o->facts;
	const char *policy = out_sts_policy(o);
	struct text t = { .p = o->p };

	if (policy[0] != '\0')
		text_add(&t, ", %s", policy);
	if (facts->mtasts.mode != STS_MODE_UNKNOWN)
		text_add(&t, ", max_age %s%s", text_span(o->p, facts->mtasts.max_age),
		    out_sts_mx(o));
	if (facts->tlsrpt.status == POLICY_OK)
		text_add(&t, ", TLS-RPT to %s",
		    out_count(o->p, (long long)facts->tlsrpt.nrua, "address", "addresses"));
	return t.len == 0 ? "nothing published" : text_get(&t) + 2;
}

/* The target comes first, and behind the worst finding what senders see. */
static const char *
make_mtasts(const struct out *o)
{
	const char *target = o->facts->target, *policy = out_sts_policy(o);
	const struct finding *f = worst_finding(o->verdict);
	struct parts s = { target == NULL ? "" : cut(o->p, target, SHOWN_TARGET), "",
		count_more(o), "" };

	if (f == NULL) {
		s.what = sts_words(o);
	} else if (f->key == SEV_MAX_AGE) {
		s.what = pool_printf(o->p, "%s, %s", policy, f->text);
	} else {
		s.what = finding_words(o, f, false);
		if (policy[0] != '\0')
			s.tail = pool_printf(o->p, ", %s%s", policy, out_sts_mx(o));
	}
	return fit(o->p, &s);
}

const char *
summary_make(const struct out *o)
{
	static const char *(*const makers[])(const struct out *) = {
		[PLUGIN_SMTP_TLS] = make_server,
		[PLUGIN_MX_CF] = make_mx,
		[PLUGIN_DANE] = make_dane,
		[PLUGIN_MTASTS] = make_mtasts,
	};

	return makers[o->plan->plugin](o);
}
