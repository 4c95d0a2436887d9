/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sandbox_filters.h - seccomp filters, made while the plugins are built (gen/filters.c). */
#ifndef SANDBOX_FILTERS_H
#define SANDBOX_FILTERS_H

#include <linux/filter.h>

/* What a run may do: read files; talk to the network; load libraries, too.  Each more than the one before. */
enum sandbox_kind { SANDBOX_OFFLINE, SANDBOX_NETWORK, SANDBOX_LIBRARIES, SANDBOX_KINDS };

struct sandbox_filter {
	const struct sock_filter *code;
	unsigned short n;
};

extern const struct sandbox_filter sandbox_filters[SANDBOX_KINDS];

#endif
