// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_dane.c - chains against TLSA records: every rule of RFC 6698, 7671 and 7672 that needs no DNS is a row.
 * In what is said, "#0" is the first record, "*" the digest of none of them.
 */
#include "dane_world.h"

static const char *const statuses[] = {
	[DANE_NOT_TESTED] = "not-tested", [DANE_MATCH] = "match", [DANE_MISMATCH] = "mismatch",
	[DANE_NAME_MISMATCH] = "name-mismatch", [DANE_EXPIRED] = "expired",
	[DANE_UNUSABLE] = "unusable", [DANE_NONE] = "none",
};

#define NONE_LIVE "validation-failure: chain matches no TLSA record "

/* Usage 3: the leaf, and nothing else about it. */
static const struct row {
	const char *name;
	struct record records[RECORDS];
	enum id sent[SENT];
	enum dane_status want;
	const char *matched;
	const char *why;	/* NULL: not looked at, but there unless it matches */
	const char *names[DANE_NAMES];	/* none: mx.example.org */
} rows[] = {
	{ "3 1 1", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 0 1", { { 3, 0, 1, LEAF, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 2", { { 3, 1, 2, LEAF, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 0 2", { { 3, 0, 2, LEAF, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 0 0", { { 3, 0, 0, LEAF, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 0", { { 3, 1, 0, LEAF, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 1 of an RSA key", { { 3, 1, 1, LEAF_RSA, RIGHT } }, { LEAF_RSA }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 1, no issuer sent", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 1, a foreign issuer sent", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, STRANGER }, DANE_MATCH, "1", NULL,
	    { 0 } },
	{ "3 1 1, garbage sent behind it", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, GARBAGE }, DANE_MATCH, "1", NULL,
	    { 0 } },
	{ "3 1 1, self-signed", { { 3, 1, 1, SELF, RIGHT } }, { SELF }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 1, another name", { { 3, 1, 1, OTHER_NAME, RIGHT } }, { OTHER_NAME, INTER }, DANE_MATCH, "1", NULL,
	    { 0 } },
	{ "3 1 1, expired", { { 3, 1, 1, EXPIRED, RIGHT } }, { EXPIRED, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 1, not yet valid", { { 3, 1, 1, NOT_YET, RIGHT } }, { NOT_YET, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 1, expired and self-signed without a name", { { 3, 1, 1, SELF_EXPIRED, RIGHT } }, { SELF_EXPIRED },
	    DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 1, for clients", { { 3, 1, 1, CLIENT, RIGHT } }, { CLIENT, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "3 1 1, expired issuer", { { 3, 1, 1, BELOW_OLD, RIGHT } }, { BELOW_OLD, OLD_CA }, DANE_MATCH, "1", NULL,
	    { 0 } },
	{ "3 1 1 wrong", { { 3, 1, 1, LEAF, WRONG } }, { LEAF, INTER }, DANE_MISMATCH, "0",
	    NONE_LIVE "(have #0, live 3 1 1 *)", { 0 } },
	{ "3 1 1 of the next key", { { 3, 1, 1, NEXT, RIGHT } }, { LEAF, INTER }, DANE_MISMATCH, "0",
	    NONE_LIVE "(have #0, live 3 1 1 *)", { 0 } },
	{ "3 1 1 with the digest of the certificate", { { 3, 0, 1, LEAF, RIGHT }, { 3, 1, 1, LEAF, WRONG } },
	    { LEAF, INTER }, DANE_MATCH, "10", NULL, { 0 } },
	{ "3 1 1 of the issuer", { { 3, 1, 1, INTER, RIGHT } }, { LEAF, INTER }, DANE_MISMATCH, "0", NULL, { 0 } },
	{ "3 1 1, leaf comes second", { { 3, 1, 1, LEAF, RIGHT } }, { INTER, LEAF }, DANE_MISMATCH, "0", NULL,
	    { 0 } },
	{ "3 0 1 of another certificate with the same name", { { 3, 0, 1, NEXT, RIGHT } }, { LEAF, INTER },
	    DANE_MISMATCH, "0", NULL, { 0 } },
	{ "3 0 0 wrong", { { 3, 0, 0, NEXT, RIGHT } }, { LEAF, INTER }, DANE_MISMATCH, "0", NULL, { 0 } },
	{ "3 1 0 wrong", { { 3, 1, 0, NEXT, RIGHT } }, { LEAF, INTER }, DANE_MISMATCH, "0", NULL, { 0 } },
	{ "one right, two wrong", { { 3, 1, 1, LEAF, WRONG }, { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 1, NEXT, RIGHT } },
	    { LEAF, INTER }, DANE_MATCH, "010", NULL, { 0 } },
	{ "all wrong", { { 3, 1, 1, LEAF, WRONG }, { 3, 0, 1, NEXT, RIGHT }, { 2, 1, 1, STRANGER, RIGHT },
	    { 3, 1, 1, NEXT, RIGHT } }, { LEAF, INTER }, DANE_MISMATCH, "0000",
	    NONE_LIVE "(have #0, #1 and 2 more, live 3 1 1 *)", { 0 } },
	{ "no certificate was sent", { { 3, 1, 1, LEAF, RIGHT } }, { NOTHING }, DANE_MISMATCH, "0",
	    "validation-failure: no certificate was sent", { 0 } },
	{ "the certificate is garbage", { { 3, 1, 1, LEAF, RIGHT } }, { GARBAGE, LEAF }, DANE_MISMATCH, "0",
	    "validation-failure: certificate of the chain cannot be decoded", { 0 } },
	{ "a byte behind the certificate", { { 3, 1, 1, LEAF, RIGHT } }, { TAIL, INTER }, DANE_MISMATCH, "0",
	    "validation-failure: certificate of the chain cannot be decoded", { 0 } },

	/* Usage 2: a CA of the sent chain, names, dates. */
	{ "2 1 1", { { 2, 1, 1, INTER, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 0 1", { { 2, 0, 1, INTER, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 1 2", { { 2, 1, 2, INTER, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 0 2", { { 2, 0, 2, INTER, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 0 0", { { 2, 0, 0, INTER, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 1 0", { { 2, 1, 0, INTER, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 1 1 of the root", { { 2, 1, 1, ROOT, RIGHT } }, { LEAF, INTER, ROOT }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 1 1 of the middle", { { 2, 1, 1, INTER, RIGHT } }, { BELOW_DEEP, DEEP, INTER, ROOT }, DANE_MATCH, "1",
	    NULL, { 0 } },
	{ "2 1 1, sent out of order", { { 2, 1, 1, INTER, RIGHT } }, { BELOW_DEEP, INTER, DEEP }, DANE_MATCH, "1",
	    NULL, { 0 } },
	{ "2 1 1 of the root, not sent", { { 2, 1, 1, ROOT, RIGHT } }, { LEAF, INTER }, DANE_MISMATCH, "0",
	    NONE_LIVE "(have #0, live 2 1 1 *)", { 0 } },
	{ "2 0 1 of the issuer, not sent", { { 2, 0, 1, INTER, RIGHT } }, { LEAF }, DANE_MISMATCH, "0",
	    NONE_LIVE "(have #0, live 3 1 1 *)", { 0 } },
	{ "2 1 1, a link between not sent", { { 2, 1, 1, INTER, RIGHT } }, { BELOW_DEEP, INTER }, DANE_MISMATCH, "0",
	    NULL, { 0 } },
	{ "2 1 1 of a CA that issued nothing here", { { 2, 1, 1, STRANGER, RIGHT } }, { LEAF, INTER, STRANGER },
	    DANE_MISMATCH, "0", NULL, { 0 } },
	{ "2 1 1 of the leaf", { { 2, 1, 1, LEAF, RIGHT } }, { LEAF, INTER }, DANE_MISMATCH, "0", NULL, { 0 } },
	{ "2 0 1 of a leaf that signed itself", { { 2, 0, 1, SELF, RIGHT } }, { SELF }, DANE_MISMATCH, "0", NULL,
	    { 0 } },
	{ "2 1 1 of a leaf that is its own CA, sent twice", { { 2, 1, 1, SELF_CA, RIGHT } }, { SELF_CA, SELF_CA },
	    DANE_MISMATCH, "0", NULL, { 0 } },
	{ "2 1 1 wrong", { { 2, 1, 1, INTER, WRONG } }, { LEAF, INTER }, DANE_MISMATCH, "0", NULL, { 0 } },
	{ "2 0 0, not sent", { { 2, 0, 0, INTER, RIGHT } }, { LEAF }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 1 0, not sent", { { 2, 1, 0, INTER, RIGHT } }, { LEAF }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 0 0 of the root, not sent", { { 2, 0, 0, ROOT, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 1 0 of the root, not sent", { { 2, 1, 0, ROOT, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "2 0 0 of the root, nor is the link", { { 2, 0, 0, ROOT, RIGHT } }, { LEAF }, DANE_MISMATCH, "0", NULL,
	    { 0 } },
	{ "2 0 0 of a stranger, not sent", { { 2, 0, 0, STRANGER, RIGHT } }, { LEAF }, DANE_MISMATCH, "0", NULL,
	    { 0 } },
	{ "2 1 0 of a stranger, not sent", { { 2, 1, 0, STRANGER, RIGHT } }, { LEAF }, DANE_MISMATCH, "0", NULL,
	    { 0 } },
	{ "2 0 1 of an untrusted root", { { 2, 0, 1, STRANGER, RIGHT }, { 2, 0, 1, INTER, RIGHT } }, { LEAF, INTER },
	    DANE_MATCH, "01", NULL, { 0 } },
	{ "2 1 1, the CA is none", { { 2, 1, 1, NO_CA, RIGHT } }, { BELOW_NO_CA, NO_CA }, DANE_MISMATCH, "0", NULL,
	    { 0 } },
	{ "2 1 1, name constraints", { { 2, 1, 1, BOUND, RIGHT } }, { BELOW_BOUND, BOUND }, DANE_MISMATCH, "0",
	    "validation-failure: chain matches #0, but permitted subtree violation", { 0 } },
	{ "2 1 1, for clients", { { 2, 1, 1, INTER, RIGHT } }, { CLIENT, INTER }, DANE_MISMATCH, "0", NULL, { 0 } },

	/* names */
	{ "names: another", { { 2, 1, 1, INTER, RIGHT } }, { OTHER_NAME, INTER }, DANE_NAME_MISMATCH, "0",
	    "certificate-host-mismatch: chain matches #0, but its certificate names other.example, not "
	    "mx.example.org", { 0 } },
	{ "names: another, whole anchor not sent", { { 2, 0, 0, INTER, RIGHT } }, { OTHER_NAME },
	    DANE_NAME_MISMATCH, "0", NULL, { 0 } },
	{ "names: another, key of the anchor not sent", { { 2, 1, 0, INTER, RIGHT } }, { OTHER_NAME },
	    DANE_NAME_MISMATCH, "0", NULL, { 0 } },
	{ "names: the mail domain", { { 2, 1, 1, INTER, RIGHT } }, { DOMAIN, INTER }, DANE_MATCH, "1", NULL,
	    { "mx.example.org", "example.org" } },
	{ "names: the mail domain, MX insecure", { { 2, 1, 1, INTER, RIGHT } }, { DOMAIN, INTER },
	    DANE_NAME_MISMATCH, "0", NULL, { "mx.example.org", NULL } },
	{ "names: the expanded mail domain", { { 2, 1, 1, INTER, RIGHT } }, { EXPANDED, INTER }, DANE_MATCH, "1",
	    NULL, { "mx.example.org", NULL, "expanded.example" } },
	{ "names: the base name is given as default", { { 2, 1, 1, INTER, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1",
	    NULL, { NULL, NULL, NULL } },
	{ "names: a final dot on ours", { { 2, 1, 1, INTER, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "1", NULL,
	    { "mx.example.org." } },
	{ "names: a final dot on theirs, other case", { { 2, 1, 1, INTER, RIGHT } }, { DOTTED, INTER }, DANE_MATCH,
	    "1", NULL, { 0 } },
	{ "names: wildcard", { { 2, 1, 1, INTER, RIGHT } }, { WILD, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "names: wildcard, two labels", { { 2, 1, 1, INTER, RIGHT } }, { WILD, INTER }, DANE_NAME_MISMATCH, "0",
	    NULL, { "a.mx.example.org" } },
	{ "names: wildcard, no label", { { 2, 1, 1, INTER, RIGHT } }, { WILD, INTER }, DANE_NAME_MISMATCH, "0", NULL,
	    { "example.org" } },
	{ "names: wildcard for a whole top-level domain", { { 2, 1, 1, INTER, RIGHT } }, { WIDE_WILD, INTER },
	    DANE_NAME_MISMATCH, "0", NULL, { "example.org" } },
	{ "names: part of a label as wildcard", { { 2, 1, 1, INTER, RIGHT } }, { PARTIAL, INTER },
	    DANE_NAME_MISMATCH, "0", NULL, { 0 } },
	{ "names: CN only", { { 2, 1, 1, INTER, RIGHT } }, { CN_ONLY, INTER }, DANE_MATCH, "1", NULL, { 0 } },
	{ "names: CN only, a wildcard", { { 2, 1, 1, INTER, RIGHT } }, { CN_WILD, INTER }, DANE_MATCH, "1", NULL,
	    { 0 } },
	{ "names: CN beside a DNS name", { { 2, 1, 1, INTER, RIGHT } }, { CN_BESIDE, INTER }, DANE_NAME_MISMATCH, "0",
	    NULL, { 0 } },
	{ "names: usage 3 beside saves it", { { 2, 1, 1, INTER, RIGHT }, { 3, 1, 1, OTHER_NAME, RIGHT } },
	    { OTHER_NAME, INTER }, DANE_MATCH, "01", NULL, { 0 } },
	{ "names: usage 3 beside is wrong", { { 2, 1, 1, INTER, RIGHT }, { 3, 1, 1, LEAF, RIGHT } },
	    { OTHER_NAME, INTER }, DANE_NAME_MISMATCH, "00", NULL, { 0 } },

	/* dates */
	{ "dates: expired", { { 2, 1, 1, INTER, RIGHT } }, { EXPIRED, INTER }, DANE_EXPIRED, "0",
	    "certificate-expired: chain matches #0, but certificate has expired", { 0 } },
	{ "dates: not yet valid", { { 2, 1, 1, INTER, RIGHT } }, { NOT_YET, INTER }, DANE_EXPIRED, "0",
	    "certificate-expired: chain matches #0, but certificate is not yet valid", { 0 } },
	{ "dates: expired anchor, no root", { { 2, 1, 1, OLD_CA, RIGHT } }, { BELOW_OLD, OLD_CA }, DANE_EXPIRED, "0",
	    NULL, { 0 } },
	{ "dates: expired between leaf and anchor", { { 2, 1, 1, ROOT, RIGHT } }, { BELOW_OLD, OLD_CA, ROOT },
	    DANE_EXPIRED, "0", NULL, { 0 } },
	{ "dates: anchor not yet valid", { { 2, 0, 1, FUTURE_CA, RIGHT } }, { BELOW_FUTURE, FUTURE_CA },
	    DANE_EXPIRED, "0", NULL, { 0 } },
	{ "dates: expired anchor, not sent", { { 2, 0, 0, OLD_CA, RIGHT } }, { BELOW_OLD }, DANE_EXPIRED, "0", NULL,
	    { 0 } },
	{ "dates: expired, key of the anchor not sent", { { 2, 1, 0, INTER, RIGHT } }, { EXPIRED }, DANE_EXPIRED, "0",
	    NULL, { 0 } },
	{ "dates: above the anchor they do not matter", { { 2, 1, 1, DEEP, RIGHT } }, { BELOW_DEEP, DEEP, OLD_CA },
	    DANE_MATCH, "1", NULL, { 0 } },
	{ "dates and names", { { 2, 1, 1, INTER, RIGHT } }, { OTHER_EXPIRED, INTER }, DANE_MISMATCH, "0",
	    "validation-failure: chain matches #0, but certificate has expired, and its certificate names "
	    "other.example, not mx.example.org", { 0 } },
	{ "dates: usage 3 beside saves it", { { 2, 1, 1, INTER, RIGHT }, { 3, 1, 1, EXPIRED, RIGHT } },
	    { EXPIRED, INTER }, DANE_MATCH, "01", NULL, { 0 } },

	/* unusable records */
	{ "unusable: usage 0", { { 0, 0, 1, INTER, RIGHT } }, { LEAF, INTER }, DANE_UNUSABLE, "-",
	    "tlsa-invalid: no usable TLSA record: #0 has usage 0, which is not for mail (RFC 7672, 3.1.3)",
	    { 0 } },
	{ "unusable: usage 1, never PKIX", { { 1, 1, 1, LEAF, RIGHT } }, { LEAF, INTER }, DANE_UNUSABLE, "-", NULL,
	    { 0 } },
	{ "unusable: usage 255", { { 255, 1, 1, LEAF, RIGHT } }, { LEAF, INTER }, DANE_UNUSABLE, "-", NULL, { 0 } },
	{ "unusable: selector 2", { { 3, 2, 1, LEAF, RIGHT } }, { LEAF, INTER }, DANE_UNUSABLE, "-", NULL, { 0 } },
	{ "unusable: matching 3", { { 3, 1, 3, LEAF, RIGHT } }, { LEAF, INTER }, DANE_UNUSABLE, "-", NULL, { 0 } },
	{ "unusable: matching 255", { { 3, 1, 255, LEAF, RIGHT } }, { LEAF, INTER }, DANE_UNUSABLE, "-", NULL, { 0 } },
	{ "unusable: short digest", { { 3, 1, 1, LEAF, SHORTER } }, { LEAF, INTER }, DANE_UNUSABLE, "-", NULL, { 0 } },
	{ "unusable: long digest", { { 3, 1, 2, LEAF, LONGER } }, { LEAF, INTER }, DANE_UNUSABLE, "-", NULL, { 0 } },
	{ "unusable: no data", { { 3, 1, 1, LEAF, EMPTY } }, { LEAF, INTER }, DANE_UNUSABLE, "-",
	    "tlsa-invalid: no usable TLSA record: #0 has no data", { 0 } },
	{ "unusable: certificate with a byte more", { { 3, 0, 0, LEAF, LONGER } }, { LEAF, INTER }, DANE_UNUSABLE,
	    "-", NULL, { 0 } },
	{ "unusable: key with a byte less", { { 3, 1, 0, LEAF, SHORTER } }, { LEAF, INTER }, DANE_UNUSABLE, "-", NULL,
	    { 0 } },
	{ "unusable: certificate that cannot be decoded", { { 2, 0, 0, INTER, WRONG } }, { LEAF, INTER },
	    DANE_UNUSABLE, "-", NULL, { 0 } },
	{ "unusable: all three", { { 0, 0, 1, INTER, RIGHT }, { 3, 1, 1, LEAF, SHORTER }, { 3, 1, 9, LEAF, RIGHT } },
	    { LEAF, INTER }, DANE_UNUSABLE, "---",
	    "tlsa-invalid: no usable TLSA record: #0 has usage 0, which is not for mail (RFC 7672, 3.1.3), "
	    "and 2 more", { 0 } },
	{ "unusable beside good: the set is good", { { 1, 1, 1, LEAF, RIGHT }, { 3, 1, 1, LEAF, RIGHT },
	    { 3, 0, 0, LEAF, LONGER }, { 3, 1, 2, LEAF, SHORTER } }, { LEAF, INTER }, DANE_MATCH, "-1--", NULL,
	    { 0 } },
	{ "unusable beside wrong: the set is wrong", { { 1, 1, 1, LEAF, RIGHT }, { 3, 1, 1, LEAF, WRONG } },
	    { LEAF, INTER }, DANE_MISMATCH, "-0", NONE_LIVE "(have #1, live 3 1 1 *)", { 0 } },

	/* digest agility (RFC 7671, 9) */
	{ "agility: SHA-256 right, SHA-512 wrong", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 2, LEAF, WRONG } },
	    { LEAF, INTER }, DANE_MISMATCH, "10",
	    "validation-failure: chain fails #1, the stronger digest, so senders pass over the right #0", { 0 } },
	{ "agility: the same in another order", { { 3, 1, 2, LEAF, WRONG }, { 3, 1, 1, LEAF, RIGHT } },
	    { LEAF, INTER }, DANE_MISMATCH, "01", NULL, { 0 } },
	{ "agility: the same with usage 2", { { 2, 1, 1, INTER, RIGHT }, { 2, 1, 2, INTER, WRONG } },
	    { LEAF, INTER }, DANE_MISMATCH, "10",
	    "validation-failure: chain fails #1, the stronger digest, so senders pass over the right #0", { 0 } },
	{ "agility: SHA-256 wrong, SHA-512 right", { { 3, 1, 1, LEAF, WRONG }, { 3, 1, 2, LEAF, RIGHT } },
	    { LEAF, INTER }, DANE_MATCH, "01", NULL, { 0 } },
	{ "agility: other selector", { { 3, 1, 1, LEAF, RIGHT }, { 3, 0, 2, LEAF, WRONG } }, { LEAF, INTER },
	    DANE_MATCH, "10", NULL, { 0 } },
	{ "agility: other usage", { { 3, 1, 1, LEAF, RIGHT }, { 2, 1, 2, INTER, WRONG } }, { LEAF, INTER },
	    DANE_MATCH, "10", NULL, { 0 } },
	{ "agility: the stronger one is unusable", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 2, LEAF, SHORTER } },
	    { LEAF, INTER }, DANE_MATCH, "1-", NULL, { 0 } },
	{ "agility: matching 0 is kept beside it", { { 3, 1, 0, LEAF, RIGHT }, { 3, 1, 2, LEAF, WRONG } },
	    { LEAF, INTER }, DANE_MATCH, "10", NULL, { 0 } },
	{ "agility: matching 0 wrong does not hide SHA-256", { { 3, 1, 0, NEXT, RIGHT }, { 3, 1, 1, LEAF, RIGHT } },
	    { LEAF, INTER }, DANE_MATCH, "01", NULL, { 0 } },
	{ "agility: SHA-256 next key, SHA-512 both", { { 3, 1, 1, NEXT, RIGHT }, { 3, 1, 2, NEXT, RIGHT },
	    { 3, 1, 2, LEAF, RIGHT } }, { LEAF, INTER }, DANE_MATCH, "001", NULL, { 0 } },
};

/* What holds of every judgement. */
static bool
always_true(const struct dane_facts *d)
{
	bool failed = d->status >= DANE_MISMATCH && d->status <= DANE_UNUSABLE;

	if (failed != (d->why != NULL) || failed != (d->reason != NULL) || ERR_peek_error() != 0)
		return false;
	return !failed ||
	    (strstr(d->why, d->reason) == strchr(d->why, ' ') + 1 &&
		strcmp(d->base, "mx.example.org") == 0);
}

/* Publish what is said to match: it does, whatever else is wrong. */
static bool
would_match(const struct world *w, const struct row *r, const struct dane_facts *d)
{
	struct tls_chain chain = { .n = 0 };
	struct tlsa t;
	struct dane_facts again = { .records = &t, .nrecords = 1, .base = d->base };
	struct err e = { 0 };

	if (r->sent[0] == NOTHING || r->sent[0] >= MADE)
		return d->nwould == 0;
	if (d->status == DANE_MATCH || d->nwould == 0)
		return d->nwould == 0 && d->status == DANE_MATCH;
	send_all(&chain, w, r->sent);
	if (tlsa_parse(&t, w->p, d->would[0], &e) == -1)
		return false;
	dane_judge(&again, w->p, w->tls, &(struct dane_chain){ &chain, NULL }, 1,
	    &(struct dane_wanted){ .ttl = 0 }, PKI_NOW);
	return again.status == DANE_MATCH;
}

static void
test_rows(const struct world *w)
{
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct row *r = &rows[i];
		struct dane_wanted wanted = { .ttl = 0 };
		struct dane_facts d;
		const char *why;

		memcpy(wanted.names, r->names, sizeof(wanted.names));
		d = judge(w, r->records, &r->sent, alone, 1, &wanted);
		why = by_number(w->p, d.why, d.records, d.nrecords);
		if (!tap_ok(d.status == r->want && strcmp(marks(w, &d), r->matched) == 0 &&
			    always_true(&d) && would_match(w, r, &d),
			"%s", r->name))
			printf("# %s %s: %s\n", statuses[d.status], marks(w, &d),
			    why == NULL ? "" : why);
		if (r->why != NULL)
			tap_is(why, r->why, "why");
	}
}

/* Servers with an RSA and an ECDSA certificate. */
static const struct {
	const char *name;
	struct record records[RECORDS];
	enum id sent[2][SENT];
	enum dane_status want;
	const char *matched, *why;
	size_t would;
	const char *lints;
} twins[] = {
	{ "two chains: a record each", { { 3, 1, 1, LEAF_RSA, RIGHT }, { 3, 1, 1, LEAF, RIGHT } },
	    { { LEAF_RSA, INTER }, { LEAF, INTER } }, DANE_MATCH, "11", NULL, 0, "" },
	{ "two chains: one record of the CA", { { 2, 1, 1, INTER, RIGHT } },
	    { { LEAF_RSA, INTER }, { LEAF, INTER } }, DANE_MATCH, "1", NULL, 0, "" },
	{ "two chains: only RSA", { { 3, 1, 1, LEAF_RSA, RIGHT } },
	    { { LEAF_RSA, INTER }, { LEAF, INTER } }, DANE_MISMATCH, "1",
	    "validation-failure: ECDSA chain matches no TLSA record (have #0, live 3 1 1 *)", 1, "" },
	{ "two chains: only ECDSA", { { 3, 1, 1, LEAF, RIGHT } },
	    { { LEAF_RSA, INTER }, { LEAF, INTER } }, DANE_MISMATCH, "1",
	    "validation-failure: RSA chain matches no TLSA record (have #0, live 3 1 1 *)", 1, "" },
	{ "two chains: none", { { 3, 1, 1, NEXT, RIGHT }, { 2, 1, 1, ROOT, RIGHT } },
	    { { LEAF_RSA, INTER }, { LEAF, INTER } }, DANE_MISMATCH, "00",
	    "validation-failure: RSA chain matches no TLSA record (have #0, #1, live 3 1 1 *)", 3, "" },
	{ "two chains: one has another name", { { 2, 1, 1, INTER, RIGHT } },
	    { { LEAF_RSA, INTER }, { OTHER_NAME, INTER } }, DANE_NAME_MISMATCH, "1",
	    "certificate-host-mismatch: ECDSA chain matches #0, but its certificate names other.example, not "
	    "mx.example.org", 2, "" },
	{ "two chains: one has expired", { { 2, 1, 1, INTER, RIGHT } },
	    { { LEAF_RSA, INTER }, { EXPIRED, INTER } }, DANE_EXPIRED, "1", NULL, 2, "" },
	{ "two chains: agility hides the second", { { 3, 1, 2, LEAF_RSA, RIGHT }, { 3, 1, 1, LEAF, RIGHT } },
	    { { LEAF_RSA, INTER }, { LEAF, INTER } }, DANE_MISMATCH, "11",
	    "validation-failure: ECDSA chain fails #0, the stronger digest, so senders pass over the right #1", 1,
	    "no 3 1 1 record matches the RSA chain (RFC 7671, 8)\n" },
	{ "two chains: a kind is dead for one of them", { { 3, 1, 1, LEAF_RSA, RIGHT }, { 2, 1, 1, INTER, RIGHT } },
	    { { LEAF_RSA, INTER }, { LEAF, INTER } }, DANE_MATCH, "11", NULL, 0,
	    "no 3 1 1 record matches the ECDSA chain (RFC 7671, 8)\n" },
	{ "two chains: one is out of order", { { 2, 1, 1, INTER, RIGHT } },
	    { { LEAF_RSA, INTER }, { BELOW_DEEP, INTER, DEEP } }, DANE_MATCH, "1", NULL, 0,
	    "ECDSA chain is sent out of order\n" },
	{ "two chains: unusable", { { 1, 1, 1, LEAF, RIGHT } },
	    { { LEAF_RSA, INTER }, { LEAF, INTER } }, DANE_UNUSABLE, "-", NULL, 2,
	    "#0 has usage 1, which is not for mail (RFC 7672, 3.1.3): senders pass over it\n" },
};

static void
test_twins(const struct world *w)
{
	for (size_t i = 0; i < ROWS(twins); i++) {
		struct dane_facts d = judge(w, twins[i].records, twins[i].sent, both, 2,
		    &(struct dane_wanted){ { "mx.example.org" }, 0 });
		const char *why = by_number(w->p, d.why, d.records, d.nrecords);

		if (!tap_ok(d.status == twins[i].want && d.nwould == twins[i].would &&
			    strcmp(marks(w, &d), twins[i].matched) == 0 && always_true(&d),
			"%s", twins[i].name))
			printf("# %s %s %zu: %s\n", statuses[d.status], marks(w, &d), d.nwould,
			    why == NULL ? "" : why);
		if (twins[i].why != NULL)
			tap_is(why, twins[i].why, "why");
		tap_is(lines(w, d.lints, d.nlints, &d), twins[i].lints, "lints");
		tap_is(lines(w, d.notes, d.nnotes, &d), "", "no rollover");
	}
}

/* DNS only: what can be said of records by themselves. */
static void
test_no_chain(const struct world *w)
{
	const struct dane_wanted wanted = { { NULL }, 90000 };
	struct record good[RECORDS] = { { 3, 1, 2, LEAF, RIGHT }, { 1, 1, 1, LEAF, RIGHT } };
	struct record bad[RECORDS] = { { 1, 1, 1, LEAF, RIGHT } };
	struct dane_facts d = judge(w, good, NULL, NULL, 0, &wanted);

	tap_ok(d.status == DANE_NOT_TESTED && d.nlints == 3 && d.nnotes == 0 && d.why == NULL,
	    "no chain: usable records are not tested, but looked at");
	d = judge(w, bad, NULL, NULL, 0, &wanted);
	tap_ok(d.status == DANE_UNUSABLE && d.why != NULL && d.nlints == 2,
	    "no chain: unusable records are unusable");
	d = judge(w, &(struct record){ .of = NOTHING }, NULL, NULL, 0,
	    &(struct dane_wanted){ .ttl = 0 });
	tap_ok(d.status == DANE_NONE && d.nlints == 0 && d.nnotes == 0, "no chain, no record");
	d = judge(w, &(struct record){ .of = NOTHING }, (const enum id[1][SENT]){ { LEAF } }, alone,
	    1, &(struct dane_wanted){ .ttl = 0 });
	tap_ok(d.status == DANE_NONE && d.nlints == 0 && d.why == NULL, "a chain, no record");
	dane_lint(&d, w->p, "%s %d", "one", 1);
	dane_lint(&d, w->p, "two");
	tap_is(lines(w, d.lints, d.nlints, &d), "one 1\ntwo\n", "lints are appended");
}

/* A second judgement, when the second chain is there, forgets the first one. */
static void
test_again(const struct world *w)
{
	struct tlsa t[1];
	struct dane_facts d = { .records = t, .nrecords = 1, .base = "mx.example.org" };
	struct tls_chain chain[2] = { { .n = 0 } };
	struct dane_chain chains[2] = { { &chain[0], "RSA" }, { &chain[1], "ECDSA" } };
	const struct dane_wanted wanted = { .ttl = 90000 };

	records_make(t, w, (const struct record[RECORDS]){ { 3, 1, 1, LEAF, RIGHT } });
	send_all(&chain[0], w, (const enum id[SENT]){ LEAF_RSA, INTER });
	send_all(&chain[1], w, (const enum id[SENT]){ LEAF, INTER });
	dane_judge(&d, w->p, w->tls, chains, 2, &wanted, PKI_NOW);
	tap_ok(d.status == DANE_MISMATCH && d.nlints == 1 && t[0].matched, "the first judgement");
	dane_judge(&d, w->p, w->tls, chains, 1, &wanted, PKI_NOW);
	tap_ok(d.status == DANE_MISMATCH && d.nlints == 1 && !t[0].matched, "the second");
	chain[1].decoded[0] = w->certs[LEAF].x;
	dane_judge(&d, w->p, w->tls, &chains[1], 1, &wanted, PKI_NOW);
	tap_ok(d.status == DANE_MATCH && d.nwould == 0 && d.why == NULL && t[0].matched,
	    "the third, of a chain that is decoded already");
}

/* Whatever byte changes on the way, it does not match. */
static void
test_changed(const struct world *w)
{
	const struct pki_cert *leaf = &w->certs[LEAF];
	struct tlsa t[2];
	size_t bad = 0;

	records_make(t, w, (const struct record[RECORDS]){ { 3, 0, 1, LEAF, RIGHT },
	    { 2, 1, 1, INTER, RIGHT } });
	for (size_t i = 0; i < leaf->len * 2; i++) {
		uint8_t *der = pool_copy(w->p, leaf->der, leaf->len);
		struct tls_chain chain = { .der = { der }, .len = { leaf->len }, .n = 1 };
		struct dane_facts d = { .records = t, .nrecords = 2, .base = "mx.example.org" };

		der[i / 2] ^= i % 2 == 0 ? 1 : 0x80;
		pki_send(&chain, &w->certs[INTER]);
		dane_judge(&d, w->p, w->tls, &(struct dane_chain){ &chain, NULL }, 1,
		    &(struct dane_wanted){ .ttl = 0 }, PKI_NOW);
		bad += d.status != DANE_MISMATCH;
	}
	tap_ok(bad == 0, "a changed byte never matches (%zu do)", bad);
}

/* As many records as an answer holds. */
static void
test_many(const struct world *w)
{
	const size_t n = 1800;
	struct tlsa *t = pool_array(w->p, n, sizeof(*t));
	struct dane_facts d = { .records = t, .nrecords = n, .base = "mx.example.org" };
	struct tls_chain chain = { .n = 0 };
	size_t matched = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t rdata[35] = { (uint8_t)(i % 4), 1, 1, (uint8_t)i, (uint8_t)(i >> 8) };

		tlsa_read(&t[i], w->p, rdata, sizeof(rdata));
	}
	records_make(&t[n - 1], w, (const struct record[RECORDS]){ { 3, 1, 1, LEAF, RIGHT } });
	send_all(&chain, w, (const enum id[SENT]){ LEAF, INTER });
	dane_judge(&d, w->p, w->tls, &(struct dane_chain){ &chain, NULL }, 1,
	    &(struct dane_wanted){ .ttl = 0 }, PKI_NOW);
	for (size_t i = 0; i < n; i++)
		matched += t[i].matched;
	tap_ok(d.status == DANE_MATCH && matched == 1, "1800 records, one matches");
	tap_ok(d.nlints < 40 && d.nnotes < 40, "what is said of them is bounded (%zu, %zu)",
	    d.nlints, d.nnotes);
}

int
main(void)
{
	struct world w = { 0 };

	world_make(&w);
	test_rows(&w);
	test_twins(&w);
	test_no_chain(&w);
	test_again(&w);
	test_changed(&w);
	test_many(&w);
	world_free(&w);
	return tap_end();
}
