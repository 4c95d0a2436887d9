// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_hostcache.c - hosts shared by many threads: who probes, who waits, who gets what.
 * probe_host() and revoke_settle() are ours here: a probe takes the time that its MX is named for.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "hostcache.h"
#include "tap.h"
#include "tick.h"

#define PARALLEL 4
#define THREADS 16
#define HOSTS 40
#define LONG (20 * TICK_SEC)	/* a deadline that nothing here waits for */

/* What the fake saw; reset by fake_start(). */
static struct {
	atomic_int probes, running, most;
	atomic_int here[256];	/* at this last byte of the address */
	atomic_int twice;	/* probes of one address at once */
	atomic_int recipients;	/* with a recipient */
	atomic_int settled;
} fake;

static void
fake_start(void)
{
	memset(&fake, 0, sizeof(fake));
}

static void
sleep_until(int64_t tick)
{
	struct timespec until = { tick / TICK_SEC, tick % TICK_SEC * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
		;
}

static int
last_byte(const struct host *h)
{
	return atoi(strrchr(h->address.text, '.') + 1);
}

/* "mx20.example" takes 20 ms. */
void
probe_host(struct host *h, const struct probe_env *env, int64_t deadline)
{
	int64_t end = tick_now() + atoi(h->mx + 2) * TICK_MS;
	int at = last_byte(h), running = atomic_fetch_add(&fake.running, 1) + 1;
	int most = atomic_load(&fake.most);

	while (running > most && !atomic_compare_exchange_weak(&fake.most, &most, running))
		;
	fake.twice += atomic_fetch_add(&fake.here[at], 1) > 0;
	fake.probes++;
	fake.recipients += env->plan->rcpt != NULL;
	/* as the real one: nothing of h but what it was given stays */
	*h = (struct host){ .mx = h->mx,
		.preference = h->preference,
		.mx_index = h->mx_index,
		.address = h->address,
		.port = h->port,
		.dane = h->dane,
		.pool = pool_new() };
	sleep_until(tick_min(end, deadline));
	h->status = end <= deadline ? HOST_TESTED : HOST_UNTESTED;
	h->smtp.banner = pool_printf(h->pool, "220 %s", h->mx);
	for (enum step_id id = 0; id < STEP_COUNT; id++)
		h->step[id].state = STEP_OK;
	h->step[STEP_FROM].why = pool_str(h->pool, env->plan->from);
	h->step[STEP_TO].why = env->plan->rcpt == NULL ? NULL : pool_str(h->pool, env->plan->rcpt);
	atomic_fetch_sub(&fake.here[at], 1);
	atomic_fetch_sub(&fake.running, 1);
}

void
revoke_settle(struct revoke *r, struct host *h)
{
	(void)r;
	(void)h;
	fake.settled++;
}

/* One target's view of one host, in a thread. */
struct asker {
	struct hostcache *cache;
	struct plan plan;
	struct probe_env env;
	struct host h;
	int64_t took;
	pthread_t thread;
};

static void
asker_init(struct asker *a, struct hostcache *cache, const char *mx, const char *address,
    int64_t time)
{
	*a = (struct asker){ .cache = cache };
	a->plan = (struct plan){ .host_timeout = 20, .from = "", .deadline = tick_now() + time };
	a->env = (struct probe_env){ .plan = &a->plan, .domain = "example.org" };
	a->h = (struct host){ .mx = mx, .port = 25, .preference = 10 };
	addr_parse(&a->h.address, address);
}

static void *
ask(void *arg)
{
	struct asker *a = arg;
	int64_t began = tick_now();

	hostcache_probe(a->cache, &a->h, &a->env);
	a->took = tick_now() - began;
	return NULL;
}

static void
ask_all(struct asker *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pthread_create(&a[i].thread, NULL, ask, &a[i]) != 0)
			abort();
	for (size_t i = 0; i < n; i++)
		pthread_join(a[i].thread, NULL);
}

static void
free_all(struct asker *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pool_free(a[i].h.pool);
}

static void
once_for_all(void)
{
	struct hostcache *cache = hostcache_new(PARALLEL);
	struct asker a[THREADS];
	size_t good = 0;

	fake_start();
	for (int i = 0; i < THREADS; i++) {
		asker_init(&a[i], cache, "mx100.example", "192.0.2.1", LONG);
		a[i].h.preference = i;
	}
	ask_all(a, THREADS);
	for (int i = 0; i < THREADS; i++)
		good += a[i].h.status == HOST_TESTED && a[i].h.preference == i &&
		    strcmp(a[i].h.smtp.banner, "220 mx100.example") == 0;
	tap_ok(good == THREADS, "one host: all get what was found, and keep what is theirs");
	tap_ok(fake.probes == 1 && hostcache_probes(cache) == 1, "one host: one probe");
	tap_ok(fake.settled == 1, "one host: revocation is settled once");
	tap_ok(a[0].h.pool == a[1].h.pool, "one host: its memory is shared");
	free_all(a, THREADS);
	ask_all(a, 1);
	tap_ok(fake.probes == 1, "one host: later, too");
	hostcache_free(cache);
	tap_is(a[0].h.smtp.banner, "220 mx100.example",
	    "one host: there as long as a target has it");
	free_all(a, 1);
}

/* The hosts from first to before end, one after another. */
static void
ask_hosts(struct hostcache *cache, int first, int end)
{
	for (int i = first; i < end; i++) {
		char mx[32];
		struct asker a;

		snprintf(mx, sizeof(mx), "mx0.name%d.example", i);
		asker_init(&a, cache, mx, "192.0.2.1", LONG);
		ask(&a);
		pool_free(a.h.pool);
	}
}

/* Whoever was not asked for the longest time is forgotten. */
static void
bounded(void)
{
	struct hostcache *cache = hostcache_new(PARALLEL);
	struct asker a;

	fake_start();
	ask_hosts(cache, 0, HOSTCACHE_HOSTS);
	ask_hosts(cache, 0, HOSTCACHE_HOSTS);
	tap_ok(fake.probes == HOSTCACHE_HOSTS, "many hosts: so many are remembered");
	asker_init(&a, cache, "mx0.name1.example", "192.0.2.1", LONG);
	ask(&a);
	ask_hosts(cache, 0, 1);
	ask_hosts(cache, HOSTCACHE_HOSTS, HOSTCACHE_HOSTS + 1);
	ask_hosts(cache, 0, 2);
	tap_ok(fake.probes == HOSTCACHE_HOSTS + 1,
	    "many hosts: so are those that were asked for again");
	ask_hosts(cache, 2, 3);
	tap_ok(fake.probes == HOSTCACHE_HOSTS + 2, "many hosts: another had to go");
	ask_hosts(cache, HOSTCACHE_HOSTS * 2, HOSTCACHE_HOSTS * 3);
	tap_is(a.h.smtp.banner, "220 mx0.name1.example", "many hosts: what a target has stays");
	pool_free(a.h.pool);
	hostcache_free(cache);
}

/* What makes a probe another one: a change to the first asker's world. */
static void
other_name(struct asker *a)
{
	a->h.mx = "mx2.example";
}
static void
other_port(struct asker *a)
{
	a->h.port = 465;
}
static void
other_address(struct asker *a)
{
	addr_parse(&a->h.address, "192.0.2.9");
}
static void
other_domain(struct asker *a)
{
	a->env.domain = "example.net";
}
static void
other_base(struct asker *a)
{
	a->h.dane.base = "alias.example";
}
static void
other_status(struct asker *a)
{
	a->h.dane.status = DANE_NONE;
}
static void
half_dane(struct asker *a)
{
	a->env.half_dane = true;
}

static void
domain_counts(struct asker *a)
{
	a->plan.match = MATCH_ANY;
}

static void
domain_counts_other(struct asker *a)
{
	a->plan.match = MATCH_ANY;
	a->env.domain = "example.net";
}

static uint8_t digest[] = { 1, 2, 3 }, other[] = { 1, 2, 4 };
static struct tlsa ee = { 3, 1, 1, digest, 3, true, false, NULL };
static struct tlsa ee_other = { 3, 1, 1, other, 3, true, false, NULL };
static struct tlsa ta = { 2, 1, 1, digest, 3, true, false, NULL };

static void
with_record(struct asker *a, struct tlsa *record)
{
	a->h.dane.records = record;
	a->h.dane.nrecords = 1;
}

static void
with_ee(struct asker *a)
{
	with_record(a, &ee);
}
static void
with_other(struct asker *a)
{
	with_record(a, &ee_other);
}
static void
with_ta(struct asker *a)
{
	with_record(a, &ta);
}

static void
with_ee_elsewhere(struct asker *a)
{
	with_ee(a);
	other_domain(a);
}

static void
with_ta_elsewhere(struct asker *a)
{
	with_ta(a);
	other_domain(a);
}

static void
nothing(struct asker *a)
{
	(void)a;
}

static const struct {
	const char *name;
	void (*one)(struct asker *);
	void (*two)(struct asker *);
	int probes;
} pairs[] = {
	{ "the same", nothing, nothing, 1 },
	{ "another name", nothing, other_name, 2 },
	{ "another port", nothing, other_port, 2 },
	{ "another address", nothing, other_address, 2 },
	{ "another domain, which does not matter", nothing, other_domain, 1 },
	{ "another domain, and names of it are looked for", domain_counts, domain_counts_other, 2 },
	{ "another TLSA base", nothing, other_base, 2 },
	{ "another outcome of TLSA", nothing, other_status, 2 },
	{ "an insecure MX", nothing, half_dane, 2 },
	{ "a TLSA record", nothing, with_ee, 2 },
	{ "the same TLSA record", with_ee, with_ee, 1 },
	{ "other data", with_ee, with_other, 2 },
	{ "other usage", with_ee, with_ta, 2 },
	{ "3 1 1 and another domain", with_ee, with_ee_elsewhere, 1 },
	{ "2 1 1 and another domain", with_ta, with_ta_elsewhere, 2 },
};

static void
check_pair(size_t i)
{
	struct hostcache *cache = hostcache_new(PARALLEL);
	struct asker a[2];

	fake_start();
	for (int j = 0; j < 2; j++)
		asker_init(&a[j], cache, "mx1.example", "192.0.2.1", LONG);
	pairs[i].one(&a[0]);
	pairs[i].two(&a[1]);
	ask(&a[0]);
	ask(&a[1]);
	tap_ok(fake.probes == pairs[i].probes, "%s: %d", pairs[i].name, pairs[i].probes);
	free_all(a, 2);
	hostcache_free(cache);
}

/* Many hosts, some of which share an address under different names. */
static void
never_at_once(void)
{
	static char name[HOSTS][32], address[HOSTS][16];
	struct hostcache *cache = hostcache_new(PARALLEL);
	struct asker *a = calloc(HOSTS, sizeof(*a));
	size_t tested = 0;

	fake_start();
	for (int i = 0; i < HOSTS; i++) {
		snprintf(name[i], sizeof(name[i]), "mx5.name%d.example", i);
		snprintf(address[i], sizeof(address[i]), "192.0.2.%d", i % 8);
		asker_init(&a[i], cache, name[i], address[i], LONG);
	}
	ask_all(a, HOSTS);
	for (int i = 0; i < HOSTS; i++)
		tested += a[i].h.status == HOST_TESTED;
	tap_ok(tested == HOSTS && fake.probes == HOSTS, "many names: each is probed");
	tap_ok(fake.twice == 0, "many names: no address twice at once");
	tap_ok(fake.most <= PARALLEL, "many names: no more at once than --parallel");
	tap_ok(fake.most > 1, "many names: but some");
	free_all(a, HOSTS);
	free(a);
	hostcache_free(cache);
}

/* A probe that its target's deadline ends is that target's result, and theirs who have no more time. */
static void
cut_short(void)
{
	struct hostcache *cache = hostcache_new(PARALLEL);
	struct asker a[4];
	size_t cut = 0;

	fake_start();
	for (int i = 0; i < 4; i++)
		asker_init(&a[i], cache, "mx700.example", "192.0.2.1", 300 * TICK_MS);
	ask_all(a, 3);
	for (int i = 0; i < 3; i++)
		cut += a[i].h.status == HOST_UNTESTED;
	/* on a machine that is too busy the others may not be told in time */
	tap_ok(cut > 0 && fake.probes == 1, "cut short: one probe for all who have the same time");
	a[3].plan.deadline = tick_now() + 250 * TICK_MS;
	ask(&a[3]);
	tap_ok(a[3].h.status == HOST_UNTESTED && fake.probes == 1,
	    "cut short: and theirs who have no more time later");
	for (int i = 1; i < 3; i++) {
		pool_free(a[i].h.pool);
		asker_init(&a[i], cache, "mx700.example", "192.0.2.1", LONG);
		ask(&a[i]);
		tap_ok(a[i].h.status == HOST_TESTED && fake.probes == 2,
		    "cut short: who has more time probes again, once");
	}
	tap_ok(a[3].h.status == HOST_UNTESTED &&
		strcmp(a[3].h.smtp.banner, "220 mx700.example") == 0,
	    "cut short: the first result is still there");
	free_all(a, 4);
	hostcache_free(cache);
}

/* --host-timeout is the same for all: what it ended is known for good. */
static void
timed_out(void)
{
	struct hostcache *cache = hostcache_new(PARALLEL);
	struct asker a[2];

	fake_start();
	for (int i = 0; i < 2; i++) {
		asker_init(&a[i], cache, "mx3600000.example", "192.0.2.1", LONG);
		a[i].plan.host_timeout = 0.1;
		ask(&a[i]);
	}
	tap_ok(a[0].h.status == HOST_UNTESTED && a[1].h.status == HOST_UNTESTED && fake.probes == 1,
	    "--host-timeout: one probe");
	free_all(a, 2);
	hostcache_free(cache);
}

/* Whose deadline comes while the address is another's, or all places are taken. */
static void
no_time_left(void)
{
	struct hostcache *cache = hostcache_new(1);
	struct asker a[3];

	fake_start();
	asker_init(&a[0], cache, "mx2500.example", "192.0.2.1", LONG);
	asker_init(&a[1], cache, "mx1.example", "192.0.2.1", 700 * TICK_MS);
	asker_init(&a[2], cache, "mx1.example", "192.0.2.2", 700 * TICK_MS);
	if (pthread_create(&a[0].thread, NULL, ask, &a[0]) != 0)
		abort();
	while (fake.running == 0)
		sleep_until(tick_now() + TICK_MS);
	ask_all(a + 1, 2);
	tap_ok(a[1].h.status == HOST_NOT_STARTED, "no time: the address is taken");
	tap_ok(a[2].h.status == HOST_NOT_STARTED, "no time: all places are taken");
	tap_ok(fake.running == 1 && fake.probes == 1,
	    "no time: they did not wait for the end of it");
	pthread_join(a[0].thread, NULL);
	tap_ok(a[0].h.status == HOST_TESTED, "no time: the one who was there got his result");
	ask(&a[1]);
	tap_ok(a[1].h.status == HOST_NOT_STARTED && fake.probes == 1,
	    "no time: none begins behind its deadline");
	free_all(a, 3);
	hostcache_free(cache);
}

static void
recipients(void)
{
	struct hostcache *cache = hostcache_new(PARALLEL);
	struct asker a[3];

	fake_start();
	for (int i = 0; i < 3; i++)
		asker_init(&a[i], cache, "mx1.example", "192.0.2.1", LONG);
	a[1].plan.rcpt = "one@example.org";
	a[2].plan.rcpt = "two@example.org";
	ask_all(a, 3);
	tap_ok(fake.probes == 3 && hostcache_probes(cache) == 1,
	    "recipients: one probe, and a session each");
	tap_ok(fake.recipients == 2, "recipients: nobody else's are asked about in the probe");
	tap_ok(fake.settled == 1, "recipients: revocation is no matter of theirs");
	tap_ok(a[0].h.step[STEP_TO].why == NULL, "recipients: none");
	tap_is(a[1].h.step[STEP_TO].why, "one@example.org", "recipients: the first");
	tap_is(a[2].h.step[STEP_TO].why, "two@example.org", "recipients: the second");
	tap_ok(a[1].h.pool != a[0].h.pool && a[1].h.pool != a[2].h.pool,
	    "recipients: in memory of their own");
	free_all(a, 3);
	hostcache_free(cache);
}

/* What the target knew lives as long as the cache, even if the target does not. */
static void
lifetime(void)
{
	struct hostcache *cache = hostcache_new(PARALLEL);
	struct pool *p = pool_new();
	struct asker a[2];

	fake_start();
	asker_init(&a[0], cache, pool_str(p, "mx1.example"), "192.0.2.1", LONG);
	a[0].h.dane.base = pool_str(p, "base.example");
	a[0].h.dane.records = pool_copy(p, &ee, sizeof(ee));
	a[0].h.dane.records[0].data = pool_copy(p, digest, 3);
	a[0].h.dane.nrecords = 1;
	ask(&a[0]);
	pool_free(p);
	asker_init(&a[1], cache, "mx1.example", "192.0.2.1", LONG);
	with_ee(&a[1]);
	a[1].h.dane.base = "base.example";
	ask(&a[1]);
	tap_ok(fake.probes == 1, "lifetime: the same host");
	tap_is(a[1].h.dane.base, "base.example", "lifetime: the TLSA base");
	tap_ok(memcmp(a[1].h.dane.records[0].data, digest, 3) == 0, "lifetime: a record");
	free_all(a, 2);
	hostcache_free(cache);
}

int
main(void)
{
	hostcache_free(NULL);
	once_for_all();
	bounded();
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		check_pair(i);
	never_at_once();
	cut_short();
	timed_out();
	no_time_left();
	recipients();
	lifetime();
	return tap_end();
}
