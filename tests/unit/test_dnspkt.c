/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_dnspkt.c - one row a message from a server, most of them unsound. */
#include "dnspkt.h"
#include "tap.h"
#include "text.h"

#define ID 0x1234
#define BYTES(s) (s), sizeof(s) - 1
#define ASKED "\xc0\x0c"	/* the name in the question */
#define RR(type, n, data) "\0" type "\0\1\0\0\0\x3c\0" n data
#define A(ip) RR("\1", "\4", ip)
#define MX(preference, n, name) RR("\x0f", n, preference name)
#define CNAME(n, name) RR("\5", n, name)
#define OPT_BADVERS "\0\0\x29\4\xd0\1\0\0\0\0\0"

/* A message: header, the question as asked, then body. */
static const struct {
	const char *name;
	const char *asked;
	enum dns_type type;
	unsigned flags, answers, additional;
	const char *body;
	size_t body_len;
	enum dnspkt_kind want;
	enum dns_status status;
	enum dns_kind kind;
	size_t nrr;
	const char *text;	/* of the first RR, else the reason */
} rows[] = {
	/* clang-format off */
	{ "an address", "mx.test", DNS_A, 0x8180, 1, 0, BYTES(ASKED A("\300\0\2\1")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "192.0.2.1" },
	{ "an IPv6 address", "mx.test", DNS_AAAA, 0x8180, 1, 0,
	  BYTES(ASKED RR("\x1c", "\x10", "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "2001:db8::1" },
	{ "two MX", "test", DNS_MX, 0x8180, 2, 0,
	  BYTES(ASKED MX("\0\x0a", "\7", "\2MX" ASKED) ASKED MX("\0\x14", "\7", "\2m2" ASKED)),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 2, "10 mx.test" },
	{ "a null MX", "test", DNS_MX, 0x8180, 1, 0, BYTES(ASKED MX("\0\0", "\3", "\0")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "0 " },
	{ "an MX with a blank and a control byte", "test", DNS_MX, 0x8180, 1, 0,
	  BYTES(ASKED MX("\0\1", "\x08", "\3 \1|" ASKED)),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "1 \\032\\001|.test" },
	{ "no data", "test", DNS_MX, 0x8180, 0, 0, BYTES(""),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_NO_DATA, 0, NULL },
	{ "no data, said by the zone's own server", "test", DNS_MX, 0x8500, 0, 0, BYTES(""),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_NO_DATA, 0, NULL },
	{ "no such name", "test", DNS_MX, 0x8183, 0, 0, BYTES(""),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_NO_NAME, 0, NULL },
	{ "an alias", "a.test", DNS_A, 0x8180, 2, 0,
	  BYTES(ASKED CNAME("\4", "\1B\xc0\x0e") "\1b\xc0\x0e" A("\300\0\2\2")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "192.0.2.2" },
	{ "an alias behind its target", "a.test", DNS_A, 0x8180, 2, 0,
	  BYTES("\1b\xc0\x0e" A("\300\0\2\2") ASKED CNAME("\4", "\1B\xc0\x0e")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "192.0.2.2" },
	{ "an alias that leads out of the answer", "a.test", DNS_A, 0x8180, 1, 0,
	  BYTES(ASKED CNAME("\4", "\1b\xc0\x0e")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_NO_DATA, 0, NULL },
	{ "an alias of nothing", "a.test", DNS_A, 0x8183, 1, 0,
	  BYTES(ASKED CNAME("\4", "\1b\xc0\x0e")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_NO_NAME, 0, NULL },
	{ "an alias of itself", "a.test", DNS_A, 0x8180, 1, 0, BYTES(ASKED CNAME("\2", ASKED)),
	  DNSPKT_ANSWER, DNS_ERROR, DNS_DATA, 0, "CNAME loop" },
	{ "two aliases of each other", "a.test", DNS_A, 0x8180, 2, 0,
	  BYTES(ASKED CNAME("\4", "\1b\xc0\x0e") "\1b\xc0\x0e" CNAME("\4", "\1a\xc0\x0e")),
	  DNSPKT_ANSWER, DNS_ERROR, DNS_DATA, 0, "CNAME loop" },
	{ "an address of another name", "a.test", DNS_A, 0x8180, 1, 0,
	  BYTES("\1b\xc0\x0e" A("\300\0\2\2")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_NO_DATA, 0, NULL },
	{ "another type", "test", DNS_MX, 0x8180, 1, 0, BYTES(ASKED A("\300\0\2\2")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_NO_DATA, 0, NULL },
	{ "a class of old", "test", DNS_A, 0x8180, 1, 0,
	  BYTES(ASKED "\0\1\0\3\0\0\0\x3c\0\4\300\0\2\2"),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_NO_DATA, 0, NULL },
	{ "a CNAME that was asked for", "a.test", DNS_CNAME, 0x8180, 1, 0,
	  BYTES(ASKED CNAME("\4", "\1B\xc0\x0e")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "0 b.test" },
	{ "a text in two strings, a NUL and bytes beyond ASCII in it", "test", DNS_TXT, 0x8180, 1, 0,
	  BYTES(ASKED RR("\x10", "\7", "\2v=\3\0\xff;")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "763d00ff3b" },
	{ "an empty text", "test", DNS_TXT, 0x8180, 1, 0, BYTES(ASKED RR("\x10", "\1", "\0")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "" },
	{ "a text without any string", "test", DNS_TXT, 0x8180, 1, 0,
	  BYTES(ASKED RR("\x10", "\0", "")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "a text longer than its record", "test", DNS_TXT, 0x8180, 1, 0,
	  BYTES(ASKED RR("\x10", "\2", "\5v")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "a TLSA record", "test", DNS_TLSA, 0x8180, 1, 0,
	  BYTES(ASKED RR("\x34", "\5", "\3\1\1\xab\0")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 1, "030101ab00" },
	{ "TLSA records without data, one of them empty", "test", DNS_TLSA, 0x8180, 3, 0,
	  BYTES(ASKED RR("\x34", "\3", "\3\1\1") ASKED RR("\x34", "\0", "")
		ASKED RR("\x34", "\1", "\3")),
	  DNSPKT_ANSWER, DNS_INSECURE, DNS_DATA, 3, "030101" },

	{ "truncated", "test", DNS_MX, 0x8380, 0, 0, BYTES(""), DNSPKT_CUT, 0, 0, 0, NULL },
	{ "truncated in the middle of a record", "test", DNS_MX, 0x8380, 1, 0, BYTES(ASKED "\0"),
	  DNSPKT_CUT, 0, 0, 0, NULL },
	{ "server failure", "test", DNS_MX, 0x8182, 0, 0, BYTES(""),
	  DNSPKT_REFUSAL, DNS_ERROR, DNS_DATA, 0, "SERVFAIL" },
	{ "refused", "test", DNS_MX, 0x8185, 0, 0, BYTES(""),
	  DNSPKT_REFUSAL, DNS_ERROR, DNS_DATA, 0, "REFUSED" },
	{ "format error", "test", DNS_MX, 0x8181, 0, 0, BYTES(""),
	  DNSPKT_REFUSAL, DNS_ERROR, DNS_DATA, 0, "FORMERR" },
	{ "a code nobody assigned", "test", DNS_MX, 0x818f, 0, 0, BYTES(""),
	  DNSPKT_REFUSAL, DNS_ERROR, DNS_DATA, 0, "RCODE15" },
	{ "EDNS refused", "test", DNS_MX, 0x8180, 0, 1, BYTES(OPT_BADVERS),
	  DNSPKT_REFUSAL, DNS_ERROR, DNS_DATA, 0, "BADVERS" },
	{ "a referral", "test", DNS_MX, 0x8100, 0, 0, BYTES(""),
	  DNSPKT_REFUSAL, DNS_ERROR, DNS_DATA, 0, "the server offers no recursion" },

	{ "a query", "test", DNS_MX, 0x0100, 0, 0, BYTES(""), DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "an update", "test", DNS_MX, 0xa980, 0, 0, BYTES(""), DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "fewer records than said", "test", DNS_A, 0x8180, 2, 0, BYTES(ASKED A("\300\0\2\2")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "a record cut off", "test", DNS_A, 0x8180, 1, 0, BYTES(ASKED RR("\1", "\4", "\300\0")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "an address of three bytes", "test", DNS_A, 0x8180, 1, 0,
	  BYTES(ASKED RR("\1", "\3", "\300\0\2")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "an MX without a name", "test", DNS_MX, 0x8180, 1, 0,
	  BYTES(ASKED RR("\x0f", "\2", "\0\1")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "an empty MX", "test", DNS_MX, 0x8180, 1, 0, BYTES(ASKED RR("\x0f", "\0", "")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "an empty alias", "test", DNS_MX, 0x8180, 1, 0, BYTES(ASKED CNAME("\0", "")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "an empty address", "test", DNS_A, 0x8180, 1, 0, BYTES(ASKED RR("\1", "\0", "")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "a name that points at itself", "test", DNS_A, 0x8180, 1, 0,
	  BYTES("\xc0\x16" A("\300\0\2\2")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "a name that points nowhere", "test", DNS_A, 0x8180, 1, 0,
	  BYTES("\xff\xff" A("\300\0\2\2")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	{ "a label of a kind unknown", "test", DNS_A, 0x8180, 1, 0, BYTES("\x80" A("\300\0\2\2")),
	  DNSPKT_GARBLED, 0, 0, 0, NULL },
	/* clang-format on */
};

static size_t
message(uint8_t *out, const struct dnspkt *q, size_t row)
{
	const uint8_t head[] = { ID >> 8, ID & 0xff, (uint8_t)(rows[row].flags >> 8),
		(uint8_t)rows[row].flags, 0, 1, 0, (uint8_t)rows[row].answers, 0, 0, 0,
		(uint8_t)rows[row].additional };

	memcpy(out, head, sizeof(head));
	memcpy(out + 12, q->wire + DNSPKT_PREFIX + 12, q->question_len);
	memcpy(out + 12 + q->question_len, rows[row].body, rows[row].body_len);
	return 12 + q->question_len + rows[row].body_len;
}

static const char *
first_text(struct pool *p, const struct dns_answer *a)
{
	if (a->nrr == 0)
		return a->why;
	if (a->rr[0].data != NULL)
		return text_hex(p, a->rr[0].data, a->rr[0].len);
	if (a->rr[0].name != NULL)
		return pool_printf(p, "%d %s", a->rr[0].preference, a->rr[0].name);
	return a->rr[0].address.text;
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool *p = pool_new();
		struct dnspkt q;
		struct dns_answer a = { 0 };
		uint8_t *msg = pool_alloc(p, 512), *exact;
		size_t n;
		bool good = dnspkt_query(&q, p, rows[i].asked, rows[i].type, DNSPKT_PLAIN, ID) == 0;
		enum dnspkt_kind kind;

		n = message(msg, &q, i);
		/* of its very size, so that a read beyond it is seen */
		exact = pool_copy(p, msg, n);
		kind = dnspkt_read(&a, p, &q, exact, n);
		good = good && kind == rows[i].want && a.status == rows[i].status &&
		    a.kind == rows[i].kind && a.nrr == rows[i].nrr;
		if (!tap_ok(good, "%s", rows[i].name))
			printf("# kind %d status %d %d rr %zu why %s\n", kind, a.status, a.kind,
			    a.nrr, a.why != NULL ? a.why : "-");
		if (rows[i].text != NULL)
			tap_is(first_text(p, &a), rows[i].text, rows[i].name);
		pool_free(p);
	}
}

/* Every beginning of a good message is garbled; no byte behind its end is read. */
static void
test_cut(void)
{
	struct pool *p = pool_new();
	struct dnspkt q;
	uint8_t msg[512];
	size_t n, sound = 0;

	dnspkt_query(&q, p, "test", DNS_MX, DNSPKT_PLAIN, ID);
	n = message(msg, &q, 2);
	for (size_t i = 2; i < n; i++) {
		struct dns_answer a = { 0 };

		if (dnspkt_read(&a, p, &q, pool_copy(p, msg, i), i) != DNSPKT_GARBLED)
			sound++;
	}
	tap_ok(sound == 0, "a message that ends early is garbled, wherever it ends");
	pool_free(p);
}

/* Bytes of a good message changed one by one: whatever it becomes, it is bounded and clean. */
static void
test_changed(void)
{
	struct pool *p = pool_new();
	struct dnspkt q;
	uint8_t msg[512];
	size_t n, bad = 0;

	dnspkt_query(&q, p, "test", DNS_MX, DNSPKT_PLAIN, ID);
	n = message(msg, &q, 2);
	for (size_t i = 0; i < n * 256; i++) {
		struct pool *one = pool_new();
		uint8_t *copy = pool_copy(one, msg, n);
		struct dns_answer a = { 0 };

		copy[i / 256] = (uint8_t)i;
		dnspkt_read(&a, one, &q, copy, n);
		bad += a.nrr > 2 || (a.nrr > 0 && a.rr[0].name == NULL);
		pool_free(one);
	}
	tap_ok(bad == 0, "one byte changed: never more records than there are");
	pool_free(p);
}

static void
test_foreign(void)
{
	struct pool *p = pool_new();
	struct dnspkt q;
	struct dns_answer a = { 0 };
	uint8_t msg[512];
	size_t n;

	dnspkt_query(&q, p, "Test.", DNS_MX, DNSPKT_PLAIN, ID);
	tap_ok(q.wire[0] == 0 && q.wire[1] == q.len && q.question_len == 10,
	    "length in front of a query");
	tap_ok(q.wire[4] == 1 && q.wire[5] == 0, "recursion desired, checking not disabled");
	tap_ok(q.len == 12 + 10 + 11 &&
		memcmp(q.wire + 2 + 22, "\0\0\x29\4\xd0\0\0\0\0\0\0", 11) == 0,
	    "EDNS of 1232 bytes, DO clear");
	n = message(msg, &q, 2);
	msg[14] ^= 0x20;
	tap_ok(dnspkt_read(&a, p, &q, msg, n) == DNSPKT_ANSWER,
	    "the name comes back in another case");
	msg[14] ^= 1;
	tap_ok(dnspkt_read(&a, p, &q, msg, n) == DNSPKT_GARBLED, "another name");
	msg[14] ^= 1;
	msg[19] ^= 1;
	tap_ok(dnspkt_read(&a, p, &q, msg, n) == DNSPKT_GARBLED, "another type");
	msg[19] ^= 1;
	msg[5] = 0;
	tap_ok(dnspkt_read(&a, p, &q, msg, n) == DNSPKT_GARBLED, "no question");
	msg[3] = 0x81;
	tap_ok(dnspkt_read(&a, p, &q, msg, 12) == DNSPKT_REFUSAL, "format error without question");
	msg[1] ^= 1;
	tap_ok(dnspkt_read(&a, p, &q, msg, n) == DNSPKT_FOREIGN, "another ID");
	tap_ok(dnspkt_read(&a, p, &q, msg, 0) == DNSPKT_FOREIGN, "nothing");
	pool_free(p);
}

/* A chain of n aliases, x0 to x1 and so on, then an address. */
static void
test_chain(unsigned links, enum dns_status want)
{
	struct pool *p = pool_new();
	struct dnspkt q;
	struct dns_answer a = { 0 };
	uint8_t msg[1024];
	size_t n;

	dnspkt_query(&q, p, "A", DNS_A, DNSPKT_PLAIN, ID);
	n = message(msg, &q, 0) - 16;
	msg[7] = (uint8_t)(links + 1);
	for (unsigned i = 0; i <= links; i++) {
		const uint8_t alias[] = { 1, (uint8_t)('a' + i), 0, 0, 5, 0, 1, 0, 0, 0, 60, 0, 3,
			1,
			(uint8_t)('a' + i + 1), 0 };
		const uint8_t end[] = { 1, (uint8_t)('a' + i), 0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4,
			192, 0,
			2, 1 };

		memcpy(msg + n, i < links ? alias : end, i < links ? sizeof(alias) : sizeof(end));
		n += i < links ? sizeof(alias) : sizeof(end);
	}
	tap_ok(dnspkt_read(&a, p, &q, msg, n) == DNSPKT_ANSWER && a.status == want, "%u aliases",
	    links);
	if (want == DNS_ERROR)
		tap_is(a.why, "CNAME chain too long", "said so");
	else
		tap_ok(a.nrr == 1 && a.canonical[0] == (char)('a' + links),
		    "and their end is known");
	pool_free(p);
}

#define SIG(type, expires, begins) \
	RR("\x2e", "\x14", "\0" type "\x0d\1\0\0\0\x3c" expires begins "\0\1\0\x99")

/* TTL and signatures: the least of the records used, links included, and of nothing else. */
static const struct {
	const char *name;
	unsigned answers;
	const char *body;
	size_t body_len;
	bool cname;
	uint32_t ttl;
	int64_t expires, begins;
} dated[] = {
	/* clang-format off */
	{ "unsigned", 1, BYTES(ASKED A("\300\0\2\1")), false, 60, 0, 0 },
	{ "one signature", 2, BYTES(ASKED A("\300\0\2\1") ASKED SIG("\1", "\0\0\1\0", "\0\0\0\7")),
	  false, 60, 256, 7 },
	{ "two of them, the first to expire counts", 3,
	  BYTES(ASKED A("\300\0\2\1") ASKED SIG("\1", "\0\0\2\0", "\0\0\0\1")
		ASKED SIG("\1", "\0\0\1\0", "\0\0\0\2")), false, 60, 256, 2 },
	{ "a date beyond 2038", 2,
	  BYTES(ASKED A("\300\0\2\1") ASKED SIG("\1", "\xf0\0\0\0", "\xe0\0\0\0")),
	  false, 60, 0xf0000000, 0xe0000000 },
	{ "the signature of another type", 2,
	  BYTES(ASKED A("\300\0\2\1") ASKED SIG("\x1c", "\0\0\1\0", "\0\0\0\7")), false, 60, 0, 0 },
	{ "the signature of another name", 2,
	  BYTES(ASKED A("\300\0\2\1") "\1b\0" SIG("\1", "\0\0\1\0", "\0\0\0\7")), false, 60, 0, 0 },
	{ "a link that expires first and lives shorter", 4,
	  BYTES(ASKED "\0\5\0\1\0\0\0\5\0\3\1b\0" ASKED SIG("\5", "\0\0\0\x50", "\0\0\0\3")
		"\1b\0" A("\300\0\2\1") "\1b\0" SIG("\1", "\0\0\1\0", "\0\0\0\7")),
	  true, 5, 80, 3 },
	{ "a denial", 0, BYTES(""), false, 0, 0, 0 },
	/* clang-format on */
};

static void
test_dates(void)
{
	for (size_t i = 0; i < sizeof(dated) / sizeof(dated[0]); i++) {
		const uint8_t head[] = { ID >> 8, ID & 0xff, 0x81, 0x80, 0, 1, 0,
			(uint8_t)dated[i].answers, 0, 0, 0, 0 };
		struct pool *p = pool_new();
		struct dnspkt q;
		struct dns_answer a = { 0 }, b = { 0 };
		uint8_t msg[512];
		size_t n;

		dnspkt_query(&q, p, "a", DNS_A, DNSPKT_DO, ID);
		n = 12 + q.question_len;
		memcpy(msg, head, sizeof(head));
		memcpy(msg + 12, q.wire + DNSPKT_PREFIX + 12, q.question_len);
		memcpy(msg + n, dated[i].body, dated[i].body_len);
		n += dated[i].body_len;
		tap_ok(dnspkt_read(&a, p, &q, msg, n) == DNSPKT_ANSWER &&
			dnspkt_records(&b, p, DNS_A, msg, n) && a.ttl == b.ttl,
		    "%s: read", dated[i].name);
		if (!tap_ok(a.ttl == dated[i].ttl && a.cname == dated[i].cname &&
			    a.sig_expires == dated[i].expires && a.sig_begins == dated[i].begins,
			"%s: dates", dated[i].name))
			printf("# ttl %u expires %lld begins %lld\n", a.ttl,
			    (long long)a.sig_expires, (long long)a.sig_begins);
		pool_free(p);
	}
}

/* What is asked for, and what the AD bit means then. */
static const struct {
	const char *name;
	enum dnspkt_mode mode;
	unsigned header, edns;	/* AD 0x20 and CD 0x10 of the fourth byte; DO */
	enum dns_status with_ad;
} modes[] = {
	{ "plain", DNSPKT_PLAIN, 0, 0, DNS_INSECURE },
	{ "signatures", DNSPKT_DO, 0, 0x80, DNS_INSECURE },
	{ "the AD bit", DNSPKT_AD, 0x20, 0x80, DNS_SECURE },
	{ "checking disabled", DNSPKT_CD, 0x10, 0x80, DNS_INSECURE },
};

static void
test_modes(void)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct pool *p = pool_new();
		struct dnspkt q;
		struct dns_answer a = { 0 }, no = { 0 }, loop = { 0 };
		uint8_t msg[512];
		size_t n;

		dnspkt_query(&q, p, "mx.test", DNS_A, modes[i].mode, ID);
		tap_ok((q.wire[DNSPKT_PREFIX + 3] & 0x30) == modes[i].header &&
			q.wire[DNSPKT_PREFIX + 12 + q.question_len + 7] == modes[i].edns,
		    "%s: asked for", modes[i].name);
		n = message(msg, &q, 0);
		dnspkt_read(&no, p, &q, msg, n);
		msg[3] |= 0x20;
		dnspkt_read(&a, p, &q, msg, n);
		tap_ok(no.status == DNS_INSECURE && a.status == modes[i].with_ad, "%s: with AD",
		    modes[i].name);
		memcpy(msg + 12 + q.question_len, ASKED CNAME("\2", ASKED), 14);
		dnspkt_read(&loop, p, &q, msg, 12 + q.question_len + 14);
		tap_ok(loop.status == DNS_ERROR, "%s: a loop is none the better for AD",
		    modes[i].name);
		pool_free(p);
	}
}

static void
test_names(void)
{
	static const char long_label[] =
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test";
	struct pool *p = pool_new();
	struct dnspkt q;

	tap_ok(dnspkt_query(&q, p, "", DNS_SOA, DNSPKT_PLAIN, ID) == 0 && q.question_len == 5,
	    "the root");
	tap_ok(dnspkt_query(&q, p, "a\\032b.test", DNS_A, DNSPKT_PLAIN, ID) == 0 && q.wire[14] == 3,
	    "an escape");
	tap_ok(dnspkt_query(&q, p, "a..test", DNS_A, DNSPKT_PLAIN, ID) == -1, "an empty label");
	tap_ok(dnspkt_query(&q, p, long_label, DNS_A, DNSPKT_PLAIN, ID) == -1,
	    "a label of 64 bytes");
	pool_free(p);
}

int
main(void)
{
	test_rows();
	test_cut();
	test_changed();
	test_foreign();
	test_chain(1, DNS_INSECURE);
	test_chain(16, DNS_INSECURE);
	test_chain(17, DNS_ERROR);
	test_dates();
	test_modes();
	test_names();
	return tap_end();
}
