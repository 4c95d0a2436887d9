/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score.c - CF formula 1 (confidence-factor.md): the scores of hosts, averaged by the weights of their MX. */
#include <math.h>

#include "score.h"
#include "text.h"

#define NOT_TESTED_CF 50.0	/* of a target without a row to average */
#define RANK_MAX 6		/* a backup never weighs less than 2^-6 */

int
score_floor(double v)
{
	return (int)text_floor(v, 0);
}

bool
score_is_given(enum plugin plugin)
{
	return plugin == PLUGIN_SMTP_TLS || plugin == PLUGIN_MX_CF;
}

static bool
is_row(const struct host *h, const struct plan *plan)
{
	if (h->status == HOST_UNTESTED)
		return plan->ignore_unreachable <= 0;
	return h->status == HOST_TESTED;
}

/* With a stop before Secure nothing is known of encryption (situations.md). */
static bool
stops_early(const struct plan *plan)
{
	return plan->stop_after < STEP_SECURE;
}

/* Nothing was judged because our time was up first: that is no 50. */
static bool
ran_out_of_time(const struct run_facts *facts)
{
	size_t waiting = 0;

	for (size_t i = 0; i < facts->nhosts; i++) {
		enum host_status status = facts->hosts[i].status;

		if (status == HOST_TESTED || status == HOST_UNTESTED)
			return false;
		waiting += status == HOST_NOT_STARTED;
	}
	return waiting > 0;
}

/* Among the distinct preferences of the run, the best being 0. */
static int
preference_rank(const struct run_facts *facts, int preference)
{
	int rank = 0, below = preference;

	while (rank < RANK_MAX) {
		bool found = false;
		int next = 0;

		for (size_t i = 0; i < facts->nhosts; i++) {
			int other = facts->hosts[i].preference;

			if (other < below && (!found || other > next)) {
				next = other;
				found = true;
			}
		}
		if (!found)
			break;
		below = next;
		rank++;
	}
	return rank;
}

static void
score_hosts(struct score *out, struct pool *p, const struct run_facts *facts,
    const struct plan *plan)
{
	out->host = pool_array(p, facts->nhosts, sizeof(*out->host));
	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct host *h = &facts->hosts[i];
		struct score_host *s = &out->host[i];
		struct points points;

		s->row = is_row(h, plan);
		s->known = s->row && out->known;
		if (!s->known)
			continue;
		points_host(&points, facts, h);
		s->exact = points.exact;
		s->max = points_max(facts);
		s->band = points.band->name;
		s->nlost = lost_explain(&s->lost, p, &points, facts, h, plan);
	}
}

/* The rows of each MX: how many, and their sum. */
struct mx_sum {
	int rows;
	double sum;
	int preference;
};

static struct mx_sum *
sum_by_mx(struct score *out, struct pool *p, const struct run_facts *facts)
{
	size_t n = facts->mx_total;
	struct mx_sum *mx;

	for (size_t i = 0; i < facts->nhosts; i++)
		if (facts->hosts[i].mx_index >= n)
			n = facts->hosts[i].mx_index + 1;
	out->mx_cf_n = (int)n;
	mx = pool_array(p, n, sizeof(*mx));
	for (size_t i = 0; i < facts->nhosts; i++) {
		struct mx_sum *m = &mx[facts->hosts[i].mx_index];

		m->preference = facts->hosts[i].preference;
		if (!out->host[i].known)
			continue;
		m->rows++;
		m->sum += out->host[i].exact;
	}
	return mx;
}

/* Rows of one MX share its weight, so the average is one of the means of the MX. */
static double
average_mx(struct score *out, struct pool *p, const struct run_facts *facts,
    const struct mx_sum *mx)
{
	double sum = 0, weights = 0;

	out->mx_cf = pool_array(p, (size_t)out->mx_cf_n, sizeof(*out->mx_cf));
	for (int i = 0; i < out->mx_cf_n; i++) {
		double mean, weight;

		out->mx_cf[i] = -1;
		if (mx[i].rows == 0)
			continue;
		mean = mx[i].sum / mx[i].rows;
		weight = 1.0 / (1 << preference_rank(facts, mx[i].preference));
		out->mx_cf[i] = score_floor(mean);
		sum += weight * mean;
		weights += weight;
	}
	return weights > 0 ? sum / weights : NOT_TESTED_CF;
}

static void
find_worst(struct score *out, const struct run_facts *facts)
{
	double least = INFINITY;

	for (size_t i = 0; i < facts->nhosts; i++) {
		if (!out->host[i].known || out->host[i].exact >= least)
			continue;
		least = out->host[i].exact;
		out->worst = &facts->hosts[i];
		out->worst_cf = score_floor(least);
	}
}

void
score_run(struct score *out, struct pool *p, const struct run_facts *facts,
    const struct plan *plan)
{
	double max = points_max(facts);
	const struct mx_sum *mx;
	double cf;

	*out = (struct score){ .worst_cf = -1, .max = score_floor(max) };
	out->known = score_is_given(plan->plugin) && !facts->null_mx &&
	    facts->fault == FAULT_NONE && !stops_early(plan) && !ran_out_of_time(facts);
	score_hosts(out, p, facts, plan);
	mx = sum_by_mx(out, p, facts);
	cf = average_mx(out, p, facts, mx);
	if (!out->known)
		return;
	out->cf = score_floor(cf);
	out->percent = 100 * out->cf / out->max;
	find_worst(out, facts);
}
