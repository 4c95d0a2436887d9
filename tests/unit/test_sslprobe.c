// SPDX-License-Identifier: GPL-3.0-or-later
/* test_sslprobe.c - what testssl.sh is handed, and that no name from DNS becomes an option. */
#include "sslprobe.h"
#include "tap.h"
#include "text.h"

static const struct {
	const char *name, *mx;
	uint16_t port;
	bool direct;
	const char *want;	/* NULL: refused */
} rows[] = {
	{ "an MX", "mx1.example.org", 25, false, "testssl.sh --starttls smtp mx1.example.org:25" },
	{ "another port", "mx1.example.org", 587, false, "testssl.sh --starttls smtp mx1.example.org:587" },
	{ "direct TLS", "mx1.example.org", 465, true, "testssl.sh mx1.example.org:465" },
	{ "IPv4", "192.0.2.25", 25, false, "testssl.sh --starttls smtp 192.0.2.25:25" },
	{ "IPv6", "2001:db8::25", 25, false, "testssl.sh --starttls smtp [2001:db8::25]:25" },
	{ "an underscore", "_mx.example.org", 25, false, "testssl.sh --starttls smtp _mx.example.org:25" },
	{ "an option", "--openssl=evil.example.org", 25, false, NULL },
	{ "a short option", "-4.example.org", 25, false, NULL },
	{ "a command", "$(reboot).example.org", 25, false, NULL },
	{ "a blank", "mx1 example.org", 25, false, NULL },
	{ "a slash", "mx/../x.example.org", 25, false, NULL },
	{ "no ASCII", "m\xc3\xbcx.example.org", 25, false, NULL },
	{ "nothing", "", 25, false, NULL },
};

static void
check_row(size_t i)
{
	struct pool *p = pool_new();
	struct plan plan = { .direct_tls = rows[i].direct };
	struct host h = { .mx = rows[i].mx, .port = rows[i].port };
	const char *const *args = sslprobe_args(p, &plan, &h);
	struct text t = { .p = p };

	for (; args != NULL && *args != NULL; args++)
		text_add(&t, "%s%s", t.len > 0 ? " " : "", *args);
	tap_is(t.len > 0 ? text_get(&t) : NULL, rows[i].want, rows[i].name);
	pool_free(p);
}

static void
test_first(void)
{
	struct host hosts[] = {
		{ .mx = "a", .status = HOST_UNTESTED, .why = "no address" },
		{ .mx = "b", .status = HOST_SKIPPED },
		{ .mx = "c", .status = HOST_NOT_STARTED },
		{ .mx = "d", .status = HOST_NOT_STARTED },
	};
	struct run_facts facts = { .hosts = hosts, .nhosts = 4 };

	tap_ok(sslprobe_host(&facts) == &hosts[2], "the first host that can be tested");
	facts.nhosts = 2;
	tap_ok(sslprobe_host(&facts) == NULL, "none can be tested");
	facts.nhosts = 0;
	tap_ok(sslprobe_host(&facts) == NULL, "no host");
}

static void
test_nobody(void)
{
	static const struct child_sink sink = { 0 };
	struct host host = { .mx = "a", .status = HOST_UNTESTED, .why = "no address" };
	struct run_facts facts = { .hosts = &host, .nhosts = 1 };
	struct plan plan = { .timeout = 1 };
	struct err e = { 0 };

	tap_ok(sslprobe_run(&plan, &facts, &sink, &e) == -1, "nobody: refused");
	tap_is(e.msg, "no host for testssl.sh: no address", "nobody: why");
	e = (struct err){ 0 };
	facts = (struct run_facts){ .dns_why = "no such name" };
	sslprobe_run(&plan, &facts, &sink, &e);
	tap_is(e.msg, "no host for testssl.sh: no such name", "no name: why");
	e = (struct err){ 0 };
	facts.null_mx = true;
	sslprobe_run(&plan, &facts, &sink, &e);
	tap_is(e.msg, "no host for testssl.sh: the domain takes no mail (null MX)", "null MX: why");
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(i);
	test_first();
	test_nobody();
	return tap_end();
}
