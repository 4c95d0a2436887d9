/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ini.h - one section of an ini file as the plugins of monitoring-plugins read it (--extra-opts).  Pure.
 *
 * "[section]", "key = value", "key =" (no value), comments behind ';' or '#' at the beginning of a line; blanks
 * around names and values do not count, everything inside a value does.  A section may stand there several times.
 */
#ifndef INI_H
#define INI_H

#include <stddef.h>

#include "err.h"
#include "pool.h"

#define INI_SIZE (256 * 1024)	/* of a whole file; real ones have some lines */

struct ini_entry {
	const char *key, *value;	/* value "" for none */
	size_t line;			/* counted from 1 */
};

struct ini {
	struct ini_entry *entry;
	size_t n;
	size_t sections;	/* how often the section was there */
};

/*
 * The entries of section in the first n bytes of text, in p.  A section that is not there is no failure here.
 * ERR_USAGE: "line 3: ..." for a line that is none of these, one before the first section, or a NUL byte.
 */
int ini_parse(struct ini *out, struct pool *p, const char *text, size_t n, const char *section,
    struct err *e);

#endif
