/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wait.h - the one place where a thread waits for the network, or for another thread until a deadline. */
#ifndef WAIT_H
#define WAIT_H

#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <pthread.h>

/* Wait until fd has one of events (POLLIN, POLLOUT) or the tick deadline comes.  1: ready (or the peer
 * hung up: the next read tells), 0: the deadline. */
int wait_fd(int fd, short events, int64_t deadline);

/* The same of several descriptors; revents tell.  Number ready, 0: the deadline. */
int wait_fds(struct pollfd *fds, size_t n, int64_t deadline);

/* For a TCP socket: wait_fd(POLLIN) with TCP_QUICKACK set first, so that no delayed ACK of ours adds 40 ms. */
int wait_stream(int fd, int64_t deadline);

/* Make a condition that can be waited for until a tick.  pthread_cond_destroy() is due. */
void wait_cond_init(pthread_cond_t *cond);

/* With the lock, wait for a signal or the tick deadline.  1: something may have changed, 0: the deadline came. */
int wait_cond(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t deadline);

#endif
