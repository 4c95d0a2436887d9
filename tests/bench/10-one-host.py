#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""10-one-host.py - one STARTTLS check of one server, against those who do the same or less."""

import statistics

import bench

HOSTS = (("RSA", "mx.good.example", "192.0.2.10"), ("ECDSA", "mx.ecdsa.example", "192.0.2.15"))
CHECK_SMTP = "/usr/lib/nagios/plugins/check_smtp"
RUNS = 21
STALLS = 200        # runs in which one is looked for that waited for a delayed ACK
STALL_MS = 40

# peer: (highest ratio of instructions, of CPU)
PEERS = {
    "check_smtp -S": 1.00,
    "s_client, hashed directory": None,
    "s_client, bundle": 0.10,
    "posttls-finger, bundle": 0.10,
    "ldns-dane": None,
    "gnutls-cli": None,
    "swaks": None,
}
# too slow to be run more than once, by CPU and memory alone
SLOW = {"sslscan", "check_ssl_cert"}


def ours(name, address, *more):
    """Chain and name are verified, and the factor is made."""
    return [bench.plugin("check_smtp_tls"), "-H", address, "--verify-name=" + name,
            "--sni=" + name, *more]


def peers(name, address):
    """Each as it goes from connect to the end of the session, without a message."""
    store, bundle = "/etc/ssl/certs", "/etc/ssl/certs/ca-certificates.crt"
    client = ["openssl", "s_client", "-connect", address + ":25", "-starttls", "smtp",
              "-servername", name, "-verify_hostname", name, "-verify_return_error", "-quiet"]
    return {
        "check_smtp -S": [CHECK_SMTP, "-S", "-H", address],
        "s_client, hashed directory": client + ["-CApath", store, "-no-CAfile", "-no-CAstore"],
        "s_client, bundle": client + ["-CAfile", bundle, "-no-CApath", "-no-CAstore"],
        "posttls-finger, bundle": ["posttls-finger", "-c", "-F", bundle, "-l", "verify",
                                   "-t", "5", "[%s]" % address, name],
        # it knows no STARTTLS
        "ldns-dane": ["ldns-dane", "-n", "-T", "verify", name, "465"],
        "gnutls-cli": ["gnutls-cli", "--starttls-proto=smtp", "--port=25",
                       "--verify-hostname=" + name, "--sni-hostname=" + name, address],
        "swaks": ["swaks", "--server", address, "--tls", "--tls-verify", "--tls-sni", name,
                  "--quit-after", "FROM", "--helo", "probe.client.example"],
        "sslscan": ["sslscan", "--starttls-smtp", "--no-colour", address + ":25"],
        "check_ssl_cert": [CHECK_SMTP.replace("check_smtp", "check_ssl_cert"), "-H", address,
                           "-P", "smtp", "-p", "25", "--cn", name],
    }


def instructions(kind, name, address):
    count = bench.instructions(ours(name, address), 2)
    for peer, command in peers(name, address).items():
        if peer in SLOW or (kind != "RSA" and PEERS[peer] is None):
            continue
        other = bench.instructions(command, 2 if peer == "check_smtp -S" else 1,
                                   stdin=b"QUIT\n", states=None)
        bench.row("%s, against %s: instructions" % (kind, peer), bench.million(count),
                  bench.million(other), count / other, PEERS[peer])
    with bench.bundle_only():
        count = bench.instructions(ours(name, address), 2)
    other = bench.instructions(peers(name, address)["check_smtp -S"], 2)
    bench.row("%s, system with a bundle only, against check_smtp -S: instructions" % kind,
              bench.million(count), bench.million(other), count / other, 1.50)


def resources(name, address):
    """CPU, memory and time of RSA, all tools in turn."""
    commands = {"": ours(name, address)}
    commands.update((peer, command) for peer, command in peers(name, address).items()
                    if peer not in SLOW)
    seen = bench.interleaved(commands, RUNS, stdin=b"QUIT\n", states=None)
    mine = seen.pop("")
    for peer, other in seen.items():
        bench.row("RSA, against %s: CPU" % peer, "%.1f ms" % mine["cpu"], "%.1f ms" % other["cpu"],
                  mine["cpu"] / other["cpu"])
    for peer in sorted(SLOW):
        other = bench.usage(peers(name, address)[peer], states=None)
        bench.row("RSA, against %s: CPU" % peer, "%.1f ms" % mine["cpu"], "%.0f ms" % other["cpu"],
                  mine["cpu"] / other["cpu"])
    other = seen["check_smtp -S"]
    bench.row("RSA, against check_smtp -S: peak RSS", "%.1f MiB" % (mine["rss"] / 1024),
              "%.1f MiB" % (other["rss"] / 1024), mine["rss"] / other["rss"], 1.10)
    loaded = bench.objects(commands[""])
    bench.bound("shared objects of a run: " + ", ".join(sorted(loaded)), str(len(loaded)),
                len(loaded), 6, "6")


def stalls(name, address):
    """A run waited for a delayed ACK when it took so much longer than the median."""
    def share(command):
        walls = [bench.usage(command, states=None)["wall"] for _ in range(STALLS)]
        return sum(wall > statistics.median(walls) + STALL_MS for wall in walls) / STALLS
    mine, other = share(ours(name, address)), share(peers(name, address)["check_smtp -S"])
    bench.bound("runs out of %d that stall for %d ms against local Postfix; check_smtp -S: %.1f %%"
                % (STALLS, STALL_MS, 100 * other), "%.1f %%" % (100 * mine), mine, 0.02, "2 %")


def main():
    for host in HOSTS:
        instructions(*host)
    resources(*HOSTS[0][1:])
    stalls(*HOSTS[0][1:])


main()
