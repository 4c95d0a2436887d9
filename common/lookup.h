/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookup.h - the addresses of a host beside the mail servers: a responder of OCSP, a proxy. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "dns.h"
#include "plan.h"

/*
 * Up to max addresses of host, which may be an address itself, of the families that the plan allows, IPv4 first.
 * How many; 0: none, and *why says so ("no such name"), in p.
 */
size_t lookup_host(struct addr *out, size_t max, struct pool *p, const char *host,
    const struct plan *plan, struct dns *dns, int64_t deadline, const char **why);

#endif
