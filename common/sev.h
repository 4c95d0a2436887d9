/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sev.h - states, and the one table of finding keys with their defaults (cli.md, "Severity keys").  Pure. */
#ifndef SEV_H
#define SEV_H

#include <stdbool.h>

/* The values are the exit codes. */
enum state { STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN };

enum plugin { PLUGIN_SMTP_TLS, PLUGIN_MX_CF, PLUGIN_DANE, PLUGIN_MTASTS, PLUGIN_COUNT };

/* Findings this version can make.  A new key is a line here and a row in sev.c. */
enum sev_key {
	SEV_UNREACHABLE, SEV_ALL_UNREACHABLE, SEV_TIMEOUT, SEV_NO_TLS, SEV_TLS_FAILED, SEV_INJECTION,
	SEV_CERT_UNTRUSTED, SEV_CERT_NAME, SEV_CERT_EXPIRED, SEV_CERT_DAYS, SEV_CERT_REVOKED, SEV_CERT_WEAK,
	SEV_MUST_STAPLE, SEV_REVOCATION_UNKNOWN, SEV_NOT_SMTP,
	SEV_LEGACY_PROTOCOL, SEV_REQUIRE_TLS, SEV_MANDATORY_TLS, SEV_AUTH_FAILED, SEV_FROM_REFUSED, SEV_RCPT_REFUSED,
	SEV_RCPT_DEFERRED, SEV_DATA_REFUSED, SEV_CF, SEV_MIN_MX, SEV_TIME,
	SEV_DANE_MISMATCH, SEV_DANE_UNUSABLE, SEV_DANE_ERROR, SEV_DANE_NONE, SEV_DANE_LINT, SEV_REQUIRE,
	SEV_RRSIG_DAYS,
	SEV_STS_NONE, SEV_STS_INVALID, SEV_STS_MX_MISMATCH, SEV_STS_LINT, SEV_MAX_AGE, SEV_POLICY_CERT_DAYS,
	SEV_EXPECT_MODE, SEV_EXPECT_ID, SEV_TLSRPT_NONE, SEV_TLSRPT_INVALID,
	SEV_DNS_BOGUS, SEV_DNS_ERROR, SEV_NULL_MX, SEV_RESOLVER, SEV_PROXY, SEV_INTERNAL,
	SEV_COUNT
};

#define SEV_DEFAULT (-1)	/* in a severity override: not overridden */
#define SEV_NONE (-2)		/* in a default: the plugin has no such finding */
#define SEV_BY_OPTION (-3)	/* in a default: -w/-c or -D decide */

const char *sev_name(enum sev_key key);		/* "cert-name" */
const char *sev_help(enum sev_key key);		/* one phrase for --help and man pages */
int sev_default(enum plugin plugin, enum sev_key key);	/* enum state, SEV_NONE or SEV_BY_OPTION */

/* False when there is no such key. */
bool sev_find(const char *name, enum sev_key *key);

/* "ok", "warning", "critical", "unknown" in any case.  False otherwise. */
bool state_find(const char *name, enum state *state);
const char *state_name(enum state state);	/* "OK" */

/* The worse of two in the order OK < UNKNOWN < WARNING < CRITICAL. */
enum state state_worse(enum state a, enum state b);

#endif
