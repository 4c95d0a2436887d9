// SPDX-License-Identifier: GPL-3.0-or-later
/* tick.c - monotonic time, and the date. */
#include <time.h>

#include "tick.h"

int64_t
tick_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * TICK_SEC + ts.tv_nsec / 1000;
}

int64_t
tick_wall(void)
{
	return time(NULL);
}

int64_t
tick_min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
tick_halfway(int64_t from, int64_t deadline)
{
	return from + (deadline - from) / 2;
}
