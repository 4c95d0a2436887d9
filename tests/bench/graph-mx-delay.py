#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""graph-mx-delay.py - one domain with more and more MX, 50 ms away: wall, CPU, memory."""

import bench
import curve
import fleet

RUNS = 5


def main():
    with fleet.Fleet("ECDSA") as hosts:
        sizes = curve.sizes(1, 2, 5, 10, 20, 30, 45, fleet.MXS)
        check = {n: [bench.plugin("check_mx_cf"), "-H", "m%d.bench.example" % n, *hosts.options()]
                 for n in sizes}
        for n, used in bench.interleaved(check, RUNS, states=None).items():
            curve.point("mx", n, used["wall"], used["cpu"], used["rss"] / 1024)


main()
