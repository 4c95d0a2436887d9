/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tick.h - monotonic time.  Every deadline in this project is an absolute tick. */
#ifndef TICK_H
#define TICK_H

#include <stdint.h>

#define TICK_SEC INT64_C(1000000)
#define TICK_MS INT64_C(1000)

/* Microseconds on CLOCK_MONOTONIC. */
int64_t tick_now(void);

/* Seconds since the epoch: the date certificates are held against. */
int64_t tick_wall(void);

/* The earlier of two ticks. */
int64_t tick_min(int64_t a, int64_t b);

/* Halfway from a tick to a deadline: for a first try that must leave as much time to a second. */
int64_t tick_halfway(int64_t from, int64_t deadline);

#endif
