/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.c - the tables of CF formula 1 (confidence-factor.md) for one host. */
#include "points.h"

const int points_full[PART_COUNT] = {
	[PART_CIPHER] = 25, [PART_KEY] = 10, [PART_AUTH] = 40, [PART_DANE] = 15, [PART_STS] = 10
};

/* Of SSL 2 and 3 no quality is known: they have one score each. */
static const struct band bands[] = {
	[PROTO_NONE] = { "none", PROTO_NONE, 0, 49 },
	[PROTO_SSL2] = { "sslv2", PROTO_SSL2, 51, 51 },
	[PROTO_SSL3] = { "sslv3", PROTO_SSL3, 57, 57 },
	[PROTO_TLS10] = { "tlsv1.0", PROTO_TLS10, 64, 74 },
	[PROTO_TLS11] = { "tlsv1.1", PROTO_TLS11, 75, 87 },
	[PROTO_TLS12] = { "tlsv1.2", PROTO_TLS12, 88, 103 },
	[PROTO_TLS13] = { "tlsv1.3", PROTO_TLS13, 104, 121 },
};

static const struct band untested = { "untested", PROTO_NONE, 50, 50 };

/* Without encryption the score tells how far it came. */
static const int unencrypted[] = {
	[SECURE_UNKNOWN] = 0, [SECURE_NOT_OFFERED] = 0, [SECURE_REFUSED] = 10,
	[SECURE_NO_SESSION] = 20, [SECURE_NO_EHLO] = 30, [SECURE_YES] = 30
};

static int
cipher_points(const struct tls_facts *t)
{
	bool finite = t->dh_bits > 0;

	if (t->obsolete || t->anonymous || t->bits < 128 || (finite && t->dh_bits < 1024))
		return 0;
	if (t->proto == PROTO_TLS13)
		return 25;
	if (t->forward_secrecy && !(finite && t->dh_bits < 2048))
		return t->aead ? 25 : 15;
	return t->aead ? 8 : 4;
}

static int
key_points(const struct cert_facts *c)
{
	return c->present ? 5 * c->key_ok + 5 * c->signature_ok : 0;
}

static int
auth_points(const struct run_facts *facts, const struct host *h)
{
	const struct cert_facts *c = &h->cert;
	bool pkix = c->present && c->trusted && c->name_match && c->in_date;

	return c->revoked != REVOKED_YES && (pkix || points_dane(facts, h)) ? 40 : 0;
}

static int
sts_points(const struct run_facts *facts, const struct host *h)
{
	const struct mtasts_facts *policy = &facts->mtasts;

	if (!facts->mtasts_tested || policy->status != POLICY_OK || h->sts != STS_PASS)
		return 0;
	return policy->mode == STS_MODE_ENFORCE ? 10 : policy->mode == STS_MODE_TESTING ? 5 : 0;
}

bool
points_dane(const struct run_facts *facts, const struct host *h)
{
	/* a host named by the operator (--mx-host, too) needs no MX record to vouch for it */
	bool vouched = facts->no_mx || facts->mx.status == DNS_SECURE ||
	    facts->mx.status == DNS_NOT_TESTED;

	return facts->dane_tested && vouched && h->dane.status == DANE_MATCH;
}

double
points_max(const struct run_facts *facts)
{
	const struct band *best = &bands[PROTO_TLS13];
	int points = 100;

	if (!facts->dane_tested)
		points -= points_full[PART_DANE];
	if (!facts->mtasts_tested)
		points -= points_full[PART_STS];
	return best->floor + points * (best->top - best->floor) / 100.0;
}

static void
encrypted_host(struct points *out, const struct run_facts *facts, const struct host *h)
{
	const struct band *b = &bands[h->tls.proto];
	int sum = 0;

	out->band = b;
	out->part[PART_CIPHER] = cipher_points(&h->tls);
	out->part[PART_KEY] = key_points(&h->cert);
	out->part[PART_AUTH] = auth_points(facts, h);
	out->part[PART_DANE] = points_dane(facts, h) ? points_full[PART_DANE] : 0;
	out->part[PART_STS] = sts_points(facts, h);
	for (size_t i = 0; i < PART_COUNT; i++)
		sum += out->part[i];
	out->exact = b->floor + sum * (b->top - b->floor) / 100.0;
}

void
points_host(struct points *out, const struct run_facts *facts, const struct host *h)
{
	*out = (struct points){ .band = &untested, .exact = untested.floor };
	if (h->status != HOST_TESTED || h->secure == SECURE_UNKNOWN)
		return;
	if (h->secure == SECURE_YES && h->tls.proto >= PROTO_TLS10) {
		encrypted_host(out, facts, h);
	} else if (h->secure == SECURE_NO_SESSION && h->raw_proto != PROTO_NONE) {
		/* known from a raw hello: no quality is known of a protocol or suite we do not speak */
		out->band = &bands[h->raw_proto];
		out->exact = out->band->floor;
	} else {
		out->band = &bands[PROTO_NONE];
		out->exact = unencrypted[h->secure];
	}
}
