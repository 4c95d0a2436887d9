// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_out.c - renderers: whole outputs of literal facts, byte for byte as in tests/golden.
 *
 *   test_out [DIR]		compare with the files in DIR, tests/golden by default
 *   test_out --update DIR	write them anew (read the difference before it is committed)
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "out_dane.h"
#include "out_sts.h"
#include "out_worlds.h"
#include "summary.h"
#include "tap.h"
#include "text.h"

#define PLUGIN_BYTES 4096	/* output.md: under 4 KiB without -v */
#define SUMMARY_CHARACTERS 160	/* output.md: under 160 */
#define LABEL 19		/* output.md: labels differ within so many characters */

static const struct {
	const char *file;
	void (*make)(struct world *);
	enum format format;
	long verbose;
} goldens[] = {
	{ "two_mx.txt", two_mx, FORMAT_PLUGIN, 0 },
	{ "two_mx_v.txt", two_mx, FORMAT_PLUGIN, 1 },
	{ "two_mx_vv.txt", two_mx, FORMAT_PLUGIN, 2 },
	{ "two_mx_vvv.txt", two_mx_explained, FORMAT_PLUGIN, 3 },
	{ "two_mx_score.txt", two_mx, FORMAT_SCORE, 0 },
	{ "two_mx_score_explained.txt", two_mx_explained, FORMAT_SCORE, 3 },
	{ "two_mx_matrix.txt", two_mx, FORMAT_MATRIX, 0 },
	{ "two_mx_smtp.txt", two_mx, FORMAT_SMTP, 0 },
	{ "two_mx_detail.txt", revocations, FORMAT_DETAIL, 0 },
	{ "two_mx_certdetail.txt", revocations, FORMAT_CERTDETAIL, 0 },
	{ "no_tls_detail.txt", no_tls, FORMAT_DETAIL, 0 },
	{ "recorded_ssldetail.txt", recorded, FORMAT_SSLDETAIL, 0 },
	{ "bytes_only_debug.txt", bytes_only, FORMAT_DEBUG, 0 },
	{ "no_such_name_debug.txt", no_such_name, FORMAT_DEBUG, 0 },
	{ "resolver_debug.txt", resolver, FORMAT_DEBUG, 0 },
	{ "streamed_smtp.txt", streamed, FORMAT_SMTP, 0 },
	{ "streamed_ssldetail.txt", streamed, FORMAT_SSLDETAIL, 0 },
	{ "streamed_score.txt", streamed, FORMAT_SCORE, 0 },
	{ "streamed_untold_smtp.txt", streamed_untold, FORMAT_SMTP, 0 },
	{ "streamed_untold_debug.txt", streamed_untold, FORMAT_DEBUG, 0 },
	{ "coloured_smtp.txt", coloured, FORMAT_SMTP, 0 },
	{ "two_mx.json", two_mx, FORMAT_JSON, 3 },
	{ "no_tls.txt", no_tls, FORMAT_PLUGIN, 0 },
	{ "no_tls.json", no_tls, FORMAT_JSON, 0 },
	{ "no_tls_matrix.txt", no_tls, FORMAT_MATRIX, 0 },
	{ "no_tls_and_more.txt", no_tls_and_more, FORMAT_PLUGIN, 0 },
	{ "no_tls_and_more_matrix.txt", no_tls_and_more, FORMAT_MATRIX, 0 },
	{ "broken_session.txt", broken_session, FORMAT_PLUGIN, 0 },
	{ "wrong_name.txt", wrong_name, FORMAT_PLUGIN, 0 },
	{ "resolver.txt", resolver, FORMAT_PLUGIN, 0 },
	{ "resolver.json", resolver, FORMAT_JSON, 0 },
	{ "resolver_score.txt", resolver, FORMAT_SCORE, 0 },
	{ "null_mx.txt", null_mx, FORMAT_PLUGIN, 0 },
	{ "null_mx.json", null_mx, FORMAT_JSON, 0 },
	{ "null_mx_matrix.txt", null_mx, FORMAT_MATRIX, 0 },
	{ "null_mx_excused.txt", null_mx_excused, FORMAT_PLUGIN, 0 },
	{ "no_such_name.txt", no_such_name, FORMAT_PLUGIN, 3 },
	{ "no_such_name.json", no_such_name, FORMAT_JSON, 0 },
	{ "stopped_early.txt", stopped_early, FORMAT_PLUGIN, 0 },
	{ "stopped_early.json", stopped_early, FORMAT_JSON, 0 },
	{ "stopped_early_matrix.txt", stopped_early, FORMAT_MATRIX, 0 },
	{ "all_statuses.txt", all_statuses, FORMAT_PLUGIN, 0 },
	{ "all_statuses.json", all_statuses, FORMAT_JSON, 0 },
	{ "all_statuses_smtp.txt", all_statuses, FORMAT_SMTP, 0 },
	{ "quick.txt", quick, FORMAT_PLUGIN, 0 },
	{ "quick.json", quick, FORMAT_JSON, 0 },
	{ "quick_matrix.txt", quick, FORMAT_MATRIX, 0 },
	{ "hostile.txt", hostile, FORMAT_PLUGIN, 0 },
	{ "hostile_vvv.txt", hostile, FORMAT_PLUGIN, 3 },
	{ "crowd.txt", crowd, FORMAT_PLUGIN, 0 },
	{ "long_names.txt", long_names, FORMAT_PLUGIN, 0 },
	{ "one_server.txt", one_server, FORMAT_PLUGIN, 0 },
	{ "one_server.json", one_server, FORMAT_JSON, 0 },
	{ "one_server_matrix.txt", one_server, FORMAT_MATRIX, 0 },
	{ "slow_server.txt", slow_server, FORMAT_PLUGIN, 0 },
	{ "three_addresses.txt", three_addresses, FORMAT_PLUGIN, 0 },
	{ "by_address.txt", by_address, FORMAT_PLUGIN, 0 },
	{ "by_address.json", by_address, FORMAT_JSON, 0 },
	{ "published.json", published, FORMAT_JSON, 0 },
	{ "dane_match.txt", dane_match, FORMAT_PLUGIN, 0 },
	{ "dane_match_v.txt", dane_match, FORMAT_PLUGIN, 1 },
	{ "dane_match.json", dane_match, FORMAT_JSON, 0 },
	{ "dane_match_score.txt", dane_match, FORMAT_SCORE, 0 },
	{ "dane_mismatch.txt", dane_mismatch, FORMAT_PLUGIN, 0 },
	{ "dane_mismatch.json", dane_mismatch, FORMAT_JSON, 0 },
	{ "dane_mismatch_matrix.txt", dane_mismatch, FORMAT_MATRIX, 0 },
	{ "dane_ends.txt", dane_ends, FORMAT_PLUGIN, 0 },
	{ "dane_ends_matrix.txt", dane_ends, FORMAT_MATRIX, 0 },
	{ "dane_dns_only.txt", dane_dns_only, FORMAT_PLUGIN, 0 },
	{ "dane_self_signed.txt", dane_self_signed, FORMAT_PLUGIN, 0 },
	{ "two_mx.xml", two_mx, FORMAT_XML, 3 },
	{ "all_statuses.xml", all_statuses, FORMAT_XML, 0 },
	{ "stopped_early.xml", stopped_early, FORMAT_XML, 0 },
	{ "by_address.xml", by_address, FORMAT_XML, 0 },
	{ "null_mx.xml", null_mx, FORMAT_XML, 0 },
	{ "hostile.xml", hostile, FORMAT_XML, 0 },
	{ "fault.xml", fault, FORMAT_XML, 0 },
	{ "two_mx.csv", two_mx, FORMAT_CSV, 0 },
	{ "all_statuses.csv", all_statuses, FORMAT_CSV, 0 },
	{ "stopped_early.csv", stopped_early, FORMAT_CSV, 0 },
	{ "null_mx.csv", null_mx, FORMAT_CSV, 0 },
	{ "quoted_mailbox.csv", quoted_mailbox, FORMAT_CSV, 0 },
	{ "fault.txt", fault, FORMAT_PLUGIN, 0 },
	{ "fault.json", fault, FORMAT_JSON, 0 },
	{ "fault_smtp.txt", fault, FORMAT_SMTP, 0 },
	{ "sts_good.txt", sts_start, FORMAT_PLUGIN, 0 },
	{ "sts_good.json", sts_start, FORMAT_JSON, 0 },
	{ "sts_good_score.txt", sts_start, FORMAT_SCORE, 0 },
	{ "sts_testing.txt", sts_testing, FORMAT_PLUGIN, 0 },
	{ "sts_mismatch.txt", sts_mismatch, FORMAT_PLUGIN, 0 },
	{ "sts_mismatch_v.txt", sts_mismatch, FORMAT_PLUGIN, 1 },
	{ "sts_mismatch_matrix.txt", sts_mismatch, FORMAT_MATRIX, 0 },
	{ "sts_mismatch.json", sts_mismatch, FORMAT_JSON, 0 },
	{ "sts_broken.txt", sts_broken, FORMAT_PLUGIN, 0 },
	{ "sts_broken_v.txt", sts_broken, FORMAT_PLUGIN, 1 },
	{ "sts_broken.json", sts_broken, FORMAT_JSON, 0 },
	{ "sts_none.txt", sts_none, FORMAT_PLUGIN, 0 },
	{ "sts_no_connect.txt", sts_no_connect, FORMAT_PLUGIN, 0 },
	{ "sts_offline.txt", sts_offline, FORMAT_PLUGIN, 0 },
	{ "sts_offline.json", sts_offline, FORMAT_JSON, 0 },
	{ "sts_offline_mismatch.txt", sts_offline_mismatch, FORMAT_PLUGIN, 3 },
	{ "sts_offline_mismatch_smtp.txt", sts_offline_mismatch, FORMAT_SMTP, 0 },
	{ "sts_offline_mismatch.json", sts_offline_mismatch, FORMAT_JSON, 0 },
	{ "sts_offline_mismatch.csv", sts_offline_mismatch, FORMAT_CSV, 0 },
	{ "sts_offline_mismatch.xml", sts_offline_mismatch, FORMAT_XML, 0 },
};

/* The first lines that output.md gives, up to what it leaves open. */
static const struct {
	const char *name;
	void (*make)(struct world *);
	const char *want;
} firsts[] = {
	{ "OK", two_mx, "MX_CF OK - example.org CF 114 of 121 (94%), 2 MX, worst mx2.example.org 109"
	    "|cf=114;90:;64:;0;121 worst_cf=109;;;0;121 mx_total=2;;;0 mx_ok=2;;;0 "
	    "addr_total=2;;;0 addr_ok=2;;;0 cert_days=61.2;14:;3: time=0.184s;;;0 "
	    "time_dns=0.012s;;;0 time_answer=0.021s;;;0 " },
	{ "CRITICAL", no_tls, "MX_CF CRITICAL - example.org CF 77 of 121 (63%): "
	    "mx2.example.org[192.0.2.26] offers no TLS, 2 MX, worst mx2.example.org 0|cf=77;" },
	{ "CRITICAL and more", no_tls_and_more, "MX_CF CRITICAL - example.org CF 77 of 121 (63%): "
	    "mx2.example.org[192.0.2.26] offers no TLS and 2 more, 2 MX, worst mx2.example.org 0|" },
	{ "WARNING", wrong_name, "MX_CF WARNING - example.org CF 93 of 121 (76%): "
	    "mx1.example.org[192.0.2.25] certificate names mx.example.net, 1 MX|cf=93;" },
	{ "UNKNOWN", resolver, "MX_CF UNKNOWN - example.org: "
	    "resolver 127.0.0.1 does not answer (5 s)\n" },
	{ "DANE OK", dane_match, "DANE OK - example.org: 3 of 3 hosts match 3 1 1, signatures 7.9 days"
	    "|tlsa_total=4;;;0 tlsa_usable=4;;;0 tlsa_matched=2;;;0 hosts_total=3;;;0 hosts_ok=3;;;0 "
	    "rrsig_days=7.9;3:;1: cert_days=61.2;14:;3: time=0.184s;;;0 " },
	{ "DANE CRITICAL", dane_mismatch, "DANE CRITICAL - example.org: mx1.example.org[2001:db8::25] "
	    "RSA chain matches no TLSA record (have 3 1 1 a1b2c3d4..., live 3 1 1 c3d4e5f6...)|" },
	{ "MTASTS WARNING", sts_testing, "MTASTS WARNING - example.org: policy id 2026 mode testing, "
	    "max_age 1 day (below 7 days)|max_age=86400s;604800:;86400: " },
	{ "server OK", one_server, "SMTP_TLS OK - mx1.example.org[192.0.2.25]:25 TLSv1.3 "
	    "TLS_AES_256_GCM_SHA384, verified, certificate 61 days, 0.142 s|time=0.142s;;;0 " },
};

static const char *
render(struct world *w, struct pool *p, void (*make)(struct world *), enum format format,
    long verbose)
{
	world_start(w, p);
	w->plan.format = format;
	w->plan.verbose = verbose;
	make(w);
	if (w->fault != NULL)
		return out_fault(p, &w->plan, w->fault);
	return out_render(&(struct out){ &w->plan, &w->facts, &w->score, &w->verdict, p });
}

/* The file's text in p; NULL when it cannot be read. */
static const char *
read_file(struct pool *p, const char *name)
{
	struct text t = { .p = p };
	FILE *file = fopen(name, "r");
	char buf[4096];
	size_t n;

	if (file == NULL)
		return NULL;
	while ((n = fread(buf, 1, sizeof(buf) - 1, file)) > 0) {
		buf[n] = '\0';
		text_add(&t, "%s", buf);
	}
	fclose(file);
	return text_get(&t);
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");
	bool good = file != NULL && fputs(text, file) >= 0;

	if (file != NULL)
		good &= fclose(file) == 0;
	tap_ok(good, "written: %s", name);
}

static size_t
count(const char *s, const char *any)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += strchr(any, *s) != NULL;
	return n;
}

/* What no plugin output may do, whatever the servers say. */
static void
check_plugin(const char *file, const char *text, long verbose)
{
	size_t first = strcspn(text, "\n");
	const char *bar = strchr(text, '|');

	tap_ok(bar == NULL || (bar < text + first && strchr(bar + 1, '|') == NULL),
	    "%s: performance data on the first line only", file);
	tap_ok(verbose > 1 || count(text, "<>") == 0, "%s: no tags", file);
	tap_ok(verbose > 0 || strlen(text) < PLUGIN_BYTES, "%s: under 4 KiB", file);
	tap_ok(strlen(text) > 0 && text[strlen(text) - 1] == '\n', "%s: ends in a line", file);
}

static void
check_labels(const char *file, const json_t *perfdata)
{
	size_t same = 0;

	for (size_t i = 0; i < json_array_size(perfdata); i++) {
		const json_t *row = json_array_get(perfdata, i);
		const char *label = json_string_value(json_object_get(row, "label"));

		same += strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(label);
		for (size_t j = 0; j < i; j++) {
			const json_t *other = json_object_get(json_array_get(perfdata, j), "label");

			same += strncmp(label, json_string_value(other), LABEL) == 0;
		}
	}
	tap_ok(same == 0, "%s: labels are plain and differ early", file);
}

static void
check_json(const char *file, const char *text)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const char *summary = json_string_value(json_object_get(json, "summary"));

	tap_ok(json_is_object(json), "%s: an object", file);
	tap_ok(json_object_size(json) == 18, "%s: every field is there", file);
	tap_ok(summary != NULL && strlen(summary) < SUMMARY_CHARACTERS, "%s: short summary", file);
	check_labels(file, json_object_get(json, "perfdata"));
	json_decref(json);
}

static void
check_golden(size_t i, const char *dir, bool update)
{
	struct pool *p = pool_new();
	struct world *w = pool_alloc(p, sizeof(*w));
	const char *file = goldens[i].file, *path = pool_printf(p, "%s/%s", dir, file);
	const char *got = render(w, p, goldens[i].make, goldens[i].format, goldens[i].verbose);

	if (update)
		write_file(path, got);
	else
		tap_is(got, read_file(p, path), file);
	if (goldens[i].format == FORMAT_PLUGIN)
		check_plugin(file, got, goldens[i].verbose);
	if (goldens[i].format == FORMAT_JSON)
		check_json(file, got);
	pool_free(p);
}

static void
check_first(size_t i)
{
	struct pool *p = pool_new();
	struct world *w = pool_alloc(p, sizeof(*w));
	const char *got = render(w, p, firsts[i].make, FORMAT_PLUGIN, 0);

	tap_is(pool_strn(p, got, strnlen(got, strlen(firsts[i].want))), firsts[i].want,
	    firsts[i].name);
	pool_free(p);
}

/* A summary stays short, and what matters most is not what is cut. */
static void
check_summary(void)
{
	struct pool *p = pool_new();
	struct world *w = pool_alloc(p, sizeof(*w));
	const char *s;

	world_start(w, p);
	long_names(w);
	s = summary_make(&(struct out){ &w->plan, &w->facts, &w->score, &w->verdict, p });
	tap_ok(strlen(s) < SUMMARY_CHARACTERS, "long names: short summary");
	tap_ok(strstr(s, " CF 93 of 121 (76%): ") != NULL, "long names: the CF stays");
	tap_ok(strstr(s, " and 1 more") != NULL, "long names: the count stays");
	pool_free(p);
}

int
main(int argc, char **argv)
{
	bool update = argc == 3 && strcmp(argv[1], "--update") == 0;
	const char *dir = update ? argv[2] : argc == 2 ? argv[1] : "tests/golden";

	for (size_t i = 0; i < sizeof(goldens) / sizeof(goldens[0]); i++)
		check_golden(i, dir, update);
	for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++)
		check_first(i);
	check_summary();
	return tap_end();
}
