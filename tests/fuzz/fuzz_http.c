// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fuzz_http.c - an URL of a certificate, its line, and what the web server there says (wire.h): the answer of an OCSP
 * responder or a CRL.
 */
#include <openssl/http.h>

#include "http.h"
#include "wire.h"

#define MOST 512	/* bytes of an answer that are read */

/* Names would be asked of DNS, which is not here. */
static bool
needs_dns(const char *url)
{
	char *host = NULL;
	struct addr literal;
	bool name = OSSL_HTTP_parse_url(url, NULL, NULL, &host, NULL, NULL, NULL, NULL, NULL) ==
		1 &&
	    !addr_parse(&literal, host);

	OPENSSL_free(host);
	ERR_clear_error();
	return name;
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	static const uint8_t body[] = { 0x30, 0x03, 0x02, 0x01, 0x05 };
	const uint8_t *line = memchr(data, '\n', n);
	struct plan plan = { .pool = p, .started = WIRE_START };
	struct http_request request = { .type = "application/ocsp-request", .max = MOST };
	struct http_answer answer = { 0 };
	int64_t deadline = WIRE_START + 5 * TICK_SEC;
	struct err e = { 0 };

	if (line == NULL || line == data)
		return;
	request.url = pool_strn(p, (const char *)data + 1, (size_t)(line - data) - 1);
	if ((data[0] & 1) != 0) {
		request.body = body;
		request.len = sizeof(body);
	}
	if (needs_dns(request.url))
		return;
	wire_begin(line + 1, n - (size_t)(line + 1 - data));
	if (http_ask(&answer, p, &request, &plan, NULL, deadline, &e) == -1) {
		FUZZ_MUST(e.kind != ERR_NONE && e.msg[0] != '\0');
		fuzz_shown(e.msg);
	} else {
		FUZZ_MUST(e.kind == ERR_NONE && answer.n > 0 && answer.n <= MOST);
		/* one object in DER: a sequence, or whatever else begins with a tag and a length */
		FUZZ_MUST(answer.n >= 2 && wire.connections == 1);
	}
	FUZZ_MUST(ERR_peek_error() == 0 && wire.now <= deadline + TICK_MS);
	wire_close();
}
