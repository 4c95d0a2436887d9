/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * memory.h - what happens when there is no memory: the process says so and ends (exit 3), whoever asked for it.
 *
 * A library that gets none tells its caller anything from "certificate signature failure" to nothing at all, and
 * some crash: that is our own trouble and must not look like the mail server's.  So malloc(), calloc() and realloc()
 * are those of the C library, but never come back empty-handed, in this process and the libraries it has loaded.
 * Builds for sanitizers keep theirs.
 */
#ifndef MEMORY_H
#define MEMORY_H

/* The line to print, with its line end; must stay valid.  Call before the first thread. */
void memory_on_empty(const char *line);

/* Print it and end. */
_Noreturn void memory_empty(void);

/* So many heaps at most, however many threads: each keeps what it once took.  Before the first thread. */
void memory_heaps(int most);

/* Give back what the heaps have free, the gaps between blocks in use, too.  From any thread. */
void memory_trim(void);

#endif
