// SPDX-License-Identifier: GPL-3.0-or-later
/* https.c - one GET over HTTPS through libcurl; who the server is, we judge ourselves. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "cert.h"
#include "https.h"
#include "https_curl.h"
#include "text.h"
#include "tick.h"
#include "tls.h"
#include "version.h"

#define HEADERS 32768		/* bytes of all header lines: real answers stay under 4 KiB */
#define ADDRESSES 32		/* of one host: real ones have less than 10 */
#define WHY_SHOWN 200		/* of a text of libcurl or the server in a sentence */
/* Weak servers are a lint, not a failure; a suite without a certificate would authenticate nobody. */
#define CIPHERS "ALL:!aNULL:!eNULL:@SECLEVEL=0"

/* One transfer. */
struct fetch {
	struct curl curl;
	const struct https_request *r;
	struct https_answer *out;
	struct pool *p;
	CURL *easy;
	CURLM *multi;
	struct curl_slist *resolve;
	char *body;			/* room for HTTPS_BODY, made when the first byte comes */
	size_t len, headers;
	const char *location;		/* where a redirect points, cleaned */
	bool too_long, too_many_headers, late;
	bool judged, accepted;		/* the certificate was looked at; it is the host's */
	struct cert_facts cert;
	int bind_error;			/* errno of the source address */
	char error[CURL_ERROR_SIZE];
};

/* Nothing that matters is left to defaults. */
static const struct {
	CURLoption option;
	long value;
} settings[] = {
	{ CURLOPT_NOSIGNAL, 1 },
	{ CURLOPT_FOLLOWLOCATION, 0 },	/* RFC 8461, 3.3: MUST NOT */
	{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS },
	{ CURLOPT_HTTP09_ALLOWED, 0 },
	{ CURLOPT_NETRC, CURL_NETRC_IGNORED },
	{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_0 },
	{ CURLOPT_SSL_SESSIONID_CACHE, 0 },
	{ CURLOPT_SSL_VERIFYPEER, 0 },	/* judge_peer() does: libcurl takes common names, and loads a bundle */
	{ CURLOPT_SSL_VERIFYHOST, 0 },
};

/* --- what libcurl calls */

/* What stands behind the colon. */
static const char *
header_value(struct pool *p, const char *line, size_t n)
{
	const char *at = memchr(line, ':', n), *end = line + n;

	while (at + 1 < end && (at[1] == ' ' || at[1] == '\t'))
		at++;
	while (end > at + 1 && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
		end--;
	return text_clean(p, at + 1, (size_t)(end - at - 1), WHY_SHOWN);
}

static size_t
take_header(char *data, size_t size, size_t n, void *arg)
{
	static const char location[] = "location:";
	struct fetch *f = arg;

	n *= size;
	f->headers += n;
	f->too_many_headers = f->headers > HEADERS;
	if (n > sizeof(location) && strncasecmp(data, location, sizeof(location) - 1) == 0)
		f->location = header_value(f->p, data, n);
	return f->too_many_headers ? 0 : n;
}

static long
status_of(const struct fetch *f)
{
	long status = 0;

	f->curl.getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t
take_body(char *data, size_t size, size_t n, void *arg)
{
	struct fetch *f = arg;

	n *= size;
	/* what an error page says is not of interest, however long it is */
	if (status_of(f) != 200)
		return 0;
	f->too_long = n > HTTPS_BODY - f->len;
	if (f->too_long)
		return 0;
	if (f->body == NULL)
		f->body = pool_alloc(f->p, HTTPS_BODY + 1);
	memcpy(f->body + f->len, data, n);
	f->len += n;
	return n;
}

/* A socket of our own, bound to the source address: libcurl would look that up. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct fetch *f = arg;
	int fd = socket(to->family, to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);
	struct sockaddr_storage ss;
	socklen_t len;

	(void)purpose;
	if (fd == -1 || f->r->source->family == 0)
		return fd == -1 ? CURL_SOCKET_BAD : fd;
	len = addr_socket(f->r->source, 0, &ss);
	if (bind(fd, (struct sockaddr *)&ss, len) == 0)
		return fd;
	f->bind_error = errno;
	close(fd);
	return CURL_SOCKET_BAD;
}

/* In place of OpenSSL's own verification: trusted, in date, and a DNS name of the host (a common name is none). */
static int
judge_peer(X509_STORE_CTX *ctx, void *arg)
{
	struct fetch *f = arg;
	const SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
	const struct cert_wanted wanted = { .names = { f->r->host }, .n = 1, .mx = f->r->host };
	struct tls_chain chain;
	struct cert_facts *c = &f->cert;

	tls_chain_take(&chain, f->p, X509_STORE_CTX_get0_untrusted(ctx));
	cert_judge(c, f->p, f->r->store, &chain, &wanted, f->r->wall);
	tls_chain_free(&chain);
	f->out->proto = tls_proto(SSL_version(ssl));
	f->out->cert_seen = c->present;
	f->out->cert_days = c->days_left;
	f->judged = true;
	f->accepted = c->present && c->trusted && c->in_date && c->sts_name;
	X509_STORE_CTX_set_error(ctx,
	    f->accepted ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
	return f->accepted;
}

static CURLcode
prepare_tls(CURL *easy, void *ctx, void *arg)
{
	SSL_CTX *ssl = ctx;

	(void)easy;
	if (SSL_CTX_set_cipher_list(ssl, CIPHERS) != 1 ||
	    SSL_CTX_set_min_proto_version(ssl, TLS1_VERSION) != 1)
		return CURLE_ABORTED_BY_CALLBACK;
	SSL_CTX_set_security_level(ssl, 0);
	SSL_CTX_set_options(ssl, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_keylog_callback(ssl, NULL);
	SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ssl, judge_peer, arg);
	return CURLE_OK;
}

/* --- the transfer */

/* "host:port:192.0.2.1,[2001:db8::1]" */
static struct curl_slist *
resolve_list(const struct fetch *f)
{
	const struct https_request *r = f->r;
	struct text t = { .p = f->p };

	text_add(&t, "%s:%u:", r->host, r->port);
	for (size_t i = 0; i < r->naddresses && i < ADDRESSES; i++) {
		bool v6 = r->addresses[i].family == AF_INET6;

		text_add(&t, "%s%s%s%s", i > 0 ? "," : "", v6 ? "[" : "", r->addresses[i].text,
		    v6 ? "]" : "");
	}
	return f->curl.slist_append(NULL, text_get(&t));
}

static long
left_ms(const struct fetch *f)
{
	int64_t left = f->r->deadline - tick_now();

	return left <= 0 ? 0 : (long)((left + TICK_MS - 1) / TICK_MS);
}

static CURLcode
set_callbacks(struct fetch *f)
{
	const struct {
		void (*call)(void);
		CURLoption function, data;
	} callbacks[] = {
		{ (void (*)(void))take_header, CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA },
		{ (void (*)(void))take_body, CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA },
		{ (void (*)(void))open_socket, CURLOPT_OPENSOCKETFUNCTION, CURLOPT_OPENSOCKETDATA },
		{ (void (*)(void))prepare_tls, CURLOPT_SSL_CTX_FUNCTION, CURLOPT_SSL_CTX_DATA },
	};
	CURLcode rc = CURLE_OK;

	for (size_t i = 0; rc == CURLE_OK && i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
		rc = f->curl.setopt(f->easy, callbacks[i].function, callbacks[i].call);
		if (rc == CURLE_OK)
			rc = f->curl.setopt(f->easy, callbacks[i].data, (void *)f);
	}
	return rc;
}

static CURLcode
set_texts(struct fetch *f)
{
	const struct https_request *r = f->r;
	const char *port = r->port == HTTPS_PORT ? "" : pool_printf(f->p, ":%u", r->port);
	const struct {
		CURLoption option;
		const char *value;
	} texts[] = {
		{ CURLOPT_URL, pool_printf(f->p, "https://%s%s%s", r->host, port, r->path) },
		{ CURLOPT_PROTOCOLS_STR, "https" },
		{ CURLOPT_PROXY, r->proxy == NULL ? "" : r->proxy },	/* "": not that of the environment */
		{ CURLOPT_NOPROXY, "" },	/* nor its exceptions */
		{ CURLOPT_USERAGENT, "mailtls-plugins/" MAILTLS_VERSION },
		{ CURLOPT_CAINFO, NULL },
		{ CURLOPT_CAPATH, NULL },
	};
	CURLcode rc = CURLE_OK;

	for (size_t i = 0; rc == CURLE_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
		rc = f->curl.setopt(f->easy, texts[i].option, texts[i].value);
	return rc;
}

static int
prepare(struct fetch *f, struct err *e)
{
	CURLcode rc = CURLE_OK;

	f->easy = f->curl.easy_init();
	f->multi = f->curl.multi_init();
	f->resolve = resolve_list(f);
	if (f->easy == NULL || f->multi == NULL || f->resolve == NULL)
		return err_set(e, ERR_SYSTEM, "cannot start libcurl: out of memory");
	for (size_t i = 0; rc == CURLE_OK && i < sizeof(settings) / sizeof(settings[0]); i++)
		rc = f->curl.setopt(f->easy, settings[i].option, settings[i].value);
	if (rc == CURLE_OK)
		rc = f->curl.setopt(f->easy, CURLOPT_RESOLVE, f->resolve);
	if (rc == CURLE_OK)
		rc = f->curl.setopt(f->easy, CURLOPT_ERRORBUFFER, f->error);
	/* libcurl shares this between the addresses */
	if (rc == CURLE_OK)
		rc = f->curl.setopt(f->easy, CURLOPT_CONNECTTIMEOUT_MS, left_ms(f) + 1);
	if (rc == CURLE_OK)
		rc = set_texts(f);
	if (rc == CURLE_OK)
		rc = set_callbacks(f);
	if (rc == CURLE_OK && f->curl.add_handle(f->multi, f->easy) != CURLM_OK)
		rc = CURLE_FAILED_INIT;
	return rc == CURLE_OK
	    ? 0
	    : err_set(e, ERR_SYSTEM, "libcurl is not the one expected: %s", f->curl.strerror(rc));
}

/* Until it ends or the deadline comes, which is held at every turn: a server that drips cannot hold us. */
static CURLcode
transfer(struct fetch *f)
{
	int running = 1, left = 0;
	CURLMsg *message;

	while (f->curl.perform(f->multi, &running) == CURLM_OK && running > 0) {
		long ms = left_ms(f);

		if (ms == 0) {
			f->late = true;
			return CURLE_OPERATION_TIMEDOUT;
		}
		f->curl.poll(f->multi, NULL, 0, (int)ms, NULL);
	}
	message = f->curl.info_read(f->multi, &left);
	return message == NULL ? CURLE_FAILED_INIT : message->data.result;
}

/* --- what came of it, in words */

static const char *
identity_why(struct fetch *f)
{
	const struct cert_facts *c = &f->cert;
	struct text t = { .p = f->p };

	if (!c->present)
		return "no certificate was sent";
	if (!c->trusted || !c->in_date)
		text_add(&t, "certificate is %s: %s", c->trusted ? "out of date" : "not trusted",
		    c->trust_why == NULL ? "unknown reason" : c->trust_why);
	if (c->by_cn)
		text_add(&t, "%scertificate names %s in its common name only",
		    t.len > 0 ? "; " : "", f->r->host);
	else if (!c->sts_name)
		text_add(&t, "%scertificate names %s, not %s", t.len > 0 ? "; " : "", c->found,
		    f->r->host);
	return text_get(&t);
}

static const char *
status_why(const struct fetch *f, long status)
{
	if (f->location == NULL || status / 100 != 3)
		return pool_printf(f->p, "HTTP status %ld", status);
	return pool_printf(f->p, "HTTP status %ld, redirect to %s: never followed (RFC 8461, 3.3)",
	    status, f->location);
}

static const char *
connect_why(struct fetch *f)
{
	const char *text;
	long number = 0;

	if (f->bind_error != 0)
		number = f->bind_error;
	else
		f->curl.getinfo(f->easy, CURLINFO_OS_ERRNO, &number);
	text = number == 0 ? NULL : strerrordesc_np((int)number);
	return text == NULL ? "cannot connect" : text;
}

/* The end of "...: error:0A000102:SSL routines::unsupported protocol". */
static const char *
handshake_why(struct fetch *f)
{
	const char *text = f->error, *tail = strstr(text, "::");

	if (tail != NULL)
		text = tail + 2;
	return pool_printf(f->p, "TLS handshake failed%s%s", *text == '\0' ? "" : ": ",
	    text_clean(f->p, text, strlen(text), WHY_SHOWN));
}

static const char *
late_why(struct fetch *f, int64_t began)
{
	double budget = (double)(f->r->deadline - began) / TICK_SEC;

	return pool_printf(f->p, "timed out after %g s", text_floor(budget + 0.05, 1));
}

/* What the SOCKS proxy says of the host; everything else is its own fault. */
static const char *
proxy_why(struct fetch *f)
{
	long number = 0;

	f->curl.getinfo(f->easy, CURLINFO_PROXY_ERROR, &number);
	switch (number) {
	case CURLPX_REPLY_NETWORK_UNREACHABLE: return "Network is unreachable, says the proxy";
	case CURLPX_REPLY_HOST_UNREACHABLE: return "No route to host, says the proxy";
	case CURLPX_REPLY_CONNECTION_REFUSED: return "Connection refused, says the proxy";
	case CURLPX_REPLY_TTL_EXPIRED: return "Connection timed out, says the proxy";
	default:
		f->out->proxy_refused = true;
		return number == CURLPX_REPLY_NOT_ALLOWED
		    ? "SOCKS proxy does not allow this connection (its rules)"
		    : "SOCKS proxy does not work";
	}
}

static const char *
failure_why(struct fetch *f, CURLcode code, int64_t began)
{
	const char *text = f->error[0] == '\0' ? f->curl.strerror(code) : f->error;
	long status = f->out->status;

	if (f->late || code == CURLE_OPERATION_TIMEDOUT)
		return late_why(f, began);
	if (f->too_long)
		return pool_printf(f->p, "body is over %d bytes", HTTPS_BODY);
	if (f->too_many_headers)
		return pool_printf(f->p, "header is over %d bytes", HEADERS);
	if (status != 0 && status != 200)
		return status_why(f, status);
	switch (code) {
	case CURLE_OK: return "no certificate was asked for";
	case CURLE_PROXY: return proxy_why(f);
	case CURLE_COULDNT_CONNECT:
		f->out->proxy_refused = f->r->proxy != NULL;
		return f->r->proxy == NULL ? connect_why(f)
					   : pool_printf(f->p, "SOCKS proxy: %s", connect_why(f));
	case CURLE_SSL_CONNECT_ERROR: return handshake_why(f);
	case CURLE_UNSUPPORTED_PROTOCOL: /* "HTTP/0.9" */
	case CURLE_WEIRD_SERVER_REPLY: return "the answer is not HTTP";
	case CURLE_GOT_NOTHING: return "connection closed without an answer";
	case CURLE_PARTIAL_FILE: return "connection closed within the body";
	default: return text_clean(f->p, text, strlen(text), WHY_SHOWN);
	}
}

static void
conclude(struct fetch *f, CURLcode code, int64_t began)
{
	struct https_answer *out = f->out;
	const char *type = NULL;

	if (f->judged && !f->accepted) {
		out->end = HTTPS_IDENTITY;
		out->why = identity_why(f);
		return;
	}
	out->status = status_of(f);
	f->curl.getinfo(f->easy, CURLINFO_CONTENT_TYPE, &type);
	out->type = type == NULL ? NULL : text_clean(f->p, type, strlen(type), WHY_SHOWN);
	if (code != CURLE_OK || out->status != 200 || !f->accepted) {
		out->end = HTTPS_FAILED;
		out->why = failure_why(f, code, began);
		return;
	}
	out->end = HTTPS_GOT;
	out->body = f->body == NULL ? "" : f->body;
	out->len = f->len;
}

int
https_get(struct https_answer *out, struct pool *p, const struct https_request *r, struct err *e)
{
	struct fetch f = { .r = r, .out = out, .p = p };
	int64_t began = tick_now();
	int rc = -1;

	*out = (struct https_answer){ 0 };
	/* before libcurl has OpenSSL read the site's openssl.cnf */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (https_curl_load(&f.curl, e) == -1)
		return -1;
	/* safe in threads since libcurl 7.84; prepare() refuses those older, which lack an option */
	if (f.curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ERR_SYSTEM, "libcurl cannot be started");
	if (prepare(&f, e) == 0) {
		conclude(&f, transfer(&f), began);
		rc = 0;
	}
	if (f.multi != NULL && f.easy != NULL)
		f.curl.remove_handle(f.multi, f.easy);
	if (f.easy != NULL)
		f.curl.easy_cleanup(f.easy);
	if (f.multi != NULL)
		f.curl.multi_cleanup(f.multi);
	f.curl.slist_free_all(f.resolve);
	f.curl.global_cleanup();
	return rc;
}
