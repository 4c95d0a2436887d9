// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * filters.c - prints sandbox_filters.c: the seccomp filters of sandbox.h as arrays of BPF, made by libseccomp.
 *
 * Run while the plugins are built: making a filter at every start would cost each run more than all else it does
 * for its safety (a library to load, and some million instructions), and it is the same each time.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/filter.h>
#include <seccomp.h>

#include "sandbox_filters.h"

#define MOST 4096 /* instructions: BPF_MAXINSNS, what the kernel takes */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#ifdef __s390__
#define CLONE_FLAGS 1 /* its first argument is the stack */
#else
#define CLONE_FLAGS 0
#endif

#define ALL (1u << SANDBOX_OFFLINE | 1u << SANDBOX_NETWORK | 1u << SANDBOX_LIBRARIES)
#define NET (1u << SANDBOX_NETWORK | 1u << SANDBOX_LIBRARIES)
#define LIB (1u << SANDBOX_LIBRARIES)

/* An argument, counted from 0, is value; or those bits of it are that are in mask. */
#define IS(arg, value)                                                                             \
	{                                                                                          \
		arg, SCMP_CMP_EQ, value, 0                                                         \
	}
#define MASKED(arg, mask, value)                                                                   \
	{                                                                                          \
		arg, SCMP_CMP_MASKED_EQ, mask, value                                               \
	}

/* Memory, threads, time, what is open already, files to read: nothing here reaches beyond the process. */
static const char *const harmless[] = {
	/* memory */
	"brk", "madvise", "mremap", "munmap",
	/* threads, and waiting for them */
	"arch_prctl", "exit", "exit_group", "futex", "futex_time64", "get_robust_list", "getcpu",
	"membarrier", "restart_syscall", "rseq", "sched_getaffinity", "sched_yield",
	"set_robust_list", "set_tid_address", "set_thread_area",
	/* signals of our own; abort() */
	"rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend",
	"rt_sigtimedwait", "rt_sigtimedwait_time64", "sigaltstack", "sigreturn", "tgkill",
	/* time */
	"clock_getres", "clock_getres_time64", "clock_gettime", "clock_gettime64",
	"clock_nanosleep", "clock_nanosleep_time64", "gettimeofday", "nanosleep", "time",
	/* who and where we are */
	"getegid", "getegid32", "geteuid", "geteuid32", "getgid", "getgid32", "getpid", "getppid",
	"getrandom", "getrlimit", "getrusage", "gettid", "getuid", "getuid32", "sysinfo", "ugetrlimit",
	"uname",
	/* descriptors */
	"_llseek", "_newselect", "close", "close_range", "dup", "dup2", "dup3", "epoll_create",
	"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd",
	"eventfd2", "fcntl", "fcntl64", "lseek", "pipe", "pipe2", "poll", "ppoll", "ppoll_time64",
	"pread64", "preadv", "pselect6", "pselect6_time64", "pwrite64", "read", "readv", "select",
	"socketpair", "write", "writev",
	/* files; what may be opened, Landlock says */
	"access", "faccessat", "faccessat2", "fadvise64", "fadvise64_64", "fstat", "fstat64",
	"fstatat64", "fstatfs", "fstatfs64", "getcwd", "getdents", "getdents64", "lstat", "lstat64",
	"newfstatat", "readlink", "readlinkat", "stat", "stat64", "statfs", "statfs64", "statx",
};

static const char *const network[] = { "accept4", "bind", "connect", "getpeername", "getsockname",
	"getsockopt", "recv", "recvfrom", "recvmmsg", "recvmmsg_time64", "recvmsg", "send",
	"sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown" };

/* Calls that are harmless with some arguments only. */
static const struct {
	const char *name;
	unsigned kinds;		/* 1 << enum sandbox_kind each */
	unsigned n;
	struct scmp_arg_cmp arg[2];
} partly[] = {
	/* nothing is written, nothing made */
	{ "open", ALL, 1, { MASKED(1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY) } },
	{ "openat", ALL, 1,
	    { MASKED(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY) } },
	/* threads, no processes; the flags of clone3() cannot be seen, and glibc does without */
	{ "clone", ALL, 1, { MASKED(CLONE_FLAGS, CLONE_VM | CLONE_THREAD, CLONE_VM | CLONE_THREAD) } },
	/* limits are read, not set */
	{ "prlimit64", ALL, 2, { IS(0, 0), IS(2, 0) } },
	/* no code is made */
	{ "mmap", ALL, 1, { MASKED(2, PROT_EXEC, 0) } },
	{ "mmap2", ALL, 1, { MASKED(2, PROT_EXEC, 0) } },
	{ "mprotect", ALL, 1, { MASKED(2, PROT_EXEC, 0) } },
	/* but that of a file's is taken, which cannot be written to then */
	{ "mmap", LIB, 2, { MASKED(2, PROT_EXEC | PROT_WRITE, PROT_EXEC),
	    MASKED(3, MAP_ANONYMOUS, 0) } },
	{ "mmap2", LIB, 2, { MASKED(2, PROT_EXEC | PROT_WRITE, PROT_EXEC),
	    MASKED(3, MAP_ANONYMOUS, 0) } },
	/* a terminal can be looked at, not typed into */
	{ "ioctl", ALL, 1, { IS(1, TCGETS) } },
	{ "ioctl", ALL, 1, { IS(1, TIOCGWINSZ) } },
	{ "ioctl", ALL, 1, { IS(1, FIONREAD) } },
	{ "ioctl", ALL, 1, { IS(1, FIONBIO) } },
	/* TCP and UDP: no services of this machine behind Unix sockets, nothing raw */
	{ "socket", NET, 2, { IS(0, AF_INET),
	    MASKED(1, 0xf, SOCK_STREAM) } },
	{ "socket", NET, 2, { IS(0, AF_INET),
	    MASKED(1, 0xf, SOCK_DGRAM) } },
	{ "socket", NET, 2, { IS(0, AF_INET6),
	    MASKED(1, 0xf, SOCK_STREAM) } },
	{ "socket", NET, 2, { IS(0, AF_INET6),
	    MASKED(1, 0xf, SOCK_DGRAM) } },
};

static void
need(int rc, const char *what)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "filters: %s: error %d\n", what, -rc);
	exit(1);
}

/* Names that another architecture has, or a newer libseccomp knows, are passed over. */
static void
allow(scmp_filter_ctx ctx, const char *name, unsigned n, const struct scmp_arg_cmp *arg)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number != __NR_SCMP_ERROR)
		need(seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, number, n, arg), name);
}

/*
 * All else fails as in a kernel that does not have it: what a C library of tomorrow tries first, it tries another way
 * then.  Killing would be safer by nothing, and end a check at night for a call that did no harm.
 */
static scmp_filter_ctx
filter(unsigned kind)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));

	need(ctx == NULL ? -ENOMEM : 0, "libseccomp");
	need(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)), "libseccomp");
	/* one look-up in a tree instead of a list to go through; an old libseccomp cannot */
	(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; i < COUNT(harmless); i++)
		allow(ctx, harmless[i], 0, NULL);
	for (size_t i = 0; i < COUNT(network) && (NET & 1u << kind) != 0; i++)
		allow(ctx, network[i], 0, NULL);
	for (size_t i = 0; i < COUNT(partly); i++)
		if ((partly[i].kinds & 1u << kind) != 0)
			allow(ctx, partly[i].name, partly[i].n, partly[i].arg);
	return ctx;
}

static size_t
print_filter(unsigned kind)
{
	static struct sock_filter code[MOST];
	FILE *file = tmpfile();
	scmp_filter_ctx ctx = filter(kind);
	size_t n;

	need(file == NULL ? -errno : 0, "temporary file");
	need(seccomp_export_bpf(ctx, fileno(file)), "export");
	rewind(file);
	n = fread(code, sizeof(code[0]), MOST, file);
	printf("\nstatic const struct sock_filter filter%u[] = {\n", kind);
	for (size_t i = 0; i < n; i++)
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", code[i].code, code[i].jt, code[i].jf,
		    code[i].k);
	puts("};");
	fclose(file);
	seccomp_release(ctx);
	return n;
}

int
main(void)
{
	size_t n[SANDBOX_KINDS];

	puts("/* Made by common/gen/filters.c. */\n#include \"sandbox_filters.h\"");
	for (unsigned kind = 0; kind < SANDBOX_KINDS; kind++)
		n[kind] = print_filter(kind);
	puts("\nconst struct sandbox_filter sandbox_filters[SANDBOX_KINDS] = {");
	for (unsigned kind = 0; kind < SANDBOX_KINDS; kind++)
		printf("\t{ filter%u, %zu },\n", kind, n[kind]);
	puts("};");
	return fflush(stdout) == 0 ? 0 : 1;
}
