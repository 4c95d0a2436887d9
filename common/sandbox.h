/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sandbox.h - what a run still needs once its files are read, and giving up all else: capabilities, files, ports and
 * system calls.  What the kernel does not offer is left out, and said.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "pool.h"
#include "sandbox_filters.h"

struct sandbox {
	struct pool *pool;
	enum sandbox_kind kind;
	bool any_port;			/* TCP to wherever the network says: ports do not matter then */
	const char **path;		/* to be read: a file, or all files below a directory */
	uint16_t *port;			/* TCP may go to these */
	size_t npaths, nports;
};

/* The path must outlive sandbox_enter(); one that is not there does not matter. */
void sandbox_path(struct sandbox *s, const char *path);
void sandbox_port(struct sandbox *s, uint16_t port);

/* A user of this machine to become. */
struct sandbox_user {
	uid_t uid;
	gid_t gid;
};

/* By name or by number, from /etc/passwd; -1: said in e (ERR_USAGE), as it is when we may not become that user. */
int sandbox_user(struct sandbox_user *user, const char *name, struct err *e);

/* Become it, in all threads, without other groups.  -1 in e: still the one we were. */
int sandbox_become(const struct sandbox_user *user, struct err *e);

/*
 * Keep what s says, for all threads that are there or come (Landlock: for this one and those it starts).  What became
 * of it in words, in s's pool: "seccomp filter, Landlock ABI 4, no capabilities".
 */
const char *sandbox_enter(const struct sandbox *s);

/*
 * For a thread that begins before sandbox_enter(), and neither opens a file nor connects; sandbox_enter() has to come
 * after it, as it forbids this.  user_changes: sandbox_become() is still to come.
 */
void sandbox_idle(bool user_changes);

#endif
