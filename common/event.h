/* SPDX-License-Identifier: GPL-3.0-or-later */
/* event.h - what happens while hosts are tested, told to the one who watches (plan.h, watcher).  Types only. */
#ifndef EVENT_H
#define EVENT_H

#include "facts.h"

enum event_kind {
	EVENT_HOSTS,	/* the hosts of the run are known, none is tested yet */
	EVENT_LINE,	/* a line more in the transcript of host */
	EVENT_HOST,	/* host is done: all of it may be read */
};

struct event {
	enum event_kind kind;
	const struct run_facts *facts;	/* of EVENT_HOSTS */
	const struct host *host;	/* of the others; one of facts->hosts */
	const struct talk *talk;	/* of EVENT_LINE */
};

/* tell() is called from the thread that tests the host, so from several at once, and must not wait for anything. */
struct watcher {
	void (*tell)(void *arg, const struct event *event);
	void *arg;
};

#endif
