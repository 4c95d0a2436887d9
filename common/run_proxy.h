/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_proxy.h - the SOCKS proxy of a run: where it is, and whether it takes us.  For run.c alone. */
#ifndef RUN_PROXY_H
#define RUN_PROXY_H

#include "dns.h"
#include "facts.h"
#include "plan.h"

/*
 * Fill in the addresses of plan->socks and try it, before anybody else does.  FAULT_NONE where it works, or there
 * is none; else *why, in p, and nothing can be tested.
 */
enum fault run_proxy_find(const char **why, struct pool *p, const struct plan *plan,
    struct dns *dns);

/*
 * Where it refused to go on to a host, or this machine had no way to one, nothing can be said of the target: that is
 * the fault of the run, too.
 */
void run_proxy_judge(struct run_facts *facts);

#endif
