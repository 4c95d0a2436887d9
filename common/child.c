// SPDX-License-Identifier: GPL-3.0-or-later
/* child.c - another program, run to its end or to a deadline. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "tick.h"
#include "wait.h"

#define CHUNK 4096
#define LAST_WORDS (TICK_SEC / 3) /* from SIGTERM to SIGKILL: the watchdog of plug.c comes later */
#define CANNOT_RUN 127		  /* as shells have it */

struct child {
	pid_t pid;
	int pidfd;	/* readable once the program has ended */
	int out;	/* its stdout and stderr; -1: closed */
	const struct child_sink *sink;
};

static bool
is_program(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 && S_ISREG(st.st_mode) && access(file, X_OK) == 0;
}

const char *
child_find(struct pool *p, const char *const *names, const char *path)
{
	for (; *names != NULL; names++) {
		const char *dir = path;

		while (dir != NULL && *dir != '\0') {
			int n = (int)strcspn(dir, ":");
			const char *file = pool_printf(p, "%.*s/%s", n, dir, *names);

			/* an empty entry would be the working directory: not from there */
			if (n > 0 && is_program(file))
				return file;
			dir += n + (dir[n] == ':');
		}
	}
	return NULL;
}

/* In the new process, where only what is safe in signal handlers may be called: other threads held locks. */
static _Noreturn void
become(const char *file, const char *const *argv, int out, pid_t parent)
{
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	/* whoever kills us must not leave it behind */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent || in == -1 || dup2(in, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 || dup2(out, STDERR_FILENO) == -1)
		_exit(CANNOT_RUN);
	execv(file, (char *const *)argv);
	_exit(CANNOT_RUN);
}

static int
start(struct child *c, const char *file, const char *const *argv, struct err *e)
{
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return err_set(e, ERR_SYSTEM, "no pipe: %s", strerrordesc_np(errno));
	if ((c->pid = fork()) == 0)
		become(file, argv, ends[1], parent);
	close(ends[1]);
	c->out = ends[0];
	if (c->pid == -1)
		return err_set(e, ERR_SYSTEM, "no process: %s", strerrordesc_np(errno));
	/* here, too: the group must be there before it is ended */
	setpgid(c->pid, c->pid);
	fcntl(c->out, F_SETFL, O_NONBLOCK);
	c->pidfd = pidfd_open(c->pid, 0);
	return c->pidfd != -1 ? 0 :
	    err_set(e, ERR_SYSTEM, "no descriptor of a process: %s", strerrordesc_np(errno));
}

/* Hand on all that is there.  False: it is not taken. */
static bool
pass_on(struct child *c)
{
	char bytes[CHUNK];
	ssize_t n = 0;

	while (c->out != -1 && (n = read(c->out, bytes, sizeof(bytes))) > 0)
		if (!c->sink->take(c->sink->arg, bytes, (size_t)n))
			return false;
	if (c->out != -1 && (n == 0 || (errno != EAGAIN && errno != EINTR))) {
		close(c->out);
		c->out = -1;
	}
	return true;
}

/* Until the program has ended. */
static int
attend(struct child *c, int64_t deadline, struct err *e)
{
	for (;;) {
		struct pollfd fds[] = { { .fd = c->pidfd, .events = POLLIN },
			{ .fd = c->out, .events = POLLIN } };

		/* a program that never stops talking must not hold us */
		if (tick_now() >= deadline || wait_fds(fds, 2, deadline) == 0)
			return err_set(e, ERR_TIMEOUT, "timed out");
		if (!pass_on(c))
			return err_set(e, ERR_SYSTEM, "its output is not taken");
		if (fds[0].revents != 0)
			return 0;
	}
}

/* What is left of the group is ended; its leader's status. */
static int
finish(struct child *c, bool ended)
{
	int status = 0;

	if (!ended && kill(-c->pid, SIGTERM) == 0)
		wait_fd(c->pidfd, POLLIN, tick_now() + LAST_WORDS);
	kill(-c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	return status;
}

int
child_run(const char *file, const char *const *argv, const struct child_sink *sink,
    int64_t deadline, struct err *e)
{
	struct child c = { .pid = -1, .pidfd = -1, .out = -1, .sink = sink };
	int status, rc = -1;

	if (start(&c, file, argv, e) == 0)
		rc = attend(&c, deadline, e);
	if (c.pid != -1) {
		status = finish(&c, rc == 0);
		if (rc == 0 && WIFSIGNALED(status))
			rc = err_set(e, ERR_SYSTEM, "died of signal %d", WTERMSIG(status));
		else if (rc == 0 && WEXITSTATUS(status) == CANNOT_RUN)
			rc = err_set(e, ERR_SYSTEM, "cannot be run");
	}
	if (c.out != -1)
		close(c.out);
	if (c.pidfd != -1)
		close(c.pidfd);
	return rc;
}
