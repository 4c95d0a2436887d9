#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""graph-flight-delay.py - a batch of distinct hosts 50 ms away, with more and more probes at once on one core."""

import curve
import fleet

EACH = 15       # targets for each of those in flight, so that most of the time all are under way


def main():
    with fleet.Fleet("ECDSA") as hosts:
        for in_flight in curve.sizes(1, 2, 4, 8, 16, 32, 48, 64):
            targets = fleet.distinct(EACH * in_flight)
            used = hosts.batch(targets, in_flight, form="plugin")
            curve.point("flight", in_flight, len(targets) / used["wall"] * 1e3,
                        used["cpu"] / len(targets), used["rss"] / 1024, fleet.steps(used) * 1e3)


main()
