// SPDX-License-Identifier: GPL-3.0-or-later
/* test_stream.c - blocks of hosts while they are tested: in one piece each, whoever is how fast. */
#include <pthread.h>
#include <stdlib.h>

#include "stream.h"
#include "tap.h"
#include "text.h"

#define HOSTS 8
#define LINES 50

/* What was written; the stream calls with its lock held. */
static struct text written;

static bool
keep(const char *text, size_t n)
{
	text_add(&written, "%.*s", (int)n, text);
	return true;
}

/* A run of n hosts, told one event after the other. */
struct show {
	struct pool *p;
	struct plan plan;
	struct run_facts facts;
	struct host host[HOSTS];
	struct stream *stream;
};

static void
show_start(struct show *s, size_t n, enum format format, long parallel, bool line)
{
	*s = (struct show){ .p = pool_new() };
	written = (struct text){ .p = s->p };
	s->plan.format = format;
	s->plan.parallel = parallel;
	s->facts.hosts = s->host;
	s->facts.nhosts = n;
	for (size_t i = 0; i < n; i++) {
		s->host[i].mx = pool_printf(s->p, "mx%zu", i + 1);
		s->host[i].port = 25;
	}
	s->stream = stream_new(&s->plan, keep, line);
}

static void
tell(struct show *s, enum event_kind kind, size_t i, const char *text)
{
	const struct watcher *w = stream_watcher(s->stream);
	const struct talk talk = { 0, TALK_GOT, false, text };

	w->tell(w->arg, &(struct event){ kind, &s->facts, &s->host[i], &talk });
}

static void
known(struct show *s)
{
	tell(s, EVENT_HOSTS, 0, NULL);
}

static void
say(struct show *s, size_t i, const char *text)
{
	tell(s, EVENT_LINE, i, text);
}

static void
done(struct show *s, size_t i)
{
	tell(s, EVENT_HOST, i, NULL);
}

static void
show_end(struct show *s, const char *want, const char *name)
{
	stream_end(s->stream);
	tap_is(text_get(&written), want, name);
	pool_free(s->p);
}

static void
test_order(void)
{
	struct show s;

	show_start(&s, 3, FORMAT_SMTP, 16, false);
	known(&s);
	say(&s, 0, "a");
	say(&s, 1, "b");
	say(&s, 0, "c");
	done(&s, 1);
	say(&s, 2, "d");
	say(&s, 0, "e");
	done(&s, 0);
	say(&s, 2, "f");
	done(&s, 2);
	show_end(&s,
	    "0 of 3 hosts done\nTrying TLS on mx2:25 (0):\n[000.000] <-- b\n1 of 3 hosts done\n"
	    "\nTrying TLS on mx1:25 (0):\n[000.000] <-- a\n[000.000] <-- c\n[000.000] <-- e\n"
	    "\nTrying TLS on mx3:25 (0):\n[000.000] <-- d\n2 of 3 hosts done\n[000.000] <-- f\n"
	    "3 of 3 hosts done\n\n", "blocks as hosts get done, the last one line by line");
}

static void
test_one(void)
{
	struct show s;

	show_start(&s, 1, FORMAT_SMTP, 16, true);
	known(&s);
	say(&s, 0, "a");
	done(&s, 0);
	show_end(&s,
	    "0 of 1 host done\r\033[KTrying TLS on mx1:25 (0):\n[000.000] <-- a\n0 of 1 host done"
	    "\r\033[K1 of 1 host done\r\033[K\n",
	    "one host, on a terminal");
}

static void
test_one_by_one(void)
{
	struct show s;

	show_start(&s, 3, FORMAT_SMTP, 1, false);
	known(&s);
	say(&s, 0, "a");
	tap_ok(strstr(text_get(&written), "<-- a\n") != NULL, "one by one: line by line");
	done(&s, 0);
	show_end(&s,
	    "0 of 3 hosts done\nTrying TLS on mx1:25 (0):\n[000.000] <-- a\n1 of 3 hosts done\n\n",
	    "one by one, and time is up");
}

static void
test_no_blocks(void)
{
	struct show s;

	show_start(&s, 2, FORMAT_MATRIX, 16, true);
	known(&s);
	say(&s, 0, "a");
	done(&s, 0);
	show_end(&s, "0 of 2 hosts done\r\033[K1 of 2 hosts done\r\033[K", "matrix: progress only");

	show_start(&s, 2, FORMAT_SMTP, 16, true);
	s.host[0].status = HOST_SKIPPED;
	s.host[1].status = HOST_UNTESTED;
	known(&s);
	show_end(&s, "", "nothing to test, nothing to tell");

	show_start(&s, 0, FORMAT_SMTP, 16, true);
	show_end(&s, "", "no hosts");
	stream_end(NULL);
}

static void
test_debug(void)
{
	static uint8_t bytes[] = "220";
	static struct packet packet = { 0, false, false, bytes, 3 };
	struct show s;

	show_start(&s, 2, FORMAT_DEBUG, 16, false);
	s.host[1].wire = (struct wire_facts){ .packet = &packet, .npackets = 1 };
	known(&s);
	say(&s, 1, "220");
	done(&s, 1);
	show_end(&s, "0 of 2 hosts done\nTrying TLS on mx2:25 (0):\n[000.000] <-- 3 bytes\n"
	    "  0000  32 32 30                                          |220|\n1 of 2 hosts done\n\n",
	    "debug: the bytes, once a host is done");
}

struct worker {
	struct show *show;
	size_t i;
};

static void *
work(void *arg)
{
	const struct worker *w = arg;

	for (int n = 0; n < LINES; n++)
		say(w->show, w->i, w->show->host[w->i].mx);
	done(w->show, w->i);
	return NULL;
}

/* Every line stands in the block of its own host, and none is lost. */
static void
test_threads(void)
{
	struct worker worker[HOSTS];
	pthread_t thread[HOSTS];
	const char *block = "";
	size_t heads = 0, lines = 0, astray = 0;
	struct show s;
	char *rest, *line;

	show_start(&s, HOSTS, FORMAT_SMTP, 16, false);
	known(&s);
	for (size_t i = 0; i < HOSTS; i++) {
		worker[i] = (struct worker){ &s, i };
		pthread_create(&thread[i], NULL, work, &worker[i]);
	}
	for (size_t i = 0; i < HOSTS; i++)
		pthread_join(thread[i], NULL);
	stream_end(s.stream);
	rest = pool_str(s.p, text_get(&written));
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (strncmp(line, "Trying TLS on ", 14) == 0) {
			block = pool_strn(s.p, line + 14, 3);
			heads++;
		} else if (line[0] == '[') {
			lines++;
			astray += strcmp(line + strlen(line) - 3, block) != 0;
		}
	}
	tap_ok(heads == HOSTS, "threads: %zu blocks", heads);
	tap_ok(lines == (size_t)HOSTS * LINES, "threads: %zu lines", lines);
	tap_ok(astray == 0, "threads: %zu lines in the block of another", astray);
	pool_free(s.p);
}

int
main(void)
{
	test_order();
	test_one();
	test_one_by_one();
	test_no_blocks();
	test_debug();
	test_threads();
	return tap_end();
}
