// SPDX-License-Identifier: GPL-3.0-or-later
/* out.c - choose the renderer; words and small parts that all of them share. */
#include <math.h>
#include <string.h>

#include "out_parts.h"

static const struct {
	const char *program, *name;
} plugins[PLUGIN_COUNT] = {
	[PLUGIN_SMTP_TLS] = { "check_smtp_tls", "SMTP_TLS" },
	[PLUGIN_MX_CF] = { "check_mx_cf", "MX_CF" },
	[PLUGIN_DANE] = { "check_dane", "DANE" },
	[PLUGIN_MTASTS] = { "check_mtasts", "MTASTS" },
};

static const struct {
	const char *title, *word;
} steps[STEP_COUNT] = {
	[STEP_ANSWER] = { "Answer", "answer" },
	[STEP_CONNECT] = { "Connect", "connect" },
	[STEP_HELO] = { "HELO", "helo" },
	[STEP_TLS] = { "TLS", "tls" },
	[STEP_CERT] = { "Cert", "cert" },
	[STEP_SECURE] = { "Secure", "secure" },
	[STEP_FROM] = { "From", "from" },
	[STEP_TO] = { "To", "to" },
	[STEP_DATA] = { "Data", "data" },
	[STEP_EMAIL] = { "Email", "email" },
};

const char *
out_program(enum plugin plugin)
{
	return plugins[plugin].program;
}

const char *
out_name(enum plugin plugin)
{
	return plugins[plugin].name;
}

const char *
out_step_title(enum step_id id)
{
	return steps[id].title;
}

const char *
out_step_word(enum step_id id)
{
	return steps[id].word;
}

const char *
out_kind(const struct run_facts *facts)
{
	return facts->quick ? "QFactor" : "CF";
}

const char *
out_no_cf(const struct out *o)
{
	if (o->facts->fault != FAULT_NONE)
		return o->facts->fault_why != NULL ? o->facts->fault_why : "internal fault";
	if (o->facts->null_mx)
		return "null MX, the domain takes no mail";
	if (o->plan->stop_after < STEP_SECURE)
		return "stopped before Secure";
	return "no host was tested";
}

const char *
out_host(struct pool *p, const struct host *h, bool port)
{
	struct text t = { .p = p };

	if (strcmp(h->mx, h->address.text) != 0)
		text_add(&t, "%s", h->mx);
	if (h->address.family != 0)
		text_add(&t, "[%s]", h->address.text);
	if (port)
		text_add(&t, ":%u", h->port);
	return text_get(&t);
}

bool
out_tried(const struct host *h)
{
	return h->status == HOST_TESTED || h->status == HOST_UNTESTED;
}

size_t
out_mx_tried(const struct run_facts *facts)
{
	size_t n = 0, next = 0;

	/* Hosts come by MX: a new index is a new MX. */
	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct host *h = &facts->hosts[i];

		if (!out_tried(h) || h->mx_index < next)
			continue;
		next = h->mx_index + 1;
		n++;
	}
	return n;
}

bool
out_step_shown(const struct plan *plan, enum step_id id)
{
	return id <= STEP_TO || plan->send_email;
}

bool
out_step_asked(const struct plan *plan, enum step_id id)
{
	return id <= plan->stop_after && (id < STEP_TO || plan->rcpt != NULL) &&
	    out_step_shown(plan, id);
}

int
out_step_percent(const struct out *o, enum step_id id)
{
	size_t tried = 0, ok = 0;

	for (size_t i = 0; i < o->facts->nhosts; i++) {
		const struct host *h = &o->facts->hosts[i];

		tried += out_tried(h);
		ok += out_tried(h) && h->step[id].state == STEP_OK;
	}
	return tried == 0 || !out_step_asked(o->plan, id) ? -1 : (int)(ok * 100 / tried);
}

const char *
out_count(struct pool *p, long long n, const char *one, const char *many)
{
	return pool_printf(p, "%lld %s", n, n == 1 ? one : many);
}

const char *
out_days(struct pool *p, double days)
{
	return out_count(p, (long long)text_floor(days, 0), "day", "days");
}

const char *
out_arrow(bool sent, bool tls)
{
	if (sent)
		return tls ? " ~~> " : " --> ";
	return tls ? "<~~ " : "<-- ";
}

double
out_tenth(double v)
{
	return text_floor(v + 0.05, 1);
}

const char *
out_shown(const struct out *o, const char *s)
{
	return o->plan->format == FORMAT_PLUGIN ? text_plain(pool_str(o->p, s)) : s;
}

const char *
out_paint(const struct out *o, enum paint paint, const char *s)
{
	static const char *const codes[] = {
		[PAINT_BOLD] = "1",
		[PAINT_GOOD] = "32",
		[PAINT_BAD] = "31",
	};

	return o->plan->color ? pool_printf(o->p, "\033[%sm%s\033[m", codes[paint], s) : s;
}

const char *
out_lost(const struct out *o, const struct host *h, const struct score_lost *lost)
{
	return pool_printf(o->p, "%s lost %.1f of %d: %s: %s. %s", out_host(o->p, h, true),
	    out_tenth(lost->points), SCORE_TOP, lost->check, lost->why, lost->fix);
}

const char *
out_render(const struct out *o)
{
	switch (o->plan->format) {
	case FORMAT_PLUGIN: return out_plugin(o);
	case FORMAT_JSON: return out_json(o);
	case FORMAT_XML: return out_xml(o);
	case FORMAT_CSV: return out_csv(o);
	case FORMAT_DEBUG: return out_debug(o);
	default: return out_human(o);
	}
}

const char *
out_fault(struct pool *p, const struct plan *plan, const char *why)
{
	/* The reason may quote an option's value, which is not ours. */
	char *shown = text_clean_str(p, why);

	if (plan->format == FORMAT_JSON)
		return out_json_fault(p, plan, shown);
	if (plan->format == FORMAT_XML)
		return out_xml_fault(p, plan, shown);
	return pool_printf(p, "%s UNKNOWN - %s\n", out_name(plan->plugin), text_plain(shown));
}
