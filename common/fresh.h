/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fresh.h - does what an authority signed with dates, an OCSP response or a CRL, still hold?  Pure. */
#ifndef FRESH_H
#define FRESH_H

#include <stdint.h>

#include "pool.h"

#define FRESH_SKEW 300	/* seconds that its clock and ours may differ */
#define FRESH_DAY 86400 /* without a next update, what is older than this says nothing about today */

/*
 * It was signed at thisUpdate, with the next due at nextUpdate (0: none is promised), seconds since the epoch.
 * NULL when it holds at now, else a reason in p: "out of date since 2026-11-23T12:00:00Z".
 */
const char *fresh_why(struct pool *p, int64_t this_update, int64_t next_update, int64_t now);

/* "as of 2026-11-23T12:00:00Z, next update 2026-11-24T12:00:00Z" */
const char *fresh_text(struct pool *p, int64_t this_update, int64_t next_update);

#endif
