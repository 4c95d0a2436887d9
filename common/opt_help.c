// SPDX-License-Identifier: GPL-3.0-or-later
/* opt_help.c - the text of --help from the tables. */
#include <string.h>

#include "opt.h"
#include "text.h"

#define COLUMNS 80
#define INDENT 8

/* Add the words of s, each line indented and at most COLUMNS wide. */
static void
wrap(struct text *t, size_t indent, const char *s)
{
	size_t column = 0;

	while (*(s += strspn(s, " ")) != '\0') {
		size_t n = strcspn(s, " ");

		if (column > 0 && column + 1 + n > COLUMNS) {
			text_add(t, "\n");
			column = 0;
		}
		text_add(t, "%*s%.*s", column > 0 ? 1 : (int)indent, "", (int)n, s);
		column += (column > 0 ? 1 : indent) + n;
		s += n;
	}
	text_add(t, "\n");
}

static void
option(struct text *t, const struct opt *o)
{
	if (o->short_name != 0)
		text_add(t, "  -%c, --%s", o->short_name, o->name);
	else
		text_add(t, "  --%s", o->name);
	text_add(t, "%s%s\n", o->arg == NULL ? "" : "=", o->arg == NULL ? "" : o->arg);
	wrap(t, INDENT, o->help);
}

static const char *
severity(int value)
{
	static const char *const words[] = {
		[STATE_OK] = "ok", [STATE_WARNING] = "warning", [STATE_CRITICAL] = "critical",
		[STATE_UNKNOWN] = "unknown",
	};

	return value == SEV_BY_OPTION ? "by thresholds" : words[value];
}

static void
severities(struct text *t, enum plugin plugin)
{
	text_add(t, "\nKeys of --severity, and what they count as by default:\n");
	for (enum sev_key key = 0; key < SEV_COUNT; key++) {
		int value = sev_default(plugin, key);

		if (value == SEV_NONE)
			continue;
		text_add(t, "  %s (%s)\n", sev_name(key), severity(value));
		wrap(t, INDENT, sev_help(key));
	}
}

const char *
opt_help(const struct opt_plugin *plugin, struct pool *p)
{
	struct text t = { .p = p };

	text_add(&t, "Usage: %s -H TARGET [OPTION]...\n\n", plugin->program);
	wrap(&t, 0, plugin->about);
	for (const struct opt_group *g = plugin->groups; g->title != NULL; g++) {
		text_add(&t, "\n%s:\n", g->title);
		for (const struct opt *o = g->opts; o->name != NULL; o++)
			option(&t, o);
	}
	severities(&t, plugin->plugin);
	text_add(&t, "\n");
	wrap(&t, 0, "The state is the worst finding in the order OK, UNKNOWN, WARNING, CRITICAL. "
	    "Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.");
	wrap(&t, 0,
	    "RANGE is [@]start:end, ~ for minus infinity; it alerts outside, with @ inside.");
	text_add(&t, "\nExamples:\n%s", plugin->examples);
	return text_get(&t);
}
