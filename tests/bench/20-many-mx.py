#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""20-many-mx.py - ten MX in one run, against one, and against ten runs of check_smtp."""

import bench
import fleet

CHECK_SMTP = ["/usr/lib/nagios/plugins/check_smtp", "-S", "-H", "203.0.113.1"]
RUNS = 11
MX = 10


def ours(domain, *more):
    return [bench.plugin("check_mx_cf"), "-H", domain, *more]


def compare(how, *more):
    """One more MX costs a ninth of what ten cost more than one."""
    one, ten = ours("onemx.example", *more), ours("ten.example", *more)
    each = (bench.instructions(ten, 3) - bench.instructions(one, 3)) / (MX - 1)
    seen = bench.interleaved({"smtp": CHECK_SMTP, "one": one, "ten": ten}, RUNS)
    memory = (seen["ten"]["rss"] - seen["one"]["rss"]) / (MX - 1)
    cpu, peer = seen["ten"]["cpu"], seen["smtp"]["cpu"] * MX
    limited = "--dnssec=off" in more
    bench.row("check_mx_cf%s, 10 MX, against 10 x check_smtp -S: CPU" % how, "%.1f ms" % cpu,
              "%.1f ms" % peer, cpu / peer, 0.40 if limited else None)
    bench.bound("check_mx_cf%s, one more MX: instructions" % how, bench.million(each), each, 10e6,
                "10.0 M")
    bench.bound("check_mx_cf%s, one more MX: peak RSS" % how, "%.0f KiB" % memory, memory, 64,
                "64 KiB")


compare("")
compare(" --dnssec=off", "--dnssec=off")
bench.note("Of one more MX, %.0f KiB is what OpenSSL alone has of a session amid its handshake." %
           fleet.session_heap("RSA"))
