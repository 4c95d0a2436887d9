#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""batch-hosts.py - a batch: what a probe costs against a bare handshake, hosts shared, and memory."""

import bench
import fleet

PROBES, RUNS = 1000, 3
IN_FLIGHT = 16
MEMORY = 8 * 1024 + 64 * IN_FLIGHT      # KiB


def throughput(key):
    """Probes of hosts of their own, DNS and all, against handshakes with nothing around them."""
    ours, theirs, bare = [], [], []
    with fleet.Fleet(key) as hosts:
        for _ in range(RUNS):
            theirs.append(fleet.limit(key))
            bare.append(fleet.conversations(PROBES))
            ours.append(PROBES / hosts.batch(fleet.distinct(PROBES), IN_FLIGHT)["cpu"] * 1e3)
    rate, most, talk = fleet.median(ours), fleet.median(theirs), fleet.median(bare)
    bench.least("batch, distinct hosts, %s, against OpenSSL in memory: a core-second" % key,
                "%.0f probes" % rate, "%.0f handshakes" % most, rate / most, 0.65)
    bench.row("a bare loop of the conversation, distinct hosts, %s, against OpenSSL in memory: a core-second" % key,
              "%.0f talks" % talk, "%.0f handshakes" % most, talk / most)
    bench.row("batch, distinct hosts, %s, against that bare loop: a core-second" % key, "%.0f probes" % rate,
              "%.0f talks" % talk, rate / talk)


def sharing():
    """Domains on the same hosts: each host once."""
    counts = []
    for n in (fleet.SHARED, 100 * fleet.SHARED):
        with fleet.Fleet("ECDSA") as hosts:
            hosts.batch(fleet.shared(n), IN_FLIGHT)
            counts.append(hosts.handshakes())
    bench.row("batch, 10,000 domains on 100 hosts against 100: handshakes", str(counts[1]),
              str(counts[0]), counts[1] / counts[0], 1.0)


def memory(what, targets, options, name):
    """Peak of two sizes: the limit, and how much the larger one adds."""
    with fleet.Fleet("ECDSA") as hosts:
        peak = [hosts.batch(targets(n), IN_FLIGHT, options(hosts))["rss"] for n in (1000, 10000)]
    bench.bound("batch of 10,000 domains on 100 hosts, %s: peak RSS" % what,
                "%.1f MiB" % (peak[1] / 1024), peak[1], MEMORY, "8 MiB + 64 KiB x %d" % IN_FLIGHT)
    bench.note("Memory of a batch %s: %.1f MiB for 1,000 domains, %.1f MiB for 10,000." % (
        name, peak[0] / 1024, peak[1] / 1024))


def main():
    for key in fleet.KEYS:
        throughput(key)
    sharing()
    memory("without DNSSEC", fleet.shared, lambda hosts: hosts.options(), "without DNSSEC")
    memory("validated", lambda n: ["x%d.m%d.big.example" % (i, i % 100 + 1) for i in range(n)],
           lambda _: ["-p", fleet.PORT, "--verify-name=" + fleet.KEYS["ECDSA"][1]],
           "with libunbound, its caches filled")


main()
