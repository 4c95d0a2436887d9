/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opt.h - typed option tables: they parse the command line into a plan and print --help. */
#ifndef OPT_H
#define OPT_H

#include <stddef.h>

#include "err.h"
#include "plan.h"

enum opt_type {
	OPT_FLAG,	/* bool: true */
	OPT_ON,		/* int: 1 */
	OPT_OFF,	/* int: 0 */
	OPT_COUNT,	/* long: one more each time */
	OPT_TEXT,	/* const char * */
	OPT_SECRET,	/* the same, wiped where it was found */
	OPT_LIST,	/* struct list: one more */
	OPT_INT,	/* long within lo..hi */
	OPT_NUM,	/* double within lo..hi */
	OPT_RANGE,	/* struct range */
	OPT_LOW,	/* struct range of a quantity that is bad when low */
	OPT_DAYS,	/* -D: cert_warn and cert_crit */
	OPT_WORD,	/* enum (int): position in words, a NULL-terminated list */
	OPT_SEVERITY,	/* int[SEV_COUNT] */
	OPT_EXTRA,	/* --extra-opts, which extra.h has taken out before */
	OPT_HELP, OPT_VERSION,
};

struct opt {
	int short_name;		/* 0: none */
	const char *name;	/* long; NULL ends the table */
	enum opt_type type;
	size_t at;		/* offset in struct plan */
	const char *arg;	/* placeholder in --help; NULL: takes none */
	const char *help;
	double lo, hi;
	const char *const *words;
	int first;		/* OPT_WORD: the value of words[0] */
};

/* A group of options under one heading in --help. */
struct opt_group {
	const char *title;
	const struct opt *opts;
};

/* The words for PROTO_TLS10 and up. */
extern const char *const opt_versions[];

/* opt_smtp and opt_mail are for plugins that go on to MAIL FROM, opt_session for all that connect. */
extern const struct opt opt_common[], opt_tls[], opt_session[], opt_smtp[], opt_mail[];

/* What tells one plugin from another. */
struct opt_plugin {
	enum plugin plugin;
	const char *program;	/* "check_mx_cf" */
	const char *name;	/* "MX_CF" */
	const char *about;	/* one sentence */
	const struct opt_group *groups;	/* ends with title NULL */
	const char *examples;	/* printed at the end of --help */
};

enum opt_result { OPT_RUN, OPT_SAID };	/* OPT_SAID: --help or --version, text is ready to print */

/*
 * Parse argv into plan (zeroed but for pool and started), defaults, conversions and contradictions
 * included.  -1: one sentence in e that names the option, fit for the plugin line.
 * On OPT_SAID *text is what to print; --help counts wherever it stands.
 */
int opt_parse(const struct opt_plugin *plugin, int argc, char **argv, struct plan *plan,
    enum opt_result *result, const char **text, struct err *e);

/* The text of --help, from the tables, at most 80 columns wide. */
const char *opt_help(const struct opt_plugin *plugin, struct pool *p);

#endif
