// SPDX-License-Identifier: GPL-3.0-or-later
/* pool.c - memory that dies together. */
#include <malloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pool.h"

struct block {
	struct block *next;
	_Alignas(max_align_t) unsigned char bytes[];
};

/* Another pool that is freed with this one. */
struct held {
	struct held *next;
	struct pool *pool;
};

struct pool {
	struct block *first;
	struct held *held;
	atomic_uint owners;
};

static void *
take(size_t n)
{
	void *mem = calloc(1, n);

	if (mem == NULL)
		memory_empty();
	return mem;
}

struct pool *
pool_new(void)
{
	struct pool *p = take(sizeof(*p));

	atomic_init(&p->owners, 1);
	return p;
}

void
pool_free(struct pool *p)
{
	struct block *b, *next;

	if (p == NULL)
		return;
	if (atomic_fetch_sub(&p->owners, 1) > 1)
		return;
	for (struct held *h = p->held; h != NULL; h = h->next)
		pool_free(h->pool);
	for (b = p->first; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(p);
}

struct pool *
pool_share(struct pool *p)
{
	atomic_fetch_add(&p->owners, 1);
	return p;
}

void
pool_hold(struct pool *p, struct pool *other)
{
	struct held *h = pool_alloc(p, sizeof(*h));

	*h = (struct held){ .next = p->held, .pool = other };
	p->held = h;
}

void
pool_wipe(struct pool *p)
{
	for (struct block *b = p == NULL ? NULL : p->first; b != NULL; b = b->next)
		explicit_bzero(b->bytes, malloc_usable_size(b) - sizeof(*b));
	pool_free(p);
}

void *
pool_alloc(struct pool *p, size_t n)
{
	struct block *b = take(
	    sizeof(*b) + (n > SIZE_MAX - sizeof(*b) ? SIZE_MAX - sizeof(*b) : n));

	b->next = p->first;
	p->first = b;
	return b->bytes;
}

void *
pool_array(struct pool *p, size_t n, size_t size)
{
	return pool_alloc(p, size != 0 && n > SIZE_MAX / size ? SIZE_MAX : n * size);
}

void *
pool_copy(struct pool *p, const void *from, size_t n)
{
	void *to = pool_alloc(p, n);

	if (n > 0)
		memcpy(to, from, n);
	return to;
}

char *
pool_strn(struct pool *p, const char *s, size_t n)
{
	char *to = pool_alloc(p, n + 1);

	if (n > 0)
		memcpy(to, s, n);
	return to;
}

char *
pool_str(struct pool *p, const char *s)
{
	return pool_strn(p, s, strlen(s));
}

char *
pool_printf(struct pool *p, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return pool_str(p, "");
	to = pool_alloc(p, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return to;
}

void *
pool_grow(struct pool *p, void *array, size_t n, size_t size)
{
	void *to;

	if (n != 0 && (n < 8 || (n & (n - 1)) != 0))
		return array;
	to = pool_array(p, n == 0 ? 8 : n * 2, size);
	if (n > 0)
		memcpy(to, array, n * size);
	return to;
}
