// SPDX-License-Identifier: GPL-3.0-or-later
/* plan.c - defaults, conversions and contradictions of a plan. */
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "name.h"
#include "plan_check.h"
#include "text.h"
#include "tick.h"

#define ECHO_MAX 60	/* a value is repeated in a line that shall stay under 160 characters */
#define LIMIT_MAX 10000	/* more MX than any domain has */
#define PORT_MAX 65535
#define SMTP_PORT 25
#define SMTPS_PORT 465
#define TIMEOUT 30
#define TIMEOUT_SSLPROBE 600	/* testssl.sh takes minutes */
#define HOST_TIMEOUT 20
#define HOST_TIMEOUT_QUICK 11

static const struct {
	const char *word;
	enum step_id step;
} stops[] = {
	{ "answer", STEP_ANSWER },	{ "connect", STEP_CONNECT },	{ "helo", STEP_HELO },
	{ "tls", STEP_TLS },		{ "cert", STEP_CERT },		{ "secure", STEP_SECURE },
	{ "EHLO2", STEP_SECURE },	{ "from", STEP_FROM },		{ "to", STEP_TO },
	{ "data", STEP_DATA },		{ "email", STEP_EMAIL },
};

const char *
plan_echo(const struct plan *plan, const char *value)
{
	return text_clean(plan->pool, value, strlen(value), ECHO_MAX);
}

/* cli.md: two plugins ask about TLS only, and leave the mail alone. */
static enum step_id
last_step(const struct plan *plan)
{
	return plan->plugin == PLUGIN_DANE || plan->plugin == PLUGIN_MTASTS ? STEP_SECURE
									    : STEP_COUNT;
}

void
plan_defaults(struct plan *plan)
{
	plan->parallel = plan->jobs = 16;
	plan->cert_warn = 14;
	plan->cert_crit = 3;
	plan->tls_min = PROTO_TLS10;
	plan->tls_max = PROTO_TLS13;
	plan->stop_after = last_step(plan);
	plan->ignore_unreachable = -1;
	plan->mtasts = -1;
	plan->dane = -1;
	plan->min_mx = -1;
	for (size_t i = 0; i < SEV_COUNT; i++)
		plan->severity[i] = SEV_DEFAULT;
	if (plan->plugin == PLUGIN_MX_CF) {
		range_parse_low(&plan->warn, "90:", NULL);
		range_parse_low(&plan->crit, "64:", NULL);
	}
	if (plan->plugin == PLUGIN_DANE) {
		range_parse_low(&plan->warn, "3:", NULL);
		range_parse_low(&plan->crit, "1:", NULL);
	}
	if (plan->plugin == PLUGIN_MTASTS) {
		plan->tlsrpt = TLSRPT_WARN;
		range_parse_low(&plan->warn, "604800:", NULL);
		range_parse_low(&plan->crit, "86400:", NULL);
	}
}

int
plan_clashes(const struct plan_clash *clash, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (clash[i].is)
			return err_set(e, ERR_USAGE, "%s", clash[i].why);
	return 0;
}

/* Is the target a server, not a mail domain? */
static bool
targets_host(const struct plan *plan)
{
	return plan->plugin == PLUGIN_SMTP_TLS ||
	    (plan->plugin == PLUGIN_DANE && (plan->no_mx || plan->tlsa_args.n > 0));
}

static int
contradictions(struct plan *plan, struct err *e)
{
	const struct plan_clash clash[] = {
		{ plan->hostname == NULL && !plan->lint && plan->batch_file == NULL,
		    "--hostname is required" },
		{ plan->ipv4 && plan->ipv6, "--use-ipv4 and --use-ipv6 exclude each other" },
		{ plan->tls_min > plan->tls_max, "--tls-min is above --tls-max" },
		{ plan->direct_tls && plan->starttls,
		    "--starttls and --direct-tls exclude each other" },
		{ plan->direct_tls && plan->compel_tls,
		    "--compel-tls and --direct-tls exclude each other" },
		{ plan->private_key != NULL && plan->client_cert == NULL,
		    "--private-key needs --client-cert" },
		{ plan->cert_crit > plan->cert_warn,
		    "--certificate: the days for CRITICAL are above those for WARNING" },
		{ plan->mx_host_args.n > 0 && plan->mx_limit_arg != NULL,
		    "--mx-host and --mx-limit exclude each other" },
		{ plan->auth_type != AUTH_NONE && (plan->auth_user == NULL || plan->auth_pass == NULL),
		    "--authtype needs --authuser and --authpass" },
		{ plan->auth_type == AUTH_NONE && (plan->auth_user != NULL || plan->auth_pass != NULL),
		    "--authuser and --authpass need --authtype" },
		{ plan->format == FORMAT_SSLPROBE &&
			(plan->lint || plan->no_connect || plan->chain_file != NULL),
		    "--format=sslprobe connects: it goes with nothing that does not" },
		{ plan->mandatory_tls && plan->direct_tls,
		    "--mandatory-tls and --direct-tls exclude each other" },
		{ plan->match == MATCH_DOMAIN && plan->for_domain == NULL && targets_host(plan),
		    "--match=domain needs --for-domain" },
	};

	return plan_clashes(clash, sizeof(clash) / sizeof(clash[0]), e);
}

const char *
plan_name(const struct plan *plan, const char *text, const char *option, struct err *e)
{
	struct addr a;

	if (addr_parse(&a, text)) {
		err_set(e, ERR_USAGE, "%s takes a name, not the address %s", option, a.text);
		return NULL;
	}
	return name_host(plan->pool, text, option, e);
}

static int
target_domain(struct plan *plan, struct err *e)
{
	char *domain, *mailbox;

	if (name_target(plan->pool, plan->hostname, "--hostname", &domain, &mailbox, e) == -1)
		return -1;
	if (mailbox != NULL && plan->plugin != PLUGIN_MX_CF)
		return err_set(e, ERR_USAGE, "--hostname takes a mail domain, not a mail address");
	plan->domain = domain;
	plan->rcpt = mailbox;
	plan->target = mailbox != NULL ? mailbox : domain;
	return 0;
}

/* DANE needs the name that TLSA records are found by. */
static int
target(struct plan *plan, struct err *e)
{
	if (plan->hostname == NULL)
		return 0; /* --lint: what is judged may be for any domain; --batch: targets come later */
	if (!targets_host(plan))
		return target_domain(plan, e);
	if (plan->plugin == PLUGIN_DANE)
		plan->host = plan_name(plan, plan->hostname, "--hostname", e);
	else if (addr_parse(&plan->host_address, plan->hostname))
		plan->host = plan->host_address.text;
	else
		plan->host = name_host(plan->pool, plan->hostname, "--hostname", e);
	plan->target = plan->host;
	return plan->host == NULL ? -1 : 0;
}

static int
names(struct plan *plan, struct err *e)
{
	if (plan->sni != NULL && strcasecmp(plan->sni, "none") == 0)
		plan->sni = "none";
	else if (plan->sni != NULL && (plan->sni = plan_name(plan, plan->sni, "--sni", e)) == NULL)
		return -1;
	for (size_t i = 0; i < plan->verify_names.n; i++) {
		const char **item = &plan->verify_names.item[i];
		struct addr a;

		if (addr_parse(&a, *item))
			*item = pool_str(plan->pool, a.text);
		else if ((*item = name_host(plan->pool, *item, "--verify-name", e)) == NULL)
			return -1;
	}
	if (plan->for_domain != NULL) {
		plan->for_domain = plan_name(plan, plan->for_domain, "--for-domain", e);
		if ((plan->domain = plan->for_domain) == NULL)
			return -1;
	}
	return 0;
}

static int
mailboxes(struct plan *plan, struct err *e)
{
	plan->from = plan->from == NULL ? "" : name_sender(plan->pool, plan->from, "--from", e);
	if (plan->from == NULL)
		return -1;
	if (plan->rcpt_arg == NULL)
		return 0;
	plan->rcpt = name_sender(plan->pool, plan->rcpt_arg, "--rcpt", e);
	if (plan->rcpt == NULL)
		return -1;
	if (plan->rcpt[0] == '\0')
		return err_set(e, ERR_USAGE, "--rcpt is empty");
	return 0;
}

/* No look-up: a name the resolver would have to find is no better than an address literal. */
static int
ehlo_name(struct plan *plan, struct err *e)
{
	char own[HOST_NAME_MAX + 1] = "";
	struct err unfit = { 0 };

	if (plan->fqdn != NULL) {
		plan->fqdn = plan_name(plan, plan->fqdn, "--fqdn", e);
		return plan->fqdn == NULL ? -1 : 0;
	}
	if (gethostname(own, sizeof(own) - 1) == 0 && strchr(own, '.') != NULL)
		plan->fqdn = plan_name(plan, own, "hostname", &unfit);
	return 0;
}

/* Does -4 or -6 leave family out? */
static bool
family_excluded(const struct plan *plan, int family)
{
	return (plan->ipv4 && family == AF_INET6) || (plan->ipv6 && family == AF_INET);
}

static int
addresses(struct plan *plan, struct err *e)
{
	const char *only = plan->ipv4 ? "--use-ipv4" : "--use-ipv6";
	int host = plan->host_address.family;

	if (family_excluded(plan, host))
		return err_set(e, ERR_USAGE, "--hostname is an address that %s excludes", only);
	if (plan->source_arg == NULL)
		return 0;
	if (!addr_parse(&plan->source, plan->source_arg))
		return err_set(e, ERR_USAGE, "--source-address: \"%s\" is not an IP address",
		    plan_echo(plan, plan->source_arg));
	if (family_excluded(plan, plan->source.family))
		return err_set(e, ERR_USAGE, "--source-address is one that %s excludes", only);
	if (host != 0 && host != plan->source.family)
		return err_set(e, ERR_USAGE,
		    "--source-address and --hostname are of different families");
	return 0;
}

/* NAME[:PORT], IP, IPV4:PORT or [IPV6]:PORT. */
static int
mx_host(const struct plan *plan, struct mx_host *m, const char *text, struct err *e)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon == NULL ? strlen(text) : (size_t)(colon - text);
	long port = 0;

	if (addr_parse(&m->address, text) || addr_parse_port(&m->address, &m->port, text, ':')) {
		m->name = m->address.text;
		return 0;
	}
	if (colon != NULL && !text_int(colon + 1, 1, PORT_MAX, &port))
		return err_set(e, ERR_USAGE, "--mx-host: \"%s\" is not NAME_OR_IP[:PORT]",
		    plan_echo(plan, text));
	m->name = name_host(plan->pool, pool_strn(plan->pool, text, len), "--mx-host", e);
	m->port = (uint16_t)port;
	return m->name == NULL ? -1 : 0;
}

static int
mx_hosts(struct plan *plan, struct err *e)
{
	size_t n = plan->mx_host_args.n;

	plan->mx_hosts = pool_array(plan->pool, n, sizeof(plan->mx_hosts[0]));
	for (size_t i = 0; i < n; i++)
		if (mx_host(plan, &plan->mx_hosts[i], plan->mx_host_args.item[i], e) == -1)
			return -1;
	plan->nmx_hosts = n;
	return 0;
}

static int
limit(const struct plan *plan, struct limit *to, const char *text, const char *option,
    struct err *e)
{
	size_t n = text == NULL ? 0 : strlen(text);

	if (text == NULL)
		return 0;
	to->percent = n > 0 && text[n - 1] == '%';
	if (!text_int(pool_strn(plan->pool, text, n - to->percent), 1,
		to->percent ? 100 : LIMIT_MAX, &to->n))
		return err_set(e, ERR_USAGE,
		    "%s: \"%s\" is neither a number from 1 to %d nor 1%% to 100%%", option,
		    plan_echo(plan, text), LIMIT_MAX);
	return 0;
}

static int
limits(struct plan *plan, struct err *e)
{
	if (limit(plan, &plan->mx_limit, plan->mx_limit_arg, "--mx-limit", e) == -1)
		return -1;
	return limit(plan, &plan->host_limit, plan->host_limit_arg, "--host-limit", e);
}

static int
stop(struct plan *plan, struct err *e)
{
	const enum step_id last = last_step(plan);
	struct text words = { .p = plan->pool };

	if (plan->stop_arg == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		if (stops[i].step > last)
			continue;
		if (strcasecmp(stops[i].word, plan->stop_arg) == 0) {
			plan->stop_after = stops[i].step;
			return 0;
		}
		text_add(&words, "%s%s", words.len > 0 ? ", " : "", stops[i].word);
	}
	return err_set(e, ERR_USAGE, "--stop-after: \"%s\" is not one of %s",
	    plan_echo(plan, plan->stop_arg), text_get(&words));
}

/* A list of sources, each once, or "off". */
static int
revocation(struct plan *plan, struct err *e)
{
	static const char *const words[REVOKE_SOURCES] = {
		[REVOKE_STAPLE] = "staple", [REVOKE_OCSP] = "ocsp", [REVOKE_CRL] = "crl"
	};
	const char *at = plan->revocation_arg;

	if (at == NULL) {
		plan->revocation = plan->quick ? 0 : (1u << REVOKE_SOURCES) - 1;
		return 0;
	}
	plan->revocation = 0;
	if (strcasecmp(at, "off") == 0)
		return 0;
	for (bool more = true; more; at++) {
		size_t n = strcspn(at, ","), s = 0;

		while (s < REVOKE_SOURCES &&
		    (strlen(words[s]) != n || strncasecmp(words[s], at, n) != 0))
			s++;
		if (s == REVOKE_SOURCES || (plan->revocation & 1u << s) != 0)
			return err_set(e, ERR_USAGE,
			    "--revocation: \"%s\" is neither off nor some of staple, ocsp, crl",
			    plan_echo(plan, plan->revocation_arg));
		plan->revocation |= 1u << s;
		at += n;
		more = *at == ',';
	}
	return 0;
}

static int
message(struct plan *plan, struct err *e)
{
	if (!plan->send_email || plan->rcpt != NULL)
		return 0;
	return err_set(e, ERR_USAGE, "--send-email needs %s",
	    plan->plugin == PLUGIN_SMTP_TLS ? "--rcpt" : "a mail address in --hostname");
}

/* What the format needs to be recorded; testssl.sh alone connects for sslprobe. */
static void
format_presets(struct plan *plan)
{
	plan->cert_text = plan->format == FORMAT_CERTDETAIL || plan->format == FORMAT_SSLDETAIL;
	if (plan->format == FORMAT_SSLDETAIL)
		plan->tape = TAPE_SESSION;
	if (plan->format == FORMAT_DEBUG)
		plan->tape = TAPE_WIRE;
	if (plan->format == FORMAT_SSLPROBE) {
		plan->no_connect = true;
		plan->dane = plan->mtasts = false;
	}
}

/* What --quick and --direct-tls set where the option itself was not given. */
static int
presets(struct plan *plan, struct err *e)
{
	(void)e;
	if (plan->port == 0)
		plan->port = plan->direct_tls ? SMTPS_PORT : SMTP_PORT;
	if (plan->host_timeout == 0)
		plan->host_timeout = plan->quick ? HOST_TIMEOUT_QUICK : HOST_TIMEOUT;
	if (plan->ignore_unreachable == -1)
		plan->ignore_unreachable = plan->quick;
	if (plan->mtasts == -1)
		plan->mtasts = plan->plugin == PLUGIN_MTASTS ||
		    (plan->plugin == PLUGIN_MX_CF && !plan->quick && !plan->direct_tls);
	if (plan->quick && plan->stop_arg == NULL)
		plan->stop_after = STEP_SECURE;
	format_presets(plan);
	if (plan->timeout == 0)
		plan->timeout = plan->format == FORMAT_SSLPROBE ? TIMEOUT_SSLPROBE : TIMEOUT;
	if (plan->started == 0)
		plan->started = tick_now();
	plan->deadline = plan->started + (int64_t)(plan->timeout * TICK_SEC);
	return 0;
}

int
plan_finish(struct plan *plan, struct err *e)
{
	static int (*const stages[])(struct plan *, struct err *) = {
		plan_batch, contradictions, target, names, mailboxes, ehlo_name, addresses,
		mx_hosts, limits, stop, message, revocation, presets, plan_socks, plan_dns, plan_dane,
		plan_mtasts,
	};

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
		if (stages[i](plan, e) == -1)
			return -1;
	return 0;
}

bool
plan_holds_back(const struct plan *plan)
{
	return plan->tls_min != PROTO_TLS10 || plan->tls_max != PROTO_TLS13 ||
	    plan->ciphers != NULL || plan->ciphersuites != NULL || plan->groups != NULL ||
	    plan->sigalgs != NULL;
}
