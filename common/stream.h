/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stream.h - the human formats while the hosts are tested: blocks of hosts as they get done, and how many are.
 * Lines of different hosts never mix: a block is written at once, or line by line while no other host is.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "plan.h"

struct stream;

/*
 * write() puts n bytes where the reader sees them.  line: it is a terminal, on which a progress line can be
 * written over; else progress is told in lines of its own.  plan must outlive the stream.
 */
struct stream *stream_new(const struct plan *plan, bool (*write)(const char *text, size_t n),
    bool line);

/* For plan->watcher. */
const struct watcher *stream_watcher(struct stream *s);

/* The progress line goes away.  To be called when no thread tells any more; NULL is fine. */
void stream_end(struct stream *s);

#endif
