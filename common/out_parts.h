/* SPDX-License-Identifier: GPL-3.0-or-later */
/* out_parts.h - what the renderers share; private to out*.c, perf.c and summary.c.  Pure. */
#ifndef OUT_PARTS_H
#define OUT_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "out.h"
#include "text.h"

/* "check_mx_cf", "MX_CF". */
const char *out_program(enum plugin plugin);
const char *out_name(enum plugin plugin);

/* "Answer"; "answer" for machines. */
const char *out_step_title(enum step_id id);
const char *out_step_word(enum step_id id);

/* "CF", "QFactor" in quick mode. */
const char *out_kind(const struct run_facts *facts);

/* Why there is no CF. */
const char *out_no_cf(const struct out *o);

/* "mx1.example.org[192.0.2.25]:25"; what is not there is left out, the port unless asked for. */
const char *out_host(struct pool *p, const struct host *h, bool port);

/* Has h been tried: does it count in totals? */
bool out_tried(const struct host *h);

/* The number of MX of which some host was tried. */
size_t out_mx_tried(const struct run_facts *facts);

/* Does step id belong into a list of steps: Data and Email only where a message was to be sent? */
bool out_step_shown(const struct plan *plan, enum step_id id);

/* Can step id run at all under this plan? */
bool out_step_asked(const struct plan *plan, enum step_id id);

/* The percentage of the hosts tried for which the step went well, rounded down; -1: none was, or nobody asked. */
int out_step_percent(const struct out *o, enum step_id id);

/* In front of what was sent or received, in the clear or inside TLS: " --> ", "<~~ ". */
const char *out_arrow(bool sent, bool tls);

/* "1 day", "79 days": those left, whole ones. */
const char *out_days(struct pool *p, double days);

/* "1 MX", "2 days": one and many by n. */
const char *out_count(struct pool *p, long long n, const char *one, const char *many);

/* v to the nearest tenth, halves up in spite of binary dust: 2.55 is 2.6. */
double out_tenth(double v);

/* What DANE says of h if it is good, in words: "DANE match 3 1 1"; NULL where a finding says it. */
const char *out_dane(const struct out *o, const struct host *h);

/* Is f, of the certificate or DANE, no trouble by default: told with -v and to machines only? */
bool out_is_quiet(const struct out *o, const struct finding *f);

/* "match", "name-mismatch" */
const char *out_dane_word(enum dane_status status);

/* s, made harmless for plugin output when that is the format. */
const char *out_shown(const struct out *o, const char *s);

/* The formats. */
const char *out_plugin(const struct out *o);

/* The first line of the plugin format with its line end; the same without performance data and line end. */
const char *out_plugin_first(const struct out *o);
const char *out_plugin_text(const struct out *o);

const char *out_human(const struct out *o);
const char *out_json(const struct out *o);
const char *out_json_fault(struct pool *p, const struct plan *plan, const char *why);
const char *out_xml(const struct out *o);
const char *out_xml_fault(struct pool *p, const struct plan *plan, const char *why);
const char *out_csv(const struct out *o);

/* Parts of those for a batch: csv's header, a row, and one for what is no target; xml without its first line. */
const char *out_csv_head(void);
const char *out_csv_row(const struct out *o);
const char *out_csv_bad(struct pool *p, const char *text);
const char *out_xml_result(const struct out *o);
const char *out_xml_error(struct pool *p, const struct plan *plan, const char *why);
const char *out_debug(const struct out *o);

/* Parts of the human formats that -v adds to the plugin format. */
void out_add_matrix(struct text *t, const struct out *o);
void out_add_talk(struct text *t, const struct out *o, const struct host *h);
void out_add_certs(struct text *t, const struct out *o, const struct host *h);

/* What CRL and OCSP said of a host's certificates. */
void out_add_revocation(struct text *t, const struct out *o, const struct host *h);

/* The TLS session of h, its handshake message by message, and what went inside. */
void out_add_session(struct text *t, const struct out *o, const struct host *h);

/* "Trying TLS on mx1.example.org[192.0.2.25]:25 (10):", behind an empty line. */
void out_add_host(struct text *t, const struct out *o, const struct host *h);

/* "[000.021] ". */
void out_add_time(struct text *t, int64_t at_us);

/* The bytes recorded of h, as hex and ASCII. */
void out_add_packets(struct text *t, const struct out *o, const struct wire_facts *wire);

/* "policy id 2026 mode testing"; "" where nothing valid is published. */
const char *out_sts_policy(const struct out *o);

/* ", 2 MX pass", ", 1 of 2 MX listed" (where none was to be probed); "" where no policy says anything. */
const char *out_sts_mx(const struct out *o);

/* What check_mtasts adds to the human formats: what is published, line by line; each host's word. */
void out_add_sts(struct text *t, const struct out *o);
void out_add_sts_hosts(struct text *t, const struct out *o);

/* All that format debug has of h. */
void out_add_bytes(struct text *t, const struct out *o, const struct host *h);

/* s in colour where the plan has colour. */
enum paint { PAINT_BOLD, PAINT_GOOD, PAINT_BAD };
const char *out_paint(const struct out *o, enum paint paint, const char *s);

/* "HOST lost 2.6 of 121: dane: why. fix": one line of --explain, without its end. */
const char *out_lost(const struct out *o, const struct host *h, const struct score_lost *lost);

#endif
