// SPDX-License-Identifier: GPL-3.0-or-later
/* hostcache.c - hosts that many targets share, each probed once. */
#include <pthread.h>
#include <string.h>
#include <sys/queue.h>

#include "hostcache.h"
#include "text.h"
#include "tick.h"
#include "wait.h"

#define BUCKETS 1024	/* a host each, about */
#define GRACE (TICK_SEC / 2)	/* for who waits for a probe that began a moment later than he */
#define SLACK 10	/* of so many parts of a time one may be missing */

/*
 * One probe, in memory of its own.  Once done that is held by what the probe found, which targets share: it stays until
 * the last of them is gone, whatever the cache forgets.
 */
struct entry {
	struct entry *next;
	TAILQ_ENTRY(entry) order;	/* among those done */
	const char *key;
	bool done;
	int64_t had;		/* the time that the probe had, if it ran out, else INT64_MAX */
	struct server where;	/* host's, to be read while the probe writes into host */
	struct host host;
	struct pool *pool;	/* what host had before its probe; host.pool has the rest */
};

struct hostcache {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct pool *pool;
	struct entry *bucket[BUCKETS];
	TAILQ_HEAD(entries, entry) done;	/* that whom a target had last is the last */
	size_t kept;			/* how many those are */
	struct entry **busy;	/* being probed just now: at most parallel */
	size_t nbusy, parallel, probes;
};

struct hostcache *
hostcache_new(long parallel)
{
	struct pool *pool = pool_new();
	struct hostcache *c = pool_alloc(pool, sizeof(*c));

	c->pool = pool;
	c->parallel = (size_t)parallel;
	c->busy = pool_array(pool, c->parallel, sizeof(struct entry *));
	TAILQ_INIT(&c->done);
	pthread_mutex_init(&c->lock, NULL);
	wait_cond_init(&c->changed);
	return c;
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

/* With the lock: the probe, or NULL. */
static struct entry *
find(const struct hostcache *c, const char *key)
{
	struct entry *e = c->bucket[bucket_of(key)];

	while (e != NULL && strcmp(e->key, key) != 0)
		e = e->next;
	return e;
}

/* With the lock: the cache needs e no more, which is done. */
static void
forget(struct hostcache *c, struct entry *e)
{
	struct entry **at = &c->bucket[bucket_of(e->key)];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	TAILQ_REMOVE(&c->done, e, order);
	c->kept--;
	pool_free(e->host.pool);
}

void
hostcache_free(struct hostcache *c)
{
	if (c == NULL)
		return;
	while (!TAILQ_EMPTY(&c->done))
		forget(c, TAILQ_FIRST(&c->done));
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	pool_free(c->pool);
}

/* When a probe that begins now ends at the latest, but for the target's deadline. */
static int64_t
host_limit(const struct plan *plan)
{
	return tick_now() + (int64_t)(plan->host_timeout * TICK_SEC);
}

/* Would this target find out no more than e did? */
static bool
is_enough(const struct entry *e, const struct plan *plan)
{
	int64_t mine = tick_min(host_limit(plan), plan->deadline) - tick_now();

	return e->done && e->had >= mine - mine / SLACK;
}

/* With the lock: is there room for one more probe, and nobody at that address? */
static bool
may_start(const struct hostcache *c, const struct host *h)
{
	for (size_t i = 0; i < c->nbusy; i++)
		if (c->busy[i]->where.port == h->port &&
		    addr_equal(&c->busy[i]->where.address, &h->address))
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

/* With the lock: targets can have what e's probe found; the host that none asked for the longest time has to go. */
static void
keep(struct hostcache *c, struct entry *e)
{
	leave_busy(c, e);
	pool_hold(e->host.pool, e->pool);
	e->done = true;
	TAILQ_INSERT_TAIL(&c->done, e, order);
	if (++c->kept > HOSTCACHE_HOSTS)
		forget(c, TAILQ_FIRST(&c->done));
	pthread_cond_broadcast(&c->changed);
}

/* What the host has before its probe, for as long as there is e. */
static void
own(struct entry *e, const struct host *h)
{
	struct dane_facts *dane = &e->host.dane;

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

/* With the lock: a probe of h is under way; an earlier one was not enough. */
static struct entry *
start(struct hostcache *c, struct entry *earlier, const char *key, const struct host *h)
{
	struct pool *p = pool_new();
	struct entry *e = pool_alloc(p, sizeof(*e));
	size_t at = bucket_of(key);

	if (earlier != NULL)
		forget(c, earlier);
	e->pool = p;
	e->key = pool_str(p, key);
	e->next = c->bucket[at];
	c->bucket[at] = e;
	e->where = (struct server){ h->address, h->port };
	own(e, h);
	c->busy[c->nbusy++] = e;
	c->probes++;
	return e;
}

/*
 * With the lock, which is left while it waits: a probe that is done, or one that the caller has to make; NULL: the
 * deadline came first.
 */
static struct entry *
get(struct hostcache *c, const char *key, const struct host *h, const struct plan *plan)
{
	for (;;) {
		struct entry *e = find(c, key);
		bool busy = e != NULL && !e->done;

		if (e != NULL && is_enough(e, plan))
			return e;
		if (!busy && tick_now() >= plan->deadline)
			return NULL;
		if (!busy && may_start(c, h))
			return start(c, e, key, h);
		if (!wait_cond(&c->changed, &c->lock, plan->deadline + (busy ? GRACE : 0)))
			return NULL;
	}
}

/* Probe without the lock; returns what becomes e->had. */
static int64_t
probe(struct entry *e, const struct probe_env *env)
{
	struct plan plan = *env->plan;
	struct probe_env shared = *env;
	int64_t began = tick_now(), limit = host_limit(&plan);

	plan.rcpt = NULL;
	shared.plan = &plan;
	probe_host(&e->host, &shared, tick_min(limit, plan.deadline));
	revoke_settle(env->revoke, &e->host);
	return limit <= plan.deadline || tick_now() < plan.deadline ? INT64_MAX :
								       plan.deadline - began;
}

/* With the lock: take over what was found out; what the target knows of the host itself stays. */
static void
take(struct hostcache *c, struct entry *e, struct host *h)
{
	struct host mine = *h;

	TAILQ_REMOVE(&c->done, e, order);
	TAILQ_INSERT_TAIL(&c->done, e, order);
	*h = e->host;
	h->mx = mine.mx;
	h->preference = mine.preference;
	h->mx_index = mine.mx_index;
	h->proof = mine.proof;
	h->mx_is_address = mine.mx_is_address;
	h->address_bogus = mine.address_bogus;
	h->lost_family = mine.lost_family;
	h->tlsa = mine.tlsa;
	h->pool = pool_share(e->host.pool);
}

/* From and To of this target's recipient, in a session of their own. */
static void
ask_recipient(struct host *h, const struct probe_env *env)
{
	struct plan plan = *env->plan;
	struct probe_env mine = *env;
	struct host scratch = { .mx = h->mx, .address = h->address, .port = h->port };

	if (h->status != HOST_TESTED || plan.rcpt == NULL || h->step[STEP_FROM].state == STEP_SKIP)
		return;
	plan.legacy = plan.mandatory_tls = false;
	mine.plan = &plan;
	mine.revoke = NULL;
	probe_host(&scratch, &mine, tick_min(host_limit(&plan), plan.deadline));
	pool_hold(scratch.pool, h->pool);
	h->pool = scratch.pool;
	for (enum step_id id = STEP_FROM; id < STEP_COUNT; id++)
		h->step[id] = scratch.step[id];
	/* a session that did not get as far: the recipient was not asked for, and that is said */
	for (enum step_id id = STEP_ANSWER; id <= STEP_HELO; id++)
		if (scratch.step[id].state != STEP_OK && h->step[STEP_FROM].state == STEP_SKIP)
			h->step[STEP_FROM] = scratch.step[id];
	if (scratch.fault != FAULT_NONE) {
		h->fault = scratch.fault;
		h->fault_why = scratch.fault_why;
	}
}

void
hostcache_probe(struct hostcache *c, struct host *h, const struct probe_env *env)
{
	struct pool *scratch = pool_new();
	const char *key = key_of(scratch, h, env);
	struct entry *e;

	pthread_mutex_lock(&c->lock);
	e = get(c, key, h, env->plan);
	if (e != NULL && !e->done) {
		pthread_mutex_unlock(&c->lock);
		e->had = probe(e, env);
		pthread_mutex_lock(&c->lock);
		keep(c, e);
	}
	if (e != NULL)
		take(c, e, h);
	pthread_mutex_unlock(&c->lock);
	pool_free(scratch);
	if (e != NULL)
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
