// SPDX-License-Identifier: GPL-3.0-or-later
/* out_cert.c - certificates for people: those of a host one by one, and what CRL and OCSP said. */
#include <string.h>

#include "out_parts.h"

static const char *
names_of(const struct out *o, const struct cert *c)
{
	struct text t = { .p = o->p };

	for (size_t i = 0; i < c->nsans; i++)
		text_add(&t, "%s%s", i > 0 ? ", " : "", c->sans[i]);
	return c->nsans > 0 ? out_shown(o, text_get(&t)) : "none";
}

static const char *
date_or_none(struct pool *p, int64_t when)
{
	const char *date = text_date(p, when);

	return date != NULL ? date : "?";
}

/* Lines of text, each behind two blanks. */
static void
add_lines(struct text *t, const char *text)
{
	while (*text != '\0') {
		int len = (int)strcspn(text, "\n");

		text_add(t, "%s%.*s\n", len > 0 ? "  " : "", len, text);
		text += len + (text[len] == '\n');
	}
}

static void
add_cert(struct text *t, const struct out *o, const struct host *h, size_t i)
{
	const struct cert *c = &h->chain[i];

	text_add(t, "Certificate %zu of %zu in chain:\n", i + 1, h->nchain);
	text_add(t, "  subject: %s\n", out_shown(o, c->subject));
	text_add(t, "  issuer: %s\n", out_shown(o, c->issuer));
	text_add(t, "  serial: %s\n", c->serial);
	text_add(t, "  names: %s\n", names_of(o, c));
	text_add(t, "  valid: %s to %s\n", date_or_none(o->p, c->not_before),
	    date_or_none(o->p, c->not_after));
	text_add(t, "  key: %s, %d bits\n", out_shown(o, c->key), c->bits);
	text_add(t, "  signature: %s\n", out_shown(o, c->signature));
	text_add(t, "  sha256: %s\n", c->sha256);
	if (o->plan->format < FORMAT_CERTDETAIL || c->text == NULL)
		return;
	/* at the margin, where other programs look for it */
	text_add(t, "%s", c->pem);
	add_lines(t, c->text);
}

void
out_add_certs(struct text *t, const struct out *o, const struct host *h)
{
	for (size_t i = 0; i < h->nchain; i++)
		add_cert(t, o, h, i);
}

static const char *
revocation_word(enum revoked revoked)
{
	switch (revoked) {
	case REVOKED_GOOD: return "good";
	case REVOKED_YES: return "revoked";
	case REVOKED_UNKNOWN: return "unknown";
	default: return "not tested";
	}
}

void
out_add_revocation(struct text *t, const struct out *o, const struct host *h)
{
	const struct cert_facts *c = &h->cert;

	if (!c->present)
		return;
	text_add(t, "Revocation: %s%s%s\n", revocation_word(c->revoked),
	    c->revoked_why != NULL ? ", " : "",
	    c->revoked_why != NULL ? out_shown(o, c->revoked_why) : "");
	for (size_t i = 0; i < c->nrevocations; i++)
		text_add(t, "  certificate %zu: %s\n", c->revocations[i].depth + 1,
		    out_shown(o, c->revocations[i].text));
}
