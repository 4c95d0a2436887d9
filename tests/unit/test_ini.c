// SPDX-License-Identifier: GPL-3.0-or-later
/* test_ini.c - one section of an ini file: its entries, or the line that is wrong. */
#include <string.h>

#include "ini.h"
#include "pool.h"
#include "tap.h"
#include "text.h"

#define SECTION "check_mx_cf"
#define S "[" SECTION "]\n"

static const struct {
	const char *name, *text;
	const char *want;	/* "line key=value;" of each entry, or the failure */
} cases[] = {
	{ "nothing", "", "" },
	{ "an empty section", S, "" },
	{ "one option", S "timeout=20\n", "2 timeout=20;" },
	{ "blanks around", S "\t timeout \t= 20 \r\n", "2 timeout=20;" },
	{ "blanks inside", S "ciphers = A B  C\n", "2 ciphers=A B  C;" },
	{ "an equals sign inside", S "severity = cert-name=ok\n", "2 severity=cert-name=ok;" },
	{ "a comment sign inside", S "authpass = a ;b #c\n", "2 authpass=a ;b #c;" },
	{ "quotes are part of it", S "authpass = \"a\"\n", "2 authpass=\"a\";" },
	{ "no value", S "quick =\n", "2 quick=;" },
	{ "no line end", S "quick =", "2 quick=;" },
	{ "the same twice", S "mx-host=a\nmx-host=b\n", "2 mx-host=a;3 mx-host=b;" },
	{ "comments and empty lines", "# a\n; b\n\n \n" S " # c\n\tw=1:\n", "7 w=1:;" },
	{ "blanks in the brackets", "[ " SECTION "\t]\nw=1:", "2 w=1:;" },
	{ "other sections", "[a]\nx=1\n" S "y=2\n[b]\nz=3\n", "4 y=2;" },
	{ "other sections may hold anything", "[a]\nno option\n" S "y=2\n", "4 y=2;" },
	{ "the section twice", S "x=1\n[a]\ny=2\n" S "z=3\n", "2 x=1;6 z=3;" },
	{ "a longer name", "[" SECTION "2]\nx=1\n", "" },
	{ "a shorter name", "[check_mx]\nx=1\n", "" },
	{ "another case", "[CHECK_MX_CF]\nx=1\n", "" },
	{ "long value", S "x=" "0123456789012345678901234567890123456789012345678901234567890123"
		"0123456789012345678901234567890123456789012345678901234567890123"
		"0123456789012345678901234567890123456789012345678901234567890123\n",
	    "2 x=" "0123456789012345678901234567890123456789012345678901234567890123"
		"0123456789012345678901234567890123456789012345678901234567890123"
		"0123456789012345678901234567890123456789012345678901234567890123;" },
	{ "before the first section", "x=1\n" S, "line 1: before the first [section]" },
	{ "no equals sign", S "quick\n", "line 2: no \"=\" behind the option's name" },
	{ "no name", S "\n = 1\n", "line 3: no option's name before \"=\"" },
	{ "an open bracket", "[check_mx_cf\nx=1\n",
	    "line 1: no \"]\" at the end of a section's name" },
	{ "a lone bracket", "[", "line 1: no \"]\" at the end of a section's name" },
};

static const char *
describe(struct pool *p, const char *text, size_t n)
{
	struct text t = { .p = p };
	struct err e = { 0 };
	struct ini ini;

	if (ini_parse(&ini, p, text, n, SECTION, &e) == -1)
		return pool_str(p, e.msg);
	for (size_t i = 0; i < ini.n; i++)
		text_add(&t, "%zu %s=%s;", ini.entry[i].line, ini.entry[i].key,
		    ini.entry[i].value);
	return text_get(&t);
}

int
main(void)
{
	struct pool *p = pool_new();
	struct err e = { 0 };
	struct ini ini;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = describe(p, cases[i].text, strlen(cases[i].text));

		tap_is(got, cases[i].want, cases[i].name);
	}
	tap_is(describe(p, S "a=\0b", sizeof(S "a=\0b") - 1), "line 2: a NUL byte", "a NUL byte");
	tap_is(describe(p, S "a=1\nb", sizeof(S "a=1") - 1), "2 a=1;", "no byte beyond n");
	ini_parse(&ini, p, S S, sizeof(S S) - 1, SECTION, &e);
	tap_ok(ini.sections == 2 && ini.n == 0, "how often the section is there");
	pool_free(p);
	return tap_end();
}
