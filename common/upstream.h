/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * upstream.h - what monitoring-plugins' own library does, in a build that links it (make WITH_LIBMONITORINGPLUG=DIR);
 * in others there is none of this, and extra.c and sev.c do the same themselves.  Its headers have names of ours:
 * they are included in upstream.c alone.
 */
#ifndef UPSTREAM_H
#define UPSTREAM_H

#ifdef WITH_LIBMONITORINGPLUG

#include <stddef.h>

#include "pool.h"

/* "OK"; state is an exit code. */
const char *upstream_state_name(int state);

/* The worse of two exit codes, UNKNOWN between OK and WARNING. */
int upstream_worse(int a, int b);

/*
 * argv with every --extra-opts replaced, in p, NULL behind its *argc words; the last own ones of them are the
 * caller's, the others behind argv[0] are from files.  What is wrong in a file has been found
 * by extra.c: of that the library would print a line of its own, and exit.
 */
char **upstream_expand(struct pool *p, const char *program, int *argc, char **argv, int own);

/* Let standard input be these n bytes, for the library to read once more.  -1: it cannot be. */
int upstream_put_back(const char *text, size_t n);

#endif

#endif
