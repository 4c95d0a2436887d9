// SPDX-License-Identifier: GPL-3.0-or-later
/* dane_lint.c - what is unwise about records and chains that may well match; one function a lint. */
#include <openssl/x509.h>

#include "dane.h"
#include "dane_verify.h"
#include "tlsa.h"

#define DAY	86400
#define SHORT	100	/* days: certificates of 90 days, with room for how CAs count */
#define TTL_MAX DAY
#define LINTS	24	/* records spoken of one by one: real sets have fewer */

struct look {
	struct dane_facts *d;
	struct pool *p;
	const struct dane_path *paths;
	size_t n;
};

/* "RSA chain", "live chain" */
static const char *
chain_name(const struct look *l, const struct dane_path *path)
{
	return path->kind == NULL ? "live chain" : pool_printf(l->p, "%s chain", path->kind);
}

static const char *
key_prefix(const struct look *l, const struct dane_path *path)
{
	return path->kind == NULL ? "" : pool_printf(l->p, "%s ", path->kind);
}

static void
note(const struct look *l, const char *text)
{
	struct dane_facts *d = l->d;

	d->notes = pool_grow(l->p, d->notes, d->nnotes, sizeof(*d->notes));
	d->notes[d->nnotes++] = text;
}

/* Has an equal record come before? */
static bool
repeated(const struct dane_facts *d, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (tlsa_equal(&d->records[k], &d->records[i]))
			return true;
	return false;
}

/* The first usable record of its kind? */
static bool
first_of_kind(const struct dane_facts *d, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (d->records[k].usable && tlsa_same_kind(&d->records[k], &d->records[i]))
			return false;
	return d->records[i].usable;
}

static bool
any_usable(const struct dane_facts *d)
{
	for (size_t i = 0; i < d->nrecords; i++)
		if (d->records[i].usable)
			return true;
	return false;
}

/* Where none is usable, that is a finding of its own; the usages of PKIX are a mistake in any case. */
static void
lint_record(const struct look *l, const struct tlsa *t)
{
	const char *text = tlsa_brief(l->p, t);

	if (!t->usable && t->usage >= 2 && !any_usable(l->d))
		return;
	if (!t->usable)
		dane_lint(l->d, l->p, "%s %s: senders pass over it", text, t->why);
	else if (t->matching == 0)
		dane_lint(l->d, l->p,
		    "%s holds the whole %s, which makes large answers: use %u %u 1", text,
		    t->selector == 0 ? "certificate" : "key", t->usage, t->selector);
	else if (tlsa_of_nothing(t))
		dane_lint(l->d, l->p, "%s is the digest of nothing: whatever made it had no input",
		    text);
}

static void
lint_records(const struct look *l)
{
	struct dane_facts *d = l->d;
	size_t more = 0;

	for (size_t i = 0; i < d->nrecords; i++) {
		if (repeated(d, i))
			continue;
		if (d->nlints < LINTS)
			lint_record(l, &d->records[i]);
		else
			more++;
	}
	if (more > 0)
		dane_lint(d, l->p, "%zu more TLSA records were not looked at one by one", more);
}

/* Support for it is optional, so some senders are left without a usable record (RFC 7671, 10.1.2). */
static void
lint_sha512(const struct look *l)
{
	size_t usable = 0, strong = 0;

	for (size_t i = 0; i < l->d->nrecords; i++) {
		usable += l->d->records[i].usable;
		strong += l->d->records[i].usable && l->d->records[i].matching == 2;
	}
	if (usable > 0 && strong == usable)
		dane_lint(l->d, l->p, "only SHA-512 records, which some senders do not know: use "
		    "SHA-256 (matching type 1)");
}

static void
lint_ttl(const struct look *l, uint32_t ttl)
{
	if (ttl > TTL_MAX)
		dane_lint(l->d, l->p, "TTL of %u s is over a day: a new key waits that long for "
		    "its record", ttl);
}

/* RFC 7671, 8: a sender that knows or prefers one kind of record only must find a match. */
static void
lint_dead(const struct look *l, const struct dane_path *path)
{
	const struct dane_facts *d = l->d;

	for (size_t i = 0; i < d->nrecords && path->all.verified; i++) {
		bool alive = false;

		if (!first_of_kind(d, i))
			continue;
		for (size_t k = i; k < d->nrecords && !alive; k++)
			alive = path->alone[k].verified &&
			    tlsa_same_kind(&d->records[i], &d->records[k]);
		if (!alive)
			dane_lint(l->d, l->p, "no %s record matches the %s (RFC 7671, 8)",
			    tlsa_kind_text(l->p, &d->records[i]), chain_name(l, path));
	}
}

/* The first record by which a chain was verified and that has the usage, or NULL. */
static const struct tlsa *
verified_by(const struct look *l, const struct dane_path *path, uint8_t usage)
{
	for (size_t i = 0; i < l->d->nrecords; i++)
		if (path->alone[i].verified && l->d->records[i].usage == usage)
			return &l->d->records[i];
	return NULL;
}

static void
lint_names(const struct look *l, const struct dane_path *path)
{
	const struct tlsa *t = verified_by(l, path, 2);

	if (t != NULL && path->names.by_cn)
		dane_lint(l->d, l->p, "%scertificate has no DNS name, %s matches by its common "
		    "name only", key_prefix(l, path), tlsa_brief(l->p, t));
}

static void
lint_order(const struct look *l, const struct dane_path *path)
{
	if (dane_path_disordered(path))
		dane_lint(l->d, l->p, "%s is sent out of order", chain_name(l, path));
}

static bool
is_short(int64_t life)
{
	return life > 0 && life < (int64_t)SHORT * DAY;
}

static void
lint_short_leaf(const struct look *l, const struct dane_path *path)
{
	const struct dane_facts *d = l->d;
	int64_t life = path->leaf == NULL ? 0 : dane_life(path->leaf);

	for (size_t i = 0; i < d->nrecords; i++) {
		const struct tlsa *t = &d->records[i];

		if (!t->usable || t->usage != 3 || t->selector != 0 || !is_short(life))
			continue;
		dane_lint(l->d, l->p, "%s changes at every renewal, and the %scertificate is valid "
		    "for %lld days only: use 3 1 1", tlsa_kind_text(l->p, t), key_prefix(l, path),
		    (long long)(life / DAY));
		return;
	}
}

static void
lint_anchor(const struct look *l, const struct tlsa *t, const struct dane_try *tried)
{
	if (!tried->verified || t->usage != 2)
		return;
	if (tried->anchor_unsent)
		dane_lint(l->d, l->p,
		    "%s matches an anchor that is not sent: other senders may fail",
		    tlsa_brief(l->p, t));
	if (t->selector == 0 && is_short(tried->anchor_life))
		dane_lint(l->d, l->p, "%s names a CA certificate that is valid for %lld days only, "
		    "and changes at its renewal: use 2 1 1", tlsa_brief(l->p, t),
		    (long long)(tried->anchor_life / DAY));
}

static void
lint_anchors(const struct look *l)
{
	for (size_t i = 0; i < l->d->nrecords; i++)
		for (size_t k = 0; k < l->n; k++) {
			const struct dane_try *tried = &l->paths[k].alone[i];

			if (!tried->verified || repeated(l->d, i))
				continue;
			lint_anchor(l, &l->d->records[i], tried);
			break;
		}
}

/* Is record i the next or the last one of a kind that has a match? */
static bool
idle(const struct dane_facts *d, size_t i)
{
	const struct tlsa *t = &d->records[i];

	if (!t->usable || t->matched || repeated(d, i) || tlsa_of_nothing(t))
		return false;
	for (size_t k = 0; k < d->nrecords; k++)
		if (d->records[k].matched && tlsa_same_kind(&d->records[k], t))
			return true;
	return false;
}

/* The first idle record of its kind? */
static bool
first_idle(const struct dane_facts *d, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (tlsa_same_kind(&d->records[k], &d->records[i]) && idle(d, k))
			return false;
	return true;
}

static void
note_rollover(const struct look *l)
{
	const struct dane_facts *d = l->d;

	for (size_t i = 0; i < d->nrecords && d->nnotes < LINTS; i++) {
		const struct tlsa *t = &d->records[i];

		if (!idle(d, i))
			continue;
		note(l,
		    pool_printf(l->p, "%s matches nothing: next, or stale", tlsa_brief(l->p, t)));
		if (first_idle(d, i))
			note(l,
			    pool_printf(l->p,
				"%s: rollover ready, there is a record beside the "
				"current one",
				tlsa_kind_text(l->p, t)));
	}
}

void
dane_lints(struct dane_facts *d, struct pool *p, const struct dane_path *paths, size_t n,
    uint32_t ttl)
{
	const struct look l = { d, p, paths, n };

	lint_records(&l);
	lint_sha512(&l);
	lint_ttl(&l, ttl);
	for (size_t i = 0; i < n; i++) {
		lint_dead(&l, &paths[i]);
		lint_names(&l, &paths[i]);
		lint_order(&l, &paths[i]);
		lint_short_leaf(&l, &paths[i]);
	}
	lint_anchors(&l);
	note_rollover(&l);
}
