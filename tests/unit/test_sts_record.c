// SPDX-License-Identifier: GPL-3.0-or-later
/* test_sts_record.c - the records of MTA-STS and TLS-RPT: what is valid, and each fault with its place. */
#include "sts_flaws.h"

#define X31 "a234567890123456789012345678901"

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
/* clang-format on */

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

int
main(void)
{
	test_records();
	test_reports();
	return tap_end();
}
