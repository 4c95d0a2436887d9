/* SPDX-License-Identifier: GPL-3.0-or-later */
/* revoke_world.h - the certificates of fuzz_revoke.c, the same in every run: its corpus is signed by them. */
#ifndef REVOKE_WORLD_H
#define REVOKE_WORLD_H

#include "../unit/pki.h"
#include "ocsp.h"

enum id { ISSUER, STRANGER, LEAF, CERTS };

struct revoke_world {
	struct pool *p;
	struct pki_cert cert[CERTS];
	struct ocsp_der asked;
};

static const struct revoke_world *
revoke_world(void)
{
	static const struct pki_spec specs[CERTS] = {
		[ISSUER] = { .cn = "Issuer", .key = "ED25519-i", .ca = true },
		[STRANGER] = { .cn = "Stranger", .key = "ED25519-s", .ca = true },
		[LEAF] = { .cn = "leaf", .key = "ED25519-l", .serial_bytes = 4, .cdp = "URI:http://pki.example/a.crl" },
	};
	static struct revoke_world w;

	if (w.p != NULL)
		return &w;
	w.p = pool_new();
	for (size_t i = 0; i < CERTS; i++)
		pki_make(&w.cert[i], &specs[i], i == LEAF ? &w.cert[ISSUER] : NULL);
	ocsp_request(&w.asked, w.p, w.cert[LEAF].x, w.cert[ISSUER].x);
	return &w;
}

#endif
