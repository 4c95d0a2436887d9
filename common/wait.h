/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wait.h - the one place where a thread waits for the network. */
#ifndef WAIT_H
#define WAIT_H

#include <stddef.h>
#include <stdint.h>
#include <poll.h>

/* Wait until fd has one of events (POLLIN, POLLOUT) or the tick deadline comes.  1: ready (or the peer
 * hung up: the next read tells), 0: the deadline. */
int wait_fd(int fd, short events, int64_t deadline);

/* The same of several descriptors; revents tell.  Number ready, 0: the deadline. */
int wait_fds(struct pollfd *fds, size_t n, int64_t deadline);

/* For a TCP socket: wait_fd(POLLIN) with TCP_QUICKACK set first, so that no delayed ACK of ours adds 40 ms. */
int wait_stream(int fd, int64_t deadline);

#endif
