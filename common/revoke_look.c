// SPDX-License-Identifier: GPL-3.0-or-later
/* revoke_look.c - ask about one certificate: OCSP, then CRL, until one knows. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crl.h"
#include "http.h"
#include "ocsp.h"
#include "revoke_look.h"
#include "text.h"
#include "tick.h"
#include "wait.h"

#define LOOK_TIME (5 * TICK_SEC) /* of one source, all its URLs together */
#define URLS	  3		 /* asked of one certificate and source: one is usual, two are for spare */
#define URL_SHOWN 100
#define DECODED	  8		 /* bytes of a CRL a microsecond: so many megabytes take as many eighths of a second */

static const char *const labels[REVOKE_SOURCES] = {
	[REVOKE_STAPLE] = "OCSP staple", [REVOKE_OCSP] = "OCSP", [REVOKE_CRL] = "CRL"
};

/* One CRL; those who come while it is fetched wait for it. */
struct crl_entry {
	struct crl_entry *next;
	const char *url;
	bool done;
	X509_CRL *crl;		/* NULL: see why */
	const char *why;
};

struct revoke_crls {
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct pool *pool;	/* used with the lock held */
	struct crl_entry *first;
};

/* The URLs of one source that a certificate names. */
struct urls {
	const char *item[URLS];
	size_t n;
	const char *other;	/* one that is not asked: not http, or an indirect list; NULL: none */
};

/* One look-up under way. */
struct look {
	struct revoke_word *out;
	struct pool *p;
	const struct revoke_env *env;
	X509 *cert, *issuer;
	int64_t wall, deadline, end;	/* that of the source being asked; that of all */
};

struct revoke_crls *
revoke_crls_new(void)
{
	struct revoke_crls *crls = calloc(1, sizeof(*crls));

	if (crls == NULL)
		return NULL;
	crls->pool = pool_new();
	pthread_mutex_init(&crls->lock, NULL);
	wait_cond_init(&crls->came);
	return crls;
}

void
revoke_crls_free(struct revoke_crls *crls)
{
	if (crls == NULL)
		return;
	for (struct crl_entry *entry = crls->first; entry != NULL; entry = entry->next)
		crl_free(entry->crl);
	pthread_cond_destroy(&crls->came);
	pthread_mutex_destroy(&crls->lock);
	pool_free(crls->pool);
	free(crls);
}

static void
urls_add(struct urls *urls, struct pool *p, const ASN1_STRING *text)
{
	const char *raw = (const char *)ASN1_STRING_get0_data(text);
	size_t n = (size_t)ASN1_STRING_length(text);
	const char *url = pool_strn(p, raw, n);

	/* a NUL inside is no part of a URL */
	if (strlen(url) != n || strncasecmp(url, "http://", strlen("http://")) != 0)
		urls->other = text_clean(p, raw, n, URL_SHOWN);
	else if (urls->n < URLS)
		urls->item[urls->n++] = url;
}

static void
ocsp_urls(struct urls *urls, struct pool *p, X509 *x)
{
	AUTHORITY_INFO_ACCESS *aia = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(aia); i++) {
		const ACCESS_DESCRIPTION *access = sk_ACCESS_DESCRIPTION_value(aia, i);

		if (OBJ_obj2nid(access->method) == NID_ad_OCSP && access->location->type == GEN_URI)
			urls_add(urls, p, access->location->d.uniformResourceIdentifier);
	}
	AUTHORITY_INFO_ACCESS_free(aia);
}

/* The names of one distribution point: ways to the same list (RFC 5280, 4.2.1.13). */
static void
point_urls(struct urls *urls, struct pool *p, const DIST_POINT *point)
{
	const GENERAL_NAMES *names = point->distpoint->name.fullname;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type == GEN_URI)
			urls_add(urls, p, name->d.uniformResourceIdentifier);
	}
}

static void
crl_urls(struct urls *urls, struct pool *p, X509 *x)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);

	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *point = sk_DIST_POINT_value(points, i);

		if (point->CRLissuer != NULL)
			urls->other = "an indirect CRL";
		else if (point->distpoint != NULL && point->distpoint->type == 0)
			point_urls(urls, p, point);
	}
	CRL_DIST_POINTS_free(points);
}

bool
revoke_names_source(const struct plan *plan, X509 *x)
{
	return ((plan->revocation & 1u << REVOKE_OCSP) != 0 &&
		   X509_get_ext_by_NID(x, NID_info_access, -1) >= 0) ||
	    ((plan->revocation & 1u << REVOKE_CRL) != 0 &&
		X509_get_ext_by_NID(x, NID_crl_distribution_points, -1) >= 0);
}

/* Of a URL, its host and port: short enough for a line of many words. */
static const char *
host_of(struct pool *p, const char *url)
{
	const char *slashes = strstr(url, "//"), *host = slashes == NULL ? url : slashes + 2;

	return pool_strn(p, host, strcspn(host, "/"));
}

/* Add what a source said.  True when it knows. */
static bool
say(struct revoke_word *out, struct pool *p, struct revocation *word, const char *url)
{
	const char *source = labels[word->source], *by = source;
	const char *before = word->status == REVOKED_YES ? "revoked, "
	    : word->status == REVOKED_UNKNOWN            ? "unknown: "
							 : "";

	if (url != NULL) {
		url = text_clean(p, url, strlen(url), URL_SHOWN);
		by = pool_printf(p, "%s %s", source, host_of(p, url));
		source = pool_printf(p, "%s %s", source, url);
	}
	if (word->status == REVOKED_YES)
		out->why = pool_printf(p, "%s (%s)", word->text, by);
	else if (word->status == REVOKED_UNKNOWN)
		out->why = pool_printf(p, "%s%s%s: %s", out->why == NULL ? "" : out->why,
		    out->why == NULL ? "" : "; ", by, word->text);
	else
		out->why = NULL;
	word->text = pool_printf(p, "%s: %s%s", source, before, word->text);
	out->status = word->status;
	out->said = pool_grow(p, out->said, out->nsaid, sizeof(*out->said));
	out->said[out->nsaid++] = *word;
	return word->status != REVOKED_UNKNOWN;
}

void
revoke_look_staple(struct revoke_word *out, struct pool *p, const struct tls_facts *tls, X509 *cert,
    X509 *issuer, int64_t wall)
{
	struct revocation word = { .source = REVOKE_STAPLE };

	*out = (struct revoke_word){ 0 };
	ocsp_judge(&word, p, &(struct ocsp_der){ tls->staple, tls->staple_len }, cert, issuer, NULL,
	    wall);
	say(out, p, &word, NULL);
}

static void
ask_ocsp(struct revocation *word, const struct look *at, const char *url)
{
	struct http_answer answer;
	struct ocsp_der asked;
	struct err e = { 0 };

	ocsp_request(&asked, at->p, at->cert, at->issuer);
	if (asked.len == 0)
		word->text = "no question can be made";
	else if (http_ask(&answer, at->p,
		     &(struct http_request){ .url = url,
			 .body = asked.der,
			 .len = asked.len,
			 .type = OCSP_TYPE,
			 .max = OCSP_MAX },
		     at->env->plan, at->env->dns, at->deadline, &e) == -1)
		word->text = pool_str(at->p, e.msg);
	else
		ocsp_judge(word, at->p, &(struct ocsp_der){ answer.bytes, answer.n }, at->cert,
		    at->issuer, &asked, at->wall);
}

static void
fetch_crl(struct crl_entry *entry, const struct look *at)
{
	/* megabytes, not to be kept with the words */
	struct pool *p = pool_new();
	struct http_answer answer;
	struct err e = { 0 };

	if (http_ask(&answer, p, &(struct http_request){ .url = entry->url, .max = CRL_MAX },
		at->env->plan, at->env->dns, at->deadline, &e) == -1)
		entry->why = pool_str(at->p, e.msg);
	else if (tick_now() + (int64_t)(answer.n / DECODED) > at->end)
		entry->why = "it came too late to be read";
	else if ((entry->crl = crl_read(answer.bytes, answer.n)) == NULL)
		entry->why = "not a CRL";
	pool_free(p);
}

/* The entry of url; *ours when there was none and its CRL is ours to fetch.  With the lock held. */
static struct crl_entry *
find_crl(struct revoke_crls *crls, const char *url, bool *ours)
{
	struct crl_entry *entry = crls->first;

	while (entry != NULL && strcmp(entry->url, url) != 0)
		entry = entry->next;
	*ours = entry == NULL;
	if (entry == NULL) {
		entry = pool_alloc(crls->pool, sizeof(*entry));
		entry->url = pool_str(crls->pool, url);
		entry->next = crls->first;
		crls->first = entry;
	}
	return entry;
}

/* NULL and *why, or what is the cache's. */
static X509_CRL *
get_crl(const struct look *at, const char *url, const char **why)
{
	struct revoke_crls *crls = at->env->crls;
	struct crl_entry *entry;
	X509_CRL *crl;
	bool ours;

	pthread_mutex_lock(&crls->lock);
	entry = find_crl(crls, url, &ours);
	if (ours) {
		struct crl_entry mine = { .url = entry->url };

		pthread_mutex_unlock(&crls->lock);
		fetch_crl(&mine, at);
		pthread_mutex_lock(&crls->lock);
		entry->crl = mine.crl;
		entry->why = mine.why == NULL ? NULL : pool_str(crls->pool, mine.why);
		entry->done = true;
		pthread_cond_broadcast(&crls->came);
	}
	while (!entry->done && tick_now() < at->deadline)
		wait_cond(&crls->came, &crls->lock, at->deadline);
	crl = entry->crl;
	*why = entry->done ? entry->why : "timed out";
	pthread_mutex_unlock(&crls->lock);
	return crl;
}

static void
ask_crl(struct revocation *word, const struct look *at, const char *url)
{
	X509_CRL *crl = get_crl(at, url, &word->text);

	if (crl != NULL)
		crl_judge(word, at->p, crl, at->cert, at->issuer, at->wall);
}

static const struct {
	void (*urls)(struct urls *, struct pool *, X509 *);
	void (*ask)(struct revocation *, const struct look *, const char *url);
} sources[REVOKE_SOURCES] = {
	[REVOKE_OCSP] = { ocsp_urls, ask_ocsp },
	[REVOKE_CRL] = { crl_urls, ask_crl },
};

/* True when the source knows. */
static bool
look_at(struct look *at, enum revoke_source source)
{
	struct urls urls = { 0 };

	sources[source].urls(&urls, at->p, at->cert);
	for (size_t i = 0; i < urls.n; i++) {
		struct revocation word = { .source = source, .status = REVOKED_UNKNOWN };

		sources[source].ask(&word, at, urls.item[i]);
		if (say(at->out, at->p, &word, urls.item[i]))
			return true;
	}
	if (urls.n == 0 && urls.other != NULL)
		say(at->out, at->p,
		    &(struct revocation){ .source = source,
			.status = REVOKED_UNKNOWN,
			.text = "only http is asked" },
		    urls.other);
	return false;
}

void
revoke_look(struct revoke_word *out, struct pool *p, const struct revoke_env *env, X509 *cert,
    X509 *issuer, int64_t wall, int64_t deadline)
{
	struct look at = { out, p, env, cert, issuer, wall, 0, deadline };

	*out = (struct revoke_word){ .status = REVOKED_NOT_TESTED };
	for (enum revoke_source s = REVOKE_OCSP; s < REVOKE_SOURCES; s++) {
		if ((env->plan->revocation & 1u << s) == 0)
			continue;
		at.deadline = tick_min(deadline, tick_now() + LOOK_TIME);
		if (look_at(&at, s))
			break;
	}
	if (out->status == REVOKED_NOT_TESTED)
		out->why = "it names no source that is asked";
	ERR_clear_error();
}
