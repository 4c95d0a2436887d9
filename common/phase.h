/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * phase.h - the stretches of conversation that a probe consists of.  For probe.c alone.
 * A step of the report is one phase, but for Secure, which is two: the session (STARTTLS, handshake) and the
 * EHLO inside.
 */
#ifndef PHASE_H
#define PHASE_H

#include <stdbool.h>
#include <stdint.h>

#include "probe.h"
#include "smtp.h"

enum phase_id {
	PHASE_ANSWER, PHASE_GREET, PHASE_HELLO, PHASE_OFFER, PHASE_SESSION, PHASE_CERT, PHASE_INNER, PHASE_MAIL,
	PHASE_RCPT
};

#define AFTER(id) (1u << (id))

/* One host while it is probed. */
struct probe {
	struct host *h;
	const struct probe_env *env;
	int64_t deadline;
	struct conn *conn;
	struct smtp_log log;
	struct tls_chain chain;
	const char *waiting;	/* what the peer owes us: the end of "timed out waiting for ..." */
	bool starttls_sent;	/* --compel-tls asked in phase OFFER already, and got its 220 */
	bool broken;		/* the connection is of no more use: go on with a fresh one, in the clear */
	bool over;		/* nothing more to learn from this host */
};

/* run() returns -1 with the reason in e, and writes the facts either way. */
struct phase {
	enum phase_id id;
	enum step_id step;
	unsigned needs;
	int (*run)(struct probe *, struct err *);
};

/* In order, with what must have gone well before each; the end has no run(). */
extern const struct phase phases_starttls[], phases_direct_tls[];

#endif
