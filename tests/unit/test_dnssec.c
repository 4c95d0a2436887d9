/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_dnssec.c - whom to believe: trust anchors, the AD bit, the self-test, libunbound in threads. */
#include <stdlib.h>

#include "dns_anchor.h"
#include "dns_unbound.h"
#include "dns_world.h"

#define AD 0x20		/* of the fourth byte of a header */
#define CD 0x10
#define KEY "257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3"
#define DIGEST "0000000000000000000000000000000000000000000000000000000000000000"

/* A file with this text; removed by the caller. */
static const char *
file_with(struct pool *p, const char *text)
{
	char *path = pool_str(p, "/tmp/test_dnssec.XXXXXX");
	int fd = mkstemp(path);

	if (fd == -1 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		printf("Bail out! no temporary file\n");
	close(fd);
	return path;
}

static const struct {
	const char *name, *text;
	size_t keys;
	const char *zone;
} anchors[] = {
	{ "a key of the root", ". IN DNSKEY " KEY "\n", 1, "" },
	{ "a DS, no line end", ". IN DS 20326 8 2 " DIGEST, 1, "" },
	{ "with TTL and comments", "; root\n\n. 172800 IN DNSKEY " KEY " ; keytag 1\n", 1, "" },
	{ "over several lines", ". IN DS 20326 8 2 (\n\t" DIGEST " )\n", 1, "" },
	{ "two keys", ". IN DNSKEY " KEY "\n. IN DNSKEY " KEY "\n", 2, "" },
	{ "of a zone", "example.test. IN DS 1 8 2 " DIGEST "\n", 1, "example.test" },
	{ "the root behind a zone", "a.test. IN DS 1 8 2 " DIGEST "\n. IN DS 1 8 2 " DIGEST "\n", 2,
	    "" },
	{ "two zones: the first", "a.test. DS 1 8 2 " DIGEST "\nb.test. DS 1 8 2 " DIGEST "\n", 2,
	    "a.test" },
	{ "other records beside it", ". IN NS a.test.\n. IN DS 1 8 2 " DIGEST "\n", 1, "" },
	{ "autotrust, valid",
	    ";;id: . 1\n. 86400 IN DNSKEY " KEY " ;{id = 1} ;;state=2 [  VALID  ] ;;count=0\n", 1,
	    "" },
	{ "autotrust, missing", ". 86400 IN DNSKEY " KEY " ;;state=3 [ MISSING ]\n", 1, "" },
	{ "autotrust, one not yet trusted",
	    ". 1 IN DNSKEY " KEY " ;;state=1 [ ADDPEND ]\n. 1 IN DNSKEY " KEY " ;;state=2\n", 1, "" },
	{ "autotrust, none trusted", ". 86400 IN DNSKEY " KEY " ;;state=1 [ ADDPEND ]\n", 0, NULL },
	{ "autotrust, revoked", ". 86400 IN DNSKEY " KEY " ;;state=4 [ REVOKED ]\n", 0, NULL },
	{ "nothing", "", 0, NULL },
	{ "comments", "; . IN DNSKEY " KEY "\n\n", 0, NULL },
	{ "no zone file", "root:x:0:0:root:/root:/bin/bash\n\x7f\x45\x4c\x46", 0, NULL },
	{ "no key among the records", ". IN NS a.test.\n", 0, NULL },
	{ "a key cut off", ". IN DNSKEY 257 3\n", 0, NULL },
};

static void
test_anchors(void)
{
	for (size_t i = 0; i < sizeof(anchors) / sizeof(anchors[0]); i++) {
		struct pool *p = pool_new();
		struct dns_anchor a;
		struct err e = { 0 };
		const char *path = file_with(p, anchors[i].text);
		int rc = dns_anchor_read(&a, p, path, &e);

		tap_ok(a.n == anchors[i].keys && rc == (anchors[i].keys > 0 ? 0 : -1),
		    "anchor: %s: keys", anchors[i].name);
		tap_is(a.zone, anchors[i].zone, anchors[i].name);
		tap_ok((rc == -1) == (strstr(e.msg, "--trust-anchor: no DS or DNSKEY") != NULL),
		    "anchor: %s: said so", anchors[i].name);
		unlink(path);
		pool_free(p);
	}
}

static void
test_no_file(void)
{
	static const char *const paths[] = { "/nonexistent/key", "/", "/dev/zero" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct pool *p = pool_new();
		struct plan plan = { .trust_anchor = paths[i] };
		struct err e = { 0 };

		tap_ok(dns_new(p, &plan, &e) == NULL && e.kind == ERR_FILE &&
			strstr(e.msg, "--trust-anchor: cannot read") != NULL,
		    "anchor %s: refused", paths[i]);
		pool_free(p);
	}
}

/* --- resolvers that claim to validate */

static bool
is_root(const uint8_t *q)
{
	return q[HEADER] == 0;
}

/* The root's SOA, or nothing for another type. */
static size_t
root_soa(uint8_t *out, const uint8_t *q, unsigned flags)
{
	static const uint8_t soa[] = { 0, 0, 6, 0, 1, 0, 0, 0, 60, 0, 22, 0, 0, 0, 0, 0, 1, 0, 0, 0,
		1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1 };
	size_t n = reply(out, q, flags);

	return q[HEADER + 2] == DNS_SOA ? add(out, n, soa, sizeof(soa)) : n;
}

/* The same with a signature that nobody made. */
static size_t
root_forged(uint8_t *out, const uint8_t *q)
{
	static const uint8_t sig[] = { 0, 0, 46, 0, 1, 0, 0, 0, 60, 0, 23, 0, 6, 8, 0, 0, 0, 0, 60,
		0xf0, 0, 0, 0, 0, 0, 0, 1, 0x4f, 0x66, 0, 1, 2, 3, 4 };
	size_t n;

	if (!is_root(q))
		return over_udp(out, q, 1);
	n = root_soa(out, q, 0x8180);
	return q[HEADER + 2] == DNS_SOA ? add(out, n, sig, sizeof(sig)) : n;
}

/* Validates: "secure", "insecure", "bogus", "bogusdenial" by name, and the root. */
static size_t
validator(uint8_t *out, const uint8_t *q)
{
	bool cd = (q[3] & CD) != 0;

	if (is_root(q))
		return root_soa(out, q, 0x8180 | AD);
	if (script_is(q, "secure"))
		return add_address(out, reply(out, q, 0x8180 | AD));
	if (script_is(q, "securedenial"))
		return reply(out, q, 0x8183 | AD);
	if (script_is(q, "insecure"))
		return add_address(out, reply(out, q, 0x8180));
	if (script_is(q, "bogus") && cd)
		return add_address(out, reply(out, q, 0x8180 | CD | AD));
	if (script_is(q, "bogusdenial") && cd)
		return reply(out, q, 0x8183 | CD);
	if (script_is(q, "refused"))
		return reply(out, q, 0x8185);
	if (script_is(q, "silent"))
		return 0;
	return reply(out, q, 0x8182);
}

/* An old resolver: it knows nothing of DNSSEC. */
static size_t
plain(uint8_t *out, const uint8_t *q)
{
	return is_root(q) ? root_soa(out, q, 0x8180) : over_udp(out, q, 1);
}

/* The same, and some fool sets AD on all but the root. */
static size_t
sets_ad(uint8_t *out, const uint8_t *q)
{
	size_t n = plain(out, q);

	out[3] |= is_root(q) ? 0 : AD;
	return n;
}

/* The root fails, all else is fine. */
static size_t
rootless(uint8_t *out, const uint8_t *q)
{
	return is_root(q) ? reply(out, q, 0x8182) : over_udp(out, q, 1);
}

static const struct {
	const char *name;
	enum dns_type type;
	enum dns_status status;
	enum dns_kind kind;
	size_t nrr;
	const char *rcode, *why;
} ad_rows[] = {
	{ "secure.test", DNS_A, DNS_SECURE, DNS_DATA, 1, "NOERROR", NULL },
	{ "securedenial.test", DNS_A, DNS_SECURE, DNS_NO_NAME, 0, "NXDOMAIN", NULL },
	{ "insecure.test", DNS_A, DNS_INSECURE, DNS_DATA, 1, "NOERROR", NULL },
	{ "bogus.test", DNS_A, DNS_BOGUS, 0, 0, "SERVFAIL",
	    "DNSSEC validation failed in the resolver" },
	{ "bogusdenial.test", DNS_A, DNS_BOGUS, 0, 0, "SERVFAIL",
	    "DNSSEC validation failed in the resolver" },
	{ "broken.test", DNS_A, DNS_ERROR, 0, 0, "SERVFAIL", "SERVFAIL" },
	{ "refused.test", DNS_A, DNS_ERROR, 0, 0, "REFUSED", "REFUSED" },
	{ "silent.test", DNS_A, DNS_ERROR, 0, 0, "timeout", "timed out" },
};

#define AD_ROWS (sizeof(ad_rows) / sizeof(ad_rows[0]))

static void
test_ad(void)
{
	struct fake f = { .answer = validator };
	struct pool *p = pool_new();
	struct server s;
	struct plan plan = { .nameservers = &s, .nnameservers = 1, .dnssec = DNSSEC_AD };
	struct dns_question q[AD_ROWS], secure = { .name = "secure.test", .type = DNS_A };
	struct err e = { 0 };
	struct dns *d;

	fake_start(&f);
	s = server_at(f.port);
	d = dns_new(p, &plan, &e);
	for (size_t i = 0; i < AD_ROWS; i++)
		q[i] = (struct dns_question){ .name = ad_rows[i].name, .type = ad_rows[i].type };
	tap_ok(!dns_validates(d) && dns_unvalidated(d) != NULL, "AD: nothing is known at first");
	dns_ask(d, p, q, AD_ROWS, tick_now() + 400 * TICK_MS);
	tap_ok(dns_validates(d) && dns_unvalidated(d) == NULL, "AD: the resolver validates");
	for (size_t i = 0; i < AD_ROWS; i++) {
		const struct dns_answer *a = &q[i].answer;

		tap_ok(a->status == ad_rows[i].status && a->nrr == ad_rows[i].nrr &&
			(a->status == DNS_ERROR || a->kind == ad_rows[i].kind ||
			    a->status == DNS_BOGUS),
		    "AD: %s", ad_rows[i].name);
		tap_is(a->rcode, ad_rows[i].rcode, ad_rows[i].name);
		tap_is(a->why, ad_rows[i].why, ad_rows[i].name);
	}
	f.queries = 0;
	dns_ask(d, p, &secure, 1, tick_now() + TICK_SEC);
	tap_ok(secure.answer.status == DNS_SECURE && f.queries == 1,
	    "AD: the self-test is made once");
	tap_is(dns_trouble(d, p, tick_now() + TICK_SEC), NULL, "AD: no trouble");
	dns_free(d);
	fake_stop(&f);
	pool_free(p);
}

static const struct {
	const char *ip;
	bool trust, taken;
} remotes[] = {
	{ "127.0.0.1", false, true }, { "127.53.0.9", false, true }, { "::1", false, true },
	{ "192.0.2.1", false, false }, { "::2", false, false }, { "::ffff:127.0.0.1", false, false },
	{ "2001:db8::1", false, false }, { "192.0.2.1", true, true },
};

static void
test_remote(void)
{
	for (size_t i = 0; i < sizeof(remotes) / sizeof(remotes[0]); i++) {
		struct pool *p = pool_new();
		struct server s[2] = { server_at(53), { .port = 53 } };
		struct plan plan = { .nameservers = s, .nnameservers = 2, .dnssec = DNSSEC_AD,
			.trust_ad = remotes[i].trust };
		struct err e = { 0 };
		struct dns *d;

		addr_parse(&s[1].address, remotes[i].ip);
		d = dns_new(p, &plan, &e);
		tap_ok((d != NULL) == remotes[i].taken, "AD of %s: %s", remotes[i].ip,
		    remotes[i].taken ? "taken" : "refused");
		tap_ok(d != NULL || strstr(e.msg, "--dnssec=ad") != NULL, "AD of %s: said so",
		    remotes[i].ip);
		dns_free(d);
		pool_free(p);
	}
}

/* --- the self-test: which resolvers are believed, which end the run */

#define CANNOT "resolver 127.0.0.1 cannot do DNSSEC"

static const struct {
	const char *name;
	size_t (*answer)(uint8_t *out, const uint8_t *q);
	enum dnssec mode;
	bool needed, refuses;
	enum dns_status status;		/* of good.test A */
	const char *unvalidated, *trouble;	/* how they begin */
} tests[] = {
	{ "off", plain, DNSSEC_OFF, false, false, DNS_INSECURE, "DNSSEC is off", NULL },
	{ "off, though needed", plain, DNSSEC_OFF, true, false, DNS_INSECURE, "DNSSEC is off", NULL },
	{ "AD of an old one", plain, DNSSEC_AD, false, false, DNS_INSECURE, CANNOT, NULL },
	{ "AD of an old one, needed", plain, DNSSEC_AD, true, false, DNS_ERROR, CANNOT, CANNOT },
	{ "AD but for the root", sets_ad, DNSSEC_AD, true, false, DNS_SECURE, NULL, NULL },
	{ "AD, the root fails", rootless, DNSSEC_AD, false, false, DNS_ERROR,
	    "resolver 127.0.0.1 answers SERVFAIL", "resolver 127.0.0.1 answers SERVFAIL" },
	{ "AD, refused", NULL, DNSSEC_AD, false, true, DNS_ERROR,
	    "resolver 127.0.0.1 answers REFUSED", "resolver 127.0.0.1 answers REFUSED" },
	{ "an old one", plain, DNSSEC_VALIDATE, false, false, DNS_INSECURE, CANNOT, NULL },
	{ "an old one, needed", plain, DNSSEC_VALIDATE, true, false, DNS_ERROR, CANNOT, CANNOT },
	{ "AD of a liar is no proof", sets_ad, DNSSEC_VALIDATE, true, false, DNS_ERROR, CANNOT,
	    CANNOT },
	{ "a forged root", root_forged, DNSSEC_VALIDATE, false, false, DNS_ERROR,
	    "resolver 127.0.0.1: the root does not validate: ",
	    "resolver 127.0.0.1: the root does not validate: " },
	{ "the root fails", rootless, DNSSEC_VALIDATE, false, false, DNS_ERROR,
	    "resolver 127.0.0.1 answers SERVFAIL", "resolver 127.0.0.1 answers SERVFAIL" },
	{ "refused", NULL, DNSSEC_VALIDATE, false, true, DNS_ERROR,
	    "resolver 127.0.0.1 answers REFUSED", "resolver 127.0.0.1 answers REFUSED" },
	{ "silent", NULL, DNSSEC_VALIDATE, false, false, DNS_ERROR, "nothing was asked",
	    "resolver 127.0.0.1 does not answer" },
};

static bool
begins(const char *text, const char *with)
{
	return with == NULL ? text == NULL : text != NULL && strncmp(text, with, strlen(with)) == 0;
}

static void
test_self_test(const char *anchor)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		struct fake f = { .answer = tests[i].answer, .refuses = tests[i].refuses };
		struct pool *p = pool_new();
		struct server s;
		struct plan plan = { .nameservers = &s, .nnameservers = 1,
			.dnssec = tests[i].mode, .dnssec_needed = tests[i].needed,
			.trust_anchor = anchor };
		struct dns_question q = { .name = "good.test", .type = DNS_A };
		struct err e = { 0 };
		struct dns *d;
		const char *trouble;

		fake_start(&f);
		s = server_at(f.port);
		d = dns_new(p, &plan, &e);
		dns_ask(d, p, &q, 1, tick_now() + (tests[i].answer == NULL ? 500 : 8000) * TICK_MS);
		if (!tap_ok(q.answer.status == tests[i].status &&
			    q.answer.nrr == (tests[i].status != DNS_ERROR),
			"%s: answer", tests[i].name))
			printf("# status %d: %s\n", q.answer.status, q.answer.why);
		if (!tap_ok(begins(dns_unvalidated(d), tests[i].unvalidated), "%s: why unvalidated",
			tests[i].name))
			printf("# %s\n", dns_unvalidated(d));
		trouble = dns_trouble(d, p, tick_now() + 500 * TICK_MS);
		if (!tap_ok(begins(trouble, tests[i].trouble), "%s: trouble", tests[i].name))
			printf("# %s\n", trouble);
		dns_free(d);
		fake_stop(&f);
		pool_free(p);
	}
}

/* --- libunbound */

#define CREW 8
#define EACH 20

struct worker {
	struct dns_unbound *u;
	size_t n;		/* which one */
	int64_t took;
	size_t good, late;
	pthread_t thread;
};

/* Twenty questions, the last two of every second worker hopeless. */
static void *
ask_some(void *arg)
{
	struct worker *w = arg;
	struct pool *p = pool_new();
	struct dns_question *q = pool_array(p, EACH, sizeof(*q));
	int64_t began = tick_now();
	struct dns_unbound_batch *b;

	for (size_t i = 0; i < EACH; i++) {
		bool silent = w->n % 2 == 1 && i >= EACH - 2;

		q[i].name = pool_printf(p, "%s.w%zu-%zu.test", silent ? "silent" : "good", w->n, i);
		q[i].type = DNS_A;
	}
	b = dns_unbound_start(w->u, q, EACH);
	dns_unbound_wait(w->u, b, began + TICK_SEC + (int64_t)w->n * 50 * TICK_MS);
	dns_unbound_finish(w->u, b, p);
	w->took = tick_now() - began;
	for (size_t i = 0; i < EACH; i++) {
		const struct dns_answer *a = &q[i].answer;

		w->good += a->status == DNS_INSECURE && a->nrr == 1 &&
		    strcmp(a->canonical, q[i].name) == 0;
		w->late += a->timed_out && strcmp(a->why, DNS_UNBOUND_LATE) == 0;
	}
	pool_free(p);
	return NULL;
}

static void
test_threads(void)
{
	struct fake f = { 0 };
	struct server s;
	struct dns_unbound_setup setup = { .forward = &s, .nforward = 1 };
	struct worker w[CREW] = { 0 };
	struct err e = { 0 };
	struct dns_unbound *u;
	int64_t began;

	fake_start(&f);
	s = server_at(f.port);
	u = dns_unbound_new(&setup, &e);
	if (!tap_ok(u != NULL, "libunbound: %s", u != NULL ? "loaded" : e.msg))
		return;
	for (size_t i = 0; i < CREW; i++) {
		w[i].u = u;
		w[i].n = i;
		pthread_create(&w[i].thread, NULL, ask_some, &w[i]);
	}
	for (size_t i = 0; i < CREW; i++)
		pthread_join(w[i].thread, NULL);
	for (size_t i = 0; i < CREW; i++) {
		size_t hopeless = i % 2 == 1 ? 2 : 0;

		tap_ok(w[i].good == EACH - hopeless && w[i].late == hopeless,
		    "thread %zu: each of its answers, %zu late", i, hopeless);
		tap_ok(w[i].took < 4 * TICK_SEC && (hopeless == 0 || w[i].took >= TICK_SEC),
		    "thread %zu: back by its deadline, not before", i);
	}
	began = tick_now();
	dns_unbound_free(u);
	tap_ok(tick_now() - began < TICK_SEC, "libunbound: ends though questions are open");
	fake_stop(&f);
}

/* Names and packets that libunbound makes something odd of. */
static void
test_odd(void)
{
	static const struct {
		const char *name;
		enum dns_type type;
		enum dns_status status;
		enum dns_kind kind;
		const char *why;
	} odd[] = {
		{ "good.test", DNS_A, DNS_INSECURE, DNS_DATA, NULL },
		{ "GOOD.Test", DNS_A, DNS_INSECURE, DNS_DATA, NULL },
		{ "nosuch.test", DNS_A, DNS_INSECURE, DNS_NO_NAME, NULL },
		{ "nosuch.invalid", DNS_A, DNS_INSECURE, DNS_NO_NAME, NULL },
		{ "good.10.in-addr.arpa", DNS_A, DNS_INSECURE, DNS_DATA, NULL },
		{ "good.home.arpa", DNS_A, DNS_INSECURE, DNS_DATA, NULL },
		{ "good.localhost", DNS_A, DNS_INSECURE, DNS_DATA, NULL },
		{ "servfail.test", DNS_A, DNS_ERROR, 0, "SERVFAIL" },
		{ "a..test", DNS_A, DNS_ERROR, 0, "not a DNS name" },
	};
	const size_t n = sizeof(odd) / sizeof(odd[0]);
	struct fake f = { 0 };
	struct pool *p = pool_new();
	struct server s;
	struct dns_unbound_setup setup = { .forward = &s, .nforward = 1 };
	struct dns_question *q = pool_array(p, n, sizeof(*q));
	struct dns_unbound_batch *b;
	struct dns_unbound *u;
	struct err e = { 0 };

	fake_start(&f);
	s = server_at(f.port);
	u = dns_unbound_new(&setup, &e);
	for (size_t i = 0; i < n; i++)
		q[i] = (struct dns_question){ .name = odd[i].name, .type = odd[i].type };
	b = dns_unbound_start(u, q, n);
	dns_unbound_wait(u, b, tick_now() + 5 * TICK_SEC);
	dns_unbound_finish(u, b, p);
	for (size_t i = 0; i < n; i++) {
		const struct dns_answer *a = &q[i].answer;

		if (!tap_ok(a->status == odd[i].status &&
			    (a->status == DNS_ERROR || a->kind == odd[i].kind),
			"libunbound: %s", odd[i].name))
			printf("# status %d kind %d %s %s\n", a->status, a->kind, a->rcode, a->why);
		tap_is(a->why, odd[i].why, odd[i].name);
	}
	dns_unbound_free(u);
	fake_stop(&f);
	pool_free(p);
}

/* A setup that libunbound does not take must not end as one that validates nothing. */
static void
test_bad_setup(void)
{
	const char *no_key = "this is no key";
	struct dns_anchor anchor = { .key = &no_key, .n = 1, .zone = "" };
	struct dns_unbound_setup setup = { .anchor = &anchor };
	struct err e = { 0 };

	tap_ok(dns_unbound_new(&setup, &e) == NULL && e.kind == ERR_SYSTEM,
	    "a key that libunbound does not take: %s", e.msg);
}

int
main(void)
{
	struct pool *p = pool_new();
	const char *anchor = file_with(p,
	    ". IN DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d\n");

	test_anchors();
	test_no_file();
	test_ad();
	test_remote();
	test_self_test(anchor);
	test_threads();
	test_odd();
	test_bad_setup();
	unlink(anchor);
	pool_free(p);
	return tap_end();
}
