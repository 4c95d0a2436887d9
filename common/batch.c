// SPDX-License-Identifier: GPL-3.0-or-later
/* batch.c - many targets in one run: threads that take lines, and what they share. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "hostcache.h"
#include "memory.h"
#include "name.h"
#include "run.h"
#include "text.h"
#include "thread.h"
#include "tick.h"

#define LINE 1024	/* a mail address has 320 bytes at most */
#define HEAPS 16	/* and no more than cores: each keeps what its threads once took */
#define TRIM 256	/* targets: so often, and memory does not grow with their number; more often gains nothing */

struct batch {
	const struct plan *plan;
	const struct batch_sink *sink;
	struct run_shared *shared;
	pthread_mutex_t reading;
	FILE *list;
	size_t line;
	atomic_size_t done;	/* targets */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Read a line, whose first bytes become text, without its end.  *bad: why it cannot name a target, else NULL.  False at
 * the end of the list.
 */
static bool
read_line(FILE *list, char text[LINE], const char **bad)
{
	size_t n = 0;
	int c = getc(list);

	*bad = NULL;
	if (c == EOF)
		return false;
	for (; c != EOF && c != '\n'; c = getc(list)) {
		if (c == '\0')
			*bad = "has a NUL byte";
		else if (n < LINE - 1)
			text[n++] = (char)c;
		else
			*bad = "longer than any address is";
	}
	text[n] = '\0';
	return true;
}

/* Where the comment of a line begins, or its end: the local part of an address may have a '#', too. */
static size_t
comment_of(const char *text)
{
	size_t n = strcspn(text, "#");

	while (text[n] == '#' && n > 0 && !is_blank(text[n - 1]))
		n += 1 + strcspn(text + n + 1, "#");
	return n;
}

/* The next line with something on it, without blanks around it.  False at the end of the list. */
static bool
next_line(struct batch *b, char text[LINE], size_t *line, const char **bad)
{
	bool found = false;

	pthread_mutex_lock(&b->reading);
	while (!found && read_line(b->list, text, bad)) {
		size_t n = comment_of(text);

		b->line++;
		while (n > 0 && is_blank(text[n - 1]))
			n--;
		text[n] = '\0';
		found = text[strspn(text, " \t")] != '\0';
	}
	*line = b->line;
	pthread_mutex_unlock(&b->reading);
	return found;
}

/* The plan of one target: that of all, but for whom it is about and how long it has. */
static int
plan_of(struct plan *plan, const struct batch *b, struct pool *p, const char *text,
    const char *what, struct err *e)
{
	char *domain, *mailbox;

	*plan = *b->plan;
	if (name_target(p, text, what, &domain, &mailbox, e) == -1)
		return -1;
	plan->pool = p;
	plan->hostname = text;
	plan->domain = domain;
	plan->rcpt = mailbox;
	plan->target = mailbox != NULL ? mailbox : domain;
	plan->started = tick_now();
	plan->deadline = plan->started + (int64_t)(plan->timeout * TICK_SEC);
	return 0;
}

static void
one_line(struct batch *b, const char *text, size_t line, const char *bad)
{
	struct pool *p = pool_new();
	const char *what = pool_printf(p, "line %zu", line);
	struct run_facts facts = { 0 };
	struct plan plan;
	struct err e = { 0 };

	if (bad != NULL)
		err_set(&e, ERR_USAGE, "%s: %s", what, bad);
	if (bad != NULL || plan_of(&plan, b, p, text, what, &e) == -1) {
		b->sink->bad_line(b->sink->arg, text_clean_str(p, e.msg));
	} else {
		run_one(&facts, &plan, b->shared);
		b->sink->result(b->sink->arg, &plan, &facts);
		run_free(&facts);
	}
	pool_free(p);
}

static void *
work(void *arg)
{
	struct batch *b = arg;
	char text[LINE];
	size_t line;
	const char *bad;

	while (next_line(b, text, &line, &bad)) {
		one_line(b, text + strspn(text, " \t"), line, bad);
		if (atomic_fetch_add(&b->done, 1) % TRIM == TRIM - 1)
			memory_trim();
	}
	return NULL;
}

static int
heaps(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 && n < HEAPS ? (int)n : HEAPS;
}

int
batch_run(const struct plan *plan, FILE *list, const struct batch_sink *sink, struct err *e)
{
	struct batch b = { .plan = plan, .sink = sink, .list = list };
	struct hostcache *cache = hostcache_new(plan->parallel);
	int rc = -1;

	memory_heaps(heaps());
	if ((b.shared = run_open(plan->pool, plan, cache, e)) == NULL)
		goto out;
	pthread_mutex_init(&b.reading, NULL);
	thread_crew(plan->pool, (size_t)plan->jobs, work, &b);
	pthread_mutex_destroy(&b.reading);
	rc = 0;
out:
	run_close(b.shared);
	hostcache_free(cache);
	return rc;
}
