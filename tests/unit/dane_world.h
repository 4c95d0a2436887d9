/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dane_world.h - certificates, records made of them, and what a judgement says with records named by number. */
#ifndef DANE_WORLD_H
#define DANE_WORLD_H

#include <ctype.h>

#include "dane.h"
#include "pki.h"
#include "tap.h"
#include "text.h"
#include "tlsa.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define RECORDS	    6
#define SENT	    5

enum id {
	NOTHING, ROOT, INTER, DEEP, SHORT_CA, OLD_CA, FUTURE_CA, NO_CA, BOUND, STRANGER,
	LEAF, LEAF_RSA, NEXT, BELOW_ROOT, BELOW_DEEP, BELOW_SHORT, BELOW_OLD, BELOW_FUTURE, BELOW_NO_CA,
	BELOW_BOUND, SHORT_LEAF, EXPIRED, NOT_YET, OTHER_NAME, OTHER_EXPIRED, DOMAIN, EXPANDED, WILD,
	WIDE_WILD, PARTIAL, DOTTED, CN_ONLY, CN_BESIDE, CN_WILD, CLIENT, SELF, SELF_EXPIRED, SELF_CA,
	MADE,
	TAIL = MADE, GARBAGE, COUNT
};

#define LONG .from = -10, .to = 390
#define MX   .san = "DNS:mx.example.org", LONG

static const struct {
	enum id issuer;
	struct pki_spec spec;
} specs[MADE] = {
	[ROOT] = { NOTHING, { .cn = "Root", .ca = true, .to = 3000 } },
	[INTER] = { ROOT, { .cn = "Inter", .ca = true, .to = 1000 } },
	[DEEP] = { INTER, { .cn = "Deep", .ca = true, .to = 1000 } },
	[SHORT_CA] = { ROOT, { .cn = "Short", .ca = true, .to = 89 } },
	[OLD_CA] = { ROOT, { .cn = "Old", .ca = true, .from = -500, .to = -5 } },
	[FUTURE_CA] = { ROOT, { .cn = "Future", .ca = true, .from = 5, .to = 500 } },
	[NO_CA] = { ROOT, { .cn = "No CA", LONG } },
	[BOUND] = { ROOT, { .cn = "Bound", .ca = true, LONG, .constraints = "critical,permitted;DNS:b.example" } },
	[STRANGER] = { NOTHING, { .cn = "Stranger", .ca = true, LONG } },
	[LEAF] = { INTER, { MX } },
	[LEAF_RSA] = { INTER, { MX, .key = "RSA-2048" } },
	[NEXT] = { INTER, { MX } },
	[BELOW_ROOT] = { ROOT, { MX } },
	[BELOW_DEEP] = { DEEP, { MX } },
	[BELOW_SHORT] = { SHORT_CA, { MX } },
	[BELOW_OLD] = { OLD_CA, { MX } },
	[BELOW_FUTURE] = { FUTURE_CA, { MX } },
	[BELOW_NO_CA] = { NO_CA, { MX } },
	[BELOW_BOUND] = { BOUND, { MX } },
	[SHORT_LEAF] = { INTER, { .san = "DNS:mx.example.org", .to = 80 } },
	[EXPIRED] = { INTER, { .san = "DNS:mx.example.org", .from = -400, .to = -1 } },
	[NOT_YET] = { INTER, { .san = "DNS:mx.example.org", .from = 1, .to = 400 } },
	[OTHER_NAME] = { INTER, { .san = "DNS:other.example", LONG } },
	[OTHER_EXPIRED] = { INTER, { .san = "DNS:other.example", .from = -400, .to = -1 } },
	[DOMAIN] = { INTER, { .san = "DNS:example.org", LONG } },
	[EXPANDED] = { INTER, { .san = "DNS:expanded.example", LONG } },
	[WILD] = { INTER, { .san = "DNS:*.example.org", LONG } },
	[WIDE_WILD] = { INTER, { .san = "DNS:*.org", LONG } },
	[PARTIAL] = { INTER, { .san = "DNS:m*.example.org", LONG } },
	[DOTTED] = { INTER, { .san = "DNS:MX.example.org.", LONG } },
	[CN_ONLY] = { INTER, { .cn = "mx.example.org", LONG } },
	[CN_BESIDE] = { INTER, { .cn = "mx.example.org", .san = "DNS:other.example", LONG } },
	[CN_WILD] = { INTER, { .cn = "*.example.org", LONG } },
	[CLIENT] = { INTER, { MX, .eku = "clientAuth" } },
	[SELF] = { NOTHING, { .cn = "Self", MX } },
	[SELF_EXPIRED] = { NOTHING, { .cn = "Self", .from = -400, .to = -1 } },
	[SELF_CA] = { NOTHING, { .cn = "Self", MX, .ca = true } },
};

/* How a record's data differs from what its numbers and certificate give. */
enum tweak { RIGHT, WRONG, WRONG_TOO, SHORTER, LONGER, EMPTY, OF_NOTHING };

struct record {
	uint8_t usage, selector, matching;
	enum id of;		/* NOTHING: there is no more */
	enum tweak tweak;
};

struct world {
	struct pki_cert certs[COUNT];
	struct tls_ctx *tls;
	struct pool *p;
};

static void
world_make(struct world *w)
{
	const struct plan plan = { .tls_min = PROTO_TLS10, .tls_max = PROTO_TLS13 };
	struct err e = { 0 };

	w->p = pool_new();
	TAP_MUST(tls_ctx_new(&w->tls, &plan, &e) == 0);
	for (size_t i = ROOT; i < MADE; i++)
		pki_make(&w->certs[i], &specs[i].spec,
		    specs[i].issuer == NOTHING ? NULL : &w->certs[specs[i].issuer]);
	w->certs[TAIL].der = OPENSSL_zalloc(w->certs[TAIL].len = w->certs[LEAF].len + 1);
	memcpy(w->certs[TAIL].der, w->certs[LEAF].der, w->certs[LEAF].len);
	w->certs[GARBAGE].der = (uint8_t *)OPENSSL_strdup("garbage");
	w->certs[GARBAGE].len = strlen("garbage");
}

static void
world_free(struct world *w)
{
	for (size_t i = 0; i < COUNT; i++)
		pki_free(&w->certs[i]);
	tls_ctx_free(w->tls);
	pool_free(w->p);
}

/* rdata of r, in a buffer of size bytes; how many. */
static size_t
record_bytes(const struct world *w, const struct record *r, uint8_t *out, size_t size)
{
	const EVP_MD *md = r->matching == 2 ? EVP_sha512() : EVP_sha256();
	const struct pki_cert *c = &w->certs[r->of];
	uint8_t *spki = NULL;
	int spki_len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(c->x), &spki);
	const uint8_t *data = r->selector == 1 ? spki : c->der;
	size_t len = r->selector == 1 ? (size_t)spki_len : c->len;
	unsigned n = 0;

	TAP_MUST(spki_len > 0 && len + 4 < size);
	memcpy(out, (const uint8_t[]){ r->usage, r->selector, r->matching }, 3);
	if (r->tweak == OF_NOTHING)
		len = 0;
	if (r->matching == 0)
		memcpy(out + 3, data, len);
	else
		TAP_MUST(EVP_Digest(data, len, out + 3, &n, md, NULL) == 1);
	n = r->matching == 0 ? (unsigned)len : n;
	OPENSSL_free(spki);
	if (r->tweak == WRONG || r->tweak == WRONG_TOO)
		out[3] ^= r->tweak;
	out[3 + n] = 0;
	return r->tweak == EMPTY ? 3 : 3 + n + (r->tweak == LONGER) - (r->tweak == SHORTER);
}

static size_t
records_make(struct tlsa *out, const struct world *w, const struct record *r)
{
	uint8_t rdata[4096];
	size_t n = 0;

	for (; n < RECORDS && r[n].of != NOTHING; n++)
		tlsa_read(&out[n], w->p, rdata, record_bytes(w, &r[n], rdata, sizeof(rdata)));
	return n;
}

static void
send_all(struct tls_chain *chain, const struct world *w, const enum id *sent)
{
	for (size_t i = 0; i < SENT && sent[i] != NOTHING; i++)
		pki_send(chain, &w->certs[sent[i]]);
}

/* Where s begins with a cut digest, its length. */
static size_t
digest_at(const char *s)
{
	size_t n = 0;

	while (isxdigit((unsigned char)s[n]))
		n++;
	return n == 8 && strncmp(s + n, "...", 3) == 0 ? n + 3 : 0;
}

/* "3 1 1 a1b2c3d4..." of records[0] as "#0", digests of no record as "*". */
static const char *
by_number(struct pool *p, const char *s, const struct tlsa *records, size_t n)
{
	struct text t = { .p = p };

	for (; s != NULL && *s != '\0';) {
		size_t i = 0, len = 0;

		for (; i < n && len == 0; i++) {
			const char *brief = tlsa_brief(p, &records[i]);

			if (strncmp(s, brief, strlen(brief)) == 0)
				len = strlen(brief);
		}
		if (len > 0)
			text_add(&t, "#%zu", i - 1);
		else if ((len = digest_at(s)) > 0)
			text_add(&t, "*");
		else
			text_add(&t, "%.*s", (int)(len = 1), s);
		s += len;
	}
	return s == NULL ? NULL : text_get(&t);
}

/* All of them, a line each. */
static const char *
lines(const struct world *w, const char **item, size_t n, const struct dane_facts *d)
{
	struct text t = { .p = w->p };

	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s\n", by_number(w->p, item[i], d->records, d->nrecords));
	return text_get(&t);
}

/* A digit a record: 1 matched, 0 not, - unusable. */
__attribute__((unused)) static const char *
marks(const struct world *w, const struct dane_facts *d)
{
	struct text t = { .p = w->p };

	for (size_t i = 0; i < d->nrecords; i++)
		text_add(&t, "%c", d->records[i].matched ? '1' : d->records[i].usable ? '0' : '-');
	return text_get(&t);
}

__attribute__((unused)) static const char *const alone[] = { NULL };
__attribute__((unused)) static const char *const both[] = { "RSA", "ECDSA" };

/* n chains, each of the certificates sent, against the records. */
static struct dane_facts
judge(const struct world *w, const struct record *records, const enum id (*sent)[SENT],
    const char *const *kinds, size_t n, const struct dane_wanted *wanted)
{
	struct dane_facts d = { .base = "mx.example.org" };
	struct tls_chain chain[3] = { { .n = 0 } };
	struct dane_chain chains[3];

	d.records = pool_array(w->p, RECORDS, sizeof(struct tlsa));
	d.nrecords = records_make(d.records, w, records);
	for (size_t i = 0; i < n; i++) {
		send_all(&chain[i], w, sent[i]);
		chains[i] = (struct dane_chain){ &chain[i], kinds[i] };
	}
	dane_judge(&d, w->p, w->tls, chains, n, wanted, PKI_NOW);
	return d;
}

#endif
