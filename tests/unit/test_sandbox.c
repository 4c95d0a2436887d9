// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * test_sandbox.c - what is given up cannot be had back: each row is a process that enters the sandbox and tries one
 * thing.  Rows that must work show that the others fail for the sandbox's sake.
 */
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>

#include "sandbox_landlock.h"
#include "sandbox_tries.h"
#include "tap.h"

#define NOBODY 65534

static char dir[] = "/tmp/test_sandbox.XXXXXX";
static bool kernel_landlock, kernel_ports, kernel_seccomp;

/* --- the rows */

enum needs { ALWAYS, LANDLOCK, PORTS, SECCOMP };	/* of the kernel; else the row has nothing to say */

static const struct {
	const char *name;
	enum sandbox_kind kind;
	enum needs needs;
	int (*try)(void);
	int want;
} rows[] = {
	{ "memory", SANDBOX_OFFLINE, ALWAYS, take_memory, 0 },
	{ "a thread", SANDBOX_OFFLINE, ALWAYS, start_thread, 0 },
	{ "a limit is read", SANDBOX_OFFLINE, ALWAYS, read_limit, 0 },
	{ "the time of day", SANDBOX_OFFLINE, ALWAYS, local_time, 0 },
	{ "a file below a path kept", SANDBOX_OFFLINE, ALWAYS, read_kept, 0 },
	{ "a file kept, by a link elsewhere", SANDBOX_OFFLINE, ALWAYS, read_linked, 0 },
	{ "another file", SANDBOX_OFFLINE, LANDLOCK, read_other, EACCES },
	{ "another file, with network", SANDBOX_LIBRARIES, LANDLOCK, read_other, EACCES },
	{ "/etc/passwd", SANDBOX_LIBRARIES, LANDLOCK, read_passwd, EACCES },
	{ "writing to a file kept", SANDBOX_LIBRARIES, SECCOMP, write_kept, ENOSYS },
	{ "making a file", SANDBOX_LIBRARIES, SECCOMP, make_file, ENOSYS },
	{ "making a directory", SANDBOX_LIBRARIES, SECCOMP, make_directory, ENOSYS },
	{ "removing a file", SANDBOX_LIBRARIES, SECCOMP, remove_file, ENOSYS },
	{ "renaming a file", SANDBOX_LIBRARIES, SECCOMP, rename_file, ENOSYS },
	{ "changing a file's mode", SANDBOX_LIBRARIES, SECCOMP, change_mode, ENOSYS },
	{ "another program", SANDBOX_LIBRARIES, SECCOMP, run_program, ENOSYS },
	{ "another process", SANDBOX_LIBRARIES, SECCOMP, start_process, ENOSYS },
	{ "a signal to another process", SANDBOX_LIBRARIES, SECCOMP, signal_parent, ENOSYS },
	{ "ptrace", SANDBOX_LIBRARIES, SECCOMP, trace, ENOSYS },
	{ "another process' memory", SANDBOX_LIBRARIES, SECCOMP, look_into_parent, ENOSYS },
	{ "another user", SANDBOX_LIBRARIES, SECCOMP, become_root, ENOSYS },
	{ "a limit is set", SANDBOX_LIBRARIES, SECCOMP, raise_limit, ENOSYS },
	{ "a namespace", SANDBOX_LIBRARIES, SECCOMP, new_namespace, ENOSYS },
	{ "typing into a terminal", SANDBOX_LIBRARIES, SECCOMP, type_for_user, ENOSYS },
	{ "a call that is on no list", SANDBOX_LIBRARIES, SECCOMP, unlisted_call, ENOSYS },
	{ "making code", SANDBOX_LIBRARIES, SECCOMP, make_code, ENOSYS },
	{ "code that can be written", SANDBOX_LIBRARIES, SECCOMP, make_writable_code, ENOSYS },
	{ "turning memory into code", SANDBOX_LIBRARIES, SECCOMP, turn_into_code, ENOSYS },
	{ "a library", SANDBOX_LIBRARIES, ALWAYS, load_library, 0 },
	{ "a library, where none is needed", SANDBOX_NETWORK, SECCOMP, load_library, STARTED },
	{ "TCP", SANDBOX_NETWORK, ALWAYS, tcp_socket, 0 },
	{ "UDP", SANDBOX_NETWORK, ALWAYS, udp6_socket, 0 },
	{ "TCP, offline", SANDBOX_OFFLINE, SECCOMP, tcp_socket, ENOSYS },
	{ "UDP, offline", SANDBOX_OFFLINE, SECCOMP, udp6_socket, ENOSYS },
	{ "a Unix socket", SANDBOX_LIBRARIES, SECCOMP, unix_socket, ENOSYS },
	{ "a netlink socket", SANDBOX_LIBRARIES, SECCOMP, netlink_socket, ENOSYS },
	{ "a raw socket", SANDBOX_LIBRARIES, SECCOMP, raw_socket, ENOSYS },
	{ "a port kept", SANDBOX_NETWORK, ALWAYS, connect_kept, 0 },
	{ "another port", SANDBOX_NETWORK, PORTS, connect_other, EACCES },
	{ "an address of ours", SANDBOX_NETWORK, ALWAYS, bind_any, 0 },
	{ "a port of ours", SANDBOX_NETWORK, PORTS, bind_port, EACCES },
	{ "a server", SANDBOX_LIBRARIES, SECCOMP, wait_for_connection, ENOSYS },
};

static const char *
lacks(enum needs needs)
{
	if (needs == LANDLOCK && !kernel_landlock)
		return "no Landlock here";
	if (needs == PORTS && !kernel_ports)
		return "no Landlock for ports here";
	return needs == SECCOMP && !kernel_seccomp ? "no seccomp here" : NULL;
}

static struct sandbox
sandbox_of(struct pool *p, enum sandbox_kind kind)
{
	struct sandbox s = { .pool = p, .kind = kind };

	sandbox_path(&s, kept);
	sandbox_path(&s, "/proc/self/status");
	sandbox_path(&s, "/nonexistent");
	sandbox_port(&s, port);
	return s;
}

/* What fn comes to in a process of its own; over 1000: a signal. */
static int
in_child(int (*fn)(void *), void *arg)
{
	int (*const with_arg)(void *) = fn;
	pid_t pid;
	int status = 0;

	fflush(stdout);
	pid = fork();
	TAP_MUST(pid != -1);
	if (pid == 0)
		_exit(with_arg(arg));
	TAP_MUST(waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int
enter_and_try(void *arg)
{
	size_t i = *(const size_t *)arg;
	struct sandbox s = sandbox_of(pool_new(), rows[i].kind);

	sandbox_enter(&s);
	return rows[i].try();
}

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why = lacks(rows[i].needs);
		int got;

		if (why != NULL) {
			tap_ok(true, "sandbox: %s # SKIP %s", rows[i].name, why);
			continue;
		}
		got = in_child(enter_and_try, &i);
		if (!tap_ok(got == rows[i].want, "sandbox: %s: %s", rows[i].name,
			rows[i].want == 0 ? "there" : "refused"))
			printf("# got %d (%s)\n", got, strerror(got));
	}
}

/* Where there is no filter, Landlock has to do. */
static const struct {
	const char *name;
	int (*try)(void);
	int want;
} without_filter[] = {
	{ "a file kept is read", read_kept, 0 },
	{ "another is not", read_other, EACCES },
	{ "nothing is written", write_kept, EACCES },
	{ "nothing made", make_file, EACCES },
	{ "no directory either", make_directory, EACCES },
	{ "nothing removed", remove_file, EACCES },
	{ "nothing renamed", rename_file, EACCES },
	{ "nothing run", run_program, EACCES },
};

static int
landlock_and_try(void *arg)
{
	struct sandbox s = sandbox_of(pool_new(), SANDBOX_NETWORK);

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return sandbox_landlock(&s) < 1 ? STARTED : without_filter[*(const size_t *)arg].try();
}

static void
test_landlock(void)
{
	for (size_t i = 0; i < sizeof(without_filter) / sizeof(without_filter[0]); i++)
		tap_ok(!kernel_landlock || in_child(landlock_and_try, &i) == without_filter[i].want,
		    "Landlock alone: %s%s", without_filter[i].name,
		    kernel_landlock ? "" : " # SKIP no Landlock here");
}

/* --- more than one row can say */

static int
any_port(void *arg)
{
	struct sandbox s = sandbox_of(pool_new(), SANDBOX_NETWORK);

	(void)arg;
	s.any_port = true;
	sandbox_enter(&s);
	return connect_other() == 0 && bind_port() == (kernel_ports ? EACCES : 0) ? 0 : 1;
}

static int
no_capabilities(void *arg)
{
	struct sandbox s = sandbox_of(pool_new(), SANDBOX_OFFLINE);

	(void)arg;
	sandbox_enter(&s);
	return count_capabilities();
}

/* A thread that was there before. */
struct early {
	pthread_barrier_t begun, entered;
	bool idle;
	int file, socket;
};

static void *
early(void *arg)
{
	struct early *e = arg;

	if (e->idle)
		sandbox_idle(false);
	pthread_barrier_wait(&e->begun);
	pthread_barrier_wait(&e->entered);
	e->file = read_kept();
	e->socket = tcp_socket();
	return NULL;
}

static int
early_thread(void *arg)
{
	struct early e = { .idle = *(const bool *)arg };
	struct sandbox s = sandbox_of(pool_new(), SANDBOX_OFFLINE);
	pthread_t thread;

	pthread_barrier_init(&e.begun, NULL, 2);
	pthread_barrier_init(&e.entered, NULL, 2);
	if (pthread_create(&thread, NULL, early, &e) != 0)
		return STARTED;
	pthread_barrier_wait(&e.begun);
	sandbox_enter(&s);
	pthread_barrier_wait(&e.entered);
	pthread_join(thread, NULL);
	if (kernel_seccomp && e.socket != ENOSYS)
		return 1;
	return e.file == (e.idle && kernel_landlock ? EACCES : 0) ? 0 : 2;
}

/* A container that forbids both: the check goes on, and says so. */
static int
forbidden(void *arg)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_create_ruleset, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };
	struct sandbox s = sandbox_of(pool_new(), SANDBOX_OFFLINE);
	const char *words;

	(void)arg;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1)
		return STARTED;
	words = sandbox_enter(&s);
	return strcmp(words,
		   "no Landlock (Operation not permitted), no seccomp filter (Operation not "
		   "permitted), no capabilities") == 0 &&
		read_other() == 0
	    ? 0
	    : 1;
}

static int
say_all(void *arg)
{
	struct sandbox s = sandbox_of(pool_new(), SANDBOX_NETWORK);
	const char *words;

	(void)arg;
	sandbox_port(&s, port);
	words = sandbox_enter(&s);
	return strstr(words, "seccomp filter, no capabilities") != NULL &&
	    strstr(words, "(3 paths to read, TCP to port ") != NULL ? 0 : 1;
}

/* --- another user */

static void *
uid_seen(void *arg)
{
	struct early *e = arg;

	sandbox_idle(true);
	pthread_barrier_wait(&e->begun);
	pthread_barrier_wait(&e->entered);
	e->file = syscall(SYS_getuid) == NOBODY ? 0 : 1;
	return NULL;
}

static int
become_nobody(void *arg)
{
	struct early e = { 0 };
	struct sandbox_user user;
	struct err err = { 0 };
	pthread_t thread;
	gid_t groups[1];

	(void)arg;
	pthread_barrier_init(&e.begun, NULL, 2);
	pthread_barrier_init(&e.entered, NULL, 2);
	if (sandbox_user(&user, "65534", &err) == -1 ||
	    pthread_create(&thread, NULL, uid_seen, &e) != 0)
		return STARTED;
	pthread_barrier_wait(&e.begun);
	if (sandbox_become(&user, &err) == -1)
		return 1;
	pthread_barrier_wait(&e.entered);
	pthread_join(thread, NULL);
	if (getuid() != NOBODY || geteuid() != NOBODY || getegid() == 0 ||
	    getgroups(1, groups) != 0)
		return 2;
	return setuid(0) == -1 && count_capabilities() == 0 ? e.file : 3;
}

static void
test_users(void)
{
	struct sandbox_user user = { 1, 1 };
	struct err e = { 0 };

	tap_ok(sandbox_user(&user, "root", &e) == (geteuid() == 0 ? 0 : -1), "user: root");
	tap_ok(sandbox_user(&user, "no-such-user", &e) == -1, "user: nobody of that name");
	tap_is(e.msg, "--user: \"no-such-user\" is no user in /etc/passwd", "user: the reason");
	tap_ok(sandbox_user(&user, "4000000000", &(struct err){ 0 }) == -1,
	    "user: nobody with that number");
	if (geteuid() == 0)
		tap_ok(in_child(become_nobody, NULL) == 0,
		    "user: root becomes another, in all threads");
	else
		tap_ok(true, "user: root becomes another # SKIP not root");
}

/* --- */

static int
listen_somewhere(uint16_t *at)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	TAP_MUST(fd != -1 && bind(fd, (struct sockaddr *)&a, len) == 0 && listen(fd, 8) == 0);
	TAP_MUST(getsockname(fd, (struct sockaddr *)&a, &len) == 0);
	*at = ntohs(a.sin_port);
	return fd;
}

static void
make_world(void)
{
	FILE *f;

	TAP_MUST(mkdtemp(dir) != NULL && chmod(dir, 0755) == 0);
	snprintf(kept, sizeof(kept), "%s/kept", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	snprintf(linked, sizeof(linked), "%s/link", dir);
	TAP_MUST((f = fopen(kept, "we")) != NULL && fclose(f) == 0);
	TAP_MUST((f = fopen(other, "we")) != NULL && fclose(f) == 0);
	TAP_MUST(symlink(kept, linked) == 0);
	listener = listen_somewhere(&port);
	other_listener = listen_somewhere(&other_port);
}

static void
remove_world(void)
{
	unlink(kept);
	unlink(other);
	unlink(linked);
	rmdir(dir);
	close(listener);
	close(other_listener);
}

static int
seccomp_offered(void *arg)
{
	(void)arg;
	/* no filter at all: EFAULT where filters are known */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) == -1 && errno == EFAULT ? 0
											       : 1;
}

static void
ask_kernel(void)
{
	long abi = syscall(444, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	kernel_landlock = abi >= 1;
	kernel_ports = abi >= 4;
	kernel_seccomp = in_child(seccomp_offered, NULL) == 0;
}

/* Sanitizers need what would be given up. */
static int
nothing_given_up(void *arg)
{
	struct sandbox s = sandbox_of(pool_new(), SANDBOX_OFFLINE);

	(void)arg;
	return strcmp(sandbox_enter(&s), "none in this build") == 0 && tcp_socket() == 0 &&
	    read_other() == 0 ? 0 : 1;
}

static void
test_more(void)
{
	bool no = false, yes = true;

	tap_ok(in_child(any_port, NULL) == 0, "any port to connect to, none to listen at");
	tap_ok(in_child(no_capabilities, NULL) == 0, "no capability is left");
	tap_ok(in_child(early_thread, &no) == 0, "a thread there before has the filter, too");
	tap_ok(in_child(early_thread, &yes) == 0, "an idle one may read nothing");
	tap_ok(in_child(forbidden, NULL) == 0, "where the kernel forbids it, that is said");
	if (kernel_ports && kernel_seccomp)
		tap_ok(in_child(say_all, NULL) == 0, "what became of it is said");
}

int
main(void)
{
	make_world();
	ask_kernel();
	if (in_child(nothing_given_up, NULL) == 0) {
		tap_ok(true, "sandbox: this build keeps all");
	} else {
		test_rows();
		test_landlock();
		test_more();
	}
	test_users();
	remove_world();
	return tap_end();
}
