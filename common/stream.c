// SPDX-License-Identifier: GPL-3.0-or-later
/* stream.c - the human formats while the hosts are tested. */
#include <pthread.h>
#include <string.h>

#include "out.h"
#include "stream.h"
#include "text.h"

#define ERASE "\r\033[K"

/* What is said of one host and not written yet. */
struct slot {
	struct text waiting;
	bool begun;	/* something was said */
	bool done;
};

struct stream {
	pthread_mutex_t lock;	/* holds for all that follows, and for the order of what is written */
	const struct plan *plan;
	bool (*write)(const char *text, size_t n);
	bool line;
	bool line_shown;
	bool written;		/* a block came before: an empty line goes between */
	struct watcher watcher;
	struct pool *p;
	const struct run_facts *facts;
	struct slot *slot;	/* one a host */
	size_t total, done;
};

static void
put(const struct stream *s, const char *text)
{
	s->write(text, strlen(text));
}

static void
erase_line(struct stream *s)
{
	if (s->line_shown)
		put(s, ERASE);
	s->line_shown = false;
}

static void
show_progress(struct stream *s)
{
	struct pool *p = pool_new();
	const char *text = pool_printf(p, "%zu of %zu %s done", s->done, s->total,
	    s->total == 1 ? "host" : "hosts");

	erase_line(s);
	s->line_shown = s->line;
	put(s, s->line ? text : pool_printf(p, "%s\n", text));
	pool_free(p);
}

/* Write what waits of a host; false when nothing does. */
static bool
flush(struct stream *s, struct slot *slot)
{
	const char *text = text_get(&slot->waiting);

	if (text[0] == '\0')
		return false;
	erase_line(s);
	/* blocks begin with an empty line: not the first */
	put(s, text + (!s->written && text[0] == '\n'));
	s->written = true;
	slot->waiting.len = 0;
	slot->waiting.s[0] = '\0';
	return true;
}

/* Can no other host come between the lines of one? */
static bool
is_alone(const struct stream *s)
{
	return s->total - s->done == 1 || s->plan->parallel == 1 || s->plan->quick;
}

static void
hosts_known(struct stream *s, const struct run_facts *facts)
{
	s->facts = facts;
	s->slot = pool_array(s->p, facts->nhosts + 1, sizeof(*s->slot));
	for (size_t i = 0; i < facts->nhosts; i++) {
		s->slot[i].waiting.p = s->p;
		s->total += facts->hosts[i].status == HOST_NOT_STARTED;
	}
	if (s->total > 0)
		show_progress(s);
}

static void
line_said(struct stream *s, struct slot *slot, const struct out *o, const struct event *event)
{
	if (!slot->begun)
		text_add(&slot->waiting, "%s", out_block_head(o, event->host));
	slot->begun = true;
	text_add(&slot->waiting, "%s", out_block_line(o, event->talk));
	if (is_alone(s) && flush(s, slot) && s->line)
		show_progress(s);
}

static void
host_done(struct stream *s, struct slot *slot, const struct out *o, const struct event *event)
{
	text_add(&slot->waiting, "%s", out_block_rest(o, event->host));
	slot->done = true;
	s->done++;
	flush(s, slot);
	/* the one that is left need not wait any more */
	for (size_t i = 0; i < s->facts->nhosts && s->total - s->done == 1; i++)
		if (!s->slot[i].done)
			flush(s, &s->slot[i]);
	show_progress(s);
}

static void
tell(void *arg, const struct event *event)
{
	struct stream *s = arg;
	struct pool *p = pool_new();

	pthread_mutex_lock(&s->lock);
	if (event->kind == EVENT_HOSTS) {
		hosts_known(s, event->facts);
	} else {
		const struct out o = { .plan = s->plan, .facts = s->facts, .p = p };
		struct slot *slot = &s->slot[event->host - s->facts->hosts];

		if (event->kind == EVENT_LINE)
			line_said(s, slot, &o, event);
		else
			host_done(s, slot, &o, event);
	}
	pthread_mutex_unlock(&s->lock);
	pool_free(p);
}

struct stream *
stream_new(const struct plan *plan, bool (*write)(const char *text, size_t n), bool line)
{
	struct pool *p = pool_new();
	struct stream *s = pool_alloc(p, sizeof(*s));

	*s = (struct stream){ .plan = plan, .write = write, .line = line, .p = p };
	s->watcher = (struct watcher){ .tell = tell, .arg = s };
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

const struct watcher *
stream_watcher(struct stream *s)
{
	return &s->watcher;
}

void
stream_end(struct stream *s)
{
	if (s == NULL)
		return;
	erase_line(s);
	if (s->written)
		put(s, "\n");
	pthread_mutex_destroy(&s->lock);
	pool_free(s->p);
}
