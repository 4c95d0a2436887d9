// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * sandbox_landlock.c - files and ports by Landlock, as far as the kernel has it.  The C library has no functions for
 * this, and the kernel's header on the machine that builds may be older than the kernel that runs: the ABI is here.
 */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_landlock.h"

#ifndef SYS_landlock_create_ruleset	/* the same on all architectures */
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define ASK_VERSION 1u
#define RULE_PATH 1
#define RULE_PORT 2

#define FS_READ_FILE (1ull << 2)
#define NET_BIND (1ull << 0)
#define NET_CONNECT (1ull << 1)

/* All rights that an ABI knows, least first; each is given up unless a rule keeps it. */
static const struct {
	unsigned fs, net, scopes;	/* number of rights */
} known[] = {
	{ 13, 0, 0 },	/* 1 */
	{ 14, 0, 0 },	/* 2: links and renames across directories */
	{ 15, 0, 0 },	/* 3: truncate() */
	{ 15, 2, 0 },	/* 4: TCP */
	{ 16, 2, 0 },	/* 5: ioctl() of devices */
	{ 16, 2, 2 },	/* 6: abstract Unix sockets, signals to others */
};
#define KNOWN (int)(sizeof(known) / sizeof(known[0]))

/* struct landlock_ruleset_attr and the rules, as the kernel has them */
struct ruleset {
	uint64_t fs, net, scopes;
};
struct path_rule {
	uint64_t rights;
	int32_t fd;
} __attribute__((packed));
struct port_rule {
	uint64_t rights, port;
};

static uint64_t
all(unsigned n)
{
	return (1ull << n) - 1;
}

bool
sandbox_landlock_ports(int abi)
{
	return abi > 0 && known[abi - 1].net > 0;
}

static int
make(int abi, const struct sandbox *s)
{
	struct ruleset set = { .fs = all(known[abi - 1].fs),
		.net = all(known[abi - 1].net),
		.scopes = all(known[abi - 1].scopes) };
	/* an old kernel takes a short struct */
	size_t size = abi < 4 ? sizeof(set.fs) : abi < 6 ? 2 * sizeof(set.fs) : sizeof(set);

	if (s->any_port)
		set.net &= ~NET_CONNECT;
	return (int)syscall(SYS_landlock_create_ruleset, &set, size, 0);
}

static int
add_path(int set, const char *path)
{
	struct path_rule rule = { .rights = FS_READ_FILE,
		.fd = open(path, O_PATH | O_CLOEXEC) };
	int rc;

	if (rule.fd == -1)
		return 0;
	rc = (int)syscall(SYS_landlock_add_rule, set, RULE_PATH, &rule, 0);
	close(rule.fd);
	return rc;
}

static int
add_port(int set, uint64_t right, uint16_t port)
{
	const struct port_rule rule = { right, port };

	return (int)syscall(SYS_landlock_add_rule, set, RULE_PORT, &rule, 0);
}

static int
add_ports(int set, const struct sandbox *s)
{
	/* port 0: one of the kernel's choice, below an address of ours */
	int rc = s->kind == SANDBOX_OFFLINE ? 0 : add_port(set, NET_BIND, 0);

	for (size_t i = 0; i < s->nports && !s->any_port && rc == 0; i++)
		rc = add_port(set, NET_CONNECT, s->port[i]);
	return rc;
}

int
sandbox_landlock(const struct sandbox *s)
{
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
	int set, rc = 0;

	if (abi < 1)
		return -1;
	if (abi > KNOWN)
		abi = KNOWN;
	if ((set = make(abi, s)) == -1)
		return -1;
	for (size_t i = 0; i < s->npaths && rc == 0; i++)
		rc = add_path(set, s->path[i]);
	if (rc == 0 && sandbox_landlock_ports(abi))
		rc = add_ports(set, s);
	if (rc == 0)
		rc = (int)syscall(SYS_landlock_restrict_self, set, 0);
	close(set);
	return rc == 0 ? abi : -1;
}
