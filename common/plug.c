// SPDX-License-Identifier: GPL-3.0-or-later
/* plug.c - the process around a plugin: options, watchdog, one write, exit. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "memory.h"
#include "out.h"
#include "plug.h"
#include "plug_batch.h"
#include "pool.h"
#include "run.h"
#include "sandbox.h"
#include "score.h"
#include "sslprobe.h"
#include "stream.h"
#include "thread.h"
#include "tick.h"
#include "verdict.h"
#include "wait.h"

#define WATCHDOG_STACK (64 * 1024)
#define HEAPS 2	/* of a run with one target, which waits for the network, not for memory */
#define GRACE TICK_SEC /* cli.md: the plugin ends by --timeout, + at most 1 s */

/* What the watchdog says is prepared before it starts: it touches nothing else. */
struct watchdog {
	pthread_mutex_t lock;
	pthread_cond_t finished;
	sem_t settled;			/* it has given up what it does not need */
	bool done;
	enum state state;		/* to end with */
	bool runs;
	int64_t deadline;		/* tick */
	const char *line;		/* NULL: there is a result, which is being written */
	const struct plan *plan;
	pthread_t thread;
};

/* False when stdout does not take it. */
static bool
write_all(const char *text, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDOUT_FILENO, text, n);

		if (done == -1 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		text += done;
		n -= (size_t)done;
	}
	return true;
}

static bool
say(const char *text)
{
	return write_all(text, strlen(text));
}

static void *
watch(void *arg)
{
	struct watchdog *dog = arg;

	if (dog->plan->sandbox == SANDBOX_ON)
		sandbox_idle(dog->plan->user != NULL);
	sem_post(&dog->settled);
	pthread_mutex_lock(&dog->lock);
	while (!dog->done && wait_cond(&dog->finished, &dog->lock, dog->deadline))
		continue;
	if (!dog->done) {
		/* a pipe that is full and that nobody reads would hold us, too */
		if (dog->line != NULL && wait_fd(STDOUT_FILENO, POLLOUT, tick_now()))
			say(dog->line);
		_exit((int)dog->state);
	}
	pthread_mutex_unlock(&dog->lock);
	return NULL;
}

static void
watchdog_start(struct watchdog *dog, const struct plan *plan)
{
	dog->plan = plan;
	dog->state = STATE_UNKNOWN;
	/* a quarter second to write and exit within the grace */
	dog->deadline = plan->deadline + GRACE * 3 / 4;
	dog->line = out_fault(plan->pool, plan, pool_printf(plan->pool,
	    "no result after %g s (ended by the watchdog)", plan->timeout));
	pthread_mutex_init(&dog->lock, NULL);
	wait_cond_init(&dog->finished);
	sem_init(&dog->settled, 0, 0);
	dog->runs = thread_start(&dog->thread, WATCHDOG_STACK, watch, dog);
	/* sandbox_enter() takes from all threads the calls that it takes to give up the rest */
	while (dog->runs && sem_wait(&dog->settled) == -1)
		continue;
}

/* The result is about to be written: from now on the watchdog only ends what does not end. */
static void
watchdog_answer(struct watchdog *dog, enum state state)
{
	if (!dog->runs)
		return;
	pthread_mutex_lock(&dog->lock);
	dog->line = NULL;
	dog->state = state;
	pthread_mutex_unlock(&dog->lock);
}

static void
watchdog_stop(struct watchdog *dog)
{
	if (!dog->runs)
		return;
	pthread_mutex_lock(&dog->lock);
	dog->done = true;
	pthread_cond_signal(&dog->finished);
	pthread_mutex_unlock(&dog->lock);
	pthread_join(dog->thread, NULL);
}

/* Descriptors 0 to 2 must not become sockets.  False when there is no stdout to answer on. */
static bool
descriptors_sane(void)
{
	if (fcntl(STDOUT_FILENO, F_GETFD) == -1)
		return false;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

/*
 * May as many be open as the run may need?  Who finds none in the middle of it would take that for a trait of the
 * target.  Each host has a connection, its DANE or legacy test one more, and one asks for revocation; each target
 * has its questions, and libraries a dozen.
 */
static bool
descriptors_enough(const struct plan *plan, struct err *e)
{
	rlim_t targets = plan->batch_file != NULL ? (rlim_t)plan->jobs : 1;
	rlim_t need = 32 + 3 * (rlim_t)plan->parallel + 8 * targets;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur >= need)
		return true;
	limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
	if (limit.rlim_cur == need && setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return true;
	err_set(e, ERR_SYSTEM, "only %lu descriptors may be open (ulimit -n), %lu are needed",
	    (unsigned long)limit.rlim_cur, (unsigned long)need);
	return false;
}

/* Does the terminal understand more than text (https://no-color.org/)? */
static bool
is_dumb(const char *term)
{
	return term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
}

/* Is stdout a terminal, and one that can erase a line? */
static bool
on_terminal(bool *clever)
{
	bool terminal = isatty(STDOUT_FILENO) == 1;

	*clever = terminal && !is_dumb(getenv("TERM"));
	return terminal;
}

static bool
wants_progress(const struct plan *plan, bool terminal)
{
	return plan->progress == PROGRESS_YES || (plan->progress == PROGRESS_AUTO && terminal);
}

/*
 * What kept the run from its facts.  A bad option is a line of text in every format (output.md), also
 * where only the run could tell that it is bad; in text the operator's faults are told with a hint.
 */
static const char *
fault(struct pool *pool, const struct plan *plan, const struct opt_plugin *plugin,
    const struct err *e)
{
	struct plan how = *plan;
	bool text = plan->format != FORMAT_JSON && plan->format != FORMAT_XML;

	if (e->kind == ERR_USAGE) {
		how.format = FORMAT_PLUGIN;
		text = true;
	}
	if (text && (e->kind == ERR_USAGE || e->kind == ERR_FILE))
		return out_fault(pool, &how, pool_printf(pool, "%s (see %s --help)", e->msg,
		    plugin->program));
	return out_fault(pool, &how, e->msg);
}

/* Passwords have been used. */
static void
forget(struct plan *plan)
{
	pool_wipe(plan->secrets);
	plan->secrets = NULL;
	plan->auth_pass = NULL;
	plan->socks = NULL;
}

static enum state
run_batch(const struct opt_plugin *plugin, const struct plan *plan, struct pool *pool)
{
	struct batch_reader reader = { .say = say };
	enum state state = STATE_UNKNOWN;
	struct err e = { 0 };

	reader.progress = wants_progress(plan, on_terminal(&reader.line));
	if (plug_batch(plan, pool, &reader, &state, &e) == -1)
		say(fault(pool, plan, plugin, &e));
	return state;
}

/* What the plan makes of the reader of stdout: colour, and a stream while the run is under way (NULL: none). */
static struct stream *
look_at_reader(struct plan *plan)
{
	bool human = plan->format >= FORMAT_SCORE && plan->format <= FORMAT_DEBUG;
	bool clever, terminal = on_terminal(&clever);
	const char *no_color = getenv("NO_COLOR");
	struct stream *stream;

	plan->color = human && clever && (no_color == NULL || no_color[0] == '\0');
	if (!human || plan->lint || plan->no_connect || plan->chain_file != NULL ||
	    !wants_progress(plan, terminal))
		return NULL;
	stream = stream_new(plan, write_all, clever);
	plan->watcher = stream_watcher(stream);
	return stream;
}

/* Write what another program says, as it is; arg is its last byte. */
static bool
say_bytes(void *arg, const char *bytes, size_t n)
{
	*(char *)arg = bytes[n - 1];
	return write_all(bytes, n);
}

static enum state
run_sslprobe(const struct plan *plan, const struct run_facts *facts, struct pool *pool)
{
	char last = '\n';
	const struct child_sink sink = { .take = say_bytes, .arg = &last };
	struct err e = { 0 };

	if (sslprobe_run(plan, facts, &sink, &e) == 0)
		return STATE_OK;
	if (last != '\n')
		say("\n");
	say(out_fault(pool, plan, e.msg));
	return STATE_UNKNOWN;
}

static enum state
run_plan(const struct opt_plugin *plugin, struct plan *plan, struct stream *stream,
    struct watchdog *dog, struct pool *pool)
{
	struct run_facts facts = { 0 };
	struct verdict verdict = { .state = STATE_UNKNOWN };
	struct score score;
	struct err e = { 0 };
	enum state state;
	int rc;

	rc = run_target(&facts, plan, &e);
	forget(plan);
	stream_end(stream);
	if (rc == -1) {
		say(fault(pool, plan, plugin, &e));
		run_free(&facts);
		return STATE_UNKNOWN;
	}
	if (plan->format == FORMAT_SSLPROBE) {
		state = run_sslprobe(plan, &facts, pool);
		run_free(&facts);
		return state;
	}
	score_run(&score, pool, &facts, plan);
	verdict_make(&verdict, pool, &facts, &score, plan);
	state = verdict_exit(&verdict, &facts, plan);
	watchdog_answer(dog, state);
	if (!say(out_render(&(struct out){ .plan = plan,
		.facts = &facts,
		.score = &score,
		.verdict = &verdict,
		.p = pool })))
		state = STATE_UNKNOWN;
	run_free(&facts);
	return state;
}

int
plug_main(const struct opt_plugin *plugin, int argc, char **argv)
{
	struct pool *pool = pool_new();
	struct plan plan = { .pool = pool, .started = tick_now() };
	enum opt_result result = OPT_RUN;
	enum state state = STATE_UNKNOWN;
	const char *text = NULL;
	struct watchdog dog = { 0 };
	struct stream *stream;
	struct err e = { 0 };

	if (!descriptors_sane()) {
		pool_free(pool);
		return STATE_UNKNOWN;
	}
	signal(SIGPIPE, SIG_IGN);
	memory_heaps(HEAPS);
	memory_on_empty(pool_printf(pool, "%s UNKNOWN - out of memory\n", plugin->name));
	if (opt_parse(plugin, argc, argv, &plan, &result, &text, &e) == -1) {
		say(pool_printf(pool, "%s UNKNOWN - %s (see %s --help)\n", plugin->name, e.msg,
		    plugin->program));
	} else if (result == OPT_SAID) {
		say(text);
	} else if (!descriptors_enough(&plan, &e)) {
		say(fault(pool, &plan, plugin, &e));
	} else if (plan.batch_file != NULL) {
		state = run_batch(plugin, &plan, pool);
	} else {
		watchdog_start(&dog, &plan);
		stream = look_at_reader(&plan);
		state = run_plan(plugin, &plan, stream, &dog, pool);
		watchdog_stop(&dog);
	}
	memory_on_empty("");
	forget(&plan);
	pool_free(pool);
	return (int)state;
}
