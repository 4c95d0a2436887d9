// SPDX-License-Identifier: GPL-3.0-or-later
/* phase_mail.c - AUTH, the message of --send-email, and MAIL in the clear for --mandatory-tls. */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "phase.h"
#include "text.h"
#include "tick.h"

#define LAST_DATE INT64_C(253402300799)	/* 9999-12-31: a clock beyond is broken */

/* RFC 4648, 4. */
static const char *
base64(struct pool *p, const char *bytes, size_t n)
{
	char *out = pool_alloc(p, (n + 2) / 3 * 4 + 1);

	EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)bytes, (int)n);
	return out;
}

static void
keep_secret(struct probe *p, const char *secret)
{
	p->log.secret[p->log.nsecrets++] = secret;
}

/* RFC 4616: no authorisation identity, then user and password behind a NUL each. */
static int
auth_plain(struct probe *p, const struct plan *plan, struct err *e)
{
	size_t user = strlen(plan->auth_user), pass = strlen(plan->auth_pass);
	char *both = pool_alloc(p->log.raw, user + pass + 2);
	const char *encoded;

	memcpy(both + 1, plan->auth_user, user);
	memcpy(both + user + 2, plan->auth_pass, pass);
	encoded = base64(p->log.raw, both, user + pass + 2);
	keep_secret(p, encoded);
	return phase_say(p, 235, e, "AUTH", "AUTH PLAIN ", encoded);
}

static int
auth_login(struct probe *p, const struct plan *plan, struct err *e)
{
	struct pool *pool = p->log.raw;
	const char *encoded = base64(pool, plan->auth_pass, strlen(plan->auth_pass));

	keep_secret(p, encoded);
	if (phase_say(p, 334, e, "AUTH", "AUTH LOGIN", "") == -1)
		return -1;
	if (phase_say(p, 334, e, "AUTH", "",
		base64(pool, plan->auth_user, strlen(plan->auth_user))) == -1)
		return -1;
	return phase_say(p, 235, e, "AUTH", "", encoded);
}

static int
try_auth(struct probe *p, const struct plan *plan, struct err *e)
{
	bool login = plan->auth_type == AUTH_LOGIN;

	if (conn_tls(p->conn) == NULL)
		return err_set(e, ERR_TLS, "no TLS, and a password is never sent without");
	if (!p->auth_offered[plan->auth_type])
		return err_set(e, ERR_REPLY, "AUTH %s is not offered",
		    login ? "LOGIN" : "PLAIN");
	return login ? auth_login(p, plan, e) : auth_plain(p, plan, e);
}

void
phase_auth_offered(struct probe *p, const struct reply *r)
{
	p->auth_offered[AUTH_PLAIN] = reply_has(r, "AUTH", "PLAIN");
	p->auth_offered[AUTH_LOGIN] = reply_has(r, "AUTH", "LOGIN");
}

void
phase_auth(struct probe *p)
{
	const struct plan *plan = p->env->plan;
	struct err e = { 0 };
	bool tls = conn_tls(p->conn) != NULL;

	if (plan->auth_type == AUTH_NONE)
		return;
	p->log.raw = pool_new();
	keep_secret(p, plan->auth_pass);
	if (try_auth(p, plan, &e) == 0) {
		smtp_note(&p->log, TALK_STAGE, tls, "Authentication OK");
		return;
	}
	p->h->smtp.auth_why = text_clean_str(p->log.pool, e.msg);
	smtp_note(&p->log, TALK_TROUBLE, tls, "Authentication failed: %s", e.msg);
}

int
phase_data(struct probe *p, struct err *e)
{
	int rc;

	p->h->step[STEP_DATA].clear = conn_tls(p->conn) == NULL;
	rc = phase_expect(p, 354, e, "DATA", "");
	/* RFC 5321, 4.1.1.4: all that is said now is the message, and there is none */
	p->broken = p->broken || (rc == 0 && p->last);
	return rc;
}

/* "Wed, 25 Nov 2026 12:00:00 +0000" (RFC 5322, 3.3) in any locale. */
static const char *
message_date(struct pool *p, int64_t wall)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	time_t now = (time_t)(wall > LAST_DATE ? LAST_DATE : wall);
	struct tm tm = { 0 };

	gmtime_r(&now, &tm);
	return pool_printf(p, "%s, %d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday,
	    months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* The one message of --send-email (RFC 5322), without the line with the dot. */
static const char *
message(const struct probe *p)
{
	const struct plan *plan = p->env->plan;
	struct pool *pool = p->log.pool;
	const char *name = phase_our_name(p);
	const char *sender = plan->from[0] != '\0' ? plan->from
						   : pool_printf(pool, "postmaster@%s", name);

	return pool_printf(pool,
	    "From: <%s>\r\n"
	    "To: <%s>\r\n"
	    "Date: %s\r\n"
	    "Message-ID: <%" PRId64 ".%" PRId64 ".%ld@%s>\r\n"
	    "Subject: Test of mail transport to %s\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "\r\n"
	    "This message is a test of how mail travels to %s.\r\n"
	    "A monitoring plugin on %s sent it through\r\n"
	    "%s [%s] port %u, %s.\r\n"
	    "Nobody needs to read or answer it; it may be deleted.\r\n",
	    sender, plan->rcpt, message_date(pool, p->env->wall), p->env->wall,
	    tick_now() - p->log.began, (long)getpid(), name, plan->rcpt, plan->rcpt, name, p->h->mx,
	    p->h->address.text, p->h->port,
	    conn_tls(p->conn) != NULL ? proto_name(p->h->tls.proto) : "without TLS");
}

int
phase_email(struct probe *p, struct err *e)
{
	const char *text = message(p);
	bool tls = conn_tls(p->conn) != NULL;

	p->h->step[STEP_EMAIL].clear = !tls;
	p->waiting = "the message to be taken";
	smtp_note(&p->log, TALK_STAGE, tls, "Sending a message of %zu bytes", strlen(text));
	if (conn_write(p->conn, text, strlen(text), e) == -1) {
		p->broken = true;
		return -1;
	}
	if (phase_expect(p, 250, e, ".", "") == -1)
		return -1;
	smtp_note(&p->log, TALK_STAGE, tls, "Message taken");
	return 0;
}

/* One that hangs up on MAIL takes none, either. */
static bool
is_refusal(const struct err *e)
{
	return e->kind == ERR_REPLY || e->kind == ERR_DEFER || e->kind == ERR_CLOSED;
}

void
phase_clear_mail(struct probe *p)
{
	struct err e = { 0 };

	if (tick_now() >= p->deadline) {
		p->h->smtp.clear_why = "time was up";
		return;
	}
	smtp_note(&p->log, TALK_STAGE, false, "Is mail refused in the clear?");
	if (phase_greet_again(p, &e) == 0) {
		const char *from = pool_printf(p->log.pool, " FROM:<%s>", p->env->plan->from);

		if (phase_expect(p, 250, &e, "MAIL", from) == 0)
			p->h->smtp.clear_mail = CLEAR_TAKEN;
		else if (is_refusal(&e))
			p->h->smtp.clear_mail = CLEAR_REFUSED;
	}
	if (p->h->smtp.clear_mail == CLEAR_UNKNOWN)
		p->h->smtp.clear_why = text_clean_str(p->log.pool, e.msg);
	if (e.kind != ERR_NONE)
		smtp_note(&p->log,
		    p->h->smtp.clear_mail == CLEAR_REFUSED ? TALK_STAGE : TALK_TROUBLE, false,
		    "%s", e.msg);
}
