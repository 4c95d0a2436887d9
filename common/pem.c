// SPDX-License-Identifier: GPL-3.0-or-later
/* pem.c - a chain of certificates from a PEM file, as if a server had sent it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "pem.h"
#include "text.h"

#define SHOWN	 120		   /* of a path in a sentence */
#define FILE_MAX (1024 * 1024)	   /* a chain has some 10 KB, a bundle of all CAs 250 */
#define TRUSTED	 "TRUSTED CERTIFICATE" /* OpenSSL's own, with its trust settings behind the certificate */

static int
refuse(struct err *e, struct pool *p, const char *option, const char *path, const char *why)
{
	return err_set(e, ERR_FILE, "%s: \"%s\" %s", option,
	    text_clean(p, path, strlen(path), SHOWN), why);
}

/* Read fd up to its end, n bytes at most: how many, -1 with errno. */
static ssize_t
read_all(int fd, char *buf, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = read(fd, buf + have, n - have);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

/* The whole file in *text, to be freed; else the sentence's end. */
static const char *
slurp(char **text, size_t *n, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	const char *why = NULL;
	struct stat st;
	ssize_t got;

	if (fd == -1)
		return strerror(errno);
	/* a device may never end, and nobody may write to a pipe; <(...) of a shell is a pipe */
	if (fstat(fd, &st) == -1 || (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode)))
		why = S_ISDIR(st.st_mode) ? "is a directory" : "is no file";
	else if (fcntl(fd, F_SETFL, 0) == -1 || (*text = OPENSSL_malloc(FILE_MAX + 1)) == NULL)
		why = "cannot be read";
	else if ((got = read_all(fd, *text, FILE_MAX + 1)) == -1)
		why = strerror(errno);
	else if ((*n = (size_t)got) > FILE_MAX)
		why = "is larger than 1 MiB";
	close(fd);
	return why;
}

static bool
is_certificate(const char *name)
{
	return strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0 ||
	    strcmp(name, TRUSTED) == 0;
}

/* Add one certificate; the sentence's end when it cannot be. */
static const char *
add(struct tls_chain *chain, struct pool *p, const unsigned char *der, long len, bool trusted)
{
	const unsigned char *at = der;
	X509 *x = d2i_X509(NULL, &at, len);
	size_t used = (size_t)(at - der);

	X509_free(x);
	if (x == NULL || (!trusted && used != (size_t)len))
		return "holds a damaged certificate";
	if (chain->n == TLS_CHAIN)
		return "holds more certificates than a chain has";
	chain->der[chain->n] = pool_copy(p, der, used);
	chain->len[chain->n++] = used;
	return NULL;
}

/* All blocks of the text; the sentence's end when it does not do. */
static const char *
read_blocks(struct tls_chain *chain, struct pool *p, BIO *bio)
{
	const char *why = NULL;
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	long len = 0;

	while (why == NULL && PEM_read_bio(bio, &name, &header, &data, &len) == 1) {
		if (is_certificate(name))
			why = add(chain, p, data, len, strcmp(name, TRUSTED) == 0);
		OPENSSL_free(name);
		OPENSSL_free(header);
		/* it may be a key */
		OPENSSL_clear_free(data, (size_t)len);
	}
	if (why == NULL && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		why = "holds a damaged block of PEM";
	if (why == NULL && chain->n == 0)
		why = "holds no certificate in PEM";
	ERR_clear_error();
	return why;
}

int
pem_chain(struct tls_chain *chain, struct pool *p, const char *option, const char *path,
    struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	const char *why = slurp(&text, &n, path);
	BIO *bio = why == NULL ? BIO_new_mem_buf(text, (int)n) : NULL;

	*chain = (struct tls_chain){ .n = 0 };
	if (why == NULL)
		why = bio == NULL ? "cannot be read" : read_blocks(chain, p, bio);
	BIO_free(bio);
	OPENSSL_clear_free(text, text == NULL ? 0 : FILE_MAX + 1);
	return why == NULL ? 0 : refuse(e, p, option, path, why);
}
