/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tlsaset.h - which TLSA records apply to each host of a run (RFC 7672, 2.2; dane-rules.md, "Order and outcomes").
 * DNS only: what the records say about a certificate is dane.h's to judge.
 */
#ifndef TLSASET_H
#define TLSASET_H

#include "dns.h"
#include "facts.h"
#include "plan.h"

/*
 * Fill in the dane facts of every host that is to be probed, with records of its own each, into facts->pool: status
 * NONE, INSECURE, UNUSABLE or ERROR with why; or records that a chain has to match, NOT_TESTED as yet, and their
 * base.  Also facts->sigs (those of MX and addresses, too), and the time in facts->dns_us.  The questions of a stage
 * go out at once for all hosts, in at most four stages, and within a third of the time that is left.
 */
void tlsaset_find(struct run_facts *facts, const struct plan *plan, struct dns *dns);

#endif
