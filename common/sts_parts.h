/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sts_parts.h - what the parsers of records and policies share; private to sts*.c.  Pure. */
#ifndef STS_PARTS_H
#define STS_PARTS_H

#include <stdarg.h>

#include "sts.h"

bool sts_blank(char c);		/* WSP: blank or tab */

/* The name of a field: alnum *31(alnum / "_" / "-" / "."). */
bool sts_field_name(const char *s, size_t n);

/* As sts_add(), at a place whose text is NULL. */
void sts_addv(struct flaws *to, struct pool *p, const struct flaw *place, const char *fmt,
    va_list ap) __attribute__((format(printf, 4, 0)));

/* All errors as one text, in p: "policy line 1: ...; policy line 2: ..."; NULL without any. */
const char *sts_why(struct pool *p, const struct flaws *errors);

#endif
