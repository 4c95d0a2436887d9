// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * dns_unbound.c - questions to libunbound.
 *
 * A thread of libunbound's does the work and tells through a pipe.  Of the threads that wait, one
 * reads the pipe, for all of them, until its own answers are there or its time is up; the others sleep
 * until it has read something or leaves the reading to one of them.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <unbound.h>

#include "dns_unbound.h"
#include "dnspkt.h"
#include "lib.h"
#include "text.h"
#include "tick.h"
#include "wait.h"

#define SONAME "libunbound.so.8"
#define CLASS_IN 1
#define RCODE_NOERROR 0
#define RCODE_NXDOMAIN 3
#define ADDRESS_TEXT (ADDR_TEXT + 8)
#define ROOT_HINTS "/usr/share/dns/root.hints"

/* The functions of the library, as loaded. */
struct ub {
	__typeof__(ub_ctx_create) *create;
	__typeof__(ub_ctx_delete) *delete;
	__typeof__(ub_ctx_debugout) *debugout;
	__typeof__(ub_ctx_set_option) *set_option;
	__typeof__(ub_ctx_set_fwd) *set_fwd;
	__typeof__(ub_ctx_set_stub) *set_stub;
	__typeof__(ub_ctx_add_ta) *add_ta;
	__typeof__(ub_ctx_zone_remove) *zone_remove;
	__typeof__(ub_ctx_async) *async;
	__typeof__(ub_resolve_async) *resolve_async;
	__typeof__(ub_fd) *fd;
	__typeof__(ub_process) *process;
	__typeof__(ub_resolve_free) *resolve_free;
	__typeof__(ub_strerror) *strerror;
};

/* One question under way. */
struct slot {
	struct dns_unbound *engine;
	struct dns_unbound_batch *batch;
	bool done;
	int error;			/* enum ub_ctx_err */
	struct ub_result *result;	/* NULL with error */
};

/* Lives until its last answer has come, however late: that must find its slot. */
struct dns_unbound_batch {
	struct pool *pool;		/* it is in there */
	struct dns_unbound_batch *next, **at;	/* all there are, and where this one hangs */
	struct dns_question *q;
	struct slot *slot;
	size_t n, left;
	bool over;			/* nobody waits any more: what comes now is lost */
	bool read;			/* and what had come was read */
};

struct dns_unbound {
	struct ub ub;
	struct ub_ctx *ctx;
	pthread_mutex_t lock;		/* for all that follows, and the batches */
	pthread_cond_t progress;	/* the pipe was read, or is free to read */
	bool reading;			/* somebody reads the pipe */
	int broken;			/* of ub_process(): no answer will ever come */
	struct dns_unbound_batch *batches;
	struct pool *pool;
};

/* clang-format off */
static const struct {
	const char *name, *value;
} options[] = {
	/* resolvers on this machine are the rule */
	{ "do-not-query-localhost:", "no" },
	/* reverse zones of private networks: the site's resolver knows them, the library would invent them */
	{ "unblock-lan-zones:", "yes" },
	/* each name is asked for, not concluded from its neighbours: a broken denial shall show */
	{ "aggressive-nsec:", "no" },
	/* an expired signature breaks some senders at once; by default it is good for a day more */
	{ "val-sig-skew-min:", "60" },
	{ "val-sig-skew-max:", "60" },
	/* the TTL as it stands in the zone */
	{ "cache-max-ttl:", "2147483647" },
	/* no question but ours and those it takes to answer and validate them */
	{ "trust-anchor-signaling:", "no" },
	{ "root-key-sentinel:", "no" },
	{ "qname-minimisation:", "no" },
	{ "target-fetch-policy:", "0 0 0 0 0" },
	{ "prefetch:", "no" },
	/* records in the order in which they came, and nothing beside them */
	{ "rrset-roundrobin:", "no" },
	{ "minimal-responses:", "yes" },
	/* as many at once as the plain way (dns_batch.c) */
	{ "outgoing-range:", "64" },
	{ "num-queries-per-thread:", "64" },
	{ "outgoing-num-tcp:", "8" },
	/* a batch remembers the hosts it shares, not every domain; one target needs a few KB of it */
	{ "msg-cache-size:", "512k" },
	{ "rrset-cache-size:", "1m" },
	{ "key-cache-size:", "512k" },
	{ "neg-cache-size:", "128k" },
};
/* clang-format on */

/* Zones that it would answer by itself (RFC 6303, 6761, 8375), but for .onion (RFC 7686). */
static const char *const own_zones[] = {
	"localhost.", "127.in-addr.arpa.", "home.arpa.", "test.", "invalid.",
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
};

/* --- beginning and end */

static int
load(struct ub *ub, struct err *e)
{
	const struct lib_symbol symbols[] = {
		{ "ub_ctx_create", &ub->create },
		{ "ub_ctx_delete", &ub->delete },
		{ "ub_ctx_debugout", &ub->debugout },
		{ "ub_ctx_set_option", &ub->set_option },
		{ "ub_ctx_set_fwd", &ub->set_fwd },
		{ "ub_ctx_set_stub", &ub->set_stub },
		{ "ub_ctx_add_ta", &ub->add_ta },
		{ "ub_ctx_zone_remove", &ub->zone_remove },
		{ "ub_ctx_async", &ub->async },
		{ "ub_resolve_async", &ub->resolve_async },
		{ "ub_fd", &ub->fd },
		{ "ub_process", &ub->process },
		{ "ub_resolve_free", &ub->resolve_free },
		{ "ub_strerror", &ub->strerror },
	};

	/* it stays loaded: nothing is gained by unloading it just before the end */
	return lib_open(SONAME, symbols, sizeof(symbols) / sizeof(symbols[0]), e) == NULL ? -1 : 0;
}

/* IP@PORT */
static const char *
server_text(char *out, size_t size, const struct server *s)
{
	snprintf(out, size, "%s@%u", s->address.text, s->port);
	return out;
}

static int
set_servers(const struct dns_unbound *u, const struct dns_unbound_setup *setup)
{
	char at[ADDRESS_TEXT];
	int rc = 0;

	if (setup->nforward == 0 && access(ROOT_HINTS, R_OK) == 0)
		rc = u->ub.set_option(u->ctx, "root-hints:", ROOT_HINTS);
	for (size_t i = 0; i < setup->nforward && rc == 0; i++)
		rc = u->ub.set_fwd(u->ctx, server_text(at, sizeof(at), &setup->forward[i]));
	for (size_t i = 0; i < setup->nstub && rc == 0; i++)
		rc = u->ub.set_stub(u->ctx, setup->zone,
		    server_text(at, sizeof(at), &setup->stub[i]), 0);
	return rc;
}

/*
 * Any of these that failed unseen would turn bogus into insecure, or the site's names into none: all
 * are checked.
 */
static int
set_up(const struct dns_unbound *u, const struct dns_unbound_setup *setup)
{
	int rc = u->ub.debugout(u->ctx, NULL);	/* nothing on stderr, ever */

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]) && rc == 0; i++)
		rc = u->ub.set_option(u->ctx, options[i].name, options[i].value);
	if (rc == 0)
		rc = set_servers(u, setup);
	for (size_t i = 0; setup->anchor != NULL && i < setup->anchor->n && rc == 0; i++)
		rc = u->ub.add_ta(u->ctx, setup->anchor->key[i]);
	if (rc == 0)
		rc = u->ub.async(u->ctx, 1);
	/* last: from here on the context takes no more options */
	for (size_t i = 0; i < sizeof(own_zones) / sizeof(own_zones[0]) && rc == 0; i++)
		rc = u->ub.zone_remove(u->ctx, own_zones[i]);
	return rc;
}

void
dns_unbound_keep(struct sandbox *s)
{
	s->kind = SANDBOX_LIBRARIES;
	sandbox_path(s, ROOT_HINTS);
}

static void
make_lock(struct dns_unbound *u)
{
	pthread_mutex_init(&u->lock, NULL);
	wait_cond_init(&u->progress);
}

struct dns_unbound *
dns_unbound_new(const struct dns_unbound_setup *setup, struct err *e)
{
	struct pool *pool = pool_new();
	struct dns_unbound *u = pool_alloc(pool, sizeof(*u));
	int rc;

	u->pool = pool;
	if (load(&u->ub, e) == -1) {
		pool_free(pool);
		return NULL;
	}
	make_lock(u);
	u->ctx = u->ub.create();
	rc = u->ctx == NULL ? UB_NOMEM : set_up(u, setup);
	if (rc == 0)
		return u;
	err_set(e, ERR_SYSTEM, "libunbound cannot be set up: %s", u->ub.strerror(rc));
	dns_unbound_free(u);
	return NULL;
}

/* With the lock, or when nobody is left. */
static void
drop(struct dns_unbound_batch *b)
{
	*b->at = b->next;
	if (b->next != NULL)
		b->next->at = b->at;
	pool_free(b->pool);
}

void
dns_unbound_free(struct dns_unbound *u)
{
	if (u == NULL)
		return;
	if (u->ctx != NULL)
		u->ub.delete(u->ctx);
	while (u->batches != NULL)
		drop(u->batches);
	pthread_cond_destroy(&u->progress);
	pthread_mutex_destroy(&u->lock);
	pool_free(u->pool);
}

/* --- one answer */

/* By whichever thread reads the pipe. */
static void
answered(void *data, int error, struct ub_result *result)
{
	struct slot *s = data;
	struct dns_unbound *u = s->engine;
	struct dns_unbound_batch *b = s->batch;

	pthread_mutex_lock(&u->lock);
	b->left--;
	if (!b->over) {
		s->error = error;
		s->result = result;
		s->done = true;
	} else {
		u->ub.resolve_free(result);
		if (b->read && b->left == 0)
			drop(b);
	}
	pthread_mutex_unlock(&u->lock);
}

/* "validation failure <mx.example. A IN>: signature expired from ...": the part behind the name. */
static const char *
bogus_why(struct pool *p, const char *why)
{
	const char *colon = why == NULL ? NULL : strstr(why, ">: ");

	if (why == NULL || why[0] == '\0')
		return "DNSSEC validation failed";
	why = colon == NULL ? why : colon + 3;
	return text_clean(p, why, strlen(why), TEXT_SHOWN);
}

static struct dns_answer
failed(const char *rcode, const char *why)
{
	return (struct dns_answer){ .status = DNS_ERROR, .rcode = rcode, .why = why };
}

/* What the library says, in the order of what counts: a bogus answer has data, too. */
static struct dns_answer
answer_of(const struct dns_unbound *u, const struct slot *s, enum dns_type type, const char *late,
    struct pool *p)
{
	const struct ub_result *r = s->result;
	struct dns_answer a = { 0 };

	if (!s->done) {
		a = failed("timeout", late);
		a.timed_out = true;
	} else if (r == NULL || s->error != 0) {
		a = s->error == UB_SYNTAX ? failed("FORMERR", "not a DNS name")
					  : failed("SERVFAIL", u->ub.strerror(s->error));
	} else if (r->bogus) {
		a = failed(dnspkt_rcode((unsigned)r->rcode), bogus_why(p, r->why_bogus));
		a.status = DNS_BOGUS;
	} else if (r->rcode != RCODE_NOERROR && r->rcode != RCODE_NXDOMAIN) {
		a = failed(dnspkt_rcode((unsigned)r->rcode), dnspkt_rcode((unsigned)r->rcode));
	} else if (!dnspkt_records(&a, p, type, r->answer_packet, (size_t)r->answer_len)) {
		a = failed("SERVFAIL", "garbled answer");
	} else if (a.status == DNS_INSECURE && r->secure) {
		a.status = DNS_SECURE;
	}
	return a;
}

/* --- many */

struct dns_unbound_batch *
dns_unbound_start(struct dns_unbound *u, struct dns_question *q, size_t n)
{
	struct pool *pool = pool_new();
	struct dns_unbound_batch *b = pool_alloc(pool, sizeof(*b));

	*b = (struct dns_unbound_batch){ .pool = pool, .q = q, .n = n, .left = n };
	b->slot = pool_array(pool, n, sizeof(*b->slot));
	pthread_mutex_lock(&u->lock);
	b->next = u->batches;
	b->at = &u->batches;
	if (b->next != NULL)
		b->next->at = &b->next;
	u->batches = b;
	pthread_mutex_unlock(&u->lock);
	for (size_t i = 0; i < n; i++) {
		struct slot *s = &b->slot[i];
		int rc;

		*s = (struct slot){ .engine = u, .batch = b };
		rc = u->ub.resolve_async(u->ctx, q[i].name[0] == '\0' ? "." : q[i].name,
		    (int)q[i].type, CLASS_IN, s, answered, NULL);
		if (rc != 0)
			answered(s, rc, NULL);
	}
	return b;
}

/* Read the pipe once something is in it.  Called with the lock, which is free meanwhile. */
static void
read_pipe(struct dns_unbound *u, int64_t deadline)
{
	int rc = 0;

	u->reading = true;
	pthread_mutex_unlock(&u->lock);
	if (wait_fd(u->ub.fd(u->ctx), POLLIN, deadline) == 1)
		rc = u->ub.process(u->ctx);
	pthread_mutex_lock(&u->lock);
	u->reading = false;
	if (rc != 0)
		u->broken = rc;
	pthread_cond_broadcast(&u->progress);
}

bool
dns_unbound_wait(struct dns_unbound *u, struct dns_unbound_batch *b, int64_t deadline)
{
	bool all;

	pthread_mutex_lock(&u->lock);
	while (b->left > 0 && u->broken == 0 && tick_now() < deadline)
		if (u->reading)
			wait_cond(&u->progress, &u->lock, deadline);
		else
			read_pipe(u, deadline);
	all = b->left == 0;
	pthread_mutex_unlock(&u->lock);
	return all;
}

bool
dns_unbound_has(struct dns_unbound *u, const struct dns_unbound_batch *b, size_t i)
{
	bool done;

	pthread_mutex_lock(&u->lock);
	done = b->slot[i].done;
	pthread_mutex_unlock(&u->lock);
	return done;
}

void
dns_unbound_finish(struct dns_unbound *u, struct dns_unbound_batch *b, struct pool *p)
{
	const char *late;

	pthread_mutex_lock(&u->lock);
	b->over = true;
	late = u->broken == 0 ? DNS_UNBOUND_LATE : u->ub.strerror(u->broken);
	pthread_mutex_unlock(&u->lock);
	for (size_t i = 0; i < b->n; i++) {
		struct slot *s = &b->slot[i];
		struct dns_answer *a = &b->q[i].answer;

		*a = answer_of(u, s, b->q[i].type, late, p);
		if (a->canonical == NULL)
			a->canonical = pool_str(p, b->q[i].name);
		if (s->result != NULL)
			u->ub.resolve_free(s->result);
		s->result = NULL;
	}
	pthread_mutex_lock(&u->lock);
	b->read = true;
	if (b->left == 0)
		drop(b);
	pthread_mutex_unlock(&u->lock);
}
