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
	const struct plan *plan;
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
	return col < COL_STEPS || out_step_shown(table->plan, (enum step_id)(col - COL_STEPS));
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
				text_add(t, "%-*s  ", (int)width[col], table->row[i][col]);
		text_add(t, "%s\n", table->row[i][COL_CF]);
	}
}

void
out_add_matrix(struct text *t, const struct out *o)
{
	struct table table = { .p = o->p, .plan = o->plan };

	add_head(&table, o);
	for (size_t i = 0; i < o->facts->nhosts; i++)
		add_host(&table, o, i);
	add_average(&table, o);
	add_table(t, &table);
}

static const char *
arrow(const struct talk *talk)
{
	if (talk->kind == TALK_SENT)
		return talk->tls ? " ~~> " : " --> ";
	if (talk->kind == TALK_GOT)
		return talk->tls ? "<~~ " : "<-- ";
	return "";
}

void
out_add_host(struct text *t, const struct out *o, const struct host *h)
{
	text_add(t, "\nTrying TLS on %s (%d):\n", out_shown(o, out_host(o->p, h, true)),
	    h->preference);
}

void
out_add_time(struct text *t, int64_t at_us)
{
	text_add(t, "[%03" PRId64 ".%03" PRId64 "] ", at_us / 1000000, at_us / 1000 % 1000);
}

void
out_add_talk(struct text *t, const struct out *o, const struct host *h)
{
	out_add_host(t, o, h);
	for (size_t i = 0; i < h->ntalk; i++) {
		const struct talk *talk = &h->talk[i];

		out_add_time(t, talk->at_us);
		text_add(t, "%s%s\n", arrow(talk), out_shown(o, talk->text));
	}
	if (h->ntalk == 0 && h->why != NULL)
		text_add(t, "Not tested: %s\n", out_shown(o, h->why));
}

/* All that the format has of one host. */
static void
add_block(struct text *t, const struct out *o, const struct host *h)
{
	out_add_talk(t, o, h);
	if (o->plan->format < FORMAT_DETAIL)
		return;
	out_add_certs(t, o, h);
	out_add_revocation(t, o, h);
	if (o->plan->format >= FORMAT_SSLDETAIL)
		out_add_session(t, o, h);
}

/* The first line: the CF; where a plugin gives none, its answer. */
static void
add_cf_line(struct text *t, const struct out *o)
{
	const struct score *score = o->score;

	if (!out_has_cf(o->plan->plugin)) {
		text_add(t, "%s %s - %s\n", out_name(o->plan->plugin),
		    state_name(o->verdict->state), summary_make(o));
		return;
	}
	text_add(t, "Confidence %s for \"%s\": ", o->facts->quick ? "QFactor" : "Factor",
	    o->facts->target);
	if (score->known)
		text_add(t, "%d of %d (%d%%), best possible %d\n", score->cf, score->max,
		    score->percent, SCORE_TOP);
	else
		text_add(t, "not known (%s)\n", out_no_cf(o));
}

static void
add_lost(struct text *t, const struct out *o)
{
	for (size_t i = 0; i < o->facts->nhosts; i++)
		for (size_t j = 0; j < o->score->host[i].nlost; j++)
			text_add(t, "%s\n",
			    out_lost(o, &o->facts->hosts[i], &o->score->host[i].lost[j]));
}

const char *
out_human(const struct out *o)
{
	struct text t = { .p = o->p };

	add_cf_line(&t, o);
	if (o->plan->format != FORMAT_SCORE && o->facts->dns_why != NULL)
		text_add(&t, "No host to test: %s\n", o->facts->dns_why);
	else if (o->plan->format != FORMAT_SCORE && !o->plan->lint)
		out_add_matrix(&t, o);
	else if (o->plan->format != FORMAT_SCORE)
		out_add_sts_hosts(&t, o);
	if (o->plan->format != FORMAT_SCORE && o->plan->plugin == PLUGIN_MTASTS)
		out_add_sts(&t, o);
	if (o->plan->format >= FORMAT_SMTP && !o->plan->lint)
		for (size_t i = 0; i < o->facts->nhosts; i++)
			add_block(&t, o, &o->facts->hosts[i]);
	if (o->plan->explain)
		add_lost(&t, o);
	return text_get(&t);
}
