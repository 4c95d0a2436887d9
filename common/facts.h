/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * facts.h - the plain data that probes write and judges and renderers read.  Types, names of protocols, and what
 * some of it comes to.
 * Everything lives in a pool: a host's facts in the host's own, the rest in the run's.  Every text in here
 * that came from the network has passed text_clean(); texts that may be absent are NULL.
 */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "pool.h"

/* The steps in the order in which they are reported (cli.md, "Steps"). */
enum step_id {
	STEP_ANSWER, STEP_CONNECT, STEP_HELO, STEP_TLS, STEP_CERT, STEP_SECURE, STEP_FROM, STEP_TO,
	STEP_DATA, STEP_EMAIL,	/* of --send-email */
	STEP_COUNT
};

enum step_state { STEP_SKIP, STEP_OK, STEP_FAIL, STEP_DEFER };

struct step {
	enum step_state state;
	bool clear;		/* From and later: went in the clear after TLS failed or was not offered */
	int64_t took_us;	/* since the end of the last finished step */
	const char *why;	/* of FAIL and DEFER: the reason, without the host's name */
};

enum host_status {
	HOST_NOT_STARTED,	/* the run's deadline came first: no row in the average */
	HOST_TESTED,		/* passed HELO (direct TLS: the handshake was tried) */
	HOST_UNTESTED,		/* failed or deferred Answer, Connect or HELO, or has no address: 50 */
	HOST_SKIPPED,		/* this machine lacks the address family, an option excludes it: no row */
};

/* Protocols in the order of their strength. */
enum proto {
	PROTO_NONE, PROTO_SSL2, PROTO_SSL3, PROTO_TLS10, PROTO_TLS11, PROTO_TLS12, PROTO_TLS13
};

/* As OpenSSL writes it: "TLSv1.2"; NULL for PROTO_NONE. */
const char *proto_name(enum proto proto);

/* The kinds of leaf key that check_dane asks a server for, one by one. */
enum key_kind { KEY_ANY, KEY_RSA, KEY_ECDSA };

/* How far encryption came (confidence-factor.md, 2). */
enum secure {
	SECURE_UNKNOWN,		/* not tried: untested, or stopped before */
	SECURE_NOT_OFFERED,	/* 0: no STARTTLS */
	SECURE_REFUSED,		/* 10: STARTTLS refused or not answered */
	SECURE_NO_SESSION,	/* 20: accepted, no session (injection, NULL cipher too) */
	SECURE_NO_EHLO,		/* 30: session, but no 250 to the EHLO inside */
	SECURE_YES,		/* encrypted: the formula decides */
};

struct tls_facts {
	enum proto proto;		/* PROTO_NONE: no session */
	const char *cipher;		/* OpenSSL's name of the suite */
	int bits;			/* strength of the symmetric cipher */
	bool forward_secrecy;		/* ephemeral key exchange, whatever its size */
	bool aead;
	bool anonymous;			/* no certificate in the suite */
	bool obsolete;			/* RC4, single or triple DES, export, NULL */
	int dh_bits;			/* size of a finite-field DHE group, else 0 */
	const char *group;		/* NULL where the session has none */
	const char *peer_signature;	/* "RSA-PSS", "ECDSA"...; NULL where the session has none */
	bool secure_renegotiation;	/* RFC 5746 (always with TLS 1.3) */
	const uint8_t *staple;		/* OCSP response of the handshake, DER, for the leaf; NULL: none came */
	size_t staple_len;
	int64_t handshake_us;
};

/* One certificate as the server sent it. */
struct cert {
	const uint8_t *der;
	size_t der_len;
	const char *subject, *issuer;	/* RFC 2253 order of OpenSSL's XN_FLAG_RFC2253 */
	const char *serial;		/* hexadecimal */
	const char *cn;			/* NULL: none */
	const char **sans;		/* "DNS:name", "IP:address" as text */
	size_t nsans;
	int64_t not_before, not_after;	/* seconds since the epoch */
	const char *key;		/* "RSA", "EC", "DSA", "ED25519", "ED448", or OpenSSL's name */
	int bits;
	const char *signature;		/* "sha256WithRSAEncryption" */
	const char *sha256;		/* hexadecimal fingerprint */
	const char *pem, *text;		/* several lines each, the second all fields decoded; NULL: not asked for */
};

enum revoked { REVOKED_NOT_TESTED, REVOKED_GOOD, REVOKED_YES, REVOKED_UNKNOWN };

/* Where the word on a certificate comes from, in the order in which they are asked. */
enum revoke_source { REVOKE_STAPLE, REVOKE_OCSP, REVOKE_CRL, REVOKE_SOURCES };

/* What one source said of one certificate. */
struct revocation {
	size_t depth;			/* 0 is the leaf */
	enum revoke_source source;
	enum revoked status;
	const char *text;		/* "OCSP http://pki.example/ocsp: good, as of 2026-11-23T12:00:00Z" */
};

/* The chain that was verified, leaf first, trust anchor last. */
struct cert_path {
	const uint8_t **der;
	size_t *len;
	size_t n;			/* 0: the chain leads to no trusted CA */
};

struct cert_error {
	int code;		/* X509_V_ERR_* */
	int depth;		/* 0 is the leaf */
	const char *text;
};

/* The judgement of one captured chain against the trust store, the names wanted, and the clock. */
struct cert_facts {
	bool present;			/* false: no certificate was sent, the rest is zero */
	bool trusted;			/* leads to a trusted CA; dates and names aside */
	bool in_date;			/* every certificate used is */
	bool leaf_in_date;
	bool name_match;		/* true as well when not checked */
	bool name_checked;		/* false with --match=none */
	bool by_cn;			/* matched by the common name, for want of any DNS SAN */
	const char *matched_name;	/* as the certificate writes it; NULL: none */
	const char *wanted;		/* "mx1.example.org" or "mx1.example.org or example.org" */
	const char *found;		/* names the certificate carries, "a, b and 3 more"; "no name" */
	struct cert_path path;
	enum revoked revoked;		/* of the whole path: the worst word on any of it */
	const char *revoked_why;	/* source, time and reason code; why unknown or not tested */
	struct revocation *revocations;	/* all that was said, leaf first */
	size_t nrevocations;
	bool must_staple;		/* RFC 7633 */
	enum revoked staple;		/* what the staple says of the leaf; NOT_TESTED: nothing was there to judge */
	double days_left;		/* of the leaf, negative when expired */
	bool key_ok;			/* confidence-factor.md: RSA, DSA >= 2048, EC >= 224, EdDSA */
	bool signature_ok;		/* SHA-2, SHA-3, EdDSA */
	const char **weak;		/* "RSA 1024-bit key", "sha1WithRSAEncryption signature" */
	size_t nweak;
	struct cert_error *errors;	/* all of them, chain order */
	size_t nerrors;
	const char *trust_why;		/* why not trusted or not in date: the most telling error's text */
	bool sts_name;			/* a DNS SAN covers the MX name, whatever --match says (RFC 8461, 4.2) */
};

struct tlsa {
	uint8_t usage, selector, matching;
	const uint8_t *data;
	size_t len;
	bool usable;			/* by a mail server (RFC 7672, 3.1) */
	bool matched;			/* alone it would vouch for a live chain */
	const char *why;		/* not usable: the reason, to read on after the record */
};

enum dane_status {
	DANE_NOT_TESTED, DANE_MATCH, DANE_MISMATCH, DANE_NAME_MISMATCH, DANE_EXPIRED, DANE_UNUSABLE,
	DANE_NONE, DANE_INSECURE, DANE_ERROR
};

struct dane_facts {
	enum dane_status status;
	struct tlsa *records;
	size_t nrecords;
	const char *base;		/* TLSA base name */
	const char *why;		/* begins with a failure word of RFC 8460 where one fits */
	const char *reason;		/* the same without that word, for findings */
	const char **would;		/* unless it matches: records that would, "3 1 1 HEX" */
	size_t nwould;
	const char **lints;		/* legal, but unwise: phrases for the finding dane-lint */
	size_t nlints;
	const char **notes;		/* worth a line, no finding: "3 1 1 a1b2...: next, or stale" */
	size_t nnotes;
	const char *unseen;		/* a chain that was to be seen and that nobody could ask for: why */
};

enum sts_status { STS_NOT_TESTED, STS_PASS, STS_NOT_LISTED, STS_NO_TLS, STS_CERT };

/* What our ClientHello offered, in words, best first; NULL where it has no such part. */
struct tls_offer {
	const char *versions, *groups, *signatures;
	const char *alpn, *name;
	size_t suites;
	bool resumption;		/* an earlier session */
};

/* A message of the TLS handshake, an alert, a change of cipher. */
struct tls_event {
	int64_t at_us;			/* since the start of this host's test */
	bool sent;
	const char *name;		/* "ClientHello", "fatal alert: handshake failure" */
	size_t length;			/* bytes, its header included */
};

struct packet {
	int64_t at_us;
	bool sent;
	bool tls;			/* ssldetail: went inside TLS; debug: is TLS */
	uint8_t *bytes;
	size_t len;
};

/* Recorded when the format asks (plan.h, tape): messages and what went inside TLS, or the bytes on the wire. */
struct wire_facts {
	struct tls_offer offer;		/* of the last handshake */
	struct tls_event *event;
	size_t nevents, events_left_out;
	struct packet *packet;
	size_t npackets;
	size_t left_out;		/* bytes beyond what is kept */
};

/* --mandatory-tls: what became of MAIL before STARTTLS. */
enum clear_mail { CLEAR_UNKNOWN, CLEAR_REFUSED, CLEAR_TAKEN };

struct smtp_facts {
	const char *banner;		/* NULL: none came */
	const char **extensions;	/* of the first EHLO, behind the host name */
	size_t nextensions;
	bool helo;			/* HELO was the fallback */
	bool tls_offered;
	bool compelled;			/* not offered, --compel-tls tried and it worked */
	bool injection;			/* bytes pending in the clear after the 220 */
	bool readvertised;		/* STARTTLS offered again inside TLS */
	bool client_cert_asked;		/* for want of one the handshake may have failed */
	bool not_smtp;			/* direct TLS, no SMTP reply inside */
	const char *auth_why;		/* why AUTH failed; NULL: it did not, or was not asked for */
	enum clear_mail clear_mail;
	const char *clear_why;		/* --mandatory-tls: why it is not known; NULL: it is, or was not asked for */
};

enum talk_kind {
	TALK_SENT,
	TALK_GOT,
	TALK_STAGE,	/* a stage sentence of output.md: good news */
	TALK_TROUBLE,	/* a verdict or failure: bad news */
};

/* A line of the transcript. */
struct talk {
	int64_t at_us;		/* since the start of this host's test */
	enum talk_kind kind;
	bool tls;		/* went inside TLS */
	const char *text;
};

enum dns_status { DNS_NOT_TESTED, DNS_SECURE, DNS_INSECURE, DNS_BOGUS, DNS_ERROR };

/* ERROR or BOGUS: there is nothing to go by. */
bool dns_failed(enum dns_status status);

/* What DNSSEC says about an answer. */
struct dns_proof {
	enum dns_status status;		/* NOT_TESTED: nothing was looked up */
	bool cname;			/* it went over aliases */
	const char *canonical;		/* where they end, else the name asked */
	int64_t sig_begins, sig_expires;	/* of the RRSIG that expires first; 0: none */
};

/* What TLSA records come with; DNS alone tells it, before the host is probed. */
struct tlsa_facts {
	uint32_t ttl;			/* at the zone's own servers; 0: not known */
	const char *denial;		/* names near them cannot be denied: the lint; NULL: they can */
};

/* A fault of ours, not the target's: the run ends UNKNOWN with this finding key. */
enum fault { FAULT_NONE, FAULT_RESOLVER, FAULT_PROXY, FAULT_INTERNAL };

/* One MX name at one address: a row of the average. */
struct host {
	const char *mx;			/* A-labels */
	int preference;
	size_t mx_index;		/* 0.. : position of the MX in the run, by preference then name */
	struct addr address;		/* family 0: the name has no address */
	uint16_t port;
	struct dns_proof proof;		/* of the answer with this address */
	bool mx_is_address;		/* the MX record names an IP address: a dns-error */
	bool address_bogus;		/* its address failed DNSSEC validation */
	const char *lost_family;	/* "AAAA", "A": those of its name did; on the first row of an MX */
	const char *why;		/* of UNTESTED, SKIPPED, NOT_STARTED: the reason */
	enum fault fault;		/* this machine, or the SOCKS proxy, did not take us to it: none of the host */
	const char *fault_why;

	enum host_status status;
	enum secure secure;
	enum proto raw_proto;		/* without a session: what a raw ClientHello was taken for */
	bool legacy_tested;		/* --legacy: what follows tells something */
	const char *legacy_why;		/* --legacy: why not all were asked for; NULL: they were, or none was */
	unsigned legacy;		/* a bit 1 << proto for each old one taken beside the negotiated */
	struct step step[STEP_COUNT];
	struct smtp_facts smtp;
	struct tls_facts tls;
	struct cert_facts cert;
	struct cert *chain;		/* as sent, leaf first */
	size_t nchain;
	struct dane_facts dane;
	struct tlsa_facts tlsa;
	enum sts_status sts;
	struct talk *talk;
	size_t ntalk;
	size_t told;			/* lines of it that a watcher was told while they were said */
	struct wire_facts wire;
	int64_t took_us;		/* from connect to QUIT */
	struct pool *pool;		/* this host's memory */
};

struct dns_facts {
	enum dns_status status;
	const char *rcode;		/* "NOERROR", "NXDOMAIN", "SERVFAIL", "timeout"; NULL: not asked */
	const char *why;		/* a sentence, of BOGUS and ERROR */
};

enum policy_status {
	POLICY_NOT_TESTED,
	POLICY_OK,
	POLICY_NONE,
	POLICY_INVALID,
	POLICY_FETCH_ERROR,
	POLICY_ERROR
};
enum sts_mode { STS_MODE_UNKNOWN, STS_MODE_NONE, STS_MODE_TESTING, STS_MODE_ENFORCE };

/* What is wrong or unwise in a TXT record or a policy, and where.  In words: sts_flaw() of sts.h. */
struct flaw {
	const char *of;			/* "record", "policy", "policy host", "TLS-RPT record" */
	size_t line, column;		/* from 1, in bytes; 0: the whole of it */
	const char *text;		/* "mode is \"Enforce\", expected enforce, testing or none" */
};

struct flaws {
	struct flaw *item;
	size_t n;
};

struct mtasts_facts {
	enum policy_status status;
	const char *id;			/* of a valid record, else NULL */
	enum sts_mode mode;		/* UNKNOWN: there is no valid policy; mode and max_age say nothing */
	int64_t max_age;		/* seconds */
	const char **mx;		/* well-formed patterns, as written but for a final dot */
	size_t nmx;
	struct flaws errors, lints;	/* of record and policy, in their order */
	bool policy_cert;		/* the policy host showed a certificate: days are left as follows */
	double policy_cert_days;	/* of the leaf, negative when expired */
	const char *why;		/* of every status but OK; begins with the word of RFC 8460 where one fits */
	const char *proxy_why;		/* the SOCKS proxy did not take us to the policy host: no fault of the domain */
};

struct tlsrpt_facts {
	enum policy_status status;	/* never FETCH_ERROR */
	const char **rua;		/* the valid ones */
	size_t nrua;
	struct flaws errors, lints;
	const char *why;
};

/* A signature that DANE rests on. */
struct sig {
	const char *type, *owner;	/* "TLSA", "_25._tcp.mx1.example.org" */
	int64_t begins, expires;	/* seconds since the epoch */
};

/* One run: a target and its hosts. */
struct run_facts {
	const char *target;		/* as shown: "user@example.org", A-labels; NULL: --lint without one */
	const char *domain;		/* A-labels; check_smtp_tls: --for-domain or NULL */
	int64_t wall;			/* seconds since the epoch at the start */
	int64_t took_us, dns_us;
	struct dns_facts mx;		/* the MX look-up; no_mx: that of the addresses */
	struct dns_proof mx_proof;	/* of the MX records */
	bool no_mx;			/* one host, named by the operator: no MX has to vouch for it */
	bool null_mx, implicit_mx;
	bool null_mx_beside;		/* a null MX beside others, which count (RFC 7505, 3) */
	const char *dns_why;		/* no host to probe for want of DNS: the reason ("no such name") */
	enum fault fault;
	const char *fault_why;
	bool dane_tested, mtasts_tested;
	const char *dane_why;		/* asked for and not tested: "resolver 192.0.2.1 cannot do DNSSEC" */
	struct sig *sigs;		/* of MX, addresses and TLSA records used */
	size_t nsigs;
	bool quick;			/* QFactor */
	const char *sandbox;		/* what the process gave up, in words */
	struct host *hosts;		/* by preference, name, then address as resolved */
	size_t nhosts;
	size_t mx_total;		/* MX in the run */
	size_t mx_left_out;		/* by --mx-limit, --host-limit, --quick */
	struct mtasts_facts mtasts;
	struct tlsrpt_facts tlsrpt;
	struct pool *policy_pool;	/* memory of both; NULL where they are of pool or not there */
	struct pool *pool;
};

/* Half DANE: TLSA records vouch for a host, but nobody vouches for the MX that named it. */
bool facts_half_dane(const struct run_facts *facts);

#endif
