// SPDX-License-Identifier: GPL-3.0-or-later
/* store.c - the certificates that we trust, from files and directories. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "pool.h"
#include "store.h"
#include "store_bundle.h"
#include "text.h"

#define SHOWN	 120	/* of a path in a sentence */
#define LARGE	 65536	/* bytes of a file: the CA of a site has a tenth, a system's all three times that */
#define LINKED	 64	/* directories that links of a store lead to */
#define ENTRIES	 20000	/* of one that are looked at */
#define HASH_LEN 8	/* "1a2b3c4d.0": what X509_LOOKUP_hash_dir() looks for */

struct cert_store {
	X509_STORE *x509;
	const char *directory;	/* the hashed one, whose files are read when needed; NULL: none */
	bool empty;		/* this system has none */
};

/* Where systems keep them, behind OpenSSL's own default. */
static const char *const directories[] = {
	"/etc/ssl/certs",				    /* Debian, Arch, Alpine, FreeBSD */
	"/etc/pki/ca-trust/extracted/pem/directory-hash",   /* Fedora */
	"/etc/pki/tls/certs",
	"/var/lib/ca-certificates/openssl",		    /* SUSE */
	"/etc/openssl/certs",				    /* NetBSD */
};
static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt",		    /* Debian, Arch, Alpine */
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",/* Fedora */
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/var/lib/ca-certificates/ca-bundle.pem",	    /* SUSE */
	"/etc/ssl/cert.pem",				    /* OpenBSD, FreeBSD */
	"/usr/local/share/certs/ca-root-nss.crt",
};

static int
refuse(struct err *e, const char *option, const char *path, const char *why)
{
	struct pool *p = pool_new();

	err_set(e, ERR_FILE, "%s: \"%s\" %s", option, text_clean(p, path, strlen(path), SHOWN),
	    why);
	pool_free(p);
	return -1;
}

static bool
is_hashed(const char *name)
{
	for (size_t i = 0; i < HASH_LEN; i++)
		if (!isxdigit((unsigned char)name[i]))
			return false;
	return name[HASH_LEN] == '.' && isdigit((unsigned char)name[HASH_LEN + 1]);
}

/* 1: a hashed name in it leads to a file that can be read; 0: there are none; -1: no such one, see errno. */
static int
has_hashed(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	int found = 0, why = 0;

	if (d == NULL)
		return -1;
	while (found != 1 && (entry = readdir(d)) != NULL) {
		if (!is_hashed(entry->d_name))
			continue;
		found = faccessat(dirfd(d), entry->d_name, R_OK, AT_EACCESS) == 0 ? 1 : -1;
		why = errno;
	}
	closedir(d);
	errno = why;
	return found;
}

static int
add_directory(X509_STORE *x, const char *path)
{
	X509_LOOKUP *lookup = X509_STORE_add_lookup(x, X509_LOOKUP_hash_dir());

	return lookup != NULL && X509_LOOKUP_add_dir(lookup, path, X509_FILETYPE_PEM) == 1 ? 0 : -1;
}

/* All certificates of a PEM file, now. */
static int
add_file(X509_STORE *x, const char *path)
{
	X509_LOOKUP *lookup = X509_STORE_add_lookup(x, X509_LOOKUP_file());
	int n = lookup == NULL ? 0 : X509_load_cert_file(lookup, path, X509_FILETYPE_PEM);

	ERR_clear_error();
	return n > 0 ? 0 : -1;
}

static int
load_file(X509_STORE *x, const char *path, struct err *e)
{
	static const char option[] = "--ca-file";
	struct stat st;

	if (stat(path, &st) == -1 || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == -1)
		return refuse(e, option, path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return refuse(e, option, path, "is a directory");
	/* a device may never end */
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return refuse(e, option, path, "is no file");
	/* of a small one it shall be told what is damaged, so all of it is decoded at once */
	if (st.st_size >= LARGE && store_bundle_add(x, path) == 0)
		return 0;
	if (add_file(x, path) == -1)
		return refuse(e, option, path, "holds no certificate in PEM, or a damaged one");
	return 0;
}

static int
load_directory(struct cert_store *store, const char *path, struct err *e)
{
	static const char option[] = "--ca-path";

	/* OpenSSL takes a list of directories where we take one */
	if (strchr(path, ':') != NULL)
		return refuse(e, option, path, "has a \":\": one directory is wanted");
	switch (has_hashed(path)) {
	case -1: return refuse(e, option, path, strerror(errno));
	case 0:
		return refuse(e, option, path,
		    "holds no hashed certificate: run \"openssl rehash\" on it");
	default: break;
	}
	if (add_directory(store->x509, path) == -1)
		return refuse(e, option, path, "cannot be used");
	store->directory = path;
	return 0;
}

static int
add_bundle(X509_STORE *x, const char *path)
{
	return store_bundle_add(x, path) == 0 ? 0 : add_file(x, path);
}

static bool
load_system_directory(struct cert_store *store, const char *path)
{
	if (has_hashed(path) != 1 || add_directory(store->x509, path) == -1)
		return false;
	store->directory = path;
	return true;
}

/* The first directory that works, or the first bundle, which takes a little more time and memory. */
static bool
load_system(struct cert_store *store)
{
	X509_STORE *x = store->x509;

	if (load_system_directory(store, X509_get_default_cert_dir()))
		return true;
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		if (load_system_directory(store, directories[i]))
			return true;
	if (add_bundle(x, X509_get_default_cert_file()) == 0)
		return true;
	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
		if (add_bundle(x, bundles[i]) == 0)
			return true;
	return false;
}

int
cert_store_new(struct cert_store **store, const struct plan *plan, struct err *e)
{
	struct cert_store *made;

	/* before OpenSSL looks for the site's openssl.cnf by itself */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if ((made = calloc(1, sizeof(*made))) == NULL || (made->x509 = X509_STORE_new()) == NULL) {
		err_set(e, ERR_SYSTEM, "out of memory");
		goto fail;
	}
	if (plan->ca_file != NULL && load_file(made->x509, plan->ca_file, e) == -1)
		goto fail;
	if (plan->ca_path != NULL && load_directory(made, plan->ca_path, e) == -1)
		goto fail;
	if (plan->ca_file == NULL && plan->ca_path == NULL)
		made->empty = !load_system(made);
	*store = made;
	return 0;
fail:
	cert_store_free(made);
	return -1;
}

void
cert_store_free(struct cert_store *store)
{
	if (store == NULL)
		return;
	X509_STORE_free(store->x509);
	free(store);
}

int
cert_store_wanted(const struct cert_store *store, struct err *e)
{
	return !store->empty
	    ? 0
	    : err_set(e, ERR_FILE,
		  "no CA certificates on this machine: install them (ca-certificates), or name some with --ca-file");
}

X509_STORE *
cert_store_x509(const struct cert_store *store)
{
	return store->x509;
}

/* --- what of it is read later */

static void keep_directory(struct sandbox *s, const char *path);

/* The directory of a file that a link in dir leads to, kept as well; once. */
static void
keep_target(struct sandbox *s, const char *dir, const char *target)
{
	const char *slash = strrchr(target, '/');
	const char *path;

	if (slash == NULL)
		return;
	path = target[0] == '/'
	    ? pool_strn(s->pool, target, (size_t)(slash - target) + 1)
	    : pool_printf(s->pool, "%s/%.*s", dir, (int)(slash - target) + 1, target);
	for (size_t i = 0; i < s->npaths; i++)
		if (strcmp(s->path[i], path) == 0)
			return;
	if (s->npaths < LINKED)
		keep_directory(s, path);
}

/*
 * Its files, and those that its links lead to, however many there are on the way: /etc/ssl/certs is full of links to
 * /usr/share/ca-certificates, where a site's own may be links again.
 */
static void
keep_directory(struct sandbox *s, const char *path)
{
	char target[PATH_MAX];
	struct dirent *entry;
	DIR *d = opendir(path);

	sandbox_path(s, path);
	for (size_t n = 0; d != NULL && n < ENTRIES && (entry = readdir(d)) != NULL; n++) {
		ssize_t len;

		if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
			continue;
		len = readlinkat(dirfd(d), entry->d_name, target, sizeof(target) - 1);
		if (len == -1)
			continue;
		target[len] = '\0';
		keep_target(s, path, target);
	}
	if (d != NULL)
		closedir(d);
}

void
cert_store_keep(const struct cert_store *store, struct sandbox *s)
{
	if (store->directory != NULL)
		keep_directory(s, store->directory);
}
