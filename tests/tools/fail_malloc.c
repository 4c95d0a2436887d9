// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fail_malloc.c - put in front of a command (LD_PRELOAD), memory fails: the FAIL_MALLOC-th allocation, and with
 * FAIL_FROM set all behind it, too.  Without them the number of allocations is appended to the file FAIL_REPORT.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What the plugins' own malloc() calls (common/memory.c): before it nobody can stand. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static void *(*own_malloc)(size_t);
static void *(*own_calloc)(size_t, size_t);
static void *(*own_realloc)(void *, size_t);
static atomic_long calls;
static long at = -1;	/* -1: nobody has looked yet; 0: none */
static bool on;

static bool
fails(void)
{
	long n = atomic_fetch_add(&calls, 1) + 1;

	if (at == -1) {
		const char *text = getenv("FAIL_MALLOC");

		on = getenv("FAIL_FROM") != NULL;
		at = text == NULL ? 0 : atol(text);
	}
	if (at == 0 || n < at || (n > at && !on))
		return false;
	errno = ENOMEM;
	return true;
}

__attribute__((constructor)) static void
find(void)
{
	*(void **)&own_malloc = dlsym(RTLD_NEXT, "__libc_malloc");
	*(void **)&own_calloc = dlsym(RTLD_NEXT, "__libc_calloc");
	*(void **)&own_realloc = dlsym(RTLD_NEXT, "__libc_realloc");
}

void *
__libc_malloc(size_t n)
{
	if (own_malloc == NULL)
		find();
	return fails() ? NULL : own_malloc(n);
}

void *
__libc_calloc(size_t n, size_t size)
{
	if (own_calloc == NULL)
		find();
	return fails() ? NULL : own_calloc(n, size);
}

void *
__libc_realloc(void *p, size_t n)
{
	if (own_realloc == NULL)
		find();
	return fails() ? NULL : own_realloc(p, n);
}

__attribute__((destructor)) static void
report(void)
{
	const char *file = getenv("FAIL_REPORT");
	char text[32];
	int fd, n;

	if (file == NULL || (fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600)) == -1)
		return;
	n = snprintf(text, sizeof(text), "%ld\n", atomic_load(&calls));
	if (write(fd, text, (size_t)n) != n)
		perror(file);
	close(fd);
}
