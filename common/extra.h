/* SPDX-License-Identifier: GPL-3.0-or-later */
/* extra.h - --extra-opts: options from an ini file, in front of those of the command line. */
#ifndef EXTRA_H
#define EXTRA_H

#include "err.h"
#include "pool.h"

/* A command line: argv[argc] is NULL. */
struct extra {
	int argc;
	char **argv;
	const char *exposed;	/* a file with a password that others may read; NULL: none */
};

/*
 * Replace every --extra-opts[=[SECTION][@FILE]] of argc, argv by the options of that section, put behind
 * argv[0], as monitoring-plugins does it: so the command line wins.  SECTION is program by default, FILE the one
 * that MP_CONFIG_FILE names, or the first of the directories in NAGIOS_CONFIG_PATH, or of the usual places.
 * Without --extra-opts out is argc, argv.  ERR_USAGE names the option, the file and the line.
 */
int extra_expand(struct extra *out, struct pool *p, const char *program, int argc, char **argv,
    struct err *e);

#endif
