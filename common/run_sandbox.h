/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_sandbox.h - before a run's first byte from the network: giving up what it does not need. */
#ifndef RUN_SANDBOX_H
#define RUN_SANDBOX_H

#include "dns.h"
#include "store.h"

/*
 * For the rest of the process.  All files that are read once have been read; store and dns say what they read later,
 * NULL: nothing, and dns NULL: the run touches no network.  *words, in p: what became of it.
 * -1 in e: --user names nobody, or not whom we may become.
 */
int run_sandbox(const char **words, struct pool *p, const struct plan *plan,
    const struct cert_store *store, const struct dns *dns, struct err *e);

#endif
