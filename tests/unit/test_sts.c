// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_sts.c - records and policies of MTA-STS and TLS-RPT: what is valid, each fault with its place, patterns,
 * hosts held against a policy, and any bytes at all.
 */
#include <stdlib.h>

#include "sts.h"
#include "tap.h"
#include "text.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define TXT(s)                                                                                     \
	{                                                                                          \
		(const uint8_t *)(s), sizeof(s) - 1                                                \
	}
#define X31 "a234567890123456789012345678901"
#define LABEL63 "a23456789012345678901234567890123456789012345678901234567890123"

static const char *const statuses[] = {
	[POLICY_NOT_TESTED] = "not-tested",
	[POLICY_OK] = "ok",
	[POLICY_NONE] = "none",
	[POLICY_INVALID] = "invalid",
	[POLICY_FETCH_ERROR] = "fetch-error",
	[POLICY_ERROR] = "error",
};

/* "policy line 1, column 2: ...; ..." */
static const char *
all_of(struct pool *p, const struct flaws *flaws)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < flaws->n; i++)
		text_add(&t, "%s%s", i > 0 ? "; " : "", sts_flaw(p, &flaws->item[i]));
	return text_get(&t);
}

static size_t
count_txt(const struct sts_txt *txt, size_t max)
{
	size_t n = 0;

	while (n < max && txt[n].data != NULL)
		n++;
	return n;
}

/* clang-format off */
static const struct {
	const char *name;
	struct sts_txt txt[3];
	enum policy_status status;
	const char *id;
	const char *errors;	/* all of them; NULL: none */
	const char *lints;
} records[] = {
	{ .name = "as the RFC has it", { TXT("v=STSv1; id=20160831085700Z;") }, POLICY_OK, "20160831085700Z" },
	{ .name = "no final semicolon", { TXT("v=STSv1; id=1") }, POLICY_OK, "1" },
	{ .name = "no blanks at all", { TXT("v=STSv1;id=1;") }, POLICY_OK, "1" },
	{ .name = "blanks wherever they may be", { TXT("v=STSv1;\t id=1 \t;  ") }, POLICY_OK, "1" },
	{ .name = "an id of 32", { TXT("v=STSv1; id=" X31 "Z") }, POLICY_OK, X31 "Z" },
	{ .name = "an extension before the id", { TXT("v=STSv1; a=b; id=1") }, POLICY_OK, "1" },
	{ .name = "an extension of every kind of character",
	    { TXT("v=STSv1; id=1; aZ9_-.x=!\"#$%&'()*+,-./:<>?@[]^_`{|}~") }, POLICY_OK, "1" },
	{ .name = "an extension name of 32", { TXT("v=STSv1; id=1; " X31 "x=y") }, POLICY_OK, "1" },
	{ .name = "of two ids the first counts", { TXT("v=STSv1; id=1; id=2") }, POLICY_OK, "1" },
	{ .name = "a second id need be no id", { TXT("v=STSv1; id=1; id=a-b") }, POLICY_OK, "1" },
	{ .name = "a second version is an extension", { TXT("v=STSv1; id=1; v=STSv2") }, POLICY_OK, "1" },
	{ .name = "ID is an extension where id is there", { TXT("v=STSv1; ID=a-b; id=1") }, POLICY_OK, "1" },
	{ .name = "among others", { TXT("v=spf1 -all"), TXT("v=STSv1; id=1"), TXT("") }, POLICY_OK, "1" },
	{ .name = "beside STSv10", { TXT("v=STSv10; id=2"), TXT("v=STSv1; id=1") }, POLICY_OK, "1" },
	{ .name = "blank before the first ;, alone", { TXT("v=STSv1 ;id=1") }, POLICY_OK, "1", NULL,
	    "record column 8: white space before the first \";\": some senders ignore this record" },
	{ .name = "tab before the first ;, alone", { TXT("v=STSv1\t; id=1") }, POLICY_OK, "1", NULL,
	    "record column 8: white space before the first \";\": some senders ignore this record" },
	{ .name = "blank before the first ; beside a strict one: the strict one counts",
	    { TXT("v=STSv1 ; id=2"), TXT("v=STSv1; id=1") }, POLICY_OK, "1" },

	{ .name = "no TXT at all", { { NULL, 0 } }, POLICY_NONE },
	{ .name = "others only", { TXT("v=spf1 -all"), TXT("hello") }, POLICY_NONE },
	{ .name = "an empty one", { TXT("") }, POLICY_NONE },
	{ .name = "the version alone", { TXT("v=STSv1") }, POLICY_NONE },
	{ .name = "the version and a blank", { TXT("v=STSv1 ") }, POLICY_NONE },
	{ .name = "the version and no semicolon", { TXT("v=STSv1 id=1") }, POLICY_NONE },
	{ .name = "STSv10", { TXT("v=STSv10; id=1") }, POLICY_NONE },
	{ .name = "STSv2", { TXT("v=STSv2; id=1") }, POLICY_NONE },
	{ .name = "lower case", { TXT("v=stsv1; id=1") }, POLICY_NONE },
	{ .name = "upper case", { TXT("V=STSv1; id=1") }, POLICY_NONE },
	{ .name = "a blank in front", { TXT(" v=STSv1; id=1") }, POLICY_NONE },
	{ .name = "quotes in front", { TXT("\"v=STSv1; id=1\"") }, POLICY_NONE },
	{ .name = "blanks around =", { TXT("v = STSv1; id=1") }, POLICY_NONE },
	{ .name = "the id first", { TXT("id=1; v=STSv1;") }, POLICY_NONE },
	{ .name = "a NUL behind the version", { TXT("v=STSv1\0; id=1") }, POLICY_NONE },

	{ .name = "two", { TXT("v=STSv1; id=1"), TXT("v=STSv1; id=1") }, POLICY_INVALID, NULL,
	    "record: 2 records begin with \"v=STSv1\", expected one" },
	{ .name = "three, one of them bad", { TXT("v=STSv1; id=1"), TXT("v=STSv1;"), TXT("v=STSv1; id=2") },
	    POLICY_INVALID, NULL, "record: 3 records begin with \"v=STSv1\", expected one" },
	{ .name = "two with a blank before the first ;", { TXT("v=STSv1 ; id=1"), TXT("v=STSv1\t; id=2") },
	    POLICY_INVALID, NULL, "record: 2 records begin with \"v=STSv1\", expected one" },
	{ .name = "no field", { TXT("v=STSv1;") }, POLICY_INVALID, NULL,
	    "record: no id field, expected \"id=\"" },
	{ .name = "no field, but blanks", { TXT("v=STSv1; \t") }, POLICY_INVALID, NULL,
	    "record: no id field, expected \"id=\"" },
	{ .name = "no id", { TXT("v=STSv1; a=b") }, POLICY_INVALID, NULL,
	    "record: no id field, expected \"id=\"" },
	{ .name = "Id", { TXT("v=STSv1; Id=1") }, POLICY_INVALID, NULL,
	    "record column 10: no id field, expected \"id=\" in lower case" },
	{ .name = "an empty id", { TXT("v=STSv1; id=") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"\", expected 1 to 32 letters and digits" },
	{ .name = "an id of 33", { TXT("v=STSv1; id=" X31 "xZ") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"a2345678901234567890123456789...\", expected 1 to 32 letters and "
	    "digits" },
	{ .name = "a hyphen in the id", { TXT("v=STSv1; id=2026-01") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"2026-01\", expected 1 to 32 letters and digits" },
	{ .name = "a blank in the id", { TXT("v=STSv1; id=20 26;") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"20 26\", expected 1 to 32 letters and digits" },
	{ .name = "a NUL in the id", { TXT("v=STSv1; id=2\0") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"2?\", expected 1 to 32 letters and digits" },
	{ .name = "8 bit in the id", { TXT("v=STSv1; id=\xc3\xa9") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"\xc3\xa9\", expected 1 to 32 letters and digits" },
	{ .name = "a bad id, and a good one behind", { TXT("v=STSv1; id=-; id=1") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"-\", expected 1 to 32 letters and digits" },
	{ .name = "a blank before =", { TXT("v=STSv1; id =1") }, POLICY_INVALID, NULL,
	    "record column 10: name is \"id \", expected 1 to 32 letters, digits, \"_\", \"-\" or \".\"; "
	    "record: no id field, expected \"id=\"" },
	{ .name = "a blank behind =", { TXT("v=STSv1; id= 1") }, POLICY_INVALID, NULL,
	    "record column 13: id is \" 1\", expected 1 to 32 letters and digits" },
	{ .name = "a comma for a semicolon", { TXT("v=STSv1; id=1, a=b") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"1, a=b\", expected 1 to 32 letters and digits" },
	{ .name = "an empty field", { TXT("v=STSv1;; id=1") }, POLICY_INVALID, NULL,
	    "record column 9: empty field, expected name=value" },
	{ .name = "an empty field at the end", { TXT("v=STSv1; id=1; ;") }, POLICY_INVALID, NULL,
	    "record column 16: empty field, expected name=value" },
	{ .name = "a blank at the end", { TXT("v=STSv1; id=1 ") }, POLICY_INVALID, NULL,
	    "record column 14: blank at the end, expected \";\" before it" },
	{ .name = "a line end at the end", { TXT("v=STSv1; id=1\n") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"1?\", expected 1 to 32 letters and digits" },
	{ .name = "a field without =", { TXT("v=STSv1; id=1; foo") }, POLICY_INVALID, NULL,
	    "record column 16: \"foo\" has no \"=\", expected name=value" },
	{ .name = "a field without name", { TXT("v=STSv1; id=1; =foo") }, POLICY_INVALID, NULL,
	    "record column 16: name is \"\", expected 1 to 32 letters, digits, \"_\", \"-\" or \".\"" },
	{ .name = "a field without value", { TXT("v=STSv1; id=1; a=") }, POLICY_INVALID, NULL,
	    "record column 18: empty value, expected visible ASCII behind \"=\"" },
	{ .name = "a second id without value", { TXT("v=STSv1; id=1; id=") }, POLICY_INVALID, NULL,
	    "record column 19: empty value, expected visible ASCII behind \"=\"" },
	{ .name = "two =", { TXT("v=STSv1; id=1; a=b=c") }, POLICY_INVALID, NULL,
	    "record column 19: value has \"=\", expected visible ASCII without \"=\" and \";\"" },
	{ .name = "a blank in a value", { TXT("v=STSv1; id=1; a=b c") }, POLICY_INVALID, NULL,
	    "record column 19: value has a blank, expected visible ASCII without \"=\" and \";\"" },
	{ .name = "8 bit in a value", { TXT("v=STSv1; id=1; a=\xff") }, POLICY_INVALID, NULL,
	    "record column 18: value has \"?\", expected visible ASCII without \"=\" and \";\"" },
	{ .name = "a control character in a value", { TXT("v=STSv1; id=1; a=\x7f") }, POLICY_INVALID, NULL,
	    "record column 18: value has \"?\", expected visible ASCII without \"=\" and \";\"" },
	{ .name = "a name that begins with _", { TXT("v=STSv1; id=1; _a=b") }, POLICY_INVALID, NULL,
	    "record column 16: name is \"_a\", expected 1 to 32 letters, digits, \"_\", \"-\" or \".\"" },
	{ .name = "a name of 33", { TXT("v=STSv1; id=1; " X31 "xy=z") }, POLICY_INVALID, NULL,
	    "record column 16: name is \"a2345678901234567890123456789...\", expected 1 to 32 letters, "
	    "digits, \"_\", \"-\" or \".\"" },
	{ .name = "a bad record with a blank before the first ;", { TXT("v=STSv1 ; id=") }, POLICY_INVALID, NULL,
	    "record column 14: id is \"\", expected 1 to 32 letters and digits",
	    "record column 8: white space before the first \";\": some senders ignore this record" },
	{ .name = "two errors", { TXT("v=STSv1; id=-; a") }, POLICY_INVALID, NULL,
	    "record column 13: id is \"-\", expected 1 to 32 letters and digits; "
	    "record column 16: \"a\" has no \"=\", expected name=value" },
};

static const struct {
	const char *name;
	struct sts_txt txt[3];
	enum policy_status status;
	const char *rua;	/* with blanks between */
	const char *errors, *lints;
} reports[] = {
	{ .name = "a mailbox", { TXT("v=TLSRPTv1; rua=mailto:a@example.org") }, POLICY_OK,
	    "mailto:a@example.org" },
	{ .name = "a web server", { TXT("v=TLSRPTv1;rua=https://example.org/v1?x=y;") }, POLICY_OK,
	    "https://example.org/v1?x=y" },
	{ .name = "two, with blanks", { TXT("v=TLSRPTv1; rua=mailto:a@b.c \t, \thttps://d.e/") }, POLICY_OK,
	    "mailto:a@b.c https://d.e/" },
	{ .name = "two rua", { TXT("v=TLSRPTv1; rua=mailto:a@b.c; rua=mailto:d@e.f") }, POLICY_OK,
	    "mailto:a@b.c mailto:d@e.f" },
	{ .name = "schemes in any case", { TXT("v=TLSRPTv1; rua=MailTo:a@b.c,HTTPS://d.e") }, POLICY_OK,
	    "MailTo:a@b.c HTTPS://d.e" },
	{ .name = "encoded characters", { TXT("v=TLSRPTv1; rua=mailto:a%21%2C%3b@b.c") }, POLICY_OK,
	    "mailto:a%21%2C%3b@b.c" },
	{ .name = "a subject", { TXT("v=TLSRPTv1; rua=mailto:a@b.c?subject=x@y") }, POLICY_OK,
	    "mailto:a@b.c?subject=x@y" },
	{ .name = "an IPv6 address", { TXT("v=TLSRPTv1; rua=https://[2001:db8::1]/x") }, POLICY_OK,
	    "https://[2001:db8::1]/x" },
	{ .name = "an extension", { TXT("v=TLSRPTv1; a=b; rua=mailto:a@b.c") }, POLICY_OK, "mailto:a@b.c" },
	{ .name = "RUA is an extension", { TXT("v=TLSRPTv1; RUA=x; rua=mailto:a@b.c") }, POLICY_OK,
	    "mailto:a@b.c" },
	{ .name = "blank before the first ;", { TXT("v=TLSRPTv1 ; rua=mailto:a@b.c") }, POLICY_OK,
	    "mailto:a@b.c", NULL, "TLS-RPT record column 11: white space before the first \";\": some "
	    "senders ignore this record" },
	{ .name = "a bad one beside a good one", { TXT("v=TLSRPTv1; rua=ftp://x,mailto:a@b.c") }, POLICY_OK,
	    "mailto:a@b.c", NULL,
	    "TLS-RPT record column 17: rua \"ftp://x\" is neither mailto: nor https:" },
	{ .name = "a bad one in another field", { TXT("v=TLSRPTv1; rua=mailto:a@b.c; rua=") }, POLICY_OK,
	    "mailto:a@b.c", NULL,
	    "TLS-RPT record column 35: rua \"\" is empty, expected mailto: or https:" },
	{ .name = "a comma too much", { TXT("v=TLSRPTv1; rua=mailto:a@b.c,") }, POLICY_OK, "mailto:a@b.c", NULL,
	    "TLS-RPT record column 30: rua \"\" is empty, expected mailto: or https:" },
	{ .name = "a size limit as DMARC has it", { TXT("v=TLSRPTv1; rua=mailto:a@b.c!10m,mailto:d@e.f") },
	    POLICY_OK, "mailto:d@e.f", NULL,
	    "TLS-RPT record column 17: rua \"mailto:a@b.c!10m\" has \"!\", expected %21" },

	{ .name = "none", { { NULL, 0 } }, POLICY_NONE, "" },
	{ .name = "lower case", { TXT("v=tlsrptv1; rua=mailto:a@b.c") }, POLICY_NONE, "" },
	{ .name = "TLSRPTv10", { TXT("v=TLSRPTv10; rua=mailto:a@b.c") }, POLICY_NONE, "" },
	{ .name = "MTA-STS in its place", { TXT("v=STSv1; id=1") }, POLICY_NONE, "" },
	{ .name = "the version alone", { TXT("v=TLSRPTv1") }, POLICY_NONE, "" },

	{ .name = "two", { TXT("v=TLSRPTv1; rua=mailto:a@b.c"), TXT("v=TLSRPTv1; rua=mailto:a@b.c") },
	    POLICY_INVALID, "", "TLS-RPT record: 2 records begin with \"v=TLSRPTv1\", expected one" },
	{ .name = "no rua", { TXT("v=TLSRPTv1;") }, POLICY_INVALID, "",
	    "TLS-RPT record: no rua field, expected \"rua=\"" },
	{ .name = "Rua", { TXT("v=TLSRPTv1; Rua=x") }, POLICY_INVALID, "",
	    "TLS-RPT record column 13: no rua field, expected \"rua=\" in lower case" },
	{ .name = "an empty rua", { TXT("v=TLSRPTv1; rua=") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"\" is empty, expected mailto: or https:" },
	{ .name = "two bad ones", { TXT("v=TLSRPTv1; rua=a@b.c, http://d.e") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"a@b.c\" is neither mailto: nor https:; "
	    "TLS-RPT record column 24: rua \"http://d.e\" is neither mailto: nor https:" },
	{ .name = "no mailbox", { TXT("v=TLSRPTv1; rua=mailto:") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:\" has no mail address behind mailto:" },
	{ .name = "no local part", { TXT("v=TLSRPTv1; rua=mailto:@b.c") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:@b.c\" has no mail address behind mailto:" },
	{ .name = "no domain", { TXT("v=TLSRPTv1; rua=mailto:a@?x") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:a@?x\" has no mail address behind mailto:" },
	{ .name = "two @", { TXT("v=TLSRPTv1; rua=mailto:a@b@c") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:a@b@c\" has no mail address behind mailto:" },
	{ .name = "no host", { TXT("v=TLSRPTv1; rua=https:///x") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"https:///x\" has no host behind https:" },
	{ .name = "no slashes", { TXT("v=TLSRPTv1; rua=https:x") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"https:x\" has no host behind https:" },
	{ .name = "a blank between", { TXT("v=TLSRPTv1; rua=mailto:a@b.c mailto:d@e.f") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:a@b.c mailto:d@e.f\" has a blank, expected a comma "
	    "between URIs" },
	{ .name = "half a percent", { TXT("v=TLSRPTv1; rua=mailto:a%2@b.c") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:a%2@b.c\" has a \"%\" without two hexadecimal digits" },
	{ .name = "a percent at the end", { TXT("v=TLSRPTv1; rua=mailto:a@b.c%") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:a@b.c%\" has a \"%\" without two hexadecimal digits" },
	{ .name = "angle brackets", { TXT("v=TLSRPTv1; rua=<mailto:a@b.c>") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"<mailto:a@b.c>\" has a character that no URI has" },
	{ .name = "a NUL", { TXT("v=TLSRPTv1; rua=mailto:a\0@b.c") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:a?@b.c\" has a character that no URI has" },
	{ .name = "8 bit", { TXT("v=TLSRPTv1; rua=mailto:\xc3\xa9@b.c") }, POLICY_INVALID, "",
	    "TLS-RPT record column 17: rua \"mailto:\xc3\xa9@b.c\" has a character that no URI has" },
	{ .name = "a good one beside an empty field", { TXT("v=TLSRPTv1; rua=mailto:a@b.c;;") },
	    POLICY_INVALID, "mailto:a@b.c",
	    "TLS-RPT record column 30: empty field, expected name=value" },
	{ .name = "a blank at the end", { TXT("v=TLSRPTv1; rua=mailto:a@b.c ") }, POLICY_INVALID,
	    "mailto:a@b.c", "TLS-RPT record column 29: blank at the end, expected \";\" before it" },
};

#define POLICY(version, mode, age, mx) version "\n" mode "\n" age "\n" mx "\n"
#define HEAD "version: STSv1\nmode: enforce\nmax_age: 604800\n"
#define GOOD HEAD "mx: mx.example.org\n"
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

static const char *
joined(struct pool *p, const char *const *s, size_t n)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s%s", i > 0 ? " " : "", s[i]);
	return text_get(&t);
}

/* What is not OK says why, and what is does not. */
static void
check_flaws(struct pool *p, const char *name, const struct flaws *got, const char *want,
    const char *what)
{
	const char *all = all_of(p, got);

	if (strcmp(all, want == NULL ? "" : want) != 0)
		tap_is(all, want == NULL ? "" : want, pool_printf(p, "%s: %s", name, what));
	else
		tap_ok(true, "%s: %s", name, what);
}

static void
test_records(void)
{
	for (size_t i = 0; i < ROWS(records); i++) {
		struct pool *p = pool_new();
		struct mtasts_facts m = { 0 };
		const char *name = pool_printf(p, "record: %s", records[i].name);

		sts_read_record(&m, p, records[i].txt, count_txt(records[i].txt, 3));
		tap_is(statuses[m.status], statuses[records[i].status], name);
		tap_is(m.id, records[i].id, "its id");
		check_flaws(p, name, &m.errors, records[i].errors, "errors");
		check_flaws(p, name, &m.lints, records[i].lints, "lints");
		tap_ok((m.why == NULL) == (m.status == POLICY_OK), "%s: why", name);
		tap_ok(m.mode == STS_MODE_UNKNOWN, "%s: no policy", name);
		pool_free(p);
	}
}

static void
test_reports(void)
{
	for (size_t i = 0; i < ROWS(reports); i++) {
		struct pool *p = pool_new();
		struct tlsrpt_facts t = { 0 };
		const char *name = pool_printf(p, "TLS-RPT: %s", reports[i].name);

		sts_read_tlsrpt(&t, p, reports[i].txt, count_txt(reports[i].txt, 3));
		tap_is(statuses[t.status], statuses[reports[i].status], name);
		tap_is(joined(p, t.rua, t.nrua), reports[i].rua, "its rua");
		check_flaws(p, name, &t.errors, reports[i].errors, "errors");
		check_flaws(p, name, &t.lints, reports[i].lints, "lints");
		tap_ok((t.why == NULL) == (t.status == POLICY_OK), "%s: why", name);
		pool_free(p);
	}
}

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

/* Record and policy together: the record decides whether there is a policy at all. */
static void
test_both(void)
{
	static const struct sts_txt good = TXT("v=STSv1; id=1"), bad = TXT("v=STSv1; id=-"),
				    other = TXT("v=STSv2; id=1");
	static const char policy[] = GOOD, broken[] = HEAD;
	static const struct {
		const char *name;
		const struct sts_txt *txt;
		const char *body;
		enum policy_status status;
		const char *why;
	} rows[] = {
		{ "both good", &good, policy, POLICY_OK, NULL },
		{ "a bad policy", &good, broken, POLICY_INVALID,
		    "sts-policy-invalid: policy: no mx, expected a line \"mx: HOST\"" },
		{ "a bad record", &bad, policy, POLICY_INVALID,
		    "record column 13: id is \"-\", expected 1 to 32 letters and digits" },
		{ "both bad", &bad, broken, POLICY_INVALID,
		    "record column 13: id is \"-\", expected 1 to 32 letters and digits; "
		    "policy: no mx, expected a line \"mx: HOST\"" },
		{ "no record", &other, policy, POLICY_NONE,
		    "no TXT record begins with \"v=STSv1;\", one is \"v=STSv2; id=1\"" },
		{ "no record, a bad policy", &other, broken, POLICY_NONE,
		    "no TXT record begins with \"v=STSv1;\", one is \"v=STSv2; id=1\"" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct pool *p = pool_new();
		struct mtasts_facts m = { 0 };

		sts_read_record(&m, p, rows[i].txt, 1);
		sts_read_policy(&m, p, rows[i].body, strlen(rows[i].body));
		tap_is(statuses[m.status], statuses[rows[i].status], rows[i].name);
		tap_is(m.why, rows[i].why, "why");
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

/* clang-format off */
static const struct {
	const char *pattern, *mx;
	bool want;
} patterns[] = {
	{ "mx.example.org", "mx.example.org", true },
	{ "MX.example.ORG", "mx.EXAMPLE.org", true },
	{ "mx.example.org", "mx.example.org.", true },
	{ "mx.example.org.", "mx.example.org", true },
	{ "mx.example.org", "mx2.example.org", false },
	{ "mx.example.org", "a.mx.example.org", false },
	{ "example.org", "mx.example.org", false },
	{ "*.example.org", "mx.example.org", true },
	{ "*.EXAMPLE.org", "mx.example.org.", true },
	{ "*.example.org", "a.mx.example.org", false },
	{ "*.example.org", "example.org", false },
	{ "*.example.org", ".example.org", false },
	{ "*.example.org", "mx.example.net", false },
	{ "*.example.org", "mx.anexample.org", false },
	{ "*.example", "mx.example", true },
	{ "*.example", "example", false },
	{ "*.example", "a.mx.example", false },
	{ "*", "example", false },
	{ "", "", false },
	{ "", "mx.example.org", false },
	{ "*.example.org", "", false },
};
/* clang-format on */

static void
test_patterns(void)
{
	for (size_t i = 0; i < ROWS(patterns); i++)
		tap_ok(sts_match(patterns[i].pattern, patterns[i].mx) == patterns[i].want,
		    "\"%s\" %s \"%s\"", patterns[i].pattern,
		    patterns[i].want ? "covers" : "does not cover", patterns[i].mx);
}

/* An MX that a sender under the policy takes. */
static const struct host healthy = {
	.mx = "mx.example.org", .status = HOST_TESTED, .secure = SECURE_YES, .smtp.tls_offered = true,
	.step[STEP_TLS].state = STEP_OK, .step[STEP_SECURE].state = STEP_OK, .tls.proto = PROTO_TLS12,
	.cert = { .present = true, .trusted = true, .in_date = true, .sts_name = true },
};

/* What one change makes of it. */
enum change {
	NOTHING, MODE_TESTING, MODE_NONE, MODE_UNKNOWN, POLICY_BAD, OTHER_NAME, WILDCARD, UNTESTED, UNTESTED_OTHER,
	NOT_OFFERED, COMPELLED, HELO_ONLY, SECURE_FAILED, TLS_11, STOPPED, STOPPED_PLAIN, DIRECT, NO_CERT, UNTRUSTED,
	EXPIRED, OTHER_SAN, REVOKED, REVOKED_NOT_KNOWN, OTHER_SNI, SAME_SNI, NO_SNI, ADDRESS, MX_ADDRESS, OFFLINE,
	OFFLINE_OTHER, OFFLINE_NONE, OFFLINE_RECORD
};

/* clang-format off */
static const struct {
	const char *name;
	enum change change;
	enum sts_status want;
} judged[] = {
	{ "a good MX", NOTHING, STS_PASS },
	{ "mode testing", MODE_TESTING, STS_PASS },
	{ "mode none", MODE_NONE, STS_NOT_TESTED },
	{ "no policy", MODE_UNKNOWN, STS_NOT_TESTED },
	{ "an invalid policy", POLICY_BAD, STS_NOT_TESTED },
	{ "not listed", OTHER_NAME, STS_NOT_LISTED },
	{ "listed by wildcard", WILDCARD, STS_PASS },
	{ "untested", UNTESTED, STS_NOT_TESTED },
	{ "untested, not listed", UNTESTED_OTHER, STS_NOT_LISTED },
	{ "no STARTTLS", NOT_OFFERED, STS_NO_TLS },
	{ "STARTTLS only when compelled", COMPELLED, STS_NO_TLS },
	{ "no EHLO", HELO_ONLY, STS_NO_TLS },
	{ "no session", SECURE_FAILED, STS_NO_TLS },
	{ "TLS 1.1", TLS_11, STS_NO_TLS },
	{ "stopped before Secure", STOPPED, STS_NOT_TESTED },
	{ "stopped behind TLS, which failed", STOPPED_PLAIN, STS_NO_TLS },
	{ "direct TLS", DIRECT, STS_NOT_TESTED },
	{ "no certificate", NO_CERT, STS_CERT },
	{ "not trusted", UNTRUSTED, STS_CERT },
	{ "out of date", EXPIRED, STS_CERT },
	{ "no SAN for the MX name", OTHER_SAN, STS_CERT },
	{ "revoked", REVOKED, STS_CERT },
	{ "revocation not known", REVOKED_NOT_KNOWN, STS_PASS },
	{ "asked with another name", OTHER_SNI, STS_NOT_TESTED },
	{ "asked with the same name", SAME_SNI, STS_PASS },
	{ "asked without a name", NO_SNI, STS_NOT_TESTED },
	{ "a server given by address", ADDRESS, STS_NOT_TESTED },
	{ "an MX record with an address", MX_ADDRESS, STS_NOT_LISTED },
	{ "offline, listed", OFFLINE, STS_PASS },
	{ "offline, not listed", OFFLINE_OTHER, STS_NOT_LISTED },
	{ "offline, mode none", OFFLINE_NONE, STS_NOT_TESTED },
	{ "offline, an invalid record beside", OFFLINE_RECORD, STS_PASS },
};
/* clang-format on */

static void
change_policy(struct mtasts_facts *m, enum change change)
{
	static const char *wild[] = { "*.example.org" }, *other[] = { "mx2.example.org" };

	switch (change) {
	case MODE_TESTING: m->mode = STS_MODE_TESTING; break;
	case MODE_NONE:
	case OFFLINE_NONE: m->mode = STS_MODE_NONE; break;
	case MODE_UNKNOWN: m->mode = STS_MODE_UNKNOWN; break;
	case POLICY_BAD: m->status = POLICY_FETCH_ERROR; break;
	case OFFLINE_RECORD: m->status = POLICY_INVALID; break;
	case WILDCARD: m->mx = wild; break;
	case OTHER_NAME:
	case UNTESTED_OTHER:
	case OFFLINE_OTHER: m->mx = other; break;
	default: break;
	}
}

static void
change_session(struct host *h, enum change change)
{
	switch (change) {
	case UNTESTED:
	case UNTESTED_OTHER: h->status = HOST_UNTESTED; break;
	case NOT_OFFERED:
	case STOPPED_PLAIN:
		h->step[STEP_TLS].state = STEP_FAIL;
		h->secure = change == NOT_OFFERED ? SECURE_NOT_OFFERED : SECURE_UNKNOWN;
		break;
	case COMPELLED: h->smtp.tls_offered = false; break;
	case HELO_ONLY:
		h->step[STEP_TLS].state = STEP_FAIL;
		h->smtp.tls_offered = false;
		break;
	case SECURE_FAILED:
		h->step[STEP_SECURE].state = STEP_FAIL;
		h->secure = SECURE_NO_SESSION;
		break;
	case TLS_11: h->tls.proto = PROTO_TLS11; break;
	case STOPPED:
		h->secure = SECURE_UNKNOWN;
		h->step[STEP_SECURE].state = STEP_SKIP;
		break;
	case ADDRESS:
	case MX_ADDRESS: h->mx = "192.0.2.25"; break;
	default: break;
	}
	h->mx_is_address = change == MX_ADDRESS;
}

static void
change_cert(struct cert_facts *c, enum change change)
{
	switch (change) {
	case NO_CERT: *c = (struct cert_facts){ 0 }; break;
	case UNTRUSTED: c->trusted = false; break;
	case EXPIRED: c->in_date = false; break;
	case OTHER_SAN: c->sts_name = false; break;
	case REVOKED: c->revoked = REVOKED_YES; break;
	case REVOKED_NOT_KNOWN: c->revoked = REVOKED_UNKNOWN; break;
	default: break;
	}
}

static void
change_plan(struct plan *plan, enum change change)
{
	plan->direct_tls = change == DIRECT;
	plan->lint = change == OFFLINE || change == OFFLINE_OTHER || change == OFFLINE_NONE ||
	    change == OFFLINE_RECORD;
	plan->sni = change == OTHER_SNI ? "example.org"
	    : change == SAME_SNI        ? "MX.example.org"
	    : change == NO_SNI          ? "none"
					: NULL;
}

/* Whatever --match makes of the certificate's name does not matter. */
static void
test_judge(void)
{
	static const char *listed[] = { "mx.example.org" };

	for (size_t i = 0; i < ROWS(judged); i++) {
		struct pool *p = pool_new();
		struct plan plan = { .plugin = PLUGIN_MTASTS };
		struct host h = healthy;
		struct run_facts facts = { .pool = p, .hosts = &h, .nhosts = 1,
			.mtasts = { .status = POLICY_OK, .mode = STS_MODE_ENFORCE, .mx = listed,
			    .nmx = 1 } };

		h.cert.name_match = i % 2 == 0;
		change_policy(&facts.mtasts, judged[i].change);
		change_session(&h, judged[i].change);
		change_cert(&h.cert, judged[i].change);
		change_plan(&plan, judged[i].change);
		sts_judge(&facts, &plan);
		tap_ok(h.sts == judged[i].want, "judged: %s", judged[i].name);
		pool_free(p);
	}
}

/* Patterns that fit no MX, where all MX are known. */
static void
test_unused(void)
{
	static const char *mx[] = { "mx.example.org", "old.example.org", "*.example.net" };
	static const char two[] = "policy: mx \"old.example.org\" fits no MX; "
				  "policy: mx \"*.example.net\" fits no MX";
	static const struct {
		const char *name;
		size_t left_out, mx_hosts, nhosts;
		bool null_mx;
		const char *dns_why;
		enum sts_mode mode;
		const char *want;
	} rows[] = {
		{ "enforce", 0, 0, 1, false, NULL, STS_MODE_ENFORCE, two },
		{ "testing", 0, 0, 1, false, NULL, STS_MODE_TESTING, two },
		{ "none", 0, 0, 1, false, NULL, STS_MODE_NONE, "" },
		{ "no valid policy", 0, 0, 1, false, NULL, STS_MODE_UNKNOWN, "" },
		{ "some MX left out", 1, 0, 1, false, NULL, STS_MODE_ENFORCE, "" },
		{ "servers named", 0, 1, 1, false, NULL, STS_MODE_ENFORCE, "" },
		{ "null MX", 0, 0, 0, true, NULL, STS_MODE_ENFORCE, "" },
		{ "no MX known", 0, 0, 0, false, "no such name", STS_MODE_ENFORCE, "" },
		{ "no --mx", 0, 0, 0, false, NULL, STS_MODE_ENFORCE, "" },
	};

	for (size_t i = 0; i < ROWS(rows); i++) {
		struct pool *p = pool_new();
		struct plan plan = { .plugin = PLUGIN_MTASTS, .nmx_hosts = rows[i].mx_hosts };
		struct host h = healthy;
		struct run_facts facts = { .pool = p, .hosts = &h, .nhosts = rows[i].nhosts,
			.mx_left_out = rows[i].left_out, .null_mx = rows[i].null_mx,
			.dns_why = rows[i].dns_why,
			.mtasts = { .status = POLICY_OK, .mode = rows[i].mode, .mx = mx, .nmx = 3 } };

		sts_judge(&facts, &plan);
		tap_is(all_of(p, &facts.mtasts.lints), rows[i].want,
		    pool_printf(p, "unused patterns: %s", rows[i].name));
		pool_free(p);
	}
}

/* xorshift: the same bytes in every run. */
static uint32_t
next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* A seed with some bytes replaced, dropped or doubled; every fourth time nothing but noise. */
static size_t
mutate(uint8_t *to, size_t room, const uint8_t *seed, size_t len, uint32_t *state)
{
	static const char likely[] = ";=: \t\r\n\0*.,!%@-\xff";
	size_t n = 0;

	if (next_random(state) % 4 == 0) {
		for (n = 0; n < next_random(state) % room; n++)
			to[n] = (uint8_t)next_random(state);
		return n;
	}
	for (size_t i = 0; i < len && n + 2 < room; i++) {
		uint32_t what = next_random(state) % 40;

		if (what == 0)
			to[n++] = (uint8_t)likely[next_random(state) % sizeof(likely)];
		else if (what == 1)
			to[n++] = (uint8_t)next_random(state);
		else if (what == 2)
			continue;
		if (what == 3)
			to[n++] = seed[i];
		if (what > 1)
			to[n++] = seed[i];
	}
	return n;
}

static bool
sound(const struct mtasts_facts *m)
{
	return (m->why == NULL) == (m->status == POLICY_OK) &&
	    (m->status != POLICY_INVALID || m->errors.n > 0) && m->errors.n <= 32;
}

/* Exact buffers from malloc: the address sanitizer sees every byte too far. */
static bool
try_bytes(struct pool *p, const uint8_t *bytes, size_t n)
{
	uint8_t *exact = malloc(n > 0 ? n : 1);
	struct mtasts_facts record = { 0 }, policy = { 0 };
	struct tlsrpt_facts rpt = { 0 };
	struct sts_txt txt;
	bool good;

	if (exact == NULL)
		return false;
	memcpy(exact, bytes, n);
	txt = (struct sts_txt){ exact, n };
	sts_read_record(&record, p, &txt, 1);
	sts_read_tlsrpt(&rpt, p, &txt, 1);
	sts_read_policy(&policy, p, exact, n);
	good = sound(&record) && sound(&policy) && policy.status != POLICY_NONE &&
	    (rpt.why == NULL) == (rpt.status == POLICY_OK) &&
	    (rpt.status != POLICY_OK || rpt.nrua > 0) &&
	    (record.id == NULL) == (record.status != POLICY_OK) &&
	    (policy.status == POLICY_OK) == (policy.mode != STS_MODE_UNKNOWN);
	free(exact);
	return good;
}

#define TRIES 20000

static void
test_any_bytes(void)
{
	static const struct sts_txt seeds[] = {
		TXT("v=STSv1; id=20160831085700Z; a=b;"),
		TXT("v=TLSRPTv1; rua=mailto:a@example.org, https://example.org/v1%20?x=y; a=b"),
		TXT(GOOD "mx: *.example.net\r\nfoo: gr\xc3\xbc\xc3\x9f dich\n"),
	};
	uint8_t bytes[512];
	uint32_t state = 20261123;
	size_t bad = 0;

	for (size_t i = 0; i < TRIES; i++) {
		struct pool *p = pool_new();
		const struct sts_txt *seed = &seeds[i % ROWS(seeds)];
		size_t n = mutate(bytes, sizeof(bytes), seed->data, seed->len, &state);

		bad += !try_bytes(p, bytes, n);
		pool_free(p);
	}
	tap_ok(bad == 0, "%d times any bytes: %zu ended badly", TRIES, bad);
}

int
main(void)
{
	test_records();
	test_reports();
	test_policies();
	test_both();
	test_sizes();
	test_patterns();
	test_judge();
	test_unused();
	test_any_bytes();
	return tap_end();
}
