/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_chain.h - check_dane --chain: the certificates of a file in place of servers.  For run.c alone. */
#ifndef RUN_CHAIN_H
#define RUN_CHAIN_H

#include "facts.h"
#include "plan.h"
#include "probe.h"

/* --tlsa: the one host, with the records of the plan, which count as secure.  Nothing is looked up. */
void run_chain_host(struct run_facts *facts, const struct plan *plan);

/*
 * Judge the chain for every host that was found, now one row for each MX: addresses matter no more.  Nothing is
 * connected to.
 */
void run_chain(struct run_facts *facts, const struct probe_env *env, const struct tls_chain *chain);

#endif
