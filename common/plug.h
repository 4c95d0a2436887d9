/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plug.h - the process around a plugin: options, watchdog, one write, exit. */
#ifndef PLUG_H
#define PLUG_H

#include "opt.h"

/*
 * The whole main() of a plugin that probes: parse, run, score, judge, print, exit code.  Nothing is ever written to
 * stderr; stdout gets one write, and when that fails the exit code is 3.
 */
int plug_main(const struct opt_plugin *plugin, int argc, char **argv);

#endif
