// SPDX-License-Identifier: GPL-3.0-or-later
/* out_batch.c - many results, a line each, and their sum. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out_batch.h"
#include "out_parts.h"
#include "perf.h"

#define HOST_NAME "%d"		/* what services are called unless --host-name, --service say so */
#define SERVICE "mail-tls"
#define NAME 512		/* of either; real ones are far shorter */

const char *
out_batch_head(const struct plan *plan)
{
	if (plan->format == FORMAT_CSV)
		return out_csv_head();
	if (plan->format == FORMAT_XML)
		return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Results>\n";
	return "";
}

const char *
out_batch_foot(const struct plan *plan)
{
	return plan->format == FORMAT_XML ? "</Results>\n" : "";
}

/* pattern with %t and %d filled in, cleaned; a lone % stays. */
static const char *
name_of(const struct out *o, const char *pattern)
{
	struct text t = { .p = o->p };
	const char *name;

	for (const char *s = pattern; *s != '\0'; s++) {
		if (s[0] == '%' && (s[1] == 't' || s[1] == 'd'))
			text_add(&t, "%s", *++s == 't' ? o->facts->target : o->facts->domain);
		else
			text_add(&t, "%c", *s);
	}
	name = text_get(&t);
	return text_clean(o->p, name, strlen(name), NAME);
}

static const char *
host_name(const struct out *o)
{
	return name_of(o, o->plan->host_name != NULL ? o->plan->host_name : HOST_NAME);
}

static const char *
service_name(const struct out *o)
{
	return name_of(o, o->plan->service != NULL ? o->plan->service : SERVICE);
}

/* A field of an external command must not end it, nor have what names of Nagios cannot. */
static const char *
command_field(const struct out *o, const char *s)
{
	char *field = pool_str(o->p, s);

	for (char *c = field; *c != '\0'; c++)
		if (*c == ';' || *c == '\n')
			*c = '_';
	return text_plain(field);
}

static const char *
nagios_line(const struct out *o, int64_t now)
{
	return pool_printf(o->p, "[%" PRId64 "] PROCESS_SERVICE_CHECK_RESULT;%s;%s;%d;%s", now,
	    command_field(o, host_name(o)), command_field(o, service_name(o)),
	    (int)o->verdict->state, out_plugin_first(o));
}

/* Names go in as variables: no quotation mark in them can end the filter. */
static const char *
icinga_line(const struct out *o)
{
	struct perf_list perf = perf_make(o);
	json_t *object = json_object(), *names = json_object(), *metrics = json_array();
	char *s;
	const char *line;

	json_object_set_new(names, "h", json_string(host_name(o)));
	json_object_set_new(names, "s", json_string(service_name(o)));
	for (size_t i = 0; i < perf.n; i++) {
		const struct perf_list one = { .p = o->p, .item = &perf.item[i], .n = 1 };

		json_array_append_new(metrics, json_string(perf_show(&one)));
	}
	json_object_set_new(object, "type", json_string("Service"));
	json_object_set_new(object, "filter", json_string("host.name==h && service.name==s"));
	json_object_set_new(object, "filter_vars", names);
	json_object_set_new(object, "exit_status", json_integer(o->verdict->state));
	json_object_set_new(object, "plugin_output", json_string(out_plugin_text(o)));
	json_object_set_new(object, "performance_data", metrics);
	s = json_dumps(object, JSON_COMPACT);
	line = pool_printf(o->p, "%s\n", s != NULL ? s : "{}");
	free(s);
	json_decref(object);
	return line;
}

static const char *
score_line(const struct out *o)
{
	if (!o->score->known)
		return pool_printf(o->p, "- %s\n", o->facts->target);
	return pool_printf(o->p, "%d %s\n", o->score->cf, o->facts->target);
}

static void
count(struct out_total *total, const struct out *o)
{
	total->targets++;
	total->states[o->verdict->state]++;
	if (!o->score->known)
		return;
	if (total->known == 0 || o->score->cf < total->least) {
		total->least = o->score->cf;
		snprintf(total->worst, sizeof(total->worst), "%s", o->facts->target);
	}
	total->known++;
	total->sum += o->score->cf;
}

const char *
out_batch_line(const struct out *o, struct out_total *total, int64_t now)
{
	count(total, o);
	switch (o->plan->format) {
	case FORMAT_SCORE: return score_line(o);
	case FORMAT_CSV: return out_csv_row(o);
	case FORMAT_JSON: return out_json(o);
	case FORMAT_XML: return out_xml_result(o);
	case FORMAT_NAGIOS: return nagios_line(o, now);
	case FORMAT_ICINGA: return icinga_line(o);
	default: return out_plugin_first(o);
	}
}

const char *
out_batch_bad(struct pool *p, const struct plan *plan, struct out_total *total, const char *why)
{
	total->bad_lines++;
	switch (plan->format) {
	case FORMAT_NAGIOS:
	case FORMAT_ICINGA: return "";
	case FORMAT_CSV: return out_csv_bad(p, why);
	case FORMAT_JSON: return out_json_fault(p, plan, why);
	case FORMAT_XML: return out_xml_error(p, plan, why);
	default:
		return pool_printf(p, "%s UNKNOWN - %s\n", out_name(plan->plugin),
		    text_plain(text_clean(p, why, strlen(why), TEXT_SHOWN)));
	}
}

static int
total_cf(const struct plan *plan, const struct out_total *total)
{
	return plan->total_minimum ? total->least : score_floor(total->sum / (double)total->known);
}

enum state
out_batch_state(const struct plan *plan, const struct out_total *total)
{
	enum state state = total->bad_lines > 0 || total->known == 0 ? STATE_UNKNOWN : STATE_OK;
	int cf;

	if (total->known == 0)
		return state;
	cf = total_cf(plan, total);
	if (range_alert(&plan->crit, cf))
		return STATE_CRITICAL;
	return range_alert(&plan->warn, cf) ? STATE_WARNING : state;
}

static bool
is_for_people(const struct plan *plan)
{
	return plan->format == FORMAT_PLUGIN || plan->format == FORMAT_SCORE;
}

static void
add_bad_lines(struct text *t, const struct out_total *total)
{
	if (total->bad_lines > 0)
		text_add(t, ", %s",
		    out_count(t->p, (long long)total->bad_lines, "bad line", "bad lines"));
}

const char *
out_batch_progress(struct pool *p, const struct plan *plan, const struct out_total *total)
{
	struct text t = { .p = p };

	if (!is_for_people(plan))
		return "";
	text_add(&t, "%zu done, %zu not OK", total->targets,
	    total->targets - total->states[STATE_OK]);
	add_bad_lines(&t, total);
	return text_get(&t);
}

const char *
out_batch_total(struct pool *p, const struct plan *plan, const struct out_total *total)
{
	struct text t = { .p = p };

	if (!is_for_people(plan))
		return "";
	text_add(&t, "%s %s - total: %s", out_name(plan->plugin),
	    state_name(out_batch_state(plan, total)),
	    out_count(p, (long long)total->targets, "target", "targets"));
	if (total->known > 0 && !plan->total_minimum)
		text_add(&t, ", average CF %d", total_cf(plan, total));
	if (total->known > 0)
		text_add(&t, ", lowest CF %d (%s)", total->least, total->worst);
	if (total->known < total->targets)
		text_add(&t, ", %zu without a CF", total->targets - total->known);
	for (enum state s = STATE_OK; s <= STATE_UNKNOWN; s++)
		text_add(&t, ", %zu %s", total->states[s], state_name(s));
	add_bad_lines(&t, total);
	text_add(&t, "\n");
	return text_plain(pool_str(p, text_get(&t)));
}
