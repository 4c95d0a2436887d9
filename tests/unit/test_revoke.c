// SPDX-License-Identifier: GPL-3.0-or-later
/* test_revoke.c - what staples, and lists of a server on loopback, make of hosts: asked beside probes, once each. */
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ocsp.h>

#include "pki.h"
#include "revoke.h"
#include "tick.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define PATIENCE (20 * TICK_SEC)
#define DER_MAX 4096
#define ALL ((1u << REVOKE_SOURCES) - 1)
#define CRL_ONLY (1u << REVOKE_CRL)

enum id { ROOT, CA, BAD_CA, LEAF, FALLEN, NO_LIST, SILENT, BELOW_BAD, CERTS };

/* Who issued each, whether the list of that issuer has it, and where it says that the list is. */
static const struct {
	enum id issuer;
	const char *cn, *path;	/* NULL: nowhere */
	bool ca, listed;
} specs[CERTS] = {
	[ROOT] = { ROOT, "Root", NULL, true, false },
	[CA] = { ROOT, "CA", NULL, true, false },
	[BAD_CA] = { ROOT, "Bad CA", "/root", true, true },
	[LEAF] = { CA, "leaf", "/ca", false, false },
	[FALLEN] = { CA, "fallen", "/ca", false, true },
	[NO_LIST] = { CA, "no list", "/nothing-here", false, false },
	[SILENT] = { CA, "silent", NULL, false, false },
	[BELOW_BAD] = { BAD_CA, "below", NULL, false, false },
};

/* A web server with the lists of two CAs. */
struct world {
	struct pool *p;
	struct pki_cert cert[CERTS];
	int listener;
	uint16_t port;
	pthread_t thread;
	unsigned asked;		/* for lists that are there */
	uint8_t *list[CERTS];
	size_t len[CERTS];
};

static void
make_list(struct world *w, enum id issuer)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = ASN1_TIME_adj(NULL, PKI_NOW, 0, -3600),
		  *to = ASN1_TIME_adj(NULL, PKI_NOW, 1, 0);
	uint8_t *der = NULL;
	int n;

	TAP_MUST(X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1);
	TAP_MUST(X509_CRL_set_issuer_name(crl, X509_get_subject_name(w->cert[issuer].x)) == 1);
	TAP_MUST(
	    X509_CRL_set1_lastUpdate(crl, from) == 1 && X509_CRL_set1_nextUpdate(crl, to) == 1);
	for (size_t i = 0; i < CERTS; i++) {
		X509_REVOKED *entry;

		if (!specs[i].listed || specs[i].issuer != issuer)
			continue;
		TAP_MUST((entry = X509_REVOKED_new()) != NULL);
		TAP_MUST(
		    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(w->cert[i].x)) == 1);
		TAP_MUST(X509_REVOKED_set_revocationDate(entry, from) == 1);
		TAP_MUST(X509_CRL_add0_revoked(crl, entry) == 1);
	}
	TAP_MUST(X509_CRL_sign(crl, w->cert[issuer].key, EVP_sha256()) > 0);
	TAP_MUST((n = i2d_X509_CRL(crl, &der)) > 0 && n < DER_MAX);
	w->list[issuer] = pool_copy(w->p, der, (size_t)n);
	w->len[issuer] = (size_t)n;
	OPENSSL_free(der);
	X509_CRL_free(crl);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
}

static void
answer(struct world *w, int fd)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n\r\n",
			  none[] = "HTTP/1.1 404 Not Found\r\n\r\n";
	char asked[1024] = "";
	ssize_t n = recv(fd, asked, sizeof(asked) - 1, 0);
	enum id issuer = strncmp(asked, "GET /ca ", 8) == 0 ? CA : ROOT;

	if (n <= 0)
		return;
	if (issuer == ROOT && strncmp(asked, "GET /root ", 10) != 0) {
		send(fd, none, sizeof(none) - 1, MSG_NOSIGNAL);
		return;
	}
	__atomic_add_fetch(&w->asked, 1, __ATOMIC_SEQ_CST);
	send(fd, head, sizeof(head) - 1, MSG_NOSIGNAL);
	send(fd, w->list[issuer], w->len[issuer], MSG_NOSIGNAL);
}

/* Until the listener is shut down. */
static void *
serve(void *arg)
{
	struct world *w = arg;
	int fd;

	while ((fd = accept(w->listener, NULL, NULL)) != -1) {
		answer(w, fd);
		close(fd);
	}
	return NULL;
}

static void
world_open(struct world *w)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);

	*w = (struct world){ .p = pool_new(), .listener = socket(AF_INET, SOCK_STREAM, 0) };
	TAP_MUST(bind(w->listener, (struct sockaddr *)&sin, sizeof(sin)) == 0 &&
	    listen(w->listener, 9) == 0);
	TAP_MUST(getsockname(w->listener, (struct sockaddr *)&sin, &len) == 0);
	w->port = ntohs(sin.sin_port);
	for (size_t i = 0; i < CERTS; i++)
		pki_make(&w->cert[i],
		    &(struct pki_spec){ .cn = specs[i].cn,
			.ca = specs[i].ca,
			.usage = specs[i].ca ? "keyCertSign,cRLSign" : NULL,
			.serial_bytes = (int)i + 2,
			.cdp = specs[i].path == NULL
			    ? NULL
			    : pool_printf(w->p, "URI:http://127.0.0.1:%u%s", w->port,
				  specs[i].path) },
		    specs[i].issuer == i ? NULL : &w->cert[specs[i].issuer]);
	make_list(w, ROOT);
	make_list(w, CA);
	TAP_MUST(pthread_create(&w->thread, NULL, serve, w) == 0);
}

static void
world_close(struct world *w)
{
	shutdown(w->listener, SHUT_RDWR);
	pthread_join(w->thread, NULL);
	close(w->listener);
	for (size_t i = 0; i < CERTS; i++)
		pki_free(&w->cert[i]);
	pool_free(w->p);
}

enum staple { NONE, GOOD, REVOKED, GARBAGE };

/* The response that a server staples about leaf. */
static void
add_staple(struct world *w, struct host *h, enum id leaf, enum staple kind)
{
	const struct pki_cert *issuer = &w->cert[specs[leaf].issuer];
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), w->cert[leaf].x, issuer->x);
	ASN1_TIME *from = ASN1_TIME_adj(NULL, PKI_NOW, 0, -3600),
		  *to = ASN1_TIME_adj(NULL, PKI_NOW, 1, 0);
	OCSP_RESPONSE *response;
	uint8_t *der = NULL;
	int n;

	TAP_MUST(OCSP_basic_add1_status(basic, id,
		     kind == GOOD ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED,
		     OCSP_REVOKED_STATUS_KEYCOMPROMISE, from, from, to) != NULL);
	TAP_MUST(OCSP_basic_sign(basic, issuer->x, issuer->key, EVP_sha256(), NULL, 0) == 1);
	TAP_MUST((response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)) != NULL);
	TAP_MUST((n = i2d_OCSP_RESPONSE(response, &der)) > 0);
	h->tls.staple = pool_copy(w->p, der, (size_t)n);
	h->tls.staple_len = kind == GARBAGE ? 9 : (size_t)n;
	OPENSSL_free(der);
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
}

/* A host whose certificate was verified, up to the root. */
static void
make_host(struct world *w, struct host *h, enum id leaf, enum staple staple)
{
	struct cert_path *path = &h->cert.path;

	*h = (struct host){ .mx = "mx.example.org", .pool = w->p, .status = HOST_TESTED };
	h->cert.present = true;
	h->step[STEP_CERT].state = STEP_OK;
	path->der = pool_array(w->p, CERTS, sizeof(*path->der));
	path->len = pool_array(w->p, CERTS, sizeof(*path->len));
	h->chain = pool_array(w->p, CERTS, sizeof(*h->chain));
	for (enum id i = leaf;; i = specs[i].issuer) {
		h->chain[h->nchain++] = (struct cert){ .der = w->cert[i].der,
			.subject = specs[i].cn };
		path->der[path->n] = w->cert[i].der;
		path->len[path->n++] = w->cert[i].len;
		if (specs[i].issuer == i)
			break;
	}
	if (staple != NONE)
		add_staple(w, h, leaf, staple);
}

static const struct {
	const char *name;
	enum id leaf;
	enum staple staple;
	unsigned sources;
	enum revoked want;
	const char *why;	/* is part of it; NULL: there is none */
	size_t said;
} rows[] = {
	{ "a good staple", LEAF, GOOD, ALL, REVOKED_GOOD, NULL, 1 },
	{ "a good staple of a certificate without sources", SILENT, GOOD, ALL, REVOKED_GOOD, NULL, 1 },
	{ "a staple that says revoked", LEAF, REVOKED, ALL, REVOKED_YES, "keyCompromise", 1 },
	{ "a staple that is none, and a list", LEAF, GARBAGE, ALL, REVOKED_GOOD, NULL, 2 },
	{ "a staple nobody asked for", LEAF, REVOKED, CRL_ONLY, REVOKED_GOOD, NULL, 1 },
	{ "not listed", LEAF, NONE, ALL, REVOKED_GOOD, NULL, 1 },
	{ "listed", FALLEN, NONE, ALL, REVOKED_YES, "no reason given", 1 },
	{ "the list is not there", NO_LIST, NONE, ALL, REVOKED_UNKNOWN, "404", 1 },
	{ "no list and no staple worth its name", NO_LIST, GARBAGE, ALL, REVOKED_UNKNOWN, "; ", 2 },
	{ "nobody to ask", SILENT, NONE, ALL, REVOKED_NOT_TESTED, "names no source", 0 },
	{ "lists are not asked", LEAF, NONE, 1u << REVOKE_OCSP, REVOKED_NOT_TESTED, "names no source", 0 },
	{ "the CA above is revoked", BELOW_BAD, NONE, ALL, REVOKED_YES, "intermediate Bad CA: ", 1 },
	{ "the CA above is revoked, the leaf good", BELOW_BAD, GOOD, ALL, REVOKED_YES, "intermediate Bad CA: ", 2 },
};

static void
ask(const struct plan *plan, struct host *h, size_t n)
{
	struct revoke *r = revoke_new(plan, NULL);

	for (size_t i = 0; i < n; i++)
		revoke_ask(r, &h[i], &(struct tls_chain){ 0 }, PKI_NOW, tick_now() + PATIENCE);
	for (size_t i = 0; i < n; i++)
		revoke_settle(r, &h[i]);
	revoke_free(r);
}

static void
test_rows(struct world *w)
{
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct plan plan = { .pool = w->p, .revocation = rows[i].sources };
		struct host h;

		make_host(w, &h, rows[i].leaf, rows[i].staple);
		ask(&plan, &h, 1);
		if (!tap_ok(h.cert.revoked == rows[i].want && h.cert.nrevocations == rows[i].said &&
			    (rows[i].why == NULL ||
				(h.cert.revoked_why != NULL &&
				    strstr(h.cert.revoked_why, rows[i].why) != NULL)),
			"%s", rows[i].name))
			printf("# %d %s, %zu\n", (int)h.cert.revoked, h.cert.revoked_why,
			    h.cert.nrevocations);
		tap_ok((h.step[STEP_CERT].state == STEP_FAIL) == (rows[i].want == REVOKED_YES),
		    "step Cert fails when it is revoked");
	}
}

/* However many hosts show a certificate, its list is fetched once, and all hear what it says. */
static void
test_once(struct world *w)
{
	struct plan plan = { .pool = w->p, .revocation = CRL_ONLY };
	struct host h[8];
	unsigned before = __atomic_load_n(&w->asked, __ATOMIC_SEQ_CST);
	bool good = true;

	for (size_t i = 0; i < ROWS(h); i++)
		make_host(w, &h[i], i % 2 == 0 ? LEAF : FALLEN, NONE);
	ask(&plan, h, ROWS(h));
	for (size_t i = 0; i < ROWS(h); i++)
		good = good && h[i].cert.revoked == (i % 2 == 0 ? REVOKED_GOOD : REVOKED_YES);
	tap_ok(good, "eight hosts with two certificates");
	tap_ok(__atomic_load_n(&w->asked, __ATOMIC_SEQ_CST) == before + 1, "one list for both");
}

static void
test_nothing(struct world *w)
{
	struct plan off = { .pool = w->p }, all = { .pool = w->p, .revocation = ALL };
	struct host h;

	tap_ok(revoke_new(&off, NULL) == NULL, "nobody is asked: there is nothing to do it");
	make_host(w, &h, LEAF, NONE);
	ask(&off, &h, 1);
	tap_ok(h.cert.revoked == REVOKED_NOT_TESTED && h.cert.nrevocations == 0,
	    "and nothing known");
	make_host(w, &h, ROOT, NONE);
	ask(&all, &h, 1);
	tap_ok(h.cert.revoked == REVOKED_NOT_TESTED && h.cert.nrevocations == 0,
	    "nobody revokes a root");
}

int
main(void)
{
	struct world w;

	world_open(&w);
	test_rows(&w);
	test_once(&w);
	test_nothing(&w);
	world_close(&w);
	return tap_end();
}
