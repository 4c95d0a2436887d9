// SPDX-License-Identifier: GPL-3.0-or-later
/* test_out_batch.c - lines of a batch in every format, names of passive results, sums and their states. */
#include <jansson.h>
#include <stdlib.h>

#include "out_batch.h"
#include "out_parts.h"
#include "tap.h"

/* most of those worlds are for test_out.c alone */
#pragma GCC diagnostic ignored "-Wunused-function"
#include "out_worlds.h"

#define SUMMARY "example.org CF 114 of 121 (94%), 2 MX, worst mx2.example.org 109"
#define NULL_MX "MX_CF UNKNOWN - example.org: takes no mail (null MX, RFC 7505)"

/* One result of a batch, and the sum that has it alone. */
struct batch {
	struct world w;
	struct out o;
	struct out_total total;
	struct pool *p;
};

static struct batch *
batch_of(struct pool *p, void (*make)(struct world *), enum format format)
{
	struct batch *b = pool_alloc(p, sizeof(*b));

	b->p = p;
	world_start(&b->w, p);
	make(&b->w);
	b->w.plan.format = format;
	b->o = (struct out){ &b->w.plan, &b->w.facts, &b->w.score, &b->w.verdict, p };
	return b;
}

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* s is one line and ends there. */
static bool
one_line(const char *s)
{
	return strchr(s, '\n') == s + strlen(s) - 1;
}

static const char *
line_of(struct batch *b)
{
	return out_batch_line(&b->o, &b->total, NOON);
}

static void
lines_for_people(void)
{
	struct pool *p = pool_new();
	struct batch *b = batch_of(p, two_mx, FORMAT_PLUGIN);
	const char *s = line_of(b);

	tap_ok(begins(s, "MX_CF OK - " SUMMARY "|cf=114;90:;64:;0;121 "), "plugin: the first line");
	tap_ok(one_line(s), "plugin: and no more, whatever -v says");
	b->w.plan.verbose = 3;
	tap_is(line_of(b), s, "plugin: with -vvv, too");
	tap_is(line_of(batch_of(p, two_mx, FORMAT_SCORE)), "114 example.org\n", "score");
	tap_is(line_of(batch_of(p, null_mx, FORMAT_SCORE)), "- example.org\n", "score: none");
	pool_free(p);
}

static void
lines_for_programs(void)
{
	struct pool *p = pool_new();
	struct batch *b = batch_of(p, two_mx, FORMAT_CSV);
	json_t *json;
	const char *s;

	tap_is(out_batch_head(&b->w.plan), "Addr,CF,Ans,Con,HELO,TLS,Cert,Sec,From,To\n",
	    "csv: head");
	tap_is(out_batch_foot(&b->w.plan), "", "csv: no foot");
	tap_is(line_of(b), "example.org,114,100,100,100,100,50,100,100,100\n", "csv: row alone");
	b = batch_of(p, two_mx, FORMAT_XML);
	s = line_of(b);
	tap_ok(strstr(s, "<?xml") == NULL && begins(s, "<CheckTLS"), "xml: no head of its own");
	tap_is(out_batch_head(&b->w.plan),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Results>\n", "xml: head");
	tap_is(out_batch_foot(&b->w.plan), "</Results>\n", "xml: foot");
	s = line_of(batch_of(p, two_mx, FORMAT_JSON));
	json = json_loads(s, 0, NULL);
	tap_ok(json_is_object(json) && one_line(s), "json: an object a line");
	json_decref(json);
	tap_is(out_batch_head(&batch_of(p, two_mx, FORMAT_JSON)->w.plan), "", "json: no head");
	pool_free(p);
}

/* Patterns of --host-name and --service, and what becomes of them in an external command. */
static const struct {
	const char *name, *host, *service, *want;
} names[] = {
	{ "names by default", NULL, NULL, "example.org;mail-tls;" },
	{ "a host of its own", "mail", "%t", "mail;example.org;" },
	{ "%d and %t", "%d", "TLS of %t (%d)", "example.org;TLS of example.org (example.org);" },
	{ "a lone %", "100%", "50% of %t%", "100%;50% of example.org%;" },
	{ "another letter", "%s%n%x", "%T%D%%t", "%s%n%x;%T%D%example.org;" },
	{ "a field's end", "a;b", "c;0;OK;d", "a_b;c_0_OK_d;" },
	{ "a line's end", "a\nb", "[1] X;\n[2] Y\r", "a?b;[1] X_?[2] Y?;" },
	{ "a terminal's control", "a\033[31mb", "c\177\t", "a?[31mb;c??;" },
	{ "perfdata and markup", "a|b=1", "<c> | d", "a/b=1;(c) / d;" },
	{ "no UTF-8", "a\xff" "b", "\xc3", "a?b;?;" },
	{ "UTF-8", "b\xc3\xbc" "cher", "\xe2\x80\xae", "b\xc3\xbc" "cher;?;" },
	{ "nothing but %t", "%t%t", "%t", "example.orgexample.org;example.org;" },
};

static void
names_of_commands(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pool *p = pool_new();
		struct batch *b = batch_of(p, null_mx, FORMAT_NAGIOS);
		const char *want = pool_printf(p,
		    "[1795435200] PROCESS_SERVICE_CHECK_RESULT;%s3;" NULL_MX, names[i].want);
		const char *s;

		b->w.plan.host_name = names[i].host;
		b->w.plan.service = names[i].service;
		s = line_of(b);
		tap_ok(begins(s, want) && one_line(s), "nagios: %s", names[i].name);
		if (!begins(s, want))
			printf("# %s", s);
		pool_free(p);
	}
}

static const char *
member(const json_t *json, const char *a, const char *b)
{
	return json_string_value(json_object_get(json_object_get(json, a), b));
}

/* The same names as JSON: escaped, not replaced, where JSON can hold them. */
static const struct {
	const char *name, *host, *service;
	const char *want_host, *want_service;
} variables[] = {
	{ "names by default", NULL, NULL, "example.org", "mail-tls" },
	{ "quotation marks", "a\"b", "\"||true||\"", "a\"b", "\"||true||\"" },
	{ "backslashes", "\\", "\\\"\\u0000", "\\", "\\\"\\u0000" },
	{ "semicolons stay", "a;b", "c", "a;b", "c" },
	{ "control bytes", "a\nb", "\x01\x7f", "a?b", "??" },
	{ "no UTF-8", "a\xff", "\xc3(", "a?", "?(" },
};

static void
names_of_icinga(void)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		struct pool *p = pool_new();
		struct batch *b = batch_of(p, two_mx, FORMAT_ICINGA);
		const char *s;
		json_t *json;

		b->w.plan.host_name = variables[i].host;
		b->w.plan.service = variables[i].service;
		s = line_of(b);
		json = json_loads(s, JSON_REJECT_DUPLICATES, NULL);
		tap_ok(json_is_object(json) && one_line(s), "icinga: %s", variables[i].name);
		tap_is(member(json, "filter_vars", "h"), variables[i].want_host, "icinga: host");
		tap_is(member(json, "filter_vars", "s"), variables[i].want_service,
		    "icinga: service");
		tap_is(json_string_value(json_object_get(json, "filter")),
		    "host.name==h && service.name==s", "icinga: the filter has no name in it");
		json_decref(json);
		pool_free(p);
	}
}

static void
icinga_body(void)
{
	struct pool *p = pool_new();
	json_t *json = json_loads(line_of(batch_of(p, no_tls, FORMAT_ICINGA)), 0, NULL);
	const json_t *perf = json_object_get(json, "performance_data");
	const char *text = json_string_value(json_object_get(json, "plugin_output"));

	tap_is(json_string_value(json_object_get(json, "type")), "Service", "icinga: type");
	tap_ok(json_integer_value(json_object_get(json, "exit_status")) == 2, "icinga: CRITICAL");
	tap_ok(text != NULL && begins(text, "MX_CF CRITICAL - example.org CF 77 of 121 (63%): "),
	    "icinga: output");
	tap_ok(text != NULL && strpbrk(text, "|\n") == NULL, "icinga: no performance data in it");
	tap_is(json_string_value(json_array_get(perf, 0)), "cf=77;90:;64:;0;121",
	    "icinga: performance data, one each");
	tap_ok(json_object_size(json) == 6, "icinga: nothing else");
	json_decref(json);
	json = json_loads(line_of(batch_of(p, null_mx, FORMAT_ICINGA)), 0, NULL);
	tap_ok(json_is_array(json_object_get(json, "performance_data")),
	    "icinga: a list even when there is little");
	json_decref(json);
	pool_free(p);
}

/* What servers say: no second line, field or performance data in any format. */
static void
hostile_text(void)
{
	struct pool *p = pool_new();
	const char *s = line_of(batch_of(p, hostile, FORMAT_NAGIOS));
	const char *bar = strchr(s, '|');
	json_t *json = json_loads(line_of(batch_of(p, hostile, FORMAT_ICINGA)), 0, NULL);
	const char *text = json_string_value(json_object_get(json, "plugin_output"));

	tap_ok(one_line(s), "hostile: nagios: one command");
	tap_ok(bar == NULL || strchr(bar + 1, '|') == NULL, "hostile: nagios: one bar");
	tap_ok(text != NULL && strpbrk(text, "|<>\n\033") == NULL, "hostile: icinga");
	tap_ok(one_line(line_of(batch_of(p, hostile, FORMAT_PLUGIN))), "hostile: plugin");
	tap_ok(one_line(line_of(batch_of(p, hostile, FORMAT_CSV))), "hostile: csv");
	tap_ok(one_line(line_of(batch_of(p, hostile, FORMAT_JSON))), "hostile: json");
	json_decref(json);
	pool_free(p);
}

static const char *
bad_in(struct pool *p, enum format format, struct out_total *total)
{
	const struct plan plan = { .plugin = PLUGIN_MX_CF, .format = format };

	return out_batch_bad(p, &plan, total, "line 7: \"a,b\" is no <domain>|x=1");
}

static void
bad_lines(void)
{
	struct pool *p = pool_new();
	struct out_total total = { 0 };
	json_t *json = json_loads(bad_in(p, FORMAT_JSON, &total), 0, NULL);

	tap_is(bad_in(p, FORMAT_PLUGIN, &total),
	    "MX_CF UNKNOWN - line 7: \"a,b\" is no (domain)/x=1\n", "bad line: plugin");
	tap_is(bad_in(p, FORMAT_SCORE, &total),
	    "MX_CF UNKNOWN - line 7: \"a,b\" is no (domain)/x=1\n", "bad line: score");
	tap_is(bad_in(p, FORMAT_NAGIOS, &total), "", "bad line: nagios has no place for it");
	tap_is(bad_in(p, FORMAT_ICINGA, &total), "", "bad line: nor has icinga");
	tap_ok(begins(bad_in(p, FORMAT_CSV, &total), "\"line 7: \"\"a,b\"\" is no"),
	    "bad line: csv quotes it");
	tap_ok(strstr(bad_in(p, FORMAT_XML, &total), "&lt;domain&gt;") != NULL, "bad line: xml");
	tap_ok(json_is_string(json_object_get(json, "error")), "bad line: json");
	tap_ok(total.bad_lines == 7 && total.targets == 0, "bad lines are counted, as no targets");
	json_decref(json);
	pool_free(p);
}

/* CFs of a batch (-1: none), bad lines, -w, -c; the state and the sum's line, by the mean and by the lowest. */
static const struct {
	const char *name;
	int cf[4];
	size_t n, bad_lines;
	const char *warn, *crit;
	enum state average, minimum;
	const char *want;
} sums[] = {
	{ "all good", { 116, 100 }, 2, 0, "90:", "64:", STATE_OK, STATE_OK,
	    "2 targets, average CF 108, lowest CF 100 (t1.example), 2 OK, 0 WARNING, 0 CRITICAL, "
	    "0 UNKNOWN" },
	{ "one is low", { 116, 100, 80 }, 3, 0, "90:", "64:", STATE_OK, STATE_WARNING,
	    "3 targets, average CF 98, lowest CF 80 (t2.example), 3 OK, 0 WARNING, 0 CRITICAL, "
	    "0 UNKNOWN" },
	{ "one in the clear", { 0, 116 }, 2, 0, "90:", "64:", STATE_CRITICAL, STATE_CRITICAL,
	    "2 targets, average CF 58, lowest CF 0 (t0.example), 2 OK, 0 WARNING, 0 CRITICAL, "
	    "0 UNKNOWN" },
	{ "the mean is rounded down", { 90, 89 }, 2, 0, "90:", "64:", STATE_WARNING, STATE_WARNING,
	    "2 targets, average CF 89, lowest CF 89 (t1.example), 2 OK, 0 WARNING, 0 CRITICAL, "
	    "0 UNKNOWN" },
	{ "the first of equals", { 70, 70 }, 2, 0, "60:", "50:", STATE_OK, STATE_OK,
	    "2 targets, average CF 70, lowest CF 70 (t0.example), 2 OK, 0 WARNING, 0 CRITICAL, "
	    "0 UNKNOWN" },
	{ "one without", { 116, -1 }, 2, 0, "90:", "64:", STATE_OK, STATE_OK,
	    "2 targets, average CF 116, lowest CF 116 (t0.example), 1 without a CF, 2 OK, 0 WARNING, "
	    "0 CRITICAL, 0 UNKNOWN" },
	{ "none with", { -1 }, 1, 0, "90:", "64:", STATE_UNKNOWN, STATE_UNKNOWN,
	    "1 target, 1 without a CF, 1 OK, 0 WARNING, 0 CRITICAL, 0 UNKNOWN" },
	{ "nothing at all", { 0 }, 0, 0, "90:", "64:", STATE_UNKNOWN, STATE_UNKNOWN,
	    "0 targets, 0 OK, 0 WARNING, 0 CRITICAL, 0 UNKNOWN" },
	{ "a bad line", { 116 }, 1, 1, "90:", "64:", STATE_UNKNOWN, STATE_UNKNOWN,
	    "1 target, average CF 116, lowest CF 116 (t0.example), 1 OK, 0 WARNING, 0 CRITICAL, "
	    "0 UNKNOWN, 1 bad line" },
	{ "bad lines hide no WARNING", { 80 }, 1, 2, "90:", "64:", STATE_WARNING, STATE_WARNING,
	    "1 target, average CF 80, lowest CF 80 (t0.example), 1 OK, 0 WARNING, 0 CRITICAL, "
	    "0 UNKNOWN, 2 bad lines" },
	{ "no thresholds", { 0 }, 1, 0, NULL, NULL, STATE_OK, STATE_OK,
	    "1 target, average CF 0, lowest CF 0 (t0.example), 1 OK, 0 WARNING, 0 CRITICAL, 0 UNKNOWN" },
};

static void
threshold(struct range *r, const char *text)
{
	struct err e = { 0 };

	*r = (struct range){ 0 };
	if (text != NULL)
		range_parse(r, text, &e);
}

static struct batch *
summed(struct pool *p, size_t i)
{
	struct batch *b = batch_of(p, two_mx, FORMAT_SCORE);

	threshold(&b->w.plan.warn, sums[i].warn);
	threshold(&b->w.plan.crit, sums[i].crit);
	for (size_t j = 0; j < sums[i].n; j++) {
		b->w.facts.target = pool_printf(p, "t%zu.example", j);
		b->w.score.known = sums[i].cf[j] >= 0;
		b->w.score.cf = sums[i].cf[j];
		line_of(b);
	}
	b->total.bad_lines = sums[i].bad_lines;
	return b;
}

static void
check_sum(size_t i)
{
	static const char *const word[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	struct pool *p = pool_new();
	struct batch *b = summed(p, i);
	struct plan *plan = &b->w.plan;

	tap_ok(out_batch_state(plan, &b->total) == sums[i].average, "average: %s", sums[i].name);
	tap_is(out_batch_total(p, plan, &b->total),
	    pool_printf(p, "MX_CF %s - total: %s\n", word[sums[i].average], sums[i].want),
	    sums[i].name);
	plan->total_minimum = 1;
	tap_ok(out_batch_state(plan, &b->total) == sums[i].minimum, "minimum: %s", sums[i].name);
	tap_ok(strstr(out_batch_total(p, plan, &b->total), "average") == NULL,
	    "minimum: %s: no word of the mean", sums[i].name);
	for (enum format f = FORMAT_JSON; f <= FORMAT_ICINGA; f++) {
		plan->format = f;
		tap_is(out_batch_total(p, plan, &b->total), "", "no sum for programs");
	}
	pool_free(p);
}

static void
progress(void)
{
	struct pool *p = pool_new();
	struct batch *b = batch_of(p, no_tls, FORMAT_SCORE);
	const struct plan *plan = &b->w.plan;

	tap_is(out_batch_progress(p, plan, &b->total), "0 done, 0 not OK", "progress: none yet");
	line_of(b);
	b->w.verdict.state = STATE_OK;
	line_of(b);
	tap_is(out_batch_progress(p, plan, &b->total), "2 done, 1 not OK", "progress");
	b->total.bad_lines = 1;
	tap_is(out_batch_progress(p, plan, &b->total), "2 done, 1 not OK, 1 bad line",
	    "progress: a bad line");
	b->w.plan.format = FORMAT_CSV;
	tap_is(out_batch_progress(p, plan, &b->total), "", "progress: nothing for programs");
	pool_free(p);
}

/* States are those of the results, whatever the sum's is. */
static void
states(void)
{
	struct pool *p = pool_new();
	struct batch *b = batch_of(p, no_tls, FORMAT_SCORE);

	line_of(b);
	b->w.verdict.state = STATE_UNKNOWN;
	line_of(b);
	line_of(b);
	tap_ok(b->total.states[STATE_CRITICAL] == 1 && b->total.states[STATE_UNKNOWN] == 2 &&
		b->total.states[STATE_OK] == 0,
	    "states are counted");
	tap_ok(strstr(out_batch_total(p, &b->w.plan, &b->total),
		   ", 0 OK, 0 WARNING, 1 CRITICAL, 2 UNKNOWN") != NULL,
	    "and told");
	pool_free(p);
}

int
main(void)
{
	lines_for_people();
	lines_for_programs();
	names_of_commands();
	names_of_icinga();
	icinga_body();
	hostile_text();
	bad_lines();
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		check_sum(i);
	states();
	progress();
	return tap_end();
}
