// SPDX-License-Identifier: GPL-3.0-or-later
/* dane.c - would a DANE sender deliver here?  Status, reason, and the records that would match. */
#include <stdarg.h>
#include <string.h>

#include <openssl/err.h>

#include "dane.h"
#include "dane_verify.h"
#include "text.h"
#include "tlsa.h"

#define LISTED 2	/* records in a sentence */

/* One judgement under way. */
struct judge {
	struct dane_facts *d;
	struct pool *p;
	struct dane_path *paths;
	size_t n;
};

void
dane_lint(struct dane_facts *d, struct pool *p, const char *fmt, ...)
{
	struct text t = { .p = p };
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	d->lints = pool_grow(p, d->lints, d->nlints, sizeof(*d->lints));
	d->lints[d->nlints++] = text_get(&t);
}

/* word: of RFC 8460, 4.3. */
__attribute__((format(printf, 4, 5))) static void
decide(const struct judge *j, enum dane_status status, const char *word, const char *fmt, ...)
{
	struct text t = { .p = j->p };
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	j->d->status = status;
	j->d->reason = text_get(&t);
	j->d->why = pool_printf(j->p, "%s: %s", word, j->d->reason);
}

/* "RSA chain", "chain" */
static const char *
chain_name(const struct judge *j, const struct dane_path *path)
{
	return path->kind == NULL ? "chain" : pool_printf(j->p, "%s chain", path->kind);
}

static bool
uses(const struct dane_facts *d, uint8_t usage)
{
	for (size_t i = 0; i < d->nrecords; i++)
		if (d->records[i].usable && d->records[i].usage == usage)
			return true;
	return false;
}

/* "3 1 1 a1b2c3d4..., 3 1 1 e5f60718... and 2 more" of those usable */
static const char *
have(const struct judge *j)
{
	struct text t = { .p = j->p };
	size_t n = 0;

	for (size_t i = 0; i < j->d->nrecords; i++) {
		if (!j->d->records[i].usable)
			continue;
		if (n++ < LISTED)
			text_add(&t, "%s%s", t.len > 0 ? ", " : "",
			    tlsa_brief(j->p, &j->d->records[i]));
	}
	if (n > LISTED)
		text_add(&t, " and %zu more", n - LISTED);
	return text_get(&t);
}

static void
add_would(const struct judge *j, struct x509_st *x, uint8_t usage)
{
	struct dane_facts *d = j->d;
	struct tlsa t;
	const char *text;

	if (x == NULL)
		return;
	t = dane_record_of(j->p, x, usage);
	text = tlsa_text(j->p, &t);
	for (size_t i = 0; i < d->nwould; i++)
		if (strcmp(d->would[i], text) == 0)
			return;
	if (!t.usable)
		return;
	d->would = pool_grow(j->p, d->would, d->nwould, sizeof(*d->would));
	d->would[d->nwould++] = text;
}

/* What is live, in the usage of the set where it has only one. */
static const char *
live(const struct judge *j, const struct dane_path *path)
{
	struct x509_st *top = uses(j->d, 3) ? NULL : dane_path_top(path);
	struct tlsa t = dane_record_of(j->p, top == NULL ? path->leaf : top, top == NULL ? 3 : 2);

	return tlsa_brief(j->p, &t);
}

/* The record that would match if it were not for a stronger digest beside it (RFC 7671, 9). */
static const struct tlsa *
shadowed(const struct judge *j, const struct dane_path *path, const struct tlsa **by)
{
	const struct dane_facts *d = j->d;

	for (size_t i = 0; i < d->nrecords; i++) {
		const struct tlsa *t = &d->records[i];

		if (!path->alone[i].verified)
			continue;
		for (size_t k = 0; k < d->nrecords; k++) {
			*by = &d->records[k];
			if ((*by)->usable && (*by)->usage == t->usage &&
			    (*by)->selector == t->selector && (*by)->matching > t->matching)
				return t;
		}
	}
	return NULL;
}

static void
explain_no_match(const struct judge *j, const struct dane_path *path)
{
	const char *name = chain_name(j, path);
	const struct tlsa *by = NULL, *hidden = shadowed(j, path, &by);

	if (!path->sent)
		decide(j, DANE_MISMATCH, "validation-failure", "no certificate was sent");
	else if (path->leaf == NULL)
		decide(j, DANE_MISMATCH, "validation-failure",
		    "certificate of the %s cannot be decoded", name);
	else if (hidden != NULL)
		decide(j, DANE_MISMATCH, "validation-failure",
		    "%s fails %s, the stronger digest, so senders pass over the right %s", name,
		    tlsa_brief(j->p, by), tlsa_brief(j->p, hidden));
	else
		decide(j, DANE_MISMATCH, "validation-failure",
		    "%s matches no TLSA record (have %s, live %s)", name, have(j), live(j, path));
}

/* A record names a CA of the chain, but the chain fails all the same. */
static void
explain_trouble(const struct judge *j, const struct dane_path *path)
{
	const struct dane_try *t = &path->all;
	const char *start = pool_printf(j->p, "%s matches %s, but", chain_name(j, path),
	    tlsa_brief(j->p, t->by));
	const char *names = pool_printf(j->p, "its certificate names %s, not %s", path->names.found,
	    path->names.wanted);

	if (t->name && !t->date && !t->other)
		decide(j, DANE_NAME_MISMATCH, "certificate-host-mismatch", "%s %s", start, names);
	else if (t->date && !t->name && !t->other)
		decide(j, DANE_EXPIRED, "certificate-expired", "%s %s", start, t->error);
	else
		decide(j, DANE_MISMATCH, "validation-failure", "%s %s%s%s", start, t->error,
		    t->name ? ", and " : "", t->name ? names : "");
}

static void
explain_unusable(const struct judge *j)
{
	const struct dane_facts *d = j->d;

	decide(j, DANE_UNUSABLE, "tlsa-invalid", "no usable TLSA record: %s %s%s",
	    tlsa_brief(j->p, &d->records[0]), d->records[0].why,
	    d->nrecords == 1 ? "" : pool_printf(j->p, ", and %zu more", d->nrecords - 1));
}

static void
judge_status(const struct judge *j)
{
	struct dane_facts *d = j->d;

	d->status = j->n == 0 ? DANE_NOT_TESTED : DANE_MATCH;
	if (d->nrecords == 0)
		d->status = DANE_NONE;
	else if (!uses(d, 2) && !uses(d, 3))
		explain_unusable(j);
	for (size_t i = 0; i < j->n && d->status == DANE_MATCH; i++) {
		if (j->paths[i].all.verified)
			continue;
		if (j->paths[i].all.by == NULL)
			explain_no_match(j, &j->paths[i]);
		else
			explain_trouble(j, &j->paths[i]);
	}
}

static void
judge_would(const struct judge *j)
{
	for (size_t i = 0; i < j->n; i++) {
		if (j->paths[i].all.verified)
			continue;
		add_would(j, j->paths[i].leaf, 3);
		if (uses(j->d, 2))
			add_would(j, dane_path_top(&j->paths[i]), 2);
	}
}

static void
verify_all(const struct judge *j, struct dane_engine *x)
{
	struct dane_facts *d = j->d;

	for (size_t i = 0; i < j->n; i++) {
		struct dane_path *path = &j->paths[i];

		dane_verify(&path->all, x, path, d->records, d->nrecords);
		for (size_t k = 0; k < d->nrecords; k++) {
			if (d->nrecords == 1)
				path->alone[k] = path->all;
			else
				dane_verify(&path->alone[k], x, path, &d->records[k], 1);
			d->records[k].matched |= path->alone[k].verified;
		}
	}
}

/* The names given, or the base name. */
static size_t
reference_names(const char **names, const struct dane_facts *d, const struct dane_wanted *wanted)
{
	size_t n = 0;

	for (size_t i = 0; i < DANE_NAMES; i++)
		if (wanted->names[i] != NULL)
			names[n++] = wanted->names[i];
	if (n == 0 && d->base != NULL)
		names[n++] = d->base;
	return n;
}

void
dane_judge(struct dane_facts *d, struct pool *p, const struct tls_ctx *tls,
    const struct dane_chain *chains, size_t n, const struct dane_wanted *wanted, int64_t now)
{
	struct judge j = { .d = d, .p = p, .n = n };
	struct dane_engine *x = n == 0 ? NULL : dane_engine_new(tls, now);
	const char *names[DANE_NAMES];
	size_t nnames = reference_names(names, d, wanted);

	*d = (struct dane_facts){ .records = d->records, .nrecords = d->nrecords, .base = d->base };
	for (size_t i = 0; i < d->nrecords; i++)
		d->records[i].matched = false;
	j.paths = pool_array(p, n, sizeof(*j.paths));
	for (size_t i = 0; i < n; i++) {
		dane_path_open(&j.paths[i], p, &chains[i], names, nnames);
		j.paths[i].alone = pool_array(p, d->nrecords, sizeof(*j.paths[i].alone));
	}
	if (x != NULL)
		verify_all(&j, x);
	if (n == 0 || x != NULL) {
		judge_status(&j);
		judge_would(&j);
		dane_lints(d, p, j.paths, n, wanted->ttl);
	} else {
		d->why = d->reason = "out of memory";
	}
	for (size_t i = 0; i < n; i++)
		dane_path_close(&j.paths[i]);
	dane_engine_free(x);
	ERR_clear_error();
}
