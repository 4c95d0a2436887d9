// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * phase_dane.c - the DANE half of judging a host: which handshakes it takes, and what their chains come to.
 *
 * A shot is a chain that has to match: in check_dane one for each key algorithm asked for, else the one there is.
 * The ordinary connection takes one of them; others need connections of their own, after it.
 */
#include <string.h>

#include "dane.h"
#include "name.h"
#include "phase.h"
#include "text.h"
#include "tick.h"
#include "tlsa.h"

static const char *const kind_names[] = { [KEY_RSA] = "RSA", [KEY_ECDSA] = "ECDSA" };

static void
add_shot(struct probe *p, enum key_kind kind)
{
	p->shot[p->nshots++] = (struct shot){ .kind = kind, .why = "time was up" };
}

void
phase_dane_start(struct probe *p)
{
	const struct plan *plan = p->env->plan;

	/* records that a chain has to match: all else is known by now */
	if (p->h->dane.status != DANE_NOT_TESTED || p->h->dane.nrecords == 0)
		return;
	if (plan->plugin != PLUGIN_DANE || plan->chain_file != NULL) {
		add_shot(p, KEY_ANY);
		return;
	}
	for (enum key_kind kind = KEY_RSA; kind <= KEY_ECDSA; kind++)
		if ((plan->algorithms & 1u << kind) != 0)
			add_shot(p, kind);
}

/* Would a DANE sender have seen the chain of the ordinary connection?  --sni is the operator's word for it. */
static bool
asked_by_base(const struct probe *p)
{
	return p->env->plan->plugin == PLUGIN_DANE || p->env->plan->sni != NULL ||
	    name_equal(p->h->dane.base, p->h->mx);
}

static bool
is_kind(const struct cert *leaf, enum key_kind kind)
{
	/* "RSA" and "RSA-PSS" */
	return kind == KEY_ANY || (kind == KEY_RSA && strncmp(leaf->key, "RSA", 3) == 0) ||
	    (kind == KEY_ECDSA && strcmp(leaf->key, "EC") == 0);
}

static bool
is_pending(const struct probe *p)
{
	for (size_t i = 0; i < p->nshots; i++)
		if (!p->shot[i].tried)
			return true;
	return false;
}

static void
note_verdict(struct probe *p)
{
	const struct dane_facts *d = &p->h->dane;

	for (size_t i = 0; i < d->nrecords && d->status == DANE_MATCH; i++)
		if (d->records[i].matched) {
			smtp_note(&p->log, TALK_STAGE, true, "DANE VERIFIED (%s)",
			    tlsa_brief(p->log.pool, &d->records[i]));
			return;
		}
	if (d->status != DANE_MATCH)
		smtp_note(&p->log, TALK_TROUBLE, true, "DANE DOES NOT VERIFY (%s)", d->reason);
}

/* Hold all chains seen so far against the records. */
static void
judge(struct probe *p, const struct dane_chain *chains, size_t n)
{
	const struct probe_env *env = p->env;
	struct dane_wanted wanted = { .names = { p->h->dane.base }, .ttl = p->h->tlsa.ttl };

	if (!env->half_dane) {
		wanted.names[1] = env->domain;
		wanted.names[2] = env->expanded;
	}
	dane_judge(&p->h->dane, p->log.pool, env->tls, chains, n, &wanted, env->wall);
	if (p->h->tlsa.denial != NULL)
		dane_lint(&p->h->dane, p->log.pool, "%s", p->h->tlsa.denial);
}

/* A kind that the server has not is no failure (cli.md, --algorithms); one that it may have is not seen. */
static void
note_unseen(struct probe *p, const struct shot *s)
{
	struct dane_facts *d = &p->h->dane;

	if (!s->refused) {
		d->unseen = pool_printf(p->log.pool,
		    "could not be asked for its %s certificate (%s)", kind_names[s->kind],
		    s->why);
		return;
	}
	d->notes = pool_grow(p->log.pool, d->notes, d->nnotes, sizeof(*d->notes));
	d->notes[d->nnotes++] = pool_printf(p->log.pool, "offers no %s certificate (%s)",
	    kind_names[s->kind], s->why);
}

static void
judge_shots(struct probe *p)
{
	struct dane_chain chains[SHOTS];
	size_t n = 0;

	for (size_t i = 0; i < p->nshots; i++)
		if (p->shot[i].shown)
			chains[n++] = (struct dane_chain){ p->shot[i].chain,
				p->nshots > 1 ? kind_names[p->shot[i].kind] : NULL };
	/* neither kind, an Ed25519 key perhaps: then what everybody gets has to match */
	if (n == 0)
		chains[n++] = (struct dane_chain){ &p->chain, NULL };
	judge(p, chains, n);
	for (size_t i = 0; i < p->nshots; i++)
		if (!p->shot[i].shown)
			note_unseen(p, &p->shot[i]);
	note_verdict(p);
}

void
phase_dane(struct probe *p)
{
	if (p->h->dane.status == DANE_UNUSABLE)
		/* which records would match? */
		judge(p, &(struct dane_chain){ &p->chain, NULL }, 1);
	if (p->nshots == 0)
		return;
	for (size_t i = 0; i < p->nshots && asked_by_base(p); i++) {
		struct shot *s = &p->shot[i];

		/* without a certificate there is no kind, and nothing more to find out */
		s->shown = p->h->nchain == 0 || is_kind(&p->h->chain[0], s->kind);
		s->tried = s->shown;
		s->chain = &p->chain;
	}
	if (!is_pending(p))
		judge_shots(p);
}

/* The session of s on a connection of its own.  It stays open. */
static void
take_shot(struct probe *p, struct shot *s)
{
	const char *sni = p->env->plan->sni != NULL ? phase_sni(p) : p->h->dane.base;
	struct tls_facts tls;
	struct err e = { 0 };
	bool asked;

	s->tried = true;
	if (s->kind == KEY_ANY)
		smtp_note(&p->log, TALK_STAGE, false, "Another connection, to server name %s", sni);
	else
		smtp_note(&p->log, TALK_STAGE, false, "Another connection, for the %s certificate",
		    kind_names[s->kind]);
	asked = phase_to_tls(p, &e) == 0;
	if (asked && phase_handshake(p, sni, s->kind, &e) == 0) {
		tls_describe(conn_tls(p->conn), p->log.pool, &tls, &s->own);
		smtp_note(&p->log, TALK_STAGE, true, "Connection converted to SSL");
		s->chain = &s->own;
		s->shown = true;
		return;
	}
	s->refused = asked &&
	    (e.kind == ERR_TLS || e.kind == ERR_ALERT || e.kind == ERR_CLOSED);
	s->why = text_clean_str(p->log.pool, e.msg);
	if (s->refused && s->kind != KEY_ANY)
		smtp_note(&p->log, TALK_STAGE, false, "No %s certificate on this server (%s)",
		    kind_names[s->kind], s->why);
	else
		smtp_note(&p->log, TALK_TROUBLE, false, "%s", s->why);
}

bool
phase_dane_next(struct probe *p)
{
	/* where the ordinary connection got no session, others get none */
	if (p->h->step[STEP_CERT].state == STEP_SKIP || tick_now() >= p->deadline)
		return false;
	for (size_t i = 0; i < p->nshots; i++) {
		if (p->shot[i].tried)
			continue;
		take_shot(p, &p->shot[i]);
		p->again = true;
		return true;
	}
	return false;
}

/* No chain at all: the records have nothing to match, or nobody could see what they have. */
static void
unmatched(struct dane_facts *d, struct pool *p, const struct shot *s)
{
	const char *reason = pool_printf(p, "no TLS session with %s: %s", d->base, s->why);

	if (!s->refused) {
		d->why = d->unseen = reason;
		return;
	}
	d->status = DANE_MISMATCH;
	d->reason = reason;
	d->why = pool_printf(p, "validation-failure: %s", reason);
}

void
phase_dane_end(struct probe *p)
{
	struct step *cert = &p->h->step[STEP_CERT];

	if (p->nshots > 0 && p->h->secure == SECURE_NOT_OFFERED)
		p->h->dane.why = "starttls-not-supported: no session to match the records";
	if (cert->state == STEP_SKIP || (!p->again && !is_pending(p)))
		return;
	if (p->shot[0].kind == KEY_ANY && !p->shot[0].shown)
		unmatched(&p->h->dane, p->log.pool, &p->shot[0]);
	else
		judge_shots(p);
	for (size_t i = 0; i < p->nshots; i++)
		tls_chain_free(&p->shot[i].own);
	cert->why = phase_cert_trouble(p);
	cert->state = cert->why == NULL ? STEP_OK : STEP_FAIL;
}
