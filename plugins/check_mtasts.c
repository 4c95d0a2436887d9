// SPDX-License-Identifier: GPL-3.0-or-later
/* check_mtasts.c - are MTA-STS and TLS-RPT published right, and do the live MX satisfy the policy? */
#include "plug.h"

#define AT(member) offsetof(struct plan, member)

/* In the order of their enums. */
static const char *const modes[] = { "none", "testing", "enforce", NULL };
static const char *const wishes[] = { "require", "warn", "ignore", NULL };

static const struct opt mtasts_options[] = {
	{ 'H', "hostname", OPT_TEXT, AT(hostname), "TARGET",
	    .help = "the mail domain; required but for --lint" },
	{ 'd', "domain", OPT_TEXT, AT(hostname), "TARGET", .help = "the same as --hostname" },
	{ 'w', "warning", OPT_LOW, AT(warn), "RANGE",
	    .help = "WARNING when the policy's max_age in seconds is outside, default 604800: "
	    "(below 7 days)" },
	{ 'c', "critical", OPT_LOW, AT(crit), "RANGE",
	    .help = "CRITICAL when max_age is outside, default 86400: (below 1 day)" },
	{ 0, "expect-mode", OPT_WORD, AT(expect_mode), "MODE",
	    .help = "CRITICAL when the policy's mode is not this one: enforce, testing or none; "
	    "default any", .words = modes, .first = STS_MODE_NONE },
	{ 0, "expect-id", OPT_TEXT, AT(expect_id), "ID",
	    .help = "CRITICAL when the record's id is not this one; default any" },
	{ 0, "tlsrpt", OPT_WORD, AT(tlsrpt), "HOW",
	    .help = "what a missing or invalid TLS-RPT record counts as: require (critical), warn "
	    "(default) or ignore (ok); --severity beats it", .words = wishes,
	    .first = TLSRPT_REQUIRE },
	{ 0 }
};

static const struct opt mtasts_servers[] = {
	{ 0, "no-connect", OPT_FLAG, AT(no_connect), NULL,
	    .help = "do not test the MX: only hold their names against the policy" },
	{ 0, "stop-after", OPT_TEXT, AT(stop_arg), "STEP",
	    .help = "end the test of an address after this step: answer, connect, helo, tls, "
	    "cert or secure (EHLO2 is the same), the default" },
	{ 0 }
};

static const struct opt mtasts_offline[] = {
	{ 0, "lint", OPT_FLAG, AT(lint), NULL,
	    .help = "touch no network: judge what the options below give; what is not given is "
	    "not judged" },
	{ 0, "txt", OPT_TEXT, AT(txt), "TEXT",
	    .help = "the TXT record to publish at _mta-sts, its strings joined" },
	{ 0, "tlsrpt-txt", OPT_LIST, AT(tlsrpt_txt), "TEXT",
	    .help = "the TXT record to publish at _smtp._tls, its strings joined; repeatable: "
	    "several records" },
	{ 0, "policy-file", OPT_TEXT, AT(policy_file), "FILE",
	    .help = "the policy to publish" },
	{ 0, "mx", OPT_LIST, AT(mx_args), "NAME",
	    .help = "an MX host name to hold against the policy; repeatable" },
	{ 0 }
};

static const struct opt_group mtasts_groups[] = {
	{ "Target and thresholds", mtasts_options },
	{ "Servers", mtasts_servers },
	{ "Without the network", mtasts_offline },
	{ "General", opt_common },
	{ "TLS", opt_tls },
	{ "SMTP session", opt_session },
	{ 0 }
};

static const struct opt_plugin mtasts = {
	.plugin = PLUGIN_MTASTS,
	.program = "check_mtasts",
	.name = "MTASTS",
	.about = "Are MTA-STS and TLS-RPT published right, and do all MX satisfy the policy? Reads "
	    "both records and the policy strictly, and tests every address of every MX as a "
	    "sender by MTA-STS would. Sends no mail.",
	.groups = mtasts_groups,
	.examples =
	    "  check_mtasts -H example.org\n"
	    "  check_mtasts -H example.org --expect-mode=enforce -w 1209600: -D 21,7\n"
	    "  check_mtasts -H example.org --no-connect --tlsrpt=ignore\n"
	    "  check_mtasts --lint --policy-file=mta-sts.txt --mx=mx1.example.org\n"
	    "  check_mtasts --lint --txt=\"v=STSv1; id=20261123\"\n"
	    "  check_mtasts --lint --tlsrpt-txt=\"v=TLSRPTv1; rua=mailto:tls@example.org\"\n",
};

int
main(int argc, char **argv)
{
	return plug_main(&mtasts, argc, argv);
}
