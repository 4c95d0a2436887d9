// SPDX-License-Identifier: GPL-3.0-or-later
/* plug_batch.c - a batch: results as they come, the sum at the end, or when a signal ends it. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "out_batch.h"
#include "plug_batch.h"
#include "sandbox.h"
#include "score.h"
#include "text.h"
#include "tick.h"
#include "verdict.h"

#define SHOWN_FILE 80
#define ERASE "\r\033[K"

struct report {
	const struct plan *plan;
	const struct batch_reader *reader;
	pthread_mutex_t lock;	/* of all below, and of stdout */
	bool line_shown;	/* that of progress */
	struct out_total total;
	bool failed;		/* stdout takes no more */
	sem_t settled;		/* the thread that waits for the end has given up what it does not need */
};

/* With the lock. */
static void
say(struct report *r, const char *text)
{
	r->failed = !r->reader->say(text) || r->failed;
}

/* With the lock: one write has the result and what stands below it. */
static void
say_one(struct report *r, struct pool *p, const char *text)
{
	const char *progress = r->reader->progress ? out_batch_progress(p, r->plan, &r->total) : "";
	bool shown = progress[0] != '\0';

	say(r,
	    pool_printf(p, "%s%s%s%s", r->line_shown ? ERASE : "", text, progress,
		shown && !r->reader->line ? "\n" : ""));
	r->line_shown = shown && r->reader->line;
}

static void
say_result(void *arg, const struct plan *plan, const struct run_facts *facts)
{
	struct report *r = arg;
	struct pool *p = pool_new();
	struct verdict verdict;
	struct score score;
	struct out o = { .plan = plan,
		.facts = facts,
		.score = &score,
		.verdict = &verdict,
		.p = p };

	score_run(&score, p, facts, plan);
	verdict_make(&verdict, p, facts, &score, plan);
	pthread_mutex_lock(&r->lock);
	say_one(r, p, out_batch_line(&o, &r->total, tick_wall()));
	pthread_mutex_unlock(&r->lock);
	pool_free(p);
}

static void
say_bad_line(void *arg, const char *why)
{
	struct report *r = arg;
	struct pool *p = pool_new();

	pthread_mutex_lock(&r->lock);
	say_one(r, p, out_batch_bad(p, r->plan, &r->total, why));
	pthread_mutex_unlock(&r->lock);
	pool_free(p);
}

/* The end of it all, with the lock. */
static enum state
say_total(struct report *r, struct pool *p)
{
	enum state state = out_batch_state(r->plan, &r->total);

	say(r, r->line_shown ? ERASE : "");
	say(r, out_batch_foot(r->plan));
	say(r, out_batch_total(p, r->plan, &r->total));
	return r->failed ? STATE_UNKNOWN : state;
}

static void
signals_of(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
}

/*
 * Waits for the operator to end it: what is finished has been said, what is under way is given up.  The lock stays
 * held, so that nobody says more.
 */
static void *
wait_for_end(void *arg)
{
	struct report *r = arg;
	sigset_t set;
	int number;

	if (r->plan->sandbox == SANDBOX_ON)
		sandbox_idle(r->plan->user != NULL);
	sem_post(&r->settled);
	signals_of(&set);
	while (sigwait(&set, &number) != 0)
		;
	pthread_mutex_lock(&r->lock);
	_exit((int)say_total(r, pool_new()));
}

/* Before the first thread, which inherits it: the signals go to the one that waits for them. */
static void
start_waiting(struct report *r)
{
	pthread_t thread;
	sigset_t set;

	signals_of(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	sem_init(&r->settled, 0, 0);
	if (pthread_create(&thread, NULL, wait_for_end, r) != 0) {
		pthread_sigmask(SIG_UNBLOCK, &set, NULL);
		return;
	}
	pthread_detach(thread);
	/* as for the watchdog */
	while (sem_wait(&r->settled) == -1)
		continue;
}

/* Of a directory, fopen() would make an empty list. */
static FILE *
open_list(struct pool *p, const char *file, struct err *e)
{
	FILE *list = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	struct stat st;

	if (list != NULL && fstat(fileno(list), &st) == 0 && S_ISDIR(st.st_mode)) {
		if (list != stdin)
			fclose(list);
		list = NULL;
		errno = EISDIR;
	}
	if (list == NULL)
		err_set(e, ERR_FILE, "--batch: cannot read %s: %s",
		    text_clean(p, file, strlen(file), SHOWN_FILE), strerrordesc_np(errno));
	return list;
}

int
plug_batch(const struct plan *plan, struct pool *p, const struct batch_reader *reader,
    enum state *state, struct err *e)
{
	FILE *list = open_list(p, plan->batch_file, e);
	struct report r = { .plan = plan, .reader = reader };
	const struct batch_sink sink = { say_result, say_bad_line, &r };
	int rc;

	if (list == NULL)
		return -1;
	pthread_mutex_init(&r.lock, NULL);
	start_waiting(&r);
	say(&r, out_batch_head(plan));
	rc = batch_run(plan, list, &sink, e);
	pthread_mutex_lock(&r.lock);
	if (rc == 0)
		*state = say_total(&r, p);
	pthread_mutex_unlock(&r.lock);
	if (list != stdin)
		fclose(list);
	return rc;
}
