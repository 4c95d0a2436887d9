// SPDX-License-Identifier: GPL-3.0-or-later
/* opt.c - the command line into a plan: getopt_long() underneath typed tables. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "extra.h"
#include "opt.h"
#include "plan_check.h"
#include "secret.h"
#include "text.h"
#include "version.h"

#define LONG_VALUE 256	/* above every character: what getopt_long() returns for options[0] */
#define DAYS_MAX 100000
#define FIELD_MAX 64	/* longer than any severity key or number that means something */

struct parser {
	const struct opt_plugin *plugin;
	struct plan *plan;
	const struct opt **options;	/* of all groups */
	size_t n;
	struct option *longs;
	char *shorts;
	bool help, version;
};

static void *
field(const struct parser *x, const struct opt *o)
{
	return (char *)x->plan + o->at;
}

static int
refuse(const struct parser *x, const struct opt *o, const char *arg, const char *why, struct err *e)
{
	return err_set(e, ERR_USAGE, "--%s: \"%s\" %s", o->name, plan_echo(x->plan, arg), why);
}

static int
set_flag(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	(void)arg;
	(void)e;
	*(bool *)field(x, o) = true;
	return 0;
}

static int
set_switch(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	(void)arg;
	(void)e;
	*(int *)field(x, o) = o->type == OPT_ON;
	return 0;
}

static int
set_count(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	(void)arg;
	(void)e;
	++*(long *)field(x, o);
	return 0;
}

static int
set_text(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	(void)e;
	*(const char **)field(x, o) = arg;
	return 0;
}

/* Everybody sees the command line of a process: a password is gone from there as early as can be. */
static int
set_secret(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	struct plan *plan = x->plan;
	const char *kept;

	/* a proxy without one */
	if (o->at == offsetof(struct plan, socks_arg) && strchr(arg, '@') == NULL)
		return set_text(x, o, arg, e);
	if (plan->secrets == NULL) {
		plan->secrets = pool_new();
		secret_hold();
	}
	kept = pool_str(plan->secrets, arg);
	explicit_bzero((char *)(uintptr_t)arg, strlen(arg));
	return set_text(x, o, kept, e);
}

static int
set_list(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	struct list *list = field(x, o);

	(void)e;
	list->item = pool_grow(x->plan->pool, list->item, list->n, sizeof(list->item[0]));
	list->item[list->n++] = arg;
	return 0;
}

static int
set_int(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	char why[80];

	if (text_int(arg, (long)o->lo, (long)o->hi, field(x, o)))
		return 0;
	snprintf(why, sizeof(why), "is not a whole number from %g to %g", o->lo, o->hi);
	return refuse(x, o, arg, why, e);
}

static int
set_num(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	char why[80];
	double v;

	if (text_num(arg, &v) && v >= o->lo && v <= o->hi) {
		*(double *)field(x, o) = v;
		return 0;
	}
	snprintf(why, sizeof(why), "is not a number from %g to %g", o->lo, o->hi);
	return refuse(x, o, arg, why, e);
}

static int
set_range(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	int (*parse)(struct range *, const char *, struct err *) =
	    o->type == OPT_LOW ? range_parse_low : range_parse;
	struct err why = { 0 };

	if (parse(field(x, o), arg, &why) == -1)
		return err_set(e, ERR_USAGE, "--%s=%s: %s", o->name, plan_echo(x->plan, arg),
		    why.msg);
	return 0;
}

static bool
days(const char *s, double *out)
{
	double v;

	if (!text_num(s, &v) || v < 0 || v > DAYS_MAX)
		return false;
	*out = v;
	return true;
}

/* "WARN[,CRIT]"; without CRIT none, as in monitoring-plugins. */
static int
set_days(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	const char *comma = strchr(arg, ',');
	char first[FIELD_MAX];
	double warn, crit = 0;
	int n = snprintf(first, sizeof(first), "%.*s", (int)strcspn(arg, ","), arg);

	if (n < 0 || n >= FIELD_MAX || !days(first, &warn) ||
	    (comma != NULL && !days(comma + 1, &crit)))
		return refuse(x, o, arg, "is not WARN[,CRIT] in days", e);
	x->plan->cert_warn = warn;
	x->plan->cert_crit = crit;
	return 0;
}

/* "a, b or c" */
static const char *
alternatives(struct pool *p, const char *const *words)
{
	struct text t = { .p = p };

	for (size_t i = 0; words[i] != NULL; i++)
		text_add(&t, "%s%s", i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ", words[i]);
	return text_get(&t);
}

static int
set_word(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	struct pool *p = x->plan->pool;

	for (int i = 0; o->words[i] != NULL; i++)
		if (strcasecmp(o->words[i], arg) == 0) {
			*(int *)field(x, o) = o->first + i;
			return 0;
		}
	return refuse(x, o, arg, pool_printf(p, "is not %s", alternatives(p, o->words)), e);
}

static int
set_severity(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	const char *equals = strchr(arg, '=');
	char name[FIELD_MAX];
	enum sev_key key;
	enum state state;
	int n = snprintf(name, sizeof(name), "%.*s", (int)strcspn(arg, "="), arg);

	if (equals == NULL)
		return refuse(x, o, arg, "is not KEY=STATE", e);
	if (n < 0 || n >= FIELD_MAX || !sev_find(name, &key))
		return refuse(x, o, arg, "begins with no key there is", e);
	if (sev_default(x->plugin->plugin, key) == SEV_NONE)
		return refuse(x, o, arg, "begins with a key this plugin does not know", e);
	if (!state_find(equals + 1, &state))
		return refuse(x, o, arg, "does not end in ok, warning, critical or unknown", e);
	x->plan->severity[key] = (int)state;
	return 0;
}

/* Only a shortened name comes here. */
static int
not_in_full(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	(void)x;
	(void)arg;
	return err_set(e, ERR_USAGE, "--%s must be written in full", o->name);
}

static int
ask_help(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	(void)arg;
	(void)e;
	*(o->type == OPT_HELP ? &x->help : &x->version) = true;
	return 0;
}

static int (*const setters[])(struct parser *, const struct opt *, const char *, struct err *) = {
	[OPT_FLAG] = set_flag,		[OPT_ON] = set_switch,		[OPT_OFF] = set_switch,
	[OPT_COUNT] = set_count,	[OPT_TEXT] = set_text,		[OPT_SECRET] = set_secret,
	[OPT_LIST] = set_list,		[OPT_INT] = set_int,		[OPT_NUM] = set_num,
	[OPT_RANGE] = set_range,	[OPT_LOW] = set_range,		[OPT_DAYS] = set_days,
	[OPT_WORD] = set_word,		[OPT_SEVERITY] = set_severity,	[OPT_EXTRA] = not_in_full,
	[OPT_HELP] = ask_help,		[OPT_VERSION] = ask_help,
};

/* Flatten the groups and translate them for getopt_long(). */
static void
prepare(struct parser *x)
{
	struct pool *p = x->plan->pool;
	struct text shorts = { .p = p };

	text_add(&shorts, ":");		/* tell a missing argument from an unknown option */
	for (const struct opt_group *g = x->plugin->groups; g->title != NULL; g++)
		for (const struct opt *o = g->opts; o->name != NULL; o++) {
			x->options = pool_grow(p, x->options, x->n, sizeof(x->options[0]));
			x->options[x->n++] = o;
			if (o->short_name != 0)
				text_add(&shorts, "%c%s", o->short_name, o->arg == NULL ? "" : ":");
		}
	x->shorts = shorts.s;
	x->longs = pool_array(p, x->n + 1, sizeof(x->longs[0]));
	for (size_t i = 0; i < x->n; i++)
		x->longs[i] = (struct option){
			.name = x->options[i]->name,
			.has_arg = x->options[i]->arg == NULL ? no_argument : required_argument,
			.val = LONG_VALUE + (int)i,
		};
}

/* The option for a value that getopt_long() returned; NULL for an unknown one. */
static const struct opt *
find(const struct parser *x, int value)
{
	for (size_t i = 0; i < x->n; i++)
		if (value == LONG_VALUE + (int)i ||
		    (value != 0 && value == x->options[i]->short_name))
			return x->options[i];
	return NULL;
}

/* getopt_long() said '?'. */
static int
unknown(const struct parser *x, const char *word, struct err *e)
{
	const struct opt *o = optopt >= LONG_VALUE ? find(x, optopt) : NULL;
	const char letter[] = { '-', (char)optopt, '\0' };

	if (o != NULL)
		return err_set(e, ERR_USAGE, "--%s takes no value", o->name);
	return err_set(e, ERR_USAGE, "unknown or ambiguous option %s",
	    plan_echo(x->plan, optopt != 0 ? letter : word));
}

static int
apply(struct parser *x, const struct opt *o, const char *arg, struct err *e)
{
	if (o->arg != NULL && *arg == '\0')
		return err_set(e, ERR_USAGE, "--%s needs %s, not an empty value", o->name, o->arg);
	return setters[o->type](x, o, arg, e);
}

/* Goes on after a failure: --help counts wherever it stands. */
static int
scan(struct parser *x, int argc, char **argv, struct err *e)
{
	int value, rc = 0;

	opterr = 0;
	optind = 0;	/* glibc: begin anew */
	while ((value = getopt_long(argc, argv, x->shorts, x->longs, NULL)) != -1) {
		const struct opt *o = find(x, value == ':' ? optopt : value);

		if (o == NULL)
			rc = unknown(x, argv[optind - 1], e);
		else if (value == ':')
			rc = err_set(e, ERR_USAGE, "--%s needs %s", o->name, o->arg);
		else if (apply(x, o, optarg, e) == -1)
			rc = -1;
	}
	if (optind < argc)
		rc = err_set(e, ERR_USAGE, "\"%s\" belongs to no option",
		    plan_echo(x->plan, argv[optind]));
	return rc;
}

int
opt_parse(const struct opt_plugin *plugin, int argc, char **argv, struct plan *plan,
    enum opt_result *result, const char **text, struct err *e)
{
	struct parser x = { .plugin = plugin, .plan = plan };
	struct extra words;
	int rc, expanded;

	plan->plugin = plugin->plugin;
	plan_defaults(plan);
	prepare(&x);
	expanded = extra_expand(&words, plan->pool, plugin->program, argc, argv, e);
	plan->exposed_file = words.exposed;
	rc = scan(&x, words.argc, words.argv, e);
	*result = x.help || x.version ? OPT_SAID : OPT_RUN;
	if (x.help)
		*text = opt_help(plugin, plan->pool);
	else if (x.version)
		*text = pool_printf(plan->pool, "%s v%s (mailtls-plugins %s)\n", plugin->program,
		    MAILTLS_VERSION, MAILTLS_VERSION);
	if (*result == OPT_SAID)
		return 0;
	if (expanded == -1 || rc == -1 || plan_finish(plan, e) == -1) {
		text_plain(e->msg);
		return -1;
	}
	return 0;
}
