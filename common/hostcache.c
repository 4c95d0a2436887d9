// SPDX-License-Identifier: GPL-3.0-or-later
/* hostcache.c - hosts that many targets share, each probed once. */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "hostcache.h"
#include "text.h"
#include "tick.h"

#define BUCKETS 4096	/* a host each up to some thousands of MX; chains grow behind that */

enum entry_state { ENTRY_IDLE, ENTRY_BUSY, ENTRY_DONE };

struct entry {
	struct entry *next;
	const char *key;
	enum entry_state state;
	struct host host;
	struct pool *pool;	/* what host had before its probe; host.pool has the rest */
};

struct hostcache {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct pool *pool;
	struct entry *bucket[BUCKETS];
	struct entry **busy;	/* being probed just now: at most parallel */
	size_t nbusy, parallel, probes;
};

struct hostcache *
hostcache_new(long parallel)
{
	struct pool *pool = pool_new();
	struct hostcache *c = pool_alloc(pool, sizeof(*c));
	pthread_condattr_t clock;

	c->pool = pool;
	c->parallel = (size_t)parallel;
	c->busy = pool_array(pool, c->parallel, sizeof(struct entry *));
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&c->changed, &clock);
	pthread_condattr_destroy(&clock);
	return c;
}

void
hostcache_free(struct hostcache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry *e = c->bucket[i]; e != NULL; e = e->next) {
			pool_free(e->host.pool);
			pool_free(e->pool);
		}
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	pool_free(c->pool);
}

/* Does the mail domain change what the probe finds? */
static bool
domain_matters(const struct host *h, const struct plan *plan)
{
	if (plan->match == MATCH_DOMAIN || plan->match == MATCH_ANY)
		return true;
	for (size_t i = 0; i < h->dane.nrecords; i++)
		if (h->dane.records[i].usage == 2)
			return true;
	return false;
}

/* All that a probe depends on, but for the plan, which is the same for all targets. */
static const char *
key_of(struct pool *p, const struct host *h, const struct probe_env *env)
{
	struct text t = { .p = p };

	text_add(&t, "%s %u %s %d %s %d", h->address.text, h->port, h->mx, (int)h->dane.status,
	    h->dane.base == NULL ? "" : h->dane.base, env->half_dane);
	if (domain_matters(h, env->plan))
		text_add(&t, " %s %s", env->domain == NULL ? "" : env->domain,
		    env->expanded == NULL ? "" : env->expanded);
	for (size_t i = 0; i < h->dane.nrecords; i++) {
		const struct tlsa *r = &h->dane.records[i];

		text_add(&t, " %u.%u.%u.%s", r->usage, r->selector, r->matching,
		    text_hex(p, r->data, r->len));
	}
	return text_get(&t);
}

/* FNV-1a. */
static size_t
bucket_of(const char *key)
{
	uint32_t hash = 2166136261U;

	for (; *key != '\0'; key++)
		hash = (hash ^ (uint8_t)*key) * 16777619U;
	return hash % BUCKETS;
}

/* With the lock. */
static struct entry *
entry_for(struct hostcache *c, const char *key)
{
	size_t at = bucket_of(key);
	struct entry *e = c->bucket[at];

	while (e != NULL && strcmp(e->key, key) != 0)
		e = e->next;
	if (e != NULL)
		return e;
	e = pool_alloc(c->pool, sizeof(*e));
	e->key = pool_str(c->pool, key);
	e->next = c->bucket[at];
	c->bucket[at] = e;
	return e;
}

/* With the lock: is there room for one more probe, and nobody at that address? */
static bool
may_start(const struct hostcache *c, const struct host *h)
{
	for (size_t i = 0; i < c->nbusy; i++)
		if (c->busy[i]->host.port == h->port &&
		    addr_equal(&c->busy[i]->host.address, &h->address))
			return false;
	return c->nbusy < c->parallel;
}

static void
leave_busy(struct hostcache *c, const struct entry *e)
{
	for (size_t i = 0; i < c->nbusy; i++)
		if (c->busy[i] == e) {
			c->busy[i] = c->busy[--c->nbusy];
			return;
		}
}

/* With the lock: wait for something to change.  False: the deadline came. */
static bool
wait_change(struct hostcache *c, int64_t deadline)
{
	struct timespec until = { deadline / TICK_SEC, deadline % TICK_SEC * 1000 };

	return pthread_cond_timedwait(&c->changed, &c->lock, &until) == 0 || tick_now() < deadline;
}

/* What the host has before its probe, for as long as the cache lives. */
static void
own(struct entry *e, const struct host *h)
{
	struct dane_facts *dane = &e->host.dane;

	pool_free(e->host.pool);
	pool_free(e->pool);
	e->pool = pool_new();
	e->host = *h;
	e->host.pool = NULL;
	e->host.mx = pool_str(e->pool, h->mx);
	if (dane->base != NULL)
		dane->base = pool_str(e->pool, dane->base);
	if (dane->why != NULL)
		dane->why = pool_str(e->pool, dane->why);
	if (dane->reason != NULL)
		dane->reason = pool_str(e->pool, dane->reason);
	if (dane->nrecords > 0)
		dane->records = pool_copy(e->pool, dane->records,
		    dane->nrecords * sizeof(*dane->records));
	for (size_t i = 0; i < dane->nrecords; i++) {
		struct tlsa *r = &dane->records[i];

		r->data = pool_copy(e->pool, r->data, r->len);
		if (r->why != NULL)
			r->why = pool_str(e->pool, r->why);
	}
}

/* Probe without the lock.  False: the target's deadline cut it short, the result is no other target's. */
static bool
probe(struct entry *e, const struct probe_env *env)
{
	struct plan plan = *env->plan;
	struct probe_env shared = *env;
	int64_t limit = tick_now() + (int64_t)(plan.host_timeout * TICK_SEC);

	plan.rcpt = NULL;
	shared.plan = &plan;
	probe_host(&e->host, &shared, tick_min(limit, plan.deadline));
	revoke_settle(env->revoke, &e->host);
	return limit <= plan.deadline || tick_now() < plan.deadline;
}

/* Take over what was found out; what the target knows of the host itself stays. */
static void
copy(struct host *h, const struct host *found)
{
	struct host mine = *h;

	*h = *found;
	h->mx = mine.mx;
	h->preference = mine.preference;
	h->mx_index = mine.mx_index;
	h->proof = mine.proof;
	h->mx_is_address = mine.mx_is_address;
	h->address_bogus = mine.address_bogus;
	h->lost_family = mine.lost_family;
	h->tlsa = mine.tlsa;
	h->pool = NULL;
}

/* From and To of this target's recipient, in a session of their own. */
static void
ask_recipient(struct host *h, const struct probe_env *env)
{
	struct plan plan = *env->plan;
	struct probe_env mine = *env;
	struct host scratch = { .mx = h->mx, .address = h->address, .port = h->port };
	int64_t limit = tick_now() + (int64_t)(plan.host_timeout * TICK_SEC);

	if (h->status != HOST_TESTED || plan.rcpt == NULL || h->step[STEP_FROM].state == STEP_SKIP)
		return;
	plan.legacy = plan.mandatory_tls = false;
	mine.plan = &plan;
	mine.revoke = NULL;
	probe_host(&scratch, &mine, tick_min(limit, plan.deadline));
	h->pool = scratch.pool;
	for (enum step_id id = STEP_FROM; id < STEP_COUNT; id++)
		h->step[id] = scratch.step[id];
}

void
hostcache_probe(struct hostcache *c, struct host *h, const struct probe_env *env)
{
	struct pool *scratch = pool_new();
	const char *key = key_of(scratch, h, env);
	struct entry *e;
	bool found = true;

	pthread_mutex_lock(&c->lock);
	e = entry_for(c, key);
	while (e->state == ENTRY_BUSY || (e->state == ENTRY_IDLE && !may_start(c, h)))
		if (!wait_change(c, env->plan->deadline)) {
			found = false;
			break;
		}
	if (found && e->state == ENTRY_IDLE) {
		e->state = ENTRY_BUSY;
		c->busy[c->nbusy++] = e;
		c->probes++;
		own(e, h);
		pthread_mutex_unlock(&c->lock);
		found = probe(e, env);
		pthread_mutex_lock(&c->lock);
		leave_busy(c, e);
		e->state = found ? ENTRY_DONE : ENTRY_IDLE;
		pthread_cond_broadcast(&c->changed);
	}
	if (found)
		copy(h, &e->host);
	pthread_mutex_unlock(&c->lock);
	pool_free(scratch);
	if (found && env->plan->rcpt != NULL)
		ask_recipient(h, env);
}

size_t
hostcache_probes(struct hostcache *c)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	n = c->probes;
	pthread_mutex_unlock(&c->lock);
	return n;
}
