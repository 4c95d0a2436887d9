// SPDX-License-Identifier: GPL-3.0-or-later
/* facts.c - names of protocols, and what some facts come to. */
#include "facts.h"

static const char *const protos[] = {
	[PROTO_NONE] = NULL,
	[PROTO_SSL2] = "SSLv2",
	[PROTO_SSL3] = "SSLv3",
	[PROTO_TLS10] = "TLSv1.0",
	[PROTO_TLS11] = "TLSv1.1",
	[PROTO_TLS12] = "TLSv1.2",
	[PROTO_TLS13] = "TLSv1.3",
};

const char *
proto_name(enum proto proto)
{
	return protos[proto];
}

bool
dns_failed(enum dns_status status)
{
	return status == DNS_ERROR || status == DNS_BOGUS;
}

bool
facts_half_dane(const struct run_facts *facts)
{
	return facts->mx.status == DNS_INSECURE && !facts->no_mx;
}
