// SPDX-License-Identifier: GPL-3.0-or-later
/* text.c - bounded, cleaned text, and numbers from text. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "text.h"

#define ELLIPSIS "..."
#define DUST 1e-9

/* What a terminal or a web page may act on without showing it: one row a range of code points. */
static const struct {
	uint32_t from, to;
} invisible[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad }, { 0x061c, 0x061c },
	{ 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
	{ 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0xe0000, 0xe007f },
};

static bool
showable(uint32_t c)
{
	for (size_t i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++)
		if (c >= invisible[i].from && c <= invisible[i].to)
			return false;
	return true;
}

size_t
text_char(const char *raw, size_t n, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)raw;
	size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

	if (s[0] >= 0xf8 || (s[0] >= 0x80 && s[0] < 0xc2) || len > n)
		return 0;
	*c = len == 1 ? s[0] : s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if (*c < least[len] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return len;
}

char *
text_clean(struct pool *p, const char *raw, size_t n, size_t max)
{
	char *to = pool_alloc(p, (n < max ? n : max) + 1);
	size_t len = 0, cut = 0, step;

	for (size_t i = 0; i < n; i += step) {
		uint32_t c = 0;
		size_t bytes = text_char(raw + i, n - i, &c);
		bool keep = bytes > 0 && showable(c);

		step = bytes > 0 ? bytes : 1;
		if (len + (keep ? bytes : 1) > max) {
			if (max >= strlen(ELLIPSIS))
				memcpy(to + cut, ELLIPSIS, sizeof(ELLIPSIS));
			return to;
		}
		if (keep)
			memcpy(to + len, raw + i, bytes);
		else
			to[len] = '?';
		len += keep ? bytes : 1;
		if (len + strlen(ELLIPSIS) <= max)
			cut = len;
	}
	return to;
}

char *
text_clean_str(struct pool *p, const char *raw)
{
	return text_clean(p, raw, strlen(raw), TEXT_SHOWN);
}

bool
text_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

char *
text_plain(char *s)
{
	for (char *c = s; *c != '\0'; c++)
		*c = *c == '|' ? '/' : *c == '<' ? '(' : *c == '>' ? ')' : *c;
	return s;
}

bool
text_int(const char *s, long lo, long hi, long *out)
{
	long v = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, 10L, &v) ||
		    __builtin_add_overflow(v, (long)(*s - '0'), &v))
			return false;
	}
	if (v < lo || v > hi)
		return false;
	*out = v;
	return true;
}

bool
text_num(const char *s, double *out)
{
	bool minus = *s == '-';
	double v = 0, place = 1;

	s += minus;
	if (!isdigit((unsigned char)*s))
		return false;
	for (; isdigit((unsigned char)*s); s++)
		v = v * 10 + (*s - '0');
	if (*s == '.') {
		if (!isdigit((unsigned char)s[1]))
			return false;
		for (s++; isdigit((unsigned char)*s); s++) {
			v = v * 10 + (*s - '0');
			place *= 10;
		}
	}
	if (*s != '\0' || !isfinite(v) || !isfinite(place))
		return false;
	*out = minus ? -v / place : v / place;
	return true;
}

void
text_addv(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0) {
		if (t->len + (size_t)n + 1 > t->room) {
			char *to;

			t->room = (t->len + (size_t)n + 1) * 2;
			to = pool_alloc(t->p, t->room);
			if (t->len > 0)
				memcpy(to, t->s, t->len);
			t->s = to;
		}
		vsnprintf(t->s + t->len, t->room - t->len, fmt, again);
		t->len += (size_t)n;
	}
	va_end(again);
}

void
text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_addv(t, fmt, ap);
	va_end(ap);
}

const char *
text_get(const struct text *t)
{
	return t->s == NULL ? "" : t->s;
}

const char *
text_because(struct pool *p, const char *why)
{
	return why == NULL ? "" : pool_printf(p, ": %s", why);
}

double
text_floor(double v, int places)
{
	double scale = 1, whole;

	while (places-- > 0)
		scale *= 10;
	whole = (double)(int64_t)(v * scale + DUST);
	/* the conversion goes towards zero; not floor(): it would bring in libm, one more object to load */
	if (whole > v * scale + DUST)
		whole -= 1;
	return whole / scale;
}

char *
text_date(struct pool *p, int64_t when)
{
	time_t seconds = (time_t)when;
	struct tm tm;
	char buf[64];

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return NULL;
	return pool_str(p, buf);
}

char *
text_hex(struct pool *p, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *to = pool_alloc(p, n * 2 + 1);

	for (size_t i = 0; i < n; i++) {
		to[i * 2] = digits[bytes[i] >> 4];
		to[i * 2 + 1] = digits[bytes[i] & 15];
	}
	return to;
}

char *
text_span(struct pool *p, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" }, { 1, "second" } };
	size_t i = 0;

	while (units[i].seconds > 1 &&
	    (seconds < units[i].seconds ||
		seconds % units[i].seconds * 100 % units[i].seconds != 0))
		i++;
	return pool_printf(p, "%.12g %s%s", (double)seconds / (double)units[i].seconds,
	    units[i].name, seconds == units[i].seconds ? "" : "s");
}
