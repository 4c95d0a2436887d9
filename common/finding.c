/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finding.c - the findings of one host, group by group: reachable, encrypted, certificate, mail. */
#include <stdarg.h>

#include "finding.h"
#include "points.h"
#include "text.h"

#define DAY 86400.0
#define FINDING_TEXT 120	/* the steps have the whole of a long reply */

__attribute__((format(printf, 5, 0))) static void
add(struct findings *f, enum sev_key key, int state, const struct host *h, const char *fmt,
    va_list ap)
{
	struct text t = { .p = f->p };

	if (f->plan->severity[key] != SEV_DEFAULT)
		state = f->plan->severity[key];
	text_addv(&t, fmt, ap);
	f->item = pool_grow(f->p, f->item, f->n, sizeof(*f->item));
	f->item[f->n++] = (struct finding){ key, (enum state)state, h,
		text_clean(f->p, text_get(&t), t.len, FINDING_TEXT) };
}

void
finding_add(struct findings *f, enum sev_key key, const struct host *h, const char *fmt, ...)
{
	int state = sev_default(f->plan->plugin, key);
	va_list ap;

	if (state == SEV_NONE)
		return;
	va_start(ap, fmt);
	add(f, key, state, h, fmt, ap);
	va_end(ap);
}

void
finding_add_by(struct findings *f, enum sev_key key, enum state by_option, const struct host *h,
    const char *fmt, ...)
{
	va_list ap;

	if (sev_default(f->plan->plugin, key) != SEV_BY_OPTION)
		return;
	va_start(ap, fmt);
	add(f, key, by_option, h, fmt, ap);
	va_end(ap);
}

void
finding_state(struct findings *f, size_t at, enum state state)
{
	for (; at < f->n; at++)
		if (f->plan->severity[f->item[at].key] == SEV_DEFAULT)
			f->item[at].state = state;
}

static void
reachable(struct findings *f, const struct host *h, bool works)
{
	size_t at = f->n;

	finding_add(f, works ? SEV_UNREACHABLE : SEV_ALL_UNREACHABLE, h, "is unreachable%s",
	    text_because(f->p, h->why));
	if (works && f->plan->ignore_unreachable > 0)
		finding_state(f, at, STATE_OK);
}

static void
encrypted(struct findings *f, const struct host *h)
{
	const struct step *secure = &h->step[STEP_SECURE];
	const char *why = secure->why;

	if (h->smtp.injection) {
		finding_add(f, SEV_INJECTION, h,
		    "sent bytes in the clear behind the STARTTLS reply");
	} else if (h->secure == SECURE_NOT_OFFERED ||
	    (h->secure == SECURE_UNKNOWN && h->step[STEP_TLS].state == STEP_FAIL)) {
		finding_add(f, SEV_NO_TLS, h, "offers no TLS");
	} else if (secure->state == STEP_FAIL ||
	    (h->secure != SECURE_UNKNOWN && h->secure != SECURE_YES)) {
		if (why == NULL && h->smtp.client_cert_asked)
			why = "server requires a client certificate";
		finding_add(f, SEV_TLS_FAILED, h, "TLS failed%s", text_because(f->p, why));
	}
}

static bool
matched_end_entity(const struct findings *f, const struct host *h)
{
	if (!points_dane(f->facts, h))
		return false;
	for (size_t i = 0; i < h->dane.nrecords; i++)
		if (h->dane.records[i].matched && h->dane.records[i].usage == 3)
			return true;
	return false;
}

static void
cert_dates(struct findings *f, const struct host *h)
{
	const struct cert_facts *c = &h->cert;
	double ago = text_floor(-c->days_left, 1);

	if (c->in_date)
		return;
	if (!c->leaf_in_date && h->nchain > 0 && h->chain[0].not_before > f->facts->wall)
		finding_add(f, SEV_CERT_EXPIRED, h,
		    "certificate is not valid for another %.1f days",
		    (double)(h->chain[0].not_before - f->facts->wall) / DAY);
	else if (!c->leaf_in_date && c->days_left < 0)
		finding_add(f, SEV_CERT_EXPIRED, h, "certificate expired %.1f days ago", ago);
	else if (!c->leaf_in_date)
		finding_add(f, SEV_CERT_EXPIRED, h, "certificate is not yet valid");
	else
		finding_add(f, SEV_CERT_EXPIRED, h, "a certificate of the chain is out of date%s",
		    text_because(f->p, c->trusted ? c->trust_why : NULL));
}

static void
cert_days(struct findings *f, const struct host *h)
{
	const struct plan *plan = f->plan;
	double left = h->cert.days_left;
	enum state state = left < plan->cert_crit ? STATE_CRITICAL : STATE_WARNING;

	if (!h->cert.leaf_in_date || matched_end_entity(f, h))
		return;
	if (left < plan->cert_crit || left < plan->cert_warn)
		finding_add_by(f, SEV_CERT_DAYS, state, h, "certificate expires in %.1f days",
		    text_floor(left, 1));
}

static void
cert_weak(struct findings *f, const struct host *h)
{
	const struct cert_facts *c = &h->cert;
	struct text t = { .p = f->p };

	if (c->key_ok && c->signature_ok)
		return;
	for (size_t i = 0; i < c->nweak; i++)
		text_add(&t, "%s%s", i > 0 ? ", " : "", c->weak[i]);
	if (c->nweak == 0)
		text_add(&t, "%s", c->key_ok ? "signature" : "key");
	finding_add(f, SEV_CERT_WEAK, h, "certificate is weak: %s", text_get(&t));
}

/* A staple that cannot be judged, for want of a trusted issuer, is there at least. */
static bool
staple_missing(const struct findings *f, const struct host *h)
{
	bool asked = (f->plan->revocation & 1u << REVOKE_STAPLE) != 0;

	return asked && h->cert.must_staple &&
	    (h->tls.staple == NULL || h->cert.staple == REVOKED_UNKNOWN);
}

static void
cert_revoked(struct findings *f, const struct host *h)
{
	const struct cert_facts *c = &h->cert;

	if (c->revoked == REVOKED_YES)
		finding_add(f, SEV_CERT_REVOKED, h, "certificate is revoked%s",
		    text_because(f->p, c->revoked_why));
	if (staple_missing(f, h))
		finding_add(f, SEV_MUST_STAPLE, h,
		    h->tls.staple == NULL
			? "certificate demands an OCSP staple (must-staple), none came"
			: "certificate demands an OCSP staple (must-staple), its staple does not hold");
	if (c->revoked == REVOKED_UNKNOWN)
		finding_add(f, SEV_REVOCATION_UNKNOWN, h, "revocation is unknown%s",
		    text_because(f->p, c->revoked_why));
}

static void
certificate(struct findings *f, const struct host *h)
{
	const struct cert_facts *c = &h->cert;

	if (h->step[STEP_CERT].state == STEP_SKIP)
		return;
	if (!c->present) {
		finding_add(f, SEV_CERT_UNTRUSTED, h, "sends no certificate");
		return;
	}
	if (!points_dane(f->facts, h)) {
		if (!c->trusted)
			finding_add(f, SEV_CERT_UNTRUSTED, h, "certificate is not trusted%s",
			    text_because(f->p, c->trust_why));
		if (!c->name_match)
			finding_add(f, SEV_CERT_NAME, h, "certificate names %s",
			    c->found == NULL ? "no host" : c->found);
		cert_dates(f, h);
	}
	cert_days(f, h);
	cert_revoked(f, h);
	cert_weak(f, h);
}

/* The message of --send-email: what is not taken after a recipient was. */
static void
message(struct findings *f, const struct host *h)
{
	const struct step *data = &h->step[STEP_DATA], *email = &h->step[STEP_EMAIL];

	if (data->state == STEP_FAIL)
		finding_add(f, SEV_DATA_REFUSED, h, "DATA failed%s", text_because(f->p, data->why));
	else if (email->state == STEP_FAIL)
		finding_add(f, SEV_DATA_REFUSED, h, "the message was not taken%s",
		    text_because(f->p, email->why));
}

/* "SSLv3 and TLSv1.0" */
static const char *
old_protocols(struct pool *p, const struct host *h)
{
	struct text t = { .p = p };
	unsigned left = h->legacy;

	for (enum proto proto = PROTO_SSL2; proto <= PROTO_TLS13; proto++) {
		if ((left & 1u << proto) == 0)
			continue;
		left &= ~(1u << proto);
		if (t.len > 0)
			text_add(&t, "%s", left == 0 ? " and " : ", ");
		text_add(&t, "%s", proto_name(proto));
	}
	return text_get(&t);
}

/* What the operator wants to know and the server did not let us find out: no merit, and no fault. */
static void
untold(struct findings *f, enum sev_key key, const struct host *h, const char *what,
    const char *why)
{
	size_t at = f->n;

	finding_add(f, key, h, "%s%s", what, text_because(f->p, why));
	finding_state(f, at, STATE_WARNING);
}

/* What the operator demands beyond the ordinary. */
static void
demanded(struct findings *f, const struct host *h)
{
	enum proto want = f->plan->require_tls;

	if (h->secure == SECURE_YES && h->tls.proto < want)
		finding_add(f, SEV_REQUIRE_TLS, h, "speaks %s, not %s or better",
		    proto_name(h->tls.proto), proto_name(want));
	if (h->legacy != 0)
		finding_add(f, SEV_LEGACY_PROTOCOL, h, "takes %s, too", old_protocols(f->p, h));
	if (h->legacy_why != NULL)
		untold(f, SEV_LEGACY_PROTOCOL, h, "could not be asked for all old protocols",
		    h->legacy_why);
	if (h->smtp.clear_mail == CLEAR_TAKEN)
		finding_add(f, SEV_MANDATORY_TLS, h, "takes mail in the clear");
	if (h->smtp.clear_why != NULL)
		untold(f, SEV_MANDATORY_TLS, h,
		    "could not be asked whether it takes mail in the clear", h->smtp.clear_why);
	if (h->smtp.auth_why != NULL)
		finding_add(f, SEV_AUTH_FAILED, h, "login failed: %s", h->smtp.auth_why);
}

/* One finding a key: where MAIL is deferred, RCPT is not sent. */
static void
mail(struct findings *f, const struct host *h)
{
	const struct step *from = &h->step[STEP_FROM], *to = &h->step[STEP_TO];

	if (h->smtp.not_smtp)
		finding_add(f, SEV_NOT_SMTP, h, "speaks no SMTP inside TLS");
	if (from->state == STEP_FAIL)
		finding_add(f, SEV_FROM_REFUSED, h, "MAIL FROM failed%s",
		    text_because(f->p, from->why));
	if (to->state == STEP_FAIL)
		finding_add(f, SEV_RCPT_REFUSED, h, "RCPT TO failed%s",
		    text_because(f->p, to->why));
	if (from->state == STEP_DEFER)
		finding_add(f, SEV_RCPT_DEFERRED, h, "MAIL FROM deferred%s",
		    text_because(f->p, from->why));
	else if (to->state == STEP_DEFER)
		finding_add(f, SEV_RCPT_DEFERRED, h, "RCPT TO deferred%s",
		    text_because(f->p, to->why));
}

void
finding_host(struct findings *f, const struct host *h, bool works)
{
	if (h->mx_is_address)
		finding_add(f, SEV_DNS_ERROR, h, "is an IP address: an MX must be a name");
	if (h->address_bogus)
		finding_add(f, SEV_DNS_BOGUS, h, "its address fails DNSSEC validation");
	if (h->lost_family != NULL)
		finding_add(f, SEV_DNS_BOGUS, h, "its %s records fail DNSSEC validation",
		    h->lost_family);
	if (h->status == HOST_NOT_STARTED && !f->plan->no_connect)
		finding_add(f, SEV_TIMEOUT, h, "was not tested%s",
		    text_because(f->p, h->why == NULL ? "time was up" : h->why));
	if (h->status == HOST_UNTESTED)
		reachable(f, h, works);
	if (h->status == HOST_TESTED)
		encrypted(f, h);
	finding_dane_host(f, h);
	if (h->status != HOST_TESTED)
		return;
	certificate(f, h);
	demanded(f, h);
	mail(f, h);
	message(f, h);
}
