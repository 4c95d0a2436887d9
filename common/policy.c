// SPDX-License-Identifier: GPL-3.0-or-later
/* policy.c - what a mail domain publishes of MTA-STS and TLS-RPT: look up, fetch, read. */
#include <string.h>
#include <strings.h>

#include "https.h"
#include "name.h"
#include "policy.h"
#include "sts.h"
#include "text.h"
#include "tick.h"

#define POLICY_FETCH (5 * TICK_SEC)	/* the look-up of its host's addresses included */
#define HOST "policy host"		/* the place of a flaw */

struct work {
	const struct policy_env *env;
	struct pool *p;
	struct mtasts_facts *m;
};

/* All at once; a name that is too long for DNS does not exist. */
static void
ask(const struct work *w, struct dns_question *q, size_t n, int64_t deadline)
{
	bool fit = true;

	for (size_t i = 0; i < n; i++)
		fit = fit && strlen(q[i].name) <= NAME_HOST;
	if (fit)
		dns_ask(w->env->dns, w->p, q, n, deadline);
	else if (n > 1)
		for (size_t i = 0; i < n; i++)
			ask(w, &q[i], 1, deadline);
	else
		q->answer = (struct dns_answer){ .status = DNS_INSECURE, .kind = DNS_NO_NAME };
}

static struct sts_txt *
texts(const struct work *w, const struct dns_answer *a)
{
	struct sts_txt *txt = pool_array(w->p, a->nrr + 1, sizeof(*txt));

	for (size_t i = 0; i < a->nrr; i++)
		txt[i] = (struct sts_txt){ a->rr[i].data, a->rr[i].len };
	return txt;
}

static const char *
lookup_why(const struct work *w, const struct dns_question *q)
{
	return pool_printf(w->p, "%s: %s", q->name,
	    q->answer.why == NULL ? "no answer" : q->answer.why);
}

static int
fetch_failed(const struct work *w, const char *word, const char *why)
{
	w->m->status = POLICY_FETCH_ERROR;
	w->m->why = pool_printf(w->p, "%s: %s", word, why);
	return 0;
}

/* --- the addresses of the policy host */

static bool
family_wanted(const struct plan *plan, int family)
{
	if (plan->socks == NULL && plan->source.family != 0 && plan->source.family != family)
		return false;
	return family == AF_INET ? !plan->ipv6 : !plan->ipv4;
}

/* Why no address is to be had. */
static const char *
no_address(const struct work *w, const struct dns_question *q, size_t n)
{
	const char *host = q->name;

	for (size_t i = 0; i < n; i++)
		if (dns_failed(q[i].answer.status))
			return pool_printf(w->p, "look-up of %s", lookup_why(w, &q[i]));
	if (q[0].answer.kind == DNS_NO_NAME)
		return pool_printf(w->p, "%s does not exist", host);
	if (n == 2)
		return pool_printf(w->p, "%s has no address", host);
	return pool_printf(w->p, "%s has no %s address", host,
	    q[0].type == DNS_A ? "IPv4" : "IPv6");
}

/* The questions for a host's addresses, two at most: how many. */
static size_t
address_questions(const struct work *w, const char *host, struct dns_question *q)
{
	static const struct {
		int family;
		enum dns_type type;
	} families[] = { { AF_INET6, DNS_AAAA }, { AF_INET, DNS_A } };
	size_t n = 0;

	for (size_t i = 0; i < 2; i++)
		if (family_wanted(w->env->plan, families[i].family))
			q[n++] = (struct dns_question){ .name = host, .type = families[i].type };
	return n;
}

/* False: there are none, and one question had no answer. */
static bool
take_addresses(const struct work *w, struct https_request *r, const struct dns_question *q,
    size_t n)
{
	struct addr *found = NULL;
	bool failed = false;

	for (size_t i = 0; i < n; i++) {
		const struct dns_answer *a = &q[i].answer;

		failed = failed || dns_failed(a->status);
		for (size_t j = 0; !dns_failed(a->status) && j < a->nrr; j++) {
			found = pool_grow(w->p, found, r->naddresses, sizeof(*found));
			found[r->naddresses++] = a->rr[j].address;
		}
	}
	r->addresses = found;
	return r->naddresses > 0 || !failed;
}

/*
 * Fill in r's addresses; NULL, or why there is none.  A family for which nobody answers must not take the time
 * that the other needs; when none has come by then the rest of it is for asking again.
 */
static const char *
find_addresses(const struct work *w, struct https_request *r)
{
	const int64_t until[] = { tick_halfway(tick_now(), r->deadline), r->deadline };
	struct dns_question q[2];
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		n = address_questions(w, r->host, q);
		ask(w, q, n, until[i]);
		if (take_addresses(w, r, q, n))
			break;
	}
	return r->naddresses > 0 ? NULL : no_address(w, q, n);
}

/* --- the policy */

/* "text/plain", whatever its parameters. */
static bool
is_plain(const char *type)
{
	static const char plain[] = "text/plain";
	size_t n = strcspn(type, "; \t");

	return n == sizeof(plain) - 1 && strncasecmp(type, plain, n) == 0;
}

static void
look_at_host(const struct work *w, const struct https_answer *a)
{
	struct flaws *lints = &w->m->lints;

	if (a->type == NULL)
		sts_add(lints, w->p, HOST, 0, 0, "no Content-Type, expected text/plain");
	else if (!is_plain(a->type))
		sts_add(lints, w->p, HOST, 0, 0, "Content-Type %s, expected text/plain",
		    sts_value(w->p, a->type, strlen(a->type)));
	if (a->proto < PROTO_TLS12)
		sts_add(lints, w->p, HOST, 0, 0, "%s, expected TLSv1.2 or better",
		    proto_name(a->proto));
}

/* Percent-encoded, all but letters and digits. */
static void
add_encoded(struct text *t, const char *s)
{
	for (; *s != '\0'; s++)
		text_add(t, text_alnum(*s) ? "%c" : "%%%02X", (unsigned char)*s);
}

/* As libcurl wants it; NULL without a proxy. */
static const char *
proxy_url(struct pool *p, const struct socks *s)
{
	struct text t = { .p = p };

	if (s == NULL)
		return NULL;
	text_add(&t, "socks5://");
	if (s->user != NULL) {
		add_encoded(&t, s->user);
		text_add(&t, ":");
		add_encoded(&t, s->password);
		text_add(&t, "@");
	}
	text_add(&t, s->address[0].family == AF_INET6 ? "[%s]:%u" : "%s:%u", s->address[0].text,
	    s->port);
	return text_get(&t);
}

/* secrets: a pool for the time of the fetch. */
static int
fetch_through(const struct work *w, struct pool *secrets, struct err *e)
{
	const struct policy_env *env = w->env;
	struct https_request r = { .host = pool_printf(w->p, "mta-sts.%s", env->domain),
		.path = "/.well-known/mta-sts.txt",
		.port = HTTPS_PORT,
		.source = &env->plan->source,
		.proxy = proxy_url(secrets, env->plan->socks),
		.store = env->store,
		.wall = env->wall,
		.deadline = tick_min(env->plan->deadline, tick_now() + POLICY_FETCH) };
	const char *why = find_addresses(w, &r);
	struct https_answer a;

	if (why != NULL)
		return fetch_failed(w, "sts-policy-fetch-error", why);
	if (https_get(&a, w->p, &r, e) == -1)
		return -1;
	w->m->policy_cert = a.cert_seen;
	w->m->policy_cert_days = a.cert_days;
	if (a.end == HTTPS_IDENTITY)
		return fetch_failed(w, "sts-webpki-invalid", a.why);
	if (a.proxy_refused)
		w->m->proxy_why = a.why;
	if (a.end == HTTPS_FAILED)
		return fetch_failed(w, "sts-policy-fetch-error", a.why);
	sts_read_policy(w->m, w->p, a.body, a.len);
	look_at_host(w, &a);
	return 0;
}

static int
fetch(const struct work *w, struct err *e)
{
	struct pool *secrets = pool_new();
	int rc = fetch_through(w, secrets, e);

	pool_wipe(secrets);
	return rc;
}

int
policy_find(struct mtasts_facts *mtasts, struct tlsrpt_facts *tlsrpt, struct pool *p,
    const struct policy_env *env, struct err *e)
{
	const struct work w = { .env = env, .p = p, .m = mtasts };
	struct dns_question q[2] = {
		{ .name = pool_printf(p, "_smtp._tls.%s", env->domain), .type = DNS_TXT },
		{ .name = pool_printf(p, "_mta-sts.%s", env->domain), .type = DNS_TXT },
	};

	*mtasts = (struct mtasts_facts){ 0 };
	*tlsrpt = (struct tlsrpt_facts){ 0 };
	ask(&w, q, 2, env->plan->deadline);
	if (dns_failed(q[0].answer.status)) {
		tlsrpt->status = POLICY_ERROR;
		tlsrpt->why = lookup_why(&w, &q[0]);
	} else {
		sts_read_tlsrpt(tlsrpt, p, texts(&w, &q[0].answer), q[0].answer.nrr);
	}
	if (dns_failed(q[1].answer.status)) {
		mtasts->status = POLICY_ERROR;
		mtasts->why = lookup_why(&w, &q[1]);
		return 0;
	}
	sts_read_record(mtasts, p, texts(&w, &q[1].answer), q[1].answer.nrr);
	if (mtasts->status != POLICY_OK)
		return 0;
	if (fetch(&w, e) == 0)
		return 0;
	*mtasts = (struct mtasts_facts){ 0 };
	return -1;
}
