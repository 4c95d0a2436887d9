/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sts.h - MTA-STS (RFC 8461) and TLS-RPT (RFC 8460): texts into facts, and hosts held against a policy.  Pure.
 * The parsers take any bytes: each is strict by the ABNF, and notes every error with its place and what was
 * expected.  All texts kept are clean, in p.
 */
#ifndef STS_H
#define STS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "plan.h"
#include "pool.h"

#define STS_POLICY_MAX 65536	/* bytes of a policy: RFC 8461, 3.3, suggests this limit */

/* One TXT record, raw, its strings joined. */
struct sts_txt {
	const uint8_t *data;
	size_t len;
};

/*
 * The TXT RRset of _mta-sts.DOMAIN (n 0: there is none): status NONE, OK or INVALID, id, errors, lints and
 * why of m, which starts zeroed.
 */
void sts_read_record(struct mtasts_facts *m, struct pool *p, const struct sts_txt *txt, size_t n);

/*
 * The policy's body: mode, max_age, mx, errors, lints of m.  Comes behind sts_read_record() or, where there
 * is no record to look at, alone.  An invalid one makes the status INVALID, a valid one OK where no record
 * was read; without a record (NONE) it stays so.  why is made anew.
 */
void sts_read_policy(struct mtasts_facts *m, struct pool *p, const void *body, size_t len);

/* The TXT RRset of _smtp._tls.DOMAIN: all of t, which starts zeroed. */
void sts_read_tlsrpt(struct tlsrpt_facts *t, struct pool *p, const struct sts_txt *txt, size_t n);

/*
 * Does a pattern of a policy cover the MX record's name?  Case-insensitive, a final dot on either side
 * ignored; "*." stands for exactly one label on the left (RFC 8461, 4.1).
 */
bool sts_match(const char *pattern, const char *mx);

/*
 * Hold every host against facts->mtasts: h->sts.  And a lint for each pattern that covers no MX, where all MX
 * are known.  Comes after the probes; --match and --verify-name do not matter.  With plan->lint hosts pass
 * when they are listed.
 */
void sts_judge(struct run_facts *facts, const struct plan *plan);

/* "enforce"; NULL for UNKNOWN. */
const char *sts_mode_name(enum sts_mode mode);

/* "not-listed" */
const char *sts_status_name(enum sts_status status);

/* "policy line 2, column 7: mode is ..." */
const char *sts_flaw(struct pool *p, const struct flaw *flaw);

/*
 * Note a flaw; of too many, the rest are dropped.  of as in facts.h, line and column 0 for the whole.
 * Values in the text go through sts_value().
 */
void sts_add(struct flaws *to, struct pool *p, const char *of, size_t line, size_t column,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* n raw bytes cleaned, cut and in quotes: "\"Enforce\"". */
const char *sts_value(struct pool *p, const char *raw, size_t n);

#endif
