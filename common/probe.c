// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * probe.c - the ordered steps against one address.  phase.c knows what is said; here phases are run, timed and
 * recorded as steps.  run_phases() is the one place where a timing is taken.
 */
#include "phase.h"
#include "probe.h"
#include "text.h"
#include "tick.h"

#define QUIT_WAIT (2 * TICK_SEC) /* for the 221: it changes no result */

/* The last phase to run: that of --stop-after, and without a recipient there is none after MAIL. */
static enum phase_id
last_phase(const struct plan *plan)
{
	switch (plan->stop_after) {
	case STEP_ANSWER: return PHASE_ANSWER;
	case STEP_CONNECT: return PHASE_GREET;
	case STEP_HELO: return PHASE_HELLO;
	case STEP_TLS: return plan->direct_tls ? PHASE_SESSION : PHASE_OFFER;
	case STEP_CERT: return PHASE_CERT;
	/* direct TLS: whether it is SMTP that was secured is seen after the handshake */
	case STEP_SECURE: return plan->direct_tls ? PHASE_HELLO : PHASE_INNER;
	case STEP_FROM: return PHASE_MAIL;
	case STEP_TO: return plan->rcpt != NULL ? PHASE_RCPT : PHASE_MAIL;
	case STEP_DATA: return PHASE_DATA;
	default: break;
	}
	if (plan->rcpt == NULL)
		return PHASE_MAIL;
	return plan->send_email ? PHASE_EMAIL : PHASE_RCPT;
}

/* Why a phase failed, with what the peer owed us when time or the connection ran out. */
static const char *
failure(const struct probe *p, const struct err *e, int64_t took_us)
{
	struct pool *pool = p->log.pool;

	if (e->kind == ERR_TIMEOUT && p->waiting != NULL)
		return pool_printf(pool, "timed out after %g s waiting for %s",
		    text_floor((double)took_us / TICK_SEC + 0.05, 1), p->waiting);
	if (e->kind == ERR_CLOSED && p->waiting != NULL)
		return pool_printf(pool, "%s while waiting for %s", e->msg, p->waiting);
	return text_clean_str(pool, e->msg);
}

static void
conclude(struct probe *p, const struct phase *phase, int rc, const struct err *e, int64_t took_us)
{
	struct step *step = &p->h->step[phase->step];
	bool half = phase->id == PHASE_SESSION && !p->env->plan->direct_tls;

	step->took_us += took_us;
	if (rc == 0) {
		/* the second half decides */
		step->state = half ? STEP_SKIP : STEP_OK;
		return;
	}
	step->why = failure(p, e, took_us);
	if (phase->step == STEP_SECURE && p->h->raw_proto != PROTO_NONE)
		step->why = pool_printf(p->log.pool, "server speaks %s %sonly (%s)",
		    proto_name(p->h->raw_proto),
		    p->h->raw_proto < PROTO_TLS10 ? "" : "with outdated ciphers ", step->why);
	if (p->h->status == HOST_SKIPPED) {
		p->h->why = step->why;
		return;
	}
	/* deferral is a word of the conversation up to RCPT, not of TLS */
	step->state = e->kind == ERR_DEFER && phase->step != STEP_SECURE && phase->step <= STEP_TO
	    ? STEP_DEFER : STEP_FAIL;
	/* the reason stands alone where the host is untested for it */
	if (step->state == STEP_DEFER && phase->step <= STEP_HELO)
		step->why = pool_printf(p->log.pool, "deferred, %s", step->why);
	if (phase->step == STEP_SECURE && p->h->step[STEP_TLS].state == STEP_FAIL)
		p->h->step[STEP_TLS].why = step->why; /* direct TLS: one failure, two steps */
	if (phase->id != PHASE_CERT || !p->h->cert.present) /* that verdict has lines of its own */
		smtp_note(&p->log, TALK_TROUBLE, false, "%s", step->why);
	/* nothing can follow when the host's time is up */
	if (e->kind == ERR_TIMEOUT && tick_now() >= p->deadline)
		p->over = true;
}

/* Run the phases in order; what a failure makes impossible stays skipped. */
static void
run_phases(struct probe *p, const struct phase *phase, enum phase_id last)
{
	unsigned done = 0;
	int64_t mark = p->log.began;

	for (; phase->run != NULL && !p->over; phase++) {
		struct err e = { 0 };
		int64_t now;
		int rc;

		if ((done & phase->needs) == phase->needs) {
			p->last = phase->id == last;
			rc = phase->run(p, &e);
			now = tick_now();
			conclude(p, phase, rc, &e, now - mark);
			mark = now;
			if (rc == 0)
				done |= AFTER(phase->id);
		}
		if (phase->id == last)
			break;
	}
}

/* Always polite, unless the connection is gone; an unclean end after QUIT is no failure. */
static void
quit(struct probe *p)
{
	struct err e = { 0 };
	struct reply r;

	if (p->conn == NULL)
		return;
	if (!p->broken && !p->h->smtp.not_smtp && tick_now() < p->deadline) {
		conn_deadline(p->conn, tick_min(p->deadline, tick_now() + QUIT_WAIT));
		if (p->quit_said)
			smtp_read(p->conn, &p->log, &r, &e);
		else
			smtp_cmd(p->conn, &p->log, &r, &e, "QUIT");
	}
	p->quit_said = false;
	conn_close(p->conn);
	p->conn = NULL;
}

static void
settle(struct host *h)
{
	if (h->status == HOST_SKIPPED)
		return;
	h->status = HOST_TESTED;
	for (enum step_id s = STEP_ANSWER; s <= STEP_HELO; s++) {
		if (h->step[s].state != STEP_FAIL && h->step[s].state != STEP_DEFER)
			continue;
		/* whatever it speaks instead, its TLS is known */
		if (s == STEP_CONNECT && h->smtp.not_smtp)
			continue;
		h->status = HOST_UNTESTED;
		h->why = h->step[s].why;
	}
}

void
probe_host(struct host *h, const struct probe_env *env, int64_t deadline)
{
	struct probe p = { .h = h, .env = env, .deadline = deadline };

	h->pool = pool_new();
	p.log.pool = h->pool;
	p.log.began = tick_now();
	p.log.quiet = env->plan->batch_file != NULL;
	p.log.watcher = env->plan->watcher;
	p.log.host = h;
	p.tape = (struct tape){ h->pool, p.log.began, env->plan->tape, .kept = 0 };
	phase_dane_start(&p);
	run_phases(&p, env->plan->direct_tls ? phases_direct_tls : phases_starttls,
	    last_phase(env->plan));
	settle(h);
	quit(&p);
	while (phase_dane_next(&p))
		quit(&p);
	phase_dane_end(&p);
	if (env->plan->legacy && h->secure == SECURE_YES)
		phase_legacy(&p);
	if (env->plan->mandatory_tls && h->status == HOST_TESTED) {
		phase_clear_mail(&p);
		quit(&p);
	}
	tls_chain_free(&p.chain);
	h->talk = p.log.talk;
	h->ntalk = p.log.ntalk;
	h->told = p.log.watcher != NULL ? h->ntalk : 0;
	for (size_t i = 0; i < p.log.nsecrets; i++)
		tape_hide(&p.tape, p.log.secret[i], SMTP_HIDDEN);
	pool_wipe(p.log.raw);
	h->wire = p.tape.facts;
	h->took_us = tick_now() - p.log.began;
}

void
probe_chain(struct host *h, const struct probe_env *env, const struct tls_chain *chain)
{
	struct probe p = {
		.h = h, .env = env, .deadline = env->plan->deadline, .chain = *chain
	};

	h->pool = pool_new();
	p.log.pool = h->pool;
	p.log.began = tick_now();
	phase_dane_start(&p);
	run_phases(&p, phases_chain, PHASE_CERT);
	h->status = HOST_TESTED;
	h->talk = p.log.talk;
	h->ntalk = p.log.ntalk;
	h->took_us = tick_now() - p.log.began;
}
