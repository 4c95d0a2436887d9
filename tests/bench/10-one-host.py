#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""10-one-host.py - one STARTTLS check of one server, against those who do the same or less."""

import bench

HOSTS = (("RSA", "mx.good.example", "192.0.2.10"), ("ECDSA", "mx.ecdsa.example", "192.0.2.15"))


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
        "check_smtp -S": ["/usr/lib/nagios/plugins/check_smtp", "-S", "-H", address],
        "s_client, hashed directory": client + ["-CApath", store, "-no-CAfile", "-no-CAstore"],
        "s_client, bundle": client + ["-CAfile", bundle, "-no-CApath", "-no-CAstore"],
        "posttls-finger, bundle": ["posttls-finger", "-c", "-F", bundle, "-l", "verify",
                                   "-t", "5", "[%s]" % address, name],
        "gnutls-cli": ["gnutls-cli", "--starttls-proto=smtp", "--port=25",
                       "--verify-hostname=" + name, "--sni-hostname=" + name, address],
    }


# peer, limit of the ratio: of those without one the ratio is shown
TARGETS = {
    "check_smtp -S": 1.00,
    "s_client, hashed directory": None,
    "s_client, bundle": 0.10,
    "posttls-finger, bundle": 0.10,
    "gnutls-cli": None,
}


def main():
    for kind, name, address in HOSTS:
        count = bench.instructions(ours(name, address), 2)
        for peer, command in peers(name, address).items():
            other = bench.instructions(command, 2 if peer == "check_smtp -S" else 1,
                                       stdin=b"QUIT\n", states=None)
            bench.row("one host, %s, against %s: instructions" % (kind, peer),
                      bench.million(count), bench.million(other), count / other, TARGETS[peer])


main()
