// SPDX-License-Identifier: GPL-3.0-or-later
/* thread.c - threads that cost no more than they need. */
#include "thread.h"

bool
thread_start(pthread_t *thread, size_t stack, void *(*run)(void *), void *arg)
{
	pthread_attr_t attr;
	bool started;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, stack);
	started = pthread_create(thread, &attr, run, arg) == 0;
	pthread_attr_destroy(&attr);
	return started;
}

void
thread_crew(struct pool *p, size_t n, void *(*work)(void *), void *arg)
{
	pthread_t *thread = pool_array(p, n, sizeof(*thread));
	size_t others = 0;

	while (others + 1 < n && thread_start(&thread[others], THREAD_STACK, work, arg))
		others++;
	work(arg);
	while (others > 0)
		pthread_join(thread[--others], NULL);
}
