/* SPDX-License-Identifier: GPL-3.0-or-later */
/* addr.h - an IP address as a value.  Pure. */
#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDR_TEXT 46	/* INET6_ADDRSTRLEN */

struct addr {
	int family;		/* AF_INET, AF_INET6, 0: none */
	uint8_t bytes[16];
	char text[ADDR_TEXT];
};

/* From text, IPv6 with or without brackets.  False when it is no address. */
bool addr_parse(struct addr *a, const char *text);

/* From the 4 or 16 bytes of an A or AAAA record. */
bool addr_from_bytes(struct addr *a, const uint8_t *bytes, size_t n);

/* "IP", "IP@PORT" (sep '@') or "IP:PORT", "[IP]:PORT" (sep ':').  *port keeps its value when none is named. */
bool addr_parse_port(struct addr *a, uint16_t *port, const char *text, char sep);

/* For connect(), bind().  Returns the length of what was filled in. */
socklen_t addr_socket(const struct addr *a, uint16_t port, struct sockaddr_storage *out);

bool addr_equal(const struct addr *a, const struct addr *b);

#endif
