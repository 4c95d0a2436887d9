# SPDX-License-Identifier: GPL-3.0-or-later
"""curve.py - points of graphs: what is measured, printed and read again (README.md, "Graphs").

A point is a line: its table, then figures with tabs between.  GRAPHS_SIZE in the environment is the largest
size of what is varied, for a quick try.
"""

import os
import sys

SIZE = int(os.environ.get("GRAPHS_SIZE") or 0)

# the columns of each table; the first is what is varied
TABLES = {
    "mx": ("number of MX", "wall, ms", "CPU, ms", "peak RSS, MiB"),
    "targets-distinct": ("domains, a host each", "wall, s", "CPU, s", "peak RSS, MiB"),
    "targets-shared": ("domains on 100 hosts", "wall, s", "CPU, s", "peak RSS, MiB"),
    "flight": ("in flight", "probes a second", "CPU a probe, ms", "peak RSS, MiB", "steps of a probe, ms"),
    "rtt": ("round trip, ms", "one host: wall, ms", "one host: CPU, ms", "10 MX: wall, ms", "10 MX: CPU, ms"),
}


def sizes(*steps):
    """Those of the steps that are small enough; two at least, or there is no line."""
    small = [n for n in steps if not SIZE or n <= SIZE]
    return small if len(small) > 1 else list(steps[:2])


def point(table, *figures):
    assert len(figures) == len(TABLES[table])
    print(table, *("%d" % n if isinstance(n, int) else "%.3f" % n for n in figures), sep="\t",
          flush=True)
    print("graphs: %s %d" % (table, figures[0]), file=sys.stderr, flush=True)


def read(path):
    """All tables of a file of points: {table: [[figure, ...], ...]}."""
    tables = {name: [] for name in TABLES}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            name, *figures = line.rstrip("\n").split("\t")
            if name not in tables:
                raise SystemExit("graphs: " + line)     # one that failed says so
            tables[name].append([float(n) for n in figures])
    return tables
