// SPDX-License-Identifier: GPL-3.0-or-later
/* check_dane.c - would a DANE sender deliver to this domain or host? */
#include "plug.h"

#define AT(member) offsetof(struct plan, member)

static const struct opt dane_options[] = {
	{ 'H', "hostname", OPT_TEXT, AT(hostname), "TARGET",
	    .help = "the mail domain, whose MX are tested; with --no-mx the name of one server; "
	    "required" },
	{ 'd', "domain", OPT_TEXT, AT(hostname), "TARGET", .help = "the same as --hostname" },
	{ 'w', "warning", OPT_LOW, AT(warn), "RANGE",
	    .help = "WARNING when the days until the first of the signatures in DNS expires are "
	    "outside, default 3: (below 3); not for signatures made for less than 4 days" },
	{ 'c', "critical", OPT_LOW, AT(crit), "RANGE",
	    .help = "CRITICAL when these days are outside, default 1: (below 1)" },
	{ 0, "no-mx", OPT_FLAG, AT(no_mx), NULL,
	    .help = "the target is a server itself, not a mail domain" },
	{ 0, "for-domain", OPT_TEXT, AT(for_domain), "DOMAIN",
	    .help = "with --no-mx: the mail domain the server works for, another name that its "
	    "certificate may have where a record has usage 2; default none" },
	{ 0, "require", OPT_LIST, AT(require_args), "U.S.M",
	    .help = "CRITICAL without a TLSA record of this usage, selector and matching type, as "
	    "in 3.1.1; repeatable" },
	{ 0 }
};

static const struct opt dane_servers[] = {
	{ 0, "algorithms", OPT_TEXT, AT(algorithms_arg), "LIST",
	    .help = "ask every server for a certificate with an RSA key and for one with an ECDSA "
	    "key, in a handshake each: rsa,ecdsa (default), rsa or ecdsa; every one there is "
	    "must match" },
	{ 0, "no-connect", OPT_FLAG, AT(no_connect), NULL,
	    .help = "look at DNS only, connect to no server" },
	{ 0, "stop-after", OPT_TEXT, AT(stop_arg), "STEP",
	    .help = "end the test of an address after this step: answer, connect, helo, tls, "
	    "cert or secure (EHLO2 is the same), the default" },
	{ 0 }
};

static const struct opt dane_offline[] = {
	{ 0, "chain", OPT_TEXT, AT(chain_file), "FILE",
	    .help = "connect to no server, but judge the certificates in this PEM file, the "
	    "server's own first: will my next certificate match?" },
	{ 0, "tlsa", OPT_LIST, AT(tlsa_args), "RECORD",
	    .help = "with --chain: judge against this TLSA record, \"U S M HEX\", instead of those "
	    "in DNS; the target is then the server's name, as with --no-mx; nothing touches the "
	    "network; repeatable" },
	{ 0 }
};

static const struct opt_group dane_groups[] = {
	{ "Target and thresholds", dane_options },
	{ "Which chains", dane_servers },
	{ "Without servers", dane_offline },
	{ "General", opt_common },
	{ "TLS", opt_tls },
	{ "SMTP session", opt_session },
	{ 0 }
};

static const struct opt_plugin dane = {
	.plugin = PLUGIN_DANE,
	.program = "check_dane",
	.name = "DANE",
	.about = "Would a mail server that sends by DANE deliver here? Validates MX, addresses and "
	    "TLSA records by DNSSEC, and holds the certificates of every address of every MX "
	    "against them. Sends no mail.",
	.groups = dane_groups,
	.examples =
	    "  check_dane -H example.org\n"
	    "  check_dane -H mx1.example.org --no-mx --for-domain=example.org\n"
	    "  check_dane -H example.org --require=3.1.1 -w 5: -c 2:\n"
	    "  check_dane -H example.org --no-connect --no-cache\n"
	    "  check_dane -H example.org --chain=next.pem\n"
	    "  check_dane -H mx1.example.org --chain=next.pem --tlsa=\"3 1 1 $HEX\"\n",
};

int
main(int argc, char **argv)
{
	return plug_main(&dane, argc, argv);
}
