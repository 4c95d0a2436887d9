// SPDX-License-Identifier: GPL-3.0-or-later
/* test_thread.c - crews of threads, and waiting for one another until a deadline. */
#include "tap.h"
#include "thread.h"
#include "tick.h"
#include "wait.h"

#define FAR (60 * TICK_SEC) /* nobody waits as long */

/* Those who came; each waits for all. */
struct meeting {
	pthread_mutex_t lock;
	pthread_cond_t came;
	int64_t deadline;
	size_t want, here, late;
};

static void
meeting_open(struct meeting *m, size_t want, int64_t patience)
{
	*m = (struct meeting){ .deadline = tick_now() + patience, .want = want };
	pthread_mutex_init(&m->lock, NULL);
	wait_cond_init(&m->came);
}

static void
meeting_close(struct meeting *m)
{
	pthread_cond_destroy(&m->came);
	pthread_mutex_destroy(&m->lock);
}

static void *
meet(void *arg)
{
	struct meeting *m = arg;

	pthread_mutex_lock(&m->lock);
	m->here++;
	pthread_cond_broadcast(&m->came);
	while (m->here < m->want)
		if (!wait_cond(&m->came, &m->lock, m->deadline)) {
			m->late++;
			break;
		}
	pthread_mutex_unlock(&m->lock);
	return NULL;
}

static void
test_crews(struct pool *p)
{
	static const size_t sizes[] = { 0, 1, 2, 8 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n = sizes[i] == 0 ? 1 : sizes[i];
		struct meeting m;

		meeting_open(&m, n, FAR);
		thread_crew(p, sizes[i], meet, &m);
		tap_ok(m.here == n && m.late == 0, "a crew of %zu: all at once, all back",
		    sizes[i]);
		meeting_close(&m);
	}
}

static void
test_deadline(struct pool *p)
{
	struct meeting m;

	meeting_open(&m, 2, TICK_MS);
	thread_crew(p, 1, meet, &m);
	tap_ok(m.here == 1 && m.late == 1, "nobody else came by the deadline");
	meeting_close(&m);
}

static void
test_waiting(void)
{
	struct meeting m;
	pthread_t thread;
	bool signalled = true;

	meeting_open(&m, 1, FAR);
	pthread_mutex_lock(&m.lock);
	tap_ok(!wait_cond(&m.came, &m.lock, tick_now() - 1), "a deadline that is over");
	tap_ok(thread_start(&thread, THREAD_STACK, meet, &m), "a thread starts");
	/* the lock keeps it out until we wait */
	while (m.here == 0 && signalled)
		signalled = wait_cond(&m.came, &m.lock, tick_now() + FAR);
	tap_ok(signalled && m.here == 1, "somebody came");
	pthread_mutex_unlock(&m.lock);
	pthread_join(thread, NULL);
	meeting_close(&m);
}

int
main(void)
{
	struct pool *p = pool_new();

	test_crews(p);
	test_deadline(p);
	test_waiting();
	pool_free(p);
	return tap_end();
}
