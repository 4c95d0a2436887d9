/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sandbox_landlock.h - files and ports by Landlock, as far as the kernel has it. */
#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include "sandbox.h"

/* Keep the paths and ports of s for this thread and those it starts: the ABI used, or -1 with errno. */
int sandbox_landlock(const struct sandbox *s);

/* Does this ABI know of TCP ports? */
bool sandbox_landlock_ports(int abi);

#endif
