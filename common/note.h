/* SPDX-License-Identifier: GPL-3.0-or-later */
/* note.h - what is worth a line but no finding.  Pure. */
#ifndef NOTE_H
#define NOTE_H

#include <stddef.h>

#include "facts.h"
#include "plan.h"

/* The notes of a run, those of a host beginning with its name.  In p; returns how many. */
size_t note_run(const char ***notes, struct pool *p, const struct run_facts *facts,
    const struct plan *plan);

#endif
