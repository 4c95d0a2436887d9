// SPDX-License-Identifier: GPL-3.0-or-later
/* phase_legacy.c - protocols that our TLS library does not speak, told by raw ClientHellos. */
#include <sys/random.h>

#include "hello.h"
#include "phase.h"
#include "text.h"
#include "tick.h"
#include "wait.h"

#define HELLO_TIME (3 * TICK_SEC)	/* of one connection, its greeting included; old servers are near */
#define SPACE (200 * TICK_MS)		/* between two connections: some servers count them */

/* Send a hello and read what comes of it.  The version that is taken; PROTO_NONE: none. */
static enum proto
exchange(struct probe *p, enum proto version, enum hello_suites suites, struct err *e)
{
	uint8_t hello[HELLO_MAX], answer[HELLO_ANSWER], dice[32];
	enum hello_result result = HELLO_MORE;
	enum proto taken = PROTO_NONE;
	size_t n, got = 0;

	if (getrandom(dice, sizeof(dice), 0) != (ssize_t)sizeof(dice))
		return PROTO_NONE;
	n = hello_make(hello, version, suites, phase_sni(p), dice);
	if (n == 0 || conn_write(p->conn, (const char *)hello, n, e) == -1)
		return PROTO_NONE;
	while (result == HELLO_MORE && got < sizeof(answer)) {
		ssize_t more = conn_read(p->conn, answer + got, sizeof(answer) - got, e);

		if (more == -1)
			return PROTO_NONE;
		got += (size_t)more;
		result = hello_read(&taken, version, answer, got);
	}
	return taken;
}

/*
 * The same on a connection of its own, which is no session and is not said QUIT to.  -1: the server did not let us
 * ask, said in e.
 */
static int
try_hello(enum proto *result, struct probe *p, enum proto version, enum hello_suites suites,
    int64_t until, struct err *e)
{
	int64_t deadline = p->deadline;
	enum proto taken = PROTO_NONE;
	const char *came = "not taken";
	struct err failed = { 0 };
	int rc;

	p->deadline = tick_min(until, tick_now() + HELLO_TIME);
	rc = phase_to_tls(p, e);
	if (rc == 0)
		taken = exchange(p, version, suites, &failed);
	conn_close(p->conn);
	p->conn = NULL;
	p->broken = true;
	p->deadline = deadline;
	if (rc == -1)
		came = pool_printf(p->log.pool, "not sent, %s", e->msg);
	else if (taken != PROTO_NONE)
		came = pool_printf(p->log.pool, "taken as %s", proto_name(taken));
	smtp_note(&p->log, rc == 0 && taken == PROTO_NONE ? TALK_STAGE : TALK_TROUBLE, false,
	    "Raw hello of %s%s: %s", proto_name(version),
	    suites == HELLO_LOST ? " with RC4 and triple DES" : "", came);
	*result = taken;
	return rc;
}

void
phase_raw_hellos(struct probe *p, int64_t until)
{
	/* the best first: it counts, and the rest is not asked for */
	static const struct {
		enum proto version;
		enum hello_suites suites;
	} hellos[] = {
		{ PROTO_TLS12, HELLO_LOST }, { PROTO_SSL3, HELLO_ANY }, { PROTO_SSL2, HELLO_ANY }
	};

	conn_close(p->conn);
	p->conn = NULL;
	for (size_t i = 0; i < sizeof(hellos) / sizeof(hellos[0]) && tick_now() < until; i++) {
		struct err e = { 0 };

		try_hello(&p->h->raw_proto, p, hellos[i].version, hellos[i].suites, until, &e);
		if (p->h->raw_proto != PROTO_NONE)
			return;
	}
}

void
phase_legacy(struct probe *p)
{
	static const enum proto old[] = { PROTO_SSL2, PROTO_SSL3, PROTO_TLS10, PROTO_TLS11 };

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
		enum proto taken = PROTO_NONE;
		struct err e = { 0 };

		if (old[i] == p->h->tls.proto)
			continue;
		wait_fds(NULL, 0, tick_min(p->deadline, tick_now() + SPACE));
		if (tick_now() >= p->deadline) {
			p->h->legacy_why = "time was up";
			break;
		}
		if (try_hello(&taken, p, old[i], HELLO_ANY, p->deadline, &e) == -1)
			p->h->legacy_why = text_clean_str(p->log.pool, e.msg);
		if (taken == old[i])
			p->h->legacy |= 1u << old[i];
	}
	/* found is found, but nothing found says something only of all */
	p->h->legacy_tested = p->h->legacy_why == NULL || p->h->legacy != 0;
}
