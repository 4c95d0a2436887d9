// SPDX-License-Identifier: GPL-3.0-or-later
/* dns.c - questions to the resolver: which one, and whether it works. */
#include <stdio.h>
#include <string.h>

#include "dns.h"
#include "dns_batch.h"
#include "text.h"
#include "tick.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define RESOLV_SIZE 16384	/* what is read of it */
#define CONF_SERVERS 3		/* resolv.conf(5), MAXNS */
#define DNS_PORT 53
#define TROUBLE_TIME (5 * TICK_SEC)

struct dns {
	struct pool *pool;
	struct dns_batch_servers servers;
	bool checked;
	const char *trouble;
};

size_t
dns_conf(struct server *out, size_t max, const char *text)
{
	static const char word[] = "nameserver";
	const size_t len = sizeof(word) - 1;
	size_t found = 0;

	for (const char *line = text; *line != '\0' && found < max; line += strcspn(line, "\n")) {
		char ip[ADDR_TEXT];
		size_t n;

		line += strspn(line, "\n");
		if (strncmp(line, word, len) != 0 || (line[len] != ' ' && line[len] != '\t'))
			continue;
		line += len + strspn(line + len, " \t");
		n = strcspn(line, " \t\r\n#;");
		if (n >= sizeof(ip))
			continue;
		memcpy(ip, line, n);
		ip[n] = '\0';
		out[found].port = DNS_PORT;
		/* a scoped address (fe80::1%eth0) is none that addr knows: passed over */
		found += addr_parse(&out[found].address, ip);
	}
	return found;
}

static size_t
conf_read(struct server *out, size_t max)
{
	char text[RESOLV_SIZE];
	FILE *f = fopen(RESOLV_CONF, "re");
	size_t n;

	if (f == NULL)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	return dns_conf(out, max, text);
}

struct dns *
dns_new(struct pool *p, const struct plan *plan, struct err *e)
{
	struct dns *d = pool_alloc(p, sizeof(*d));
	struct server *conf;

	(void)e;
	d->pool = p;
	d->servers.server = plan->nameservers;
	d->servers.n = plan->nnameservers < DNS_BATCH_SERVERS ? plan->nnameservers
							      : DNS_BATCH_SERVERS;
	if (d->servers.n > 0)
		return d;
	conf = pool_array(p, CONF_SERVERS, sizeof(*conf));
	d->servers.server = conf;
	d->servers.n = conf_read(conf, CONF_SERVERS);
	if (d->servers.n == 0)
		d->servers.n = dns_conf(conf, CONF_SERVERS, "nameserver 127.0.0.1");
	return d;
}

void
dns_free(struct dns *d)
{
	(void)d;
}

bool
dns_validates(const struct dns *d)
{
	(void)d;
	return false;
}

const char *
dns_unvalidated(const struct dns *d)
{
	(void)d;
	return "--dnssec=off";
}

void
dns_ask(struct dns *d, struct pool *p, struct dns_question *q, size_t n, int64_t deadline)
{
	dns_batch_run(&d->servers, p, q, n, deadline);
}

static const char *
trouble_text(const struct dns *d, const struct dns_answer *a, int64_t budget)
{
	struct text t = { .p = d->pool };
	bool many = d->servers.n > 1;

	text_add(&t, many ? "resolvers " : "resolver ");
	for (size_t i = 0; i < d->servers.n; i++)
		text_add(&t, "%s%s", i > 0 ? ", " : "", d->servers.server[i].address.text);
	if (!a->timed_out && strcmp(a->why, a->rcode) == 0)
		text_add(&t, " %s %s to everything", many ? "answer" : "answers", a->rcode);
	else if (strcmp(a->why, DNS_BATCH_TIMED_OUT) == 0)
		text_add(&t, " %s not answer (%g s)", many ? "do" : "does",
		    text_floor((double)budget / TICK_SEC, 1));
	else
		text_add(&t, " %s not answer (%s)", many ? "do" : "does", a->why);
	return text_get(&t);
}

const char *
dns_trouble(struct dns *d, struct pool *p, int64_t deadline)
{
	struct dns_question root = { .name = "", .type = DNS_SOA };
	int64_t now = tick_now();
	int64_t until = tick_min(deadline, now + TROUBLE_TIME);

	/* without time to ask nothing is known, and nobody is accused */
	if (d->checked || until <= now)
		return d->trouble;
	dns_ask(d, p, &root, 1, until);
	d->checked = true;
	if (root.answer.status == DNS_ERROR)
		d->trouble = trouble_text(d, &root.answer, until - now);
	return d->trouble;
}
