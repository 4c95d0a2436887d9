/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread.h - threads that cost no more than they need. */
#ifndef THREAD_H
#define THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "pool.h"

/* Bytes: the deepest call of a conversation, the handshake, uses a tenth; pages unused cost nothing. */
#define THREAD_STACK (256 * 1024)

/* Call run(arg) in a thread with a stack of so many bytes; pthread_join() is due.  False: no thread is to be had. */
bool thread_start(pthread_t *thread, size_t stack, void *(*run)(void *), void *arg);

/*
 * Call work(arg) in n threads at once, the caller's among them, and wait for all to return.  n 0 counts as 1.  Where
 * fewer are to be had it takes longer, and does not fail.  p: for what is needed meanwhile.
 */
void thread_crew(struct pool *p, size_t n, void *(*work)(void *), void *arg);

#endif
