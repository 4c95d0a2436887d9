/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.h - the version of all plugins. */
#ifndef VERSION_H
#define VERSION_H

#define MAILTLS_VERSION "0.1.0"

#endif
