// SPDX-License-Identifier: GPL-3.0-or-later
/* test_opt_dane.c - command lines of check_dane: the plan they make, or why they are refused. */
#include "opt.h"
#include "pool.h"
#include "tap.h"
#include "text.h"

/* The table belongs to the plugin's own file. */
#define main main_dane
int main_dane(int argc, char **argv);
#include "../../plugins/check_dane.c" // NOLINT(bugprone-suspicious-include)
#undef main

#define WORDS 16
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define CHAIN "--chain=a.pem"
#define HEX "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
#define TLSA "--tlsa=3_1_1_" HEX

/* What a plan holds that is check_dane's own, each field between blanks. */
static const char *
describe(struct pool *p, const struct plan *l)
{
	struct text t = { .p = p };

	text_add(&t, " target=%s domain=%s host=%s w=%s c=%s stop=%d", l->target, l->domain,
	    l->host, l->warn.text, l->crit.text, (int)l->stop_after);
	text_add(&t, " rsa=%d ecdsa=%d connect=%d chain=%s needed=%d revoke=%x tlsa=",
	    (l->algorithms & 1U << KEY_RSA) != 0, (l->algorithms & 1U << KEY_ECDSA) != 0,
	    !l->no_connect, l->chain_file, l->dnssec_needed, l->revocation);
	for (size_t i = 0; i < l->ntlsa; i++)
		text_add(&t, "%s%s,", tlsa_kind_text(p, &l->tlsa[i]),
		    l->tlsa[i].usable ? "" : "!");
	text_add(&t, " require=");
	for (size_t i = 0; i < l->nrequire; i++)
		text_add(&t, "%u.%u.%u,", l->require[i].usage, l->require[i].selector,
		    l->require[i].matching);
	text_add(&t, " ");
	return text_get(&t);
}

static const struct {
	const char *line;
	const char *holds[3];
} good[] = {
	{ "-H Example.org", { " target=example.org domain=example.org host=(null) w=3: c=1: stop=5 ",
	    " rsa=1 ecdsa=1 connect=1 chain=(null) needed=1 revoke=7 tlsa= require= " } },
	{ "-d example.org -w 5: -c 2:", { " w=5: c=2: " } },
	{ "-H mx.example.org. --no-mx", { " target=mx.example.org domain=(null) host=mx.example.org " } },
	{ "--no-mx --for-domain=Example.org -H mx", { " target=mx domain=example.org host=mx " } },
	{ "-H mx --no-mx --for-domain=example.org --match=domain", { " domain=example.org " } },
	{ "-H example.org --algorithms=rsa", { " rsa=1 ecdsa=0 " } },
	{ "-H example.org --algorithms=ECDSA", { " rsa=0 ecdsa=1 " } },
	{ "-H example.org --algorithms=ecdsa,rsa,rsa", { " rsa=1 ecdsa=1 " } },
	{ "-H example.org --algorithms=rsa --algorithms=ecdsa", { " rsa=0 ecdsa=1 " } },
	{ "-H example.org --no-connect", { " connect=0 " } },
	{ "-H example.org --stop-after=helo", { " stop=2 " } },
	{ "-H example.org --stop-after=EHLO2", { " stop=5 " } },
	{ "-H example.org --require=3.1.1 --require=2.0.2", { " require=3.1.1,2.0.2, " } },
	{ "-H example.org " CHAIN,
	    { " domain=example.org host=(null) ", " connect=1 chain=a.pem ", " revoke=0 tlsa= " } },
	{ "-H mx --no-mx " CHAIN, { " domain=(null) host=mx " } },
	{ "-H mx " CHAIN " " TLSA, { " domain=(null) host=mx ", " revoke=0 tlsa=3 1 1, " } },
	{ "-H mx --no-mx --no-connect " CHAIN " " TLSA " --tlsa=2_0_1_00",
	    { " connect=1 ", " tlsa=3 1 1,2 0 1!, " } },
	{ "-H mx " CHAIN " " TLSA " --for-domain=example.org", { " domain=example.org host=mx " } },
	{ "-H mx " CHAIN " --tlsa=_3__1_1__5A_5a_", { " tlsa=3 1 1!, " } },
};

static const struct {
	const char *line, *says;
} bad[] = {
	{ "", "--hostname is required" },
	{ "--no-mx", "--hostname is required" },
	{ "-H user@example.org", "--hostname takes a mail domain" },
	{ "-H 192.0.2.1", "--hostname" },
	{ "-H 192.0.2.1 --no-mx", "--hostname takes a name" },
	{ "-H [2001:db8::1] " CHAIN " " TLSA, "--hostname takes a name" },
	{ "-H user@mx --no-mx", "--hostname" },
	{ "-H example.org --for-domain=example.org", "--for-domain needs --no-mx" },
	{ "-H example.org --for-domain=example.org " CHAIN, "--for-domain needs --no-mx" },
	{ "-H mx --no-mx --for-domain=192.0.2.1", "--for-domain" },
	{ "-H mx --no-mx --match=domain", "--match=domain needs --for-domain" },
	{ "-H mx " TLSA, "--tlsa needs --chain" },
	{ "-H mx " CHAIN " " TLSA " --algorithms=rsa", "--algorithms" },
	{ "-H example.org --no-connect --algorithms=rsa,ecdsa", "--algorithms" },
	{ "-H example.org --algorithms=", "--algorithms" },
	{ "-H example.org --algorithms=rsa,", "--algorithms: \"rsa,\"" },
	{ "-H example.org --algorithms=ed25519", "--algorithms: \"ed25519\"" },
	{ "-H example.org --algorithms=rsaecdsa", "--algorithms" },
	{ "-H example.org --require=3.1", "--require: \"3.1\"" },
	{ "-H example.org --require=3_1_1", "--require" },
	{ "-H mx " CHAIN " --tlsa=3_1_1", "--tlsa: \"3 1 1\" is not \"U S M HEX\"" },
	{ "-H mx " CHAIN " --tlsa=3_1_256_5a", "three numbers from 0 to 255" },
	{ "-H mx " CHAIN " --tlsa=3_1_1_5", "odd number" },
	{ "-H mx " CHAIN " --tlsa=3_1_1_5x", "not hexadecimal" },
	{ "-H mx " CHAIN " " TLSA " --tlsa=bad", "--tlsa: \"bad\"" },
	{ "-H mx --chain=", "--chain" },
	{ "-H example.org -w 3", "--warning" },
	{ "-H example.org -c @1", "--critical" },
	{ "-H example.org --stop-after=from", "--stop-after: \"from\" is not one of answer, connect" },
	{ "-H example.org --stop-after=to", "--stop-after" },
	{ "-H example.org --from=a@b.example", "--from" },
	{ "-H example.org --quick", "--quick" },
	{ "-H example.org --dane", "--dane" },
	{ "-H example.org --severity=cf=ok", "--severity" },
	{ "-H example.org --severity=rcpt-refused=ok", "--severity" },
};

/* Words between blanks; '_' in --tlsa is a blank. */
static int
parse(struct pool *p, const char *line, struct plan *plan, struct err *e)
{
	char *rest = pool_str(p, line), *argv[WORDS] = { pool_str(p, "check_dane") }, *w;
	enum opt_result result;
	const char *text = NULL;
	int n = 1;

	while ((w = strsep(&rest, " ")) != NULL && n < WORDS - 1) {
		if (*w != '\0')
			argv[n++] = w;
		for (char *at = w; strncmp(w, "--tlsa", 6) == 0 && *at != '\0'; at++)
			if (*at == '_')
				*at = ' ';
	}
	*plan = (struct plan){ .pool = p };
	return opt_parse(&dane, n, argv, plan, &result, &text, e);
}

int
main(void)
{
	for (size_t i = 0; i < ROWS(good); i++) {
		struct pool *p = pool_new();
		struct err e = { 0 };
		struct plan plan;
		bool ok = parse(p, good[i].line, &plan, &e) == 0;
		const char *all = ok ? describe(p, &plan) : e.msg;

		for (size_t j = 0; j < 3 && good[i].holds[j] != NULL; j++)
			ok = ok && strstr(all, good[i].holds[j]) != NULL;
		if (!tap_ok(ok, "%s", good[i].line))
			printf("# %s\n", all);
		pool_free(p);
	}
	for (size_t i = 0; i < ROWS(bad); i++) {
		struct pool *p = pool_new();
		struct err e = { 0 };
		struct plan plan;

		if (!tap_ok(parse(p, bad[i].line, &plan, &e) == -1 && e.kind == ERR_USAGE &&
			    strstr(e.msg, bad[i].says) != NULL && strlen(e.msg) < 200,
			"refused: %s", bad[i].line))
			printf("# said: %s\n", e.msg);
		pool_free(p);
	}
	return tap_end();
}
