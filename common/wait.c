// SPDX-License-Identifier: GPL-3.0-or-later
/* wait.c - the one place where a thread waits for the network, or for another thread until a deadline. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>

#include "tick.h"
#include "wait.h"

#define LONGEST_MS 3600000 /* no deadline is further away: --timeout ends at ten minutes */

int
wait_fds(struct pollfd *fds, size_t n, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline - tick_now();
		/* rounded up: poll() returning a moment early would spin */
		int64_t ms = left <= 0 ? 0 : tick_min((left + TICK_MS - 1) / TICK_MS, LONGEST_MS);
		int ready = poll(fds, n, (int)ms);

		if (ready > 0)
			return ready;
		if (ready == 0 && left <= 0)
			return 0;
		if (ready < 0 && errno != EINTR && errno != EAGAIN)
			return 0;
	}
}

int
wait_fd(int fd, short events, int64_t deadline)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	return wait_fds(&pfd, 1, deadline) > 0;
}

int
wait_stream(int fd, int64_t deadline)
{
	int on = 1;

	/* the kernel forgets this after a while: set before every wait */
	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
	return wait_fd(fd, POLLIN, deadline);
}

void
wait_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t clock;

	pthread_condattr_init(&clock);
	/* that of ticks */
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &clock);
	pthread_condattr_destroy(&clock);
}

int
wait_cond(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline)
{
	const struct timespec until = { .tv_sec = deadline / TICK_SEC,
		.tv_nsec = deadline % TICK_SEC * 1000 };

	return pthread_cond_timedwait(cond, lock, &until) == 0;
}
