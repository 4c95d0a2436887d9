// SPDX-License-Identifier: GPL-3.0-or-later
/* out_plugin.c - the format of monitoring plugins: a line with performance data, and a tree below. */
#include <string.h>

#include "out_parts.h"
#include "perf.h"
#include "sts.h"
#include "summary.h"

#define PAGE_MAX 4095	/* output.md: without -v under 4 KiB, newline included */
#define LEAF_MAX 400	/* of a line without -v: one host must not push out the others */
#define MORE_ROOM 48	/* for the line that counts what was left out */

/* What is left out first when there is too much: the higher rank stays. */
enum rank { RANK_EXPLAIN, RANK_OK, RANK_UNKNOWN, RANK_WARNING, RANK_CRITICAL, RANK_COUNT };

struct line {
	enum rank rank;
	enum state state;
	const char *text;	/* with its line end */
	size_t len;
	bool kept;
};

struct page {
	const struct out *o;
	struct line *line;
	size_t n;
};

static const enum rank ranks[] = {
	[STATE_OK] = RANK_OK,
	[STATE_WARNING] = RANK_WARNING,
	[STATE_CRITICAL] = RANK_CRITICAL,
	[STATE_UNKNOWN] = RANK_UNKNOWN,
};

static struct line *
add_line(struct page *page, const char *text)
{
	struct pool *p = page->o->p;
	size_t max = page->o->plan->verbose > 0 ? strlen(text) : LEAF_MAX;
	struct line *line;

	page->line = pool_grow(p, page->line, page->n, sizeof(*page->line));
	line = &page->line[page->n++];
	line->text = pool_printf(p, "%s\n", text_plain(text_clean(p, text, strlen(text), max)));
	line->len = strlen(line->text);
	return line;
}

static void
add_leaf(struct page *page, enum state state, const char *text)
{
	struct line *line = add_line(page,
	    pool_printf(page->o->p, "\\_[%s] %s", state_name(state), text));

	line->state = state;
	line->rank = ranks[state];
}

/* A finding in words, and whether the operator made it OK. */
static const char *
finding_words(const struct out *o, const struct finding *f)
{
	bool excused = f->state == STATE_OK && o->plan->severity[f->key] == STATE_OK &&
	    sev_default(o->plan->plugin, f->key) != STATE_OK;

	return excused ? pool_printf(o->p, "%s (ok by --severity)", f->text) : f->text;
}

static const char *
key_words(struct pool *p, const struct cert *c)
{
	/* Ed25519 and Ed448 have but one size. */
	if (strncmp(c->key, "ED", 2) == 0 || c->bits == 0)
		return c->key;
	return pool_printf(p, "%s %d", c->key, c->bits);
}

/* Phrases behind the host's name: a blank before the first, commas between. */
static void
add_phrase(struct text *t, bool *first, const char *phrase)
{
	text_add(t, "%s %s", *first ? "" : ",", phrase);
	*first = false;
}

static void
add_tls(struct text *t, bool *first, const struct out *o, const struct host *h)
{
	if (h->tls.proto == PROTO_NONE)
		return;
	add_phrase(t, first, pool_printf(o->p, "%s %s", proto_name(h->tls.proto), h->tls.cipher));
	if (h->nchain > 0)
		add_phrase(t, first, key_words(o->p, &h->chain[0]));
	if (h->cert.present && h->cert.days_left >= 0)
		add_phrase(t, first,
		    out_days(o->p, h->cert.days_left));
}

static void
add_troubles(struct text *t, bool *first, const struct out *o, const struct host *h)
{
	static const char *const words[] = {
		[HOST_NOT_STARTED] = "not started",
		[HOST_TESTED] = "tested",
		[HOST_UNTESTED] = "not tested",
		[HOST_SKIPPED] = "skipped",
	};
	bool told = h->status == HOST_TESTED || o->plan->lint;

	for (size_t i = 0; i < o->verdict->nfindings; i++) {
		const struct finding *f = &o->verdict->findings[i];

		if (f->host != h || out_is_quiet(o, f))
			continue;
		add_phrase(t, first, finding_words(o, f));
		told = true;
	}
	if (told)
		return;
	if (h->status == HOST_NOT_STARTED && o->plan->no_connect) {
		add_phrase(t, first, "not connected");
		return;
	}
	add_phrase(t, first, words[h->status]);
	if (h->why != NULL)
		text_add(t, ": %s", h->why);
}

static const char *
host_words(const struct out *o, size_t i)
{
	const struct host *h = &o->facts->hosts[i];
	const struct score_host *score = &o->score->host[i];
	struct text t = { .p = o->p };
	bool first = true;

	if (o->plan->plugin != PLUGIN_SMTP_TLS && o->plan->host == NULL && !o->plan->lint)
		text_add(&t, "%d ", h->preference);
	text_add(&t, "%s", out_host(o->p, h, !o->plan->lint));
	add_tls(&t, &first, o, h);
	if (out_dane(o, h) != NULL)
		add_phrase(&t, &first, out_dane(o, h));
	add_troubles(&t, &first, o, h);
	if (o->plan->plugin == PLUGIN_MTASTS && out_sts_mx(o)[0] != '\0')
		add_phrase(&t, &first, pool_printf(o->p, "MTA-STS %s", sts_status_name(h->sts)));
	if (score->known)
		add_phrase(&t, &first, pool_printf(o->p, "CF %d", score_floor(score->exact)));
	return text_get(&t);
}

/* Did a host before it have this record to publish, too? */
static bool
was_told(const struct run_facts *facts, size_t i, const char *would)
{
	for (size_t j = 0; j < i; j++)
		for (size_t k = 0; k < facts->hosts[j].dane.nwould; k++)
			if (facts->hosts[j].mx_index == facts->hosts[i].mx_index &&
			    strcmp(facts->hosts[j].dane.would[k], would) == 0)
				return true;
	return false;
}

/* Records that would match, ready to paste into a zone. */
static void
add_would(struct page *page, size_t i)
{
	const struct host *h = &page->o->facts->hosts[i];
	enum state state = verdict_host(page->o->verdict, h);

	for (size_t k = 0; k < h->dane.nwould; k++) {
		struct line *line;

		if (was_told(page->o->facts, i, h->dane.would[k]))
			continue;
		line = add_line(page,
		    pool_printf(page->o->p, "_%u._tcp.%s. IN TLSA %s", h->port, h->dane.base,
			h->dane.would[k]));
		line->state = state;
		line->rank = ranks[state];
	}
}

static void
add_tree(struct page *page)
{
	const struct out *o = page->o;

	for (size_t i = 0; i < o->verdict->nfindings; i++)
		if (o->verdict->findings[i].host == NULL &&
		    !out_is_quiet(o, &o->verdict->findings[i]))
			add_leaf(page, o->verdict->findings[i].state,
			    finding_words(o, &o->verdict->findings[i]));
	for (size_t i = 0; i < o->facts->nhosts; i++) {
		add_leaf(page, verdict_host(o->verdict, &o->facts->hosts[i]), host_words(o, i));
		add_would(page, i);
	}
	for (size_t i = 0; i < o->verdict->nnotes && o->plan->verbose > 0; i++)
		add_leaf(page, STATE_OK, pool_printf(o->p, "note: %s", o->verdict->notes[i]));
}

static void
add_lost(struct page *page)
{
	const struct out *o = page->o;

	for (size_t i = 0; i < o->facts->nhosts; i++)
		for (size_t j = 0; j < o->score->host[i].nlost; j++)
			add_line(page,
			    out_lost(o, &o->facts->hosts[i], &o->score->host[i].lost[j]));
}

/* Keep what fits into room, the gravest first. */
static void
keep_lines(struct page *page, size_t room)
{
	size_t total = 0;

	for (size_t i = 0; i < page->n; i++)
		total += page->line[i].len;
	for (size_t i = 0; i < page->n && total <= room; i++)
		page->line[i].kept = true;
	if (total <= room)
		return;
	room -= MORE_ROOM;
	for (enum rank rank = RANK_COUNT; rank-- > 0;) {
		for (size_t i = 0; i < page->n; i++) {
			struct line *line = &page->line[i];

			if (line->rank != rank || line->len > room)
				continue;
			line->kept = true;
			room -= line->len;
		}
	}
}

static void
add_kept(struct text *t, const struct page *page)
{
	enum state worst = STATE_OK;
	size_t left_out = 0;

	for (size_t i = 0; i < page->n; i++) {
		const struct line *line = &page->line[i];

		if (line->kept) {
			text_add(t, "%s", line->text);
			continue;
		}
		left_out++;
		worst = state_worse(worst, line->state);
	}
	if (left_out > 0)
		text_add(t, "\\_[%s] and %zu more\n", state_name(worst), left_out);
}

const char *
out_plugin_text(const struct out *o)
{
	return pool_printf(o->p, "%s %s - %s", out_name(o->plan->plugin),
	    state_name(o->verdict->state), text_plain(pool_str(o->p, summary_make(o))));
}

const char *
out_plugin_first(const struct out *o)
{
	struct perf_list perf = perf_make(o);

	return pool_printf(o->p, "%s%s%s\n", out_plugin_text(o), perf.n > 0 ? "|" : "",
	    perf_show(&perf));
}

/* What -v, -vv and -vvv put below the tree. */
static void
add_verbose(struct text *t, const struct out *o)
{
	if (o->plan->verbose > 0 && o->plan->plugin == PLUGIN_MTASTS)
		out_add_sts(t, o);
	if (o->plan->verbose > 0 && !o->plan->lint)
		out_add_matrix(t, o);
	for (size_t i = 0; i < o->facts->nhosts && o->plan->verbose > 1 && !o->plan->lint; i++) {
		out_add_talk(t, o, &o->facts->hosts[i]);
		if (o->plan->verbose > 2)
			out_add_certs(t, o, &o->facts->hosts[i]);
	}
	if (o->plan->verbose > 2 && o->facts->sandbox != NULL)
		text_add(t, "Sandbox: %s\n", o->facts->sandbox);
}

const char *
out_plugin(const struct out *o)
{
	struct page page = { .o = o }, explained = { .o = o };
	struct text t = { .p = o->p };

	text_add(&t, "%s", out_plugin_first(o));
	add_tree(&page);
	if (o->plan->explain)
		add_lost(o->plan->verbose > 0 ? &explained : &page);
	keep_lines(&page, o->plan->verbose > 0 ? SIZE_MAX : PAGE_MAX - t.len);
	add_kept(&t, &page);
	add_verbose(&t, o);
	keep_lines(&explained, SIZE_MAX);
	add_kept(&t, &explained);
	return text_get(&t);
}
