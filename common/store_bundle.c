// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * store_bundle.c - a file of many CA certificates, of which only those are decoded that an issuer is looked for in.
 *
 * The file is turned from base64 to DER once, where it lies, and of each certificate the subject is found and
 * hashed, which takes a two-hundredth of decoding it.  A hash that fits is no more than a hint.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "store_bundle.h"

#define FILE_MAX ((off_t)16 * 1024 * 1024) /* a system's has 0.2 MiB */
#define BEGIN	 "-----BEGIN "
#define WHOLE	 "-----BEGIN CERTIFICATE-----"
#define END	 "-----END CERTIFICATE-----"
#define STEP	 64 /* entries made room for at a time */
#define NO_DIGIT 0x80
#define ANY_HASH 0 /* of a name that others may equal and look different */

/* One certificate: DER in the bundle's memory. */
struct entry {
	const uint8_t *der, *subject;
	long len, subject_len;
	uint32_t hash;
	X509 *x;		/* decoded; NULL: nobody asked for it yet */
};

struct bundle {
	pthread_mutex_t lock;	/* for what is decoded: threads share a store */
	X509_LOOKUP_METHOD *method;
	char *text;
	size_t len;
	struct entry *entry;
	size_t n;
};

/* --- DER */

/* Step into the element at *p, which has to have this tag: its length, and *p at its contents; -1. */
static long
enter(const uint8_t **p, const uint8_t *end, int wanted)
{
	long len;
	int tag, class;

	if (end - *p <= 0 || (ASN1_get_object(p, &len, &tag, &class, end - *p) & 0x81) != 0)
		return -1;
	return tag == wanted ? len : -1;
}

static bool
skip(const uint8_t **p, const uint8_t *end, int wanted)
{
	long len = enter(p, end, wanted);

	*p += len > 0 ? len : 0;
	return len >= 0;
}

/* RFC 5280, 4.1: the subject is the sixth field of what is signed, the first of which may be left out. */
static bool
find_subject(struct entry *e)
{
	const uint8_t *p = e->der, *end = p + e->len;

	if (enter(&p, end, V_ASN1_SEQUENCE) != end - p || enter(&p, end, V_ASN1_SEQUENCE) == -1)
		return false;
	if (p < end && *p == (V_ASN1_CONTEXT_SPECIFIC | V_ASN1_CONSTRUCTED) && !skip(&p, end, 0))
		return false;
	if (!skip(&p, end, V_ASN1_INTEGER) || !skip(&p, end, V_ASN1_SEQUENCE) ||
	    !skip(&p, end, V_ASN1_SEQUENCE) || !skip(&p, end, V_ASN1_SEQUENCE))
		return false;
	e->subject = p;
	if (!skip(&p, end, V_ASN1_SEQUENCE))
		return false;
	e->subject_len = p - e->subject;
	return true;
}

/* --- names */

static uint32_t
mix(uint32_t hash, uint8_t byte)
{
	return (hash ^ byte) * 16777619u; /* FNV-1a */
}

/*
 * Names are the same whatever the case of ASCII letters, white space and kind of string of their
 * values (RFC 5280, 7.1): of a value only what all of that leaves alone.
 */
static uint32_t
mix_value(uint32_t hash, const uint8_t *p, long n)
{
	for (; n > 0; n--, p++)
		if (*p > ' ' && *p < 0x80)
			hash = mix(hash, *p >= 'A' && *p <= 'Z' ? (uint8_t)(*p | 0x20) : *p);
	return hash;
}

/* One SEQUENCE { type, value }; ANY_HASH where the value is in two or four bytes a character, or unreadable. */
static uint32_t
hash_attribute(const uint8_t *p, const uint8_t *end)
{
	uint32_t hash = 2166136261u;
	long len = enter(&p, end, V_ASN1_OBJECT);
	int tag, class;

	for (; len > 0; len--)
		hash = mix(hash, *p++);
	if (end - p <= 0 || (ASN1_get_object(&p, &len, &tag, &class, end - p) & 0x80) != 0 ||
	    tag == V_ASN1_BMPSTRING || tag == V_ASN1_UNIVERSALSTRING)
		return ANY_HASH;
	return mix_value(hash, p, len);
}

/* Summed up, as the attributes of one SET may stand in any order. */
static uint32_t
hash_name(const uint8_t *p, long n)
{
	const uint8_t *end = p + n;
	uint32_t hash = 1;
	long len = enter(&p, end, V_ASN1_SEQUENCE);

	if (len != end - p)
		return ANY_HASH;
	while (p < end) {
		const uint8_t *behind;
		uint32_t one;

		if ((len = enter(&p, end, V_ASN1_SET)) < 0)
			return ANY_HASH;
		for (behind = p + len; p < behind; p += len) {
			if ((len = enter(&p, behind, V_ASN1_SEQUENCE)) < 0 ||
			    (one = hash_attribute(p, p + len)) == ANY_HASH)
				return ANY_HASH;
			hash += one;
		}
	}
	return hash;
}

static bool
has_subject(const struct entry *e, const X509_NAME *wanted)
{
	const uint8_t *p = e->subject;
	X509_NAME *name = d2i_X509_NAME(NULL, &p, e->subject_len);
	bool same = name != NULL && X509_NAME_cmp(name, wanted) == 0;

	X509_NAME_free(name);
	return same;
}

/* --- PEM */

/* What a character of base64 stands for; NO_DIGIT of all others. */
static void
fill_digits(uint8_t digit[256])
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	memset(digit, NO_DIGIT, 256);
	for (uint8_t i = 0; i < 64; i++)
		digit[(uint8_t)alphabet[i]] = i;
}

/* The four characters at in as three bytes at out; false when one is no digit. */
static bool
decode_four(uint8_t *out, const uint8_t *in, const uint8_t digit[256])
{
	unsigned a = digit[in[0]], b = digit[in[1]], c = digit[in[2]], d = digit[in[3]];

	if (((a | b | c | d) & NO_DIGIT) != 0)
		return false;
	out[0] = (uint8_t)(a << 2 | b >> 4);
	out[1] = (uint8_t)(b << 4 | c >> 2);
	out[2] = (uint8_t)(c << 6 | d);
	return true;
}

/* The same of the last four, with one or two '=' at the end: how many bytes, -1. */
static long
decode_last(uint8_t *out, const uint8_t *in, const uint8_t digit[256])
{
	uint8_t four[4] = { in[0], in[1], in[2] == '=' ? 'A' : in[2], 'A' };

	if (in[3] != '=' || !decode_four(out, four, digit))
		return -1;
	return in[2] == '=' ? 1 : 2;
}

/*
 * Base64 in lines of whole fours, n characters in all, decoded where it lies: how many bytes come of it, -1 when it
 * is something else.
 */
static long
decode(uint8_t *text, size_t n, const uint8_t digit[256])
{
	const uint8_t *in = text, *end = text + n;
	uint8_t *out = text;
	long last = 0;

	while (in < end) {
		if (*in == '\n' || *in == '\r') {
			in++;
			continue;
		}
		if (last > 0 || end - in < 4)
			return -1;
		if (decode_four(out, in, digit))
			out += 3;
		else if ((last = decode_last(out, in, digit)) == -1)
			return -1;
		in += 4;
	}
	return out - text + last;
}

static bool
starts_with(const char *text, const char *head)
{
	return strncmp(text, head, strlen(head)) == 0;
}

static bool
add_entry(struct bundle *b, char *text, size_t n, const uint8_t digit[256])
{
	struct entry e = { .der = (uint8_t *)text, .len = decode((uint8_t *)text, n, digit) };
	struct entry *more;

	if (e.len <= 0 || !find_subject(&e))
		return false;
	e.hash = hash_name(e.subject, e.subject_len);
	if (b->n % STEP == 0) {
		if ((more = realloc(b->entry, (b->n + STEP) * sizeof(e))) == NULL)
			return false;
		b->entry = more;
	}
	b->entry[b->n++] = e;
	return true;
}

/* All certificates of the text; false when it has anything that is in the form of PEM and no plain certificate. */
static bool
split(struct bundle *b)
{
	char *end = b->text + b->len, *p = b->text, *stop;
	uint8_t digit[256];

	fill_digits(digit);
	while ((p = memchr(p, '-', (size_t)(end - p))) != NULL) {
		if ((p > b->text && p[-1] != '\n') || !starts_with(p, BEGIN)) {
			p += strcspn(p, "\n");
			continue;
		}
		if (!starts_with(p, WHOLE))
			return false;
		p += strlen(WHOLE);
		stop = memchr(p, '-', (size_t)(end - p));
		if (stop == NULL || !starts_with(stop, END) ||
		    !add_entry(b, p, (size_t)(stop - p), digit))
			return false;
		p = stop + strlen(END);
	}
	return b->n > 0;
}

/* --- the bundle as a part of a store */

static void
bundle_free(struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++)
		X509_free(b->entry[i].x);
	X509_LOOKUP_meth_free(b->method);
	pthread_mutex_destroy(&b->lock);
	free(b->entry);
	free(b->text);
	free(b);
}

static void
lookup_free(X509_LOOKUP *lookup)
{
	bundle_free(X509_LOOKUP_get_method_data(lookup));
}

/* Into the store, where OpenSSL looks for further ones of that name. */
static bool
load(X509_STORE *store, struct entry *e)
{
	const uint8_t *p = e->der;

	if (e->x == NULL)
		e->x = d2i_X509(NULL, &p, e->len);
	return e->x != NULL && X509_STORE_add_cert(store, e->x) == 1;
}

/*
 * Those that have one name, now: while they came into the store one by one, another thread would take the first
 * for the only one.
 */
static void
load_twins(X509_STORE *store, struct bundle *b)
{
	for (size_t i = 1; i < b->n; i++)
		for (size_t j = 0; j < i; j++)
			if (b->entry[i].hash == b->entry[j].hash) {
				load(store, &b->entry[i]);
				load(store, &b->entry[j]);
			}
}

/* Called by OpenSSL for a name that the store does not have yet. */
static int
by_subject(X509_LOOKUP *lookup, X509_LOOKUP_TYPE type, const X509_NAME *name, X509_OBJECT *found)
{
	struct bundle *b = X509_LOOKUP_get_method_data(lookup);
	const uint8_t *der;
	X509 *first = NULL;
	uint32_t hash;
	size_t len;

	if (type != X509_LU_X509 || X509_NAME_get0_der(name, &der, &len) != 1)
		return 0;
	hash = hash_name(der, (long)len);
	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->n; i++) {
		struct entry *e = &b->entry[i];

		if (hash != e->hash && hash != ANY_HASH && e->hash != ANY_HASH)
			continue;
		if (has_subject(e, name) && load(X509_LOOKUP_get_store(lookup), e) && first == NULL)
			first = e->x;
	}
	pthread_mutex_unlock(&b->lock);
	ERR_clear_error();
	if (first == NULL || X509_OBJECT_set1_X509(found, first) != 1)
		return 0;
	/* OpenSSL takes a reference of its own and never drops that of found, as its own lookups set none */
	X509_free(first);
	return 1;
}

/* The whole file, with a NUL behind it. */
static bool
read_file(struct bundle *b, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	bool done = false;

	if (fd == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MAX &&
	    (b->text = calloc(1, (size_t)st.st_size + 1)) != NULL) {
		b->len = (size_t)st.st_size;
		done = read(fd, b->text, b->len) == st.st_size;
	}
	close(fd);
	return done;
}

int
store_bundle_add(X509_STORE *x, const char *path)
{
	struct bundle *b = calloc(1, sizeof(*b));
	X509_LOOKUP *lookup;

	if (b == NULL)
		return -1;
	pthread_mutex_init(&b->lock, NULL);
	b->method = X509_LOOKUP_meth_new("certificates of one file");
	if (b->method == NULL || !read_file(b, path) || !split(b) ||
	    X509_LOOKUP_meth_set_get_by_subject(b->method, by_subject) != 1 ||
	    (lookup = X509_STORE_add_lookup(x, b->method)) == NULL) {
		bundle_free(b);
		ERR_clear_error();
		return -1;
	}
	X509_LOOKUP_set_method_data(lookup, b);
	X509_LOOKUP_meth_set_free(b->method, lookup_free);
	load_twins(x, b);
	ERR_clear_error();
	return 0;
}
