// SPDX-License-Identifier: GPL-3.0-or-later
/* certtext.c - certificates in PEM and decoded in full. */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "certtext.h"
#include "text.h"

#define PEM_BYTES 48	/* of DER in a line of 64 characters (RFC 7468, 2) */
#define LINE_SHOWN 1024	/* OpenSSL puts all alternative names into one line */
#define DEPTH 16	/* of nested values: real extensions have under ten */

static const char *
pem_text(struct pool *p, const struct cert *c)
{
	struct text t = { .p = p };

	text_add(&t, "-----BEGIN CERTIFICATE-----\n");
	for (size_t at = 0; at < c->der_len; at += PEM_BYTES) {
		size_t n = c->der_len - at < PEM_BYTES ? c->der_len - at : PEM_BYTES;
		unsigned char line[PEM_BYTES / 3 * 4 + 1];

		EVP_EncodeBlock(line, c->der + at, (int)n);
		text_add(&t, "%s\n", line);
	}
	text_add(&t, "-----END CERTIFICATE-----\n");
	return text_get(&t);
}

/* Types that OpenSSL prints as they are; of the context's own, those that hold a name in a GeneralName. */
static bool
holds_text(int class, int tag)
{
	if (class == V_ASN1_CONTEXT_SPECIFIC)
		return tag == GEN_EMAIL || tag == GEN_DNS || tag == GEN_URI;
	return class == V_ASN1_UNIVERSAL &&
	    (tag == V_ASN1_UTF8STRING || (tag >= V_ASN1_NUMERICSTRING && tag <= V_ASN1_IA5STRING) ||
		(tag >= V_ASN1_GRAPHICSTRING && tag <= V_ASN1_BMPSTRING));
}

/*
 * Line ends in text become '?'.  Context tags are of any type in other structures: there only what is
 * printable but for the line ends is text.
 */
static void
defuse_text(unsigned char *s, size_t n, bool sure)
{
	for (size_t i = 0; i < n && !sure; i++)
		if (s[i] != '\n' && (s[i] < ' ' || s[i] > '~'))
			return;
	for (size_t i = 0; i < n; i++)
		if (s[i] == '\n')
			s[i] = '?';
}

/* Go through n bytes of nested values and defuse the text in them. */
static void
defuse(unsigned char *der, size_t n, int depth)
{
	const unsigned char *end = der + n;

	while (der < end && depth < DEPTH) {
		const unsigned char *at = der;
		unsigned char *value;
		int class, tag, how;
		long len;

		how = ASN1_get_object(&at, &len, &tag, &class, end - der);
		if ((how & 0x80) != 0 || (how & 0x01) != 0)
			return;
		value = der + (at - der);
		if ((how & V_ASN1_CONSTRUCTED) != 0)
			defuse(value, (size_t)len, depth + 1);
		else if (holds_text(class, tag))
			defuse_text(value, (size_t)len, class == V_ASN1_UNIVERSAL);
		der = value + len;
	}
}

/* X509_NAME_print_ex() escapes line ends in names; the printers of extensions let them through. */
static void
defuse_extensions(struct pool *p, X509 *x)
{
	for (int i = 0; i < X509_get_ext_count(x); i++) {
		ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(X509_get_ext(x, i));
		int n = ASN1_STRING_length(data);
		unsigned char *copy;

		if (n <= 0)
			continue;
		copy = pool_copy(p, ASN1_STRING_get0_data(data), (size_t)n);
		defuse(copy, (size_t)n, 0);
		ASN1_STRING_set(data, copy, n);
	}
}

static const char *
clean_lines(struct pool *p, const char *data, size_t n)
{
	struct text t = { .p = p };
	const char *end = data + n;

	while (data < end) {
		const char *stop = memchr(data, '\n', (size_t)(end - data));
		size_t len = (size_t)((stop == NULL ? end : stop) - data);

		if (t.len + len > CERTTEXT_MAX) {
			text_add(&t, "...\n");
			break;
		}
		while (len > 0 && data[len - 1] == ' ')
			len--;
		text_add(&t, "%s\n", text_clean(p, data, len, LINE_SHOWN));
		data = stop == NULL ? end : stop + 1;
	}
	return text_get(&t);
}

static const char *
decoded_text(struct pool *p, const struct cert *c)
{
	const unsigned char *der = c->der;
	X509 *x = d2i_X509(NULL, &der, (long)c->der_len);
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text = "cannot be decoded\n";
	char *data = NULL;
	long n;

	if (x == NULL || bio == NULL)
		goto out;
	defuse_extensions(p, x);
	/* what OpenSSL cannot print to its end is shown as far as it came */
	X509_print_ex(bio, x, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB, X509V3_EXT_DUMP_UNKNOWN);
	n = BIO_get_mem_data(bio, &data);
	if (n > 0)
		text = clean_lines(p, data, (size_t)n);
out:
	BIO_free(bio);
	X509_free(x);
	return text;
}

void
certtext_add(struct cert *certs, size_t n, struct pool *p)
{
	for (size_t i = 0; i < n; i++) {
		certs[i].pem = pem_text(p, &certs[i]);
		certs[i].text = decoded_text(p, &certs[i]);
	}
	/* what is left in the queue would speak up in the next SSL_get_error() */
	ERR_clear_error();
}
