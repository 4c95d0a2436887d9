/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan.h - what one run shall do: every option of the command line, defaults filled in.  Types only.
 * Written by opt and plug before the first thread, read-only then.  Texts live in the plan's pool or in argv.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "facts.h"
#include "range.h"
#include "sev.h"
#include "tlsa.h"

/* The human ones in the order of how much they tell: each adds to the one before. */
enum format {
	FORMAT_PLUGIN, FORMAT_SCORE, FORMAT_MATRIX, FORMAT_SMTP, FORMAT_DETAIL, FORMAT_CERTDETAIL,
	FORMAT_SSLDETAIL, FORMAT_DEBUG, FORMAT_SSLPROBE, FORMAT_JSON, FORMAT_XML, FORMAT_CSV,
	FORMAT_NAGIOS, FORMAT_ICINGA	/* of a batch: passive results */
};
enum dnssec { DNSSEC_AUTO, DNSSEC_VALIDATE, DNSSEC_AD, DNSSEC_OFF };
/* What of the wire is recorded: nothing, TLS messages and what went inside TLS, every byte as it went. */
enum tape_kind { TAPE_NONE, TAPE_SESSION, TAPE_WIRE };

enum auth_type { AUTH_NONE, AUTH_PLAIN, AUTH_LOGIN, AUTH_COUNT };
enum progress { PROGRESS_AUTO, PROGRESS_YES, PROGRESS_NO };
enum match { MATCH_MX, MATCH_DOMAIN, MATCH_ANY, MATCH_NONE };

enum sandboxing { SANDBOX_ON, SANDBOX_OFF };

enum tlsrpt_wish { TLSRPT_REQUIRE, TLSRPT_WARN, TLSRPT_IGNORE };

struct list {
	const char **item;
	size_t n;
};

struct server {
	struct addr address;
	uint16_t port;
};

#define SOCKS_ADDRESSES 4	/* of a proxy's name: more would get no time worth a try each */

/* --socks: a SOCKS5 proxy. */
struct socks {
	const char *host;	/* A-labels, or an address as text */
	const char *shown;	/* "proxy.example.org:1080": never the password */
	uint16_t port;
	const char *user, *password;	/* 255 bytes at most; NULL, NULL: none; in the plan's secrets */
	/* Of the name; run_open() fills them in, before the first thread, for all copies of the plan. */
	struct addr address[SOCKS_ADDRESSES];
	size_t n;
};

/* One --mx-host. */
struct mx_host {
	const char *name;	/* A-labels, or an address as text */
	struct addr address;	/* family 0: a name to resolve */
	uint16_t port;		/* 0: the plan's */
};

/* --mx-limit, --host-limit: the first n, or n percent rounded up.  n 0: no limit. */
struct limit {
	long n;
	bool percent;
};

struct watcher;

struct plan {
	enum plugin plugin;
	struct pool *pool;
	int64_t started;		/* tick */
	int64_t deadline;		/* tick: started + timeout */

	const char *hostname;		/* -H as typed */
	const char *target;		/* as shown: A-labels */
	const char *domain;		/* mail domain, A-labels; NULL where there is none */
	const char *host;		/* a server as target: its name, or its address as text; else NULL */
	struct addr host_address;	/* the same: family 0 for a name */
	const char *rcpt;		/* RCPT TO address; NULL: no To step */

	long port;			/* 0 until plan_finish(): then 25, 465 with direct_tls */
	double timeout, host_timeout;	/* seconds; host_timeout 0 until plan_finish(): 20, quick 11 */
	bool ipv4, ipv6;		/* -4, -6: only that one */
	struct range warn, crit;
	double cert_warn, cert_crit;	/* -D, days; 0: off */
	long verbose;
	enum format format;
	enum progress progress;
	bool color;			/* set by plug: the reader is a terminal that shows colours */
	const struct watcher *watcher;	/* set by plug: is told what happens (event.h); NULL: nobody watches */
	bool cert_text;			/* after plan_finish(): the format shows certificates decoded */
	enum tape_kind tape;		/* after plan_finish(): what the format shows of the wire */
	int severity[SEV_COUNT];	/* enum state or SEV_DEFAULT */
	enum range_style perf_style;
	bool explain;
	const char *batch_file;		/* "-": stdin; NULL: one target */
	int total_minimum;		/* 1: the total is the lowest CF, not the mean */
	long jobs;			/* targets of a batch at once */
	const char *host_name, *service;	/* of the passive formats: %t target, %d domain */
	enum sandboxing sandbox;
	const char *user;		/* to become once files are read; NULL: nobody else */
	struct pool *secrets;		/* memory of what follows from passwords; NULL: there is none */
	const char *exposed_file;	/* holds a password, and everybody may read it; NULL: none */

	struct list nameserver_args;	/* as typed */
	struct server *nameservers;	/* after plan_finish(); n 0: resolv.conf */
	size_t nnameservers;
	enum dnssec dnssec;		/* AUTO until plan_finish() */
	bool dnssec_needed;		/* without DNSSEC the run has no answer: check_dane, --dane */
	const char *trust_anchor;	/* NULL: the usual places */
	bool trust_ad, no_cache;
	const char *soa_arg;
	struct server soa;		/* --soa: port 0: not given; family 0: soa_name is looked up */
	const char *soa_name;
	const char *source_arg;
	struct addr source;		/* family 0: the system chooses */
	const char *socks_arg;
	struct socks *socks;		/* NULL: none */
	const char *fqdn;		/* EHLO name; after plan_finish() never NULL unless "by the socket" */
	long parallel;

	enum proto tls_min, tls_max;
	const char *ciphers, *ciphersuites, *groups, *sigalgs;
	const char *sni;		/* NULL: the MX name; "none": none sent */
	const char *ca_file, *ca_path;	/* NULL, NULL: the system store */
	enum match match;
	struct list verify_names;
	const char *client_cert, *private_key;
	const char *revocation_arg;
	unsigned revocation;		/* after plan_finish(): 1 << enum revoke_source each; 0: off */

	const char *from;		/* MAIL FROM, without brackets; "" for <> */
	const char *stop_arg;
	enum step_id stop_after;	/* STEP_COUNT: run to the end */
	bool direct_tls, starttls, compel_tls;
	enum auth_type auth_type;
	const char *auth_user;		/* NULL with AUTH_NONE, as the next */
	const char *auth_pass;		/* in secrets */
	bool send_email;		/* really send one short message to rcpt */
	bool legacy;			/* look for old protocols beside the negotiated one */
	bool mandatory_tls;		/* see whether mail is refused in the clear */
	enum proto require_tls;		/* check_smtp_tls; PROTO_NONE: any */

	const char *for_domain;
	const char *rcpt_arg;

	bool quick;
	int ignore_unreachable;		/* -1 until plan_finish(), then 0 or 1 */
	int dane;			/* --[no-]dane: -1 until plan_finish(), then 0 or 1 */
	int mtasts;			/* --[no-]mtasts, TLS-RPT with it: the same */
	struct list mx_host_args;
	struct mx_host *mx_hosts;
	size_t nmx_hosts;
	const char *mx_limit_arg, *host_limit_arg;
	struct limit mx_limit, host_limit;
	double min_mx;			/* negative: not asked */

	/* check_dane */
	bool no_mx;			/* the target is a host; then host is set */
	const char *chain_file;		/* --chain: judge this instead of connecting; NULL: connect */
	struct list tlsa_args, require_args;
	struct tlsa *tlsa;		/* --tlsa, after plan_finish(); n 0: ask DNS */
	size_t ntlsa;
	struct tlsa_kind *require;	/* after plan_finish() */
	size_t nrequire;
	const char *algorithms_arg;
	unsigned algorithms;		/* after plan_finish(): 1 << enum key_kind each */

	/* check_mtasts */
	int expect_mode;		/* enum sts_mode; STS_MODE_UNKNOWN: not asked */
	const char *expect_id;
	enum tlsrpt_wish tlsrpt;
	bool no_connect;		/* check_dane, too: DNS and the policy only, no probes */
	bool lint;			/* offline: judge what follows */
	const char *txt, *policy_file;
	struct list tlsrpt_txt, mx_args;
	struct list mx;			/* mx_args as A-labels, after plan_finish() */
};

/* Do its options leave out some of what we could offer in a handshake?  Then a failure may be for that. */
bool plan_holds_back(const struct plan *plan);

#endif
