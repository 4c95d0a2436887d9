#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""batch-delay-steps.py - what many probes at once do to the times that each of them measures."""

import bench
import fleet

DEFAULT = 16


def main():
    with fleet.Fleet("ECDSA") as hosts:
        alone = fleet.steps(hosts.batch(fleet.distinct(8), 1, form="plugin"))
        for in_flight in (DEFAULT, 64):
            many = fleet.steps(hosts.batch(fleet.distinct(in_flight * 6), in_flight, form="plugin"))
            bench.row("batch at 50 ms, %d in flight on a core: steps of a probe against one alone"
                      % in_flight, "%.0f ms" % (many * 1e3), "%.0f ms" % (alone * 1e3),
                      many / alone, 1.05 if in_flight == DEFAULT else None)


main()
