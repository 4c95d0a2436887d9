/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert_world.h - a world of good and bad certificates, and rows of how their chains are judged. */
#ifndef CERT_WORLD_H
#define CERT_WORLD_H

#include "cert.h"
#include "pki.h"
#include "tap.h"
#include "text.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

enum id {
	NOTHING, ROOT, INTER, DEEP, OLD_INTER, CLIENT_INTER, NO_CA, BOUND, STRANGER, OLD_STRANGER,
	GOOD, BELOW_DEEP, BELOW_OLD, BELOW_CLIENT, BELOW_NO_CA, BELOW_BOUND, BELOW_STRANGER, BELOW_OLD_STRANGER,
	BELOW_ROOT,
	SELF, EXPIRED, NOT_YET, LAST_SECOND, WILD, WIDE, PARTIAL, CN_ONLY, CN_BESIDE, CN_BESIDE_MAIL,
	CN_WILD, NUL_SAN, NUL_CN, BROKEN_SAN, NO_NAME, ADDRESS, ADDRESS_AS_DNS, MANY, ODD_NAME, RSA_WEAK,
	RSA_STRONG, RSA_PSS, SHA_1, EC_WEAK, EDDSA, WRONG_USE, ALL_WRONG, STAPLE, OTHER_FEATURE, BIG_SERIAL,
	FORGED, ODD_KEY, TRAILING, GARBAGE, EMPTY,
	COUNT
};

static const struct {
	enum id issuer;		/* NOTHING: self-signed */
	struct pki_spec spec;
} specs[COUNT] = {
	[ROOT] = { NOTHING, { .cn = "Root", .ca = true, .to = 3000 } },
	[INTER] = { ROOT, { .cn = "Inter", .ca = true } },
	[DEEP] = { INTER, { .cn = "Deep", .ca = true } },
	[OLD_INTER] = { ROOT, { .cn = "Old", .ca = true, .from = -20, .to = -5 } },
	[CLIENT_INTER] = { ROOT, { .cn = "Client", .ca = true, .eku = "clientAuth" } },
	[NO_CA] = { ROOT, { .cn = "No CA" } },
	[BOUND] = { ROOT, { .cn = "Bound", .ca = true, .constraints = "critical,permitted;DNS:b.example" } },
	[STRANGER] = { NOTHING, { .cn = "Stranger", .ca = true } },
	[OLD_STRANGER] = { STRANGER, { .cn = "Old stranger", .ca = true, .from = -20, .to = -5 } },
	[GOOD] = { INTER, { .cn = "ignored", .san = "DNS:mx1.example.org,DNS:MX2.example.org" } },
	[BELOW_DEEP] = { DEEP, { .san = "DNS:mx1.example.org" } },
	[BELOW_OLD] = { OLD_INTER, { .san = "DNS:mx1.example.org" } },
	[BELOW_CLIENT] = { CLIENT_INTER, { .san = "DNS:mx1.example.org" } },
	[BELOW_NO_CA] = { NO_CA, { .san = "DNS:mx1.example.org" } },
	[BELOW_BOUND] = { BOUND, { .san = "DNS:mx1.example.org" } },
	[BELOW_STRANGER] = { STRANGER, { .san = "DNS:mx1.example.org" } },
	[BELOW_OLD_STRANGER] = { OLD_STRANGER, { .san = "DNS:mx1.example.org" } },
	[BELOW_ROOT] = { ROOT, { .san = "DNS:mx1.example.org" } },
	[SELF] = { NOTHING, { .cn = "Self", .san = "DNS:mx1.example.org" } },
	[EXPIRED] = { INTER, { .san = "DNS:mx1.example.org", .to = -1 } },
	[NOT_YET] = { INTER, { .san = "DNS:mx1.example.org", .from = 1 } },
	[LAST_SECOND] = { INTER, { .san = "DNS:mx1.example.org", .to = 1 } },
	[WILD] = { INTER, { .san = "DNS:*.example.org" } },
	[WIDE] = { INTER, { .san = "DNS:*.example" } },
	[PARTIAL] = { INTER, { .san = "DNS:mx*.example.org" } },
	[CN_ONLY] = { INTER, { .cn = "mx1.example.org" } },
	[CN_BESIDE] = { INTER, { .cn = "mx1.example.org", .san = "DNS:other.example.org" } },
	[CN_BESIDE_MAIL] = { INTER, { .cn = "mx1.example.org", .san = "email:a@example.org" } },
	[CN_WILD] = { INTER, { .cn = "*.example.org" } },
	[NUL_SAN] = { INTER, { .raw_dns = "mx1.example.org\0.evil.com", .raw_len = 25 } },
	[NUL_CN] = { INTER, { .cn = "mx1.example.org\0.evil.com", .cn_len = 25 } },
	[BROKEN_SAN] = { INTER, { .cn = "mx1.example.org", .raw_san = "\x30\x7f\x82" } },
	[NO_NAME] = { INTER, { 0 } },
	[ADDRESS] = { INTER, { .cn = "192.0.2.9", .san = "IP:192.0.2.25,IP:2001:db8::25" } },
	[ADDRESS_AS_DNS] = { INTER, { .cn = "192.0.2.25", .san = "DNS:192.0.2.25" } },
	[MANY] = { INTER, { .san = "DNS:a.example,DNS:b.example,DNS:c.example,email:x@y.example,IP:192.0.2.1" } },
	[ODD_NAME] = { INTER, { .raw_dns = "mx1\n\x1b[31m\xff.example.org", .raw_len = 22 } },
	[RSA_WEAK] = { INTER, { .san = "DNS:mx1.example.org", .key = "RSA-1024" } },
	[RSA_STRONG] = { INTER, { .san = "DNS:mx1.example.org", .key = "RSA-2048" } },
	[RSA_PSS] = { NOTHING, { .san = "DNS:mx1.example.org", .key = "RSA-2048", .pss = true } },
	[SHA_1] = { INTER, { .san = "DNS:mx1.example.org", .digest = "SHA1" } },
	[EC_WEAK] = { INTER, { .san = "DNS:mx1.example.org", .key = "prime192v1" } },
	[EDDSA] = { NOTHING, { .san = "DNS:mx1.example.org", .key = "ED25519" } },
	[WRONG_USE] = { INTER, { .san = "DNS:mx1.example.org", .eku = "clientAuth" } },
	[ALL_WRONG] = { STRANGER, { .cn = "mx1.example.org", .san = "DNS:other.example.org", .from = -9,
	    .to = -3, .key = "RSA-1024", .digest = "SHA1", .eku = "emailProtection" } },
	[STAPLE] = { INTER, { .san = "DNS:mx1.example.org", .feature = "status_request" } },
	[OTHER_FEATURE] = { INTER, { .san = "DNS:mx1.example.org", .feature = "4,6" } },
	[BIG_SERIAL] = { INTER, { .san = "DNS:mx1.example.org", .serial_bytes = 3000 } },
};

/*
 * verdict: T trusted, D in date, L leaf in date, N a name matches, C by the common name, K key, S signature,
 * M must staple.  errors: CODE@DEPTH, X509_V_ERR_*.  wanted NULL: any name.
 */
struct cert_row {
	const char *name;
	enum id sent[4];
	const char *wanted[3];
	const char *verdict, *errors, *why, *matched, *found, *weak;
};

#define MX1                                                                                        \
	{                                                                                          \
		"mx1.example.org"                                                                  \
	}

struct world {
	struct pki_cert certs[COUNT];
	struct cert_store *store;
	struct pool *p;
	char base[32], dir[64], file[96];
};

static void
send_all(struct tls_chain *chain, const struct world *w, const enum id *sent)
{
	for (size_t i = 0; i < 4 && sent[i] != NOTHING; i++)
		pki_send(chain, &w->certs[sent[i]]);
}

static void
judge(struct cert_facts *f, const struct world *w, const enum id *sent, const char *const *wanted)
{
	struct tls_chain chain = { .n = 0 };
	struct cert_wanted names = { .n = 0 };

	send_all(&chain, w, sent);
	for (; names.n < 3 && wanted[names.n] != NULL; names.n++)
		names.names[names.n] = wanted[names.n];
	cert_judge(f, w->p, w->store, &chain, &names, PKI_NOW);
}

static const char *
flags(struct pool *p, const struct cert_facts *f)
{
	return pool_printf(p, "%c%c%c%c%c%c%c%c", f->trusted ? 'T' : '-', f->in_date ? 'D' : '-',
	    f->leaf_in_date ? 'L' : '-', f->name_match ? 'N' : '-', f->by_cn ? 'C' : '-',
	    f->key_ok ? 'K' : '-', f->signature_ok ? 'S' : '-', f->must_staple ? 'M' : '-');
}

static const char *
error_codes(struct pool *p, const struct cert_facts *f)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < f->nerrors; i++)
		text_add(&t, "%s%d@%d", i > 0 ? " " : "", f->errors[i].code, f->errors[i].depth);
	return text_get(&t);
}

static const char *
weak_list(struct pool *p, const struct cert_facts *f)
{
	struct text t = { .p = p };

	for (size_t i = 0; i < f->nweak; i++)
		text_add(&t, "%s%s", i > 0 ? ", " : "", f->weak[i]);
	return text_get(&t);
}

/* 0 when got is as wanted, else 1; want NULL: not looked at. */
static int
differs(const char *got, const char *want, const char *what)
{
	if (want == NULL || (got != NULL && strcmp(got, want) == 0))
		return 0;
	printf("# %s: got %s, want %s\n", what, got == NULL ? "(null)" : got, want);
	return 1;
}

static bool
always_true(const struct cert_facts *f, size_t nwanted)
{
	return f->present && f->found != NULL && f->wanted != NULL &&
	    (f->trust_why == NULL) == (f->trusted && f->in_date) &&
	    f->nweak == (size_t)!f->key_ok + (size_t)!f->signature_ok &&
	    f->name_checked == (nwanted > 0) &&
	    (f->matched_name != NULL) == (f->name_match && nwanted > 0);
}

__attribute__((unused)) static void
test_rows(const struct world *w, const struct cert_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct cert_facts f;
		int differences = 0;

		judge(&f, w, rows[i].sent, rows[i].wanted);
		differences += differs(flags(w->p, &f), rows[i].verdict, "verdict");
		differences += differs(error_codes(w->p, &f), rows[i].errors, "errors");
		differences += differs(f.trust_why, rows[i].why, "why");
		differences += differs(f.matched_name, rows[i].matched, "matched");
		differences += differs(f.found, rows[i].found, "found");
		differences += differs(weak_list(w->p, &f), rows[i].weak, "weak");
		tap_ok(differences == 0 && always_true(&f, rows[i].wanted[0] != NULL) &&
			ERR_peek_error() == 0, "judge: %s", rows[i].name);
	}
}

/* Those that no authority would make. */
static void
make_odd(struct world *w)
{
	static const uint8_t ec[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
	struct pki_cert *c = w->certs;
	uint8_t *at;

	c[FORGED].der = OPENSSL_memdup(c[GOOD].der, c[FORGED].len = c[GOOD].len);
	c[FORGED].der[c[FORGED].len - 1] ^= 1;
	c[ODD_KEY].der = OPENSSL_memdup(c[GOOD].der, c[ODD_KEY].len = c[GOOD].len);
	at = memmem(c[ODD_KEY].der, c[ODD_KEY].len, ec, sizeof(ec));
	TAP_MUST(at != NULL);
	at[sizeof(ec) - 1] = 0x77;
	c[TRAILING].der = OPENSSL_zalloc(c[TRAILING].len = c[GOOD].len + 1);
	memcpy(c[TRAILING].der, c[GOOD].der, c[GOOD].len);
	c[GARBAGE].der = (uint8_t *)OPENSSL_strdup("garbage");
	c[GARBAGE].len = strlen("garbage");
	c[EMPTY].der = OPENSSL_zalloc(1);
}

/* Make every certificate, and a store that trusts ROOT from a hashed directory. */
static bool
world_make(struct world *w)
{
	struct plan plan = { .ca_path = w->dir };
	struct err e = { 0 };

	w->p = pool_new();
	for (size_t i = ROOT; i < FORGED; i++)
		pki_make(&w->certs[i], &specs[i].spec,
		    specs[i].issuer == NOTHING ? NULL : &w->certs[specs[i].issuer]);
	make_odd(w);
	snprintf(w->base, sizeof(w->base), "/tmp/test_cert.XXXXXX");
	TAP_MUST(mkdtemp(w->base) != NULL);
	snprintf(w->dir, sizeof(w->dir), "%s/trust", w->base);
	pki_hashed(w->dir, &w->certs[ROOT], w->file, sizeof(w->file));
	return tap_ok(cert_store_new(&w->store, &plan, &e) == 0, "a hashed directory");
}

static void
world_free(struct world *w)
{
	cert_store_free(w->store);
	unlink(w->file);
	rmdir(w->dir);
	rmdir(w->base);
	for (size_t i = 0; i < COUNT; i++)
		pki_free(&w->certs[i]);
	pool_free(w->p);
}

#endif
