// SPDX-License-Identifier: GPL-3.0-or-later
/* secret.c - what a process that holds a password owes it. */
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "secret.h"

#ifdef M_PERTURB
#define FREED 0x55	/* any byte but 0, which would switch it off */
static void
overwrite_freed(void)
{
	mallopt(M_PERTURB, FREED);
}
#else
static void
overwrite_freed(void)
{
}
#endif

void
secret_hold(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	overwrite_freed();
}
