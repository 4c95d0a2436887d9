// SPDX-License-Identifier: GPL-3.0-or-later
/* dns_anchor.c - the keys that validation starts from. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "dns_anchor.h"
#include "text.h"

#define FILE_MAX 65536	/* the root's is one kilobyte */
#define SHOWN 100

/* Debian, Fedora and unbound's own, Arch, Alpine, BSD. */
static const char *const places[] = {
	"/usr/share/dns/root.key",
	"/var/lib/unbound/root.key",
	"/etc/unbound/root.key",
	"/etc/trusted-key.key",
	"/usr/share/dnssec-root/trusted-key.key",
	"/usr/local/etc/unbound/root.key",
	"/var/unbound/db/root.key",
};

/* The text of a file, in p; NULL: it cannot be read, or is no file of keys for its size. */
static char *
read_file(struct pool *p, const char *file, struct err *e)
{
	FILE *f = fopen(file, "re");
	const char *shown = text_clean(p, file, strlen(file), SHOWN);
	char *text = pool_alloc(p, FILE_MAX + 1);
	size_t n;

	if (f == NULL) {
		err_set(e, ERR_FILE, "--trust-anchor: cannot read %s: %s", shown,
		    errno == ENOENT ? "no such file" : "no access");
		return NULL;
	}
	n = fread(text, 1, FILE_MAX + 1, f);
	if (ferror(f) || n > FILE_MAX) {
		err_set(e, ERR_FILE, "--trust-anchor: cannot read %s: %s", shown,
		    n > FILE_MAX ? "too long" : "read error");
		text = NULL;
	}
	fclose(f);
	return text;
}

/* Blank out the lines of keys that autotrust has seen and does not trust: VALID is 2, MISSING 3. */
static void
drop_untrusted(char *text)
{
	static const char word[] = ";;state=";

	for (char *line = text; *line != '\0'; line += strcspn(line, "\n")) {
		char *state;
		size_t n;

		line += strspn(line, "\n");
		n = strcspn(line, "\n");
		state = memmem(line, n, word, sizeof(word) - 1);
		if (state != NULL && strchr("23", state[sizeof(word) - 1]) == NULL)
			memset(line, ' ', n);
	}
}

static void
keep_key(struct dns_anchor *out, struct pool *p, const ldns_rr *rr)
{
	char *text = ldns_rr2str(rr), *owner = ldns_rdf2str(ldns_rr_owner(rr));

	if (text != NULL && owner != NULL && owner[0] != '\0') {
		out->key[out->n++] = pool_strn(p, text, strcspn(text, "\n"));
		if (out->zone == NULL || strcmp(owner, ".") == 0)
			out->zone = pool_strn(p, owner, strlen(owner) - 1);
	}
	free(text);
	free(owner);
}

static void
read_keys(struct dns_anchor *out, struct pool *p, FILE *f)
{
	uint32_t ttl = 0;
	ldns_rdf *origin = NULL, *previous = NULL;

	while (!feof(f) && out->n < DNS_ANCHOR_KEYS) {
		ldns_rr *rr = NULL;
		ldns_rr_type type;

		if (ldns_rr_new_frm_fp_l(&rr, f, &ttl, &origin, &previous, NULL) != LDNS_STATUS_OK)
			continue;
		type = ldns_rr_get_type(rr);
		if (type == LDNS_RR_TYPE_DS || type == LDNS_RR_TYPE_DNSKEY)
			keep_key(out, p, rr);
		ldns_rr_free(rr);
	}
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(previous);
}

int
dns_anchor_read(struct dns_anchor *out, struct pool *p, const char *file, struct err *e)
{
	char *text = read_file(p, file, e);
	FILE *f;

	*out = (struct dns_anchor){ .key = pool_array(p, DNS_ANCHOR_KEYS, sizeof(*out->key)) };
	if (text == NULL)
		return -1;
	drop_untrusted(text);
	f = fmemopen(text, strlen(text) + 1, "r");
	if (f != NULL) {
		read_keys(out, p, f);
		fclose(f);
	}
	if (out->n == 0)
		return err_set(e, ERR_FILE, "--trust-anchor: no DS or DNSKEY record in %s",
		    text_clean(p, file, strlen(file), SHOWN));
	return 0;
}

void
dns_anchor_keep(struct sandbox *s)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		sandbox_path(s, places[i]);
}

int
dns_anchor_find(struct dns_anchor *out, struct pool *p)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct err unfit = { 0 };

		if (dns_anchor_read(out, p, places[i], &unfit) == 0)
			return 0;
	}
	return -1;
}
