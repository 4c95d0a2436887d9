/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret.h - what a process that holds a password owes it. */
#ifndef SECRET_H
#define SECRET_H

/*
 * From now on this process leaves no core and cannot be looked into by its own user, and memory is overwritten when
 * it is freed, that of libraries, too (where the C library can).  Before the first thread.
 */
void secret_hold(void);

#endif
