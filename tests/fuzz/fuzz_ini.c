// SPDX-License-Identifier: GPL-3.0-or-later
/* fuzz_ini.c - ini files, as --extra-opts reads them. */
#include "fuzz.h"
#include "ini.h"
#include "text.h"

/* What was read, written again, reads the same. */
static void
rebuild(struct pool *p, const struct ini *ini)
{
	struct text t = { .p = p };
	struct ini again;
	struct err e = { 0 };

	text_add(&t, "[check_mx_cf]\n");
	for (size_t i = 0; i < ini->n; i++)
		text_add(&t, "%s = %s\n", ini->entry[i].key, ini->entry[i].value);
	FUZZ_MUST(ini_parse(&again, p, t.s, t.len, "check_mx_cf", &e) == 0 && again.n == ini->n);
	for (size_t i = 0; i < ini->n; i++)
		FUZZ_MUST(strcmp(again.entry[i].key, ini->entry[i].key) == 0 &&
		    strcmp(again.entry[i].value, ini->entry[i].value) == 0);
}

static void
fuzz_one(struct pool *p, const uint8_t *data, size_t n)
{
	struct ini ini;
	struct err e = { 0 };
	int rc = ini_parse(&ini, p, (const char *)data, n, "check_mx_cf", &e);

	if (rc == -1) {
		FUZZ_MUST(e.kind == ERR_USAGE && strncmp(e.msg, "line ", 5) == 0);
		fuzz_shown(e.msg);
		return;
	}
	FUZZ_MUST(ini.n == 0 || ini.sections > 0);
	for (size_t i = 0; i < ini.n; i++) {
		FUZZ_MUST(ini.entry[i].key[0] != '\0' && strchr(ini.entry[i].key, '=') == NULL);
		FUZZ_MUST(strchr(ini.entry[i].value, '\n') == NULL);
		FUZZ_MUST(i == 0 || ini.entry[i].line > ini.entry[i - 1].line);
	}
	rebuild(p, &ini);
}
