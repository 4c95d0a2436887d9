// SPDX-License-Identifier: GPL-3.0-or-later
/* test_pool.c - memory that dies together, and what happens when there is none. */
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"
#include "pool.h"
#include "tap.h"

/* Under a sanitizer as without one: no memory is NULL, not the end. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

const char *
__tsan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static const char line[] = "MX_CF UNKNOWN - out of memory\n";

/* What a child says that asks for more than there is, and its exit code. */
static int
starve(char *said, size_t room)
{
	int fd[2], status = -1;
	ssize_t n;
	pid_t child;

	/* what is buffered is the parent's to write */
	fflush(stdout);
	if (pipe(fd) == -1 || (child = fork()) == -1)
		return -1;
	if (child == 0) {
		dup2(fd[1], STDOUT_FILENO);
		memory_on_empty(line);
		pool_array(pool_new(), SIZE_MAX / 2, 4);
		_exit(0);
	}
	close(fd[1]);
	n = read(fd[0], said, room - 1);
	said[n > 0 ? n : 0] = '\0';
	close(fd[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What is in a pool that one owner freed, and another holds; the leak sanitizer sees that all goes in the end. */
static const char *
owners(void)
{
	static char seen[8];
	struct pool *shared = pool_new(), *holder = pool_new();
	const char *text = pool_str(shared, "shared");

	pool_hold(holder, pool_share(shared));
	pool_free(shared);
	memcpy(seen, text, sizeof("shared"));
	pool_free(holder);
	return seen;
}

int
main(void)
{
	struct pool *p = pool_new();
	char said[100];
	int *n = NULL;
	bool good = true;

	for (int i = 0; i < 1000; i++) {
		n = pool_grow(p, n, (size_t)i, sizeof(*n));
		n[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		good = good && n[i] == i;
	tap_ok(good, "an array grows and keeps what it has");
	tap_is(pool_printf(p, "%s-%d", "mx", 1), "mx-1", "formatted text");
	tap_is(pool_strn(p, "abcdef", 3), "abc", "a part of a text");
	tap_ok(((char *)pool_alloc(p, 100))[99] == 0, "memory is zeroed");
	tap_ok(pool_alloc(p, 0) != NULL, "nothing is something");
	pool_free(p);
	pool_free(NULL);
	tap_is(owners(), "shared", "a shared pool stays until its last owner is gone");
	tap_ok(starve(said, sizeof(said)) == 3, "out of memory: exit 3");
	tap_is(said, line, "out of memory: the line");
	return tap_end();
}
