// SPDX-License-Identifier: GPL-3.0-or-later
/* upstream.c - what monitoring-plugins' own library does, in a build that links it. */
#include "upstream.h"

#ifdef WITH_LIBMONITORINGPLUG

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* the library's */
#include <extra_opts.h>
#include <states.h>
#include <utils_base.h>

const char *
upstream_state_name(int state)
{
	return state_text((mp_state_enum)state);
}

int
upstream_worse(int a, int b)
{
	return (int)max_state_alt((mp_state_enum)a, (mp_state_enum)b);
}

/*
 * A word from a file as getopt takes it: of "w = 90:" the library makes "-w=90:", of "w  = 90:" "--w  =90:", and
 * "-w90:" it should be.
 */
static char *
adapted(struct pool *p, const char *word)
{
	const char *name = word + (word[1] == '-' ? 2 : 1), *value = strchr(name, '=');
	size_t len = strcspn(name, "=");

	while (len > 0 && (name[len - 1] == ' ' || name[len - 1] == '\t'))
		len--;
	if (value == NULL)
		value = "";
	if (len == 1)
		return pool_printf(p, "-%.1s%s", name, value + (value[0] == '='));
	return pool_printf(p, "--%.*s%s", (int)len, name, value);
}

char **
upstream_expand(struct pool *p, const char *program, int *argc, char **argv, int own)
{
	/* it takes words out of the array that it is given */
	char **left = pool_array(p, (size_t)*argc + 2, sizeof(*left)), **got, **words;
	const char *file = getenv("MP_CONFIG_FILE");

	if (file != NULL && file[0] == '\0')
		unsetenv("MP_CONFIG_FILE");
	memcpy(left, argv, (size_t)*argc * sizeof(*left));
	got = np_extra_opts(argc, left, program);
	words = pool_array(p, (size_t)*argc + 1, sizeof(*words));
	for (int i = 0; i < *argc; i++) {
		bool from_file = i > 0 && i < *argc - own;

		words[i] = from_file ? adapted(p, got[i]) : got[i];
		if (from_file)
			free(got[i]);
	}
	if (got != left)
		free(got);
	return words;
}

int
upstream_put_back(const char *text, size_t n)
{
	int fd = memfd_create("extra-opts", 0);
	bool good = fd != -1 && write(fd, text, n) == (ssize_t)n && lseek(fd, 0, SEEK_SET) == 0 &&
	    dup2(fd, STDIN_FILENO) == STDIN_FILENO;

	if (fd != -1)
		close(fd);
	return good ? 0 : -1;
}

#endif
