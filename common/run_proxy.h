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

#endif
