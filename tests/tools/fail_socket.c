// SPDX-License-Identifier: GPL-3.0-or-later
/* fail_socket.c - put in front of a command (LD_PRELOAD), the system has no more files for TCP. */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

int
socket(int family, int type, int protocol)
{
	static int (*own)(int, int, int);

	if (own == NULL)
		*(void **)&own = dlsym(RTLD_NEXT, "socket");
	if ((type & 0xf) == SOCK_STREAM && family != AF_UNIX) {
		errno = ENFILE;
		return -1;
	}
	return own(family, type, protocol);
}
