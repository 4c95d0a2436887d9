// SPDX-License-Identifier: GPL-3.0-or-later
/* opt_tables.c - the options that plugins share. */
#include "opt.h"

#define AT(member) offsetof(struct plan, member)

/* In the order of their enums. */
static const char *const formats[] = { "plugin", "score", "matrix", "smtp", "detail", "certdetail",
	"ssldetail", "debug", "sslprobe", "json", "xml", "csv", "nagios", "icinga", NULL };
static const char *const progresses[] = { "auto", "yes", "no", NULL };
static const char *const sandboxes[] = { "on", "off", NULL };
static const char *const styles[] = { "range", "number", "none", NULL };
const char *const opt_versions[] = { "1.0", "1.1", "1.2", "1.3", NULL };
static const char *const dnssecs[] = { "validate", "ad", "off", NULL };
static const char *const auth_types[] = { "PLAIN", "LOGIN", NULL };
static const char *const matches[] = { "mx", "domain", "any", "none", NULL };

const struct opt opt_common[] = {
	{ 'p', "port", OPT_INT, AT(port), "PORT",
	    .help = "the port of the server, default 25; 465 with --direct-tls",
	    .lo = 1, .hi = 65535 },
	{ 't', "timeout", OPT_NUM, AT(timeout), "SECONDS",
	    .help = "end the whole run after this long with whatever is known by then, 1 to 600, "
	    "default 30 (600 with --format=sslprobe)", .lo = 1, .hi = 600 },
	{ 0, "host-timeout", OPT_NUM, AT(host_timeout), "SECONDS",
	    .help = "end the test of one address after this long, 1 to 600, default 20 (11 in a "
	    "quick test)", .lo = 1, .hi = 600 },
	{ '4', "use-ipv4", OPT_FLAG, AT(ipv4), NULL,
	    .help = "use IPv4 only; default both families" },
	{ '6', "use-ipv6", OPT_FLAG, AT(ipv6), NULL,
	    .help = "use IPv6 only; default both families" },
	{ 'D', "certificate", OPT_DAYS, AT(cert_warn), "WARN[,CRIT]",
	    .help = "WARNING or CRITICAL when a server's certificate is valid for fewer days than "
	    "this, default 14,3; without CRIT never CRITICAL; 0 switches off" },
	{ 'v', "verbose", OPT_COUNT, AT(verbose), NULL,
	    .help = "say more: -v the matrix, -vv the SMTP transcript, -vvv certificates, too" },
	{ 0, "format", OPT_WORD, AT(format), "FORMAT",
	    .help = "what to print: plugin (default), score, matrix, smtp, detail, certdetail, "
	    "ssldetail, debug, sslprobe (what testssl.sh says of the first MX), json, xml or csv; "
	    "the exit code is the same in all but debug, where it tells whether a connection was "
	    "made, and sslprobe", .words = formats, .first = FORMAT_PLUGIN },
	{ 0, "progress", OPT_WORD, AT(progress), "WHEN",
	    .help = "show what happens while it happens, in the formats for people, score to debug: "
	    "auto (default: on a terminal), yes or no", .words = progresses,
	    .first = PROGRESS_AUTO },
	{ 0, "severity", OPT_SEVERITY, AT(severity), "KEY=STATE",
	    .help = "what a finding counts as: ok, warning, critical or unknown; the keys stand "
	    "below; repeatable" },
	{ 0, "nameserver", OPT_LIST, AT(nameserver_args), "IP[@PORT]",
	    .help = "ask this resolver, default those of /etc/resolv.conf; repeatable" },
	{ 0, "dnssec", OPT_WORD, AT(dnssec), "MODE",
	    .help = "validate, the default where DNSSEC matters: check all answers against the "
	    "trust anchor; ad: believe the AD bit of a resolver on this machine; off: take all "
	    "answers as insecure", .words = dnssecs, .first = DNSSEC_VALIDATE },
	{ 0, "trust-anchor", OPT_TEXT, AT(trust_anchor), "FILE",
	    .help = "the DS or DNSKEY records to validate with, default "
	    "/usr/share/dns/root.key, then the usual places of other systems" },
	{ 0, "trust-ad", OPT_FLAG, AT(trust_ad), NULL,
	    .help = "with --dnssec=ad, believe resolvers on other machines, too" },
	{ 0, "no-cache", OPT_FLAG, AT(no_cache), NULL,
	    .help = "ask the name servers of each zone, from the root on, instead of a resolver, "
	    "to see a change at once" },
	{ 0, "soa", OPT_TEXT, AT(soa_arg), "HOST_OR_IP[@PORT]",
	    .help = "ask this name server for the target's zone, to try a zone before it is "
	    "published; for keys not yet published use --dnssec=off or --trust-anchor" },
	{ 0, "source-address", OPT_TEXT, AT(source_arg), "IP",
	    .help = "connect from this address of this machine, default the system's choice" },
	{ 0, "socks", OPT_SECRET, AT(socks_arg), "[USER[:PASSWORD]@]HOST[:PORT]",
	    .help = "connect through this SOCKS5 proxy, default port 1080; names are still looked "
	    "up directly" },
	{ 'F', "fqdn", OPT_TEXT, AT(fqdn), "NAME",
	    .help = "the name to say in EHLO, default this host's full name, else its address" },
	{ 0, "parallel", OPT_INT, AT(parallel), "N",
	    .help = "test this many addresses at once, 1 to 256, default 16", .lo = 1, .hi = 256 },
	{ 0, "perfdata-thresholds", OPT_WORD, AT(perf_style), "STYLE",
	    .help = "how thresholds are written in perfdata: range (default), number (90 for 90:) "
	    "or none", .words = styles, .first = RANGE_STYLE_RANGE },
	{ 0, "sandbox", OPT_WORD, AT(sandbox), "MODE",
	    .help = "on (default): once its files are read, give up files, ports, system calls and "
	    "capabilities that the run does not need, as far as the kernel can; off: keep them",
	    .words = sandboxes, .first = SANDBOX_ON },
	{ 0, "user", OPT_TEXT, AT(user), "NAME",
	    .help = "started by root, become this user of /etc/passwd once files are read" },
	{ 0, "extra-opts", OPT_EXTRA, 0, "[SECTION][@FILE]",
	    .help = "take options from this section of an ini file, default the plugin's name in "
	    "the usual file of monitoring-plugins; the command line wins; the place for "
	    "passwords; repeatable" },
	{ 'V', "version", OPT_VERSION, 0, NULL,
	    .help = "print the version and exit with state UNKNOWN" },
	{ 'h', "help", OPT_HELP, 0, NULL, .help = "print this text and exit with state UNKNOWN" },
	{ 0 }
};

const struct opt opt_tls[] = {
	{ 0, "tls-min", OPT_WORD, AT(tls_min), "VERSION",
	    .help = "the lowest TLS version to offer: 1.0 (default: weak servers are measured), "
	    "1.1, 1.2 or 1.3", .words = opt_versions, .first = PROTO_TLS10 },
	{ 0, "tls-max", OPT_WORD, AT(tls_max), "VERSION",
	    .help = "the highest TLS version to offer: 1.0, 1.1, 1.2 or 1.3 (default)",
	    .words = opt_versions, .first = PROTO_TLS10 },
	{ 0, "ciphers", OPT_TEXT, AT(ciphers), "LIST",
	    .help = "the suites to offer up to TLS 1.2, as OpenSSL writes them, default all" },
	{ 0, "ciphersuites", OPT_TEXT, AT(ciphersuites), "LIST",
	    .help = "the suites to offer in TLS 1.3, as OpenSSL writes them, default all" },
	{ 0, "groups", OPT_TEXT, AT(groups), "LIST",
	    .help = "the key exchange groups to offer, as OpenSSL writes them, default its own" },
	{ 0, "sigalgs", OPT_TEXT, AT(sigalgs), "LIST",
	    .help = "the signature algorithms to offer, as OpenSSL writes them, default its own" },
	{ 0, "sni", OPT_TEXT, AT(sni), "NAME",
	    .help = "the server name to send in the handshake, none for no name, default the name "
	    "of the server" },
	{ 0, "ca-file", OPT_TEXT, AT(ca_file), "FILE",
	    .help = "trust the CA certificates in this PEM file, default the system's store" },
	{ 0, "ca-path", OPT_TEXT, AT(ca_path), "DIR",
	    .help = "trust the CA certificates in this hashed directory, default the system's "
	    "store" },
	{ 0, "match", OPT_WORD, AT(match), "WHAT",
	    .help = "the name a certificate must carry: mx, the server's (default), domain, the "
	    "mail domain, any of both, or none for no check", .words = matches, .first = MATCH_MX },
	{ 0, "verify-name", OPT_LIST, AT(verify_names), "NAME",
	    .help = "accept a certificate with this name as well; repeatable" },
	{ 0, "revocation", OPT_TEXT, AT(revocation_arg), "LIST",
	    .help = "who is asked whether certificates are revoked: some of staple, ocsp and crl, "
	    "with commas, in this order until one knows (default all), or off" },
	{ 'J', "client-cert", OPT_TEXT, AT(client_cert), "FILE",
	    .help = "show the server the certificate in this PEM file when it asks for one" },
	{ 'K', "private-key", OPT_TEXT, AT(private_key), "FILE",
	    .help = "the key of the client certificate, default the file of --client-cert" },
	{ 0 }
};

const struct opt opt_smtp[] = {
	{ 'f', "from", OPT_TEXT, AT(from), "ADDRESS",
	    .help = "the sender to name in MAIL FROM, default <>" },
	{ 0, "stop-after", OPT_TEXT, AT(stop_arg), "STEP",
	    .help = "end the test of an address after this step: answer, connect, helo, tls, "
	    "secure (EHLO2 is the same), cert, from, to, data or email, default the last; before "
	    "secure there is no CF" },
	{ 0 }
};

const struct opt opt_session[] = {
	{ 0, "direct-tls", OPT_FLAG, AT(direct_tls), NULL,
	    .help = "TLS from the first byte, on port 465 unless --port says otherwise" },
	{ 's', "ssl", OPT_FLAG, AT(direct_tls), NULL, .help = "the same as --direct-tls" },
	{ 'S', "starttls", OPT_FLAG, AT(starttls), NULL,
	    .help = "TLS by STARTTLS; this is the default" },
	{ 0, "compel-tls", OPT_FLAG, AT(compel_tls), NULL,
	    .help = "try STARTTLS even where it is not offered" },
	{ 0 }
};

const struct opt opt_mail[] = {
	{ 'A', "authtype", OPT_WORD, AT(auth_type), "TYPE",
	    .help = "log in before MAIL FROM by PLAIN or LOGIN, inside TLS only, default no login",
	    .words = auth_types, .first = AUTH_PLAIN },
	{ 'U', "authuser", OPT_TEXT, AT(auth_user), "NAME", .help = "the user to log in as" },
	{ 'P', "authpass", OPT_SECRET, AT(auth_pass), "PASSWORD",
	    .help = "the password to log in with; better kept in a file (--extra-opts)" },
	{ 0, "send-email", OPT_FLAG, AT(send_email), NULL,
	    .help = "really send one short test message through every host, in the steps Data and "
	    "Email; needs a recipient" },
	{ 0, "legacy", OPT_FLAG, AT(legacy), NULL,
	    .help = "look whether SSL 2, SSL 3, TLS 1.0 or TLS 1.1 are taken beside the version "
	    "negotiated, on a connection each" },
	{ 0, "mandatory-tls", OPT_FLAG, AT(mandatory_tls), NULL,
	    .help = "test that mail is refused in the clear, on a connection of its own" },
	{ 0 }
};
