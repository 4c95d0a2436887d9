// SPDX-License-Identifier: GPL-3.0-or-later
/* test_sts_policy.c - policies of MTA-STS: what is valid, each fault with its place, and how long they may be. */
#include "sts_flaws.h"

#define X31 "a234567890123456789012345678901"
#define LABEL63 "a23456789012345678901234567890123456789012345678901234567890123"

/* clang-format off */
#define POLICY(version, mode, age, mx) version "\n" mode "\n" age "\n" mx "\n"
#define BODY(s) s, sizeof(s) - 1

static const struct {
	const char *name;
	const char *body;
	size_t len;
	enum sts_mode mode;	/* UNKNOWN: invalid */
	int64_t max_age;
	const char *mx;		/* with blanks between */
	const char *errors, *lints;
} policies[] = {
	{ .name = "LF", BODY(GOOD), STS_MODE_ENFORCE, 604800, "mx.example.org" },
	{ .name = "CRLF", BODY("version: STSv1\r\nmode: testing\r\nmax_age: 1\r\nmx: a.b\r\n"),
	    STS_MODE_TESTING, 1, "a.b" },
	{ .name = "LF and CRLF", BODY("version: STSv1\r\nmode: testing\nmax_age: 1\r\nmx: a.b\n"),
	    STS_MODE_TESTING, 1, "a.b" },
	{ .name = "no end of the last line", BODY(HEAD "mx: a.b"), STS_MODE_ENFORCE, 604800, "a.b" },
	{ .name = "any order", BODY("mx: a.b\nmax_age: 1\nmx: c.d\nmode: enforce\nversion: STSv1"),
	    STS_MODE_ENFORCE, 1, "a.b c.d" },
	{ .name = "no blanks", BODY("version:STSv1\nmode:enforce\nmax_age:1\nmx:a.b"), STS_MODE_ENFORCE, 1,
	    "a.b" },
	{ .name = "blanks and tabs around values", BODY("version: \t STSv1 \nmode:\tenforce\t\nmax_age:  1 \n"
	    "mx:  a.b  \n"), STS_MODE_ENFORCE, 1, "a.b" },
	{ .name = "a wildcard", BODY(HEAD "mx: *.example.org\n"), STS_MODE_ENFORCE, 604800, "*.example.org" },
	{ .name = "A-labels", BODY(HEAD "mx: xn--bcher-kva.example\n"), STS_MODE_ENFORCE, 604800,
	    "xn--bcher-kva.example" },
	{ .name = "capitals", BODY(HEAD "mx: MX.Example.ORG\n"), STS_MODE_ENFORCE, 604800, "MX.Example.ORG" },
	{ .name = "a label of 63", BODY(HEAD "mx: " LABEL63 ".org\n"), STS_MODE_ENFORCE, 604800,
	    LABEL63 ".org" },
	{ .name = "max_age 0", BODY("version: STSv1\nmode: enforce\nmax_age: 0\nmx: a.b\n"), STS_MODE_ENFORCE, 0,
	    "a.b" },
	{ .name = "max_age at its most", BODY("version: STSv1\nmode: enforce\nmax_age: 31557600\nmx: a.b\n"),
	    STS_MODE_ENFORCE, 31557600, "a.b" },
	{ .name = "max_age of ten digits", BODY("version: STSv1\nmode: enforce\nmax_age: 0000604800\nmx: a.b\n"),
	    STS_MODE_ENFORCE, 604800, "a.b" },
	{ .name = "mode none without mx", BODY("version: STSv1\nmode: none\nmax_age: 86400\n"), STS_MODE_NONE,
	    86400, "", NULL, "policy: mode none: senders act as if there were no policy" },
	{ .name = "mode none with mx", BODY("version: STSv1\nmode: none\nmax_age: 86400\nmx: a.b"),
	    STS_MODE_NONE, 86400, "a.b", NULL,
	    "policy: mode none: senders act as if there were no policy" },
	{ .name = "an extension", BODY(GOOD "a.b-c_d: x\n"), STS_MODE_ENFORCE, 604800, "mx.example.org" },
	{ .name = "an extension with blanks and UTF-8", BODY(GOOD "note: gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x90\xa2\n"),
	    STS_MODE_ENFORCE, 604800, "mx.example.org" },
	{ .name = "an extension with colons", BODY(GOOD "a: b: c:\n"), STS_MODE_ENFORCE, 604800,
	    "mx.example.org" },
	{ .name = "an extension name of 32", BODY(GOOD X31 "x: y\n"), STS_MODE_ENFORCE, 604800,
	    "mx.example.org" },
	{ .name = "Mode is an extension beside mode", BODY(GOOD "Mode: none\n"), STS_MODE_ENFORCE, 604800,
	    "mx.example.org" },
	{ .name = "of duplicates the first counts", BODY(GOOD "mode: none\nmax_age: 1\nversion: STSv2\n"),
	    STS_MODE_ENFORCE, 604800, "mx.example.org" },
	{ .name = "a duplicate need make no sense", BODY(GOOD "mode: foo\nmax_age: x\n"), STS_MODE_ENFORCE,
	    604800, "mx.example.org" },
	{ .name = "a final dot", BODY(HEAD "mx: a.b.\n"), STS_MODE_ENFORCE, 604800, "a.b", NULL,
	    "policy line 4, column 8: mx \"a.b.\" ends in a dot: some senders find no match" },
	{ .name = "a blank line at the end", BODY(GOOD "\n"), STS_MODE_ENFORCE, 604800, "mx.example.org", NULL,
	    "policy line 5: blank line at the end: some senders refuse the policy" },
	{ .name = "a CRLF too much", BODY(GOOD "\r\n"), STS_MODE_ENFORCE, 604800, "mx.example.org", NULL,
	    "policy line 5: blank line at the end: some senders refuse the policy" },
	{ .name = "blanks at the end", BODY(GOOD " "), STS_MODE_ENFORCE, 604800, "mx.example.org", NULL,
	    "policy line 5: blank line at the end: some senders refuse the policy" },

	{ .name = "nothing", BODY(""), STS_MODE_UNKNOWN, 0, "", "policy: empty, expected \"version: STSv1\"" },
	{ .name = "line ends only", BODY("\n\r\n"), STS_MODE_UNKNOWN, 0, "",
	    "policy: empty, expected \"version: STSv1\"" },
	{ .name = "an empty line between", BODY("version: STSv1\n\nmode: enforce\nmax_age: 1\nmx: a.b\n"),
	    STS_MODE_UNKNOWN, 1, "a.b", "policy line 2, column 1: empty line, expected name: value" },
	{ .name = "a blank line between", BODY("version: STSv1\n \t\r\nmode: enforce\nmax_age: 1\nmx: a.b\n"),
	    STS_MODE_UNKNOWN, 1, "a.b", "policy line 2, column 1: empty line, expected name: value" },
	{ .name = "an empty line first", BODY("\n" GOOD), STS_MODE_UNKNOWN, 604800, "mx.example.org",
	    "policy line 1, column 1: empty line, expected name: value" },
	{ .name = "a byte order mark", BODY("\xef\xbb\xbf" GOOD), STS_MODE_UNKNOWN, 604800, "mx.example.org",
	    "policy line 1, column 1: byte order mark, expected text without one" },
	{ .name = "CR for line ends", BODY("version: STSv1\rmode: enforce\rmax_age: 1\rmx: a.b\r"),
	    STS_MODE_UNKNOWN, 0, "", "policy line 1, column 10: version is "
	    "\"STSv1?mode: enforce?max_age: ...\", expected STSv1; "
	    "policy: no mode, expected a line \"mode: enforce\", testing or none; "
	    "policy: no max_age, expected a line \"max_age: SECONDS\"; "
	    "policy: no mx, expected a line \"mx: HOST\"" },
	{ .name = "a CR at the end", BODY(HEAD "mx: a.b\r"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 8: mx \"a.b?\" has a character that no host name has" },
	{ .name = "two CR before LF", BODY(HEAD "mx: a.b\r\r\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 8: mx \"a.b?\" has a character that no host name has" },
	{ .name = "a NUL", BODY(HEAD "mx: a.b\0\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 8: mx \"a.b?\" has a character that no host name has" },
	{ .name = "HTML", BODY("<html>\n"), STS_MODE_UNKNOWN, 0, "",
	    "policy line 1, column 1: \"<html>\" has no \":\", expected name: value; "
	    "policy: no version, expected a line \"version: STSv1\"; "
	    "policy: no mode, expected a line \"mode: enforce\", testing or none; "
	    "policy: no max_age, expected a line \"max_age: SECONDS\"; "
	    "policy: no mx, expected a line \"mx: HOST\"" },
	{ .name = "two errors", BODY(POLICY("version: STSv1", "mode: on", "max_age: 1 day", "mx: a.b")),
	    STS_MODE_UNKNOWN, 0, "a.b",
	    "policy line 2, column 7: mode is \"on\", expected enforce, testing or none; "
	    "policy line 3, column 10: max_age is \"1 day\", expected 1 to 10 digits, at most 31557600" },

	{ .name = "version 2", BODY(POLICY("version: STSv2", "mode: none", "max_age: 1", "a: b")),
	    STS_MODE_UNKNOWN, 1, "", "policy line 1, column 10: version is \"STSv2\", expected STSv1" },
	{ .name = "version in lower case", BODY(POLICY("version: stsv1", "mode: none", "max_age: 1", "a: b")),
	    STS_MODE_UNKNOWN, 1, "", "policy line 1, column 10: version is \"stsv1\", expected STSv1" },
	{ .name = "version longer", BODY(POLICY("version: STSv10", "mode: none", "max_age: 1", "a: b")),
	    STS_MODE_UNKNOWN, 1, "", "policy line 1, column 10: version is \"STSv10\", expected STSv1" },
	{ .name = "Version", BODY(POLICY("Version: STSv1", "mode: none", "max_age: 1", "a: b")),
	    STS_MODE_UNKNOWN, 1, "", "policy line 1, column 1: no version, expected \"version:\" in lower "
	    "case" },
	{ .name = "no version", BODY(POLICY("a: b", "mode: none", "max_age: 1", "a: b")), STS_MODE_UNKNOWN, 1, "",
	    "policy: no version, expected a line \"version: STSv1\"" },
	{ .name = "the record's version", BODY(POLICY("v: STSv1", "mode: none", "max_age: 1", "a: b")),
	    STS_MODE_UNKNOWN, 1, "", "policy: no version, expected a line \"version: STSv1\"" },
	{ .name = "Enforce", BODY(POLICY("version: STSv1", "mode: Enforce", "max_age: 1", "mx: a.b")),
	    STS_MODE_UNKNOWN, 1, "a.b",
	    "policy line 2, column 7: mode is \"Enforce\", expected enforce, testing or none" },
	{ .name = "None needs no mx", BODY(POLICY("version: STSv1", "mode: None", "max_age: 1", "a: b")),
	    STS_MODE_UNKNOWN, 1, "",
	    "policy line 2, column 7: mode is \"None\", expected enforce, testing or none" },
	{ .name = "no mode, no mx", BODY("version: STSv1\nmax_age: 1\n"), STS_MODE_UNKNOWN, 1, "",
	    "policy: no mode, expected a line \"mode: enforce\", testing or none; "
	    "policy: no mx, expected a line \"mx: HOST\"" },
	{ .name = "a mode without value", BODY(POLICY("version: STSv1", "mode: ", "max_age: 1", "mx: a.b")),
	    STS_MODE_UNKNOWN, 1, "a.b", "policy line 2, column 5: \"mode\" has no value" },
	{ .name = "a duplicate without value", BODY(GOOD "mode:\n"), STS_MODE_UNKNOWN, 604800, "mx.example.org",
	    "policy line 5, column 5: \"mode\" has no value" },
	{ .name = "no max_age", BODY("version: STSv1\nmode: none\n"), STS_MODE_UNKNOWN, 0, "",
	    "policy: no max_age, expected a line \"max_age: SECONDS\"" },
	{ .name = "max-age", BODY("version: STSv1\nmode: none\nmax-age: 1\n"), STS_MODE_UNKNOWN, 0, "",
	    "policy: no max_age, expected a line \"max_age: SECONDS\"" },
	{ .name = "max_age of eleven digits", BODY("version: STSv1\nmode: none\nmax_age: 00000604800\n"),
	    STS_MODE_UNKNOWN, 0, "", "policy line 3, column 10: max_age is \"00000604800\", expected 1 to "
	    "10 digits, at most 31557600" },
	{ .name = "max_age above its most", BODY("version: STSv1\nmode: none\nmax_age: 31557601\n"),
	    STS_MODE_UNKNOWN, 0, "", "policy line 3, column 10: max_age is \"31557601\", expected 1 to 10 "
	    "digits, at most 31557600" },
	{ .name = "max_age of ten nines", BODY("version: STSv1\nmode: none\nmax_age: 9999999999\n"),
	    STS_MODE_UNKNOWN, 0, "", "policy line 3, column 10: max_age is \"9999999999\", expected 1 to "
	    "10 digits, at most 31557600" },
	{ .name = "max_age below 0", BODY("version: STSv1\nmode: none\nmax_age: -1\n"), STS_MODE_UNKNOWN, 0, "",
	    "policy line 3, column 10: max_age is \"-1\", expected 1 to 10 digits, at most 31557600" },
	{ .name = "max_age with a sign", BODY("version: STSv1\nmode: none\nmax_age: +1\n"), STS_MODE_UNKNOWN, 0,
	    "", "policy line 3, column 10: max_age is \"+1\", expected 1 to 10 digits, at most 31557600" },
	{ .name = "max_age in days", BODY("version: STSv1\nmode: none\nmax_age: 7d\n"), STS_MODE_UNKNOWN, 0, "",
	    "policy line 3, column 10: max_age is \"7d\", expected 1 to 10 digits, at most 31557600" },
	{ .name = "a NUL in max_age", BODY("version: STSv1\nmode: none\nmax_age: 1\0002\n"), STS_MODE_UNKNOWN, 0,
	    "", "policy line 3, column 10: max_age is \"1?2\", expected 1 to 10 digits, at most 31557600" },
	{ .name = "a blank before :", BODY("version : STSv1\nmode: none\nmax_age: 1\n"), STS_MODE_UNKNOWN, 1, "",
	    "policy line 1, column 1: name is \"version \", expected 1 to 32 letters, digits, \"_\", \"-\" "
	    "or \".\"; policy: no version, expected a line \"version: STSv1\"" },
	{ .name = "a blank before the name", BODY(" version: STSv1\nmode: none\nmax_age: 1\n"), STS_MODE_UNKNOWN,
	    1, "", "policy line 1, column 1: name is \" version\", expected 1 to 32 letters, digits, "
	    "\"_\", \"-\" or \".\"; policy: no version, expected a line \"version: STSv1\"" },
	{ .name = "no name", BODY(GOOD ": x\n"), STS_MODE_UNKNOWN, 604800, "mx.example.org", "policy line 5, "
	    "column 1: name is \"\", expected 1 to 32 letters, digits, \"_\", \"-\" or \".\"" },
	{ .name = "a name of 33", BODY(GOOD X31 "xy: z\n"), STS_MODE_UNKNOWN, 604800, "mx.example.org",
	    "policy line 5, column 1: name is \"a2345678901234567890123456789...\", expected 1 to 32 "
	    "letters, digits, \"_\", \"-\" or \".\"" },
	{ .name = "a comment", BODY("# " GOOD), STS_MODE_UNKNOWN, 604800, "mx.example.org", "policy line 1, "
	    "column 1: name is \"# version\", expected 1 to 32 letters, digits, \"_\", \"-\" or \".\"; "
	    "policy: no version, expected a line \"version: STSv1\"" },
	{ .name = "an extension without value", BODY(GOOD "a:\n"), STS_MODE_UNKNOWN, 604800, "mx.example.org",
	    "policy line 5, column 2: \"a\" has no value" },
	{ .name = "a tab in an extension", BODY(GOOD "a: b\tc\n"), STS_MODE_UNKNOWN, 604800, "mx.example.org",
	    "policy line 5, column 5: value has a tab, expected visible characters" },
	{ .name = "two blanks in an extension", BODY(GOOD "a: b  c\n"), STS_MODE_UNKNOWN, 604800,
	    "mx.example.org", "policy line 5, column 6: value has two blanks in a row, expected visible "
	    "characters" },
	{ .name = "a control character in an extension", BODY(GOOD "a: \x01\n"), STS_MODE_UNKNOWN, 604800,
	    "mx.example.org", "policy line 5, column 4: value has a control character, expected visible "
	    "characters" },
	{ .name = "no UTF-8", BODY(GOOD "a: \xc3\n"), STS_MODE_UNKNOWN, 604800, "mx.example.org",
	    "policy line 5, column 4: value has bytes that are no UTF-8, expected visible characters" },

	{ .name = "no mx", BODY(HEAD), STS_MODE_UNKNOWN, 604800, "",
	    "policy: no mx, expected a line \"mx: HOST\"" },
	{ .name = "MX", BODY(HEAD "MX: a.b\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 1: no mx, expected \"mx:\" in lower case" },
	{ .name = "an empty mx", BODY(HEAD "mx:\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 3: \"mx\" has no value" },
	{ .name = "an IPv4 address", BODY(HEAD "mx: 192.0.2.1\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \"192.0.2.1\" is an IP address: expected a host name" },
	{ .name = "an IPv6 address", BODY(HEAD "mx: 2001:db8::1\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \"2001:db8::1\" is an IP address: expected a host name" },
	{ .name = "an address literal", BODY(HEAD "mx: [192.0.2.1]\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \"[192.0.2.1]\" is an IP address: expected a host name" },
	{ .name = "a list with commas", BODY(HEAD "mx: a.b, c.d\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 8: mx \"a.b, c.d\" is a list: expected one name a line" },
	{ .name = "a list with blanks", BODY(HEAD "mx: a.b c.d\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 8: mx \"a.b c.d\" is a list: expected one name a line" },
	{ .name = "a preference", BODY(HEAD "mx: 10 a.b\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 7: mx \"10 a.b\" is a list: expected one name a line" },
	{ .name = "two wildcards", BODY(HEAD "mx: *.*\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 7: mx \"*.*\" has a \"*\" that is not the whole first label" },
	{ .name = "a wildcard inside", BODY(HEAD "mx: a.*.b\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 7: mx \"a.*.b\" has a \"*\" that is not the whole first label" },
	{ .name = "half a wildcard", BODY(HEAD "mx: mx*.b.c\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 7: mx \"mx*.b.c\" has a \"*\" that is not the whole first label" },
	{ .name = "a lone *", BODY(HEAD "mx: *\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \"*\" is a \"*\" alone: expected *.DOMAIN" },
	{ .name = "*. alone", BODY(HEAD "mx: *.\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \"*.\" is a \"*\" alone: expected *.DOMAIN" },
	{ .name = "a leading dot", BODY(HEAD "mx: .a.b\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \".a.b\" begins with a dot" },
	{ .name = "a dot alone", BODY(HEAD "mx: .\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \".\" begins with a dot" },
	{ .name = "two dots", BODY(HEAD "mx: a..b\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 7: mx \"a..b\" has two dots in a row" },
	{ .name = "two final dots", BODY(HEAD "mx: a.b..\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 9: mx \"a.b..\" has two dots in a row" },
	{ .name = "U-labels", BODY(HEAD "mx: b\xc3\xbc" "cher.example\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 6: mx \"b\xc3\xbc" "cher.example\" is beyond ASCII: expected A-labels "
	    "(xn--...)" },
	{ .name = "an underscore", BODY(HEAD "mx: a_b.c\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 6: mx \"a_b.c\" has a character that no host name has" },
	{ .name = "a port", BODY(HEAD "mx: a.b:25\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 8: mx \"a.b:25\" has a character that no host name has" },
	{ .name = "a mail address", BODY(HEAD "mx: a@b.c\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 6: mx \"a@b.c\" has a character that no host name has" },
	{ .name = "a hyphen first", BODY(HEAD "mx: -a.b\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \"-a.b\" has a label that begins or ends with a hyphen" },
	{ .name = "a hyphen last", BODY(HEAD "mx: a-.b\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 7: mx \"a-.b\" has a label that begins or ends with a hyphen" },
	{ .name = "a hyphen at the very end", BODY(HEAD "mx: a.b-\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 5: mx \"a.b-\" has a label that begins or ends with a hyphen" },
	{ .name = "a label of 64", BODY(HEAD "mx: " LABEL63 "x.org\n"), STS_MODE_UNKNOWN, 604800, "",
	    "policy line 4, column 68: mx \"a2345678901234567890123456789...\" has a label of over 63 "
	    "characters" },
	{ .name = "a name of over 253", BODY(HEAD "mx: " LABEL63 "." LABEL63 "." LABEL63 "." LABEL63 "\n"),
	    STS_MODE_UNKNOWN, 604800, "", "policy line 4, column 5: mx "
	    "\"a2345678901234567890123456789...\" is longer than 253 characters" },
	{ .name = "one bad mx beside a good one", BODY(GOOD "mx: *\n"), STS_MODE_UNKNOWN, 604800,
	    "mx.example.org", "policy line 5, column 5: mx \"*\" is a \"*\" alone: expected *.DOMAIN" },
};
/* clang-format on */

static void
test_policies(void)
{
	for (size_t i = 0; i < ROWS(policies); i++) {
		struct pool *p = pool_new();
		struct mtasts_facts m = { 0 };
		const char *name = pool_printf(p, "policy: %s", policies[i].name);
		bool valid = policies[i].mode != STS_MODE_UNKNOWN;

		sts_read_policy(&m, p, policies[i].body, policies[i].len);
		tap_ok(m.status == (valid ? POLICY_OK : POLICY_INVALID) &&
			m.mode == policies[i].mode && (!valid || m.max_age == policies[i].max_age),
		    "%s", name);
		tap_is(joined(p, m.mx, m.nmx), policies[i].mx, "its mx");
		check_flaws(p, name, &m.errors, policies[i].errors, "errors");
		check_flaws(p, name, &m.lints, policies[i].lints, "lints");
		tap_ok(valid ? m.why == NULL : strncmp(m.why, "sts-policy-invalid: ", 20) == 0,
		    "%s: why", name);
		pool_free(p);
	}
}

static void
test_sizes(void)
{
	static char body[STS_POLICY_MAX + 1];
	struct pool *p = pool_new();
	struct mtasts_facts m = { 0 }, over = { 0 }, many = { 0 };
	size_t n = strlen(GOOD "a: ");

	memset(body, 'x', sizeof(body));
	memcpy(body, GOOD "a: ", n);
	sts_read_policy(&m, p, body, STS_POLICY_MAX);
	tap_ok(m.status == POLICY_OK, "64 KiB are fine");
	sts_read_policy(&over, p, body, STS_POLICY_MAX + 1);
	tap_is(over.why, "sts-policy-invalid: policy: over 65536 bytes",
	    "one byte more is not");
	memset(body, '\n', sizeof(body));
	body[STS_POLICY_MAX - 1] = 'x';
	sts_read_policy(&many, p, body, STS_POLICY_MAX);
	tap_ok(many.errors.n == 32, "of 65536 errors 32 are kept");
	pool_free(p);
}

int
main(void)
{
	test_policies();
	test_sizes();
	return tap_end();
}
