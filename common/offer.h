/* SPDX-License-Identifier: GPL-3.0-or-later */
/* offer.h - what a ClientHello of ours offers (RFC 8446, 4.1.2), in words.  Pure. */
#ifndef OFFER_H
#define OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts.h"
#include "pool.h"

/* Read the message of n bytes, its header of four included.  False when it is no whole ClientHello. */
bool offer_read(struct tls_offer *offer, struct pool *p, const uint8_t *message, size_t n);

#endif
