// SPDX-License-Identifier: GPL-3.0-or-later
/* phase.c - what is said in each phase of a probe, and which facts come of it. */
#include <string.h>

#include "phase.h"
#include "text.h"
#include "tick.h"

#define PENDING "bytes pending in the clear after the 220 to STARTTLS"

int
phase_say(struct probe *p, int code, struct err *e, const char *what, const char *command,
    const char *argument)
{
	struct reply r;

	p->waiting = pool_printf(p->log.pool, "the reply to %s", what);
	if (smtp_cmd(p->conn, &p->log, &r, e, "%s%s", command, argument) == -1) {
		p->broken = true;
		return -1;
	}
	/* RFC 5321, 3.8: the server closes behind it */
	p->broken = p->broken || r.code == 421;
	return r.code == code ? 0 : smtp_refused(&p->log, &r, what, e);
}

int
phase_expect(struct probe *p, int code, struct err *e, const char *command, const char *argument)
{
	return phase_say(p, code, e, command, command, argument);
}

static int
open_conn(struct probe *p, struct err *e)
{
	p->waiting = "the connection";
	if (conn_open(&p->conn, &p->h->address, p->h->port, p->env->plan, p->deadline, e) == -1) {
		if (e->kind == ERR_PROXY || e->kind == ERR_SYSTEM) {
			p->h->fault = e->kind == ERR_PROXY ? FAULT_PROXY : FAULT_INTERNAL;
			p->h->fault_why = text_clean_str(p->log.pool, e->msg);
		}
		return -1;
	}
	if (p->tape.kind != TAPE_NONE)
		conn_tape(p->conn, &p->tape);
	return 0;
}

static int
answer(struct probe *p, struct err *e)
{
	if (open_conn(p, e) == -1) {
		if (e->kind == ERR_FAMILY)
			p->h->status = HOST_SKIPPED;
		return -1;
	}
	smtp_note(&p->log, TALK_STAGE, false, "Connected to server");
	return 0;
}

static int
read_banner(struct probe *p, struct reply *r, struct err *e)
{
	p->waiting = "the banner";
	if (smtp_read(p->conn, &p->log, r, e) == -1)
		return -1;
	return r->code == 220 ? 0 : smtp_refused(&p->log, r, "banner", e);
}

static int
greet(struct probe *p, struct err *e)
{
	struct reply r;
	int rc = read_banner(p, &r, e);

	if (r.code != 0)
		p->h->smtp.banner = pool_printf(p->log.pool, "%d %s", r.code,
		    reply_shown(p->log.pool, &r));
	if (rc == -1) {
		p->over = true;
		p->h->smtp.not_smtp = p->env->plan->direct_tls && r.code == 0;
		return -1;
	}
	smtp_note(&p->log, TALK_STAGE, conn_tls(p->conn) != NULL, "We are allowed to connect");
	return 0;
}

const char *
phase_our_name(const struct probe *p)
{
	const struct addr *local = conn_local(p->conn);

	if (p->env->plan->fqdn != NULL)
		return p->env->plan->fqdn;
	return pool_printf(p->log.pool, "[%s%s]", local->family == AF_INET6 ? "IPv6:" : "",
	    local->text);
}

static int
ehlo(struct probe *p, struct reply *r, struct err *e)
{
	p->waiting = "the reply to EHLO";
	if (smtp_cmd(p->conn, &p->log, r, e, "EHLO %s", phase_our_name(p)) == -1)
		return -1;
	p->pipelining = r->code == 250 && reply_offers(r, "PIPELINING");
	return 0;
}

static void
keep_extensions(struct probe *p, const struct reply *r)
{
	struct smtp_facts *smtp = &p->h->smtp;

	for (int i = 1; i < r->lines; i++) {
		smtp->extensions = pool_grow(p->log.pool, smtp->extensions, smtp->nextensions,
		    sizeof(*smtp->extensions));
		smtp->extensions[smtp->nextensions++] = text_clean_str(p->log.pool, r->line[i]);
	}
	smtp->tls_offered = reply_offers(r, "STARTTLS");
}

/* EHLO, or HELO where EHLO is refused for good (RFC 5321, 3.2). */
static int
say_hello(struct probe *p, struct reply *r, struct err *e)
{
	if (ehlo(p, r, e) == -1)
		return -1;
	if (r->code == 250)
		return 0;
	if (r->code / 100 == 4)
		return smtp_refused(&p->log, r, "EHLO", e);
	p->h->smtp.helo = true;
	p->waiting = "the reply to HELO";
	if (smtp_cmd(p->conn, &p->log, r, e, "HELO %s", phase_our_name(p)) == -1)
		return -1;
	return r->code == 250 ? 0 : smtp_refused(&p->log, r, "EHLO and HELO", e);
}

static int
hello(struct probe *p, struct err *e)
{
	struct reply r;

	if (say_hello(p, &r, e) == -1) {
		p->over = true;
		return -1;
	}
	if (!p->h->smtp.helo)
		keep_extensions(p, &r);
	phase_auth_offered(p, &r);
	smtp_note(&p->log, TALK_STAGE, conn_tls(p->conn) != NULL, "We can use this server");
	return 0;
}

/*
 * STARTTLS, and the handshake behind it, may take half of what time is left: the other half is for the plaintext
 * continuation.
 */
static int
say_starttls(struct probe *p, struct err *e)
{
	conn_deadline(p->conn, tick_halfway(tick_now(), p->deadline));
	if (phase_expect(p, 220, e, "STARTTLS", "") == 0)
		return 0;
	conn_deadline(p->conn, p->deadline);
	return -1;
}

/* --compel-tls: STARTTLS although nobody offered it; the offer counts when it is taken. */
static int
compel(struct probe *p, struct err *e)
{
	struct err no = { 0 };

	if (say_starttls(p, &no) == -1)
		return err_set(e, ERR_REPLY,
		    "STARTTLS is not offered, and refused when compelled (%.120s)", no.msg);
	p->starttls_sent = true;
	p->h->smtp.compelled = true;
	return 0;
}

static int
offered(struct probe *p, struct err *e)
{
	if (!p->h->smtp.tls_offered) {
		p->h->secure = SECURE_NOT_OFFERED;
		if (!p->env->plan->compel_tls)
			return err_set(e, ERR_REPLY,
			    p->h->smtp.helo ? "server knows no EHLO, so no STARTTLS"
					    : "STARTTLS is not offered");
		if (compel(p, e) == -1)
			return -1;
		p->h->secure = SECURE_UNKNOWN;
	}
	smtp_note(&p->log, TALK_STAGE, false, "TLS is an option on this server");
	return 0;
}

/* check_dane asks as a DANE sender does (RFC 7672, 8.1); the others as everybody else. */
const char *
phase_sni(const struct probe *p)
{
	const char *sni = p->env->plan->sni;
	struct addr literal;

	if (sni != NULL)
		return strcmp(sni, "none") == 0 ? NULL : sni;
	if (p->env->plan->plugin == PLUGIN_DANE && p->h->dane.base != NULL)
		return p->h->dane.base;
	/* RFC 6066, 3: no addresses */
	return addr_parse(&literal, p->h->mx) ? NULL : p->h->mx;
}

/*
 * Could it be for its age that a server does not come to a session?  A silent one is not old, one that wants our
 * certificate speaks our protocol, and what the operator held back says nothing about the server.
 */
static bool
may_be_old(const struct plan *plan, const struct err *e)
{
	return e->kind != ERR_TIMEOUT && e->kind != ERR_CLIENT_CERT && !plan_holds_back(plan);
}

static int
handshake(struct probe *p, struct err *e)
{
	p->waiting = "the TLS handshake";
	if (conn_start_tls(p->conn, p->env->tls, phase_sni(p), KEY_ANY, e) == -1) {
		p->h->secure = SECURE_NO_SESSION;
		p->broken = true;
		p->h->smtp.client_cert_asked = e->kind == ERR_CLIENT_CERT;
		if (may_be_old(p->env->plan, e))
			phase_raw_hellos(p, tick_halfway(tick_now(), p->deadline));
		return -1;
	}
	tls_describe(conn_tls(p->conn), p->log.pool, &p->h->tls, &p->chain);
	p->h->smtp.client_cert_asked = tls_cert_asked(conn_tls(p->conn));
	smtp_note(&p->log, TALK_STAGE, true, "Connection converted to SSL");
	smtp_note(&p->log, TALK_STAGE, true, "SSLVersion in use: %s", proto_name(p->h->tls.proto));
	smtp_note(&p->log, TALK_STAGE, true, "Cipher in use: %s", p->h->tls.cipher);
	return 0;
}

int
phase_to_tls(struct probe *p, struct err *e)
{
	struct reply r;

	p->broken = false;
	if (open_conn(p, e) == -1)
		return -1;
	if (!p->env->plan->direct_tls &&
	    (read_banner(p, &r, e) == -1 || say_hello(p, &r, e) == -1 ||
		phase_expect(p, 220, e, "STARTTLS", "") == -1))
		return -1;
	return 0;
}

int
phase_handshake(struct probe *p, const char *sni, enum key_kind kind, struct err *e)
{
	p->broken = true;
	if (conn_pending(p->conn))
		return err_set(e, ERR_PROTO, "%s", PENDING);
	p->waiting = "the TLS handshake";
	if (conn_start_tls(p->conn, p->env->tls, sni, kind, e) == -1)
		return -1;
	p->broken = false;
	return 0;
}

static int
start_tls(struct probe *p, struct err *e)
{
	if (!p->starttls_sent && say_starttls(p, e) == -1) {
		p->h->secure = SECURE_REFUSED;
		return -1;
	}
	smtp_note(&p->log, TALK_STAGE, false, "STARTTLS command works on this server");
	/* RFC 3207, 6; CVE-2011-0411: what came before the handshake may be anybody's */
	if (conn_pending(p->conn)) {
		p->h->smtp.injection = true;
		p->h->secure = SECURE_NO_SESSION;
		p->broken = true;
		return err_set(e, ERR_PROTO, "%s", PENDING);
	}
	if (handshake(p, e) == -1)
		return -1;
	conn_deadline(p->conn, p->deadline);
	return 0;
}

/* A session with a NULL cipher is none. */
static int
check_encryption(struct probe *p, struct err *e)
{
	if (!p->h->tls.obsolete || p->h->tls.bits != 0)
		return 0;
	p->h->secure = SECURE_NO_SESSION;
	return err_set(e, ERR_TLS, "no encryption: %s", p->h->tls.cipher);
}

/* With TLS from the first byte there is no EHLO to wait for: the session is what Secure asks for. */
static int
direct_tls(struct probe *p, struct err *e)
{
	struct step *tls = &p->h->step[STEP_TLS];

	tls->state = handshake(p, e) == 0 ? STEP_OK : STEP_FAIL;
	if (tls->state == STEP_FAIL) {
		p->over = true;
		return -1;
	}
	if (check_encryption(p, e) == -1)
		return -1;
	p->h->secure = SECURE_YES;
	return 0;
}

/* The second half of Secure: does the server still speak SMTP inside the session (RFC 3207, 4.2)? */
static int
hello_inside(struct probe *p, struct err *e)
{
	struct reply r = { 0 };

	if (check_encryption(p, e) == -1) {
		p->broken = true;
		return -1;
	}
	if (ehlo(p, &r, e) == -1) {
		/* an alert before any reply means that the server never took the session */
		bool alert = e->kind == ERR_ALERT || e->kind == ERR_CLIENT_CERT;

		p->h->secure = alert ? SECURE_NO_SESSION : SECURE_NO_EHLO;
		p->broken = alert;
		p->over = !alert;
		return -1;
	}
	if (r.code != 250) {
		p->h->secure = SECURE_NO_EHLO;
		p->over = true;
		smtp_refused(&p->log, &r, "EHLO inside TLS", e);
		return -1;
	}
	p->h->secure = SECURE_YES;
	p->h->smtp.readvertised = reply_offers(&r, "STARTTLS");
	phase_auth_offered(p, &r);
	smtp_note(&p->log, TALK_STAGE, true, "TLS successfully started on this server");
	return 0;
}

int
phase_greet_again(struct probe *p, struct err *e)
{
	struct reply r;

	conn_close(p->conn);
	p->conn = NULL;
	p->broken = false;
	if (open_conn(p, e) == -1 || read_banner(p, &r, e) == -1 || say_hello(p, &r, e) == -1) {
		p->broken = true;
		return -1;
	}
	return 0;
}

/* Where TLS broke the connection, From and To go on in the clear on a fresh one. */
static int
fresh_conn(struct probe *p, struct err *e)
{
	if (!p->broken)
		return 0;
	smtp_note(&p->log, TALK_TROUBLE, false, "Going on in the clear on a fresh connection");
	if (phase_greet_again(p, e) == -1) {
		p->over = true;
		return -1;
	}
	return 0;
}

/* MAIL or RCPT.  QUIT goes with the last of them where the server allows that: it saves a round trip. */
static int
envelope(struct probe *p, struct reply *r, struct err *e, const char *command, const char *address)
{
	const char *verb = pool_strn(p->log.pool, command, strcspn(command, " "));
	int said;

	p->waiting = pool_printf(p->log.pool, "the reply to %s", verb);
	p->quit_said = p->last && p->pipelining;
	said = p->quit_said ? smtp_last(p->conn, &p->log, r, e, "%s:<%s>", command, address)
			    : smtp_cmd(p->conn, &p->log, r, e, "%s:<%s>", command, address);
	if (said == -1) {
		p->broken = true;
		return -1;
	}
	return r->code == 250 || (r->code == 251 && verb[0] == 'R')
	    ? 0 : smtp_refused(&p->log, r, verb, e);
}

static int
mail_from(struct probe *p, struct err *e)
{
	struct reply r;

	if (fresh_conn(p, e) == -1)
		return -1;
	phase_auth(p);
	p->h->step[STEP_FROM].clear = conn_tls(p->conn) == NULL;
	if (envelope(p, &r, e, "MAIL FROM", p->env->plan->from) == -1)
		return -1;
	smtp_note(&p->log, TALK_STAGE, conn_tls(p->conn) != NULL, "Sender is OK");
	return 0;
}

static int
rcpt_to(struct probe *p, struct err *e)
{
	struct reply r;

	p->h->step[STEP_TO].clear = conn_tls(p->conn) == NULL;
	if (envelope(p, &r, e, "RCPT TO", p->env->plan->rcpt) == -1)
		return -1;
	smtp_note(&p->log, TALK_STAGE, conn_tls(p->conn) != NULL,
	    "Recipient OK, email address proofed");
	return 0;
}

const struct phase phases_starttls[] = {
	{ PHASE_ANSWER,  STEP_ANSWER,  0,                     answer },
	{ PHASE_GREET,   STEP_CONNECT, AFTER(PHASE_ANSWER),   greet },
	{ PHASE_HELLO,   STEP_HELO,    AFTER(PHASE_GREET),    hello },
	{ PHASE_OFFER,   STEP_TLS,     AFTER(PHASE_HELLO),    offered },
	{ PHASE_SESSION, STEP_SECURE,  AFTER(PHASE_OFFER),    start_tls },
	{ PHASE_CERT,    STEP_CERT,    AFTER(PHASE_SESSION),  phase_cert },
	{ PHASE_INNER,   STEP_SECURE,  AFTER(PHASE_SESSION),  hello_inside },
	{ PHASE_MAIL,    STEP_FROM,    AFTER(PHASE_HELLO),    mail_from },
	{ PHASE_RCPT,    STEP_TO,      AFTER(PHASE_MAIL),     rcpt_to },
	{ PHASE_DATA,    STEP_DATA,    AFTER(PHASE_RCPT),     phase_data },
	{ PHASE_EMAIL,   STEP_EMAIL,   AFTER(PHASE_DATA),     phase_email },
	{ .run = NULL },
};

const struct phase phases_direct_tls[] = {
	{ PHASE_ANSWER,  STEP_ANSWER,  0,                     answer },
	{ PHASE_SESSION, STEP_SECURE,  AFTER(PHASE_ANSWER),   direct_tls },
	{ PHASE_CERT,    STEP_CERT,    AFTER(PHASE_SESSION),  phase_cert },
	{ PHASE_GREET,   STEP_CONNECT, AFTER(PHASE_SESSION),  greet },
	{ PHASE_HELLO,   STEP_HELO,    AFTER(PHASE_GREET),    hello },
	{ PHASE_MAIL,    STEP_FROM,    AFTER(PHASE_HELLO),    mail_from },
	{ PHASE_RCPT,    STEP_TO,      AFTER(PHASE_MAIL),     rcpt_to },
	{ PHASE_DATA,    STEP_DATA,    AFTER(PHASE_RCPT),     phase_data },
	{ PHASE_EMAIL,   STEP_EMAIL,   AFTER(PHASE_DATA),     phase_email },
	{ .run = NULL },
};

/* The chain is there already. */
const struct phase phases_chain[] = {
	{ PHASE_CERT,    STEP_CERT,    0,                     phase_cert },
	{ .run = NULL },
};
