// SPDX-License-Identifier: GPL-3.0-or-later
/* range.c - Nagios threshold ranges, strictly. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "range.h"
#include "text.h"

/* A copy of the n bytes at s (fewer than RANGE_TEXT) as a number. */
static bool
number(const char *s, size_t n, double *out)
{
	char copy[RANGE_TEXT];
	double v;

	memcpy(copy, s, n);
	copy[n] = '\0';
	if (!text_num(copy, &v))
		return false;
	*out = v;
	return true;
}

/* "start:" at s, colon where it says. */
static bool
start_of(const char *s, const char *colon, double *out)
{
	if (s[0] == '~' && colon == s + 1) {
		*out = -INFINITY;
		return true;
	}
	return number(s, (size_t)(colon - s), out);
}

int
range_parse(struct range *r, const char *text, struct err *e)
{
	struct range made = { .set = true, .start = 0, .end = INFINITY };
	const char *s = text, *end = text, *colon;

	if (strlen(text) >= sizeof(made.text))
		return err_set(e, ERR_USAGE, "a range has under %d characters", RANGE_TEXT);
	if (*s == '@') {
		made.inside = true;
		end = ++s;
	}
	if ((colon = strchr(s, ':')) != NULL) {
		if (!start_of(s, colon, &made.start))
			return err_set(e, ERR_USAGE, "the start of a range is a number or ~");
		end = colon + 1;
	}
	if ((colon == NULL || *end != '\0') && !number(end, strlen(end), &made.end))
		return err_set(e, ERR_USAGE, "not a range of the form [@][start:][end]");
	if (made.start > made.end)
		return err_set(e, ERR_USAGE, "the start of a range is not above its end");
	snprintf(made.text, sizeof(made.text), "%s", text);
	*r = made;
	return 0;
}

int
range_parse_low(struct range *r, const char *text, struct err *e)
{
	struct range made;

	if (strchr(text, ':') == NULL) {
		const char *number_text = text + (text[0] == '@');
		double v;

		if (strlen(text) < RANGE_TEXT && number(number_text, strlen(number_text), &v))
			return err_set(e, ERR_USAGE,
			    "would alert on good values (did you mean %s:?)", number_text);
	}
	if (range_parse(&made, text, e) == -1)
		return -1;
	*r = made;
	return 0;
}

bool
range_alert(const struct range *r, double v)
{
	bool within = v >= r->start && v <= r->end;

	return r->set && within == r->inside;
}

const char *
range_show(const struct range *r, enum range_style style, char *buf)
{
	const char *colon = strchr(r->text, ':');

	buf[0] = '\0';
	if (!r->set || style == RANGE_STYLE_NONE)
		return buf;
	if (style == RANGE_STYLE_RANGE)
		snprintf(buf, RANGE_TEXT, "%s", r->text);
	else if (r->inside)
		return buf;
	else if (isinf(r->end) && !isinf(r->start))
		snprintf(buf, RANGE_TEXT, "%.*s", (int)(colon - r->text), r->text);
	else if (!isinf(r->end) && (isinf(r->start) || r->start == 0))
		snprintf(buf, RANGE_TEXT, "%s", colon == NULL ? r->text : colon + 1);
	return buf;
}
