// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * http.c - one request over plain HTTP.  OpenSSL writes the request and reads the answer; the bytes go through a BIO
 * whose every read and write is one of conn.c, and so is bounded by the deadline and by a number of bytes.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/httperr.h>

#include "conn.h"
#include "http.h"
#include "lookup.h"
#include "text.h"
#include "tick.h"

#define URL_MAX 1024	 /* real ones stay under 200 */
#define REASON_SHOWN 80	 /* of what the server says */
#define HEADERS_MAX 16384 /* bytes beside the answer itself: headers of real servers stay under 2000 */
#define ADDRESSES 4	 /* tried of one host: with more, each would get no time worth a try */
#define BUFFER 4096
#define LINE 128	 /* of the answer's first: "HTTP/1.1 404 Not Found" */
#define HTTP_PORT 80

/* Where a URL leads. */
struct target {
	const char *host;	/* a name, or an address without brackets */
	const char *header;	/* of Host: */
	const char *path;
	uint16_t port;
	struct addr address[ADDRESSES];
	size_t n;
};

/* What OpenSSL may find wrong; its own words for it are not loaded. */
static const struct {
	int reason;
	enum err_kind kind;
	const char *why;
} faults[] = {
	{ HTTP_R_MAX_RESP_LEN_EXCEEDED, ERR_LIMIT, "the answer is too long" },
	{ HTTP_R_INCONSISTENT_CONTENT_LENGTH, ERR_PROTO, "inconsistent length" },
	{ HTTP_R_MISSING_ASN1_ENCODING, ERR_PROTO, "the answer is no DER" },
	{ HTTP_R_ASN1_LEN_EXCEEDS_MAX_RESP_LEN, ERR_LIMIT, "the answer is too long" },
#ifdef HTTP_R_RESPONSE_TOO_MANY_HDRLINES
	{ HTTP_R_RESPONSE_TOO_MANY_HDRLINES, ERR_LIMIT, "the answer is too long" },
#endif
};

/* What the BIO stands on. */
struct wire {
	struct conn *conn;
	size_t left;		/* bytes that may still be read */
	/* the answer's first, as far as it came; what OpenSSL says of it depends on its version */
	char line[LINE];
	struct err e;		/* of the connection */
};

static void
note_line(struct wire *w, const char *bytes, size_t n)
{
	size_t have = strlen(w->line), room = sizeof(w->line) - 1 - have;

	if (strchr(w->line, '\n') == NULL)
		memcpy(w->line + have, bytes, n < room ? n : room);
}

static int
wire_read(BIO *bio, char *buf, int n)
{
	struct wire *w = BIO_get_data(bio);
	ssize_t got;

	BIO_clear_retry_flags(bio);
	if (w->left == 0)
		return err_set(&w->e, ERR_LIMIT, "the answer is too long");
	got = conn_read(w->conn, buf, (size_t)n < w->left ? (size_t)n : w->left, &w->e);
	if (got > 0) {
		w->left -= (size_t)got;
		note_line(w, buf, (size_t)got);
	}
	return (int)got;
}

static int
wire_write(BIO *bio, const char *buf, int n)
{
	struct wire *w = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	return conn_write(w->conn, buf, (size_t)n, &w->e) == -1 ? -1 : n;
}

static long
wire_ctrl(BIO *bio, int what, long n, void *arg)
{
	(void)bio;
	(void)n;
	(void)arg;
	return what == BIO_CTRL_FLUSH;
}

static BIO_METHOD *
wire_method(void)
{
	BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "wire");

	if (m != NULL && BIO_meth_set_read(m, wire_read) == 1 &&
	    BIO_meth_set_write(m, wire_write) == 1 && BIO_meth_set_ctrl(m, wire_ctrl) == 1)
		return m;
	BIO_meth_free(m);
	return NULL;
}

/* It comes from a certificate, and goes into a request: no blanks, no line ends. */
static bool
url_is_clean(const char *url)
{
	size_t n = strlen(url);

	for (size_t i = 0; i < n; i++)
		if (url[i] <= ' ' || url[i] >= '\177')
			return false;
	return n <= URL_MAX;
}

static int
parse_url(struct target *t, struct pool *p, const char *url, struct err *e)
{
	char *host = NULL, *port = NULL, *path = NULL;
	struct addr literal;
	int number = 0, tls = 0, rc = -1;

	if (!url_is_clean(url) ||
	    OSSL_HTTP_parse_url(url, &tls, NULL, &host, &port, &number, &path, NULL, NULL) != 1 ||
	    *host == '\0') {
		err_set(e, ERR_PROTO, "the URL cannot be used");
		goto out;
	}
	if (tls != 0) {
		err_set(e, ERR_PROTO, "https is not asked");
		goto out;
	}
	t->host = pool_str(p, host);
	t->port = (uint16_t)number;
	t->path = pool_str(p, path);
	t->header = addr_parse(&literal, host) && literal.family == AF_INET6
	    ? pool_printf(p, "[%s]", literal.text) : t->host;
	if (number != HTTP_PORT)
		t->header = pool_printf(p, "%s:%d", t->header, number);
	rc = 0;
out:
	ERR_clear_error();
	OPENSSL_free(host);
	OPENSSL_free(port);
	OPENSSL_free(path);
	return rc;
}

static int
open_target(struct conn **c, const struct target *t, const struct plan *plan, int64_t deadline,
    struct err *e)
{
	struct err last = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		int64_t now = tick_now(), share = (deadline - now) / (int64_t)(t->n - i);

		last.kind = ERR_NONE;
		if (conn_open(c, &t->address[i], t->port, plan, now + share, &last) == 0) {
			conn_deadline(*c, deadline);
			return 0;
		}
	}
	return err_set(e, last.kind, "%s", last.msg);
}

/* The status and its reason, in why; 0: that is no HTTP (RFC 9112, 4). */
static int
status_of(const char *line, char why[LINE])
{
	char digits[4] = "";
	long status = 0;

	why[0] = '\0';
	if (sscanf(line, "HTTP/1.%*1[01] %3[0-9] %127[^\r\n]", digits, why) < 1 ||
	    !text_int(digits, 100, 599, &status))
		return 0;
	return (int)status;
}

/* What OpenSSL found wrong with an answer of status 200. */
static int
refuse_content(struct err *e)
{
	unsigned long code = ERR_peek_error();

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (ERR_GET_LIB(code) == ERR_LIB_HTTP && ERR_GET_REASON(code) == faults[i].reason)
			return err_set(e, faults[i].kind, "%s", faults[i].why);
	return err_set(e, ERR_PROTO, "not an HTTP answer");
}

/* Why there is no answer: the server's word first, then what became of the connection. */
static int
refuse(const struct wire *w, struct err *e)
{
	char why[LINE];
	int status = status_of(w->line, why);
	struct pool *p;

	if (status / 100 == 3)
		return err_set(e, ERR_PROTO, "a redirect, which is not followed");
	if (status == 0 || status / 100 == 2)
		return w->e.kind == ERR_NONE ? refuse_content(e)
					     : err_set(e, w->e.kind, "%s", w->e.msg);
	p = pool_new();
	err_set(e, ERR_PROTO, "HTTP error: code=%d, reason=%s", status,
	    text_clean(p, why, strlen(why), REASON_SHOWN));
	pool_free(p);
	return -1;
}

/* The request, as far as OpenSSL takes it; the body passes as any DER object does. */
static bool
put_request(OSSL_HTTP_REQ_CTX *http, const struct http_request *request, const struct target *t)
{
	const unsigned char *der = request->body;
	ASN1_TYPE *body = NULL;
	bool done;

	done = OSSL_HTTP_REQ_CTX_set_request_line(http, request->body != NULL, NULL, NULL,
		   t->path) == 1 &&
	    OSSL_HTTP_REQ_CTX_add1_header(http, "Host", t->header) == 1 &&
	    OSSL_HTTP_REQ_CTX_set_expected(http, NULL, 1, 0, 0) == 1;
	if (done && der != NULL)
		done = (body = d2i_ASN1_TYPE(NULL, &der, (long)request->len)) != NULL &&
		    OSSL_HTTP_REQ_CTX_set1_req(http, request->type, ASN1_ITEM_rptr(ASN1_ANY),
			(const ASN1_VALUE *)body) == 1;
	ASN1_TYPE_free(body);
	OSSL_HTTP_REQ_CTX_set_max_response_length(http, request->max);
	return done;
}

/* The one object in DER, without what came behind it. */
static int
take_answer(struct http_answer *out, struct pool *p, const OSSL_HTTP_REQ_CTX *http, struct err *e)
{
	unsigned char *bytes = NULL;
	long n = BIO_get_mem_data(OSSL_HTTP_REQ_CTX_get0_mem_bio(http), &bytes), len = 0;
	const unsigned char *inside = bytes;
	int tag, class;

	if (n <= 0 || (ASN1_get_object(&inside, &len, &tag, &class, n) & 0x81) != 0)
		return err_set(e, ERR_PROTO, "empty answer");
	out->n = (size_t)(inside - bytes) + (size_t)len;
	out->bytes = pool_copy(p, bytes, out->n);
	return 0;
}

static int
exchange(struct http_answer *out, struct pool *p, const struct http_request *request,
    const struct target *t, struct wire *w, struct err *e)
{
	BIO_METHOD *method = wire_method();
	BIO *bio = method == NULL ? NULL : BIO_new(method);
	OSSL_HTTP_REQ_CTX *http = NULL;
	int rc = -1;

	if (bio == NULL || (http = OSSL_HTTP_REQ_CTX_new(bio, bio, BUFFER)) == NULL) {
		err_set(e, ERR_SYSTEM, "out of memory");
		goto out;
	}
	BIO_set_data(bio, w);
	BIO_set_init(bio, 1);
	ERR_clear_error();
	if (!put_request(http, request, t) || OSSL_HTTP_REQ_CTX_nbio(http) != 1) {
		refuse(w, e);
		goto out;
	}
	rc = take_answer(out, p, http, e);
out:
	ERR_clear_error();
	OSSL_HTTP_REQ_CTX_free(http);
	BIO_free(bio);
	BIO_meth_free(method);
	return rc;
}

int
http_ask(struct http_answer *out, struct pool *p, const struct http_request *request,
    const struct plan *plan, struct dns *dns, int64_t deadline, struct err *e)
{
	struct target t = { 0 };
	struct wire w = { .left = request->max + HEADERS_MAX };
	const char *why;
	int rc;

	if (parse_url(&t, p, request->url, e) == -1)
		return -1;
	t.n = lookup_host(t.address, ADDRESSES, p, t.host, plan, dns, deadline, &why);
	if (t.n == 0)
		return err_set(e, ERR_CONNECT, "its address: %s", why);
	if (open_target(&w.conn, &t, plan, deadline, e) == -1)
		return -1;
	rc = exchange(out, p, request, &t, &w, e);
	conn_close(w.conn);
	return rc;
}
