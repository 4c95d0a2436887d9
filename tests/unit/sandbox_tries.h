/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sandbox_tries.h - things that a process may be kept from, for test_sandbox.c: each gives 0 or errno. */
#ifndef SANDBOX_TRIES_H
#define SANDBOX_TRIES_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STARTED 100	/* what is no errno */

/* What they stand on; made before the first. */
static char kept[64], other[64], linked[64];
static int listener = -1, other_listener = -1;
static uint16_t port, other_port;

static int
outcome(long rc)
{
	return rc == -1 ? errno : 0;
}

static int
read_from(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	return fd == -1 ? errno : outcome(close(fd));
}

static int
read_kept(void)
{
	return read_from(kept);
}

static int
read_linked(void)
{
	return read_from(linked);
}

static int
read_other(void)
{
	return read_from(other);
}

static int
read_passwd(void)
{
	return read_from("/etc/passwd");
}

static int
write_kept(void)
{
	return outcome(open(kept, O_WRONLY | O_CLOEXEC));
}

static int
make_file(void)
{
	return outcome(open("/tmp/test_sandbox.made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int
remove_file(void)
{
	return outcome(unlink(kept));
}

static int
rename_file(void)
{
	return outcome(rename(kept, other));
}

static int
make_directory(void)
{
	return outcome(mkdir("/tmp/test_sandbox.made", 0700));
}

static int
change_mode(void)
{
	return outcome(chmod(kept, 0777));
}

static int
run_program(void)
{
	char *const argv[] = { (char *)(uintptr_t) "true", NULL };

	return outcome(execv("/bin/true", argv));
}

static int
start_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return outcome(pid);
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
start_thread(void)
{
	pthread_t thread;
	int rc = pthread_create(&thread, NULL, nothing, NULL);

	return rc != 0 ? rc : pthread_join(thread, NULL);
}

static int
signal_parent(void)
{
	return outcome(kill(getppid(), 0));
}

static int
trace(void)
{
	return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int
look_into_parent(void)
{
	return outcome(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
}

static int
become_root(void)
{
	return outcome(setuid(0));
}

static int
raise_limit(void)
{
	const struct rlimit limit = { 10, 10 };

	return outcome(setrlimit(RLIMIT_CORE, &limit));
}

static int
read_limit(void)
{
	struct rlimit limit;

	return outcome(getrlimit(RLIMIT_STACK, &limit));
}

static int
new_namespace(void)
{
	return outcome(syscall(SYS_unshare, 0x10000000));
}

static int
unlisted_call(void)
{
	return outcome(syscall(SYS_memfd_create, "x", 0));
}

static int
type_for_user(void)
{
	return outcome(syscall(SYS_ioctl, 0, 0x5412 /* TIOCSTI */, "x"));
}

static int
map(int prot, int flags, int fd)
{
	return mmap(NULL, 4096, prot, MAP_PRIVATE | flags, fd, 0) == MAP_FAILED ? errno : 0;
}

static int
take_memory(void)
{
	return map(PROT_READ | PROT_WRITE, MAP_ANONYMOUS, -1);
}

static int
make_code(void)
{
	return map(PROT_READ | PROT_EXEC, MAP_ANONYMOUS, -1);
}

static int
make_writable_code(void)
{
	return map(PROT_WRITE | PROT_EXEC, 0, STDERR_FILENO);
}

static int
turn_into_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? STARTED : outcome(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static int
load_library(void)
{
	return dlopen("libidn2.so.0", RTLD_NOW) == NULL ? STARTED : 0;
}

static int
local_time(void)
{
	time_t now = time(NULL);
	struct tm tm;

	return localtime_r(&now, &tm) == NULL ? STARTED : 0;
}

static int
make_socket(int family, int type)
{
	return outcome(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

static int
tcp_socket(void)
{
	return make_socket(AF_INET, SOCK_STREAM);
}

static int
udp6_socket(void)
{
	return make_socket(AF_INET6, SOCK_DGRAM);
}

static int
unix_socket(void)
{
	return make_socket(AF_UNIX, SOCK_STREAM);
}

static int
netlink_socket(void)
{
	return make_socket(AF_NETLINK, SOCK_RAW);
}

static int
raw_socket(void)
{
	return make_socket(AF_INET, SOCK_RAW);
}

static int
connect_to(uint16_t to)
{
	const struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(to),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd == -1 ? errno : outcome(connect(fd, (const struct sockaddr *)&at, sizeof(at)));
}

static int
connect_kept(void)
{
	return connect_to(port);
}

static int
connect_other(void)
{
	return connect_to(other_port);
}

static int
bind_to(uint16_t to)
{
	const struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(to),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd == -1 ? errno : outcome(bind(fd, (const struct sockaddr *)&at, sizeof(at)));
}

static int
bind_any(void)
{
	return bind_to(0);
}

static int
bind_port(void)
{
	return bind_to(54321);
}

static int
wait_for_connection(void)
{
	return outcome(listen(other_listener, 1));
}

static int
count_capabilities(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	int found = STARTED;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "CapPrm:\t0000000000000000\n", 24) == 0)
			found = 0;
	return found;
}

#endif
