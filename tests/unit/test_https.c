// SPDX-License-Identifier: GPL-3.0-or-later
/* test_https.c - one GET from a TLS server in a thread: every kind of certificate and answer. */
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "https.h"
#include "pki.h"
#include "tap.h"
#include "tick.h"

#define HOST "mta-sts.example.org"
#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
#define HELLO OK_HEAD "Content-Length: 5\r\n\r\nhello"
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

enum {
	LEAF_GOOD,
	LEAF_WILD,
	LEAF_CASE,
	LEAF_MANY,
	LEAF_WRONG,
	LEAF_CN,
	LEAF_CN_BESIDE,
	LEAF_PARTIAL,
	LEAF_WIDE,
	LEAF_DEEP,
	LEAF_NUL,
	LEAF_IP,
	LEAF_EXPIRED,
	LEAF_FUTURE,
	LEAF_STRANGER,
	LEAF_SELF,
	LEAF_CLIENT,
	LEAF_COUNT
};

static const struct pki_spec specs[LEAF_COUNT] = {
	[LEAF_GOOD] = { .cn = "x", .san = "DNS:" HOST },
	[LEAF_WILD] = { .cn = "x", .san = "DNS:*.example.org" },
	[LEAF_CASE] = { .cn = "x", .san = "DNS:MTA-STS.Example.ORG" },
	[LEAF_MANY] = { .cn = "x", .san = "DNS:a.example,IP:127.0.0.1,DNS:" HOST },
	[LEAF_WRONG] = { .cn = HOST, .san = "DNS:www.example.org" },
	[LEAF_CN] = { .cn = HOST },
	[LEAF_CN_BESIDE] = { .cn = HOST, .san = "IP:127.0.0.1" },
	[LEAF_PARTIAL] = { .cn = "x", .san = "DNS:mta*.example.org" },
	[LEAF_WIDE] = { .cn = "x", .san = "DNS:*.org" },
	[LEAF_DEEP] = { .cn = "x", .san = "DNS:*.*.org" },
	[LEAF_NUL] = { .cn = "x", .raw_dns = HOST "\0.evil.example", .raw_len = sizeof(HOST) + 13 },
	[LEAF_IP] = { .cn = "x", .san = "IP:127.0.0.1" },
	[LEAF_EXPIRED] = { .cn = "x", .san = "DNS:" HOST, .from = -100, .to = -10 },
	[LEAF_FUTURE] = { .cn = "x", .san = "DNS:" HOST, .from = 10, .to = 100 },
	[LEAF_STRANGER] = { .cn = "x", .san = "DNS:" HOST },
	[LEAF_SELF] = { .cn = "x", .san = "DNS:" HOST },
	[LEAF_CLIENT] = { .cn = "x", .san = "DNS:" HOST, .eku = "clientAuth" },
};

/* What the server does behind its answer. */
enum then { THEN_CLOSE, THEN_STALL };

static const struct {
	const char *name;
	int leaf;
	const char *answer;	/* NULL: the connection is closed before the handshake */
	const char *fill;	/* sent behind it so many times */
	int times;
	enum then then;
	enum https_end end;
	const char *want;	/* of GOT the body, else in the reason; NULL: any */
	const char *type;
} rows[] = {
	{ "an answer", LEAF_GOOD, HELLO, NULL, 0, THEN_CLOSE, HTTPS_GOT, "hello", "text/plain" },
	{ "whose connection stays open", LEAF_GOOD, HELLO, NULL, 0, THEN_STALL, HTTPS_GOT, "hello",
	    "text/plain" },
	{ "that ends with the connection", LEAF_GOOD, OK_HEAD "\r\nhello", NULL, 0, THEN_CLOSE,
	    HTTPS_GOT, "hello", "text/plain" },
	{ "in chunks", LEAF_GOOD,
	    OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n", NULL, 0,
	    THEN_CLOSE, HTTPS_GOT, "hello", "text/plain" },
	{ "of nothing", LEAF_GOOD, OK_HEAD "Content-Length: 0\r\n\r\n", NULL, 0, THEN_CLOSE, HTTPS_GOT,
	    "", "text/plain" },
	{ "behind an interim one", LEAF_GOOD, "HTTP/1.1 103 Early Hints\r\n\r\n" HELLO, NULL, 0,
	    THEN_CLOSE, HTTPS_GOT, "hello", "text/plain" },
	{ "by HTTP/1.0", LEAF_GOOD, "HTTP/1.0 200 OK\r\n\r\nhello", NULL, 0, THEN_CLOSE, HTTPS_GOT,
	    "hello", NULL },
	{ "with a type to be cleaned", LEAF_GOOD,
	    "HTTP/1.1 200 OK\r\nContent-Type: a\033[31m|b\r\nContent-Length: 2\r\n\r\nhi", NULL, 0,
	    THEN_CLOSE, HTTPS_GOT, "hi", "a?[31m|b" },
	{ "of 65536 bytes", LEAF_GOOD, OK_HEAD "\r\n", "0123456789abcdef", 4096, THEN_CLOSE, HTTPS_GOT,
	    NULL, "text/plain" },
	{ "a wildcard", LEAF_WILD, HELLO, NULL, 0, THEN_CLOSE, HTTPS_GOT, "hello", "text/plain" },
	{ "a name in other letters", LEAF_CASE, HELLO, NULL, 0, THEN_CLOSE, HTTPS_GOT, "hello",
	    "text/plain" },
	{ "one name of several", LEAF_MANY, HELLO, NULL, 0, THEN_CLOSE, HTTPS_GOT, "hello",
	    "text/plain" },

	{ "another name", LEAF_WRONG, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY,
	    "certificate names www.example.org, not " HOST, NULL },
	{ "a common name", LEAF_CN, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY,
	    "in its common name only", NULL },
	{ "a common name beside an address", LEAF_CN_BESIDE, HELLO, NULL, 0, THEN_CLOSE,
	    HTTPS_IDENTITY, "certificate names", NULL },
	{ "a wildcard for a part of a label", LEAF_PARTIAL, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY,
	    "certificate names mta*.example.org", NULL },
	{ "a wildcard for two labels", LEAF_WIDE, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY,
	    "certificate names *.org", NULL },
	{ "two wildcards", LEAF_DEEP, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY, "certificate names",
	    NULL },
	{ "a name with a NUL", LEAF_NUL, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY,
	    "certificate names " HOST "?.evil.example", NULL },
	{ "the address", LEAF_IP, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY,
	    "certificate names 127.0.0.1", NULL },
	{ "expired", LEAF_EXPIRED, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY, "out of date", NULL },
	{ "not yet valid", LEAF_FUTURE, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY, "out of date", NULL },
	{ "of an unknown CA", LEAF_STRANGER, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY, "not trusted",
	    NULL },
	{ "self-signed", LEAF_SELF, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY, "not trusted", NULL },
	{ "for clients", LEAF_CLIENT, HELLO, NULL, 0, THEN_CLOSE, HTTPS_IDENTITY, "not trusted", NULL },

	{ "65537 bytes", LEAF_GOOD, OK_HEAD "\r\n0", "0123456789abcdef", 4096, THEN_CLOSE, HTTPS_FAILED,
	    "body is over 65536 bytes", NULL },
	{ "65537 bytes announced", LEAF_GOOD, OK_HEAD "Content-Length: 65537\r\n\r\n0",
	    "0123456789abcdef", 4096, THEN_CLOSE, HTTPS_FAILED, "body is over 65536 bytes", NULL },
	{ "a body without end", LEAF_GOOD, OK_HEAD "\r\n", "0123456789abcdef", 100000, THEN_CLOSE,
	    HTTPS_FAILED, "body is over", NULL },
	{ "an error page without end", LEAF_GOOD, "HTTP/1.1 404 No\r\n\r\n", "0123456789abcdef", 100000,
	    THEN_CLOSE, HTTPS_FAILED, "HTTP status 404", NULL },
	{ "header lines without end", LEAF_GOOD, "HTTP/1.1 200 OK\r\n", "X-A: 0123456789abcdef\r\n",
	    100000, THEN_CLOSE, HTTPS_FAILED, "header is over 32768 bytes", NULL },
	{ "interim answers without end", LEAF_GOOD, "", "HTTP/1.1 103 Early Hints\r\n\r\n", 100000,
	    THEN_CLOSE, HTTPS_FAILED, "header is over", NULL },
	{ "no content", LEAF_GOOD, "HTTP/1.1 204 No Content\r\n\r\n", NULL, 0, THEN_CLOSE, HTTPS_FAILED,
	    "HTTP status 204", NULL },
	{ "a part of it", LEAF_GOOD, "HTTP/1.1 206 Partial\r\nContent-Length: 2\r\n\r\nhi", NULL, 0,
	    THEN_CLOSE, HTTPS_FAILED, "HTTP status 206", NULL },
	{ "a redirect", LEAF_GOOD,
	    "HTTP/1.1 302 Found\r\nlocation:\t https://a.example/\033[1m \r\nContent-Length: 0\r\n\r\n",
	    NULL, 0, THEN_CLOSE, HTTPS_FAILED,
	    "redirect to https://a.example/?[1m: never followed (RFC 8461, 3.3)", NULL },
	{ "a redirect to nowhere", LEAF_GOOD, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", NULL, 0,
	    THEN_CLOSE, HTTPS_FAILED, "HTTP status 302", NULL },
	{ "401", LEAF_GOOD,
	    "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n", NULL, 0,
	    THEN_CLOSE, HTTPS_FAILED, "HTTP status 401", NULL },
	{ "no HTTP", LEAF_GOOD, "SSH-2.0-x\r\n\r\n", NULL, 0, THEN_CLOSE, HTTPS_FAILED, "not HTTP", NULL },
	{ "nothing", LEAF_GOOD, "", NULL, 0, THEN_CLOSE, HTTPS_FAILED,
	    "connection closed without an answer", NULL },
	{ "less than announced", LEAF_GOOD, OK_HEAD "Content-Length: 9\r\n\r\nhello", NULL, 0, THEN_CLOSE,
	    HTTPS_FAILED, "connection closed within the body", NULL },
	{ "chunks without the last", LEAF_GOOD,
	    OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", NULL, 0, THEN_CLOSE, HTTPS_FAILED,
	    NULL, NULL },
	{ "a chunk of no size", LEAF_GOOD, OK_HEAD "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello", NULL,
	    0, THEN_CLOSE, HTTPS_FAILED, NULL, NULL },
	{ "a handshake cut off", LEAF_GOOD, NULL, NULL, 0, THEN_CLOSE, HTTPS_FAILED,
	    "TLS handshake failed", NULL },
	{ "a silence", LEAF_GOOD, "", NULL, 0, THEN_STALL, HTTPS_FAILED, "timed out after 0.", NULL },
	{ "a silence within the body", LEAF_GOOD, OK_HEAD "Content-Length: 9\r\n\r\nhello", NULL, 0,
	    THEN_STALL, HTTPS_FAILED, "timed out after 0.", NULL },
};

struct world {
	struct pki_cert root, stranger, leaf[LEAF_COUNT];
	char path[32];
	struct cert_store *store;
	int listener, done[2];	/* a pipe: what stalls ends when its row does */
	uint16_t port;
	size_t row;
	bool sni_right;
};

/* Everything is written once, whatever becomes of it: the client may have enough. */
static void
answer(SSL *ssl, size_t row)
{
	const char *text = rows[row].answer;
	int n = (int)strlen(text);

	if (n > 0 && SSL_write(ssl, text, n) != n)
		return;
	for (int i = 0; i < rows[row].times; i++) {
		n = (int)strlen(rows[row].fill);
		if (SSL_write(ssl, rows[row].fill, n) != n)
			return;
	}
}

static void
read_request(SSL *ssl)
{
	char request[4096];
	size_t len = 0, n = 0;

	while (len < sizeof(request) - 1 &&
	    SSL_read_ex(ssl, request + len, sizeof(request) - 1 - len, &n) == 1) {
		len += n;
		request[len] = '\0';
		if (strstr(request, "\r\n\r\n") != NULL)
			return;
	}
}

static void
talk(struct world *w, SSL *ssl)
{
	const char *sni;
	char byte;

	if (SSL_accept(ssl) != 1)
		return;
	sni = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	w->sni_right = sni != NULL && strcmp(sni, HOST) == 0;
	read_request(ssl);
	answer(ssl, w->row);
	if (rows[w->row].then == THEN_STALL)
		TAP_MUST(read(w->done[0], &byte, 1) == 1);
	SSL_shutdown(ssl);
}

/* The server of one row. */
static void *
serve(void *arg)
{
	struct world *w = arg;
	const struct pki_cert *leaf = &w->leaf[rows[w->row].leaf];
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	int fd = accept(w->listener, NULL, NULL);
	SSL *ssl;

	TAP_MUST(fd != -1 && SSL_CTX_use_certificate(ctx, leaf->x) == 1 &&
	    SSL_CTX_use_PrivateKey(ctx, leaf->key) == 1);
	ssl = SSL_new(ctx);
	TAP_MUST(SSL_set_fd(ssl, fd) == 1);
	if (rows[w->row].answer != NULL)
		talk(w, ssl);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	close(fd);
	return NULL;
}

static void
listen_here(struct world *w)
{
	struct addr here;
	struct sockaddr_storage ss;
	struct sockaddr_in bound;
	socklen_t len;

	addr_parse(&here, "127.0.0.1");
	len = addr_socket(&here, 0, &ss);
	w->listener = socket(AF_INET, SOCK_STREAM, 0);
	TAP_MUST(
	    bind(w->listener, (struct sockaddr *)&ss, len) == 0 && listen(w->listener, 8) == 0);
	len = sizeof(bound);
	TAP_MUST(getsockname(w->listener, (struct sockaddr *)&bound, &len) == 0);
	w->port = ntohs(bound.sin_port);
}

static void
make_world(struct world *w)
{
	struct plan plan = { 0 };
	struct err e = { 0 };
	int fd;

	pki_make(&w->root, &(struct pki_spec){ .cn = "Root", .ca = true }, NULL);
	pki_make(&w->stranger, &(struct pki_spec){ .cn = "Stranger", .ca = true }, NULL);
	for (int i = 0; i < LEAF_COUNT; i++)
		pki_make(&w->leaf[i], &specs[i],
		    i == LEAF_SELF           ? NULL
			: i == LEAF_STRANGER ? &w->stranger
					     : &w->root);
	strcpy(w->path, "/tmp/test_https.XXXXXX");
	TAP_MUST((fd = mkstemp(w->path)) != -1 && close(fd) == 0);
	pki_write(w->path, &w->root);
	plan.ca_file = w->path;
	TAP_MUST(cert_store_new(&w->store, &plan, &e) == 0);
	unlink(w->path);
	listen_here(w);
}

static struct https_request
request_of(const struct world *w, const struct addr *to, size_t n)
{
	static const struct addr any;

	return (struct https_request){ .host = HOST,
		.path = "/x",
		.port = w->port,
		.addresses = to,
		.naddresses = n,
		.source = &any,
		.store = w->store,
		.wall = PKI_NOW,
		.deadline = tick_now() + 20 * TICK_SEC };
}

static void
test_row(struct world *w, size_t row)
{
	struct pool *p = pool_new();
	struct addr to[2];
	/* once nobody listens at the first one: the second has its turn, but libcurl takes 200 ms */
	struct https_request r = request_of(w, row == 0 ? to : to + 1, row == 0 ? 2 : 1);
	struct https_answer a;
	struct err e = { 0 };
	pthread_t server;
	bool good, stalls = rows[row].then == THEN_STALL;

	addr_parse(&to[0], "127.0.0.99");
	addr_parse(&to[1], "127.0.0.1");
	if (stalls && rows[row].end == HTTPS_FAILED)
		r.deadline = tick_now() + TICK_SEC / 2;
	w->row = row;
	TAP_MUST(pthread_create(&server, NULL, serve, w) == 0);
	good = https_get(&a, p, &r, &e) == 0 && a.end == rows[row].end;
	if (stalls)
		TAP_MUST(write(w->done[1], "", 1) == 1);
	pthread_join(server, NULL);
	if (good && a.end == HTTPS_GOT)
		good = a.why == NULL && a.status == 200 && a.body[a.len] == '\0' &&
		    (rows[row].want == NULL ? a.len == HTTPS_BODY
					    : strcmp(a.body, rows[row].want) == 0);
	else if (good)
		good = a.why != NULL && a.body == NULL &&
		    (rows[row].want == NULL || strstr(a.why, rows[row].want) != NULL);
	if (!tap_ok(good, "https: %s", rows[row].name))
		printf("# end %d status %ld why %s err %s\n", (int)a.end, a.status, a.why, e.msg);
	if (a.end == HTTPS_GOT)
		tap_is(a.type, rows[row].type, "https: its type");
	pool_free(p);
}

/* Nobody there, a source that is not ours, and what is known of the server. */
static void
test_rest(struct world *w)
{
	struct pool *p = pool_new();
	struct addr to, source;
	struct https_request r = request_of(w, &to, 1);
	struct https_answer a = { 0 };
	struct err e = { 0 };
	pthread_t server;

	addr_parse(&to, "127.0.0.1");
	w->row = 0;
	TAP_MUST(pthread_create(&server, NULL, serve, w) == 0);
	tap_ok(https_get(&a, p, &r, &e) == 0 && a.cert_seen && a.cert_days > 79.9 &&
		a.cert_days < 80.1 && a.proto == PROTO_TLS13,
	    "https: certificate and protocol are told");
	pthread_join(server, NULL);
	tap_ok(w->sni_right, "https: the server's name is sent");
	addr_parse(&to, "127.0.0.99");
	tap_ok(https_get(&a, p, &r, &e) == 0 && a.end == HTTPS_FAILED &&
	    strcmp(a.why, "Connection refused") == 0 && !a.cert_seen, "https: nobody listens");
	addr_parse(&source, "192.0.2.1");
	r.source = &source;
	tap_ok(https_get(&a, p, &r, &e) == 0 && a.end == HTTPS_FAILED &&
	    strstr(a.why, "assign requested address") != NULL, "https: a source that is not ours");
	r.deadline = tick_now() - 1;
	tap_ok(https_get(&a, p, &r, &e) == 0 && a.end == HTTPS_FAILED &&
	    a.why != NULL, "https: no time left");
	pool_free(p);
}

int
main(void)
{
	static struct world w;

	signal(SIGPIPE, SIG_IGN);
	/* what must not matter */
	setenv("https_proxy", "http://127.0.0.99:1", 1);
	setenv("all_proxy", "socks5://127.0.0.99:1", 1);
	setenv("SSL_CERT_FILE", "/nonexistent", 1);
	TAP_MUST(pipe(w.done) == 0);
	make_world(&w);
	for (size_t i = 0; i < ROWS(rows); i++)
		test_row(&w, i);
	test_rest(&w);
	cert_store_free(w.store);
	for (int i = 0; i < LEAF_COUNT; i++)
		pki_free(&w.leaf[i]);
	pki_free(&w.root);
	pki_free(&w.stranger);
	close(w.listener);
	close(w.done[0]);
	close(w.done[1]);
	return tap_end();
}
