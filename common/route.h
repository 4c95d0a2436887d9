/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * route.h - from a target to the hosts to probe: MX, implicit and null MX, addresses, limits
 * (RFC 5321, 5.1; RFC 7505).
 */
#ifndef ROUTE_H
#define ROUTE_H

#include "dns.h"
#include "facts.h"
#include "plan.h"

/*
 * Fill in facts->hosts (every address of every MX in the run; one row without address for a name that has none),
 * mx, dns_us, null_mx, implicit_mx, dns_why, mx_total, mx_left_out, and fault (our resolver).
 * Hosts excluded by -4/-6 become HOST_SKIPPED rows, the others are HOST_NOT_STARTED; names without address UNTESTED.
 * Each host gets no pool yet.
 */
void route_domain(struct run_facts *facts, const struct plan *plan, struct dns *dns);

/* The same for the one host of check_smtp_tls (plan->host, or plan->host_address). */
void route_host(struct run_facts *facts, const struct plan *plan, struct dns *dns);

#endif
