// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * step_clock.c - put in front of a command (LD_PRELOAD), the wall clock is set by STEP_SECONDS once it has been read
 * STEP_AFTER times.  The monotonic clock goes on.
 */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static atomic_long reads;

static time_t
step(void)
{
	const char *after = getenv("STEP_AFTER"), *seconds = getenv("STEP_SECONDS");

	if (after == NULL || seconds == NULL || atomic_fetch_add(&reads, 1) < atol(after))
		return 0;
	return atol(seconds);
}

int
clock_gettime(clockid_t clock, struct timespec *when)
{
	static int (*own)(clockid_t, struct timespec *);
	int rc;

	if (own == NULL)
		*(void **)&own = dlsym(RTLD_NEXT, "clock_gettime");
	rc = own(clock, when);
	if (rc == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		when->tv_sec += step();
	return rc;
}

time_t
time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}

int
gettimeofday(struct timeval *when, void *zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*when = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}
