// SPDX-License-Identifier: GPL-3.0-or-later
/* sslprobe.c - the first MX of a run, handed to testssl.sh. */
#include <stdlib.h>
#include <string.h>

#include "sslprobe.h"

#define ARGS 5

const struct host *
sslprobe_host(const struct run_facts *facts)
{
	for (size_t i = 0; i < facts->nhosts; i++)
		if (facts->hosts[i].status == HOST_NOT_STARTED)
			return &facts->hosts[i];
	return NULL;
}

static bool
is_plain(const char *name)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	return name[0] != '\0' && name[0] != '-' && strspn(name, plain) == strlen(name);
}

const char *const *
sslprobe_args(struct pool *p, const struct plan *plan, const struct host *h)
{
	const char **args = pool_array(p, ARGS, sizeof(*args));
	struct addr literal;
	bool address = addr_parse(&literal, h->mx);
	size_t n = 0;

	if (!address && !is_plain(h->mx))
		return NULL;
	args[n++] = "testssl.sh";
	if (!plan->direct_tls) {
		args[n++] = "--starttls";
		args[n++] = "smtp";
	}
	if (address && literal.family == AF_INET6)
		args[n] = pool_printf(p, "[%s]:%u", literal.text, h->port);
	else
		args[n] = pool_printf(p, "%s:%u", h->mx, h->port);
	return args;
}

static const char *
nobody(const struct run_facts *facts)
{
	if (facts->fault != FAULT_NONE)
		return facts->fault_why;
	if (facts->null_mx)
		return "the domain takes no mail (null MX)";
	if (facts->dns_why != NULL)
		return facts->dns_why;
	return facts->nhosts > 0 && facts->hosts[0].why != NULL ? facts->hosts[0].why : "no MX";
}

int
sslprobe_run(const struct plan *plan, const struct run_facts *facts, const struct child_sink *sink,
    struct err *e)
{
	static const char *const names[] = { "testssl.sh", "testssl", NULL };
	const struct host *h = sslprobe_host(facts);
	const char *const *args, *file;
	struct err why = { 0 };

	if (h == NULL)
		return err_set(e, ERR_CONNECT, "no host for testssl.sh: %.160s", nobody(facts));
	if ((args = sslprobe_args(facts->pool, plan, h)) == NULL)
		return err_set(e, ERR_PROTO, "\"%.100s\" is no name to hand to testssl.sh", h->mx);
	if ((file = child_find(facts->pool, names, getenv("PATH"))) == NULL)
		return err_set(e, ERR_SYSTEM,
		    "testssl.sh is not installed (package testssl.sh, or in PATH)");
	if (child_run(file, args, sink, plan->deadline, &why) == 0)
		return 0;
	if (why.kind == ERR_TIMEOUT)
		return err_set(e, ERR_TIMEOUT, "testssl.sh was ended after %g s", plan->timeout);
	return err_set(e, ERR_SYSTEM, "testssl.sh: %s", why.msg);
}
