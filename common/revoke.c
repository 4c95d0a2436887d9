// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * revoke.c - are the certificates of a verified path revoked?  A certificate is a job, done once by a thread of its
 * own while the probes go on; what it found out is written into the hosts when they are through.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "revoke.h"
#include "revoke_look.h"
#include "text.h"
#include "thread.h"
#include "tick.h"

#define THREADS 64	   /* look-ups at once: more certificates wait for their turn */
#define SUBJECT_SHOWN 60
#define KEY 32		   /* SHA-256 */

enum job_state { JOB_WAITS, JOB_RUNS, JOB_DONE };

/* One certificate, and who issued it. */
struct job {
	struct job *next;
	uint8_t key[KEY];	/* of both */
	X509 *cert, *issuer;	/* NULL once it is done: a batch keeps the word alone */
	int64_t wall, deadline;
	enum job_state state;
	struct pool *pool;	/* of whoever does it */
	struct revoke_word word;
	bool has_thread;	/* it was started for this job, and went on with others */
	pthread_t thread;
};

struct revoke {
	struct revoke_env env;
	pthread_mutex_t lock;
	pthread_cond_t done;
	struct pool *pool;	/* used with the lock held */
	struct job *first, **last;
	size_t threads;		/* that run */
};

struct revoke *
revoke_new(const struct plan *plan, struct dns *dns)
{
	struct revoke *r = plan->revocation == 0 ? NULL : calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->env = (struct revoke_env){ plan, dns, revoke_crls_new() };
	if (r->env.crls == NULL) {
		free(r);
		return NULL;
	}
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->done, NULL);
	r->pool = pool_new();
	r->last = &r->first;
	return r;
}

void
revoke_free(struct revoke *r)
{
	if (r == NULL)
		return;
	for (struct job *job = r->first; job != NULL; job = job->next)
		if (job->has_thread)
			pthread_join(job->thread, NULL);
	for (struct job *job = r->first; job != NULL; job = job->next) {
		X509_free(job->cert);
		X509_free(job->issuer);
		pool_free(job->pool);
	}
	revoke_crls_free(r->env.crls);
	pthread_cond_destroy(&r->done);
	pthread_mutex_destroy(&r->lock);
	pool_free(r->pool);
	free(r);
}

static struct job *
next_job(const struct revoke *r)
{
	struct job *job = r->first;

	while (job != NULL && job->state != JOB_WAITS)
		job = job->next;
	return job;
}

static void *
work(void *arg)
{
	struct revoke *r = arg;
	struct job *job;

	pthread_mutex_lock(&r->lock);
	while ((job = next_job(r)) != NULL) {
		job->state = JOB_RUNS;
		pthread_mutex_unlock(&r->lock);
		revoke_look(&job->word, job->pool, &r->env, job->cert, job->issuer, job->wall,
		    job->deadline);
		X509_free(job->cert);
		X509_free(job->issuer);
		job->cert = job->issuer = NULL;
		pthread_mutex_lock(&r->lock);
		job->state = JOB_DONE;
		pthread_cond_broadcast(&r->done);
	}
	r->threads--;
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* With the lock held.  Where no thread can be had, one that runs takes the job, or nobody does. */
static void
start_thread(struct revoke *r, struct job *job)
{
	if (r->threads == THREADS)
		return;
	job->has_thread = thread_start(&job->thread, THREAD_STACK, work, r);
	r->threads += job->has_thread;
	if (job->has_thread || r->threads > 0)
		return;
	job->state = JOB_DONE;
	job->word = (struct revoke_word){ .status = REVOKED_UNKNOWN,
		.why = "no thread to ask with" };
}

/* Names certificate i of the path, and who issued it. */
static void
key_of(uint8_t key[KEY], const struct cert_path *path, size_t i)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	memset(key, 0, KEY);
	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(ctx, path->der[i], path->len[i]) != 1 ||
	    EVP_DigestUpdate(ctx, path->der[i + 1], path->len[i + 1]) != 1 ||
	    EVP_DigestFinal_ex(ctx, key, NULL) != 1)
		memcpy(key, &path, sizeof(path)); /* nobody else's, at least */
	EVP_MD_CTX_free(ctx);
}

static struct job *
find_job(const struct revoke *r, const uint8_t key[KEY])
{
	struct job *job = r->first;

	while (job != NULL && memcmp(job->key, key, KEY) != 0)
		job = job->next;
	return job;
}

/* Of the path, decoded; what the handshake has decoded is shared. */
static X509 *
decoded(const struct cert_path *path, size_t i, const struct tls_chain *chain)
{
	const unsigned char *der = path->der[i];

	for (size_t k = 0; k < chain->n; k++)
		if (chain->der[k] == der && chain->decoded[k] != NULL &&
		    X509_up_ref(chain->decoded[k]) == 1)
			return chain->decoded[k];
	return d2i_X509(NULL, &der, (long)path->len[i]);
}

/* Takes over cert and issuer. */
static void
add_job(struct revoke *r, const uint8_t key[KEY], X509 *cert, X509 *issuer, int64_t wall,
    int64_t deadline)
{
	struct job *job = pool_alloc(r->pool, sizeof(*job));

	memcpy(job->key, key, KEY);
	job->cert = cert;
	job->issuer = issuer;
	job->wall = wall;
	job->deadline = deadline;
	job->pool = pool_new();
	*r->last = job;
	r->last = &job->next;
	start_thread(r, job);
}

/* True when the staple of h knows. */
static bool
judge_staple(const struct revoke *r, struct host *h, X509 *cert, X509 *issuer, int64_t wall)
{
	struct revoke_word word;

	if ((r->env.plan->revocation & 1u << REVOKE_STAPLE) == 0 || h->tls.staple == NULL)
		return false;
	revoke_look_staple(&word, h->pool, &h->tls, cert, issuer, wall);
	h->cert.staple = word.status;
	h->cert.revocations = word.said;
	h->cert.nrevocations = word.nsaid;
	h->cert.revoked_why = word.why;
	return word.status != REVOKED_UNKNOWN;
}

/* Certificate i of the path, the next one issued it: nothing to do, or a job for it. */
static void
ask_one(struct revoke *r, struct host *h, size_t i, const struct tls_chain *chain, int64_t wall,
    int64_t deadline)
{
	const struct cert_path *path = &h->cert.path;
	X509 *cert = decoded(path, i, chain), *issuer = NULL;
	bool staple = i == 0 && h->tls.staple != NULL;
	uint8_t key[KEY];

	if (cert == NULL || (!staple && !revoke_names_source(r->env.plan, cert)))
		goto out;
	issuer = decoded(path, i + 1, chain);
	if (issuer == NULL || (staple && judge_staple(r, h, cert, issuer, wall)) ||
	    !revoke_names_source(r->env.plan, cert))
		goto out;
	key_of(key, path, i);
	pthread_mutex_lock(&r->lock);
	if (find_job(r, key) == NULL) {
		add_job(r, key, cert, issuer, wall, deadline);
		cert = issuer = NULL;
	}
	pthread_mutex_unlock(&r->lock);
out:
	X509_free(cert);
	X509_free(issuer);
}

void
revoke_ask(struct revoke *r, struct host *h, const struct tls_chain *chain, int64_t wall,
    int64_t deadline)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i + 1 < h->cert.path.n; i++)
		ask_one(r, h, i, chain, wall, deadline);
	ERR_clear_error();
}

/* The answer about certificate i of the path, waited for; NULL when there was no question. */
static const struct revoke_word *
await(struct revoke *r, const struct cert_path *path, size_t i)
{
	struct job *job = NULL;
	uint8_t key[KEY];

	pthread_mutex_lock(&r->lock);
	if (r->first != NULL) {
		key_of(key, path, i);
		job = find_job(r, key);
	}
	/* whoever does it ends by its deadline */
	while (job != NULL && job->state != JOB_DONE)
		pthread_cond_wait(&r->done, &r->lock);
	pthread_mutex_unlock(&r->lock);
	return job == NULL ? NULL : &job->word;
}

/* Take over what was said of certificate i. */
static void
keep_words(struct cert_facts *cert, struct pool *p, const struct revoke_word *word, size_t i)
{
	for (size_t k = 0; k < word->nsaid; k++) {
		cert->revocations = pool_grow(p, cert->revocations, cert->nrevocations,
		    sizeof(*cert->revocations));
		cert->revocations[cert->nrevocations] = word->said[k];
		cert->revocations[cert->nrevocations].depth = i;
		cert->revocations[cert->nrevocations++].text = pool_str(p, word->said[k].text);
	}
}

/* In the host's memory; "intermediate CN=...: why" of the CA above the leaf. */
static const char *
said_of(const struct host *h, size_t i, const char *why)
{
	if (i == 0)
		return pool_str(h->pool, why);
	for (size_t k = 0; k < h->nchain; k++)
		if (h->chain[k].der == h->cert.path.der[i])
			return pool_printf(h->pool, "intermediate %s: %s",
			    text_clean(h->pool, h->chain[k].subject, strlen(h->chain[k].subject),
				SUBJECT_SHOWN), why);
	return pool_printf(h->pool, "intermediate %zu: %s", i, why);
}

/* The worst word counts: revoked before unknown; of nobody but the leaf is a good word missed. */
static void
weigh(struct host *h, size_t i, enum revoked status, const char *why)
{
	static const int badness[] = { [REVOKED_NOT_TESTED] = 0, [REVOKED_GOOD] = 0,
		[REVOKED_UNKNOWN] = 1, [REVOKED_YES] = 2 };
	struct cert_facts *cert = &h->cert;

	if (i > 0 && badness[status] <= badness[cert->revoked])
		return;
	cert->revoked = status;
	cert->revoked_why = why == NULL ? NULL : said_of(h, i, why);
}

static const char *
join(struct pool *p, const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == NULL ? b : a : pool_printf(p, "%s; %s", a, b);
}

static void
settle_leaf(struct host *h, const struct revoke_word *word)
{
	struct cert_facts *cert = &h->cert;
	const char *stapled = cert->revoked_why;

	if (cert->staple == REVOKED_GOOD || cert->staple == REVOKED_YES) {
		weigh(h, 0, cert->staple, stapled);
	} else if (word == NULL || word->status == REVOKED_NOT_TESTED) {
		weigh(h, 0, cert->staple,
		    stapled != NULL ? stapled : "the certificate names no source that is asked");
	} else {
		keep_words(cert, h->pool, word, 0);
		weigh(h, 0, word->status,
		    word->status == REVOKED_UNKNOWN ? join(h->pool, stapled, word->why)
						    : word->why);
	}
}

/*
 * Step Cert fails on it, DANE or not; what else is wrong stays told.  Its time does not grow: nobody waited for the
 * answer in it.
 */
static void
fail_cert(struct host *h)
{
	struct step *step = &h->step[STEP_CERT];
	const char *why = pool_printf(h->pool, "revoked: %s", h->cert.revoked_why);

	h->talk = pool_grow(h->pool, h->talk, h->ntalk, sizeof(*h->talk));
	h->talk[h->ntalk++] = (struct talk){ h->took_us, TALK_TROUBLE, true,
		pool_printf(h->pool, "Cert REVOKED: %s", h->cert.revoked_why) };

	step->why = step->state == STEP_FAIL ? join(h->pool, why, step->why) : why;
	step->state = STEP_FAIL;
}

void
revoke_settle(struct revoke *r, struct host *h)
{
	struct cert_facts *cert = &h->cert;

	if (r == NULL || !cert->present)
		return;
	if (cert->path.n < 2) {
		cert->revoked_why = cert->path.n == 1
		    ? "the certificate is itself the trust anchor"
		    : "the chain leads to no issuer that is trusted";
		return;
	}
	for (size_t i = 0; i + 1 < cert->path.n; i++) {
		const struct revoke_word *word = await(r, &cert->path, i);

		if (i == 0) {
			settle_leaf(h, word);
		} else if (word != NULL) {
			keep_words(cert, h->pool, word, i);
			weigh(h, i, word->status, word->why);
		}
	}
	if (cert->revoked == REVOKED_YES)
		fail_cert(h);
}
