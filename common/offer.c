// SPDX-License-Identifier: GPL-3.0-or-later
/* offer.c - what a ClientHello of ours offers, in words. */
#include "offer.h"
#include "text.h"

#define HEADER 4	/* type and length of the message */
#define RANDOM 32

/* The numbers are those of IANA's registry "TLS Parameters". */
enum {
	EXT_NAME = 0,
	EXT_GROUPS = 10,
	EXT_SIGNATURES = 13,
	EXT_ALPN = 16,
	EXT_PSK = 41,
	EXT_VERSIONS = 43
};

struct word {
	unsigned number;
	const char *name;
};

static const struct word versions[] = {
	{ 0x0300, "SSLv3" }, { 0x0301, "TLSv1.0" }, { 0x0302, "TLSv1.1" }, { 0x0303, "TLSv1.2" },
	{ 0x0304, "TLSv1.3" }, { 0 },
};

static const struct word groups[] = {
	{ 21, "P-224" }, { 23, "P-256" }, { 24, "P-384" }, { 25, "P-521" },
	{ 26, "brainpoolP256r1" }, { 27, "brainpoolP384r1" }, { 28, "brainpoolP512r1" },
	{ 29, "X25519" }, { 30, "X448" }, { 256, "ffdhe2048" }, { 257, "ffdhe3072" },
	{ 258, "ffdhe4096" }, { 259, "ffdhe6144" }, { 260, "ffdhe8192" },
	{ 4587, "SecP256r1MLKEM768" }, { 4588, "X25519MLKEM768" }, { 4589, "SecP384r1MLKEM1024" }, { 0 },
};

static const struct word signatures[] = {
	{ 0x0201, "rsa_pkcs1_sha1" }, { 0x0202, "dsa_sha1" }, { 0x0203, "ecdsa_sha1" },
	{ 0x0301, "rsa_pkcs1_sha224" }, { 0x0302, "dsa_sha224" }, { 0x0303, "ecdsa_sha224" },
	{ 0x0401, "rsa_pkcs1_sha256" }, { 0x0402, "dsa_sha256" }, { 0x0403, "ecdsa_secp256r1_sha256" },
	{ 0x0501, "rsa_pkcs1_sha384" }, { 0x0502, "dsa_sha384" }, { 0x0503, "ecdsa_secp384r1_sha384" },
	{ 0x0601, "rsa_pkcs1_sha512" }, { 0x0602, "dsa_sha512" }, { 0x0603, "ecdsa_secp521r1_sha512" },
	{ 0x0804, "rsa_pss_rsae_sha256" }, { 0x0805, "rsa_pss_rsae_sha384" },
	{ 0x0806, "rsa_pss_rsae_sha512" }, { 0x0807, "ed25519" }, { 0x0808, "ed448" },
	{ 0x0809, "rsa_pss_pss_sha256" }, { 0x080a, "rsa_pss_pss_sha384" },
	{ 0x080b, "rsa_pss_pss_sha512" }, { 0 },
};

/* Bytes not read yet; what is not there reads as 0, and bad is set. */
struct cursor {
	const uint8_t *at;
	size_t left;
	bool bad;
};

static unsigned
take(struct cursor *c, size_t bytes)
{
	unsigned v = 0;

	if (c->left < bytes) {
		c->bad = true;
		c->left = 0;
		return 0;
	}
	for (; bytes > 0; bytes--, c->left--)
		v = v << 8 | *c->at++;
	return v;
}

/* The next n bytes, as a cursor of their own. */
static struct cursor
part(struct cursor *c, size_t n)
{
	struct cursor inside = { c->at, n, false };

	if (n > c->left) {
		c->bad = true;
		inside.left = n = c->left;
	}
	c->at += n;
	c->left -= n;
	return inside;
}

static const char *
name_of(struct pool *p, const struct word *words, unsigned number)
{
	for (; words->name != NULL; words++)
		if (words->number == number)
			return words->name;
	return pool_printf(p, "0x%04x", number);
}

/* A list of numbers of two bytes, behind its length of so many bytes. */
static const char *
list(struct pool *p, struct cursor c, size_t length_bytes, const struct word *words)
{
	struct text t = { .p = p };

	take(&c, length_bytes);
	while (c.left >= 2)
		text_add(&t, "%s%s", t.len > 0 ? ", " : "", name_of(p, words, take(&c, 2)));
	return text_get(&t);
}

static const char *
protocols(struct pool *p, struct cursor c)
{
	struct text t = { .p = p };

	take(&c, 2);
	while (c.left > 0) {
		struct cursor name = part(&c, take(&c, 1));

		text_add(&t, "%s%s", t.len > 0 ? ", " : "",
		    text_clean(p, (const char *)name.at, name.left, name.left));
	}
	return text_get(&t);
}

/* RFC 6066, 3: a list of names, of which only one is ever sent. */
static const char *
server_name(struct pool *p, struct cursor c)
{
	struct cursor name;

	take(&c, 3);
	name = part(&c, take(&c, 2));
	return text_clean(p, (const char *)name.at, name.left, name.left);
}

static void
read_extension(struct tls_offer *offer, struct pool *p, unsigned type, struct cursor c)
{
	switch (type) {
	case EXT_NAME: offer->name = server_name(p, c); break;
	case EXT_GROUPS: offer->groups = list(p, c, 2, groups); break;
	case EXT_SIGNATURES: offer->signatures = list(p, c, 2, signatures); break;
	case EXT_ALPN: offer->alpn = protocols(p, c); break;
	case EXT_PSK: offer->resumption = true; break;
	case EXT_VERSIONS: offer->versions = list(p, c, 1, versions); break;
	default: break;
	}
}

bool
offer_read(struct tls_offer *offer, struct pool *p, const uint8_t *message, size_t n)
{
	struct cursor c = { message, n, false }, extensions;
	unsigned version;

	*offer = (struct tls_offer){ 0 };
	take(&c, 1);
	c.bad = take(&c, HEADER - 1) != c.left;
	version = take(&c, 2);
	part(&c, RANDOM);
	part(&c, take(&c, 1));	/* session */
	offer->suites = part(&c, take(&c, 2)).left / 2;
	part(&c, take(&c, 1));	/* compression */
	extensions = part(&c, c.left > 0 ? take(&c, 2) : 0);
	while (extensions.left > 0) {
		unsigned type = take(&extensions, 2);

		read_extension(offer, p, type, part(&extensions, take(&extensions, 2)));
	}
	/* before TLS 1.3 there was one number: the best */
	if (offer->versions == NULL)
		offer->versions = pool_printf(p, "up to %s", name_of(p, versions, version));
	return !c.bad && !extensions.bad;
}
