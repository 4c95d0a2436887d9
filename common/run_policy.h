/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run_policy.h - the policy of a run's domain, found in a thread beside route and probes. */
#ifndef RUN_POLICY_H
#define RUN_POLICY_H

#include "policy.h"

struct run_policy;

/* Start.  What env points to must stay until run_policy_join(), which is due. */
struct run_policy *run_policy_start(const struct policy_env *env);

/*
 * Wait for the end, which is by the plan's deadline, and fill in mtasts, tlsrpt, policy_pool and fault of
 * facts.  NULL is fine.
 */
void run_policy_join(struct run_policy *job, struct run_facts *facts);

#endif
