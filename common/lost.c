/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lost.c - lost points in words: one function a check, tables where a status decides. */
#include <stdarg.h>

#include "lost.h"
#include "text.h"

#define TOP 121
#define PARTS_MAX (PART_COUNT + 1)	/* and the protocol */

struct phrase {
	const char *why, *fix;
};

struct looked_at {
	const struct run_facts *facts;
	const struct host *h;
	struct pool *p;
};

static const struct phrase unencrypted[] = {
	[SECURE_UNKNOWN] = { "encryption was not tried", "See why the server was not tested." },
	[SECURE_NOT_OFFERED] = { "STARTTLS is not offered",
	    "Give the server a certificate and let it offer STARTTLS." },
	[SECURE_REFUSED] = { "STARTTLS is offered and refused",
	    "See the server's log for why STARTTLS fails; often its key cannot be read." },
	[SECURE_NO_SESSION] = { "STARTTLS is accepted, but no TLS session comes about",
	    "See the server's log for the TLS error." },
	[SECURE_NO_EHLO] = { "no SMTP inside the TLS session",
	    "See why the server does not answer EHLO inside TLS with 250." },
	[SECURE_YES] = { "the protocol is not known", "Let the server offer TLS 1.2 and 1.3." },
};

static const struct phrase dane[] = {
	[DANE_NOT_TESTED] = { "DANE was not tested",
	    "Nothing to mend on the server: this run does not look at DANE." },
	[DANE_MATCH] = { "the TLSA records match, but the MX record is not secured by DNSSEC",
	    "Sign the mail domain's zone, too." },
	[DANE_MISMATCH] = { "the chain matches no TLSA record",
	    "Publish a TLSA record of the present key; some senders do not deliver until then." },
	[DANE_NAME_MISMATCH] = { "the TLSA record matches, the certificate's name does not",
	    "Use a certificate with the MX host name in it, or TLSA records of usage 3." },
	[DANE_EXPIRED] = { "the TLSA record matches a certificate out of date",
	    "Renew the certificate." },
	[DANE_UNUSABLE] = { "no TLSA record is usable", "Publish TLSA records 3 1 1." },
	[DANE_NONE] = { "no TLSA record is published",
	    "Sign the host's zone with DNSSEC and publish a TLSA record 3 1 1." },
	[DANE_INSECURE] = { "TLSA records are published, but not secured by DNSSEC",
	    "Sign the host's zone with DNSSEC." },
	[DANE_ERROR] = { "the TLSA records cannot be looked up",
	    "Mend the zone: senders that use DANE do not deliver until then." },
};

static const struct phrase policy[] = {
	[POLICY_NOT_TESTED] = { "MTA-STS was not tested",
	    "Nothing to mend on the server: this run does not look at MTA-STS." },
	[POLICY_OK] = { "the MTA-STS policy does not enforce",
	    "Set mode enforce when all MX satisfy the policy." },
	[POLICY_NONE] = { "no MTA-STS policy is published", "Publish an MTA-STS policy." },
	[POLICY_INVALID] = { "the MTA-STS record or policy is invalid",
	    "Mend the MTA-STS record and policy." },
	[POLICY_FETCH_ERROR] = { "the MTA-STS policy cannot be fetched",
	    "Mend the web server of the policy." },
	[POLICY_ERROR] = { "the MTA-STS record cannot be looked up",
	    "Mend the name servers of the domain." },
};

static const struct phrase sts[] = {
	[STS_NOT_TESTED] = { "the host was not held against the MTA-STS policy",
	    "See why the host was not tested." },
	[STS_PASS] = { "the MTA-STS policy is in mode testing",
	    "Set mode enforce when all MX satisfy the policy." },
	[STS_NOT_LISTED] = { "the MTA-STS policy does not list this MX",
	    "Add the MX host name to the policy." },
	[STS_NO_TLS] = { "the MTA-STS policy demands TLS 1.2 or better",
	    "Let the server offer TLS 1.2 and 1.3." },
	[STS_CERT] = { "the certificate does not satisfy the MTA-STS policy",
	    "Install a certificate of a public CA with the MX host name in it." },
};

static struct phrase
protocol_phrase(struct pool *p, const struct band *b, const struct host *h, const struct plan *plan)
{
	bool held_back = h->tls.proto == plan->tls_max;
	struct phrase said;

	said.why = pool_printf(p, "%s was negotiated, %s", proto_name(b->proto),
	    held_back ? "--tls-max allows no more" : "not TLSv1.3");
	if (held_back)
		said.fix = "Test without --tls-max.";
	else if (h->tls.proto == PROTO_TLS12)
		said.fix = "Let the server offer TLS 1.3.";
	else
		said.fix = "Let the server offer TLS 1.2 and 1.3 and no less.";
	return said;
}

static struct phrase
cipher_phrase(const struct looked_at *at)
{
	static const char *const lacks[2][2] = {
		{ "forward secrecy and no AEAD", "forward secrecy" }, { "AEAD", "fault" }
	};
	const struct tls_facts *t = &at->h->tls;
	const char *suite = t->cipher == NULL ? "the cipher suite" : t->cipher;
	struct phrase said = { .fix = "Prefer ECDHE suites with AES-GCM or ChaCha20-Poly1305." };

	if (t->anonymous) {
		said.why = pool_printf(at->p, "%s is anonymous", suite);
	} else if (t->obsolete) {
		said.why = pool_printf(at->p, "%s is obsolete", suite);
	} else if (t->bits < 128) {
		said.why = pool_printf(at->p, "%s has a strength of %d bits", suite, t->bits);
	} else if (t->dh_bits > 0 && t->dh_bits < 2048) {
		said.why = pool_printf(at->p, "%s with a DHE group of %d bits%s", suite, t->dh_bits,
		    t->aead ? "" : ", without AEAD");
		said.fix = "Prefer ECDHE, or use a DHE group of 2048 bits or more.";
	} else {
		said.why = pool_printf(at->p, "%s has no %s", suite,
		    lacks[t->forward_secrecy][t->aead]);
	}
	return said;
}

static struct phrase
key_phrase(const struct looked_at *at)
{
	const struct cert_facts *c = &at->h->cert;
	struct text t = { .p = at->p };

	if (!c->present)
		text_add(&t, "no certificate was sent");
	for (size_t i = 0; i < c->nweak; i++)
		text_add(&t, "%s%s", i > 0 ? ", " : "", c->weak[i]);
	if (t.len == 0)
		text_add(&t, "the %s is weak", c->key_ok ? "signature" : "key");
	return (struct phrase){
		text_get(&t),
		"Get a certificate with an EC key or RSA of 2048 bits or more, signed with SHA-256."
	};
}

/* Add one trouble; the fix of the first is told, as a new certificate mends the rest as well. */
__attribute__((format(printf, 4, 5))) static void
trouble(struct text *t, const char **fix, const char *mend, const char *fmt, ...)
{
	va_list ap;

	if (*fix == NULL)
		*fix = mend;
	else
		text_add(t, "; ");
	va_start(ap, fmt);
	text_addv(t, fmt, ap);
	va_end(ap);
}

static struct phrase
auth_phrase(const struct looked_at *at)
{
	const struct cert_facts *c = &at->h->cert;
	struct text t = { .p = at->p };
	const char *fix = NULL;

	if (c->revoked == REVOKED_YES)
		trouble(&t, &fix, "Replace the certificate at once.", "a certificate is revoked%s",
		    text_because(at->p, c->revoked_why));
	else if (!c->present)
		trouble(&t, &fix, "Give the server a certificate of a public CA.",
		    "no certificate was sent");
	if (!c->present)
		return (struct phrase){ text_get(&t), fix };
	if (!c->trusted)
		trouble(&t, &fix,
		    "Install a certificate of a public CA with all its intermediates.",
		    "certificate not trusted%s", text_because(at->p, c->trust_why));
	if (!c->name_match)
		trouble(&t, &fix, "Get a certificate with the MX host name in it.",
		    "certificate names %s, not %s", c->found == NULL ? "another" : c->found,
		    c->wanted == NULL ? "the host" : c->wanted);
	if (!c->in_date)
		trouble(&t, &fix, "Renew the certificate.", "certificate out of date%s",
		    text_because(at->p, c->trusted ? c->trust_why : NULL));
	return (struct phrase){ text_get(&t), fix };
}

static struct phrase
dane_phrase(const struct looked_at *at)
{
	const struct dane_facts *d = &at->h->dane;
	struct phrase said = dane[at->facts->dane_tested ? d->status : DANE_NOT_TESTED];

	if (!at->facts->dane_tested || d->status == DANE_MATCH)
		return said;
	if (d->reason != NULL)
		said.why = d->reason;
	if (d->nwould > 0)
		said.fix = pool_printf(at->p, "Publish the TLSA record %s.", d->would[0]);
	return said;
}

static struct phrase
sts_phrase(const struct looked_at *at)
{
	const struct mtasts_facts *m = &at->facts->mtasts;
	struct phrase said = policy[at->facts->mtasts_tested ? m->status : POLICY_NOT_TESTED];

	if (!at->facts->mtasts_tested)
		return said;
	if (m->status == POLICY_OK && m->mode != STS_MODE_NONE)
		return sts[at->h->sts];
	if (m->status != POLICY_OK && m->why != NULL)
		said.why = m->why;
	return said;
}

static const struct {
	const char *check;
	struct phrase (*say)(const struct looked_at *at);
} parts[PART_COUNT] = {
	[PART_CIPHER] = { "cipher", cipher_phrase },
	[PART_KEY] = { "key", key_phrase },
	[PART_AUTH] = { "authenticated", auth_phrase },
	[PART_DANE] = { "dane", dane_phrase },
	[PART_STS] = { "mta-sts", sts_phrase },
};

/* Insert before the first smaller one: largest first, ties in the order of the checks. */
static void
lost_add(struct score_lost *lost, size_t *n, double points, const char *check, struct phrase said)
{
	size_t i = (*n)++;

	for (; i > 0 && lost[i - 1].points < points; i--)
		lost[i] = lost[i - 1];
	lost[i] = (struct score_lost){ points, check, said.why, said.fix };
}

/* The one part of a host without a session to look at. */
static void
lost_whole(struct score_lost *lost, size_t *n, const struct points *what, const struct host *h)
{
	bool tried = h->status == HOST_TESTED && h->secure != SECURE_UNKNOWN;
	enum step_id at = h->secure == SECURE_NOT_OFFERED ? STEP_TLS : STEP_SECURE;
	struct phrase said;

	if (tried) {
		said = unencrypted[h->secure];
		if (h->step[at].why != NULL)
			said.why = h->step[at].why;
	} else {
		said.why = h->why != NULL ? h->why : "the server was not tested";
		said.fix = "See that the server can be reached and greets with 220.";
	}
	lost_add(lost, n, TOP - what->exact, tried ? "encryption" : "untested", said);
}

size_t
lost_explain(struct score_lost **lost, struct pool *p, const struct points *what,
    const struct run_facts *facts, const struct host *h, const struct plan *plan)
{
	const struct looked_at at = { facts, h, p };
	const struct band *b = what->band;
	size_t n = 0;

	*lost = pool_array(p, PARTS_MAX, sizeof(**lost));
	if (b->proto == PROTO_NONE) {
		lost_whole(*lost, &n, what, h);
		return n;
	}
	if (b->top < TOP)
		lost_add(*lost, &n, TOP - b->top, "protocol", protocol_phrase(p, b, h, plan));
	for (size_t i = 0; i < PART_COUNT && b->top > b->floor; i++) {
		int missing = points_full[i] - what->part[i];

		if (missing > 0)
			lost_add(*lost, &n, missing * (b->top - b->floor) / 100.0, parts[i].check,
			    parts[i].say(&at));
	}
	return n;
}
