// SPDX-License-Identifier: GPL-3.0-or-later
/* run.c - one target: route, probe all hosts in threads, join. */
#include <pthread.h>
#include <stdlib.h>

#include "cert.h"
#include "conn.h"
#include "dns.h"
#include "event.h"
#include "hostcache.h"
#include "lint.h"
#include "pem.h"
#include "probe.h"
#include "revoke.h"
#include "route.h"
#include "run.h"
#include "run_chain.h"
#include "run_policy.h"
#include "run_proxy.h"
#include "run_sandbox.h"
#include "sts.h"
#include "thread.h"
#include "tick.h"
#include "tls.h"
#include "tlsaset.h"

/* What runs share; read-only, or made to be shared, once it is there. */
struct run_shared {
	struct tls_ctx *tls;
	struct cert_store *store;
	struct dns *dns;		/* NULL: the run has all of that offline */
	struct revoke *revoke;
	struct hostcache *cache;	/* NULL: one target only */
	struct tls_chain chain;		/* --chain */
	enum fault fault;		/* of the proxy: nothing can be tested */
	const char *fault_why;
	const char *sandbox;
};

/* What the threads of a run share.  Each host belongs to the thread that took it; join publishes. */
struct crew {
	pthread_mutex_t lock;
	pthread_cond_t done;		/* a host was finished: its address is free again */
	struct run_facts *facts;
	const struct probe_env *env;
	struct hostcache *cache;	/* NULL: these hosts are nobody else's */
	bool *taken, *busy;		/* a host each: given out; being probed just now */
	struct server *where;		/* and where it is: the host itself is its thread's by then */
};

static bool
address_busy(const struct crew *crew, const struct server *at)
{
	for (size_t i = 0; i < crew->facts->nhosts; i++)
		if (crew->busy[i] && crew->where[i].port == at->port &&
		    addr_equal(&crew->where[i].address, &at->address))
			return true;
	return false;
}

/* The next host nobody took whose address is idle; -1: none is left, or no time.  Called with the lock. */
static ssize_t
take_host(struct crew *crew)
{
	for (;;) {
		bool left = false;

		if (tick_now() >= crew->env->plan->deadline)
			return -1;
		for (size_t i = 0; i < crew->facts->nhosts; i++) {
			if (crew->taken[i])
				continue;
			left = true;
			if (!address_busy(crew, &crew->where[i]))
				return (ssize_t)i;
		}
		if (!left)
			return -1;
		/* whoever is busy with that address ends by the deadline itself and wakes us */
		pthread_cond_wait(&crew->done, &crew->lock);
	}
}

static void
tell(const struct plan *plan, const struct event *event)
{
	if (plan->watcher != NULL)
		plan->watcher->tell(plan->watcher->arg, event);
}

static void
probe_one(struct host *h, const struct probe_env *env, struct hostcache *cache)
{
	int64_t limit = tick_now() + (int64_t)(env->plan->host_timeout * TICK_SEC);

	if (cache != NULL)
		hostcache_probe(cache, h, env);
	else
		probe_host(h, env, tick_min(limit, env->plan->deadline));
	tell(env->plan, &(struct event){ .kind = EVENT_HOST, .host = h });
}

static void *
work(void *arg)
{
	struct crew *crew = arg;
	ssize_t i;

	pthread_mutex_lock(&crew->lock);
	while ((i = take_host(crew)) != -1) {
		crew->taken[i] = crew->busy[i] = true;
		pthread_mutex_unlock(&crew->lock);
		probe_one(&crew->facts->hosts[i], crew->env, crew->cache);
		pthread_mutex_lock(&crew->lock);
		crew->busy[i] = false;
		pthread_cond_broadcast(&crew->done);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static void
probe_all(struct run_facts *facts, const struct probe_env *env, struct hostcache *cache,
    size_t todo)
{
	struct crew crew = { .facts = facts, .env = env, .cache = cache };
	size_t most = (size_t)env->plan->parallel;

	pthread_mutex_init(&crew.lock, NULL);
	pthread_cond_init(&crew.done, NULL);
	crew.taken = pool_array(facts->pool, facts->nhosts + 1, sizeof(bool));
	crew.busy = pool_array(facts->pool, facts->nhosts + 1, sizeof(bool));
	crew.where = pool_array(facts->pool, facts->nhosts + 1, sizeof(*crew.where));
	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct host *h = &facts->hosts[i];

		crew.taken[i] = h->status != HOST_NOT_STARTED;
		crew.where[i] = (struct server){ .address = h->address, .port = h->port };
	}
	thread_crew(facts->pool, todo < most ? todo : most, work, &crew);
	pthread_cond_destroy(&crew.done);
	pthread_mutex_destroy(&crew.lock);
}

/*
 * QFactor: one after another until one passes HELO; the rest leave the run, and so do unreachable ones before it
 * if they are ignored.
 */
static void
probe_quick(struct run_facts *facts, const struct probe_env *env, struct hostcache *cache)
{
	size_t kept = 0, mx = 0, found = facts->nhosts, last = 0;

	for (size_t i = 0; i < facts->nhosts && found == facts->nhosts; i++) {
		if (facts->hosts[i].status == HOST_NOT_STARTED && tick_now() < env->plan->deadline)
			probe_one(&facts->hosts[i], env, cache);
		if (facts->hosts[i].status == HOST_TESTED)
			found = i;
	}
	if (found == facts->nhosts)
		return;
	for (size_t i = 0; i <= found; i++) {
		struct host *h = &facts->hosts[i];

		if (i < found && env->plan->ignore_unreachable == 1) {
			pool_free(h->pool);
			h->pool = NULL;
			continue;
		}
		if (kept > 0 && h->mx_index != last)
			mx++;
		last = h->mx_index;
		facts->hosts[kept] = *h;
		facts->hosts[kept++].mx_index = mx;
	}
	facts->nhosts = kept;
	facts->mx_left_out += facts->mx_total - (mx + 1);
	facts->mx_total = mx + 1;
}

static void
probe_hosts(struct run_facts *facts, const struct probe_env *env, const struct run_shared *s)
{
	size_t todo = 0;

	tell(env->plan, &(struct event){ .kind = EVENT_HOSTS, .facts = facts });
	for (size_t i = 0; i < facts->nhosts; i++)
		todo += facts->hosts[i].status == HOST_NOT_STARTED;
	if (env->plan->chain_file != NULL)
		run_chain(facts, env, &s->chain);
	else if (env->plan->quick && !env->plan->no_connect)
		probe_quick(facts, env, s->cache);
	else if (todo > 0 && !env->plan->no_connect)
		probe_all(facts, env, s->cache, todo);
	/* the cache has settled its own */
	for (size_t i = 0; i < facts->nhosts && s->cache == NULL; i++)
		revoke_settle(s->revoke, &facts->hosts[i]);
	for (size_t i = 0; i < facts->nhosts; i++)
		if (facts->hosts[i].status == HOST_NOT_STARTED)
			facts->hosts[i].why = env->plan->no_connect
			    ? "--no-connect"
			    : "the run's deadline came before its test";
}

/* Without DNSSEC there is no DANE to test; with --dnssec=off and DANE asked for, there is none published. */
static void
find_dane(struct run_facts *facts, const struct plan *plan, struct dns *dns)
{
	if (!plan->dane || facts->fault != FAULT_NONE)
		return;
	facts->dane_why = dns_unvalidated(dns);
	facts->dane_tested = facts->dane_why == NULL ||
	    (plan->dnssec_needed && plan->dnssec == DNSSEC_OFF);
	if (facts->dane_tested)
		tlsaset_find(facts, plan, dns);
}

/* The hosts of the run, and their records where DANE is tested.  dns NULL: it has all of that offline. */
static void
find_hosts(struct run_facts *facts, const struct plan *plan, struct dns *dns)
{
	if (dns == NULL) {
		run_chain_host(facts, plan);
		return;
	}
	if (plan->host != NULL)
		route_host(facts, plan, dns);
	else
		route_domain(facts, plan, dns);
	find_dane(facts, plan, dns);
}

struct run_shared *
run_open(struct pool *p, const struct plan *plan, struct hostcache *cache, struct err *e)
{
	struct run_shared *s = pool_alloc(p, sizeof(*s));

	s->cache = cache;
	if (tls_ctx_new(&s->tls, plan, e) == -1 || cert_store_new(&s->store, plan, e) == -1)
		goto fail;
	/* TLSA records vouch for themselves */
	if (plan->plugin != PLUGIN_DANE && cert_store_wanted(s->store, e) == -1)
		goto fail;
	if (plan->chain_file != NULL &&
	    pem_chain(&s->chain, p, "--chain", plan->chain_file, e) == -1)
		goto fail;
	if (plan->source.family != 0 && conn_check_source(&plan->source, e) == -1)
		goto fail;
	if (plan->ntlsa == 0 && (s->dns = dns_new(p, plan, e)) == NULL)
		goto fail;
	if (run_sandbox(&s->sandbox, p, plan, s->store, s->dns, e) == -1)
		goto fail;
	s->revoke = revoke_new(plan, s->dns);
	s->fault = run_proxy_find(&s->fault_why, p, plan, s->dns);
	return s;
fail:
	run_close(s);
	return NULL;
}

void
run_close(struct run_shared *s)
{
	if (s == NULL)
		return;
	revoke_free(s->revoke);
	dns_free(s->dns);
	cert_store_free(s->store);
	tls_ctx_free(s->tls);
}

static void
begin(struct run_facts *facts, const struct plan *plan)
{
	*facts = (struct run_facts){ .pool = pool_new(),
		.wall = tick_wall(),
		.quick = plan->quick,
		.mtasts_tested = plan->mtasts,
		.target = plan->target,
		.domain = plan->domain };
}

/*
 * Where the proxy refused to go on to a host, or this machine had no way to one, nothing can be said of the target:
 * that is the fault of the run.
 */
static void
judge_faults(struct run_facts *facts)
{
	const char *why = facts->mtasts.proxy_why;
	enum fault fault = why == NULL ? FAULT_NONE : FAULT_PROXY;

	for (size_t i = 0; i < facts->nhosts && fault == FAULT_NONE; i++)
		if ((fault = facts->hosts[i].fault) != FAULT_NONE)
			why = pool_str(facts->pool, facts->hosts[i].fault_why);
	if (fault == FAULT_NONE || facts->fault != FAULT_NONE)
		return;
	facts->fault = fault;
	facts->fault_why = why;
	for (size_t i = 0; i < facts->nhosts; i++)
		pool_free(facts->hosts[i].pool);
	facts->nhosts = facts->mx_total = 0;
}

void
run_one(struct run_facts *facts, const struct plan *plan, const struct run_shared *s)
{
	struct run_policy *policy = NULL;

	begin(facts, plan);
	facts->sandbox = s->sandbox;
	if (s->fault != FAULT_NONE) {
		facts->fault = s->fault;
		facts->fault_why = s->fault_why;
		facts->took_us = tick_now() - plan->started;
		return;
	}
	if (facts->mtasts_tested)
		policy = run_policy_start(
		    &(struct policy_env){ plan, s->dns, s->store, plan->domain, facts->wall });
	find_hosts(facts, plan, s->dns);
	probe_hosts(facts,
	    &(struct probe_env){ .plan = plan,
		.tls = s->tls,
		.store = s->store,
		.revoke = s->revoke,
		.domain = plan->domain,
		.expanded = facts->mx_proof.cname ? facts->mx_proof.canonical : NULL,
		.half_dane = facts_half_dane(facts),
		.wall = facts->wall },
	    s);
	run_policy_join(policy, facts);
	judge_faults(facts);
	sts_judge(facts, plan);
	facts->took_us = tick_now() - plan->started;
}

static int
run_lint(struct run_facts *facts, const struct plan *plan, struct err *e)
{
	struct lint_policy policy;

	begin(facts, plan);
	if (lint_read(&policy, facts->pool, plan, e) == -1 ||
	    run_sandbox(&facts->sandbox, facts->pool, plan, NULL, NULL, e) == -1)
		return -1;
	lint_run(facts, plan, &policy);
	return 0;
}

int
run_target(struct run_facts *facts, const struct plan *plan, struct err *e)
{
	struct run_shared *s;

	if (plan->lint)
		return run_lint(facts, plan, e);
	if ((s = run_open(plan->pool, plan, NULL, e)) == NULL)
		return -1;
	run_one(facts, plan, s);
	run_close(s);
	return 0;
}

void
run_free(struct run_facts *facts)
{
	for (size_t i = 0; i < facts->nhosts; i++)
		pool_free(facts->hosts[i].pool);
	pool_free(facts->policy_pool);
	pool_free(facts->pool);
}
