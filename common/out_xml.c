// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * out_xml.c - a document with the paths that readers of TestReceiver's XML know (output.md, "xml"); what is not
 * known is an empty element.  The names are theirs, hence the capitals.
 */
#include <inttypes.h>
#include <string.h>

#include "out_parts.h"
#include "sts.h"
#include "summary.h"

static const char *const step_states[] = {
	[STEP_SKIP] = "SKIP", [STEP_OK] = "OK", [STEP_FAIL] = "FAIL", [STEP_DEFER] = "DEFER",
};

static const char *
escape(char c)
{
	switch (c) {
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '&': return "&amp;";
	case '"': return "&quot;";
	case '\'': return "&apos;";
	default: return NULL;
	}
}

/* s as content or attribute.  Text is clean already; all the same no control byte gets through (XML 1.0, 2.2). */
static const char *
xml(const struct out *o, const char *s)
{
	struct text t = { .p = o->p };

	for (; *s != '\0'; s++) {
		const char *entity = escape(*s);

		if (entity != NULL)
			text_add(&t, "%s", entity);
		else
			text_add(&t, "%c", (unsigned char)*s < ' ' ? '?' : *s);
	}
	return text_get(&t);
}

/* <tag>s</tag>, indented; empty for NULL. */
static void
add(struct text *t, const struct out *o, int depth, const char *tag, const char *s)
{
	if (s == NULL || s[0] == '\0')
		text_add(t, "%*s<%s/>\n", depth, "", tag);
	else
		text_add(t, "%*s<%s>%s</%s>\n", depth, "", tag, xml(o, s), tag);
}

static const char *
number(const struct out *o, bool known, int v)
{
	return known ? pool_printf(o->p, "%d", v) : NULL;
}

/* The plain mean over the MX, whatever their preference: the CF weighs them. */
static const char *
mx_mean(const struct out *o)
{
	int sum = 0, n = 0;

	for (int i = 0; i < o->score->mx_cf_n; i++)
		if (o->score->mx_cf[i] >= 0) {
			sum += o->score->mx_cf[i];
			n++;
		}
	return number(o, o->score->known && n > 0, n > 0 ? sum / n : 0);
}

static void
add_steps(struct text *t, const struct out *o, const struct host *h)
{
	text_add(t, "    <Steps>\n");
	for (enum step_id id = 0; id < STEP_COUNT; id++) {
		const struct step *s = &h->step[id];

		if (!out_step_shown(o->plan, id))
			continue;
		text_add(t, "      <%s", out_step_title(id));
		if (s->state != STEP_SKIP)
			text_add(t, " ms=\"%" PRId64 "\"", (s->took_us + 500) / 1000);
		text_add(t, " state=\"%s\"/>\n", step_states[s->state]);
	}
	text_add(t, "    </Steps>\n");
}

static void
add_cert(struct text *t, const struct out *o, const struct cert *c)
{
	text_add(t, "        <Cert>\n          <Subject>\n");
	add(t, o, 12, "commonName", c->cn);
	text_add(t, "          </Subject>\n");
	add(t, o, 10, "Issuer", c->issuer);
	add(t, o, 10, "notAfter", text_date(o->p, c->not_after));
	text_add(t, "        </Cert>\n");
}

static void
add_session(struct text *t, const struct out *o, const struct host *h)
{
	text_add(t, "    <SSL>\n");
	add(t, o, 6, "SSLVersion",
	    proto_name(h->tls.proto != PROTO_NONE ? h->tls.proto : h->raw_proto));
	add(t, o, 6, "SSLCipher", h->tls.cipher);
	text_add(t, "      <Certs>\n");
	for (size_t i = 0; i < h->nchain; i++)
		add_cert(t, o, &h->chain[i]);
	text_add(t, "      </Certs>\n    </SSL>\n");
}

static void
add_host(struct text *t, const struct out *o, size_t i)
{
	const struct host *h = &o->facts->hosts[i];
	const struct score_host *score = &o->score->host[i];

	text_add(t, "  <MX exchange=\"%s\" address=\"%s\" preference=\"%d\">\n", xml(o, h->mx),
	    h->address.family != 0 ? xml(o, h->address.text) : "", h->preference);
	add(t, o, 4, "ConfidenceFactor", number(o, score->known, score_floor(score->exact)));
	add_steps(t, o, h);
	add_session(t, o, h);
	if (o->facts->dane_tested)
		add(t, o, 4, "DANE", out_dane_word(h->dane.status));
	if (o->facts->mtasts_tested)
		add(t, o, 4, "MTASTS", sts_status_name(h->sts));
	text_add(t, "  </MX>\n");
}

static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/* Everything has one of these around it. */
static void
begin(struct text *t)
{
	text_add(t, "<CheckTLS test=\"TestReceiver\">\n");
}

static void
end(struct text *t)
{
	text_add(t, "</CheckTLS>\n");
}

const char *
out_xml_result(const struct out *o)
{
	struct text t = { .p = o->p };

	begin(&t);
	add(&t, o, 2, "eMailAddress", o->facts->target);
	add(&t, o, 2, "ConfidenceFactor", number(o, o->score->known, o->score->cf));
	add(&t, o, 2, "MXConfidenceFactor", mx_mean(o));
	add(&t, o, 2, "MXCount", pool_printf(o->p, "%zu", o->facts->mx_total));
	/* plugins without a CF would say nothing of their answer */
	if (!score_is_given(o->plan->plugin)) {
		add(&t, o, 2, "State", state_name(o->verdict->state));
		add(&t, o, 2, "Summary", summary_make(o));
	}
	for (size_t i = 0; i < o->facts->nhosts; i++)
		add_host(&t, o, i);
	end(&t);
	return text_get(&t);
}

const char *
out_xml_error(struct pool *p, const struct plan *plan, const char *why)
{
	const struct out o = { .plan = plan, .p = p };
	struct text t = { .p = p };

	begin(&t);
	add(&t, &o, 2, "eMailAddress", plan->target);
	add(&t, &o, 2, "ConfidenceFactor", NULL);
	add(&t, &o, 2, "Error", why);
	end(&t);
	return text_get(&t);
}

const char *
out_xml(const struct out *o)
{
	return pool_printf(o->p, "%s%s", declaration, out_xml_result(o));
}

const char *
out_xml_fault(struct pool *p, const struct plan *plan, const char *why)
{
	return pool_printf(p, "%s%s", declaration, out_xml_error(p, plan, why));
}
