/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz.h - what the fuzz targets share.  Each file is one program: libFuzzer calls fuzz_one() with its inputs. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

/* One input; p dies with it. */
static void fuzz_one(struct pool *p, const uint8_t *data, size_t n);

/* What must hold of any input. */
#define FUZZ_MUST(holds) fuzz_must(holds, __FILE__, __LINE__, #holds)

__attribute__((unused)) static void
fuzz_must(bool holds, const char *file, int line, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pool *p = pool_new();

	fuzz_one(p, data, n);
	pool_free(p);
	return 0;
}

/* Text that was kept for showing holds no control byte. */
__attribute__((unused)) static void
fuzz_shown(const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		FUZZ_MUST((unsigned char)*s >= ' ' && *s != 0x7f);
}

#endif
