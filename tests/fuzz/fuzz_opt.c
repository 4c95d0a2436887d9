// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fuzz_opt.c - command lines, a line each word, of the plugin that the first byte says: where --extra-opts puts what
 * it reads, too.
 */
#include <getopt.h>

#include "fuzz.h"
#include "opt.h"
#include "tick.h"

/* The tables belong to the plugins' own files. */
#define main main_smtp_tls
int main_smtp_tls(int argc, char **argv);
#include "../../plugins/check_smtp_tls.c" // NOLINT(bugprone-suspicious-include)
#undef main
#undef AT
#define main main_mx_cf
int main_mx_cf(int argc, char **argv);
#include "../../plugins/check_mx_cf.c" // NOLINT(bugprone-suspicious-include)
#undef main
#undef AT
#define main main_dane
int main_dane(int argc, char **argv);
#include "../../plugins/check_dane.c" // NOLINT(bugprone-suspicious-include)
#undef main
#undef AT
#define main main_mtasts
int main_mtasts(int argc, char **argv);
#include "../../plugins/check_mtasts.c" // NOLINT(bugprone-suspicious-include)
#undef main

#define WORDS 24
#define FILES "extra-opts"	/* reads one */

static const struct opt_plugin *const plugins[] = { &smtp_tls, &mx_cf, &dane, &mtasts };

static int
words(struct pool *p, char **argv, const uint8_t *data, size_t n)
{
	char *rest = pool_strn(p, (const char *)data, n), *word;
	int found = 0;

	argv[found++] = pool_str(p, "check");
	while ((word = strsep(&rest, "\n")) != NULL && found < WORDS - 1)
		if (strstr(word, FILES) == NULL)
			argv[found++] = word;
	argv[found] = NULL;
	return found;
}

/* What goes to a server, a file name aside, holds no line end; what is shown no control byte. */
static void
check_plan(const struct plan *plan)
{
	FUZZ_MUST(plan->port >= 1 && plan->port <= 65535);
	FUZZ_MUST(plan->timeout > 0 && plan->host_timeout > 0 && plan->deadline > plan->started);
	FUZZ_MUST(plan->target != NULL || plan->lint || plan->batch_file != NULL);
	FUZZ_MUST(plan->tls_min <= plan->tls_max && plan->parallel >= 1 && plan->jobs >= 1);
	FUZZ_MUST(
	    plan->from != NULL && (plan->auth_type == AUTH_NONE) == (plan->auth_pass == NULL));
	FUZZ_MUST(
	    plan->dnssec != DNSSEC_AUTO && plan->ignore_unreachable >= 0 && plan->mtasts >= 0);
	FUZZ_MUST(plan->dane == 0 || plan->dane == 1);
	fuzz_shown(plan->target);
	fuzz_shown(plan->domain);
	fuzz_shown(plan->rcpt);
	fuzz_shown(plan->from);
	fuzz_shown(plan->fqdn);
	fuzz_shown(plan->sni);
	for (size_t i = 0; i < plan->nmx_hosts; i++)
		fuzz_shown(plan->mx_hosts[i].name);
	for (size_t i = 0; i < plan->verify_names.n; i++)
		fuzz_shown(plan->verify_names.item[i]);
	for (size_t i = 0; i < plan->mx.n; i++)
		fuzz_shown(plan->mx.item[i]);
	if (plan->socks != NULL) {
		fuzz_shown(plan->socks->shown);
		FUZZ_MUST((plan->socks->user == NULL) == (plan->socks->password == NULL));
		FUZZ_MUST(plan->socks->user == NULL || (strlen(plan->socks->user) <= 255 &&
		    strlen(plan->socks->password) <= 255));
	}
}

static int
parse(struct plan *plan, struct pool *p, const uint8_t *data, size_t n, enum opt_result *result,
    const char **text, struct err *e)
{
	const struct opt_plugin *plugin = plugins[data[0] % (sizeof(plugins) / sizeof(plugins[0]))];
	char *argv[WORDS];
	int argc = words(p, argv, data + 1, n - 1);

	*plan = (struct plan){ .pool = p, .started = TICK_SEC };
	*result = OPT_RUN;
	*e = (struct err){ 0 };
	return opt_parse(plugin, argc, argv, plan, result, text, e);
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	struct plan plan, again;
	enum opt_result result, same;
	const char *text = NULL, *more = NULL;
	struct err e, no;
	int rc;

	/* beyond ASCII names are libidn2's */
	for (size_t i = 1; i < n; i++)
		if (data[i] >= 0x80)
			return;
	if (n == 0)
		return;
	rc = parse(&plan, p, data, n, &result, &text, &e);
	if (rc == -1) {
		FUZZ_MUST(e.kind == ERR_USAGE && e.msg[0] != '\0');
		fuzz_shown(e.msg);
	} else if (result == OPT_SAID) {
		FUZZ_MUST(text != NULL && text[0] != '\0');
	} else {
		check_plan(&plan);
	}
	/* nothing is kept from one command line to the next */
	FUZZ_MUST(parse(&again, p, data, n, &same, &more, &no) == rc && same == result);
	FUZZ_MUST(strcmp(e.msg, no.msg) == 0);
	pool_wipe(plan.secrets);
	pool_wipe(again.secrets);
}
