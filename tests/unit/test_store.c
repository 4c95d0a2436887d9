// SPDX-License-Identifier: GPL-3.0-or-later
/* test_store.c - trust stores from files and directories, good and bad. */
#include "cert.h"
#include "pki.h"
#include "tap.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

enum { TRUST_NONE, TRUST_ONE, TRUST_TWO, TRUST_BOTH };

/* Paths are below the test's directory, but for absolute ones. */
static const struct {
	const char *name, *file, *path;
	int trusts;		/* -1: refused */
	const char *says;	/* in the sentence of a refusal */
} rows[] = {
	{ "a file", "one.pem", NULL, TRUST_ONE, NULL },
	{ "a bundle", "both.pem", NULL, TRUST_BOTH, NULL },
	{ "a certificate behind text and a key", "mixed.pem", NULL, TRUST_ONE, NULL },
	{ "a hashed directory", NULL, "hashed", TRUST_TWO, NULL },
	{ "a hashed directory with a slash", NULL, "hashed/", TRUST_TWO, NULL },
	{ "file and directory", "one.pem", "hashed", TRUST_BOTH, NULL },
	{ "the environment is not obeyed", NULL, NULL, TRUST_NONE, NULL },
	{ "no such file", "nosuch.pem", NULL, -1, "/nosuch.pem\" No such file" },
	{ "a directory as file", "hashed", NULL, -1, "is a directory" },
	{ "an empty file", "empty.pem", NULL, -1, "no certificate" },
	{ "a file of text", "text.pem", NULL, -1, "no certificate" },
	{ "a file with a key only", "key.pem", NULL, -1, "no certificate" },
	{ "a damaged certificate", "damaged.pem", NULL, -1, "damaged" },
	{ "a damaged certificate behind a good one", "half.pem", NULL, -1, "damaged" },
	{ "a certificate in DER", "one.der", NULL, -1, "no certificate" },
	{ "a device that never ends", "/dev/zero", NULL, -1, "is no file" },
	{ "an empty name", "", NULL, -1, "--ca-file: \"\" No such file" },
	{ "control characters in a name", "a\nb\033[31m", NULL, -1, "/a?b?[31m\" No such file" },
	{ "no such directory", NULL, "nosuch", -1, "/nosuch\" No such file" },
	{ "a file as directory", NULL, "one.pem", -1, "Not a directory" },
	{ "an empty directory", NULL, "empty", -1, "openssl rehash" },
	{ "a directory without hashed names", NULL, "plain", -1, "openssl rehash" },
	{ "a list of directories", NULL, "hashed:plain", -1, "one directory" },
	{ "a good file and a bad directory", "one.pem", "nosuch", -1, "--ca-path" },
	{ "a bad file and a good directory", "nosuch.pem", "hashed", -1, "--ca-file" },
	{ "a file nobody may read", "secret.pem", NULL, -1, "Permission denied" },
	{ "a directory nobody may read", NULL, "secret", -1, "Permission denied" },
};

struct world {
	struct pki_cert root[2], leaf[2];
	char base[32], hashed[128];
	struct pool *p;
};

static const char *
below(const struct world *w, const char *name)
{
	if (name == NULL || name[0] == '/' || name[0] == '\0')
		return name;
	return pool_printf(w->p, "%s/%s", w->base, name);
}

/* A file of certificates, the first n of the world, between two texts. */
static void
write_file(const struct world *w, const char *name, const char *before, int n, const char *after)
{
	FILE *f = fopen(below(w, name), "w");

	TAP_MUST(f != NULL);
	fprintf(f, "%s", before);
	for (int i = 0; i < n; i++)
		TAP_MUST(PEM_write_X509(f, w->root[i].x) == 1);
	fprintf(f, "%s", after);
	TAP_MUST(fclose(f) == 0);
}

static void
write_others(const struct world *w)
{
	FILE *key = fopen(below(w, "key.pem"), "w"), *der = fopen(below(w, "one.der"), "w");

	TAP_MUST(key != NULL && der != NULL);
	TAP_MUST(PEM_write_PrivateKey(key, w->root[0].key, NULL, NULL, 0, NULL, NULL) == 1);
	TAP_MUST(fwrite(w->root[0].der, 1, w->root[0].len, der) == w->root[0].len);
	TAP_MUST(fclose(key) == 0 && fclose(der) == 0);
}

static void
make_files(struct world *w)
{
#define BEGIN(what) "-----BEGIN " what "-----\nZ2FyYmFnZQ==\n-----END " what "-----\n"
	write_file(w, "one.pem", "", 1, "");
	write_file(w, "both.pem", "", 2, "");
	write_file(w, "mixed.pem", "The root:\n" BEGIN("PRIVATE KEY"), 1, "that was it\n");
	write_file(w, "empty.pem", "", 0, "");
	write_file(w, "text.pem", "no certificate here\n", 0, "");
	write_file(w, "damaged.pem", BEGIN("CERTIFICATE"), 0, "");
	write_file(w, "half.pem", "", 1, BEGIN("CERTIFICATE"));
	write_file(w, "secret.pem", "", 1, "");
	write_others(w);
	pki_hashed(below(w, "hashed"), &w->root[1], w->hashed, sizeof(w->hashed));
	TAP_MUST(mkdir(below(w, "empty"), 0700) == 0 && mkdir(below(w, "plain"), 0700) == 0);
	pki_write(below(w, "plain/ca.pem"), &w->root[0]);
	TAP_MUST(mkdir(below(w, "secret"), 0) == 0 && chmod(below(w, "secret.pem"), 0) == 0);
}

static void
remove_files(const struct world *w)
{
	static const char *const files[] = { "one.pem", "both.pem", "mixed.pem", "empty.pem",
		"text.pem", "damaged.pem", "half.pem", "secret.pem", "key.pem", "one.der",
		"plain/ca.pem" };
	static const char *const directories[] = { "hashed", "empty", "plain", "secret", "." };

	unlink(w->hashed);
	for (size_t i = 0; i < ROWS(files); i++)
		unlink(below(w, files[i]));
	for (size_t i = 0; i + 1 < ROWS(directories); i++)
		rmdir(below(w, directories[i]));
	rmdir(w->base);
}

/* Which roots does the store trust?  A bit each. */
static int
trusts(const struct world *w, const struct cert_store *store)
{
	const struct cert_wanted any = { .n = 0 };
	int bits = 0;

	for (int i = 0; i < 2; i++) {
		struct tls_chain chain = { .n = 0 };
		struct cert_facts f;

		pki_send(&chain, &w->leaf[i]);
		cert_judge(&f, w->p, store, &chain, &any, PKI_NOW);
		bits |= f.trusted ? 1 << i : 0;
	}
	return bits;
}

static void
test_row(const struct world *w, size_t i)
{
	struct plan plan = { .ca_file = below(w, rows[i].file), .ca_path = below(w, rows[i].path) };
	struct cert_store *store = NULL;
	struct err e = { 0 };
	int rc = cert_store_new(&store, &plan, &e), got = -1;
	bool good = ERR_peek_error() == 0;

	if (rc == 0) {
		got = trusts(w, store);
		good = good && e.kind == ERR_NONE;
	} else {
		good = good && store == NULL && e.kind == ERR_FILE && rows[i].says != NULL &&
		    strncmp(e.msg, "--ca-", 5) == 0 && strstr(e.msg, rows[i].says) != NULL;
	}
	if (!tap_ok(good && got == rows[i].trusts, "store: %s", rows[i].name))
		printf("# trusts %d: %s\n", got, e.msg);
	cert_store_free(store);
}

int
main(void)
{
	const struct pki_spec root = { .cn = "Root 1", .ca = true }, leaf = { .cn = "leaf" };
	const struct pki_spec root2 = { .cn = "Root 2", .ca = true };
	struct world w = { .base = "/tmp/test_store.XXXXXX", .p = pool_new() };

	for (size_t i = 0; i < 2; i++) {
		pki_make(&w.root[i], i == 0 ? &root : &root2, NULL);
		pki_make(&w.leaf[i], &leaf, &w.root[i]);
	}
	TAP_MUST(mkdtemp(w.base) != NULL && chmod(w.base, 0755) == 0);
	make_files(&w);
	TAP_MUST(setenv("SSL_CERT_DIR", below(&w, "hashed"), 1) == 0);
	TAP_MUST(setenv("SSL_CERT_FILE", below(&w, "both.pem"), 1) == 0);
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool nobody = rows[i].says != NULL && strstr(rows[i].says, "Permission") != NULL;

		/* root may read everything */
		if (nobody && geteuid() == 0)
			TAP_MUST(seteuid(65534) == 0);
		test_row(&w, i);
		TAP_MUST(seteuid(getuid()) == 0);
	}
	cert_store_free(NULL);
	remove_files(&w);
	for (size_t i = 0; i < 2; i++) {
		pki_free(&w.root[i]);
		pki_free(&w.leaf[i]);
	}
	pool_free(w.p);
	return tap_end();
}
