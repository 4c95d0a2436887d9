/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tls_reason.h - OpenSSL's reasons in words. */
#ifndef TLS_REASON_H
#define TLS_REASON_H

/*
 * To be called before anything of OpenSSL: no openssl.cnf is read, no atexit() handler set, no name of a cipher
 * and no text of an error loaded, which together costs a seventh of a check.
 */
void tls_reason_start(void);

/* The reason of an error in words; the texts are loaded when the first is asked for. */
const char *tls_reason(unsigned long code);

#endif
