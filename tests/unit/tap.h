/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tap.h - results of a unit test in the Test Anything Protocol.  One file of tests is one program. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_done, tap_failed;

/* One result; fmt names it. */
__attribute__((format(printf, 2, 3), unused)) static bool
tap_ok(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tap_done);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	tap_failed += !good;
	return good;
}

/* Two texts (NULL allowed) are the same; shows both when not. */
__attribute__((unused)) static bool
tap_is(const char *got, const char *want, const char *name)
{
	bool good = got == want || (got != NULL && want != NULL && strcmp(got, want) == 0);

	tap_ok(good, "%s", name);
	if (!good)
		printf("#  got: %s\n# want: %s\n", got == NULL ? "(null)" : got,
		    want == NULL ? "(null)" : want);
	return good;
}

/* What a test stands on: without it there is no use in going on. */
#define TAP_MUST(what)                                                                             \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			printf("Bail out! %s\n", #what);                                           \
			exit(2);                                                                   \
		}                                                                                  \
	} while (0)

/* The plan line and the exit code: return tap_end(); is the last line of main(). */
__attribute__((unused)) static int
tap_end(void)
{
	printf("1..%d\n", tap_done);
	return tap_failed != 0;
}

#endif
