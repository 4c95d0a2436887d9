// SPDX-License-Identifier: GPL-3.0-or-later
/* run_policy.c - the policy of a run's domain, found in a thread beside route and probes. */
#include <pthread.h>

#include "run_policy.h"
#include "thread.h"

#define STACK (1024 * 1024) /* the libraries that libcurl brings along start up on it */

/* Until the thread is joined, all of this is the thread's; it lives in its pool. */
struct run_policy {
	struct policy_env env;
	struct mtasts_facts mtasts;
	struct tlsrpt_facts tlsrpt;
	struct pool *pool;
	struct err err;
	int rc;
	bool threaded;
	pthread_t thread;
};

static void *
find(void *arg)
{
	struct run_policy *job = arg;

	job->rc = policy_find(&job->mtasts, &job->tlsrpt, job->pool, &job->env, &job->err);
	return NULL;
}

struct run_policy *
run_policy_start(const struct policy_env *env)
{
	struct pool *p = pool_new();
	struct run_policy *job = pool_alloc(p, sizeof(*job));

	job->pool = p;
	job->env = *env;
	/* many targets keep each other busy: none of them needs a thread of its own for this */
	job->threaded = env->plan->batch_file == NULL &&
	    thread_start(&job->thread, STACK, find, job);
	return job;
}

/* A record that cannot be looked up is the domain's fault, unless it is our resolver that does not work. */
static void
blame_resolver(const struct run_policy *job, struct run_facts *facts)
{
	const char *trouble;

	if (facts->mtasts.status != POLICY_ERROR || facts->fault != FAULT_NONE)
		return;
	trouble = dns_trouble(job->env.dns, facts->pool, job->env.plan->deadline);
	if (trouble == NULL)
		return;
	facts->fault = FAULT_RESOLVER;
	facts->fault_why = trouble;
}

void
run_policy_join(struct run_policy *job, struct run_facts *facts)
{
	if (job == NULL)
		return;
	/* no thread means slower, not failed */
	if (job->threaded)
		pthread_join(job->thread, NULL);
	else
		find(job);
	facts->policy_pool = job->pool;
	facts->mtasts = job->mtasts;
	facts->tlsrpt = job->tlsrpt;
	if (job->rc == -1 && facts->fault == FAULT_NONE) {
		facts->fault = FAULT_INTERNAL;
		facts->fault_why = job->err.msg;
	}
	blame_resolver(job, facts);
}
