/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * no_getaddrinfo.c - preloaded into a program, ends it as soon as it asks the C library to resolve a name:
 * such a call knows no deadline.
 */
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

#define CAUGHT(name) caught(#name " called\n", sizeof(#name " called\n") - 1)

static void
caught(const char *line, size_t n)
{
	if (write(STDERR_FILENO, line, n) < 0)
		_exit(134);
	abort();
}

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **result)
{
	(void)node, (void)service, (void)hints, (void)result;
	CAUGHT(getaddrinfo);
	return EAI_FAIL;
}

struct hostent *
gethostbyname(const char *name)
{
	(void)name;
	CAUGHT(gethostbyname);
	return NULL;
}

struct hostent *
gethostbyname2(const char *name, int family)
{
	(void)name, (void)family;
	CAUGHT(gethostbyname2);
	return NULL;
}

int
gethostbyname_r(const char *name, struct hostent *host, char *buf, size_t n,
    struct hostent **result, int *error)
{
	(void)name, (void)host, (void)buf, (void)n, (void)result, (void)error;
	CAUGHT(gethostbyname_r);
	return -1;
}
