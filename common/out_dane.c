// SPDX-License-Identifier: GPL-3.0-or-later
/* out_dane.c - DANE in words, for all formats. */
#include <string.h>

#include "out_parts.h"
#include "tlsa.h"

static const char *const words[] = {
	[DANE_NOT_TESTED] = "not-tested",
	[DANE_MATCH] = "match",
	[DANE_MISMATCH] = "mismatch",
	[DANE_NAME_MISMATCH] = "name-mismatch",
	[DANE_EXPIRED] = "expired",
	[DANE_UNUSABLE] = "unusable",
	[DANE_NONE] = "none",
	[DANE_INSECURE] = "insecure",
	[DANE_ERROR] = "error",
};

const char *
out_dane_word(enum dane_status status)
{
	return words[status];
}

/* "3 1 1, 2 1 1": the kinds of the records that match, or that are usable at all. */
static const char *
kinds(struct pool *p, const struct dane_facts *d, bool matched)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < d->nrecords; i++) {
		bool told = matched ? !d->records[i].matched : !d->records[i].usable;

		for (size_t k = 0; k < i && !told; k++)
			told = (matched ? d->records[k].matched : d->records[k].usable) &&
			    tlsa_same_kind(&d->records[i], &d->records[k]);
		if (!told)
			text_add(&t, "%s%s", t.len > 0 ? ", " : "",
			    tlsa_kind_text(p, &d->records[i]));
	}
	return text_get(&t);
}

const char *
out_dane(const struct out *o, const struct host *h)
{
	if (!o->facts->dane_tested)
		return NULL;
	if (h->dane.status == DANE_MATCH)
		return pool_printf(o->p, "DANE match %s", kinds(o->p, &h->dane, true));
	if (h->dane.status == DANE_NOT_TESTED && h->dane.nrecords > 0)
		return pool_printf(o->p, "TLSA %s", kinds(o->p, &h->dane, false));
	return NULL;
}

bool
out_is_quiet(const struct out *o, const struct finding *f)
{
	if (f->state != STATE_OK || o->plan->verbose > 0 ||
	    sev_default(o->plan->plugin, f->key) != STATE_OK)
		return false;
	switch (f->key) {
	case SEV_CERT_UNTRUSTED:
	case SEV_CERT_NAME:
	case SEV_CERT_EXPIRED:
	case SEV_CERT_WEAK:
	case SEV_DANE_NONE:
	case SEV_DANE_LINT:
	case SEV_STS_NONE:
	case SEV_STS_LINT:
	case SEV_TLSRPT_NONE: return true;
	default: return false;
	}
}
