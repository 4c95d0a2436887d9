// SPDX-License-Identifier: GPL-3.0-or-later
/* sandbox.c - giving up what a run does not need. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/seccomp.h>

#include "sandbox_landlock.h"
#include "text.h"

#define PASSWD "/etc/passwd"
#define NAME_SHOWN 40
#define ID_MAX 4294967294.0	/* (uid_t)-1 means none */

/*
 * Where libraries are that are loaded when a run turns out to need them.  Their own configuration is none of ours;
 * which of them reads some does without.
 */
static const char *const library_paths[] = { "/lib", "/lib64", "/usr/lib", "/usr/lib64",
	"/usr/local/lib", "/usr/local/lib64", "/etc/ld.so.cache", "/etc/ld.so.preload" };

/* Sanitizers and their like look into /proc, start processes and write files: their builds keep what they have. */
#ifdef SANDBOX_UNFIT
static const bool unfit = true;
#else
static const bool unfit = false;
#endif

void
sandbox_path(struct sandbox *s, const char *path)
{
	s->path = pool_grow(s->pool, s->path, s->npaths, sizeof(*s->path));
	s->path[s->npaths++] = path;
}

void
sandbox_port(struct sandbox *s, uint16_t port)
{
	for (size_t i = 0; i < s->nports; i++)
		if (s->port[i] == port)
			return;
	s->port = pool_grow(s->pool, s->port, s->nports, sizeof(*s->port));
	s->port[s->nports++] = port;
}

/* --- another user */

/* The C library's own look-up would load modules and ask whoever nsswitch.conf names. */
static bool
find_user(struct sandbox_user *user, const char *name)
{
	FILE *f = fopen(PASSWD, "re");
	long number = -1;
	bool by_number = text_int(name, 0, (long)ID_MAX, &number), found = false;
	const struct passwd *entry;

	while (f != NULL && !found && (entry = fgetpwent(f)) != NULL) {
		found = by_number ? entry->pw_uid == (uid_t)number
				  : strcmp(entry->pw_name, name) == 0;
		if (found)
			*user = (struct sandbox_user){ entry->pw_uid, entry->pw_gid };
	}
	if (f != NULL)
		fclose(f);
	return found;
}

int
sandbox_user(struct sandbox_user *user, const char *name, struct err *e)
{
	char shown[NAME_SHOWN];

	snprintf(shown, sizeof(shown), "%s", name);
	if (!find_user(user, name))
		return err_set(e, ERR_USAGE, "--user: \"%s\" is no user in " PASSWD, shown);
	if (user->uid != geteuid() && geteuid() != 0)
		return err_set(e, ERR_USAGE, "--user: only root can become %s", shown);
	return 0;
}

int
sandbox_become(const struct sandbox_user *user, struct err *e)
{
	if (user->uid == getuid() && user->uid == geteuid())
		return 0;
	if (setgroups(0, NULL) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
	    setresuid(user->uid, user->uid, user->uid) == 0)
		return 0;
	return err_set(e, ERR_SYSTEM, "--user: cannot change the user: %s", strerrordesc_np(errno));
}

/* --- capabilities */

/* Of this thread; whoever has none has none to give up. */
static bool
drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	/* nor does a program that is run get any */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return syscall(SYS_capset, &head, none) == 0;
}

static const char *
capabilities_words(bool dropped)
{
	return dropped ? "no capabilities" : "capabilities kept";
}

/* --- all of it */

/* -1 with errno.  TSYNC: in all threads, or in none. */
static int
install_filter(enum sandbox_kind kind)
{
	const struct sandbox_filter *filter = &sandbox_filters[kind];
	/* the kernel takes it as const; the struct is older than that word */
	const struct sock_fprog program = { filter->n,
		(struct sock_filter *)(uintptr_t)filter->code };
	long rc = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
	    &program);

	/* positive: the thread that has another filter */
	if (rc > 0)
		errno = EBUSY;
	return rc == 0 ? 0 : -1;
}

static void
add_ports(struct text *t, const struct sandbox *s)
{
	if (s->kind == SANDBOX_OFFLINE)
		text_add(t, ", no TCP");
	else if (s->any_port)
		text_add(t, ", TCP to any port");
	else
		text_add(t, ", TCP to port%s", s->nports > 1 ? "s" : "");
	for (size_t i = 0; i < s->nports && !s->any_port; i++)
		text_add(t, " %u", s->port[i]);
}

static void
add_landlock(struct text *t, const struct sandbox *s)
{
	int abi = sandbox_landlock(s);

	if (abi == -1) {
		text_add(t, "no Landlock (%s)", strerrordesc_np(errno));
		return;
	}
	text_add(t, "Landlock ABI %d (%zu path%s to read", abi, s->npaths,
	    s->npaths == 1 ? "" : "s");
	if (sandbox_landlock_ports(abi))
		add_ports(t, s);
	text_add(t, ")");
}

static void
add_filter(struct text *t, enum sandbox_kind kind)
{
	if (install_filter(kind) == -1)
		text_add(t, ", no seccomp filter (%s)", strerrordesc_np(errno));
	else
		text_add(t, ", seccomp filter%s", kind == SANDBOX_OFFLINE ? " (no sockets)" : "");
}

const char *
sandbox_enter(const struct sandbox *s)
{
	struct sandbox all = *s;
	struct text t = { .p = s->pool };
	bool dropped;

	if (unfit)
		return "none in this build";
	dropped = drop_capabilities();
	for (size_t i = 0; s->kind == SANDBOX_LIBRARIES &&
	     i < sizeof(library_paths) / sizeof(library_paths[0]); i++)
		sandbox_path(&all, library_paths[i]);
	add_landlock(&t, &all);
	/* last: it forbids what the others did */
	add_filter(&t, s->kind);
	text_add(&t, ", %s", capabilities_words(dropped));
	return text_get(&t);
}

void
sandbox_idle(bool user_changes)
{
	const struct sandbox nothing = { .kind = SANDBOX_OFFLINE };

	if (unfit)
		return;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* all threads change the user together, or the C library ends us; the capabilities go with root */
	if (!user_changes)
		drop_capabilities();
	sandbox_landlock(&nothing);
}
