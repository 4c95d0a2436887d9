/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.h - what one host earns under CF formula 1: its band, and its points in each part.  Pure. */
#ifndef POINTS_H
#define POINTS_H

#include <stdbool.h>

#include "facts.h"

/* The quality of an encrypted session, 100 points in all. */
enum part { PART_CIPHER, PART_KEY, PART_AUTH, PART_DANE, PART_STS, PART_COUNT };

struct band {
	const char *name;	/* as in JSON: "tlsv1.2" */
	enum proto proto;	/* PROTO_NONE: not encrypted */
	int floor, top;
};

struct points {
	const struct band *band;
	int part[PART_COUNT];	/* zero where the band has no protocol */
	double exact;		/* the score */
};

extern const int points_full[PART_COUNT];

/* Of a host that was tested up to Secure, or could not be tested. */
void points_host(struct points *out, const struct run_facts *facts, const struct host *h);

/* The best score a host can have with what this run tested. */
double points_max(const struct run_facts *facts);

/* TLSA matched and counts: not "half DANE", a signed host behind an insecure MX. */
bool points_dane(const struct run_facts *facts, const struct host *h);

#endif
