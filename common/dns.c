// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * dns.c - questions to the DNS: who answers them, and whether that can be believed.
 *
 * An unsigned domain and a resolver that hides signatures look the same.  So "insecure" counts only
 * once the root's SOA has validated, which is asked along with the first questions: the self-test.
 * Where it fails, a plain question tells why.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "dns.h"
#include "dns_ad.h"
#include "dns_anchor.h"
#include "dns_batch.h"
#include "dns_servers.h"
#include "dns_unbound.h"
#include "text.h"
#include "tick.h"

#define TROUBLE_TIME (5 * TICK_SEC)
#define SELF_TEST_TIME (2 * TICK_SEC)	/* without an answer by then, see whether anybody is there */
#define WHY_MAX 256

/* Who answers. */
enum backend {
	BACKEND_PLAIN,		/* the resolvers, unvalidated */
	BACKEND_AD,		/* the resolvers, by their AD bit */
	BACKEND_UNBOUND,	/* libunbound */
};

/* What is known of DNSSEC in this run.  Leaves UNKNOWN once. */
enum belief {
	BELIEF_UNKNOWN,		/* the self-test is still to come */
	BELIEF_VALIDATED,
	BELIEF_NONE,		/* nothing is validated, why says why, and the run goes on */
	BELIEF_TROUBLE,		/* nothing can be found out, why says why */
};

struct dns {
	const struct plan *plan;
	enum backend backend;
	struct dns_batch_servers servers;	/* the resolvers; n 0: --no-cache */
	struct pool *pool;		/* with the lock, as the next three */
	pthread_mutex_t lock;
	struct dns_anchor anchor;
	struct dns_unbound *unbound;	/* BACKEND_UNBOUND, once something was asked */
	bool late;			/* the self-test was not answered in time: nothing is settled */
	atomic_int belief;		/* why is written before it */
	char why[WHY_MAX];
	bool checked;			/* NONE: somebody asked for the root's SOA, and */
	char trouble[WHY_MAX];		/* learned this; "": it came */
};

/* --- beginning and end */

static bool
wants_dnssec(const struct plan *plan)
{
	return plan->dnssec == DNSSEC_VALIDATE || plan->dnssec == DNSSEC_AD;
}

static int
check_options(struct dns *d, struct err *e)
{
	const struct plan *plan = d->plan;
	const struct server *remote = dns_servers_remote(&d->servers);

	if (plan->dnssec == DNSSEC_AD && !plan->trust_ad && remote != NULL)
		return err_set(e, ERR_USAGE,
		    "--dnssec=ad: resolver %s is on another machine (--trust-ad believes it)",
		    remote->address.text);
	if (plan->trust_anchor != NULL)
		return dns_anchor_read(&d->anchor, d->pool, plan->trust_anchor, e);
	return 0;
}

struct dns *
dns_new(struct pool *p, const struct plan *plan, struct err *e)
{
	struct dns *d = pool_alloc(p, sizeof(*d));

	d->plan = plan;
	d->pool = pool_new();
	if (!plan->no_cache)
		d->servers = dns_servers_find(d->pool, plan);
	if (check_options(d, e) == -1) {
		pool_free(d->pool);
		return NULL;
	}
	if (plan->dnssec == DNSSEC_AD)
		d->backend = BACKEND_AD;
	else if (plan->dnssec == DNSSEC_VALIDATE || plan->no_cache || plan->soa_arg != NULL)
		d->backend = BACKEND_UNBOUND;
	pthread_mutex_init(&d->lock, NULL);
	atomic_init(&d->belief, d->backend == BACKEND_PLAIN ? BELIEF_NONE : BELIEF_UNKNOWN);
	snprintf(d->why, sizeof(d->why), "%s",
	    wants_dnssec(plan) ? "nothing was asked" : "DNSSEC is off");
	return d;
}

void
dns_free(struct dns *d)
{
	if (d == NULL)
		return;
	dns_unbound_free(d->unbound);
	pthread_mutex_destroy(&d->lock);
	pool_free(d->pool);
}

void
dns_keep(const struct dns *d, struct sandbox *s)
{
	const struct plan *plan = d->plan;

	for (size_t i = 0; i < d->servers.n; i++)
		sandbox_port(s, d->servers.server[i].port);
	if (d->backend != BACKEND_UNBOUND)
		return;
	dns_unbound_keep(s);
	dns_servers_keep(s);
	if (plan->soa_arg != NULL)
		sandbox_port(s, plan->soa.port);
	if (plan->dnssec == DNSSEC_VALIDATE && d->anchor.n == 0)
		dns_anchor_keep(s);
}

/* --- what is known of DNSSEC */

static enum belief
belief_of(const struct dns *d)
{
	return (enum belief)atomic_load(&d->belief);
}

/* The first to know decides, for all threads and the rest of the run. */
static void
settle(struct dns *d, enum belief belief, const char *why)
{
	pthread_mutex_lock(&d->lock);
	if (belief_of(d) == BELIEF_UNKNOWN) {
		snprintf(d->why, sizeof(d->why), "%s", why);
		atomic_store(&d->belief, (int)belief);
	}
	pthread_mutex_unlock(&d->lock);
}

/*
 * Nothing can be validated.  Where DNSSEC is the question there is no answer then, nor where only
 * libunbound can ask; else the run goes on without.
 */
static void
settle_without(struct dns *d, const char *why)
{
	const struct plan *plan = d->plan;
	bool end = plan->dnssec_needed || plan->no_cache || plan->soa_arg != NULL;

	settle(d, end ? BELIEF_TROUBLE : BELIEF_NONE, why);
}

/* What a resolver that answers not even for the root does instead. */
static const char *
trouble_text(struct pool *p, const struct dns_batch_servers *servers, const struct dns_answer *a,
    int64_t budget)
{
	const char *who = dns_servers_text(p, servers);
	bool many = servers->n > 1;

	if (!a->timed_out && strcmp(a->why, a->rcode) == 0)
		return pool_printf(p, "%s %s %s to everything", who, many ? "answer" : "answers",
		    a->rcode);
	if (strcmp(a->why, DNS_BATCH_TIMED_OUT) == 0)
		return pool_printf(p, "%s %s not answer (%g s)", who, many ? "do" : "does",
		    text_floor((double)budget / TICK_SEC, 1));
	return pool_printf(p, "%s %s not answer (%s)", who, many ? "do" : "does", a->why);
}

/* How long nobody has answered: since the run began, but for a batch, where others had answers before. */
static int64_t
waited(const struct dns *d, int64_t since)
{
	bool only = d->plan->batch_file == NULL && d->plan->started > 0;

	return tick_now() - (only ? d->plan->started : since);
}

/* The root's SOA from the resolvers, not validated.  False: no time to ask; in *why what is wrong, NULL: nothing. */
static bool
ask_root(const struct dns *d, struct pool *p, struct dns_answer *root, const char **why,
    int64_t deadline)
{
	struct dns_question q = { .name = "", .type = DNS_SOA };
	struct dns_batch_servers servers = d->servers;
	int64_t now = tick_now();
	int64_t until = tick_min(deadline, now + TROUBLE_TIME);

	if (until <= now)
		return false;
	servers.mode = wants_dnssec(d->plan) ? DNSPKT_DO : DNSPKT_PLAIN;
	dns_batch_run(&servers, p, &q, 1, until);
	*root = q.answer;
	*why = q.answer.status == DNS_ERROR
	    ? trouble_text(p, &servers, &q.answer, waited(d, now))
	    : NULL;
	return true;
}

/* --- the self-test */

/* The trust anchor is of a zone below the root: by the operator's will all else is insecure. */
static bool
is_island(const struct dns *d)
{
	return d->backend == BACKEND_UNBOUND && d->anchor.zone != NULL &&
	    d->anchor.zone[0] != '\0';
}

/* It failed, and there is no resolver to ask why. */
static const char *
rootless_trouble(const struct dns *d, struct pool *p, const struct dns_answer *test)
{
	return pool_printf(p, "the SOA of %s %s: %s", is_island(d) ? d->anchor.zone : "the root",
	    test->status == DNS_BOGUS ? "does not validate" : "cannot be looked up",
	    test->why != NULL ? test->why : "insecure");
}

/*
 * It failed.  A resolver that answers nobody, that is too slow, or whose signatures are there and
 * wrong is no ground for any statement about the target; one that leaves signatures out is an
 * ordinary old one.  Without time to ask nothing is settled.
 */
static void
judge_failure(struct dns *d, struct pool *p, const struct dns_answer *test, int64_t deadline)
{
	/* its zone is bogus, not our validation */
	bool fails_island = is_island(d) && test->status == DNS_BOGUS;
	struct dns_answer root;
	const char *why, *who;

	if (d->servers.n == 0) {
		settle(d, fails_island ? BELIEF_VALIDATED : BELIEF_TROUBLE,
		    rootless_trouble(d, p, test));
		return;
	}
	if (!ask_root(d, p, &root, &why, deadline))
		return;
	who = dns_servers_text(p, &d->servers);
	if (why != NULL)
		settle(d, BELIEF_TROUBLE, why);
	else if (test->timed_out)
		settle(d, BELIEF_TROUBLE, pool_printf(p, "%s: too slow for DNSSEC", who));
	else if (fails_island && root.sig_expires != 0)
		settle(d, BELIEF_VALIDATED, "");
	else if (test->status == DNS_BOGUS && root.sig_expires != 0)
		settle(d, BELIEF_TROUBLE, pool_printf(p, "%s: the root does not validate: %s", who,
		    test->why));
	else
		settle_without(d,
		    pool_printf(p, "%s %s", who,
			d->backend == BACKEND_AD && root.sig_expires != 0 ? "sets no AD bit"
									  : "cannot do DNSSEC"));
}

/* The last of n questions was the self-test. */
static void
judge(struct dns *d, struct pool *p, const struct dns_question *q, size_t n, int64_t deadline)
{
	const struct dns_answer *test = &q[n - 1].answer;

	/* what is secure was validated from the anchor, whatever became of the rest */
	for (size_t i = 0; i < n; i++)
		if (q[i].answer.status == DNS_SECURE)
			settle(d, BELIEF_VALIDATED, "");
	if (belief_of(d) != BELIEF_UNKNOWN)
		return;
	pthread_mutex_lock(&d->lock);
	d->late = test->timed_out;
	pthread_mutex_unlock(&d->lock);
	judge_failure(d, p, test, deadline);
}

/* --- questions before anything is known */

/* Called with the lock.  The reason why not; NULL: done. */
static const char *
make_unbound(struct dns *d, const struct dns_servers_soa *soa)
{
	struct dns_unbound_setup setup = { .forward = d->servers.server, .nforward = d->servers.n,
		.zone = soa->zone, .stub = soa->server, .nstub = soa->n };
	struct err e = { 0 };

	if (d->plan->dnssec == DNSSEC_VALIDATE) {
		if (d->anchor.n == 0 && dns_anchor_find(&d->anchor, d->pool) == -1)
			return "no DNSSEC trust anchor found (--trust-anchor names one)";
		setup.anchor = &d->anchor;
	}
	d->unbound = dns_unbound_new(&setup, &e);
	return d->unbound == NULL ? pool_str(d->pool, e.msg) : NULL;
}

/* libunbound made ready, once.  False: it cannot be, which is settled. */
static bool
prepare(struct dns *d, int64_t deadline)
{
	struct dns_batch_servers resolvers = d->servers;
	struct dns_servers_soa soa = { 0 };
	const char *server_why = NULL, *why = NULL;
	bool ready;

	pthread_mutex_lock(&d->lock);
	if (d->unbound == NULL && d->plan->soa_arg != NULL) {
		if (resolvers.n == 0)
			resolvers = dns_servers_find(d->pool, d->plan);
		server_why = dns_servers_soa(&soa, d->pool, d->plan, &resolvers,
		    tick_min(deadline, tick_now() + TROUBLE_TIME));
	}
	if (d->unbound == NULL && server_why == NULL)
		why = make_unbound(d, &soa);
	ready = d->unbound != NULL;
	pthread_mutex_unlock(&d->lock);
	if (server_why != NULL)
		settle(d, BELIEF_TROUBLE, server_why);
	if (why != NULL)
		settle_without(d, why);
	return ready;
}

/* All n questions to libunbound; the last one is the self-test. */
static void
first_to_unbound(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline)
{
	struct dns_unbound_batch *b = dns_unbound_start(d->unbound, q, n);
	struct dns_answer root;
	const char *why;

	/* libunbound never gives up on a resolver that is not there: look ourselves */
	if (!dns_unbound_wait(d->unbound, b, tick_min(deadline, tick_now() + SELF_TEST_TIME)) &&
	    !dns_unbound_has(d->unbound, b, n - 1) && d->servers.n > 0 &&
	    ask_root(d, p, &root, &why, deadline) && why != NULL)
		settle(d, BELIEF_TROUBLE, why);
	/* another thread may have settled it meanwhile: that is no reason to miss an answer */
	if (belief_of(d) == BELIEF_UNKNOWN || belief_of(d) == BELIEF_VALIDATED)
		dns_unbound_wait(d->unbound, b, deadline);
	dns_unbound_finish(d->unbound, b, p);
}

/* The questions with the self-test among them; afterwards it is settled what to believe. */
static void
ask_first(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline)
{
	struct dns_question *all = pool_array(p, n + 1, sizeof(*all));
	if (n > 0)
		memcpy(all, q, n * sizeof(*all));
	all[n] = (struct dns_question){ .name = is_island(d) ? d->anchor.zone : "",
		.type = DNS_SOA };
	if (d->backend == BACKEND_UNBOUND)
		first_to_unbound(d, p, all, n + 1, deadline);
	else
		dns_ad_run(&d->servers, p, all, n + 1, deadline);
	if (n > 0)
		memcpy(q, all, n * sizeof(*all));
	judge(d, p, all, n + 1, deadline);
}

/* --- questions */

/* An answer that failed by itself keeps its code. */
static void
fail_all(struct dns_question *q, size_t n, struct pool *p, const char *why)
{
	for (size_t i = 0; i < n; i++) {
		struct dns_answer *a = &q[i].answer;

		*a = (struct dns_answer){ .status = DNS_ERROR,
			.rcode = a->status == DNS_ERROR && a->rcode != NULL ? a->rcode : "timeout",
			.why = why,
			.timed_out = true,
			.canonical = pool_str(p, q[i].name) };
	}
}

static void
ask_unbound(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline)
{
	struct dns_unbound_batch *b = dns_unbound_start(d->unbound, q, n);

	dns_unbound_wait(d->unbound, b, deadline);
	dns_unbound_finish(d->unbound, b, p);
}

static void
ask(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline)
{
	if (d->backend == BACKEND_UNBOUND &&
	    !(belief_of(d) == BELIEF_NONE && wants_dnssec(d->plan)))
		ask_unbound(d, p, q, n, deadline);
	else if (belief_of(d) == BELIEF_VALIDATED)
		dns_ad_run(&d->servers, p, q, n, deadline);
	else
		dns_batch_run(&d->servers, p, q, n, deadline);
}

void
dns_ask(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline)
{
	if (belief_of(d) == BELIEF_UNKNOWN && (d->backend == BACKEND_AD || prepare(d, deadline))) {
		if (!wants_dnssec(d->plan)) {
			settle(d, BELIEF_NONE, "DNSSEC is off");
		} else {
			ask_first(d, p, q, n, deadline);
			if (belief_of(d) == BELIEF_VALIDATED)
				return;
		}
	}
	switch (belief_of(d)) {
	case BELIEF_VALIDATED:
	case BELIEF_NONE: ask(d, p, q, n, deadline); return;
	case BELIEF_TROUBLE: fail_all(q, n, p, d->why); return;
	case BELIEF_UNKNOWN: fail_all(q, n, p, DNS_BATCH_TIMED_OUT); return;
	}
}

/* Does anybody answer?  False: there is no time to ask. */
static bool
check_plain(struct dns *d, struct pool *p, const char **why, int64_t deadline)
{
	struct dns_question q = { .name = "", .type = DNS_SOA };
	struct dns_answer root;

	if (d->servers.n > 0)
		return ask_root(d, p, &root, why, deadline);
	if (deadline <= tick_now())
		return false;
	ask_unbound(d, p, &q, 1, tick_min(deadline, tick_now() + TROUBLE_TIME));
	if (q.answer.status == DNS_ERROR)
		*why = rootless_trouble(d, p, &q.answer);
	return true;
}

/* Nothing is validated, so nothing has told yet whether the resolver works: that is asked once. */
static const char *
plain_trouble(struct dns *d, struct pool *p, int64_t deadline)
{
	const char *why = NULL;
	bool checked;

	pthread_mutex_lock(&d->lock);
	checked = d->checked;
	pthread_mutex_unlock(&d->lock);
	if (!checked && check_plain(d, p, &why, deadline)) {
		pthread_mutex_lock(&d->lock);
		if (!d->checked && why != NULL)
			snprintf(d->trouble, sizeof(d->trouble), "%s", why);
		d->checked = checked = true;
		pthread_mutex_unlock(&d->lock);
	}
	return checked && d->trouble[0] != '\0' ? d->trouble : NULL;
}

const char *
dns_trouble(struct dns *d, struct pool *p, int64_t deadline)
{
	static const struct dns_answer late = { .status = DNS_ERROR, .timed_out = true,
		.why = DNS_BATCH_TIMED_OUT };
	bool asked;

	if (belief_of(d) == BELIEF_UNKNOWN) {
		pthread_mutex_lock(&d->lock);
		asked = d->late;
		pthread_mutex_unlock(&d->lock);
		if (asked)
			judge_failure(d, p, &late, deadline);
		else if (deadline > tick_now())
			dns_ask(d, p, NULL, 0, tick_min(deadline, tick_now() + TROUBLE_TIME));
	}
	if (belief_of(d) == BELIEF_NONE)
		return plain_trouble(d, p, deadline);
	return belief_of(d) == BELIEF_TROUBLE ? d->why : NULL;
}

bool
dns_validates(const struct dns *d)
{
	return belief_of(d) == BELIEF_VALIDATED;
}

const char *
dns_unvalidated(const struct dns *d)
{
	return dns_validates(d) ? NULL : d->why;
}
