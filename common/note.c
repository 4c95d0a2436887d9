/* SPDX-License-Identifier: GPL-3.0-or-later */
/* note.c - notes on hosts, and on what the command line left out. */
#include <stdarg.h>
#include <string.h>

#include "note.h"
#include "text.h"

struct notes {
	struct pool *p;
	const char **item;
	size_t n;
};

__attribute__((format(printf, 3, 4))) static void
note_add(struct notes *to, const struct host *h, const char *fmt, ...)
{
	struct text t = { .p = to->p };
	va_list ap;

	if (h != NULL && h->address.family != 0 && strcmp(h->mx, h->address.text) != 0)
		text_add(&t, "%s[%s] ", h->mx, h->address.text);
	else if (h != NULL)
		text_add(&t, "%s ", h->mx);
	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	to->item = pool_grow(to->p, to->item, to->n, sizeof(*to->item));
	to->item[to->n++] = text_get(&t);
}

static void
note_tested(struct notes *to, const struct host *h)
{
	if (h->smtp.compelled)
		note_add(to, h, "does not list STARTTLS, but takes it");
	if (h->smtp.readvertised)
		note_add(to, h, "offers STARTTLS again inside TLS (RFC 3207, 4.2)");
	if (h->tls.proto != PROTO_NONE && h->tls.proto < PROTO_TLS13 &&
	    !h->tls.secure_renegotiation)
		note_add(to, h, "knows no secure renegotiation (RFC 5746)");
	if (h->cert.present && h->cert.name_match && h->cert.by_cn)
		note_add(to, h, "certificate has no DNS name, its common name matches");
	if (h->smtp.client_cert_asked && h->secure == SECURE_YES)
		note_add(to, h, "asks for a client certificate");
}

static bool
any_name_unchecked(const struct run_facts *facts)
{
	for (size_t i = 0; i < facts->nhosts; i++)
		if (facts->hosts[i].cert.present && !facts->hosts[i].cert.name_checked)
			return true;
	return false;
}

static void
note_left_out(struct notes *to, const struct run_facts *facts, const struct plan *plan)
{
	struct text by = { .p = to->p };

	if (facts->mx_left_out == 0)
		return;
	if (plan->mx_limit.n > 0)
		text_add(&by, ", --mx-limit");
	if (plan->host_limit.n > 0)
		text_add(&by, ", --host-limit");
	if (plan->quick)
		text_add(&by, ", --quick");
	note_add(to, NULL, "%zu MX left out%s", facts->mx_left_out,
	    by.len == 0 ? "" : pool_printf(to->p, " by %s", text_get(&by) + 2));
}

size_t
note_run(const char ***notes, struct pool *p, const struct run_facts *facts,
    const struct plan *plan)
{
	struct notes to = { .p = p };

	if (plan->exposed_file != NULL)
		note_add(&to, NULL, "everybody may read %s, which holds a password",
		    plan->exposed_file);
	for (size_t i = 0; i < facts->nhosts; i++) {
		const struct host *h = &facts->hosts[i];

		if (h->status == HOST_SKIPPED && !plan->lint)
			note_add(&to, h, "skipped%s", text_because(p, h->why));
		if (h->status == HOST_TESTED)
			note_tested(&to, h);
		for (size_t j = 0; j < h->dane.nnotes; j++)
			note_add(&to, h, "%s", h->dane.notes[j]);
	}
	if (facts->null_mx_beside)
		note_add(&to, NULL, "a null MX stands beside other MX, which count (RFC 7505, 3)");
	if (facts->dane_why != NULL && !facts->dane_tested)
		note_add(&to, NULL, "DANE was not tested: %s", facts->dane_why);
	if (any_name_unchecked(facts))
		note_add(&to, NULL, "names of certificates not checked (--match=none)");
	note_left_out(&to, facts, plan);
	*notes = to.item;
	return to.n;
}
