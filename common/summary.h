/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.h - the result in one sentence: the plugin format's first line and JSON's "summary".  Pure. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "out.h"

#define SUMMARY_MAX 159	/* bytes; output.md: under 160 characters */

/* The worst finding first unless all is well. */
const char *summary_make(const struct out *o);

#endif
