/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.h - the one place that knows the version. */
#ifndef VERSION_H
#define VERSION_H

#define VERSION_PACKAGE "mailtls-plugins"
#define VERSION_TEXT "0.1.0"

#endif
