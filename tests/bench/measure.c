// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * measure.c - run a command, and write what it used.
 *
 * usage: measure FD ROOT COMMAND [ARGUMENT...]
 *
 * Writes "CPU PEAK WALL" to descriptor FD: microseconds of CPU, KiB of memory at most, microseconds; ends as the
 * command did.  The
 * command is changed to the root directory ROOT first.  A process keeps the peak of whoever forked it, so that of a
 * child of an interpreter is the interpreter's: this one is small.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FAILED 127

static long long
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static _Noreturn void
run(const char *root, char **command)
{
	if (root[1] != '\0' && (chroot(root) == -1 || chdir("/") == -1))
		perror(root);
	else if (execvp(command[0], command) == -1)
		perror(command[0]);
	_exit(FAILED);
}

int
main(int argc, char **argv)
{
	struct rusage used;
	long long began;
	int status, fd;
	pid_t child;

	if (argc < 4) {
		fputs("usage: measure FD ROOT COMMAND [ARGUMENT...]\n", stderr);
		return FAILED;
	}
	fd = (int)strtol(argv[1], NULL, 10);
	began = now_us();
	if ((child = fork()) == 0) {
		close(fd);
		run(argv[2], argv + 3);
	}
	if (child == -1 || wait4(child, &status, 0, &used) == -1) {
		perror("measure");
		return FAILED;
	}
	dprintf(fd, "%lld %ld %lld\n",
	    (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec +
		used.ru_stime.tv_usec,
	    used.ru_maxrss, now_us() - began);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
