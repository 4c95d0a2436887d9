#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""draw.py POINTS DIRECTORY - in the lab, whose root has gnuplot: scale-NAME.png of each graph."""

import os
import subprocess
import sys

import curve

ROOT = os.environ["LAB_CHROOT"]
LOG = "set logscale xy 10; set format x '%.0s%c'; set yrange [*:*]"

# name: (heading, settings, panels); a panel: (y label, ((table, column, key), ...))
GRAPHS = {
    "mx": ("One domain, its MX 50 ms away", "", (
        ("wall, ms", (("mx", 2, ""),)),
        ("CPU, ms", (("mx", 3, ""),)),
        ("peak RSS, MiB", (("mx", 4, ""),)))),
    "targets": ("A batch on one core, 16 in flight, hosts on the same machine", LOG, (
        ("wall, s", (("targets-distinct", 2, "a host each"), ("targets-shared", 2, "100 hosts"))),
        ("CPU, s", (("targets-distinct", 3, "a host each"), ("targets-shared", 3, "100 hosts"))),
        ("peak RSS, MiB", (("targets-distinct", 4, "a host each"), ("targets-shared", 4, "100 hosts"))))),
    "flight": ("A batch on one core, hosts 50 ms away", "", (
        ("probes a second", (("flight", 2, ""),)),
        ("CPU a probe, ms", (("flight", 3, ""),)),
        ("peak RSS, MiB", (("flight", 4, ""),)),
        ("steps of a probe, ms", (("flight", 5, ""),)))),
    "rtt": ("One run, by its distance to the servers", "", (
        ("wall, ms", (("rtt", 2, "one host"), ("rtt", 4, "10 MX"))),
        ("CPU, ms", (("rtt", 3, "one host"), ("rtt", 5, "10 MX"))))),
}
X = {"mx": "number of MX", "targets": "number of domains", "flight": "probes in flight",
     "rtt": "round trip time, ms"}
COLOURS = ("#1b6ca8", "#d1602d")


def panel(x, label, lines):
    yield "set xlabel '%s'; set ylabel '%s'" % (x, label)
    yield "plot " + ", ".join(
        "$%s using 1:%d with linespoints linewidth 2 pointtype 7 pointsize 0.8 linecolor rgb '%s' %s"
        % (table.replace("-", "_"), column, colour, "title '%s'" % key if key else "notitle")
        for (table, column, key), colour in zip(lines, COLOURS))


def script(name, tables):
    heading, settings, panels = GRAPHS[name]
    for table, rows in tables.items():
        yield "$%s << END" % table.replace("-", "_")
        yield from (" ".join("%g" % n for n in sorted_row) for sorted_row in sorted(rows))
        yield "END"
    yield "set terminal pngcairo size %d,380 font 'DejaVu Sans,10'" % (420 * len(panels))
    yield "set grid; set key top left; set border 3; set tics nomirror; set yrange [0:*]"
    yield settings
    yield "set multiplot layout 1,%d title '%s'" % (len(panels), heading)
    for label, lines in panels:
        yield from panel(X[name], label, lines)
    yield "unset multiplot"


def main():
    tables = curve.read(sys.argv[1])
    for name in GRAPHS:
        image = subprocess.run(["chroot", ROOT, "gnuplot"], check=True, stdout=subprocess.PIPE,
                               input="\n".join(script(name, tables)).encode() + b"\n").stdout
        with open("%s/scale-%s.png" % (sys.argv[2], name), "wb") as out:
            out.write(image)


main()
