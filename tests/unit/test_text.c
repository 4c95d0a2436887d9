// SPDX-License-Identifier: GPL-3.0-or-later
/* test_text.c - cleaning, strict numbers, growing text. */
#include "pool.h"
#include "tap.h"
#include "text.h"

static const struct {
	const char *name, *raw;
	size_t n;	/* 0: strlen(raw) */
	size_t max;
	const char *want;
} cleaned[] = {
	{ "plain text stays", "220 mx ready", 0, 100, "220 mx ready" },
	{ "UTF-8 stays", "b\xc3\xbc" "cher \xe2\x82\xac", 0, 100, "b\xc3\xbc" "cher \xe2\x82\xac" },
	{ "four-byte character stays", "\xf0\x9f\x93\xa7", 0, 100, "\xf0\x9f\x93\xa7" },
	{ "escape sequence", "\033[31mred", 0, 100, "?[31mred" },
	{ "line feed and return", "a\r\nb", 0, 100, "a??b" },
	{ "tab and DEL", "a\tb\177", 0, 100, "a?b?" },
	{ "NUL", "a\0b", 3, 100, "a?b" },
	{ "C1 as UTF-8", "\xc2\x9b" "31m", 0, 100, "?31m" },
	{ "C1 as a byte", "\x9b" "31m", 0, 100, "?31m" },
	{ "bidirectional override", "a\xe2\x80\xae" "b", 0, 100, "a?b" },
	{ "zero width joiner", "a\xe2\x80\x8d" "b", 0, 100, "a?b" },
	{ "line separator", "a\xe2\x80\xa8" "b", 0, 100, "a?b" },
	{ "byte order mark", "\xef\xbb\xbf" "a", 0, 100, "?a" },
	{ "over-long slash", "\xc0\xaf", 0, 100, "??" },
	{ "surrogate", "\xed\xa0\x80", 0, 100, "???" },
	{ "beyond Unicode", "\xf4\x90\x80\x80", 0, 100, "????" },
	{ "cut short sequence", "a\xe2\x82", 0, 100, "a??" },
	{ "lone continuation", "\x80", 0, 100, "?" },
	{ "exactly as long as allowed", "abcdef", 0, 6, "abcdef" },
	{ "too long is cut", "abcdefg", 0, 6, "abc..." },
	{ "never inside a character", "ab\xe2\x82\xac" "defg", 0, 7, "ab..." },
	{ "nothing", "", 0, 10, "" },
};

static const struct {
	const char *text;
	bool good;
	double want;
} numbers[] = {
	{ "0", true, 0 }, { "90", true, 90 }, { "-1.5", true, -1.5 }, { "0.25", true, 0.25 },
	{ "007", true, 7 }, { "", false, 0 }, { "-", false, 0 }, { ".5", false, 0 }, { "5.", false, 0 },
	{ "1e3", false, 0 }, { "0x10", false, 0 }, { "inf", false, 0 }, { "nan", false, 0 },
	{ "1,5", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 }, { "+1", false, 0 }, { "--1", false, 0 },
};

static const struct {
	const char *text;
	bool good;
	long want;
} integers[] = {
	{ "1", true, 1 }, { "10", true, 10 }, { "0", false, 0 }, { "11", false, 0 }, { "", false, 0 },
	{ "-1", false, 0 }, { "+1", false, 0 }, { " 1", false, 0 }, { "1x", false, 0 },
	{ "99999999999999999999999", false, 0 },
};

static const struct {
	double v;
	int places;
	double want;
} floors[] = {
	{ 61.29, 1, 61.2 }, { -0.01, 1, -0.1 }, { 89.9999, 0, 89 }, { 116.99999999999, 0, 117 }, { 2, 1, 2 },
};

static const struct {
	int64_t seconds;
	const char *want;
} spans[] = {
	{ 0, "0 seconds" }, { 1, "1 second" }, { 59, "59 seconds" }, { 60, "1 minute" },
	{ 61, "61 seconds" }, { 90, "1.5 minutes" }, { 3600, "1 hour" }, { 3661, "3661 seconds" },
	{ 82800, "23 hours" }, { 86399, "86399 seconds" }, { 86400, "1 day" }, { 90000, "25 hours" },
	{ 604799, "604799 seconds" }, { 604800, "7 days" }, { 31557600, "365.25 days" },
};

int
main(void)
{
	struct pool *p = pool_new();
	struct text t = { .p = p };

	for (size_t i = 0; i < sizeof(cleaned) / sizeof(cleaned[0]); i++) {
		size_t n = cleaned[i].n != 0 ? cleaned[i].n : strlen(cleaned[i].raw);

		tap_is(text_clean(p, cleaned[i].raw, n, cleaned[i].max), cleaned[i].want,
		    cleaned[i].name);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		double got = 0;
		bool good = text_num(numbers[i].text, &got);

		tap_ok(good == numbers[i].good && got == numbers[i].want, "number \"%s\"",
		    numbers[i].text);
	}
	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
		long got = 0;
		bool good = text_int(integers[i].text, 1, 10, &got);

		tap_ok(good == integers[i].good && got == integers[i].want,
		    "integer \"%s\" of 1..10", integers[i].text);
	}
	for (size_t i = 0; i < sizeof(floors) / sizeof(floors[0]); i++)
		tap_ok(text_floor(floors[i].v, floors[i].places) == floors[i].want,
		    "%g down to %d places", floors[i].v, floors[i].places);
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		tap_is(text_span(p, spans[i].seconds), spans[i].want, "a span of time");
	tap_is(text_get(&t), "", "a text nothing was added to");
	for (int i = 0; i < 300; i++)
		text_add(&t, "%d,", i % 10);
	tap_ok(t.len == 600 && strlen(t.s) == 600 && strncmp(t.s + 590, "5,6,7,8,9,", 10) == 0,
	    "a text grows");
	tap_is(text_plain(pool_str(p, "a|b<c>")), "a/b(c)", "what plugin output must not hold");
	tap_is(text_hex(p, (const uint8_t *)"\x00\xff\x1a", 3), "00ff1a", "hexadecimal");
	pool_free(p);
	return tap_end();
}
