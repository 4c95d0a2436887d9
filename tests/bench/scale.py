#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""scale.py POINTS DOCS - the raw figures of the graphs into DOCS/data, and what follows from them into
DOCS/scale.md, between <!-- NAME --> and <!-- /NAME -->."""

import sys

import curve
import table

MILLION = 1e6
PLACES = 16             # in flight, the default of --jobs
HOST_TIMEOUT = 20       # s, the default of --host-timeout
SHARES = (1, 10, 100)   # domains a host
DEAD = 0.01             # of the hosts


def at(rows, x):
    """The row at x, or that of the largest x below."""
    return [row for row in rows if row[0] <= x][-1]


def slope(rows, column, low=None):
    """What one more costs: from the first row, or that at low, to the last."""
    first, last = rows[0] if low is None else at(rows, low), rows[-1]
    if first is last:
        first = rows[-2]
    return (last[column] - first[column]) / (last[0] - first[0])


def mx(t):
    rows = t["mx"]
    yield ("One MX takes %.0f ms, %.0f take %.0f ms. Each further one costs %.2f ms of CPU and %.0f KiB."
           % (rows[0][1], at(rows, PLACES)[0], at(rows, PLACES)[1], slope(rows, 2), slope(rows, 3) * 1024))
    yield "With %.0f MX the run takes %.0f ms: the %.2f-fold of one." % (
        rows[-1][0], rows[-1][1], rows[-1][1] / rows[0][1])


def domain_cost(t):
    return slope(t["targets-shared"], 2, 1000)


def probe_cost(t):
    return slope(t["targets-distinct"], 2, 100) - domain_cost(t)


def targets(t):
    distinct, shared = t["targets-distinct"], t["targets-shared"]
    yield ("A domain with a host of its own costs %.2f ms of CPU, one on a host that was tested %.2f ms."
           % (slope(distinct, 2, 100) * 1e3, domain_cost(t) * 1e3))
    for name, rows in (("on hosts of their own", distinct), ("on shared hosts", shared)):
        few = at(rows, 1000)
        yield ("Memory with domains %s: %.1f MiB for %s, %.1f MiB for %s." % (
            name, few[3], "{:,.0f}".format(few[0]), rows[-1][3], "{:,.0f}".format(rows[-1][0])))


def flight(t):
    rows = t["flight"]
    most, usual = rows[-1], at(rows, PLACES)
    yield ("%.0f in flight: %.0f probes a second; %.0f: %.0f a second, at %.2f ms of CPU each, where a core "
           "would be full at %.0f." % (usual[0], usual[1], most[0], most[1], most[2], 1e3 / most[2]))
    yield ("One more in flight takes %.0f KiB. What a probe waits for its host is %.0f ms alone, %.0f ms "
           "among %.0f, and %.0f ms among %.0f." % (slope(rows, 3) * 1024, rows[0][4], usual[4], usual[0],
                                                      most[4], most[0]))


def rtt(t):
    rows = sorted(t["rtt"])
    yield ("One host: %.1f round trips and %.0f ms. Ten MX: %.1f round trips and %.0f ms, the name's DNS "
           "included." % (slope(rows, 1), rows[0][1], slope(rows, 3), rows[0][3]))


def hours(seconds):
    return "%.0f min" % (seconds / 60) if seconds < 5400 else "%.1f h" % (seconds / 3600)


def internet(t):
    usual, most = at(t["flight"], PLACES), t["flight"][-1]
    yield ("| domains a host | probes | CPU | wall, %.0f in flight | wall, %.0f in flight | %.0f %% of hosts dead, %.0f in "
           "flight: more | such batches for all in one hour |" % (usual[0], most[0], DEAD * 100, most[0]))
    yield "|---|---|---|---|---|---|---|"
    for share in SHARES:
        probes = MILLION / share
        cpu = MILLION * domain_cost(t) + probes * probe_cost(t)
        walls = [max(cpu, probes / row[1]) for row in (usual, most)]
        dead = probes * DEAD * HOST_TIMEOUT / most[0]
        yield "| %d | %s | %s | %s | %s | %s | %.1f |" % (
            share, "{:,.0f}".format(probes), hours(cpu), *map(hours, walls), hours(dead),
            (walls[1] + dead) / 3600)


def into(page, name, lines):
    begin, end = "<!-- %s -->\n" % name, "<!-- /%s -->\n" % name
    head, rest = page.split(begin, 1)
    return head + begin + "\n".join(lines) + "\n" + end + rest.split(end, 1)[1]


def keep(path, columns, rows):
    with open(path, "w", encoding="ascii") as out:
        out.write("# %s\n# %s\n" % (table.machine(), "\t".join(columns)))
        out.writelines("\t".join("%g" % n for n in row) + "\n" for row in sorted(rows))


def main():
    points, docs = sys.argv[1:]
    tables = curve.read(points)
    for name, columns in curve.TABLES.items():
        keep("%s/data/%s.tsv" % (docs, name), columns, tables[name])
    with open(docs + "/scale.md", encoding="utf-8") as source:
        page = source.read()
    for part in (mx, targets, flight, rtt, internet):
        page = into(page, part.__name__, part(tables))
    page = into(page, "machine", ["Measured on %s." % table.machine()])
    with open(docs + "/scale.md", "w", encoding="utf-8") as out:
        out.write(page)


main()
