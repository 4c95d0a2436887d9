// SPDX-License-Identifier: GPL-3.0-or-later
/* test_range.c - threshold ranges: what is taken, what is refused, when they alert. */
#include <math.h>

#include "range.h"
#include "tap.h"

#define INF INFINITY

static const struct {
	const char *text;
	bool good, inside;
	double start, end;
} taken[] = {
	{ "10",		true,	false,	0,	10 },
	{ "0",		true,	false,	0,	0 },
	{ "0.5",	true,	false,	0,	0.5 },
	{ "10:",	true,	false,	10,	INF },
	{ "10:20",	true,	false,	10,	20 },
	{ "10:10",	true,	false,	10,	10 },
	{ "~:5",	true,	false,	-INF,	5 },
	{ "~:",		true,	false,	-INF,	INF },
	{ "@10:20",	true,	true,	10,	20 },
	{ "@10",	true,	true,	0,	10 },
	{ "-5:-1.5",	true,	false,	-5,	-1.5 },
	{ .text = "" },		{ .text = "@" },	{ .text = ":" },	{ .text = "~" },
	{ .text = ":10" },	{ .text = "@:" },	{ .text = "20:10" },	{ .text = "-1" },
	{ .text = "10x" },	{ .text = "10:20x" },	{ .text = "10:20:30" },	{ .text = "10::" },
	{ .text = " 10" },	{ .text = "10 " },	{ .text = "+10" },	{ .text = "1e3" },
	{ .text = "0x10" },	{ .text = "inf" },	{ .text = "nan" },	{ .text = "1,5" },
	{ .text = "1." },	{ .text = ".5" },	{ .text = "--1:" },	{ .text = "10:~" },
	{ .text = "~~:1" },	{ .text = "@@1" },	{ .text = "1@" },	{ .text = "~1:2" },
	{ .text = "10:-INF" },
	{ .text = "1000000000000000000000000000000000000000000000000000000000000000" },
};

static const struct {
	const char *text;
	bool good;
	const char *says;	/* part of the sentence */
} low[] = {
	{ "90:",	true,	NULL },
	{ "64:121",	true,	NULL },
	{ "@0:63",	true,	NULL },
	{ "90",		false,	"did you mean 90:?" },
	{ "@10",	false,	"did you mean 10:?" },
	{ "-1",		false,	"did you mean -1:?" },
	{ "ninety",	false,	"form" },
	{ "",		false,	"form" },
	{ "90:x",	false,	"form" },
	{ "90:80",	false,	"above its end" },
	{ "x:",		false,	"number or ~" },
};

static const struct {
	const char *text;
	double v;
	bool alert;
} alerts[] = {
	{ "10", 10, false }, { "10", 10.01, true }, { "10", 0, false },
	{ "10", -0.01, true }, { "10:", 9.99, true }, { "10:", 10, false },
	{ "10:", 1e9, false }, { "~:5", -1e9, false }, { "~:5", 5.1, true },
	{ "10:20", 9, true }, { "10:20", 15, false }, { "10:20", 21, true },
	{ "@10:20", 10, true }, { "@10:20", 20, true }, { "@10:20", 9, false },
	{ "@10:20", 21, false }, { "~:", -1e300, false }, { "90:", 89, true },
	{ "0", 0, false }, { "0", 1, true },
};

static const struct {
	const char *text, *range, *number;
} shown[] = {
	{ "90:",	"90:",		"90" },
	{ "0.50:",	"0.50:",	"0.50" },
	{ "5",		"5",		"5" },
	{ "~:5",	"~:5",		"5" },
	{ "0:5",	"0:5",		"5" },
	{ "-5:",	"-5:",		"-5" },
	{ "10:20",	"10:20",	"" },
	{ "@10:",	"@10:",		"" },
	{ "@5",		"@5",		"" },
	{ "~:",		"~:",		"" },
};

static void
test_taken(void)
{
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		const struct range before = { .set = true, .start = 7, .end = 8, .text = "7:8" };
		struct range r = before;
		struct err e = { 0 };
		bool good = range_parse(&r, taken[i].text, &e) == 0;

		if (good != taken[i].good)
			tap_ok(false, "\"%s\" is %s", taken[i].text, good ? "taken" : "refused");
		else if (!good)
			tap_ok(e.kind == ERR_USAGE && strcmp(r.text, "7:8") == 0 && r.start == 7 &&
			    r.end == 8, "\"%s\" is refused and changes nothing", taken[i].text);
		else
			tap_ok(r.set && r.inside == taken[i].inside && r.start == taken[i].start &&
				r.end == taken[i].end && strcmp(r.text, taken[i].text) == 0 &&
				e.kind == ERR_NONE,
			    "\"%s\" is taken", taken[i].text);
	}
}

static void
test_low(void)
{
	for (size_t i = 0; i < sizeof(low) / sizeof(low[0]); i++) {
		struct range r = { 0 };
		struct err e = { 0 };
		bool good = range_parse_low(&r, low[i].text, &e) == 0;

		if (!tap_ok(good == low[i].good && r.set == low[i].good &&
			    (low[i].says == NULL || strstr(e.msg, low[i].says) != NULL),
			"low: \"%s\"", low[i].text))
			printf("# said: %s\n", e.msg);
	}
}

static void
test_alerts(void)
{
	const struct range unset = { .start = 1, .end = 2 };

	for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++) {
		struct range r = { 0 };
		struct err e = { 0 };

		range_parse(&r, alerts[i].text, &e);
		tap_ok(range_alert(&r, alerts[i].v) == alerts[i].alert, "%s: %g %s", alerts[i].text,
		    alerts[i].v, alerts[i].alert ? "alerts" : "is fine");
	}
	tap_ok(!range_alert(&unset, 5), "an unset range never alerts");
}

static void
test_shown(void)
{
	const struct range unset = { 0 };
	char buf[RANGE_TEXT] = "?";

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		struct range r = { 0 };
		struct err e = { 0 };

		range_parse(&r, shown[i].text, &e);
		tap_is(range_show(&r, RANGE_STYLE_RANGE, buf), shown[i].range, shown[i].text);
		tap_is(range_show(&r, RANGE_STYLE_NUMBER, buf), shown[i].number, shown[i].text);
		tap_is(range_show(&r, RANGE_STYLE_NONE, buf), "", shown[i].text);
	}
	tap_is(range_show(&unset, RANGE_STYLE_RANGE, buf), "", "an unset range is nothing");
	tap_is(range_show(&unset, RANGE_STYLE_NUMBER, buf), "", "an unset range is no number");
}

int
main(void)
{
	test_taken();
	test_low();
	test_alerts();
	test_shown();
	return tap_end();
}
