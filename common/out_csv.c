// SPDX-License-Identifier: GPL-3.0-or-later
/* out_csv.c - a row that a spreadsheet reads (output.md, "csv"; RFC 4180): what is not known is empty. */
#include <string.h>

#include "out_parts.h"

/* In the order of enum step_id. */
static const char head[] = "Addr,CF,Ans,Con,HELO,TLS,Cert,Sec,From,To\n";

/* RFC 4180, 2.5 to 2.7: in quotes when it has a quote, comma or line end; quotes inside doubled. */
static void
add_field(struct text *t, const char *s)
{
	if (strpbrk(s, "\",\r\n") == NULL) {
		text_add(t, "%s", s);
		return;
	}
	text_add(t, "\"");
	for (; *s != '\0'; s++)
		text_add(t, *s == '"' ? "\"%c" : "%c", *s);
	text_add(t, "\"");
}

const char *
out_csv_head(void)
{
	return head;
}

const char *
out_csv_bad(struct pool *p, const char *text)
{
	struct text t = { .p = p };

	add_field(&t, text);
	for (const char *c = head; *c != '\0'; c++)
		if (*c == ',')
			text_add(&t, ",");
	text_add(&t, "\n");
	return text_get(&t);
}

const char *
out_csv_row(const struct out *o)
{
	struct text t = { .p = o->p };

	add_field(&t, o->facts->target != NULL ? o->facts->target : "");
	text_add(&t, ",");
	if (o->score->known)
		text_add(&t, "%d", o->score->cf);
	for (enum step_id id = STEP_ANSWER; id <= STEP_TO; id++) {
		int percent = out_step_percent(o, id);

		text_add(&t, ",");
		if (percent != -1)
			text_add(&t, "%d", percent);
	}
	text_add(&t, "\n");
	return text_get(&t);
}

const char *
out_csv(const struct out *o)
{
	return pool_printf(o->p, "%s%s", head, out_csv_row(o));
}
