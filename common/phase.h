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
#include "tape.h"

enum phase_id {
	PHASE_ANSWER, PHASE_GREET, PHASE_HELLO, PHASE_OFFER, PHASE_SESSION, PHASE_CERT, PHASE_INNER, PHASE_MAIL,
	PHASE_RCPT, PHASE_DATA, PHASE_EMAIL
};

#define AFTER(id) (1u << (id))

#define SHOTS 2	/* the key algorithms of --algorithms */

/* A chain that the TLSA records have to match (phase_dane.c). */
struct shot {
	enum key_kind kind;
	bool tried, shown;
	const struct tls_chain *chain;	/* of whichever connection showed it */
	struct tls_chain own;		/* that of a connection of its own */
	bool refused;			/* not shown: the handshake failed, the server has none such */
	const char *why;		/* not shown: the reason */
};

/* One host while it is probed. */
struct probe {
	struct host *h;
	const struct probe_env *env;
	int64_t deadline;
	struct conn *conn;	/* NULL before the first and after a failed handshake */
	struct smtp_log log;
	struct tape tape;	/* of all connections to the host */
	struct tls_chain chain;
	struct shot shot[SHOTS];
	size_t nshots;		/* 0: there is nothing for DANE to judge */
	bool again;		/* there were further connections for it */
	const char *waiting;	/* what the peer owes us: the end of "timed out waiting for ..." */
	bool starttls_sent;	/* --compel-tls asked in phase OFFER already, and got its 220 */
	bool broken;		/* the connection is of no more use: go on with a fresh one, in the clear */
	bool auth_offered[AUTH_COUNT];	/* by the EHLO inside TLS */
	bool over;		/* nothing more to learn from this host */
	bool pipelining;	/* the server takes several commands at once (RFC 2920) */
	bool last;		/* no phase comes after this one */
	bool quit_said;		/* on this connection: its reply is all that is left to read */
};

/* run() returns -1 with the reason in e, and writes the facts either way. */
struct phase {
	enum phase_id id;
	enum step_id step;
	unsigned needs;
	int (*run)(struct probe *, struct err *);
};

/* In order, with what must have gone well before each; the end has no run(). */
extern const struct phase phases_starttls[], phases_direct_tls[], phases_chain[];

/*
 * A further connection, up to the 220 to STARTTLS, or to the connection with direct TLS; then the handshake on it, with
 * this server name (NULL: none) and for one kind of key.  -1: said in e; p->conn is to be closed either way.
 */
int phase_to_tls(struct probe *p, struct err *e);
int phase_handshake(struct probe *p, const char *sni, enum key_kind kind, struct err *e);

/* The server name to send; NULL: none. */
const char *phase_sni(const struct probe *p);

/*
 * Old protocols (phase_legacy.c), each on a connection of its own: after a handshake that failed, for which one
 * the server would take, by the tick until; for --legacy, which ones it takes beside the one negotiated.
 */
void phase_raw_hellos(struct probe *p, int64_t until);
void phase_legacy(struct probe *p);

/*
 * Step Cert (phase_cert.c): the chain that was sent becomes facts, judged by PKIX, names and DANE; whether it is
 * revoked is asked, and known later (revoke.h).  All that is wrong with it, in one line (cli.md, step Cert), revocation
 * aside; NULL: nothing.
 */
int phase_cert(struct probe *p, struct err *e);
const char *phase_cert_trouble(const struct probe *p);

/*
 * DANE (phase_dane.c), in the order of a probe: what is to be seen; what the ordinary connection showed, judged
 * unless more is to be seen; a further connection for that, which is p->conn then, false when none is due; the
 * judgement of them all, step Cert included.
 */
void phase_dane_start(struct probe *p);
void phase_dane(struct probe *p);
bool phase_dane_next(struct probe *p);
void phase_dane_end(struct probe *p);

/*
 * Send command and argument and want the reply to have this code; anything else is a failure in e, as that of
 * what, which does not give away a secret.
 */
int phase_say(struct probe *p, int code, struct err *e, const char *what, const char *command,
    const char *argument);

/* The same of a command that names itself. */
int phase_expect(struct probe *p, int code, struct err *e, const char *command,
    const char *argument);

/* The name for EHLO: --fqdn, this host's, or the address literal of our end (RFC 5321, 4.1.4). */
const char *phase_our_name(const struct probe *p);

/* Close the connection, and greet the server on another one, in the clear. */
int phase_greet_again(struct probe *p, struct err *e);

/* Mail (phase_mail.c): the AUTH mechanisms of an EHLO reply; AUTH, whose failure is a fact and stops nothing. */
void phase_auth_offered(struct probe *p, const struct reply *r);
void phase_auth(struct probe *p);
int phase_data(struct probe *p, struct err *e);
int phase_email(struct probe *p, struct err *e);

/* --mandatory-tls: MAIL before STARTTLS, on a connection of its own, which is p->conn then. */
void phase_clear_mail(struct probe *p);

#endif
