// SPDX-License-Identifier: GPL-3.0-or-later
/* test_name.c - host names, mail addresses, and matching. */
#include "name.h"
#include "tap.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10
#define X63 X60 "xxx"
#define X64 X60 "xxxx"
#define X300 X60 X60 X60 X60 X60
#define D250 X60 "." X60 "." X60 "." X60 ".xxxxxx"

/* want: the name; NULL: refused, and fault is in the sentence. */
static const struct {
	const char *text, *want, *fault;
} hosts[] = {
	{ "mx1.example.org", "mx1.example.org", NULL },
	{ "MX1.Example.ORG.", "mx1.example.org", NULL },
	{ "localhost", "localhost", NULL },
	{ "_25._tcp.mx-1.example.org", "_25._tcp.mx-1.example.org", NULL },
	{ "xn--bcher-kva.example", "xn--bcher-kva.example", NULL },
	{ "XN--BCHER-KVA.example", "xn--bcher-kva.example", NULL },
	{ "b\303\274cher.example", "xn--bcher-kva.example", NULL },
	{ "B\303\234CHER.example.", "xn--bcher-kva.example", NULL },
	{ "bu\314\210cher.example", "xn--bcher-kva.example", NULL },
	{ "stra\303\237e.example", "xn--strae-oqa.example", NULL },
	{ "b\303\274cher\343\200\202example", "xn--bcher-kva.example", NULL },
	{ "192.0.2.1", "192.0.2.1", NULL },
	{ X63 ".example", X63 ".example", NULL },
	{ D250 ".yy", D250 ".yy", NULL },
	{ D250 ".yy.", D250 ".yy", NULL },
	{ "", NULL, "\"\" is empty" },
	{ ".", NULL, "begins with a dot" },
	{ "..", NULL, "begins with a dot" },
	{ ".example.org", NULL, "begins with a dot" },
	{ "a..example.org", NULL, "\"a..example.org\" has two dots in a row" },
	{ "example.org..", NULL, "two dots" },
	{ X64 ".example", NULL, "label of over 63" },
	{ X300, NULL, "label of over 63" },
	{ D250 ".yyy", NULL, "longer than 253" },
	{ X300 X300 X300 X300, NULL, "longer than 253" },
	{ "mx1 example.org", NULL, "\"mx1 example.org\" has a blank" },
	{ " mx1.example.org", NULL, "has a blank" },
	{ "mx1.example.org\n", NULL, "\"mx1.example.org?\" has a control character" },
	{ "mx1\r\nRCPT TO:<a@b>", NULL, "\"mx1??RCPT TO:<a@b>\" has a control character" },
	{ "mx\033[31m.example.org", NULL, "\"mx?[31m.example.org\" has a control character" },
	{ "mx\177.example.org", NULL, "has a control character" },
	{ "user@example.org", NULL, "not a mail address" },
	{ "https://example.org/", NULL, "without port or scheme" },
	{ "example.org/path", NULL, "not an URL" },
	{ "2001:db8::25", NULL, "without port or scheme" },
	{ "*.example.org", NULL, "wildcard" },
	{ "a,b.example.org", NULL, "cannot have" },
	{ "\377\376.example", NULL, "\"??.example\" is no international domain name" },
	{ "b\303\274cher..example", NULL, "has two dots in a row" },
	{ "b\303\274 cher.example", NULL, "" },
	{ "b\303\274cher.example\n", NULL, "\"b\303\274cher.example?\"" },
	{ "\302\205.example", NULL, "" },
	{ "\342\200\256.example", NULL, "" },
	{ "\357\274\240.example\303\274", NULL, "\"@\"" },
	{ "\303\274" X63 ".example", NULL, "" },
};

static const struct {
	const char *text, *domain, *mailbox, *fault;
} targets[] = {
	{ "example.org", "example.org", NULL, NULL },
	{ "Example.ORG.", "example.org", NULL, NULL },
	{ "b\303\274cher.example", "xn--bcher-kva.example", NULL, NULL },
	{ "User@Example.org", "example.org", "User@example.org", NULL },
	{ "a.b+c=d/e@example.org.", "example.org", "a.b+c=d/e@example.org", NULL },
	{ "user@b\303\274cher.example", "xn--bcher-kva.example", "user@xn--bcher-kva.example", NULL },
	{ "\"a b@c\"@example.org", "example.org", "\"a b@c\"@example.org", NULL },
	{ "\"a\\\"b\\\\\"@example.org", "example.org", "\"a\\\"b\\\\\"@example.org", NULL },
	{ "\"\"@example.org", "example.org", "\"\"@example.org", NULL },
	{ X64 "@example.org", "example.org", X64 "@example.org", NULL },
	{ "", NULL, NULL, "--hostname: \"\" is empty" },
	{ "@", NULL, NULL, "nothing before the \"@\"" },
	{ "@example.org", NULL, NULL, "nothing before the \"@\"" },
	{ "user@", NULL, NULL, "\"user@\" has no domain behind" },
	{ "user@.", NULL, NULL, "begins with a dot" },
	{ "user@@example.org", NULL, NULL, "\"@\"" },
	{ "user@b@example.org", NULL, NULL, "\"@\"" },
	{ "us er@example.org", NULL, NULL, "has a blank" },
	{ " user@example.org", NULL, NULL, "has a blank" },
	{ "user@exam ple.org", NULL, NULL, "has a blank" },
	{ "<user@example.org>", NULL, NULL, "bad character" },
	{ ".user@example.org", NULL, NULL, "dot too much" },
	{ "user.@example.org", NULL, NULL, "dot too much" },
	{ "us..er@example.org", NULL, NULL, "dot too much" },
	{ "user\r\n@example.org", NULL, NULL, "\"user??@example.org\"" },
	{ "user@example.org\r\nDATA", NULL, NULL, "control character" },
	{ "us\303\251r@example.org", NULL, NULL, "SMTPUTF8" },
	{ X64 "x@example.org", NULL, NULL, "over 64 characters" },
	{ X64 "@" D250, NULL, NULL, "longer than 254" },
	{ "\"user@example.org", NULL, NULL, "quoted" },
	{ "\"user\"example.org@x", NULL, NULL, "quoted" },
	{ "\"us\ner\"@example.org", NULL, NULL, "quoted" },
	{ "\"user\\@example.org", NULL, NULL, "quoted" },
	{ "\"@", NULL, NULL, "quoted" },
	{ "192.0.2.25", NULL, NULL, "\"192.0.2.25\" is an IP address" },
	{ "192.0.2.25.", NULL, NULL, "is an IP address" },
	{ "[192.0.2.25]", NULL, NULL, "is an IP address" },
	{ "2001:db8::25", NULL, NULL, "is an IP address" },
	{ "user@192.0.2.25", NULL, NULL, "is an IP address" },
	{ "user@[IPv6:2001:db8::25]", NULL, NULL, "is an IP address" },
};

static const struct {
	const char *text, *want, *fault;
} senders[] = {
	{ "", "", NULL },
	{ "<>", "", NULL },
	{ "a@Example.org", "a@example.org", NULL },
	{ "<a@example.org>", "a@example.org", NULL },
	{ "<\"a>b\"@example.org>", "\"a>b\"@example.org", NULL },
	{ "root", NULL, "\"root\" is no mail address" },
	{ "<", NULL, "angle bracket" },
	{ ">", NULL, "angle bracket" },
	{ "<a@example.org", NULL, "angle bracket" },
	{ "a@example.org>", NULL, "angle bracket" },
	{ "<<a@example.org>>", NULL, "bad character" },
	{ "< >", NULL, "blank" },
	{ "a@", NULL, "no domain" },
	{ "a@example.org> SIZE=1", NULL, "" },
	{ "a@example.org\r\nDATA", NULL, "control character" },
};

static const struct {
	const char *pattern, *host;
	bool want;
} matches[] = {
	{ "mx1.example.org", "mx1.example.org", true },
	{ "MX1.example.ORG", "mx1.EXAMPLE.org", true },
	{ "mx1.example.org.", "mx1.example.org", true },
	{ "mx1.example.org", "mx1.example.org.", true },
	{ "*.example.org", "mx1.example.org", true },
	{ "*.example.org.", "mx1.example.org", true },
	{ "*.EXAMPLE.org", "xn--bcher-kva.example.org.", true },
	{ "localhost", "localhost", true },
	{ "mx1.example.org", "mx2.example.org", false },
	{ "mx1.example.org", "mx1.example.org.evil.com", false },
	{ "mx1.example.org..", "mx1.example.org", false },
	{ "example.org", "mx1.example.org", false },
	{ ".example.org", "mx1.example.org", false },
	{ "*.example.org", "example.org", false },
	{ "*.example.org", ".example.org", false },
	{ "*.example.org", "a.b.example.org", false },
	{ "*.example.org", "xexample.org", false },
	{ "*.example", "mx1.example", false },
	{ "*.example.", "mx1.example", false },
	{ "*", "mx1", false },
	{ "*.", "mx1", false },
	{ "*.*", "mx1.example", false },
	{ "*..example", "mx1..example", false },
	{ "*.*.example.org", "a.b.example.org", false },
	{ "mx*.example.org", "mx1.example.org", false },
	{ "*x1.example.org", "mx1.example.org", false },
	{ "mx1.*.org", "mx1.example.org", false },
	{ "**.example.org", "mx1.example.org", false },
	{ "", "", false },
	{ ".", ".", false },
	{ "", "mx1", false },
	{ "mx1", "", false },
	{ "@x1.example.org", "`x1.example.org", false },
	{ "b\303\234cher.example", "b\303\274cher.example", false },
};

static bool
refused(const struct err *e, const char *fault)
{
	bool good = e->kind == ERR_USAGE && strncmp(e->msg, "--", 2) == 0 &&
	    fault != NULL && strstr(e->msg, fault) != NULL;

	for (const char *c = e->msg; *c != '\0'; c++)
		good = good && (unsigned char)*c >= ' ' && *c != 0x7f;
	return good;
}

static bool
is(const char *got, const char *want)
{
	return got == want || (got != NULL && want != NULL && strcmp(got, want) == 0);
}

static void
test_hosts(struct pool *p)
{
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct err e = { 0 };
		const char *got = name_host(p, hosts[i].text, "--fqdn", &e);

		if (!tap_ok(is(got, hosts[i].want) && (got != NULL || refused(&e, hosts[i].fault)),
		    "host row %zu", i))
			printf("# got %s: %s\n", got == NULL ? "NULL" : got, e.msg);
	}
}

static void
test_targets(struct pool *p)
{
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct err e = { 0 };
		char *domain = NULL, *mailbox = NULL;
		int rc = name_target(p, targets[i].text, "--hostname", &domain, &mailbox, &e);
		bool good = rc == -1 ? refused(&e, targets[i].fault) :
		    is(domain, targets[i].domain) && is(mailbox, targets[i].mailbox);

		if (!tap_ok(good && (rc == -1) == (targets[i].domain == NULL), "target row %zu", i))
			printf("# got %d: %s\n", rc, e.msg);
	}
}

static void
test_senders(struct pool *p)
{
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		struct err e = { 0 };
		const char *got = name_sender(p, senders[i].text, "--from", &e);

		if (!tap_ok(is(got, senders[i].want) &&
			    (got != NULL || refused(&e, senders[i].fault)),
			"sender row %zu", i))
			printf("# got %s: %s\n", got == NULL ? "NULL" : got, e.msg);
	}
}

int
main(void)
{
	struct pool *p = pool_new();

	test_hosts(p);
	test_targets(p);
	test_senders(p);
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++)
		tap_ok(name_match(matches[i].pattern, matches[i].host) == matches[i].want,
		    "\"%s\" %s \"%s\"", matches[i].pattern,
		    matches[i].want ? "matches" : "does not match", matches[i].host);
	tap_ok(name_equal("MX.example.org.", "mx.example.ORG"), "equal but for case and final dot");
	tap_ok(!name_equal("*.example.org", "mx.example.org"), "equality knows no wildcards");
	tap_ok(!name_equal("mx.example.org", "mx.example.or"), "a shorter name is another");
	pool_free(p);
	return tap_end();
}
