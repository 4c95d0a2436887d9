// SPDX-License-Identifier: GPL-3.0-or-later
/* dns_servers.c - which servers to ask. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "dns_servers.h"
#include "text.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define RESOLV_SIZE 16384	/* what is read of it */
#define CONF_SERVERS 3		/* resolv.conf(5), MAXNS */
#define DNS_PORT 53
#define LABELS 127		/* of a name: 255 octets hold no more (RFC 1035, 2.3.4) */

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

struct dns_batch_servers
dns_servers_find(struct pool *p, const struct plan *plan)
{
	struct dns_batch_servers s = { .server = plan->nameservers, .n = plan->nnameservers };
	struct server *conf;

	if (s.n > DNS_BATCH_SERVERS)
		s.n = DNS_BATCH_SERVERS;
	if (s.n > 0)
		return s;
	s.server = conf = pool_array(p, CONF_SERVERS, sizeof(*conf));
	s.n = conf_read(conf, CONF_SERVERS);
	if (s.n == 0)
		s.n = dns_conf(conf, CONF_SERVERS, "nameserver 127.0.0.1");
	return s;
}

void
dns_servers_keep(struct sandbox *s)
{
	sandbox_path(s, RESOLV_CONF);
	sandbox_port(s, DNS_PORT);
}

static bool
is_loopback(const struct addr *a)
{
	return a->family == AF_INET
	    ? a->bytes[0] == IN_LOOPBACKNET
	    : memcmp(a->bytes, &in6addr_loopback, sizeof(in6addr_loopback)) == 0;
}

const struct server *
dns_servers_remote(const struct dns_batch_servers *servers)
{
	for (size_t i = 0; i < servers->n; i++)
		if (!is_loopback(&servers->server[i].address))
			return &servers->server[i];
	return NULL;
}

const char *
dns_servers_text(struct pool *p, const struct dns_batch_servers *servers)
{
	struct text t = { .p = p };

	text_add(&t, servers->n > 1 ? "resolvers " : "resolver ");
	for (size_t i = 0; i < servers->n; i++)
		text_add(&t, "%s%s", i > 0 ? ", " : "", servers->server[i].address.text);
	return text_get(&t);
}

/* --- the server of --soa */

/* Its addresses; a sentence when it has none. */
static const char *
soa_addresses(struct dns_servers_soa *out, struct pool *p, const struct plan *plan,
    const struct dns_batch_servers *resolvers, int64_t deadline)
{
	struct dns_question q[] = { { .name = plan->soa_name, .type = DNS_A },
		{ .name = plan->soa_name, .type = DNS_AAAA } };

	out->server = pool_array(p, DNS_BATCH_SERVERS, sizeof(*out->server));
	if (plan->soa.address.family != 0) {
		out->server[out->n++] = plan->soa;
		return NULL;
	}
	dns_batch_run(resolvers, p, q, 2, deadline);
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < q[i].answer.nrr && out->n < DNS_BATCH_SERVERS; j++)
			out->server[out->n++] = (struct server){ q[i].answer.rr[j].address,
				plan->soa.port };
	if (out->n > 0)
		return NULL;
	return pool_printf(p, "name server %s (--soa) has no address%s%s", plan->soa_name,
	    q[0].answer.why != NULL ? ": " : "", q[0].answer.why != NULL ? q[0].answer.why : "");
}

/* name and all above it but the root; how many. */
static size_t
ancestors(struct dns_question *q, const char *name)
{
	size_t n = 0;

	while (n < LABELS) {
		const char *dot = strchr(name, '.');

		q[n++] = (struct dns_question){ .name = name, .type = DNS_SOA };
		if (dot == NULL)
			break;
		name = dot + 1;
	}
	return n;
}

static bool
is_apex(const struct dns_answer *a)
{
	return a->status != DNS_ERROR && a->authoritative && !a->cname && a->nrr > 0;
}

const char *
dns_servers_soa(struct dns_servers_soa *out, struct pool *p, const struct plan *plan,
    const struct dns_batch_servers *resolvers, int64_t deadline)
{
	const char *target = plan->plugin == PLUGIN_SMTP_TLS ? plan->host : plan->domain;
	const char *shown = plan->soa_name != NULL ? plan->soa_name : plan->soa.address.text;
	struct dns_question *q = pool_array(p, LABELS, sizeof(*q));
	size_t n = ancestors(q, target);
	const char *why;

	*out = (struct dns_servers_soa){ 0 };
	why = soa_addresses(out, p, plan, resolvers, deadline);
	if (why != NULL)
		return why;
	dns_batch_run(&(struct dns_batch_servers){ .server = out->server, .n = out->n }, p, q, n,
	    deadline);
	for (size_t i = 0; i < n && out->zone == NULL; i++)
		if (is_apex(&q[i].answer))
			out->zone = q[i].name;
	if (out->zone != NULL)
		return NULL;
	if (q[0].answer.timed_out)
		return pool_printf(p, "name server %s (--soa) does not answer (%s)", shown,
		    q[0].answer.why);
	return pool_printf(p, "name server %s (--soa) has no zone of %s", shown, target);
}
