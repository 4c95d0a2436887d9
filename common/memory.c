// SPDX-License-Identifier: GPL-3.0-or-later
/* memory.c - what happens when there is no memory. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

#define EXIT_UNKNOWN 3

/* Set once before the first thread. */
static const char *empty_line = "UNKNOWN - out of memory\n";

void
memory_on_empty(const char *line)
{
	empty_line = line;
}

void
memory_empty(void)
{
	ssize_t said = write(STDOUT_FILENO, empty_line, strlen(empty_line));

	(void)said;
	_exit(EXIT_UNKNOWN);
}

void
memory_heaps(int most)
{
	mallopt(M_ARENA_MAX, most);
}

void
memory_trim(void)
{
	malloc_trim(0);
}

#if !defined(SANDBOX_UNFIT) && defined(__GLIBC__)

/* The C library's own, by the names that it keeps for those who stand before them. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static void *
had(void *p)
{
	if (p == NULL)
		memory_empty();
	return p;
}

void *
malloc(size_t n)
{
	return had(__libc_malloc(n));
}

void *
calloc(size_t n, size_t size)
{
	return had(__libc_calloc(n, size));
}

/* Of no bytes it frees, and rightly returns nothing. */
void *
realloc(void *p, size_t n)
{
	void *grown = __libc_realloc(p, n);

	return n == 0 ? grown : had(grown);
}

#endif
