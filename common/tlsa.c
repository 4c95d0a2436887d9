// SPDX-License-Identifier: GPL-3.0-or-later
/* tlsa.c - one TLSA record: read, parsed, written, and whether a sender can use it. */
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "text.h"
#include "tlsa.h"

#define NUMBERS	   3	/* bytes before the data */
#define BRIEF	   4	/* bytes of data in a sentence: enough to find the record in a zone */
#define ECHO_MAX   60
#define NUMBER_MAX 255
#define DIGITS	   8	/* longer is no number of one byte */
#define BLANKS	   " \t"

/* How many bytes a digest of this matching type has; 0: it is none. */
static size_t
digest_len(uint8_t matching)
{
	return matching == 1 ? SHA256_DIGEST_LENGTH : matching == 2 ? SHA512_DIGEST_LENGTH : 0;
}

/* A whole certificate with a key in it, and nothing behind it. */
static bool
is_certificate(const uint8_t *data, size_t n)
{
	const unsigned char *at = data;
	X509 *x = d2i_X509(NULL, &at, (long)n);
	bool good = x != NULL && at == data + n && X509_get0_pubkey(x) != NULL;

	X509_free(x);
	ERR_clear_error();
	return good;
}

static bool
is_key(const uint8_t *data, size_t n)
{
	const unsigned char *at = data;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)n);
	bool good = key != NULL && at == data + n;

	EVP_PKEY_free(key);
	ERR_clear_error();
	return good;
}

/* Why no sender can use the data; NULL: it can. */
static const char *
bad_data(struct pool *p, const struct tlsa *t)
{
	size_t want = digest_len(t->matching);

	if (t->len == 0)
		return "has no data";
	if (want > 0 && t->len != want)
		return pool_printf(p, "has %zu bytes where SHA-%zu gives %zu", t->len, want * 8,
		    want);
	if (want == 0 && t->selector == 0 && !is_certificate(t->data, t->len))
		return "is not one whole certificate";
	if (want == 0 && t->selector == 1 && !is_key(t->data, t->len))
		return "is not one whole public key";
	return NULL;
}

static void
judge(struct tlsa *t, struct pool *p)
{
	if (t->usage < 2)
		t->why = pool_printf(p, "has usage %u, which is not for mail (RFC 7672, 3.1.3)",
		    t->usage);
	else if (t->usage > 3)
		t->why = pool_printf(p, "has the unknown usage %u", t->usage);
	else if (t->selector > 1)
		t->why = pool_printf(p, "has the unknown selector %u", t->selector);
	else if (t->matching > 2)
		t->why = pool_printf(p, "has the unknown matching type %u", t->matching);
	else
		t->why = bad_data(p, t);
	t->usable = t->why == NULL;
}

bool
tlsa_read(struct tlsa *t, struct pool *p, const uint8_t *rdata, size_t n)
{
	*t = (struct tlsa){ 0 };
	if (n < NUMBERS) {
		t->why = "is shorter than its numbers";
		return false;
	}
	t->usage = rdata[0];
	t->selector = rdata[1];
	t->matching = rdata[2];
	t->len = n - NUMBERS;
	t->data = pool_copy(p, rdata + NUMBERS, t->len);
	judge(t, p);
	return true;
}

static int
refuse(struct pool *p, const char *text, const char *why, struct err *e)
{
	return err_set(e, ERR_USAGE, "--tlsa: \"%s\" %s",
	    text_clean(p, text, strlen(text), ECHO_MAX), why);
}

/* The number at *at, which moves behind it. */
static bool
number(const char **at, const char *ends, uint8_t *out)
{
	size_t n = strcspn(*at, ends);
	char digits[DIGITS + 1] = "";
	long v;

	if (n > DIGITS)
		return false;
	memcpy(digits, *at, n);
	if (!text_int(digits, 0, NUMBER_MAX, &v))
		return false;
	*out = (uint8_t)v;
	*at += n;
	return true;
}

static int
digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);

	return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

/* The sentence's end when s is no sequence of bytes, else NULL; data has room for half of s. */
static const char *
bytes(uint8_t *data, size_t *len, const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (strchr(BLANKS, *s) != NULL)
			continue;
		if (digit(*s) == -1)
			return "has data that is not hexadecimal";
		data[n / 2] = (uint8_t)(data[n / 2] << 4 | digit(*s));
		n++;
	}
	if (n % 2 != 0)
		return "has an odd number of hexadecimal digits";
	*len = n / 2;
	return n == 0 ? "is not \"U S M HEX\": a field is missing" : NULL;
}

int
tlsa_parse(struct tlsa *t, struct pool *p, const char *text, struct err *e)
{
	struct tlsa made = { 0 };
	uint8_t *numbers[] = { &made.usage, &made.selector, &made.matching };
	uint8_t *data = pool_alloc(p, strlen(text) / 2 + 1);
	const char *at = text, *why;

	for (size_t i = 0; i < NUMBERS; i++) {
		at += strspn(at, BLANKS);
		if (*at == '\0')
			return refuse(p, text, "is not \"U S M HEX\": a field is missing", e);
		if (!number(&at, BLANKS, numbers[i]))
			return refuse(p, text, "does not begin with three numbers from 0 to 255",
			    e);
	}
	if ((why = bytes(data, &made.len, at)) != NULL)
		return refuse(p, text, why, e);
	made.data = data;
	judge(&made, p);
	*t = made;
	return 0;
}

int
tlsa_kind_parse(struct tlsa_kind *k, struct pool *p, const char *text, struct err *e)
{
	struct tlsa_kind made = { 0 };
	uint8_t *numbers[] = { &made.usage, &made.selector, &made.matching };
	const char *at = text;
	bool good = true;

	for (size_t i = 0; i < NUMBERS && good; i++) {
		good = number(&at, ".", numbers[i]) && (*at == '.') == (i + 1 < NUMBERS);
		at += *at == '.';
	}
	if (!good || *at != '\0')
		return err_set(e, ERR_USAGE, "--require: \"%s\" is not U.S.M, as in 3.1.1",
		    text_clean(p, text, strlen(text), ECHO_MAX));
	*k = made;
	return 0;
}

const char *
tlsa_kind_text(struct pool *p, const struct tlsa *t)
{
	return pool_printf(p, "%u %u %u", t->usage, t->selector, t->matching);
}

const char *
tlsa_text(struct pool *p, const struct tlsa *t)
{
	return pool_printf(p, "%s %s", tlsa_kind_text(p, t), text_hex(p, t->data, t->len));
}

const char *
tlsa_brief(struct pool *p, const struct tlsa *t)
{
	size_t n = t->len <= BRIEF ? t->len : BRIEF;

	if (t->len == 0)
		return tlsa_kind_text(p, t);
	return pool_printf(p, "%s %s%s", tlsa_kind_text(p, t), text_hex(p, t->data, n),
	    n < t->len ? "..." : "");
}

bool
tlsa_same_kind(const struct tlsa *a, const struct tlsa *b)
{
	return a->usage == b->usage && a->selector == b->selector && a->matching == b->matching;
}

bool
tlsa_equal(const struct tlsa *a, const struct tlsa *b)
{
	return tlsa_same_kind(a, b) && a->len == b->len &&
	    (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

bool
tlsa_of_nothing(const struct tlsa *t)
{
	const EVP_MD *md = t->matching == 1 ? EVP_sha256() : EVP_sha512();
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (t->len == 0 || t->len != digest_len(t->matching))
		return false;
	return EVP_Digest("", 0, digest, &n, md, NULL) == 1 && memcmp(digest, t->data, n) == 0;
}
