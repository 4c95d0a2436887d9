// SPDX-License-Identifier: GPL-3.0-or-later
/* test_child.c - other programs: their output, their end, and that nothing of them is left. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "tap.h"
#include "text.h"
#include "tick.h"

#define SOON (TICK_SEC / 2)
#define LONG (60 * TICK_SEC)	/* never reached unless something is wrong */

struct heard {
	struct text text;
	size_t n, limit;	/* bytes; refused beyond limit, 0: no limit */
};

static bool
hear(void *arg, const char *bytes, size_t n)
{
	struct heard *h = arg;

	h->n += n;
	if (h->limit > 0 && h->n > h->limit)
		return false;
	if (h->n < 4096)
		text_add(&h->text, "%.*s", (int)n, bytes);
	return true;
}

static int
run_shell(struct heard *h, const char *script, int64_t patience, struct err *e)
{
	const char *argv[] = { "sh", "-c", script, NULL };

	*h = (struct heard){ .text.p = h->text.p, .limit = h->limit };
	return child_run("/bin/sh", argv, &(struct child_sink){ hear, h }, tick_now() + patience,
	    e);
}

static const struct {
	const char *name, *script;
	int64_t patience;
	enum err_kind kind;
	const char *want, *why;	/* NULL: anything */
} rows[] = {
	{ "both outputs, in order", "echo out; echo err >&2; printf end", LONG, ERR_NONE, "out\nerr\nend", NULL },
	{ "no output", ":", LONG, ERR_NONE, "", NULL },
	{ "an exit code is an end, too", "echo bad; exit 3", LONG, ERR_NONE, "bad\n", NULL },
	{ "its stdin is empty", "cat; echo read", LONG, ERR_NONE, "read\n", NULL },
	{ "closes its output early", "exec >&- 2>&-; sleep 0.1; exit 1", LONG, ERR_NONE, "", NULL },
	{ "a signal", "kill -SEGV $$", LONG, ERR_SYSTEM, "", "died of signal 11" },
	{ "cannot be run", "exit 127", LONG, ERR_SYSTEM, "", "cannot be run" },
	{ "too slow", "echo begun; sleep 1000", SOON, ERR_TIMEOUT, "begun\n", "timed out" },
	{ "too slow and stubborn", "trap '' TERM; echo begun; while :; do sleep 1; done", SOON, ERR_TIMEOUT, "begun\n",
	    "timed out" },
	{ "never stops talking", "while :; do echo noise; done", SOON, ERR_TIMEOUT, NULL, "timed out" },
	{ "leaves somebody with its output", "sleep 1000 & echo gone", LONG, ERR_NONE, "gone\n", NULL },
	{ "SIGPIPE as usual", "trap | grep -c PIPE; yes | head -n 1", LONG, ERR_NONE, "0\ny\n", NULL },
};

static void
check_row(size_t i)
{
	struct pool *p = pool_new();
	struct heard h = { .text.p = p };
	struct err e = { 0 };
	int rc = run_shell(&h, rows[i].script, rows[i].patience, &e);

	tap_ok((rc == 0) == (rows[i].kind == ERR_NONE) && e.kind == rows[i].kind,
	    "%s: how it ended", rows[i].name);
	if (rows[i].want != NULL)
		tap_is(text_get(&h.text), rows[i].want, rows[i].name);
	if (rows[i].why != NULL)
		tap_is(e.msg, rows[i].why, rows[i].name);
	pool_free(p);
}

/* The program's own children end with it, at the deadline as well as at its end. */
static void
test_group(const char *name, const char *script, int64_t patience)
{
	struct pool *p = pool_new();
	struct heard h = { .text.p = p };
	struct err e = { 0 };
	long pid = 0;
	bool gone = false;

	run_shell(&h, script, patience, &e);
	tap_ok(text_int(pool_strn(p, text_get(&h.text), strcspn(text_get(&h.text), "\n")), 2,
		   1 << 30, &pid),
	    "%s: there was one", name);
	/* whoever inherits it may take a moment to bury it */
	for (int i = 0; i < 200 && !gone; i++) {
		char state[64] = "";
		int fd = open(pool_printf(p, "/proc/%ld/stat", pid), O_RDONLY | O_CLOEXEC);

		gone = fd == -1 || read(fd, state, sizeof(state) - 1) <= 0 ||
		    strstr(state, ") Z") != NULL;
		if (fd != -1)
			close(fd);
		if (!gone)
			usleep(10000);
	}
	tap_ok(gone, "%s: gone", name);
	pool_free(p);
}

static void
test_refused_output(void)
{
	struct pool *p = pool_new();
	struct heard h = { .text.p = p, .limit = 100000 };
	struct err e = { 0 };

	tap_ok(run_shell(&h, "yes", LONG, &e) == -1 && e.kind == ERR_SYSTEM,
	    "output not taken: ended");
	tap_is(e.msg, "its output is not taken", "output not taken: said so");
	e = (struct err){ 0 };
	tap_ok(child_run("/nonexistent", (const char *[]){ "x", NULL },
		   &(struct child_sink){ hear, &h }, LONG, &e) == -1,
	    "no such program");
	pool_free(p);
}

static void
test_find(void)
{
	static const char *const names[] = { "first", "second", NULL };
	char dir[] = "/tmp/test_child.XXXXXX";
	struct pool *p = pool_new();
	const char *a, *b, *file;

	if (mkdtemp(dir) == NULL)
		return;
	a = pool_printf(p, "%s/a", dir);
	b = pool_printf(p, "%s/b", dir);
	mkdir(a, 0700);
	mkdir(b, 0700);
	tap_ok(child_find(p, names, NULL) == NULL, "find: no path");
	tap_ok(child_find(p, names, pool_printf(p, "%s::%s:/nonexistent", a, b)) == NULL,
	    "find: nowhere");
	file = pool_printf(p, "%s/second", a);
	close(open(file, O_WRONLY | O_CREAT, 0600));
	tap_ok(child_find(p, names, a) == NULL, "find: not executable");
	chmod(file, 0700);
	tap_is(child_find(p, names, pool_printf(p, "%s:%s", b, a)), file, "find: the second name");
	mkdir(pool_printf(p, "%s/first", b), 0700);
	tap_is(child_find(p, names, pool_printf(p, "%s:%s", b, a)), file, "find: no directory");
	rmdir(pool_printf(p, "%s/first", b));
	if (symlink(file, pool_printf(p, "%s/first", b)) == -1)
		tap_ok(false, "find: no link can be made");
	tap_is(child_find(p, names, pool_printf(p, "%s:%s", a, b)), pool_printf(p, "%s/first", b),
	    "find: the first name comes first");
	unlink(pool_printf(p, "%s/first", b));
	unlink(file);
	rmdir(a);
	rmdir(b);
	rmdir(dir);
	pool_free(p);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(i);
	test_group("child at the deadline", "sleep 1000 & echo $!; wait", SOON);
	test_group("child left behind", "sleep 1000 & echo $!", LONG);
	test_group("child of a stubborn one",
	    "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done'", SOON);
	test_refused_output();
	test_find();
	return tap_end();
}
