// SPDX-License-Identifier: GPL-3.0-or-later
/* phase_cert.c - step Cert: the chain of a session judged, and told. */
#include "certtext.h"
#include "phase.h"
#include "text.h"

/* "CN | DNS:a | DNS:b": all names of the leaf, as TestReceiver writes them. */
static const char *
leaf_names(const struct probe *p)
{
	const struct cert *leaf = p->h->nchain > 0 ? &p->h->chain[0] : NULL;
	struct text t = { .p = p->log.pool };

	if (leaf != NULL && leaf->cn != NULL)
		text_add(&t, " | %s", leaf->cn);
	for (size_t i = 0; leaf != NULL && i < leaf->nsans; i++)
		text_add(&t, " | %s", leaf->sans[i]);
	return t.len == 0 ? "no name" : text_get(&t) + 3;
}

static void
note_cert(struct probe *p)
{
	const struct cert_facts *cert = &p->h->cert;
	struct text errors = { .p = p->log.pool };

	for (size_t i = 0; i < cert->nerrors; i++)
		text_add(&errors, "%s%s", i > 0 ? "; " : "", cert->errors[i].text);
	if (cert->nerrors == 0)
		smtp_note(&p->log, TALK_STAGE, true, "Cert VALIDATED: ok");
	else
		smtp_note(&p->log, TALK_TROUBLE, true, "Cert VALIDATION ERROR(S): %s",
		    text_get(&errors));
	for (size_t i = 0; i < cert->nweak; i++)
		smtp_note(&p->log, TALK_TROUBLE, true, "Cert is weak: %s", cert->weak[i]);
	if (!cert->name_checked)
		return;
	if (cert->name_match)
		smtp_note(&p->log, TALK_STAGE, true, "Cert Hostname VERIFIED (%s = %s)",
		    cert->wanted, leaf_names(p));
	else
		smtp_note(&p->log, TALK_TROUBLE, true, "Cert Hostname DOES NOT VERIFY (%s != %s)",
		    cert->wanted, leaf_names(p));
}

const char *
phase_cert_trouble(const struct probe *p)
{
	const struct cert_facts *cert = &p->h->cert;
	bool by_dane = p->h->dane.status == DANE_MATCH && !p->env->half_dane;
	struct text t = { .p = p->log.pool };

	if (!cert->present)
		return "no certificate sent";
	for (size_t i = 0; i < cert->nweak; i++)
		text_add(&t, "; weak: %s", cert->weak[i]);
	if (!by_dane && (!cert->trusted || !cert->in_date))
		text_add(&t, "; %s", cert->trust_why);
	if (!by_dane && !cert->name_match)
		text_add(&t, "; names %s, not %s", cert->found, cert->wanted);
	return t.len == 0 ? NULL : t.s + 2;
}

int
phase_cert(struct probe *p, struct err *e)
{
	const struct probe_env *env = p->env;
	struct cert_wanted wanted = { 0 };
	const char *trouble;

	cert_names(&wanted, env->plan, p->h->mx, env->domain);
	p->h->chain = cert_chain(p->log.pool, &p->chain, &p->h->nchain);
	if (env->plan->cert_text)
		certtext_add(p->h->chain, p->h->nchain, p->log.pool);
	cert_judge(&p->h->cert, p->log.pool, env->store, &p->chain, &wanted, env->wall);
	revoke_ask(env->revoke, p->h, &p->chain, env->wall, env->plan->deadline);
	if (p->h->cert.present)
		note_cert(p);
	phase_dane(p);
	trouble = phase_cert_trouble(p);
	return trouble == NULL ? 0 : err_set(e, ERR_TLS, "%s", trouble);
}
