// SPDX-License-Identifier: GPL-3.0-or-later
/* check_smtp_tls.c - does this one server take mail over good TLS? */
#include "plug.h"

#define AT(member) offsetof(struct plan, member)

static const struct opt smtp_tls_options[] = {
	{ 'H', "hostname", OPT_TEXT, AT(hostname), "TARGET",
	    .help = "the server: a name or an IP address (IPv6 with or without brackets); every "
	    "address of a name is tested; required" },
	{ 'd', "domain", OPT_TEXT, AT(hostname), "TARGET", .help = "the same as --hostname" },
	{ 'w', "warning", OPT_RANGE, AT(warn), "RANGE",
	    .help = "WARNING when the seconds that the whole test took are outside, default no "
	    "limit" },
	{ 'c', "critical", OPT_RANGE, AT(crit), "RANGE",
	    .help = "CRITICAL when the seconds that the whole test took are outside, default no "
	    "limit" },
	{ 0, "rcpt", OPT_TEXT, AT(rcpt_arg), "ADDRESS",
	    .help = "ask in RCPT TO for this recipient, too; default no recipient, no message is "
	    "ever sent" },
	{ 0, "require-tls", OPT_WORD, AT(require_tls), "VERSION",
	    .help = "CRITICAL when a lower TLS version is negotiated: 1.0, 1.1, 1.2 or 1.3, "
	    "default any", .words = opt_versions, .first = PROTO_TLS10 },
	{ 0, "for-domain", OPT_TEXT, AT(for_domain), "DOMAIN",
	    .help = "the mail domain the server works for, which --match=domain and --match=any "
	    "accept in a certificate; default none" },
	{ 0, "dane", OPT_ON, AT(dane), NULL,
	    .help = "test DANE, too, with a resolver that can do DNSSEC" },
	{ 0 }
};

static const struct opt_group smtp_tls_groups[] = {
	{ "Target and thresholds", smtp_tls_options },
	{ "General", opt_common },
	{ "TLS", opt_tls },
	{ "SMTP", opt_smtp },
	{ "SMTP session", opt_session },
	{ "Mail", opt_mail },
	{ 0 }
};

static const struct opt_plugin smtp_tls = {
	.plugin = PLUGIN_SMTP_TLS,
	.program = "check_smtp_tls",
	.name = "SMTP_TLS",
	.about = "Does this one mail server take mail over good TLS? Goes through the SMTP "
	    "dialogue up to MAIL FROM, judges encryption and certificate, and sends no mail unless "
	    "--send-email asks for it.",
	.groups = smtp_tls_groups,
	.examples =
	    "  check_smtp_tls -H mx1.example.org\n"
	    "  check_smtp_tls -H mx1.example.org -w 2 -c 5 -D 21,7\n"
	    "  check_smtp_tls -H smtp.example.org --direct-tls --stop-after=helo\n"
	    "  check_smtp_tls -H [2001:db8::25] --verify-name=mx1.example.org\n"
	    "  check_smtp_tls -H mx1.example.org --severity=cert-untrusted=ok -vv\n",
};

int
main(int argc, char **argv)
{
	return plug_main(&smtp_tls, argc, argv);
}
