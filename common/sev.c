/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sev.c - the table of finding keys: names, words and defaults. */
#include <string.h>
#include <strings.h>

#include "sev.h"
#include "upstream.h"

#define OK STATE_OK
#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL
#define UNKN STATE_UNKNOWN
#define NONE SEV_NONE
#define OPTN SEV_BY_OPTION

static const struct {
	const char *name, *help;
	int by_plugin[PLUGIN_COUNT];	/* smtp_tls, mx_cf, dane, mtasts */
} keys[SEV_COUNT] = {
	[SEV_UNREACHABLE] = { "unreachable", "a host does not answer while another does",
	    { WARN, WARN, WARN, WARN } },
	[SEV_ALL_UNREACHABLE] = { "all-unreachable", "no host answers",
	    { CRIT, CRIT, CRIT, CRIT } },
	[SEV_TIMEOUT] = { "timeout", "time was up before a host was tried",
	    { UNKN, UNKN, UNKN, UNKN } },
	[SEV_NO_TLS] = { "no-tls", "a host offers no TLS",
	    { CRIT, CRIT, CRIT, CRIT } },
	[SEV_TLS_FAILED] = { "tls-failed", "TLS is offered and does not come about",
	    { CRIT, CRIT, CRIT, CRIT } },
	[SEV_INJECTION] = { "injection", "bytes in the clear behind the reply to STARTTLS",
	    { CRIT, CRIT, CRIT, CRIT } },
	[SEV_CERT_UNTRUSTED] = { "cert-untrusted", "the chain leads to no trusted CA",
	    { CRIT, WARN, OK, WARN } },
	[SEV_CERT_NAME] = { "cert-name", "the certificate has another name",
	    { CRIT, WARN, OK, WARN } },
	[SEV_CERT_EXPIRED] = { "cert-expired", "a certificate is expired or not yet valid",
	    { CRIT, CRIT, OK, CRIT } },
	[SEV_CERT_DAYS] = { "cert-days", "the certificate expires soon (-D)",
	    { OPTN, OPTN, OPTN, OPTN } },
	[SEV_CERT_REVOKED] = { "cert-revoked", "OCSP or a CRL says that a certificate is revoked",
	    { CRIT, CRIT, CRIT, CRIT } },
	[SEV_CERT_WEAK] = { "cert-weak", "the certificate's key or signature is weak",
	    { WARN, WARN, OK, WARN } },
	[SEV_MUST_STAPLE] = { "must-staple", "the certificate demands an OCSP staple, and none holds",
	    { WARN, WARN, OK, WARN } },
	[SEV_REVOCATION_UNKNOWN] = { "revocation-unknown", "neither OCSP nor a CRL can tell of a certificate",
	    { OK, OK, OK, OK } },
	[SEV_NOT_SMTP] = { "not-smtp", "no SMTP inside direct TLS",
	    { OK, OK, NONE, NONE } },
	[SEV_LEGACY_PROTOCOL] = { "legacy-protocol", "SSL 2, SSL 3, TLS 1.0 or 1.1 are taken (--legacy)",
	    { WARN, WARN, NONE, NONE } },
	[SEV_REQUIRE_TLS] = { "require-tls", "the TLS version is below --require-tls",
	    { CRIT, NONE, NONE, NONE } },
	[SEV_MANDATORY_TLS] = { "mandatory-tls", "mail is taken in the clear (--mandatory-tls)",
	    { CRIT, CRIT, NONE, NONE } },
	[SEV_AUTH_FAILED] = { "auth-failed", "the login is refused, or AUTH is not offered",
	    { CRIT, CRIT, NONE, NONE } },
	[SEV_FROM_REFUSED] = { "from-refused", "the sender is refused",
	    { WARN, WARN, NONE, NONE } },
	[SEV_RCPT_REFUSED] = { "rcpt-refused", "the recipient is refused",
	    { WARN, WARN, NONE, NONE } },
	[SEV_RCPT_DEFERRED] = { "rcpt-deferred", "sender or recipient are deferred (greylisting)",
	    { OK, OK, NONE, NONE } },
	[SEV_DATA_REFUSED] = { "data-refused", "the test message is not taken (--send-email)",
	    { CRIT, CRIT, NONE, NONE } },
	[SEV_CF] = { "cf", "the Confidence Factor is outside -w, -c",
	    { NONE, OPTN, NONE, NONE } },
	[SEV_MIN_MX] = { "min-mx", "the worst host is under --min-mx",
	    { NONE, CRIT, NONE, NONE } },
	[SEV_TIME] = { "time", "the response time is outside -w, -c",
	    { OPTN, NONE, NONE, NONE } },
	[SEV_DANE_MISMATCH] = { "dane-mismatch", "the certificate does not match the TLSA records",
	    { CRIT, CRIT, CRIT, NONE } },
	[SEV_DANE_UNUSABLE] = { "dane-unusable", "there are TLSA records, and none is usable",
	    { WARN, WARN, WARN, NONE } },
	[SEV_DANE_ERROR] = { "dane-error", "the TLSA records cannot be looked up",
	    { CRIT, CRIT, CRIT, NONE } },
	[SEV_DANE_NONE] = { "dane-none", "there are no signed TLSA records",
	    { OK, OK, CRIT, NONE } },
	[SEV_DANE_LINT] = { "dane-lint", "something about DANE is legal, but unwise",
	    { OK, OK, WARN, NONE } },
	[SEV_REQUIRE] = { "require", "no TLSA record of the kind --require names",
	    { NONE, NONE, CRIT, NONE } },
	[SEV_RRSIG_DAYS] = { "rrsig-days", "a signature expires soon (-w, -c)",
	    { NONE, NONE, OPTN, NONE } },
	[SEV_STS_NONE] = { "sts-none", "no MTA-STS is published",
	    { NONE, OK, NONE, CRIT } },
	[SEV_STS_INVALID] = { "sts-invalid", "MTA-STS record or policy are invalid, or not to be had",
	    { NONE, WARN, NONE, CRIT } },
	[SEV_STS_MX_MISMATCH] = { "sts-mx-mismatch", "an MX fails the MTA-STS policy", { NONE, CRIT, NONE, CRIT } },
	[SEV_STS_LINT] = { "sts-lint", "MTA-STS or TLS-RPT are legal but unwise",
	    { NONE, OK, NONE, WARN } },
	[SEV_MAX_AGE] = { "max-age", "the policy's max_age is outside -w, -c",
	    { NONE, NONE, NONE, OPTN } },
	[SEV_POLICY_CERT_DAYS] = { "policy-cert-days", "the certificate of the policy host expires soon (-D)",
	    { NONE, NONE, NONE, OPTN } },
	[SEV_EXPECT_MODE] = { "expect-mode", "the policy's mode is not that of --expect-mode",
	    { NONE, NONE, NONE, CRIT } },
	[SEV_EXPECT_ID] = { "expect-id", "the record's id is not that of --expect-id",
	    { NONE, NONE, NONE, CRIT } },
	[SEV_TLSRPT_NONE] = { "tlsrpt-none", "no TLS-RPT is published",
	    { NONE, OK, NONE, WARN } },
	[SEV_TLSRPT_INVALID] = { "tlsrpt-invalid", "the TLS-RPT record is invalid, or not to be had",
	    { NONE, WARN, NONE, WARN } },
	[SEV_DNS_BOGUS] = { "dns-bogus", "MX or address fail DNSSEC validation",
	    { CRIT, CRIT, CRIT, CRIT } },
	[SEV_DNS_ERROR] = { "dns-error", "DNS fails, or names no usable host",
	    { CRIT, CRIT, CRIT, CRIT } },
	[SEV_NULL_MX] = { "null-mx", "the domain takes no mail (RFC 7505)",
	    { NONE, UNKN, UNKN, UNKN } },
	[SEV_RESOLVER] = { "resolver", "our own resolver does not work",
	    { UNKN, UNKN, UNKN, UNKN } },
	[SEV_PROXY] = { "proxy", "the SOCKS proxy is down or refuses us",
	    { UNKN, UNKN, UNKN, UNKN } },
	[SEV_INTERNAL] = { "internal", "a fault of this plugin or machine",
	    { UNKN, UNKN, UNKN, UNKN } },
};

#ifndef WITH_LIBMONITORINGPLUG
/* How bad each state is, by its exit code. */
static const int badness[] = {
	[STATE_OK] = 0, [STATE_UNKNOWN] = 1, [STATE_WARNING] = 2, [STATE_CRITICAL] = 3
};
#endif

static const char *const state_names[] = {
	[STATE_OK] = "OK", [STATE_WARNING] = "WARNING", [STATE_CRITICAL] = "CRITICAL",
	[STATE_UNKNOWN] = "UNKNOWN"
};

const char *
sev_name(enum sev_key key)
{
	return keys[key].name;
}

const char *
sev_help(enum sev_key key)
{
	return keys[key].help;
}

int
sev_default(enum plugin plugin, enum sev_key key)
{
	return keys[key].by_plugin[plugin];
}

bool
sev_find(const char *name, enum sev_key *key)
{
	for (size_t i = 0; i < SEV_COUNT; i++) {
		if (strcmp(keys[i].name, name) == 0) {
			*key = (enum sev_key)i;
			return true;
		}
	}
	return false;
}

bool
state_find(const char *name, enum state *state)
{
	for (size_t i = 0; i < sizeof(state_names) / sizeof(state_names[0]); i++) {
		if (strcasecmp(state_names[i], name) == 0) {
			*state = (enum state)i;
			return true;
		}
	}
	return false;
}

const char *
state_name(enum state state)
{
#ifdef WITH_LIBMONITORINGPLUG
	return upstream_state_name((int)state);
#else
	return state_names[state];
#endif
}

enum state
state_worse(enum state a, enum state b)
{
#ifdef WITH_LIBMONITORINGPLUG
	return (enum state)upstream_worse((int)a, (int)b);
#else
	return badness[b] > badness[a] ? b : a;
#endif
}
