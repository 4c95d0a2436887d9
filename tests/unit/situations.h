/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * situations.h - the rows of situations.md as literal facts, shared by the tests of score and verdict.
 * Each is one host alone, check_mx_cf with its defaults, DANE and MTA-STS tested and not published.
 */
#ifndef SITUATIONS_H
#define SITUATIONS_H

#include <math.h>

#include "facts.h"
#include "plan.h"

#define WALL INT64_C(1795435200) /* 2026-11-23T12:00:00Z */
#define DAYS 86400
#define NO_ROW (-1.0)

/* clang-format off */
/* Steps as situations.md writes them. */
#define ok_ { STEP_OK, false, 1000, NULL }
#define __ { STEP_SKIP, false, 0, NULL }
#define FAIL(why) { STEP_FAIL, false, 1000, why }
#define DEFER(why) { STEP_DEFER, false, 1000, why }
#define clear_ { STEP_OK, true, 1000, NULL }
#define STEPS(...) .step = { __VA_ARGS__ }
#define UP_TO_HELO ok_, ok_, ok_

#define TLS_OF(p, suite, b, fs, gcm) .tls = { .proto = p, .cipher = suite, .bits = b, \
	.forward_secrecy = fs, .aead = gcm, .secure_renegotiation = true, .handshake_us = 9000 }
#define TLS13 TLS_OF(PROTO_TLS13, "TLS_AES_256_GCM_SHA384", 256, true, true)
#define STAPLED .tls = { .proto = PROTO_TLS13, .cipher = "TLS_AES_256_GCM_SHA384", .bits = 256, \
	.forward_secrecy = true, .aead = true, .secure_renegotiation = true, \
	.staple = (const uint8_t *)"0", .staple_len = 1 }
#define TLS12 TLS_OF(PROTO_TLS12, "ECDHE-RSA-AES256-GCM-SHA384", 256, true, true)
#define TLS12_CBC TLS_OF(PROTO_TLS12, "AES128-SHA", 128, false, false)

/* A certificate, and what is good or wrong with it behind. */
#define BARE .present = true, .name_checked = true
#define CERT(...) .cert = { BARE, .wanted = "mx1.example.org", .days_left = 61.25, __VA_ARGS__ }
#define TRUSTED .trusted = true
#define IN_DATE .in_date = true, .leaf_in_date = true
#define NAMED .name_match = true, .matched_name = "mx1.example.org", .found = "mx1.example.org"
#define STRONG .key_ok = true, .signature_ok = true
#define GOOD_CERT CERT(TRUSTED, IN_DATE, NAMED, STRONG)
#define SELF_SIGNED .trust_why = "self-signed certificate"
#define WEAK(list, key, signature) .weak = list, .nweak = sizeof(list) / sizeof(list[0]), \
	.key_ok = key, .signature_ok = signature

#define MX1 .mx = "mx1.example.org", .preference = 10, .port = 25, .took_us = 120000, \
	.address = { AF_INET, { 192, 0, 2, 25 }, "192.0.2.25" }
#define TESTED .status = HOST_TESTED
#define UNTESTED(reason) .status = HOST_UNTESTED, .why = reason

static const char *weak_both[] = { "RSA 1024-bit key", "sha1WithRSAEncryption signature" };
static const char *weak_key[] = { "RSA 1024-bit key" };
static struct tlsa end_entity[] = { { .usage = 3, .selector = 1, .matching = 1, .usable = true,
    .matched = true } };
__attribute__((unused)) static struct tlsa anchor[] = { { .usage = 2, .selector = 0,
    .matching = 1, .usable = true, .matched = true } };
static struct cert not_yet[] = { { .not_before = WALL + 3 * DAYS, .not_after = WALL + 93 * DAYS } };

#define DANE_EE .dane = { .status = DANE_MATCH, .records = end_entity, .nrecords = 1 }
#define DANE_TA .dane = { .status = DANE_MATCH, .records = anchor, .nrecords = 1 }

/* clang-format on */

struct situation {
	const char *row;	/* of situations.md */
	const char *name;
	double score;		/* NO_ROW: none */
	const char *band;
	const char *findings;	/* "key=STATE ...", worst first, as check_mx_cf has them but for cf */
	const char *text;	/* of the first finding; NULL: not held against */
	const char *note;	/* of the host, behind its name; NULL: none */
	struct host host;
};

/* clang-format off */
static const struct situation situations[] = {
	{ "1", "connection refused", 50, "untested", "all-unreachable=CRITICAL",
	    "is unreachable: connection refused", NULL,
	    { MX1, UNTESTED("connection refused"),
		STEPS(FAIL("connection refused"), __, __, __, __, __, __, __) } },
	{ "1", "time out of the connection", 50, "untested", "all-unreachable=CRITICAL",
	    "is unreachable: timed out after 20 s waiting for the connection", NULL,
	    { MX1, UNTESTED("timed out after 20 s waiting for the connection"),
		STEPS(FAIL("timed out after 20 s waiting for the connection"),
		__, __, __, __, __, __, __) } },
	{ "2", "no address", 50, "untested", "all-unreachable=CRITICAL",
	    "is unreachable: no address", NULL,
	    { .mx = "mx1.example.org", .preference = 10, .port = 25, UNTESTED("no address") } },
	{ "2", "an address for an MX", 50, "untested",
	    "dns-error=CRITICAL all-unreachable=CRITICAL",
	    "is an IP address: an MX must be a name", NULL,
	    { .mx = "192.0.2.25", .mx_is_address = true, UNTESTED("no address") } },
	{ "2", "address fails DNSSEC validation", 50, "untested",
	    "dns-bogus=CRITICAL all-unreachable=CRITICAL", "its address fails DNSSEC validation",
	    NULL, { .mx = "mx1.example.org", .address_bogus = true,
		UNTESTED("address look-up: signature expired") } },
	{ "3", "silent after connect", 50, "untested", "all-unreachable=CRITICAL",
	    "is unreachable: timed out after 20 s waiting for the banner", NULL,
	    { MX1, UNTESTED("timed out after 20 s waiting for the banner"),
		STEPS(ok_, FAIL("timed out after 20 s waiting for the banner"),
		__, __, __, __, __, __) } },
	{ "4", "banner 554", 50, "untested", "all-unreachable=CRITICAL",
	    "is unreachable: banner refused: 554 no", NULL,
	    { MX1, UNTESTED("banner refused: 554 no"),
		STEPS(ok_, FAIL("banner refused: 554 no"), __, __, __, __, __, __) } },
	{ "5", "banner 421", 50, "untested", "all-unreachable=CRITICAL",
	    "is unreachable: deferred: 421 later", NULL,
	    { MX1, UNTESTED("deferred: 421 later"),
		STEPS(ok_, DEFER("deferred: 421 later"), __, __, __, __, __, __) } },
	{ "6", "EHLO refused, HELO ok", 0, "none", "no-tls=CRITICAL", "offers no TLS", NULL,
	    { MX1, TESTED, .secure = SECURE_NOT_OFFERED, .smtp = { .helo = true },
		STEPS(UP_TO_HELO, FAIL("server knows no EHLO, so no STARTTLS"),
		__, __, clear_, clear_) } },
	{ "7", "EHLO and HELO refused", 50, "untested", "all-unreachable=CRITICAL", NULL, NULL,
	    { MX1, UNTESTED("HELO refused: 502 no"),
		STEPS(ok_, ok_, FAIL("HELO refused: 502 no"), __, __, __, __, __) } },
	{ "8", "EHLO 421", 50, "untested", "all-unreachable=CRITICAL", NULL, NULL,
	    { MX1, UNTESTED("deferred: 421 busy"),
		STEPS(ok_, ok_, DEFER("deferred: 421 busy"), __, __, __, __, __) } },
	{ "9", "no STARTTLS offered", 0, "none", "no-tls=CRITICAL", "offers no TLS", NULL,
	    { MX1, TESTED, .secure = SECURE_NOT_OFFERED,
		STEPS(UP_TO_HELO, FAIL("STARTTLS is not offered"), __, __, clear_, clear_) } },
	{ "10", "compelled and refused", 0, "none", "no-tls=CRITICAL", "offers no TLS", NULL,
	    { MX1, TESTED, .secure = SECURE_NOT_OFFERED,
		STEPS(UP_TO_HELO, FAIL("STARTTLS is not offered, and refused when compelled"),
		__, __, clear_, clear_) } },
	{ "11", "compelled, and it works", 116.75, "tlsv1.3", "", NULL,
	    "does not list STARTTLS, but takes it",
	    { MX1, TESTED, .secure = SECURE_YES, .smtp = { .compelled = true }, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "12", "STARTTLS answered 454", 10, "none", "tls-failed=CRITICAL",
	    "TLS failed: STARTTLS refused: 454 not now", NULL,
	    { MX1, TESTED, .secure = SECURE_REFUSED,
		STEPS(UP_TO_HELO, ok_, __, FAIL("STARTTLS refused: 454 not now"),
		clear_, clear_) } },
	{ "13", "STARTTLS never answered", 10, "none", "tls-failed=CRITICAL", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_REFUSED,
		STEPS(UP_TO_HELO, ok_, __, FAIL("timed out"), clear_, clear_) } },
	{ "14", "bytes pending after the 220", 20, "none", "injection=CRITICAL",
	    "sent bytes in the clear behind the STARTTLS reply", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION, .smtp = { .injection = true },
		STEPS(UP_TO_HELO, ok_, __, FAIL("bytes pending"), clear_, clear_) } },
	{ "15", "handshake failure", 20, "none", "tls-failed=CRITICAL",
	    "TLS failed: no shared cipher", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION,
		STEPS(UP_TO_HELO, ok_, __, FAIL("no shared cipher"), clear_, clear_) } },
	{ "15", "the fresh connection is refused", 20, "none",
	    "tls-failed=CRITICAL from-refused=WARNING", "TLS failed: connection reset", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION,
		STEPS(UP_TO_HELO, ok_, __, FAIL("connection reset"),
		FAIL("connection refused"), __) } },
	{ "16", "client certificate required (TLS 1.2)", 20, "none", "tls-failed=CRITICAL",
	    "TLS failed: server requires a client certificate", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION, .smtp = { .client_cert_asked = true },
		STEPS(UP_TO_HELO, ok_, __, FAIL(NULL), clear_, clear_) } },
	{ "16", "client certificate required (TLS 1.3), self-signed", 20, "none",
	    "tls-failed=CRITICAL cert-untrusted=WARNING",
	    "TLS failed: server requires a client certificate", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION, .smtp = { .client_cert_asked = true },
		TLS13, CERT(IN_DATE, NAMED, STRONG, SELF_SIGNED),
		STEPS(UP_TO_HELO, ok_, FAIL("self-signed certificate"),
		FAIL("server requires a client certificate"), clear_, clear_) } },
	{ "17", "SSL 3 only", 57, "sslv3", "tls-failed=CRITICAL", "TLS failed: SSL 3 only", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION,
		.raw_proto = PROTO_SSL3,
		STEPS(UP_TO_HELO, ok_, __, FAIL("SSL 3 only"), clear_, clear_) } },
	{ "17", "SSL 2 only", 51, "sslv2", "tls-failed=CRITICAL", "TLS failed: SSL 2 only", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION,
		.raw_proto = PROTO_SSL2,
		STEPS(UP_TO_HELO, ok_, __, FAIL("SSL 2 only"), clear_, clear_) } },
	{ "18", "EHLO inside TLS refused", 30, "none", "tls-failed=CRITICAL",
	    "TLS failed: EHLO inside TLS refused: 421 no", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_EHLO, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, FAIL("EHLO inside TLS refused: 421 no"), __, __) } },
	{ "19", "TLS 1.0, CBC", 70.5, "tlsv1.0", "", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, GOOD_CERT,
		TLS_OF(PROTO_TLS10, "ECDHE-RSA-AES128-SHA", 128, true, false),
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "19", "TLS 1.1, CBC without forward secrecy", 81.48, "tlsv1.1", "", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, GOOD_CERT,
		TLS_OF(PROTO_TLS11, "AES128-SHA", 128, false, false),
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "19", "TLS 1.2", 99.25, "tlsv1.2", "", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS12, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "19", "TLS 1.3", 116.75, "tlsv1.3", "", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "20", "self-signed", 109.95, "tlsv1.3", "cert-untrusted=WARNING",
	    "certificate is not trusted: self-signed certificate", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13,
		CERT(IN_DATE, NAMED, STRONG, SELF_SIGNED),
		STEPS(UP_TO_HELO, ok_, FAIL("self-signed"), ok_, ok_, ok_) } },
	{ "20", "wrong name", 109.95, "tlsv1.3", "cert-name=WARNING",
	    "certificate names mx.example.net", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13,
		CERT(TRUSTED, IN_DATE, STRONG, .found = "mx.example.net"),
		STEPS(UP_TO_HELO, ok_, FAIL("names mx.example.net"), ok_, ok_, ok_) } },
	{ "20", "expired", 109.95, "tlsv1.3", "cert-expired=CRITICAL",
	    "certificate expired 3.2 days ago", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, .cert = { BARE, TRUSTED, NAMED,
		STRONG, .days_left = -3.25, .trust_why = "certificate has expired" },
		STEPS(UP_TO_HELO, ok_, FAIL("expired"), ok_, ok_, ok_) } },
	{ "20", "not yet valid", 109.95, "tlsv1.3", "cert-expired=CRITICAL",
	    "certificate is not valid for another 3.0 days", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, .chain = not_yet, .nchain = 1,
		.cert = { BARE, TRUSTED, NAMED, STRONG, .days_left = 93 },
		STEPS(UP_TO_HELO, ok_, FAIL("not yet valid"), ok_, ok_, ok_) } },
	{ "20", "an intermediate is out of date", 109.95, "tlsv1.3", "cert-expired=CRITICAL",
	    "a certificate of the chain is out of date: certificate has expired", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, CERT(TRUSTED, NAMED, STRONG,
		.leaf_in_date = true, .trust_why = "certificate has expired"),
		STEPS(UP_TO_HELO, ok_, FAIL("expired"), ok_, ok_, ok_) } },
	{ "20", "self-signed, wrong name, expired", 109.95, "tlsv1.3",
	    "cert-expired=CRITICAL cert-untrusted=WARNING cert-name=WARNING", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, .cert = { BARE, SELF_SIGNED,
		STRONG, .days_left = -1 },
		STEPS(UP_TO_HELO, ok_, FAIL("all of it"), ok_, ok_, ok_) } },
	{ "20", "no certificate (anonymous)", 88, "tlsv1.2", "cert-untrusted=WARNING",
	    "sends no certificate", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, .tls = { .proto = PROTO_TLS12, .anonymous = true,
		.cipher = "ADH-AES256-GCM-SHA384", .bits = 256, .forward_secrecy = true,
		.aead = true, .secure_renegotiation = true },
		STEPS(UP_TO_HELO, ok_, FAIL("no certificate sent"), ok_, ok_, ok_) } },
	{ "21", "self-signed, wrong name, expired, DANE-EE matches", 119.3, "tlsv1.3", "",
	    NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, DANE_EE, .cert = { BARE,
		SELF_SIGNED, STRONG, .days_left = -1 },
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "22", "revoked", 109.95, "tlsv1.3", "cert-revoked=CRITICAL",
	    "certificate is revoked: keyCompromise since 2026-11-20T00:00:00Z (CRL http://a/)", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked = REVOKED_YES,
		    .revoked_why = "keyCompromise since 2026-11-20T00:00:00Z (CRL http://a/)"),
		STEPS(UP_TO_HELO, ok_, FAIL("revoked"), ok_, ok_, ok_) } },
	{ "22", "revoked, DANE-EE matches", 112.5, "tlsv1.3", "cert-revoked=CRITICAL",
	    "certificate is revoked", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, DANE_EE,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked = REVOKED_YES),
		STEPS(UP_TO_HELO, ok_, FAIL("revoked"), ok_, ok_, ok_) } },
	{ "22", "revocation unknown", 116.75, "tlsv1.3", "revocation-unknown=OK",
	    "revocation is unknown: OCSP http://a/: timed out", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked = REVOKED_UNKNOWN,
		    .revoked_why = "OCSP http://a/: timed out"),
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "22", "revocation not tested", 116.75, "tlsv1.3", "", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked_why = "no source"),
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "22", "must-staple, none came", 116.75, "tlsv1.3", "must-staple=WARNING",
	    "certificate demands an OCSP staple (must-staple), none came", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked = REVOKED_GOOD, .must_staple = true),
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "22", "must-staple, one that does not hold", 116.75, "tlsv1.3", "must-staple=WARNING",
	    "certificate demands an OCSP staple (must-staple), its staple does not hold", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, STAPLED,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked = REVOKED_GOOD, .must_staple = true,
		    .staple = REVOKED_UNKNOWN),
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "22", "must-staple, stapled", 116.75, "tlsv1.3", "", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, STAPLED,
		CERT(TRUSTED, IN_DATE, NAMED, STRONG, .revoked = REVOKED_GOOD, .must_staple = true,
		    .staple = REVOKED_GOOD),
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "22", "must-staple, a staple nobody can judge", 109.95, "tlsv1.3", "cert-untrusted=WARNING",
	    "certificate is not trusted: self-signed certificate", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, STAPLED,
		CERT(SELF_SIGNED, IN_DATE, NAMED, STRONG, .must_staple = true),
		STEPS(UP_TO_HELO, ok_, FAIL("self-signed"), ok_, ok_, ok_) } },
	{ "23", "weak key", 115.9, "tlsv1.3", "cert-weak=WARNING",
	    "certificate is weak: RSA 1024-bit key", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13,
		CERT(TRUSTED, IN_DATE, NAMED, WEAK(weak_key, false, true)),
		STEPS(UP_TO_HELO, ok_, FAIL("weak"), ok_, ok_, ok_) } },
	{ "23", "weak key and signature", 115.05, "tlsv1.3", "cert-weak=WARNING",
	    "certificate is weak: RSA 1024-bit key, sha1WithRSAEncryption signature", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13,
		CERT(TRUSTED, IN_DATE, NAMED, WEAK(weak_both, false, false)),
		STEPS(UP_TO_HELO, ok_, FAIL("weak"), ok_, ok_, ok_) } },
	{ "24", "STARTTLS offered again inside TLS", 116.75, "tlsv1.3", "", NULL,
	    "offers STARTTLS again inside TLS (RFC 3207, 4.2)",
	    { MX1, TESTED, .secure = SECURE_YES, .smtp = { .readvertised = true }, TLS13,
		GOOD_CERT, STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "25", "MAIL FROM 5xx", 116.75, "tlsv1.3", "from-refused=WARNING",
	    "MAIL FROM failed: MAIL refused: 550 no", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, FAIL("MAIL refused: 550 no"), __) } },
	{ "25", "MAIL FROM 4xx", 116.75, "tlsv1.3", "rcpt-deferred=OK",
	    "MAIL FROM deferred: 451 later", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, DEFER("451 later"), __) } },
	{ "26", "RCPT TO 5xx", 116.75, "tlsv1.3", "rcpt-refused=WARNING",
	    "RCPT TO failed: RCPT refused: 550 no such user", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, FAIL("RCPT refused: 550 no such user")) } },
	{ "26", "RCPT TO 4xx", 116.75, "tlsv1.3", "rcpt-deferred=OK",
	    "RCPT TO deferred: 450 greylisted", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, DEFER("450 greylisted")) } },
	{ "17", "TLS 1.1 with RC4 only", 75, "tlsv1.1", "tls-failed=CRITICAL", "TLS failed: RC4 only", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION, .raw_proto = PROTO_TLS11,
		STEPS(UP_TO_HELO, ok_, __, FAIL("RC4 only"), clear_, clear_) } },
	{ "--", "old protocols beside TLS 1.3", 116.75, "tlsv1.3", "legacy-protocol=WARNING",
	    "takes SSLv3, TLSv1.0 and TLSv1.1, too", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, .legacy_tested = true,
		.legacy = 1u << PROTO_SSL3 | 1u << PROTO_TLS10 | 1u << PROTO_TLS11,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, __) } },
	{ "--", "no old protocols", 116.75, "tlsv1.3", "", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, .legacy_tested = true,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, __) } },
	{ "--", "DATA refused", 116.75, "tlsv1.3", "data-refused=CRITICAL", "DATA failed: DATA: 554 no", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_, FAIL("DATA: 554 no"), __) } },
	{ "--", "message refused", 116.75, "tlsv1.3", "data-refused=CRITICAL",
	    "the message was not taken: .: 550 spam", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT,
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_, ok_, FAIL(".: 550 spam")) } },
	{ "--", "mail taken in the clear", 116.75, "tlsv1.3", "mandatory-tls=CRITICAL",
	    "takes mail in the clear", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, .smtp = { .clear_mail = CLEAR_TAKEN },
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, __) } },
	{ "--", "mail refused in the clear", 116.75, "tlsv1.3", "", NULL, NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, .smtp = { .clear_mail = CLEAR_REFUSED },
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, __) } },
	{ "--", "login refused", 116.75, "tlsv1.3", "auth-failed=CRITICAL", "login failed: AUTH: 535 no", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, .smtp = { .auth_why = "AUTH: 535 no" },
		STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, __) } },
	{ "28", "direct TLS, handshake fails", 20, "none", "tls-failed=CRITICAL",
	    "TLS failed: no shared cipher", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION,
		STEPS(ok_, __, __, FAIL("no shared cipher"), __, FAIL("no shared cipher"),
		__, __) } },
	{ "29", "direct TLS, a web server", 116.75, "tlsv1.3", "not-smtp=OK",
	    "speaks no SMTP inside TLS", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, .smtp = { .not_smtp = true }, TLS13, GOOD_CERT,
		STEPS(ok_, FAIL("not an SMTP reply"), __, ok_, ok_, ok_, __, __) } },
	{ "30", "no RFC 5746 renegotiation", 99.25, "tlsv1.2", "", NULL,
	    "knows no secure renegotiation (RFC 5746)",
	    { MX1, TESTED, .secure = SECURE_YES, GOOD_CERT, .tls = { .proto = PROTO_TLS12,
		.cipher = "ECDHE-RSA-AES256-GCM-SHA384", .bits = 256, .forward_secrecy = true,
		.aead = true }, STEPS(UP_TO_HELO, ok_, ok_, ok_, ok_, ok_) } },
	{ "31", "address family missing here", NO_ROW, NULL, "all-unreachable=CRITICAL",
	    "no address can be tried from here: network is unreachable",
	    "skipped: network is unreachable",
	    { MX1, .status = HOST_SKIPPED, .why = "network is unreachable" } },
	{ "32", "the run's deadline came first", NO_ROW, NULL, "timeout=UNKNOWN",
	    "was not tested: the run's deadline came before its test", NULL,
	    { MX1, .status = HOST_NOT_STARTED,
		.why = "the run's deadline came before its test" } },
	{ "33", "host's deadline in HELO", 50, "untested", "all-unreachable=CRITICAL", NULL, NULL,
	    { MX1, UNTESTED("timed out after 20 s waiting for the reply to EHLO"),
		STEPS(ok_, ok_, FAIL("timed out after 20 s waiting for the reply to EHLO"),
		__, __, __, __, __) } },
	{ "33", "host's deadline in the handshake", 20, "none", "tls-failed=CRITICAL",
	    "TLS failed: timed out after 20 s waiting for the TLS handshake", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION, STEPS(UP_TO_HELO, ok_, __,
		FAIL("timed out after 20 s waiting for the TLS handshake"), __, __) } },
	{ "33", "host's deadline in To", 116.75, "tlsv1.3", "rcpt-refused=WARNING",
	    "RCPT TO failed: timed out after 20 s waiting for the reply to RCPT", NULL,
	    { MX1, TESTED, .secure = SECURE_YES, TLS13, GOOD_CERT, STEPS(UP_TO_HELO, ok_, ok_, ok_,
		ok_, FAIL("timed out after 20 s waiting for the reply to RCPT")) } },
	{ "37", "NULL cipher", 20, "none", "tls-failed=CRITICAL",
	    "TLS failed: no encryption: NULL-SHA256", NULL,
	    { MX1, TESTED, .secure = SECURE_NO_SESSION, GOOD_CERT, .tls = { .proto = PROTO_TLS12,
		.cipher = "NULL-SHA256", .obsolete = true, .secure_renegotiation = true },
		STEPS(UP_TO_HELO, ok_, ok_, FAIL("no encryption: NULL-SHA256"),
		clear_, clear_) } },
};
/* clang-format on */

#define SITUATIONS (sizeof(situations) / sizeof(situations[0]))

/* check_mx_cf with its defaults. */
__attribute__((unused)) static struct plan
plan_default(void)
{
	struct plan plan = { .plugin = PLUGIN_MX_CF, .stop_after = STEP_COUNT, .min_mx = -1,
		.revocation = (1u << REVOKE_SOURCES) - 1,
		.tls_min = PROTO_TLS10, .tls_max = PROTO_TLS13, .cert_warn = 14, .cert_crit = 3,
		.warn = { true, false, 90, INFINITY, "90:" },
		.crit = { true, false, 64, INFINITY, "64:" } };

	for (size_t i = 0; i < SEV_COUNT; i++)
		plan.severity[i] = SEV_DEFAULT;
	return plan;
}

/* A run over these hosts; hosts are its own. */
__attribute__((unused)) static struct run_facts
run_of(struct host *hosts, size_t n)
{
	struct run_facts run = { .target = "example.org", .domain = "example.org", .wall = WALL,
		.took_us = 184000, .mx = { .status = DNS_SECURE, .rcode = "NOERROR" },
		.dane_tested = true, .mtasts_tested = true,
		.mtasts = { .status = POLICY_NONE, .max_age = -1 }, .hosts = hosts, .nhosts = n };

	for (size_t i = 0; i < n; i++) {
		if (hosts[i].mx_index >= run.mx_total)
			run.mx_total = hosts[i].mx_index + 1;
		if (run.dane_tested && hosts[i].dane.status == DANE_NOT_TESTED)
			hosts[i].dane.status = DANE_NONE;
	}
	return run;
}

/* Runs without hosts, or such that never came to one. */
struct run_situation {
	const char *row, *name;
	bool known;	/* CF 50, else null */
	const char *findings;	/* but for cf */
	const char *text;
	struct run_facts facts;
};

/* clang-format off */
static const struct run_situation run_situations[] = {
	{ "34", "null MX", false, "null-mx=UNKNOWN", "takes no mail (null MX, RFC 7505)",
	    { .null_mx = true, .mx = { .status = DNS_INSECURE } } },
	{ "35", "no such name", true, "dns-error=CRITICAL", "no host to test: no such name",
	    { .dns_why = "no such name", .mx = { .status = DNS_INSECURE } } },
	{ "35", "neither MX nor address", true, "dns-error=CRITICAL",
	    "no host to test: no MX and no address",
	    { .dns_why = "no MX and no address", .mx = { .status = DNS_INSECURE },
		.implicit_mx = true } },
	{ "35", "SERVFAIL", true, "dns-error=CRITICAL", "no host to test: MX look-up: SERVFAIL",
	    { .dns_why = "MX look-up: SERVFAIL", .mx = { .status = DNS_ERROR } } },
	{ "35", "bogus", true, "dns-bogus=CRITICAL",
	    "DNSSEC validation failed: signature expired",
	    { .dns_why = "signature expired", .mx = { .status = DNS_BOGUS } } },
	{ "-", "our resolver is dead", false, "resolver=UNKNOWN",
	    "resolver 127.0.0.1 does not answer",
	    { .fault = FAULT_RESOLVER, .fault_why = "resolver 127.0.0.1 does not answer",
		.dns_why = "MX look-up: timed out", .mx = { .status = DNS_ERROR } } },
	{ "36", "the proxy refuses us", false, "proxy=UNKNOWN", "SOCKS proxy a:1080 wants a password",
	    { .fault = FAULT_PROXY, .fault_why = "SOCKS proxy a:1080 wants a password" } },
	{ "-", "a fault of ours", false, "internal=UNKNOWN", "no memory for a thread",
	    { .fault = FAULT_INTERNAL, .fault_why = "no memory for a thread" } },
};
/* clang-format on */

#define RUN_SITUATIONS (sizeof(run_situations) / sizeof(run_situations[0]))

#endif
