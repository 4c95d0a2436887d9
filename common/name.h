/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * name.h - host names, mail addresses, and the one place where names are matched.  Pure; libidn2 is loaded for
 * non-ASCII names only.
 */
#ifndef NAME_H
#define NAME_H

#include <stdbool.h>

#include "err.h"
#include "pool.h"

#define NAME_HOST 253	/* RFC 1035, 2.3.4: 255 octets on the wire */
#define NAME_LABEL 63
#define NAME_LOCAL 64	/* RFC 5321, 4.5.3.1.1 */

/*
 * A host name or mail domain as typed, in UTF-8 or A-labels, as lower-case A-labels without final dot,
 * in p.  NULL with a sentence in e (ERR_USAGE) when it is empty, too long, has an empty or over-long label,
 * or characters outside letters, digits, hyphen and underscore.  what names it in that sentence
 * ("--hostname").
 */
char *name_host(struct pool *p, const char *text, const char *what, struct err *e);

/*
 * "user@domain" or "domain" (RFC 5321 local part, dot-string or quoted).  *domain: as name_host(), what, too;
 * *mailbox: "user@domain" with the A-label domain, NULL for a bare domain.  An IP address is refused:
 * mail domains are names.
 */
int name_target(struct pool *p, const char *text, const char *what, char **domain, char **mailbox,
    struct err *e);

/* "<>" or a mailbox, for MAIL FROM; returns the text between the angle brackets. */
char *name_sender(struct pool *p, const char *text, const char *what, struct err *e);

/*
 * Does the name of a certificate (or MTA-STS pattern) cover host?  Case-insensitive ASCII, one final dot
 * ignored on either side; "*." as the whole first label stands for exactly one label, and what follows
 * must have two labels at least (RFC 6125, 6.4.3; RFC 8461, 4.1).
 */
bool name_match(const char *pattern, const char *host);

/* Same host: case-insensitive, one final dot ignored. */
bool name_equal(const char *a, const char *b);

#endif
