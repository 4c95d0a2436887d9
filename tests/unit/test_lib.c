// SPDX-License-Identifier: GPL-3.0-or-later
/* test_lib.c - libraries that are there, are not, or are others than expected. */
#include "lib.h"
#include "tap.h"

static const struct {
	const char *name, *soname, *symbol;
	const char *why;	/* NULL: it is loaded */
} rows[] = {
	{ "one that is there", "libm.so.6", "cos", NULL },
	{ "one that is not", "libnothing.so.1", "cos", "libnothing cannot be loaded (is it installed?)" },
	{ "one without the function", "libm.so.6", "sine_of_the_times",
	    "libm is not the one expected: it has no sine_of_the_times" },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double (*function)(double) = NULL;
		const struct lib_symbol symbol = { rows[i].symbol, &function };
		struct err e = { 0 };
		void *lib = lib_open(rows[i].soname, &symbol, 1, &e);

		tap_ok((lib != NULL) == (rows[i].why == NULL), "%s", rows[i].name);
		if (rows[i].why == NULL)
			tap_ok(function != NULL && function(0) == 1, "its function works");
		else
			tap_ok(e.kind == ERR_SYSTEM && strcmp(e.msg, rows[i].why) == 0,
			    "said so: %s", e.msg);
		lib_close(lib);
	}
	lib_close(NULL);
	return tap_end();
}
