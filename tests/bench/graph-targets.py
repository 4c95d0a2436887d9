#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""graph-targets.py - batches of more and more domains, on hosts of their own and on shared ones."""

import curve
import fleet

KINDS = (("distinct", fleet.distinct, (10, 100, 1000, fleet.HOSTS)),
         ("shared", fleet.shared, (10, 100, 1000, 10000, 100000)))


def main():
    with fleet.Fleet("ECDSA") as hosts:
        for name, targets, steps in KINDS:
            for n in curve.sizes(*steps):
                used = hosts.batch(targets(n))
                curve.point("targets-" + name, n, used["wall"] / 1e3, used["cpu"] / 1e3, used["rss"] / 1024)


main()
