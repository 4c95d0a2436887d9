/* SPDX-License-Identifier: GPL-3.0-or-later */
/* child.h - another program, run to its end or to a deadline. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "pool.h"

/* Where its output goes, stdout and stderr alike, as it comes.  False: nobody takes it any more, end the program. */
struct child_sink {
	bool (*take)(void *arg, const char *bytes, size_t n);
	void *arg;
};

/* The first of names (NULL ends) that is a program in a directory of path (as $PATH); NULL: none is. */
const char *child_find(struct pool *p, const char *const *names, const char *path);

/*
 * Run file with argv (NULL ends), without a shell, its stdin empty, in a process group of its own, which is ended
 * with it.  0: it came to its end, whatever its exit code.
 * ERR_TIMEOUT: the tick deadline came first; the group got SIGTERM and a third of a second later SIGKILL.
 * ERR_SYSTEM: it cannot be started, died of a signal, or its output was not taken.
 */
int child_run(const char *file, const char *const *argv, const struct child_sink *sink,
    int64_t deadline, struct err *e);

#endif
