/* SPDX-License-Identifier: GPL-3.0-or-later */
/* range.h - Nagios threshold ranges, strictly (cli.md, "Ranges").  Pure. */
#ifndef RANGE_H
#define RANGE_H

#include <stdbool.h>

#include "err.h"

#define RANGE_TEXT 64

struct range {
	bool set;
	bool inside;		/* '@': alert inside */
	double start, end;	/* -INFINITY, INFINITY where open */
	char text[RANGE_TEXT];	/* as written */
};

/* Parse text; ERR_USAGE on anything but [@][start:][end].  r is untouched on failure. */
int range_parse(struct range *r, const char *text, struct err *e);

/* As range_parse() for a quantity that is bad when low: refuses a bare number ("did you mean 90:?"). */
int range_parse_low(struct range *r, const char *text, struct err *e);

/* Is v a reason to alert?  Never for an unset range. */
bool range_alert(const struct range *r, double v);

/* How a threshold is written in perfdata (--perfdata-thresholds). */
enum range_style { RANGE_STYLE_RANGE, RANGE_STYLE_NUMBER, RANGE_STYLE_NONE };

/* Into buf of RANGE_TEXT: the range as text, as one number ("90:" gives "90", "~:5" and "5" give "5",
 * a two-sided or inside range gives ""), or "".  Returns buf. */
const char *range_show(const struct range *r, enum range_style style, char *buf);

#endif
