/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * revoke.h - are the certificates of a verified path revoked?  Staple, OCSP and CRL, in this order until one knows
 * (RFC 6960, RFC 5280), beside the probes.
 * A struct revoke serves all probes of a run and may be shared by threads: whoever asks again about a certificate
 * gets the answer there is.  It has threads of its own, each of which ends by the deadline it was given.
 */
#ifndef REVOKE_H
#define REVOKE_H

#include <stdint.h>

#include "dns.h"
#include "facts.h"
#include "plan.h"
#include "tls.h"

struct revoke;

/* NULL when the plan asks no source at all.  plan and dns must outlive it. */
struct revoke *revoke_new(const struct plan *plan, struct dns *dns);

/*
 * Judge the staple of h, which was just judged by cert_judge(), and start to ask about its certificates, to end by
 * the tick deadline.  Returns at once.  chain: as sent, for what is decoded already.  Nothing in case of r NULL.
 */
void revoke_ask(struct revoke *r, struct host *h, const struct tls_chain *chain, int64_t wall,
    int64_t deadline);

/*
 * Wait for the answers about h and write them: cert.revoked, its reason and revocations; of a revoked certificate
 * the step Cert and the transcript, too.  To be called once no thread probes h any more, before it is scored.
 */
void revoke_settle(struct revoke *r, struct host *h);

/* Waits for what is still under way.  NULL is fine. */
void revoke_free(struct revoke *r);

#endif
