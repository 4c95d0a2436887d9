// SPDX-License-Identifier: GPL-3.0-or-later
/* test_store_bundle.c - issuers found in a file of many certificates, and files that are left to OpenSSL. */
#include <pthread.h>

#include <openssl/x509_vfy.h>

#include "pki.h"
#include "store_bundle.h"
#include "tap.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define ROOTS	    70	/* more than entries are made room for at a time */
#define THREADS	    8
#define BLOCK(what, base64) "-----BEGIN " what "-----\n" base64 "\n-----END " what "-----\n"

static char path[] = "/tmp/test_bundle.XXXXXX";

/* What stands around the first root in a file. */
static const struct {
	const char *name, *before, *after;
	bool crlf;
	bool taken;
} files[] = {
	{ "nothing else", "", "", false, true },
	{ "lines with CRLF", "", "", true, true },
	{ "text with dashes", "# A Root - One\n-- x\na -----BEGIN CERTIFICATE-----\n", "-\n--", false, true },
	{ "a key", BLOCK("PRIVATE KEY", "Z2FyYmFnZQ=="), "", false, false },
	{ "a certificate with trust settings", "", BLOCK("TRUSTED CERTIFICATE", "MAA="), false, false },
	{ "no certificate behind the head", "", BLOCK("CERTIFICATE", "Z2FyYmFnZQ=="), false, false },
	{ "no base64", "", BLOCK("CERTIFICATE", "MAA%"), false, false },
	{ "padding in the middle", "", BLOCK("CERTIFICATE", "MAA=MAAA"), false, false },
	{ "a three quarters of a four", "", BLOCK("CERTIFICATE", "MAAAMAA"), false, false },
	{ "a header", "", BLOCK("CERTIFICATE", "X: y\n\nMAA="), false, false },
	{ "DER that says it is longer", "", BLOCK("CERTIFICATE", "MIIBIjA="), false, false },
	{ "an end that never comes", "", "-----BEGIN CERTIFICATE-----\nMAAA\n", false, false },
	{ "the end of something else", "", "-----BEGIN CERTIFICATE-----\nMAAA\n-----END X-----\n", false,
	    false },
};

/* A root's name, and how the leaf writes it. */
static const struct {
	const char *name;
	int type;
	const char *root;
	int len, leaf_type;
	const char *leaf;
	int leaf_len;
	bool same;
} names[] = {
	{ "the same bytes", V_ASN1_UTF8STRING, "Root One", -1, V_ASN1_UTF8STRING, "Root One", -1, true },
	{ "another kind of string", V_ASN1_UTF8STRING, "Root", -1, V_ASN1_PRINTABLESTRING, "Root", -1, true },
	{ "case and spaces", V_ASN1_UTF8STRING, "Root One", -1, V_ASN1_PRINTABLESTRING, " ROOT   oNE ", -1,
	    true },
	{ "Latin 1", V_ASN1_UTF8STRING, "R\303\266\303\266t", -1, V_ASN1_T61STRING, "r\366\366T", -1, true },
	{ "two bytes a character", V_ASN1_BMPSTRING, "\0R\0o\0t", 6, V_ASN1_UTF8STRING, "rot", -1, true },
	{ "two bytes a character in the leaf", V_ASN1_UTF8STRING, "\344\270\255", -1, V_ASN1_BMPSTRING,
	    "\x4e\x2d", 2, true },
	{ "another name", V_ASN1_UTF8STRING, "Root One", -1, V_ASN1_UTF8STRING, "Root Two", -1, false },
	{ "a space more inside", V_ASN1_UTF8STRING, "RootOne", -1, V_ASN1_UTF8STRING, "Root One", -1, false },
	{ "other letters beyond ASCII", V_ASN1_UTF8STRING, "R\303\266t", -1, V_ASN1_UTF8STRING, "R\303\244t",
	    -1, false },
};

/* The certificates, between two texts. */
static void
write_bundle(const struct pki_cert *roots, size_t n, const char *before, const char *after,
    bool crlf)
{
	BIO *text = BIO_new(BIO_s_mem());
	FILE *f = fopen(path, "w");
	char *bytes;
	long len;

	TAP_MUST(f != NULL && BIO_puts(text, before) >= 0);
	for (size_t i = 0; i < n; i++)
		TAP_MUST(PEM_write_bio_X509(text, roots[i].x) == 1);
	TAP_MUST(BIO_puts(text, after) >= 0);
	len = BIO_get_mem_data(text, &bytes);
	for (long i = 0; i < len; i++) {
		if (crlf && bytes[i] == '\n')
			fputc('\r', f);
		fputc(bytes[i], f);
	}
	TAP_MUST(fclose(f) == 0);
	BIO_free(text);
}

static bool
trusts(X509_STORE *store, X509 *leaf)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	bool good;

	TAP_MUST(ctx != NULL && X509_STORE_CTX_init(ctx, store, leaf, NULL) == 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), PKI_NOW);
	good = X509_verify_cert(ctx) == 1;
	X509_STORE_CTX_free(ctx);
	return good;
}

static void
test_file(size_t i, const struct pki_cert *root, X509 *leaf)
{
	X509_STORE *store = X509_STORE_new();
	bool taken;

	write_bundle(root, 1, files[i].before, files[i].after, files[i].crlf);
	taken = store_bundle_add(store, path) == 0;
	tap_ok(taken == files[i].taken && ERR_peek_error() == 0 && trusts(store, leaf) == taken,
	    "bundle: %s", files[i].name);
	X509_STORE_free(store);
	ERR_clear_error();
}

static void
set_name(X509_NAME *name, int type, const char *value, int len)
{
	X509_NAME_ENTRY_free(X509_NAME_delete_entry(name, 0));
	TAP_MUST(X509_NAME_add_entry_by_NID(name, NID_organizationName, type,
	    (const unsigned char *)value, len, -1, 0) == 1);
}

static void
test_name(size_t i)
{
	const struct pki_spec root_spec = { .cn = "x", .ca = true }, leaf_spec = { .cn = "leaf" };
	struct pki_cert root, leaf;
	X509_STORE *store = X509_STORE_new();

	pki_make(&root, &root_spec, NULL);
	set_name(X509_get_subject_name(root.x), names[i].type, names[i].root, names[i].len);
	TAP_MUST(X509_set_issuer_name(root.x, X509_get_subject_name(root.x)) == 1);
	pki_sign(root.x, root.key, &root_spec);
	pki_make(&leaf, &leaf_spec, &root);
	set_name(X509_get_issuer_name(leaf.x), names[i].leaf_type, names[i].leaf,
	    names[i].leaf_len);
	pki_sign(leaf.x, root.key, &leaf_spec);
	write_bundle(&root, 1, "", "", false);
	tap_ok(store_bundle_add(store, path) == 0 && trusts(store, leaf.x) == names[i].same,
	    "bundle: a name as %s", names[i].name);
	X509_STORE_free(store);
	pki_free(&root);
	pki_free(&leaf);
	ERR_clear_error();
}

/* Many roots; the first has the name of the last, and is expired. */
static struct {
	struct pki_cert root[ROOTS], leaf[ROOTS];
	X509_STORE *store;
} many;

static void *
ask_all(void *wrong)
{
	for (size_t i = 1; i < ROOTS; i++)
		if (!trusts(many.store, many.leaf[i].x))
			__atomic_add_fetch((int *)wrong, 1, __ATOMIC_SEQ_CST);
	ERR_clear_error();
	return NULL;
}

static void
test_threads(const struct pki_cert *stranger)
{
	pthread_t thread[THREADS];
	int wrong = 0;

	many.store = X509_STORE_new();
	write_bundle(many.root, ROOTS, "", "", false);
	TAP_MUST(store_bundle_add(many.store, path) == 0);
	tap_ok(!trusts(many.store, stranger->x), "bundle: an issuer that is not there");
	for (size_t i = 0; i < THREADS; i++)
		TAP_MUST(pthread_create(&thread[i], NULL, ask_all, &wrong) == 0);
	for (size_t i = 0; i < THREADS; i++)
		TAP_MUST(pthread_join(thread[i], NULL) == 0);
	tap_ok(wrong == 0, "bundle: %d roots, two of one name, asked for by %d threads", ROOTS,
	    THREADS);
	X509_STORE_free(many.store);
}

int
main(void)
{
	const struct pki_spec stranger_spec = { .cn = "somebody" }, leaf = { .cn = "leaf" };
	struct pki_cert stranger;
	X509_STORE *store = X509_STORE_new();
	int fd = mkstemp(path);

	TAP_MUST(fd != -1 && close(fd) == 0);
	for (int i = 0; i < ROOTS; i++) {
		char cn[32];
		const struct pki_spec root = { .cn = cn, .ca = true, .to = i == 0 ? -1 : 90 };

		snprintf(cn, sizeof(cn), "Root %d", i == 0 ? ROOTS - 1 : i);
		pki_make(&many.root[i], &root, NULL);
		pki_make(&many.leaf[i], &leaf, &many.root[i]);
	}
	pki_make(&stranger, &stranger_spec, NULL);
	for (size_t i = 0; i < ROWS(files); i++)
		test_file(i, &many.root[1], many.leaf[1].x);
	for (size_t i = 0; i < ROWS(names); i++)
		test_name(i);
	test_threads(&stranger);
	write_bundle(NULL, 0, "no certificate\n", "", false);
	tap_ok(store_bundle_add(store, path) == -1, "bundle: a file of text");
	tap_ok(store_bundle_add(store, "/nonexistent") == -1, "bundle: no such file");
	tap_ok(store_bundle_add(store, "/tmp") == -1, "bundle: a directory");
	X509_STORE_free(store);
	unlink(path);
	for (size_t i = 0; i < ROOTS; i++) {
		pki_free(&many.root[i]);
		pki_free(&many.leaf[i]);
	}
	pki_free(&stranger);
	return tap_end();
}
