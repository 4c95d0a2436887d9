#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""30-rtt-delay.py - how many round trips a run takes, on a link with 50 ms for each."""

import socket
import statistics
import time

import bench

RTT = 50                        # what the link is set to
RUNS = 7
ALLOWANCE = 15
CHECK_SMTP = "/usr/lib/nagios/plugins/check_smtp"


def ours(address, name, *more):
    return [bench.plugin("check_smtp_tls"), "-H", address, "--verify-name=" + name,
            "--sni=" + name, *more]


POSTFIX, EXIM = ("192.0.2.10", "mx.good.example"), ("192.0.2.40", "mx.exim.example")
# what, command, how many round trips there may be
ROWS = (
    ("check_smtp_tls, up to MAIL and QUIT, Exim", ours(*EXIM), 7),
    ("check_smtp_tls, up to MAIL and QUIT, Postfix", ours(*POSTFIX), 7),
    ("check_smtp_tls, the same with TLS 1.2, Postfix", ours(*POSTFIX, "--tls-max=1.2"), 8),
    ("check_smtp_tls --stop-after=secure, Postfix", ours(*POSTFIX, "--stop-after=secure"), None),
    ("check_smtp_tls, by name (a round trip for the address), Postfix",
     [bench.plugin("check_smtp_tls"), "-H", "mx.ecdsa.example"], 8),
    ("check_smtp -S, up to EHLO inside TLS, Postfix", [CHECK_SMTP, "-S", "-H", POSTFIX[0]], None),
    ("posttls-finger, up to EHLO inside TLS, Postfix",
     ["posttls-finger", "-c", "-l", "encrypt", "[%s]" % POSTFIX[0]], None),
)


def round_trip():
    """What the link really takes, in ms: the time of a bare connect."""
    times = []
    for _ in range(9):
        with socket.socket() as client:
            began = time.perf_counter()
            client.connect((POSTFIX[0], 25))
            times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


def main():
    r = round_trip()
    bench.usage(ours(*POSTFIX))     # Postfix starts a process for the first
    bench.usage(ours(*EXIM))
    seen = bench.interleaved({row[0]: row[1] for row in ROWS}, RUNS, states=None)
    for what, _, trips in ROWS:
        wall = seen[what]["wall"]
        shown = "%.0f ms = %.1f r" % (wall, wall / r)
        if trips is None:
            bench.bare("wall at RTT r = %d ms: %s" % (RTT, what), shown)
        else:
            bench.bound("wall at RTT r = %d ms: %s" % (RTT, what), shown, wall,
                        trips * r + ALLOWANCE, "%d r + %d ms" % (trips, ALLOWANCE))
    bench.note("r is what a bare TCP connect takes over the link of %d ms: %.1f ms." % (RTT, r))
    domains = {n: [bench.plugin("check_mx_cf"), "-H", domain, "--dnssec=off"]
               for n, domain in ((1, "onemx.example"), (10, "ten.example"))}
    for command in domains.values():
        bench.usage(command)
    seen = bench.interleaved(domains, RUNS)
    bench.row("wall at RTT r = %d ms: check_mx_cf, 10 MX against 1" % RTT,
              "%.0f ms" % seen[10]["wall"], "%.0f ms" % seen[1]["wall"],
              seen[10]["wall"] / seen[1]["wall"], 1.10)
    bench.note("Postfix, by OpenSSL, sends a session ticket behind the handshake of TLS 1.3, and its "
               "kernel holds the answer to EHLO back until the ticket is acknowledged (RFC 896): a "
               "round trip that no client can save. Exim sends no ticket.")


main()
