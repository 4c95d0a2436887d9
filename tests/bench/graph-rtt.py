#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""graph-rtt.py - one server, and a domain with ten MX, at the round trip time of this lab."""

import os

import bench
import curve

RUNS = 7


def main():
    one = [bench.plugin("check_smtp_tls"), "-H", "192.0.2.10", "--verify-name=mx.good.example",
           "--sni=mx.good.example"]
    ten = [bench.plugin("check_mx_cf"), "-H", "ten.example", "--dnssec=off"]
    for command in (one, ten):
        bench.usage(command, states=None)       # Postfix starts a process for the first
    used = bench.interleaved({"one": one, "ten": ten}, RUNS, states=None)
    curve.point("rtt", int(os.environ.get("LAB_DELAY") or 0), used["one"]["wall"],
                used["one"]["cpu"], used["ten"]["wall"], used["ten"]["cpu"])


main()
