// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_dnspkt.c - DNS messages into our types: the first byte is the type asked for. */
#include "dnspkt.h"
#include "fuzz.h"

#define ID 0x1234

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	static const enum dns_type types[] = { DNS_A, DNS_CNAME, DNS_SOA, DNS_MX, DNS_TXT, DNS_AAAA,
		DNS_TLSA };
	enum dns_type type;
	struct dnspkt query = { 0 };
	struct dns_answer a = { 0 };

	if (n == 0)
		return;
	type = types[data[0] % (sizeof(types) / sizeof(types[0]))];
	FUZZ_MUST(dnspkt_query(&query, p, "example.org", type, DNSPKT_AD, ID) == 0);
	if (dnspkt_read(&a, p, &query, data + 1, n - 1) == DNSPKT_ANSWER) {
		FUZZ_MUST(a.rcode != NULL && a.canonical != NULL);
		FUZZ_MUST((a.status == DNS_ERROR) == (a.why != NULL));
	}
	a = (struct dns_answer){ 0 };
	if (!dnspkt_records(&a, p, type, data + 1, n - 1))
		return;
	fuzz_shown(a.canonical);
	for (size_t i = 0; i < a.nrr; i++)
		fuzz_shown(a.rr[i].name);
}
