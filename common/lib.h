/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lib.h - shared libraries that only some runs need, loaded when a run does: a run that needs none pays for none.
 */
#ifndef LIB_H
#define LIB_H

#include <stddef.h>

#include "err.h"

/* A function of the library, and where its address goes. */
struct lib_symbol {
	const char *name;
	void *to;	/* the address of a function pointer of the right type */
};

/*
 * Load soname ("libunbound.so.8") and fill in n symbols.  The handle, for lib_close(); NULL with ERR_SYSTEM
 * in e ("libunbound cannot be loaded: ...") when it is not there or not the one expected.
 */
void *lib_open(const char *soname, const struct lib_symbol *symbols, size_t n, struct err *e);

/* NULL is fine.  No function of the library may be called afterwards. */
void lib_close(void *handle);

#endif
