// SPDX-License-Identifier: GPL-3.0-or-later
/* out_human.c - the formats for people, score to ssldetail; -v of the plugin format uses parts. */
#include <inttypes.h>
#include <string.h>

#include "out_parts.h"
#include "sts.h"
#include "summary.h"

/* Columns: server and preference before the steps, the CF behind. */
enum { COL_SERVER, COL_PREF, COL_STEPS, COL_CF = COL_STEPS + STEP_COUNT, COLS };

struct table {
	struct pool *p;
	const struct out *o;
	const char *(*row)[COLS];
	size_t n;
};

static const char *const state_words[] = {
	[STEP_SKIP] = "-",
	[STEP_OK] = "OK",
	[STEP_FAIL] = "FAIL",
	[STEP_DEFER] = "DEFER",
};

/* The last column: the CF; of plugins that give none, what they ask. */
static const char *
last_head(const struct out *o)
{
	switch (o->plan->plugin) {
	case PLUGIN_DANE: return "DANE";
	case PLUGIN_MTASTS: return "MTA-STS";
	default: return "CF";
	}
}

static const char *
last_cell(const struct out *o, size_t i)
{
	const struct host *h = &o->facts->hosts[i];
	const struct score_host *score = &o->score->host[i];

	switch (o->plan->plugin) {
	case PLUGIN_DANE: return out_dane_word(h->dane.status);
	case PLUGIN_MTASTS: return sts_status_name(h->sts);
	default: break;
	}
	return score->known ? pool_printf(o->p, "%d", score_floor(score->exact)) : "-";
}

static const char **
new_row(struct table *table)
{
	table->row = pool_grow(table->p, table->row, table->n, sizeof(*table->row));
	return table->row[table->n++];
}

static const char *
cell(struct pool *p, const struct step *s)
{
	if (s->state == STEP_SKIP)
		return "-";
	return pool_printf(p, "%s (%" PRId64 "ms)", state_words[s->state],
	    (s->took_us + 500) / 1000);
}

static void
add_head(struct table *table, const struct out *o)
{
	const char **row = new_row(table);

	row[COL_SERVER] = "MX Server";
	row[COL_PREF] = "Pref";
	for (enum step_id id = 0; id < STEP_COUNT; id++)
		row[COL_STEPS + id] = out_step_title(id);
	row[COL_CF] = last_head(o);
}

static void
add_host(struct table *table, const struct out *o, size_t i)
{
	const struct host *h = &o->facts->hosts[i];
	const char **row = new_row(table);

	row[COL_SERVER] = out_shown(o, out_host(o->p, h, true));
	row[COL_PREF] = "-";
	if (o->plan->plugin != PLUGIN_SMTP_TLS)
		row[COL_PREF] = pool_printf(o->p, "%d", h->preference);
	for (enum step_id id = 0; id < STEP_COUNT; id++)
		row[COL_STEPS + id] = cell(o->p, &h->step[id]);
	row[COL_CF] = last_cell(o, i);
}

static const char *
average(const struct out *o, enum step_id id)
{
	int percent = out_step_percent(o, id);

	return percent == -1 ? "-" : pool_printf(o->p, "%d%%", percent);
}

static void
add_average(struct table *table, const struct out *o)
{
	const char **row = new_row(table);

	row[COL_SERVER] = "Average";
	row[COL_PREF] = "";
	for (enum step_id id = 0; id < STEP_COUNT; id++)
		row[COL_STEPS + id] = average(o, id);
	row[COL_CF] = o->score->known ? pool_printf(o->p, "%d", o->score->cf) : "-";
}

static bool
is_shown(const struct table *table, size_t col)
{
	return col < COL_STEPS || out_step_shown(table->o->plan, (enum step_id)(col - COL_STEPS));
}

/* A failure catches the eye; the column is as wide with colour as without. */
static void
add_cell(struct text *t, const struct table *table, const char *s, int width)
{
	const char *cell = pool_printf(table->o->p, "%-*s", width, s);

	if (strncmp(s, state_words[STEP_FAIL], strlen(state_words[STEP_FAIL])) == 0)
		cell = out_paint(table->o, PAINT_BAD, cell);
	text_add(t, "%s  ", cell);
}

static void
add_table(struct text *t, const struct table *table)
{
	size_t width[COLS] = { 0 };

	for (size_t i = 0; i < table->n; i++)
		for (size_t col = 0; col < COL_CF; col++)
			if (strlen(table->row[i][col]) > width[col])
				width[col] = strlen(table->row[i][col]);
	for (size_t i = 0; i < table->n; i++) {
		for (size_t col = 0; col < COL_CF; col++)
			if (is_shown(table, col))
				add_cell(t, table, table->row[i][col], (int)width[col]);
		text_add(t, "%s\n", table->row[i][COL_CF]);
	}
}

void
out_add_matrix(struct text *t, const struct out *o)
{
	struct table table = { .p = o->p, .o = o };

	add_head(&table, o);
	for (size_t i = 0; i < o->facts->nhosts; i++)
		add_host(&table, o, i);
	add_average(&table, o);
	add_table(t, &table);
}

void
out_add_host(struct text *t, const struct out *o, const struct host *h)
{
	text_add(t, "\n%s\n",
	    out_paint(o, PAINT_BOLD,
		pool_printf(o->p, "Trying TLS on %s (%d):", out_shown(o, out_host(o->p, h, true)),
		    h->preference)));
}

void
out_add_time(struct text *t, int64_t at_us)
{
	text_add(t, "[%03" PRId64 ".%03" PRId64 "] ", at_us / 1000000, at_us / 1000 % 1000);
}

static void
add_line(struct text *t, const struct out *o, const struct talk *talk)
{
	const char *shown = out_shown(o, talk->text), *arrow = "";

	if (talk->kind == TALK_STAGE)
		shown = out_paint(o, PAINT_GOOD, shown);
	if (talk->kind == TALK_TROUBLE)
		shown = out_paint(o, PAINT_BAD, shown);
	if (talk->kind == TALK_SENT || talk->kind == TALK_GOT)
		arrow = out_arrow(talk->kind == TALK_SENT, talk->tls);
	out_add_time(t, talk->at_us);
	text_add(t, "%s%s\n", arrow, shown);
}

void
out_add_talk(struct text *t, const struct out *o, const struct host *h)
{
	out_add_host(t, o, h);
	for (size_t i = h->told; i < h->ntalk; i++)
		add_line(t, o, &h->talk[i]);
	if (h->ntalk == 0 && h->why != NULL)
		text_add(t, "Not tested: %s\n", out_shown(o, h->why));
}

static bool
has_transcript(const struct out *o)
{
	return o->plan->format >= FORMAT_SMTP && o->plan->format <= FORMAT_SSLDETAIL;
}

/* What comes behind a transcript; what CRL and OCSP said is not known before all hosts are done. */
static void
add_rest(struct text *t, const struct out *o, const struct host *h, bool revocation)
{
	if (o->plan->format >= FORMAT_DETAIL)
		out_add_certs(t, o, h);
	if (o->plan->format >= FORMAT_DETAIL && revocation)
		out_add_revocation(t, o, h);
	if (o->plan->format >= FORMAT_SSLDETAIL)
		out_add_session(t, o, h);
}

/* All that the format has of one host; of one that was told already, what is new since. */
static void
add_block(struct text *t, const struct out *o, const struct host *h)
{
	bool revocation = o->plan->format >= FORMAT_DETAIL && h->cert.present;

	if (h->told > 0 && h->told == h->ntalk && !revocation)
		return;
	out_add_talk(t, o, h);
	if (h->told == 0)
		add_rest(t, o, h, true);
	else if (revocation)
		out_add_revocation(t, o, h);
}

static void
add_blocks(struct text *t, const struct out *o)
{
	for (size_t i = 0; i < o->facts->nhosts && has_transcript(o) && !o->plan->lint; i++)
		add_block(t, o, &o->facts->hosts[i]);
}

const char *
out_block_head(const struct out *o, const struct host *h)
{
	struct text t = { .p = o->p };

	if (has_transcript(o))
		out_add_host(&t, o, h);
	return text_get(&t);
}

const char *
out_block_line(const struct out *o, const struct talk *talk)
{
	struct text t = { .p = o->p };

	if (has_transcript(o))
		add_line(&t, o, talk);
	return text_get(&t);
}

const char *
out_block_rest(const struct out *o, const struct host *h)
{
	struct text t = { .p = o->p };

	if (has_transcript(o))
		add_rest(&t, o, h, false);
	else if (o->plan->format == FORMAT_DEBUG)
		out_add_bytes(&t, o, h);
	return text_get(&t);
}

/* The first line: the CF; where a plugin gives none, its answer. */
static void
add_cf_line(struct text *t, const struct out *o)
{
	const struct score *score = o->score;
	struct text line = { .p = o->p };

	if (!score_is_given(o->plan->plugin)) {
		text_add(&line, "%s %s - %s", out_name(o->plan->plugin),
		    state_name(o->verdict->state), summary_make(o));
		text_add(t, "%s\n", out_paint(o, PAINT_BOLD, text_get(&line)));
		return;
	}
	text_add(&line, "Confidence %s for \"%s\": ", o->facts->quick ? "QFactor" : "Factor",
	    o->facts->target);
	if (score->known)
		text_add(&line, "%d of %d (%d%%), best possible %d", score->cf, score->max,
		    score->percent, SCORE_TOP);
	else
		text_add(&line, "not known (%s)", out_no_cf(o));
	text_add(t, "%s\n", out_paint(o, PAINT_BOLD, text_get(&line)));
}

static void
add_lost(struct text *t, const struct out *o)
{
	for (size_t i = 0; i < o->facts->nhosts; i++)
		for (size_t j = 0; j < o->score->host[i].nlost; j++)
			text_add(t, "%s\n",
			    out_lost(o, &o->facts->hosts[i], &o->score->host[i].lost[j]));
}

/* The run as a whole. */
static void
add_result(struct text *t, const struct out *o)
{
	add_cf_line(t, o);
	if (o->plan->format == FORMAT_SCORE)
		return;
	if (o->facts->dns_why != NULL)
		text_add(t, "No host to test: %s\n", o->facts->dns_why);
	else if (!o->plan->lint)
		out_add_matrix(t, o);
	else
		out_add_sts_hosts(t, o);
	if (o->plan->plugin == PLUGIN_MTASTS)
		out_add_sts(t, o);
}

const char *
out_human(const struct out *o)
{
	struct text t = { .p = o->p };
	bool first = false;

	if (o->plan->watcher == NULL) {
		add_result(&t, o);
		add_blocks(&t, o);
	} else {
		/* the blocks there are stand above: no empty line on top, and the result last */
		add_blocks(&t, o);
		first = t.len > 0;
		text_add(&t, "%s", first ? "\n" : "");
		add_result(&t, o);
	}
	if (o->plan->explain)
		add_lost(&t, o);
	return text_get(&t) + first;
}
