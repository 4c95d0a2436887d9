/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool.h - memory that dies together: linked callocs, so that the address sanitizer keeps its red zones.
 * A pool belongs to one thread at a time, but for a shared one, which nobody takes from any more.
 * Running out of memory never returns (memory.h).
 */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

struct pool;

struct pool *pool_new(void);

/* Free everything taken from p, and p; a shared one when its last owner does.  NULL is fine. */
void pool_free(struct pool *p);

/* p with one owner more, in whatever thread: it is only read from now on. */
struct pool *pool_share(struct pool *p);

/* other is p's now: it is freed with p. */
void pool_hold(struct pool *p, struct pool *other);

/* Overwrite all of p's memory, then free it; not of a shared one.  NULL is fine. */
void pool_wipe(struct pool *p);

/* n zeroed bytes, aligned for anything. */
void *pool_alloc(struct pool *p, size_t n);

/* n elements of size bytes, zeroed. */
void *pool_array(struct pool *p, size_t n, size_t size);

void *pool_copy(struct pool *p, const void *from, size_t n);
char *pool_str(struct pool *p, const char *s);
char *pool_strn(struct pool *p, const char *s, size_t n);
char *pool_printf(struct pool *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * A growing array: room for one more element behind the n there are, doubling when full (capacity is
 * the next power of two, at least 8).  Returns the array, which may have moved; the old one stays in p.
 */
void *pool_grow(struct pool *p, void *array, size_t n, size_t size);

#endif
