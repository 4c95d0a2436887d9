// SPDX-License-Identifier: GPL-3.0-or-later
/* san.c - the names that one certificate carries. */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/obj_mac.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "addr.h"
#include "name.h"
#include "san.h"
#include "text.h"

#define NAME_SHOWN 256	/* bytes of one name: more is no host name */
#define LISTED	   3	/* names in a sentence; of more, two and how many more */

/* The common name in UTF-8, to be freed; NULL: none. */
static unsigned char *
common_utf8(const X509 *x, size_t *n)
{
	const X509_NAME *subject = X509_get_subject_name(x);
	int at = -1, next = -1, len;
	unsigned char *utf8 = NULL;

	while ((next = X509_NAME_get_index_by_NID(subject, NID_commonName, next)) >= 0)
		at = next;
	if (at < 0)
		return NULL;
	len = ASN1_STRING_to_UTF8(&utf8,
	    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	if (len < 0)
		return NULL;
	*n = (size_t)len;
	return utf8;
}

char *
san_common(struct pool *p, const X509 *x)
{
	size_t n = 0;
	unsigned char *utf8 = common_utf8(x, &n);
	char *shown = utf8 == NULL ? NULL : text_clean(p, (char *)utf8, n, NAME_SHOWN);

	OPENSSL_free(utf8);
	return shown;
}

/* NULL without any; *broken when there are some that cannot be decoded. */
static GENERAL_NAMES *
alternatives(const X509 *x, bool *broken)
{
	int critical = 0;
	GENERAL_NAMES *names = NULL;

	if (x != NULL)
		names = X509_get_ext_d2i(x, NID_subject_alt_name, &critical, NULL);
	*broken = names == NULL && critical != -1;
	return names;
}

static char *
shown_bytes(struct pool *p, const ASN1_STRING *s)
{
	return text_clean(p, (const char *)ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s),
	    NAME_SHOWN);
}

static bool
address_of(struct addr *a, const ASN1_STRING *s)
{
	return addr_from_bytes(a, ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
}

/* A name as shown, its kind in *kind; NULL for the kinds that no host has. */
static const char *
shown_name(struct pool *p, const GENERAL_NAME *name, const char **kind)
{
	struct addr a;

	switch (name->type) {
	case GEN_DNS:
		*kind = "DNS";
		return shown_bytes(p, name->d.dNSName);
	case GEN_EMAIL:
		*kind = "email";
		return shown_bytes(p, name->d.rfc822Name);
	case GEN_URI:
		*kind = "URI";
		return shown_bytes(p, name->d.uniformResourceIdentifier);
	case GEN_IPADD:
		*kind = "IP";
		return address_of(&a, name->d.iPAddress) ? pool_str(p, a.text) : "?";
	default: return NULL;
	}
}

const char **
san_texts(struct pool *p, const X509 *x, size_t *n)
{
	bool broken;
	GENERAL_NAMES *names = alternatives(x, &broken);
	const char **texts = NULL, *kind, *shown;

	*n = 0;
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && *n < SAN_SHOWN; i++) {
		if ((shown = shown_name(p, sk_GENERAL_NAME_value(names, i), &kind)) == NULL)
			continue;
		texts = pool_grow(p, texts, *n, sizeof(*texts));
		texts[(*n)++] = pool_printf(p, "%s:%s", kind, shown);
	}
	GENERAL_NAMES_free(names);
	return texts;
}

/* Does a name of n raw bytes cover the host? */
static bool
covers(const void *raw, size_t n, const char *host)
{
	char pattern[NAME_SHOWN];

	if (n == 0 || n >= sizeof(pattern) || memchr(raw, '\0', n) != NULL)
		return false;
	memcpy(pattern, raw, n);
	pattern[n] = '\0';
	return name_match(pattern, host);
}

/* Is this the alternative name wanted?  As shown; NULL: no. */
static const char *
match_one(struct pool *p, const GENERAL_NAME *name, const char *wanted,
    const struct addr *wanted_ip)
{
	struct addr a;

	if (wanted_ip == NULL && name->type == GEN_DNS) {
		const ASN1_STRING *s = name->d.dNSName;

		if (covers(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s), wanted))
			return shown_bytes(p, s);
	}
	if (wanted_ip != NULL && name->type == GEN_IPADD && address_of(&a, name->d.iPAddress) &&
	    addr_equal(&a, wanted_ip))
		return pool_str(p, a.text);
	return NULL;
}

static const char *
match_alternatives(struct pool *p, const GENERAL_NAMES *names, const char *wanted)
{
	struct addr ip;
	bool is_ip = addr_parse(&ip, wanted);
	const char *matched = NULL;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && matched == NULL; i++)
		matched = match_one(p, sk_GENERAL_NAME_value(names, i), wanted, is_ip ? &ip : NULL);
	return matched;
}

static const char *
match_common(struct pool *p, const X509 *x, const char *wanted)
{
	const char *matched = NULL;
	unsigned char *utf8;
	struct addr ip;
	size_t n = 0;

	if (addr_parse(&ip, wanted) || (utf8 = common_utf8(x, &n)) == NULL)
		return NULL;
	if (covers(utf8, n, wanted))
		matched = text_clean(p, (char *)utf8, n, NAME_SHOWN);
	OPENSSL_free(utf8);
	return matched;
}

/* "a", "a and b", "a, b and c", "a, b and 7 more" with "and" as the word; the first names suffice. */
static const char *
list_names(struct pool *p, const char *const *names, size_t n, const char *word)
{
	struct text t = { .p = p };
	size_t all = n <= LISTED ? n : LISTED - 1;

	for (size_t i = 0; i < all; i++) {
		if (i > 0 && i + 1 == n)
			text_add(&t, " %s ", word);
		else if (i > 0)
			text_add(&t, ", ");
		text_add(&t, "%s", names[i]);
	}
	if (n > all)
		text_add(&t, " %s %zu more", word, n - all);
	return text_get(&t);
}

static bool
is_host(const GENERAL_NAME *name)
{
	return name->type == GEN_DNS || name->type == GEN_IPADD;
}

/* The host names that the certificate carries, in words. */
static const char *
found_names(struct pool *p, const X509 *x, const GENERAL_NAMES *names)
{
	const char *first[LISTED], *kind, *common;
	size_t n = 0;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (!is_host(name))
			continue;
		if (n < LISTED)
			first[n] = shown_name(p, name, &kind);
		n++;
	}
	if (n > 0)
		return list_names(p, first, n, "and");
	common = x == NULL ? NULL : san_common(p, x);
	return common == NULL || *common == '\0' ? "no name" : common;
}

bool
san_covers(const X509 *x, const char *host)
{
	bool broken, found = false;
	GENERAL_NAMES *names = alternatives(x, &broken);

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		const ASN1_STRING *s = name->d.dNSName;

		found = name->type == GEN_DNS &&
		    covers(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s), host);
	}
	GENERAL_NAMES_free(names);
	return found;
}

static bool
has_dns(const GENERAL_NAMES *names)
{
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		if (sk_GENERAL_NAME_value(names, i)->type == GEN_DNS)
			return true;
	return false;
}

void
san_judge(struct cert_facts *out, struct pool *p, const X509 *x, const char *const *wanted,
    size_t n)
{
	bool broken;
	GENERAL_NAMES *names = alternatives(x, &broken);
	bool by_cn = !broken && !has_dns(names);
	const char *matched = NULL;

	for (size_t i = 0; i < n && matched == NULL; i++)
		matched = match_alternatives(p, names, wanted[i]);
	out->by_cn = false;
	for (size_t i = 0; i < n && matched == NULL && by_cn; i++) {
		matched = match_common(p, x, wanted[i]);
		out->by_cn = matched != NULL;
	}
	out->name_checked = n > 0;
	out->name_match = n == 0 || matched != NULL;
	out->matched_name = matched;
	out->wanted = n == 0 ? "any name" : list_names(p, wanted, n, "or");
	out->found = found_names(p, x, names);
	GENERAL_NAMES_free(names);
}
