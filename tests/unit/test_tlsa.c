// SPDX-License-Identifier: GPL-3.0-or-later
/* test_tlsa.c - TLSA records: read from DNS, typed, written, and what makes them unusable. */
#include "tlsa.h"

#include "pki.h"
#include "tap.h"
#include "text.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

#define X4(s) s s s s
#define B32 X4("\x5a\x5a\x5a\x5a\x5a\x5a\x5a\x5a")
#define H32 X4("5a5a5a5a5a5a5a5a")

static const struct {
	const char *name, *rdata;
	size_t n;
	const char *why;	/* NULL: usable */
} rdatas[] = {
	{ "3 1 1", "\3\1\1" B32, 35, NULL },
	{ "3 0 1", "\3\0\1" B32, 35, NULL },
	{ "2 0 1", "\2\0\1" B32, 35, NULL },
	{ "2 1 1", "\2\1\1" B32, 35, NULL },
	{ "3 1 2", "\3\1\2" B32 B32, 67, NULL },
	{ "2 0 2", "\2\0\2" B32 B32, 67, NULL },
	{ "usage 0", "\0\1\1" B32, 35, "has usage 0, which is not for mail (RFC 7672, 3.1.3)" },
	{ "usage 1", "\1\0\1" B32, 35, "has usage 1, which is not for mail (RFC 7672, 3.1.3)" },
	{ "usage 4", "\4\1\1" B32, 35, "has the unknown usage 4" },
	{ "usage 255", "\377\1\1" B32, 35, "has the unknown usage 255" },
	{ "selector 2", "\3\2\1" B32, 35, "has the unknown selector 2" },
	{ "selector 255", "\3\377\1" B32, 35, "has the unknown selector 255" },
	{ "matching 3", "\3\1\3" B32, 35, "has the unknown matching type 3" },
	{ "matching 255", "\3\1\377" B32, 35, "has the unknown matching type 255" },
	{ "SHA-256, a byte short", "\3\1\1" B32, 34, "has 31 bytes where SHA-256 gives 32" },
	{ "SHA-256, a byte long", "\3\1\1" B32 "x", 36, "has 33 bytes where SHA-256 gives 32" },
	{ "SHA-256, as long as SHA-512", "\3\1\1" B32 B32, 67, "has 64 bytes where SHA-256 gives 32" },
	{ "SHA-512, as long as SHA-256", "\3\1\2" B32, 35, "has 32 bytes where SHA-512 gives 64" },
	{ "no data", "\3\1\1", 3, "has no data" },
	{ "no data, whole key", "\3\1\0", 3, "has no data" },
	{ "no data, usage 0", "\0\0\0", 3, "has usage 0, which is not for mail (RFC 7672, 3.1.3)" },
	{ "garbage for a certificate", "\3\0\0" B32, 35, "is not one whole certificate" },
	{ "garbage for a key", "\2\1\0" B32, 35, "is not one whole public key" },
};

static void
test_read(struct pool *p)
{
	for (size_t i = 0; i < ROWS(rdatas); i++) {
		const uint8_t *rdata = (const uint8_t *)rdatas[i].rdata;
		struct tlsa t;

		tap_ok(tlsa_read(&t, p, rdata, rdatas[i].n) &&
			t.usable == (rdatas[i].why == NULL) && !t.matched && t.usage == rdata[0] &&
			t.selector == rdata[1] && t.matching == rdata[2] &&
			t.len == rdatas[i].n - 3,
		    "read: %s", rdatas[i].name);
		tap_is(t.why, rdatas[i].why, "read: why");
	}
	for (size_t n = 0; n < 3; n++) {
		struct tlsa t;

		tap_ok(!tlsa_read(&t, p, (const uint8_t *)"\3\1\1", n) && !t.usable &&
			t.why != NULL && t.len == 0, "read: %zu bytes", n);
	}
}

/* Matching type 0: the whole certificate or key, and neither more nor less. */
static void
test_whole(struct pool *p)
{
	struct pki_cert c;
	uint8_t rdata[2048] = { 3, 0, 0 }, *spki = NULL;
	size_t n;

	pki_make(&c, &(struct pki_spec){ .cn = "mx", .san = "DNS:mx" }, NULL);
	n = (size_t)i2d_X509_PUBKEY(X509_get_X509_PUBKEY(c.x), &spki);
	for (int selector = 0; selector < 2; selector++) {
		const uint8_t *whole = selector == 0 ? c.der : spki;
		size_t len = selector == 0 ? c.len : n;
		struct tlsa t;

		rdata[1] = (uint8_t)selector;
		memcpy(rdata + 3, whole, len);
		rdata[3 + len] = 0;
		for (rdata[0] = 2; rdata[0] <= 3; rdata[0]++)
			tap_ok(tlsa_read(&t, p, rdata, 3 + len) && t.usable,
			    "%u %d 0: usable", rdata[0], selector);
		rdata[0] = 3;
		tap_ok(tlsa_read(&t, p, rdata, 4 + len) && !t.usable, "3 %d 0: a byte behind it",
		    selector);
		tap_ok(tlsa_read(&t, p, rdata, 2 + len) && !t.usable, "3 %d 0: a byte missing",
		    selector);
		rdata[1] = (uint8_t)!selector;
		tap_ok(tlsa_read(&t, p, rdata, 3 + len) && !t.usable,
		    "3 %d 0: the other of key and certificate", !selector);
	}
	tap_ok(ERR_peek_error() == 0, "nothing is left in OpenSSL's queue");
	OPENSSL_free(spki);
	pki_free(&c);
}

static const struct {
	const char *name, *text;
	const char *want;	/* as written; NULL: refused */
	const char *why;	/* refused or unusable: part of the reason; NULL: usable */
} texts[] = {
	{ "plain", "3 1 1 " H32, "3 1 1 " H32, NULL },
	{ "upper case", "3 1 1 5A5A5A5A" "5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A",
	    "3 1 1 " H32, NULL },
	{ "blanks inside HEX", "3 1 1 5a5a5a5a 5a5a5a5a 5a5a5a5a5a5a5a5a5 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
	    "3 1 1 " H32, NULL },
	{ "blanks and tabs around", "  3\t1  1 \t" H32 " \t", "3 1 1 " H32, NULL },
	{ "leading zeros", "03 001 1 " H32, "3 1 1 " H32, NULL },
	{ "wrong length is unusable", "3 1 1 5a5a", "3 1 1 5a5a", "has 2 bytes" },
	{ "usage 1 is unusable", "1 1 1 " H32, "1 1 1 " H32, "usage 1" },
	{ "255 255 255 is unusable", "255 255 255 00", "255 255 255 00", "usage 255" },
	{ "garbage with matching 0 is unusable", "3 0 0 3000", "3 0 0 3000", "whole certificate" },
	{ "nothing", "", NULL, "a field is missing" },
	{ "blanks only", "   ", NULL, "a field is missing" },
	{ "one number", "3", NULL, "a field is missing" },
	{ "two numbers", "3 1", NULL, "a field is missing" },
	{ "three numbers", "3 1 1", NULL, "a field is missing" },
	{ "three numbers and a blank", "3 1 1 ", NULL, "a field is missing" },
	{ "two numbers and HEX", "3 1 " H32, NULL, "three numbers" },
	{ "256", "256 1 1 " H32, NULL, "three numbers from 0 to 255" },
	{ "selector 256", "3 256 1 " H32, NULL, "three numbers from 0 to 255" },
	{ "matching 1000", "3 1 1000 " H32, NULL, "three numbers from 0 to 255" },
	{ "a very long number", "3 1 11111111111111111111 " H32, NULL, "three numbers" },
	{ "minus", "-1 1 1 " H32, NULL, "three numbers" },
	{ "plus", "+3 1 1 " H32, NULL, "three numbers" },
	{ "a fraction", "3.0 1 1 " H32, NULL, "three numbers" },
	{ "a hexadecimal number", "0x3 1 1 " H32, NULL, "three numbers" },
	{ "words", "DANE-EE SPKI SHA2-256 " H32, NULL, "three numbers" },
	{ "dots between", "3.1.1 " H32, NULL, "three numbers" },
	{ "a whole line of a zone", "_25._tcp.mx IN TLSA 3 1 1 " H32, NULL, "three numbers" },
	{ "odd", "3 1 1 5a5", NULL, "an odd number" },
	{ "odd over blanks", "3 1 1 5a 5", NULL, "an odd number" },
	{ "not HEX", "3 1 1 5g", NULL, "not hexadecimal" },
	{ "HEX with a prefix", "3 1 1 0x5a", NULL, "not hexadecimal" },
	{ "HEX with colons", "3 1 1 5a:5a", NULL, "not hexadecimal" },
	{ "a new line", "3 1 1 5a\n5a", NULL, "not hexadecimal" },
	{ "no ASCII", "3 1 1 \xc3\xa4", NULL, "not hexadecimal" },
	{ "parentheses of a zone", "3 1 1 ( 5a5a )", NULL, "not hexadecimal" },
};

static void
test_parse(struct pool *p)
{
	for (size_t i = 0; i < ROWS(texts); i++) {
		struct tlsa t = { .usage = 77 };
		struct err e = { 0 };
		int rc = tlsa_parse(&t, p, texts[i].text, &e);
		const char *why = rc == 0 ? t.why : e.msg;

		tap_ok(rc == (texts[i].want == NULL ? -1 : 0) &&
			(rc == 0 ||
			    (e.kind == ERR_USAGE && strstr(e.msg, "--tlsa") != NULL &&
				t.usage == 77)),
		    "parse: %s", texts[i].name);
		if (rc == 0)
			tap_is(tlsa_text(p, &t), texts[i].want, "parse: as written");
		if (!tap_ok(texts[i].why == NULL ? rc == 0 && t.usable && t.why == NULL
						 : !t.usable && strstr(why, texts[i].why) != NULL,
			"parse: why"))
			printf("# %s\n", why);
	}
}

static const struct {
	const char *text;
	int u, s, m;	/* u -1: refused */
} kinds[] = {
	{ "3.1.1", 3, 1, 1 }, { "2.0.2", 2, 0, 2 }, { "255.255.255", 255, 255, 255 },
	{ "", -1, 0, 0 }, { "3", -1, 0, 0 }, { "3.1", -1, 0, 0 }, { "3.1.", -1, 0, 0 },
	{ "3.1.1.", -1, 0, 0 }, { "3.1.1.1", -1, 0, 0 }, { "3..1", -1, 0, 0 }, { ".1.1", -1, 0, 0 },
	{ "256.1.1", -1, 0, 0 }, { "3.1.256", -1, 0, 0 }, { "3 1 1", -1, 0, 0 },
	{ "3.1.1 ", -1, 0, 0 }, { "3,1,1", -1, 0, 0 }, { "-3.1.1", -1, 0, 0 }, { "a.b.c", -1, 0, 0 },
};

static void
test_kinds(struct pool *p)
{
	for (size_t i = 0; i < ROWS(kinds); i++) {
		struct tlsa_kind k = { 0 };
		struct err e = { 0 };
		int rc = tlsa_kind_parse(&k, p, kinds[i].text, &e);

		if (kinds[i].u == -1)
			tap_ok(rc == -1 && e.kind == ERR_USAGE &&
				strstr(e.msg, "--require") != NULL, "kind: \"%s\" is refused",
			    kinds[i].text);
		else
			tap_ok(rc == 0 && k.usage == kinds[i].u && k.selector == kinds[i].s &&
				k.matching == kinds[i].m, "kind: \"%s\"", kinds[i].text);
	}
}

static void
test_texts(struct pool *p)
{
	static const char nothing256[] =
	    "3 1 1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	static const char nothing512[] =
	    "3 1 2 cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8"
	    "318d2877eec2f63b931bd47417a81a538327af927da3e";
	struct tlsa a, b, empty = { 3, 1, 1, NULL, 0, false, false, NULL };
	struct err e = { 0 };

	tlsa_parse(&a, p, "2 0 1 0102030405", &e);
	tlsa_parse(&b, p, "2 0 1 01020304", &e);
	tap_is(tlsa_brief(p, &a), "2 0 1 01020304...", "brief: cut");
	tap_is(tlsa_brief(p, &b), "2 0 1 01020304", "brief: not cut");
	tap_is(tlsa_brief(p, &empty), "3 1 1", "brief: no data");
	tap_is(tlsa_kind_text(p, &a), "2 0 1", "the kind");
	tap_ok(tlsa_same_kind(&a, &b) && !tlsa_equal(&a, &b) && tlsa_equal(&a, &a), "equality");
	tap_ok(tlsa_equal(&empty, &empty) && !tlsa_same_kind(&a, &empty), "equality without data");
	tlsa_parse(&a, p, nothing256, &e);
	tlsa_parse(&b, p, nothing512, &e);
	tap_ok(tlsa_of_nothing(&a) && tlsa_of_nothing(&b), "the digest of nothing");
	a.matching = 2;
	tap_ok(!tlsa_of_nothing(&a) && !tlsa_of_nothing(&empty), "no digest of nothing");
	a.matching = 0;
	tap_ok(!tlsa_of_nothing(&a), "no digest at all");
}

/* Any bytes: never more than a record. */
static void
test_any(struct pool *p)
{
	uint32_t x = 1;
	size_t bad = 0;

	for (int i = 0; i < 20000; i++) {
		uint8_t rdata[80];
		char text[81];
		struct err e = { 0 };
		struct tlsa t;

		for (size_t k = 0; k < sizeof(rdata); k++) {
			x = x * 1664525 + 1013904223;
			rdata[k] = (uint8_t)(x >> 24);
			text[k] = "0123 1 2\tfg.-"[(x >> 16) % 13];
		}
		text[x % 80] = '\0';
		tlsa_read(&t, p, rdata, x >> 8 & 63);
		bad += t.usable != (t.why == NULL);
		if (tlsa_parse(&t, p, text, &e) == 0)
			bad += t.usable != (t.why == NULL) || t.len == 0;
		else
			bad += e.kind != ERR_USAGE;
	}
	tap_ok(bad == 0, "any bytes, any text");
}

int
main(void)
{
	struct pool *p = pool_new();

	test_read(p);
	test_whole(p);
	test_parse(p);
	test_kinds(p);
	test_texts(p);
	test_any(p);
	pool_free(p);
	return tap_end();
}
