// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_dane_lint.c - what is unwise about TLSA records and chains, a row each.
 * In what is said, "#0" is the first record.
 */
#include "dane_world.h"

#define READY(kind) kind ": rollover ready, there is a record beside the current one\n"

/* What is unwise. */
static const struct {
	const char *name;
	struct record records[RECORDS];
	enum id sent[SENT];
	const char *lints, *notes;
	uint32_t ttl;
} lint_rows[] = {
	{ "none", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, INTER }, "", "", 0 },
	{ "none, two kinds", { { 3, 1, 1, LEAF, RIGHT }, { 2, 1, 1, INTER, RIGHT } }, { LEAF, INTER }, "", "", 0 },
	{ "none, extra root sent", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, INTER, ROOT }, "", "", 0 },
	{ "none, both digests", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 2, LEAF, RIGHT } }, { LEAF, INTER }, "", "", 0 },

	{ "dead: 2 1 1", { { 3, 1, 1, LEAF, RIGHT }, { 2, 1, 1, ROOT, RIGHT } }, { LEAF, INTER },
	    "no 2 1 1 record matches the live chain (RFC 7671, 8)\n", "", 0 },
	{ "dead: the weaker digest", { { 3, 1, 1, NEXT, RIGHT }, { 3, 1, 2, LEAF, RIGHT } }, { LEAF, INTER },
	    "no 3 1 1 record matches the live chain (RFC 7671, 8)\n", "", 0 },
	{ "dead: once a kind", { { 3, 1, 1, LEAF, RIGHT }, { 3, 0, 1, NEXT, RIGHT }, { 3, 0, 1, NEXT, WRONG } },
	    { LEAF, INTER }, "no 3 0 1 record matches the live chain (RFC 7671, 8)\n", "", 0 },
	{ "dead: names make it so", { { 3, 1, 1, OTHER_NAME, RIGHT }, { 2, 1, 1, INTER, RIGHT } },
	    { OTHER_NAME, INTER }, "no 2 1 1 record matches the live chain (RFC 7671, 8)\n", "", 0 },
	{ "dead: not when all is", { { 3, 1, 1, NEXT, RIGHT }, { 2, 1, 1, ROOT, RIGHT } }, { LEAF, INTER }, "", "", 0 },
	{ "dead: unusable kinds are none", { { 3, 1, 1, LEAF, RIGHT }, { 2, 1, 1, ROOT, SHORTER } }, { LEAF, INTER },
	    "#1 has 31 bytes where SHA-256 gives 32: senders pass over it\n", "", 0 },

	{ "rollover", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 1, NEXT, RIGHT } }, { LEAF, INTER }, "",
	    "#1 matches nothing: next, or stale\n" READY("3 1 1"), 0 },
	{ "rollover: next and last", { { 3, 1, 1, NEXT, RIGHT }, { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 1, NEXT, WRONG } },
	    { LEAF, INTER }, "",
	    "#0 matches nothing: next, or stale\n" READY("3 1 1")
	    "#2 matches nothing: next, or stale\n", 0 },
	{ "rollover: of the CA", { { 2, 1, 1, INTER, RIGHT }, { 2, 1, 1, STRANGER, RIGHT } }, { LEAF, INTER }, "",
	    "#1 matches nothing: next, or stale\n" READY("2 1 1"), 0 },
	{ "rollover: other parameters are none", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 2, LEAF, RIGHT },
	    { 2, 1, 1, INTER, RIGHT } }, { LEAF, INTER }, "", "", 0 },
	{ "rollover: duplicates do not count", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 1, LEAF, RIGHT } },
	    { LEAF, INTER }, "", "", 0 },
	{ "rollover: nor do they as next ones", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 1, NEXT, RIGHT },
	    { 3, 1, 1, NEXT, RIGHT } }, { LEAF, INTER }, "",
	    "#1 matches nothing: next, or stale\n" READY("3 1 1"), 0 },
	{ "rollover: nothing matches", { { 3, 1, 1, NEXT, RIGHT }, { 3, 1, 1, LEAF, WRONG } }, { LEAF, INTER }, "",
	    "", 0 },
	{ "rollover: an unusable record is none", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 1, NEXT, SHORTER } },
	    { LEAF, INTER }, "#1 has 31 bytes where SHA-256 gives 32: senders pass over it\n", "", 0 },

	{ "short: 3 0 1", { { 3, 0, 1, SHORT_LEAF, RIGHT } }, { SHORT_LEAF, INTER },
	    "3 0 1 changes at every renewal, and the certificate is valid for 90 days only: use 3 1 1\n", "", 0 },
	{ "short: 3 0 1 that fell behind", { { 3, 0, 1, NEXT, RIGHT } }, { SHORT_LEAF, INTER },
	    "3 0 1 changes at every renewal, and the certificate is valid for 90 days only: use 3 1 1\n", "", 0 },
	{ "short: 3 1 1 does not mind", { { 3, 1, 1, SHORT_LEAF, RIGHT } }, { SHORT_LEAF, INTER }, "", "", 0 },
	{ "short: 3 0 1 on one of 400 days", { { 3, 0, 1, LEAF, RIGHT } }, { LEAF, INTER }, "", "", 0 },
	{ "short: 2 0 1", { { 2, 0, 1, SHORT_CA, RIGHT } }, { BELOW_SHORT, SHORT_CA },
	    "#0 names a CA certificate that is valid for 99 days only, and changes at its renewal: use 2 1 1\n", "",
	    0 },
	{ "short: 2 1 1 does not mind", { { 2, 1, 1, SHORT_CA, RIGHT } }, { BELOW_SHORT, SHORT_CA }, "", "", 0 },
	{ "short: 2 0 1 on a CA of 1010 days", { { 2, 0, 1, INTER, RIGHT } }, { LEAF, INTER }, "", "", 0 },

	{ "CN only", { { 2, 1, 1, INTER, RIGHT } }, { CN_ONLY, INTER },
	    "certificate has no DNS name, #0 matches by its common name only\n", "", 0 },
	{ "CN only, usage 3 does not mind", { { 3, 1, 1, CN_ONLY, RIGHT } }, { CN_ONLY, INTER }, "", "", 0 },

	{ "order", { { 2, 1, 1, INTER, RIGHT } }, { BELOW_DEEP, INTER, DEEP }, "live chain is sent out of order\n",
	    "", 0 },
	{ "order, usage 3", { { 3, 1, 1, BELOW_DEEP, RIGHT } }, { BELOW_DEEP, INTER, DEEP },
	    "live chain is sent out of order\n", "", 0 },
	{ "order: root first", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, ROOT, INTER },
	    "live chain is sent out of order\n", "", 0 },
	{ "order: something foreign behind", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, INTER, STRANGER }, "", "", 0 },
	{ "order: something foreign between", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, STRANGER, INTER },
	    "live chain is sent out of order\n", "", 0 },
	{ "order: a link is missing", { { 3, 1, 1, BELOW_DEEP, RIGHT } }, { BELOW_DEEP, INTER, ROOT }, "", "", 0 },
	{ "order: self-signed, twice", { { 3, 1, 1, SELF_CA, RIGHT } }, { SELF_CA, SELF_CA }, "", "", 0 },

	{ "unusable beside good: usage 0", { { 3, 1, 1, LEAF, RIGHT }, { 0, 1, 1, INTER, RIGHT } }, { LEAF, INTER },
	    "#1 has usage 0, which is not for mail (RFC 7672, 3.1.3): senders pass over it\n", "", 0 },
	{ "unusable beside good: usage 1", { { 1, 1, 1, LEAF, RIGHT }, { 3, 1, 1, LEAF, RIGHT } }, { LEAF, INTER },
	    "#0 has usage 1, which is not for mail (RFC 7672, 3.1.3): senders pass over it\n", "", 0 },
	{ "unusable beside good: no data", { { 3, 1, 1, LEAF, RIGHT }, { 3, 0, 1, LEAF, EMPTY } }, { LEAF, INTER },
	    "#1 has no data: senders pass over it\n", "", 0 },
	{ "unusable beside good: said once", { { 3, 1, 1, LEAF, RIGHT }, { 3, 1, 3, LEAF, RIGHT },
	    { 3, 1, 3, LEAF, RIGHT } }, { LEAF, INTER },
	    "#1 has the unknown matching type 3: senders pass over it\n", "", 0 },

	{ "only SHA-512", { { 3, 1, 2, LEAF, RIGHT } }, { LEAF, INTER },
	    "only SHA-512 records, which some senders do not know: use SHA-256 (matching type 1)\n", "", 0 },
	{ "only SHA-512, an unusable SHA-256", { { 3, 1, 2, LEAF, RIGHT }, { 3, 1, 1, LEAF, SHORTER } },
	    { LEAF, INTER }, "#1 has 31 bytes where SHA-256 gives 32: senders pass over it\n"
	    "only SHA-512 records, which some senders do not know: use SHA-256 (matching type 1)\n", "", 0 },
	{ "matching 0: certificate", { { 3, 0, 0, LEAF, RIGHT } }, { LEAF, INTER },
	    "#0 holds the whole certificate, which makes large answers: use 3 0 1\n", "", 0 },
	{ "matching 0: key", { { 3, 1, 0, LEAF, RIGHT } }, { LEAF, INTER },
	    "#0 holds the whole key, which makes large answers: use 3 1 1\n", "", 0 },
	{ "matching 0: anchor not sent", { { 2, 0, 0, INTER, RIGHT } }, { LEAF },
	    "#0 holds the whole certificate, which makes large answers: use 2 0 1\n"
	    "#0 matches an anchor that is not sent: other senders may fail\n", "", 0 },
	{ "matching 0: key of an anchor not sent", { { 2, 1, 0, INTER, RIGHT } }, { LEAF },
	    "#0 holds the whole key, which makes large answers: use 2 1 1\n"
	    "#0 matches an anchor that is not sent: other senders may fail\n", "", 0 },
	{ "matching 0: anchor sent", { { 2, 1, 0, INTER, RIGHT } }, { LEAF, INTER },
	    "#0 holds the whole key, which makes large answers: use 2 1 1\n", "", 0 },
	{ "matching 0: root not sent", { { 2, 0, 0, ROOT, RIGHT } }, { LEAF, INTER },
	    "#0 holds the whole certificate, which makes large answers: use 2 0 1\n"
	    "#0 matches an anchor that is not sent: other senders may fail\n", "", 0 },

	{ "digest of nothing", { { 3, 1, 1, LEAF, OF_NOTHING } }, { LEAF, INTER },
	    "#0 is the digest of nothing: whatever made it had no input\n", "", 0 },
	{ "digest of nothing, beside a good one", { { 3, 1, 2, LEAF, RIGHT }, { 3, 1, 2, LEAF, OF_NOTHING },
	    { 3, 1, 1, LEAF, RIGHT } }, { LEAF, INTER },
	    "#1 is the digest of nothing: whatever made it had no input\n", "", 0 },

	{ "TTL of a day", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, INTER }, "", "", 86400 },
	{ "TTL over a day", { { 3, 1, 1, LEAF, RIGHT } }, { LEAF, INTER },
	    "TTL of 86401 s is over a day: a new key waits that long for its record\n", "", 86401 },
	{ "TTL as long as can be", { { 3, 1, 1, NEXT, RIGHT } }, { LEAF, INTER },
	    "TTL of 4294967295 s is over a day: a new key waits that long for its record\n", "", UINT32_MAX },
};

static void
test_lints(const struct world *w)
{
	for (size_t i = 0; i < ROWS(lint_rows); i++) {
		const struct dane_wanted wanted = { { "mx.example.org" }, lint_rows[i].ttl };
		struct dane_facts d =
		    judge(w, lint_rows[i].records, &lint_rows[i].sent, alone, 1, &wanted);
		const char *text = pool_printf(w->p, "lint: %s", lint_rows[i].name);

		tap_is(lines(w, d.lints, d.nlints, &d), lint_rows[i].lints, text);
		tap_is(lines(w, d.notes, d.nnotes, &d), lint_rows[i].notes, "its notes");
	}
}

int
main(void)
{
	struct world w = { 0 };

	world_make(&w);
	test_lints(&w);
	world_free(&w);
	return tap_end();
}
