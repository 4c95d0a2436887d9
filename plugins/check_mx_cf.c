// SPDX-License-Identifier: GPL-3.0-or-later
/* check_mx_cf.c - how sure is mail to this domain to travel securely? */
#include "plug.h"

#define AT(member) offsetof(struct plan, member)

static const struct opt mx_cf_options[] = {
	{ 'H', "hostname", OPT_TEXT, AT(hostname), "TARGET",
	    .help = "the mail domain, or a mail address user@domain, which is then asked for in "
	    "RCPT TO; required" },
	{ 'd', "domain", OPT_TEXT, AT(hostname), "TARGET", .help = "the same as --hostname" },
	{ 'w', "warning", OPT_LOW, AT(warn), "RANGE",
	    .help = "WARNING when the CF is outside, default 90: (below 90)" },
	{ 'c', "critical", OPT_LOW, AT(crit), "RANGE",
	    .help = "CRITICAL when the CF is outside, default 64: (below 64)" },
	{ 0, "min-mx", OPT_NUM, AT(min_mx), "CF",
	    .help = "CRITICAL when the CF of the worst host is under this, 0 to 121, default no "
	    "limit", .lo = 0, .hi = 121 },
	{ 0, "explain", OPT_FLAG, AT(explain), NULL,
	    .help = "tell for every host what it lost on the way to 121, and what to do about it" },
	{ 0 }
};

static const struct opt mx_cf_selection[] = {
	{ 0, "quick", OPT_FLAG, AT(quick), NULL,
	    .help = "QFactor: only the first host that answers, tried in order of preference; "
	    "presets --stop-after=secure, --host-timeout=11, --revocation=off, "
	    "--ignore-unreachable, --no-dane and --no-mtasts, which can each be put back" },
	{ 0, "mtasts", OPT_ON, AT(mtasts), NULL,
	    .help = "look for the domain's MTA-STS policy, and hold the hosts against it; this is "
	    "the default but for --quick and --direct-tls" },
	{ 0, "no-mtasts", OPT_OFF, AT(mtasts), NULL,
	    .help = "do not: MTA-STS counts as not tested, which lowers the highest CF possible" },
	{ 0, "ignore-unreachable", OPT_ON, AT(ignore_unreachable), NULL,
	    .help = "leave hosts that could not be tested out of the CF" },
	{ 0, "no-ignore-unreachable", OPT_OFF, AT(ignore_unreachable), NULL,
	    .help = "count hosts that could not be tested as 50; this is the default but for "
	    "--quick" },
	{ 0, "dane", OPT_ON, AT(dane), NULL,
	    .help = "test DANE; this is the default but for --quick. Given by name, it needs a "
	    "resolver that can do DNSSEC" },
	{ 0, "no-dane", OPT_OFF, AT(dane), NULL, .help = "do not test DANE" },
	{ 0, "mx-host", OPT_LIST, AT(mx_host_args), "NAME_OR_IP[:PORT]",
	    .help = "test this server instead of the domain's MX, an IPv6 address with a port in "
	    "brackets; repeatable; all weigh the same" },
	{ 0, "mx-limit", OPT_TEXT, AT(mx_limit_arg), "N|N%",
	    .help = "test only the first N or N% (rounded up) MX in order of preference, default "
	    "all" },
	{ 0, "host-limit", OPT_TEXT, AT(host_limit_arg), "N|N%",
	    .help = "test only the first N or N% (rounded up) hosts in order of preference, then "
	    "name, default all" },
	{ 0 }
};

static const char *const totals[] = { "average", "minimum", NULL };

static const struct opt mx_cf_batch[] = {
	{ 0, "batch", OPT_TEXT, AT(batch_file), "FILE",
	    .help = "test the targets of this file instead of --hostname, one a line, # begins a "
	    "comment; - is standard input; each has --timeout for itself, a server of several is "
	    "tested once; --format is plugin (the first line of each), score, json, xml, csv, or "
	    "nagios or icinga for passive results" },
	{ 0, "total", OPT_WORD, AT(total_minimum), "HOW",
	    .help = "which CF of a batch --warning and --critical look at: average (default) or "
	    "minimum", .words = totals },
	{ 0, "jobs", OPT_INT, AT(jobs), "N",
	    .help = "test this many targets of a batch at once, 1 to 64, default 16; --parallel "
	    "is the limit of servers for all of them", .lo = 1, .hi = 64 },
	{ 0, "host-name", OPT_TEXT, AT(host_name), "TEXT",
	    .help = "the host of passive results, default %d; %t is the target, %d its domain" },
	{ 0, "service", OPT_TEXT, AT(service), "TEXT",
	    .help = "the service of passive results, default mail-tls; %t and %d as before" },
	{ 0 }
};

static const struct opt_group mx_cf_groups[] = {
	{ "Target and thresholds", mx_cf_options },
	{ "Which hosts", mx_cf_selection },
	{ "Many targets", mx_cf_batch },
	{ "General", opt_common },
	{ "TLS", opt_tls },
	{ "SMTP", opt_smtp },
	{ "SMTP session", opt_session },
	{ "Mail", opt_mail },
	{ 0 }
};

static const struct opt_plugin mx_cf = {
	.plugin = PLUGIN_MX_CF,
	.program = "check_mx_cf",
	.name = "MX_CF",
	.about = "How sure is mail to this domain to travel over a secure connection? Tests every "
	    "address of every MX and gives one Confidence Factor (CF) from 0 to 121. Sends no "
	    "mail unless --send-email asks for it.",
	.groups = mx_cf_groups,
	.examples =
	    "  check_mx_cf -H example.org\n"
	    "  check_mx_cf -H user@example.org -w 104: -c 88: --min-mx=64\n"
	    "  check_mx_cf -H example.org --explain\n"
	    "  check_mx_cf -H example.org --quick --format=score\n"
	    "  check_mx_cf -H example.org --mx-host=[2001:db8::25]:2525 -vv\n"
	    "  check_mx_cf -H example.org --severity=unreachable=ok --ignore-unreachable\n"
	    "  check_mx_cf --batch=domains.txt --format=csv --total=minimum\n",
};

int
main(int argc, char **argv)
{
	return plug_main(&mx_cf, argc, argv);
}
