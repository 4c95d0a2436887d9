// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_ini.c - ini files, ranges, addresses, names: what operators write. */
#include "addr.h"
#include "fuzz.h"
#include "ini.h"
#include "name.h"
#include "range.h"

static void
names(struct pool *p, const char *text)
{
	struct err e = { 0 };
	char *domain = NULL, *mailbox = NULL;
	bool ascii = true;

	for (const char *c = text; *c != '\0'; c++)
		ascii = ascii && (unsigned char)*c < 0x80;
	/* others are libidn2's */
	if (!ascii)
		return;
	if (name_target(p, text, "name", &domain, &mailbox, &e) == 0) {
		FUZZ_MUST(domain != NULL && strlen(domain) <= NAME_HOST);
		FUZZ_MUST(name_match(domain, domain) || strchr(domain, '*') != NULL);
		fuzz_shown(mailbox);
	} else {
		FUZZ_MUST(e.kind != ERR_NONE);
	}
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	const char *text = pool_strn(p, (const char *)data, n);
	char shown[RANGE_TEXT];
	struct ini ini;
	struct range r = { 0 };
	struct addr a;
	uint16_t port = 0;
	struct err e = { 0 }, no = { 0 };

	if (ini_parse(&ini, p, (const char *)data, n, "check_mx_cf", &e) == -1)
		FUZZ_MUST(e.kind == ERR_USAGE);
	else
		FUZZ_MUST(ini.n == 0 || ini.sections > 0);
	if (range_parse(&r, text, &no) == 0) {
		FUZZ_MUST(r.start <= r.end);
		range_alert(&r, 90);
		FUZZ_MUST(strcmp(range_show(&r, RANGE_STYLE_RANGE, shown), text) == 0);
	}
	addr_parse_port(&a, &port, text, ':');
	addr_parse_port(&a, &port, text, '@');
	names(p, text);
}
