// SPDX-License-Identifier: GPL-3.0-or-later
/* test_opt.c - command lines of both plugins: the plan they make, or why they are refused. */
#include "opt.h"
#include "pool.h"
#include "tap.h"
#include "text.h"
#include "tick.h"

/* The tables belong to the plugins' own files. */
#define main main_smtp_tls
int main_smtp_tls(int argc, char **argv);
#include "../../plugins/check_smtp_tls.c" // NOLINT(bugprone-suspicious-include)
#undef main
#undef AT
#define main main_mx_cf
int main_mx_cf(int argc, char **argv);
#include "../../plugins/check_mx_cf.c" // NOLINT(bugprone-suspicious-include)
#undef main

#define WORDS 32
#define S &smtp_tls
#define M &mx_cf
#define LONG "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const char *const formats_named[] = {
	[FORMAT_PLUGIN] = "plugin",
	[FORMAT_SCORE] = "score",
	[FORMAT_MATRIX] = "matrix",
	[FORMAT_SMTP] = "smtp",
	[FORMAT_DETAIL] = "detail",
	[FORMAT_CERTDETAIL] = "certdetail",
	[FORMAT_SSLDETAIL] = "ssldetail",
	[FORMAT_DEBUG] = "debug",
	[FORMAT_SSLPROBE] = "sslprobe",
	[FORMAT_JSON] = "json",
	[FORMAT_XML] = "xml",
	[FORMAT_CSV] = "csv",
};

/* Words between blanks; "''" is an empty word. */
static int
split(struct pool *p, const char *line, char **argv)
{
	char *rest = pool_str(p, line), *w;
	int n = 0;

	argv[n++] = pool_str(p, "check");
	while ((w = strsep(&rest, " ")) != NULL && n < WORDS - 1)
		if (*w != '\0')
			argv[n++] = strcmp(w, "''") == 0 ? pool_str(p, "") : w;
	argv[n] = NULL;
	return n;
}

/* What a plan holds, for rows to find their part in: each field between blanks. */
static void
describe_run(struct text *t, const struct plan *l)
{
	text_add(t, " tape=%d text=%d", l->tape, l->cert_text);
	text_add(t, " target=%s domain=%s host=%s host4or6=%s rcpt=%s port=%ld", l->target,
	    l->domain, l->host, l->host_address.text, l->rcpt, l->port);
	text_add(t, " t=%g ht=%g run=%g 4=%d 6=%d w=%s c=%s D=%g,%g v=%ld", l->timeout,
	    l->host_timeout, (double)(l->deadline - l->started) / (double)TICK_SEC, l->ipv4,
	    l->ipv6, l->warn.text, l->crit.text, l->cert_warn, l->cert_crit, l->verbose);
	text_add(t, " format=%s perf=%d explain=%d parallel=%ld source=%s fqdn=%s",
	    formats_named[l->format], (int)l->perf_style, l->explain, l->parallel, l->source.text,
	    l->fqdn);
	if (l->socks != NULL)
		text_add(t, " socks=%s/%s/%s", l->socks->shown, l->socks->user, l->socks->password);
	text_add(t, " from=<%s> stop=%d direct=%d starttls=%d compel=%d", l->from,
	    (int)l->stop_after, l->direct_tls, l->starttls, l->compel_tls);
}

static void
describe_tls(struct text *t, const struct plan *l)
{
	text_add(t, " tls=%d-%d ciphers=%s suites=%s groups=%s sigalgs=%s", (int)l->tls_min,
	    (int)l->tls_max, l->ciphers, l->ciphersuites, l->groups, l->sigalgs);
	text_add(t, " sni=%s ca=%s,%s match=%d cert=%s key=%s revoke=%x names=", l->sni, l->ca_file,
	    l->ca_path, (int)l->match, l->client_cert, l->private_key, l->revocation);
	for (size_t i = 0; i < l->verify_names.n; i++)
		text_add(t, "%s,", l->verify_names.item[i]);
}

static void
describe_hosts(struct text *t, const struct plan *l)
{
	text_add(t, " quick=%d ignore=%d mx-limit=%ld%s host-limit=%ld%s min-mx=%g ns=", l->quick,
	    l->ignore_unreachable, l->mx_limit.n, l->mx_limit.percent ? "%" : "", l->host_limit.n,
	    l->host_limit.percent ? "%" : "", l->min_mx);
	for (size_t i = 0; i < l->nnameservers; i++)
		text_add(t, "%s/%u,", l->nameservers[i].address.text, l->nameservers[i].port);
	text_add(t, " dane=%d mtasts=%d mx=", l->dane, l->mtasts);
	for (size_t i = 0; i < l->nmx_hosts; i++)
		text_add(t, "%s/%s/%u,", l->mx_hosts[i].name, l->mx_hosts[i].address.text,
		    l->mx_hosts[i].port);
	text_add(t, " sev=");
	for (int i = 0; i < SEV_COUNT; i++)
		if (l->severity[i] != SEV_DEFAULT)
			text_add(t, "%s:%s,", sev_name((enum sev_key)i),
			    state_name((enum state)l->severity[i]));
	text_add(t, " ");
}

static const struct {
	const struct opt_plugin *plugin;
	const char *line;
	const char *holds[4];
} good[] = {
	/* defaults */
	{ M, "-H example.org",
	    { " target=example.org domain=example.org ",
	    " port=25 t=30 ht=20 run=30 4=0 6=0 w=90: c=64: D=14,3 v=0 ",
	    " from=<> stop=10 direct=0 starttls=0 compel=0 ",
	    " quick=0 ignore=0 mx-limit=0 host-limit=0 min-mx=-1 ns= dane=1 mtasts=1 mx= sev= " } },
	{ M, "-H example.org",
	    { " format=plugin perf=0 explain=0 parallel=16 source= ", " tls=3-6 ", " match=0 ",
	    " names= " } },
	{ S, "-H mx.example.org",
	    { " target=mx.example.org ", " host=mx.example.org host4or6= ", " w= c= D=14,3 ",
	    " port=25 " } },
	/* targets */
	{ M, "-d Example.ORG.", { " target=example.org " } },
	{ M, "-H user@Example.org",
	    { " target=user@example.org domain=example.org ", " rcpt=user@example.org " } },
	{ M, "--domain=example.net --hostname=example.org", { " target=example.org " } },
	{ M, "--hostname=example.net -d example.org", { " target=example.org " } },
	{ M, "-H b\xc3\xbc" "cher.example", { " target=xn--bcher-kva.example " } },
	{ S, "-H 192.0.2.25", { " target=192.0.2.25 ", " host=192.0.2.25 host4or6=192.0.2.25 " } },
	{ S, "-H [2001:DB8::25]", { " target=2001:db8::25 ", " host4or6=2001:db8::25 " } },
	{ S, "-H 2001:db8::25", { " host=2001:db8::25 host4or6=2001:db8::25 " } },
	{ S, "-H mx --for-domain=Example.org", { " domain=example.org " } },
	{ S, "-H mx --for-domain=example.org --match=domain", { " match=1 " } },
	{ S, "-H mx --rcpt=user@Example.org", { " rcpt=user@example.org " } },
	{ S, "-H mx --rcpt=<user@example.org>", { " rcpt=user@example.org " } },
	/* ways to write an option */
	{ M, "-Hexample.org -p2525 -vv4",
	    { " target=example.org ", " port=2525 ", " v=2 ", " 4=1 " } },
	{ M, "--hostn example.org --ign", { " target=example.org ", " ignore=1 " } },
	{ M, "--port 587 -v --verbose -H example.org -v", { " port=587 ", " v=3 " } },
	{ M, "-H example.org --", { " target=example.org " } },
	{ M, "-p 1 -p 2 -H example.org -p 3", { " port=3 " } },
	{ M, "-t 2.5 -H example.org --host-timeout=1.5", { " t=2.5 ht=1.5 run=2.5 " } },
	{ M, "-t 600 --host-timeout=600 -H example.org", { " t=600 ht=600 " } },
	{ M, "-H example.org -t 1", { " t=1 ht=20 run=1 " } },
	/* thresholds */
	{ M, "-w 104: -c 88:121 -H example.org", { " w=104: c=88:121 " } },
	{ M, "-H example.org -w ~: -c @0:10", { " w=~: c=@0:10 " } },
	{ S, "-w 2 -c 5.5 -H mx", { " w=2 c=5.5 " } },
	{ S, "-w 1 -w 2: -H mx", { " w=2: c= " } },
	{ M, "-D 30,7.5 -H example.org", { " D=30,7.5 " } },
	{ M, "-D 2 -H example.org", { " D=2,0 " } },
	{ M, "-D 0 -H example.org", { " D=0,0 " } },
	{ M, "-D 5,5 -H example.org", { " D=5,5 " } },
	{ M, "--min-mx=0 -H example.org", { " min-mx=0 " } },
	{ M, "--min-mx=104.5 -H example.org", { " min-mx=104.5 " } },
	{ M, "--severity=cert-name=ok --severity=cf=CRITICAL -H example.org",
	    { " sev=cert-name:OK,cf:CRITICAL, " } },
	{ M, "--severity=cert-name=ok -H example.org --severity=cert-name=unknown",
	    { " sev=cert-name:UNKNOWN, " } },
	{ S, "--severity=time=ok -H mx", { " sev=time:OK, " } },
	/* words */
	{ M, "--format=json -H example.org --perfdata-thresholds=none", { " format=json perf=2 " } },
	{ M, "--format=plugin --perfdata-thresholds=number -H example.org",
	    { " format=plugin perf=1 " } },
	{ M, "--format=score -H example.org", { " tape=0 text=0 ", " t=30 ", " format=score " } },
	{ M, "--format=smtp -H example.org", { " tape=0 text=0 ", " format=smtp " } },
	{ M, "--format=detail -H example.org", { " tape=0 text=0 ", " format=detail " } },
	{ M, "--format=certdetail -H example.org", { " tape=0 text=1 ", " format=certdetail " } },
	{ M, "--format=ssldetail -H example.org", { " tape=1 text=1 ", " format=ssldetail " } },
	{ M, "--format=debug -H example.org", { " tape=2 text=0 ", " t=30 ", " format=debug " } },
	{ M, "--format=sslprobe -H example.org", { " tape=0 text=0 ", " t=600 ", " run=600 ", " format=sslprobe " } },
	{ M, "--format=sslprobe -t 20 -H example.org", { " t=20 ", " run=20 " } },
	{ M, "--format=csv -H example.org", { " format=csv " } },
	{ M, "--format=XML -H example.org", { " format=xml " } },
	{ M, "--tls-min=1.2 --tls-max=1.2 -H example.org", { " tls=5-5 " } },
	{ M, "--tls-max=1.0 -H example.org", { " tls=3-3 " } },
	{ M, "--match=none -H example.org", { " match=3 " } },
	{ M, "--match=domain -H example.org", { " match=1 " } },
	/* the network */
	{ M, "--nameserver=192.0.2.53 --nameserver=2001:db8::53@5353 -H example.org",
	    { " ns=192.0.2.53/53,2001:db8::53/5353, " } },
	{ M, "--nameserver=[::1]@54 -H example.org", { " ns=::1/54, " } },
	{ M, "-4 --source-address=192.0.2.1 -H example.org", { " source=192.0.2.1 " } },
	{ M, "-6 --source-address=2001:db8::1 -H example.org", { " source=2001:db8::1 " } },
	{ S, "-6 -H 2001:db8::25", { " 6=1 " } },
	{ M, "-H example.org --socks=Proxy.Example", { " socks=proxy.example:1080/(null)/(null) " } },
	{ M, "-H example.org --socks=192.0.2.1:9050", { " socks=192.0.2.1:9050/(null)/(null) " } },
	{ M, "-H example.org --socks=2001:db8::1", { " socks=[2001:db8::1]:1080/(null)/(null) " } },
	{ M, "-H example.org --socks=me@[2001:db8::1]:1", { " socks=[2001:db8::1]:1/me/ " } },
	{ S, "-H mx --socks=me:pass@proxy:65535", { " socks=proxy:65535/me/pass " } },
	{ M, "-H example.org --socks=me:p@ss:word@proxy", { " socks=proxy:1080/me/p@ss:word " } },
	{ M, "-F Monitor.Example.net. -H example.org", { " fqdn=monitor.example.net " } },
	{ M, "-F localhost -H example.org", { " fqdn=localhost " } },
	{ M, "--parallel=256 -H example.org", { " parallel=256 " } },
	/* TLS */
	{ M, "--ciphers=ALL:@SECLEVEL=0 --ciphersuites=TLS_AES_128_GCM_SHA256 --groups=X25519 "
	    "--sigalgs=RSA+SHA256 -H example.org",
	    { " ciphers=ALL:@SECLEVEL=0 suites=TLS_AES_128_GCM_SHA256 groups=X25519 "
	    "sigalgs=RSA+SHA256 " } },
	{ M, "-H example.org", { " revoke=7 " } },
	{ M, "-H example.org --quick", { " revoke=0 " } },
	{ M, "-H example.org --quick --revocation=crl", { " revoke=4 " } },
	{ M, "-H example.org --revocation=OFF", { " revoke=0 " } },
	{ M, "-H example.org --revocation=ocsp,Staple", { " revoke=3 " } },
	{ S, "-H mx --revocation=off --revocation=staple,ocsp,crl", { " revoke=7 " } },
	{ M, "--sni=MX.example.org -H example.org", { " sni=mx.example.org " } },
	{ M, "--sni=NONE -H example.org", { " sni=none " } },
	{ M, "--ca-file=/a --ca-path=/b -J c -K k -H example.org",
	    { " ca=/a,/b ", " cert=c key=k " } },
	{ M, "--verify-name=A.example --verify-name=[2001:DB8::1] -H example.org",
	    { " names=a.example,2001:db8::1, " } },
	/* SMTP */
	{ M, "-f probe@Example.net -H example.org", { " from=<probe@example.net> " } },
	{ M, "-f <> -H example.org", { " from=<> " } },
	{ M, "-s -H example.org", { " direct=1 ", " port=465 " } },
	{ M, "--ssl -H example.org -p 25", { " direct=1 ", " port=25 " } },
	{ M, "-p 2465 --direct-tls -H example.org", { " direct=1 ", " port=2465 " } },
	{ M, "-S --compel-tls -H example.org", { " starttls=1 compel=1 " } },
	{ M, "--stop-after=answer -H example.org", { " stop=0 " } },
	{ M, "--stop-after=EHLO2 -H example.org", { " stop=5 " } },
	{ M, "--stop-after=cert -H example.org", { " stop=4 " } },
	{ M, "--stop-after=from --stop-after=to -H example.org", { " stop=7 " } },
	/* quick, whatever the order */
	{ M, "--quick -H example.org",
	    { " stop=5 ", " ht=11 ", " quick=1 ignore=1 ", " dane=0 mtasts=0 " } },
	{ M, "--mtasts --quick -H example.org", { " dane=0 mtasts=1 " } },
	{ M, "--quick --mtasts --dane -H example.org", { " dane=1 mtasts=1 " } },
	{ M, "--direct-tls -H example.org", { " dane=1 mtasts=0 " } },
	{ M, "--direct-tls --mtasts -H example.org", { " mtasts=1 " } },
	{ M, "--no-mtasts -H example.org", { " dane=1 mtasts=0 " } },
	{ M, "--mtasts -H example.org --no-mtasts", { " mtasts=0 " } },
	{ S, "-H mx.example.org", { " mtasts=0 " } },
	{ M, "--quick --no-ignore-unreachable --host-timeout=7 --stop-after=from -H example.org",
	    { " stop=6 ", " ht=7 ", " ignore=0 " } },
	{ M, "--no-ignore-unreachable --host-timeout=7 --stop-after=from --quick -H example.org",
	    { " stop=6 ", " ht=7 ", " ignore=0 " } },
	{ M, "--no-ignore-unreachable --ignore-unreachable -H example.org", { " ignore=1 " } },
	{ M, "--ignore-unreachable --no-ignore-unreachable -H example.org", { " ignore=0 " } },
	{ M, "--quick --host-limit=2 --explain -H example.org",
	    { " host-limit=2 ", " explain=1 " } },
	/* which hosts */
	{ M, "--mx-limit=3 --host-limit=50% -H example.org", { " mx-limit=3 host-limit=50% " } },
	{ M, "--mx-limit=100% -H example.org", { " mx-limit=100% " } },
	{ M, "--mx-host=MX.example.net --mx-host=mx2.example.net:2525 -H example.org",
	    { " mx=mx.example.net//0,mx2.example.net//2525, " } },
	{ M, "--mx-host=192.0.2.1 --mx-host=192.0.2.1:26 -H example.org",
	    { " mx=192.0.2.1/192.0.2.1/0,192.0.2.1/192.0.2.1/26, " } },
	{ M, "--mx-host=2001:db8::1 --mx-host=[2001:db8::1] --mx-host=[2001:db8::1]:26 -H a.example",
	    { " "
	    "mx=2001:db8::1/2001:db8::1/0,2001:db8::1/2001:db8::1/0,2001:db8::1/2001:db8::1/26, "
	    "" } },
};

static const struct {
	const struct opt_plugin *plugin;
	const char *line;
	const char *says;	/* part of the sentence: the option, or more */
} bad[] = {
	/* getopt's */
	{ M, "",					"--hostname is required" },
	{ S, "-v",					"--hostname is required" },
	{ M, "-H example.org -X",			"option -X" },
	{ M, "-H example.org -vX",			"option -X" },
	{ M, "-H example.org --nonsense",		"option --nonsense" },
	{ M, "-H example.org --nonsense=1",		"option --nonsense" },
	{ M, "-H example.org --mx",			"ambiguous option --mx" },
	{ M, "--host=example.org",			"ambiguous option --host" },
	{ M, "-H",					"--hostname needs TARGET" },
	{ M, "-H example.org -p",			"--port needs PORT" },
	{ M, "-H example.org --format",			"--format needs FORMAT" },
	{ M, "-H example.org --quick=yes",		"--quick takes no value" },
	{ M, "-H example.org --verbose=2",		"--verbose takes no value" },
	{ M, "example.org",				"\"example.org\" belongs to no option" },
	{ M, "-H example.org extra",			"\"extra\" belongs to no option" },
	{ M, "-H example.org -- -p",			"\"-p\" belongs to no option" },
	{ M, "-H example.org -",			"\"-\" belongs to no option" },
	{ M, "-H ''",					"--hostname" },
	{ M, "-H example.org --ca-file=",		"--ca-file needs FILE" },
	{ M, "-H example.org -f ''",			"--from needs ADDRESS" },
	{ M, "-H example.org ''",			"belongs to no option" },
	{ M, "-H example.org --\x1b[31m\x07",		"option --?[31m?" },
	{ M, "-H example.org --" LONG,	"xxx..." },
	/* options of the other plugin, and of later versions */
	{ M, "-H example.org --rcpt=a@b.example",	"--rcpt" },
	{ M, "-H example.org --for-domain=b.example",	"--for-domain" },
	{ S, "-H mx --explain",				"--explain" },
	{ S, "-H mx --quick",				"--quick" },
	{ S, "-H mx --mx-limit=1",			"--mx-limit" },
	{ S, "-H mx --min-mx=1",			"--min-mx" },
	{ S, "-H mx --no-dane",				"--no-dane" },
	{ M, "-H a --dnssec=maybe",			"--dnssec" },
	{ M, "-H a --no-cache --nameserver=127.0.0.1",	"--no-cache" },
	{ M, "-H a --no-cache --dnssec=ad",		"--no-cache" },
	{ M, "-H a --soa=192.0.2.1 --dnssec=ad",	"--soa" },
	{ M, "-H a --soa=192.0.2.1@0",			"--soa" },
	{ M, "-H a --soa=192.0.2.1@x",			"--soa" },
	{ M, "-H a --soa=ns.example@70000",		"--soa" },
	{ M, "-H a --soa=a..b",				"--soa" },
	{ M, "-H a --soa=",				"--soa" },
	{ S, "-H 192.0.2.1 --soa=192.0.2.1",		"--soa" },
	{ S, "-H mx.example.org --mtasts",		"--mtasts" },
	{ M, "-H example.org --batch=f",		"--batch and --hostname" },
	{ M, "--batch=f --format=smtp",			"--batch: --format is" },
	{ M, "-H example.org --format=icinga",		"need --batch" },
	{ S, "-H mx.example.org --format=nagios",	"need --batch" },
	{ M, "-H example.org --revocation=",		"--revocation" },
	{ M, "-H example.org --revocation=on",		"--revocation" },
	{ M, "-H example.org --revocation=ocsp,",	"--revocation" },
	{ M, "-H example.org --revocation=,ocsp",	"--revocation" },
	{ M, "-H example.org --revocation=ocsp,,crl",	"--revocation" },
	{ M, "-H example.org --revocation=ocsp,ocsp",	"--revocation" },
	{ M, "-H example.org --revocation=off,ocsp",	"--revocation" },
	{ M, "-H example.org --revocation=ocsp,off",	"--revocation" },
	{ M, "-H example.org --revocation=oc",		"--revocation" },
	{ M, "-H example.org --revocation=ocspx",	"--revocation" },
	{ M, "-H example.org --revocation=all",		"--revocation" },
	{ M, "-H example.org -A PLAIN",			"--authtype needs --authuser and --authpass" },
	{ M, "-H example.org -A PLAIN -U a",		"--authtype needs --authuser and --authpass" },
	{ M, "-H example.org -A LOGIN -P a",		"--authtype needs --authuser and --authpass" },
	{ M, "-H example.org -U a -P b",		"--authuser and --authpass need --authtype" },
	{ M, "-H example.org -A CRAM-MD5 -U a -P b",	"--authtype: \"CRAM-MD5\" is not PLAIN or LOGIN" },
	{ M, "-H example.org --send-email",		"--send-email needs a mail address" },
	{ S, "-H mx.example.org --send-email",		"--send-email needs --rcpt" },
	{ S, "-H mx.example.org --mandatory-tls -s",	"--mandatory-tls and --direct-tls" },
	{ S, "-H mx.example.org --require-tls=1.4",	"--require-tls: \"1.4\"" },
	{ M, "-H example.org --require-tls=1.2",	"--require-tls" },
	{ M, "-H example.org --stop-after=datum",	"--stop-after" },
	{ M, "-H example.org --format=sslprobe --format=", "--format needs" },
	{ M, "-H example.org --format=html",		"--format: \"html\"" },
	/* targets */
	{ M, "-H 192.0.2.1",				"--hostname" },
	{ M, "-H [2001:db8::1]",			"--hostname" },
	{ M, "-H user@[192.0.2.1]",			"--hostname" },
	{ M, "-H @example.org",				"--hostname" },
	{ M, "-H user@",				"--hostname" },
	{ M, "-H a..b",					"--hostname" },
	{ M, "-H exa|mple.org",				"--hostname: \"exa/mple.org\"" },
	{ M, "-H <b>.example",				"--hostname: \"(b).example\"" },
	{ S, "-H user@example.org",			"--hostname" },
	{ S, "-H mx:25",				"--hostname" },
	{ S, "-H [192.0.2.1",				"--hostname" },
	{ S, "-H *.example.org",			"--hostname" },
	{ S, "-H mx --for-domain=192.0.2.1",		"--for-domain" },
	{ S, "-H mx --for-domain=a..b",			"--for-domain" },
	{ S, "-H mx --rcpt=<>",				"--rcpt" },
	{ S, "-H mx --rcpt=user",			"--rcpt" },
	{ S, "-H mx --rcpt=user@exa\nmple.org",		"--rcpt" },
	{ S, "-H mx --rcpt=<user@example.org",		"--rcpt" },
	/* numbers */
	{ M, "-H example.org -p 0",			"\"0\" is not a whole number from 1 to 65535" },
	{ M, "-H example.org -p 65536",			"--port" },
	{ M, "-H example.org -p 25x",			"--port" },
	{ M, "-H example.org -p -25",			"--port" },
	{ M, "-H example.org -p +25",			"--port" },
	{ M, "-H example.org -p 2.5",			"--port" },
	{ M, "-H example.org -p 99999999999999999999",	"--port" },
	{ M, "-H example.org -p smtp",			"--port" },
	{ M, "-H example.org -p x -p 25",		"--port" },
	{ M, "-H example.org -t 0",			"\"0\" is not a number from 1 to 600" },
	{ M, "-H example.org -t 0.9",			"--timeout" },
	{ M, "-H example.org -t 600.1",			"--timeout" },
	{ M, "-H example.org -t 1e2",			"--timeout" },
	{ M, "-H example.org -t 1,5",			"--timeout" },
	{ M, "-H example.org -t inf",			"--timeout" },
	{ M, "-H example.org -t nan",			"--timeout" },
	{ M, "-H example.org --host-timeout=0",		"--host-timeout" },
	{ M, "-H example.org --host-timeout=601",	"--host-timeout" },
	{ M, "-H example.org --parallel=0",		"--parallel" },
	{ M, "-H example.org --parallel=257",		"--parallel" },
	{ M, "-H example.org --min-mx=121.1",		"--min-mx" },
	{ M, "-H example.org --min-mx=-1",		"--min-mx" },
	/* thresholds */
	{ M, "-H example.org -w 90",			"did you mean 90:?" },
	{ M, "-H example.org -c @10",			"did you mean 10:?" },
	{ M, "-H example.org -w 90:80",			"--warning=90:80" },
	{ M, "-H example.org -c x",			"--critical=x" },
	{ M, "-H example.org -w \x1b]0;x\x07",		"--warning=?]0;x?" },
	{ S, "-H mx -w 20:10",				"--warning" },
	{ S, "-H mx -c 10x",				"--critical" },
	{ M, "-H example.org -D 3,14",			"--certificate" },
	{ M, "-H example.org -D 14,",			"--certificate" },
	{ M, "-H example.org -D ,3",			"--certificate" },
	{ M, "-H example.org -D 14,3,1",		"--certificate" },
	{ M, "-H example.org -D -1",			"--certificate" },
	{ M, "-H example.org -D 14:3",			"--certificate" },
	{ M, "-H example.org -D " LONG,	"--certificate" },
	{ M, "-H example.org --severity=cf",		"--severity: \"cf\" is not KEY=STATE" },
	{ M, "-H example.org --severity=nonsense=ok",	"no key there is" },
	{ M, "-H example.org --severity==ok",		"no key there is" },
	{ M, "-H example.org --severity=CF=ok",		"no key there is" },
	{ M, "-H example.org --severity=cf=fine",	"--severity" },
	{ M, "-H example.org --severity=cf=",		"--severity" },
	{ M, "-H example.org --severity=cf=ok=ok",	"--severity" },
	{ M, "-H example.org --severity=time=ok",	"does not know" },
	{ S, "-H mx --severity=cf=ok",			"does not know" },
	{ S, "-H mx --severity=null-mx=ok",		"does not know" },
	{ M, "-H example.org --severity=" LONG "=ok", "no key there is" },
	/* words */
	{ M, "-H example.org --format=text",		"plugin, score, matrix, smtp, detail, "
	    "certdetail, ssldetail, debug, sslprobe, json, xml, csv, nagios or icinga" },
	{ M, "-H example.org --perfdata-thresholds=x",	"--perfdata-thresholds" },
	{ M, "-H example.org --tls-min=1.4",		"--tls-min" },
	{ M, "-H example.org --tls-min=1",		"--tls-min" },
	{ M, "-H example.org --tls-max=TLSv1.2",	"--tls-max" },
	{ M, "-H example.org --match=host",		"--match" },
	{ M, "-H example.org --stop-after=quit",	"--stop-after: \"quit\"" },
	/* addresses and names */
	{ M, "-H example.org --nameserver=dns.example",	"--nameserver" },
	{ M, "-H example.org --nameserver=192.0.2.1@0",	"--nameserver" },
	{ M, "-H example.org --nameserver=192.0.2.1:53", "--nameserver" },
	{ M, "-H example.org --nameserver=192.0.2.1@53 --nameserver=x", "--nameserver: \"x\"" },
	{ M, "-H example.org --source-address=mx",	"--source-address" },
	{ M, "-H example.org -F a@b",			"--fqdn" },
	{ M, "-H example.org -F 192.0.2.1",		"--fqdn" },
	{ M, "-H example.org -F a\r\nRSET",		"--fqdn" },
	{ M, "-H example.org --sni=192.0.2.1",		"--sni" },
	{ M, "-H example.org --sni=a~b",		"--sni" },
	{ M, "-H example.org --verify-name=*.example",	"--verify-name" },
	{ M, "-H example.org -f user",			"--from" },
	{ M, "-H example.org -f <user@example.org",	"--from" },
	{ M, "-H example.org -f a@b.example\r\nDATA",	"--from" },
	{ M, "-H example.org --mx-host=mx:0",		"--mx-host" },
	{ M, "-H example.org --mx-host=mx:",		"--mx-host" },
	{ M, "-H example.org --mx-host=mx:65536",	"--mx-host" },
	{ M, "-H example.org --mx-host=:25",		"--mx-host" },
	{ M, "-H example.org --mx-host=192.0.2.1:x",	"--mx-host" },
	{ M, "-H example.org --mx-host=[2001:db8::1",	"--mx-host" },
	{ M, "-H example.org --mx-host=[2001:db8::1]:0", "--mx-host" },
	{ M, "-H example.org --mx-host=[mx.example]:25", "--mx-host" },
	{ M, "-H example.org --mx-host=user@mx",	"--mx-host" },
	{ M, "-H example.org --mx-limit=0",		"--mx-limit" },
	{ M, "-H example.org --mx-limit=0%",		"--mx-limit" },
	{ M, "-H example.org --mx-limit=101%",		"--mx-limit" },
	{ M, "-H example.org --mx-limit=%",		"--mx-limit" },
	{ M, "-H example.org --mx-limit=5%%",		"--mx-limit" },
	{ M, "-H example.org --host-limit=-1",		"--host-limit" },
	{ M, "-H example.org --host-limit=1.5",		"--host-limit" },
	/* contradictions */
	{ M, "-H example.org -4 -6",			"--use-ipv4 and --use-ipv6" },
	{ M, "-H example.org -6 --use-ipv4",		"--use-ipv4 and --use-ipv6" },
	{ M, "-H example.org --tls-min=1.3 --tls-max=1.2", "--tls-min is above --tls-max" },
	{ M, "--tls-max=1.0 --tls-min=1.1 -H example.org", "--tls-min is above --tls-max" },
	{ M, "-H example.org -S --direct-tls",		"--starttls and --direct-tls" },
	{ M, "-H example.org -s -S",			"--starttls and --direct-tls" },
	{ M, "-H example.org --compel-tls --ssl",	"--compel-tls and --direct-tls" },
	{ M, "-H example.org -K key.pem",		"--private-key needs --client-cert" },
	{ M, "-H example.org --mx-host=mx --mx-limit=1", "--mx-host and --mx-limit" },
	{ M, "--mx-limit=1 -H example.org --mx-host=mx", "--mx-host and --mx-limit" },
	{ M, "-H example.org -4 --source-address=::1",	"--source-address" },
	{ M, "--source-address=127.0.0.1 -6 -H example.org", "--source-address" },
	{ S, "-H 192.0.2.1 --source-address=::1",	"--source-address" },
	{ S, "-H 192.0.2.1 -6",				"--use-ipv6" },
	{ S, "-4 -H 2001:db8::1",			"--use-ipv4" },
	{ S, "-H mx --match=domain",			"--match=domain needs --for-domain" },
};

static const struct {
	const struct opt_plugin *plugin;
	const char *line, *begins;
} said[] = {
	{ M, "-h",				"Usage: check_mx_cf -H TARGET" },
	{ S, "--help",				"Usage: check_smtp_tls -H TARGET" },
	{ M, "-V",				"check_mx_cf v" },
	{ S, "--version -H mx",			"check_smtp_tls v" },
	{ M, "-V -h",				"Usage: " },
	{ M, "-X stray -p x --help",		"Usage: " },
	{ M, "--help -X stray -p x",		"Usage: " },
};

static int
parse(struct pool *p, const struct opt_plugin *plugin, const char *line, struct plan *plan,
    enum opt_result *result, const char **text, struct err *e)
{
	char *argv[WORDS];
	int argc = split(p, line, argv);

	*plan = (struct plan){ .pool = p };
	return opt_parse(plugin, argc, argv, plan, result, text, e);
}

static void
test_good(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct pool *p = pool_new();
		struct text all = { .p = p };
		enum opt_result result;
		const char *text = NULL;
		struct err e = { 0 };
		struct plan plan;
		bool ok = parse(p, good[i].plugin, good[i].line, &plan, &result, &text, &e) == 0 &&
		    result == OPT_RUN;

		if (ok) {
			describe_run(&all, &plan);
			describe_tls(&all, &plan);
			describe_hosts(&all, &plan);
		}
		for (size_t j = 0; j < 4 && good[i].holds[j] != NULL; j++)
			ok = ok && strstr(text_get(&all), good[i].holds[j]) != NULL;
		if (!tap_ok(ok, "%s %s", good[i].plugin->name, good[i].line))
			printf("# %s%s\n", e.msg, text_get(&all));
		pool_wipe(plan.secrets);
		pool_free(p);
	}
}

static bool
one_clean_line(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f || strchr("|<>", *s) != NULL)
			return false;
	return true;
}

static void
test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pool *p = pool_new();
		enum opt_result result;
		const char *text = NULL;
		struct err e = { 0 };
		struct plan plan;
		bool ok = parse(p, bad[i].plugin, bad[i].line, &plan, &result, &text, &e) == -1 &&
		    strstr(e.msg, bad[i].says) != NULL && one_clean_line(e.msg) &&
		    strlen(e.msg) < 200;

		if (!tap_ok(ok, "refused: %s %s", bad[i].plugin->name,
			text_clean_str(p, bad[i].line)))
			printf("# said: %s\n", e.msg);
		pool_wipe(plan.secrets);
		pool_free(p);
	}
}

static void
test_said(void)
{
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		struct pool *p = pool_new();
		enum opt_result result = OPT_RUN;
		const char *text = "";
		struct err e = { 0 };
		struct plan plan;
		int rc = parse(p, said[i].plugin, said[i].line, &plan, &result, &text, &e);

		tap_ok(rc == 0 && result == OPT_SAID &&
		    strncmp(text, said[i].begins, strlen(said[i].begins)) == 0, "%s %s",
		    said[i].plugin->name, said[i].line);
		pool_wipe(plan.secrets);
		pool_free(p);
	}
}

int
main(void)
{
	test_good();
	test_bad();
	test_said();
	return tap_end();
}
