/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_ad.h - the word of a validating resolver on this machine, by the AD bit (RFC 4035, 3.2.3). */
#ifndef DNS_AD_H
#define DNS_AD_H

#include "dns_batch.h"

/*
 * dns_batch_run(), with answers SECURE where the resolver says so.  What it answers SERVFAIL is asked
 * once more with checking disabled: BOGUS, without records, when it is answered then.
 */
void dns_ad_run(const struct dns_batch_servers *servers, struct pool *p, struct dns_question *q,
    size_t n, int64_t deadline);

#endif
