// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_text.c - the one cleaning function, numbers and ranges: the first byte is how much of the text is wanted. */
#include <math.h>

#include "fuzz.h"
#include "range.h"
#include "text.h"

/* Nothing that a terminal acts on, whatever came in (RFC 3629; output.md). */
static void
clean_utf8(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0, step; i < n; i += step) {
		uint32_t c = 0;

		FUZZ_MUST((step = text_char(s + i, n - i, &c)) > 0);
		FUZZ_MUST(c >= ' ' && (c < 0x7f || c > 0x9f) && c != 0xad && c != 0xfeff);
		FUZZ_MUST(!(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e));
	}
}

static void
cleaning(struct pool *p, const uint8_t *data, size_t n, size_t max)
{
	const char *raw = (const char *)data;
	char *clean = text_clean(p, raw, n, max), *again = text_clean(p, clean, strlen(clean), max);

	FUZZ_MUST(strlen(clean) <= max && strlen(clean) <= n);
	clean_utf8(clean);
	FUZZ_MUST(strcmp(clean, again) == 0);
	/* clean text that fits is left alone */
	if (strlen(clean) == n && memchr(clean, '?', n) == NULL)
		FUZZ_MUST(n <= max && (memcmp(clean, raw, n) == 0 || strstr(clean, "...") != NULL));
	text_plain(clean);
	FUZZ_MUST(strpbrk(clean, "|<>") == NULL);
}

static void
numbers(struct pool *p, const char *text)
{
	long n = 7;
	double v = 0, again = 0;

	if (text_int(text, -5, 100000, &n)) {
		FUZZ_MUST(n >= 0 && n <= 100000 && strtol(text, NULL, 10) == n);
		FUZZ_MUST(strspn(text, "0123456789") == strlen(text));
	} else {
		FUZZ_MUST(n == 7);
	}
	if (!text_num(text, &v))
		return;
	FUZZ_MUST(isfinite(v) && strspn(text, "-.0123456789") == strlen(text));
	FUZZ_MUST(fabs(v - strtod(text, NULL)) <= fabs(v) * 1e-9);
	if (fabs(v) < 1e15) {
		FUZZ_MUST(text_num(pool_printf(p, "%.17f", v), &again) &&
		    fabs(again - v) <= fabs(v) * 1e-9 + 1e-9);
	}
	/* more digits than that a double does not have */
	if (fabs(v) < 1e9)
		FUZZ_MUST(text_floor(v, 2) <= v + 1e-6 && text_floor(v, 2) > v - 0.010001);
}

static void
ranges(const char *text)
{
	static const double values[] = { -INFINITY, -1, 0, 0.5, 50, 90, 121, 1e9, INFINITY };
	char shown[RANGE_TEXT];
	struct range r = { 0 }, low = { 0 }, again = { 0 };
	struct err e = { 0 }, no = { 0 };

	if (range_parse(&r, text, &e) == -1) {
		FUZZ_MUST(e.kind == ERR_USAGE && e.msg[0] != '\0' && !r.set);
		FUZZ_MUST(range_parse_low(&low, text, &no) == -1);
		return;
	}
	FUZZ_MUST(r.start <= r.end);
	FUZZ_MUST(strcmp(range_show(&r, RANGE_STYLE_RANGE, shown), text) == 0);
	FUZZ_MUST(
	    range_parse(&again, shown, &e) == 0 && again.start == r.start && again.end == r.end);
	FUZZ_MUST(range_show(&r, RANGE_STYLE_NONE, shown)[0] == '\0');
	range_show(&r, RANGE_STYLE_NUMBER, shown);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct range other = r;

		other.inside = !r.inside;
		FUZZ_MUST(range_alert(&r, values[i]) != range_alert(&other, values[i]));
	}
	FUZZ_MUST(range_alert(&r, r.start) == r.inside);
	/* a bare number would alert on what is good */
	if (range_parse_low(&low, text, &no) == 0)
		FUZZ_MUST(strchr(text, ':') != NULL && low.start == r.start && low.end == r.end);
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	static const int64_t spans[] = { 0, 1, 59, 3600, 86400, 604800 };
	const char *text;

	if (n == 0)
		return;
	cleaning(p, data + 1, n - 1, data[0]);
	cleaning(p, data + 1, n - 1, TEXT_SHOWN);
	text = pool_strn(p, (const char *)data + 1, n - 1);
	numbers(p, text);
	ranges(text);
	if (n > sizeof(int64_t)) {
		int64_t when;

		memcpy(&when, data + 1, sizeof(when));
		fuzz_shown(text_date(p, when));
	}
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		fuzz_shown(text_span(p, spans[i] * data[0]));
	FUZZ_MUST(strlen(text_hex(p, data, n)) == 2 * n);
}
