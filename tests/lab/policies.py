#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""policies.py - read the table of the domains that publish an MTA-STS policy.

usage: policies.py nginx | scripted | list | bodies DIR

world.py asks it for certificates, addresses, black holes and zone records.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NETWORKS = ("198.18.1.", "2001:db8:5::")    # the n-th row has the n-th address
ABSENT = ("refused", "drop", "none")        # without a web server
SHARED = "policies"
PATH = "/.well-known/mta-sts.txt"


class Domain:
    """A row of the table."""

    def __init__(self, number, name, mx, server, cert):
        self.name, self.server, self.cert = name, server, cert
        self.mx = [] if mx == "-" else [f"mx.{host}.example" for host in mx.split(",")]
        self.domain = f"{name}.example"
        self.host = f"mta-sts.{self.domain}"
        self.number = number
        self.settings = {}

    def all(self, key):
        """The values of a setting that may be repeated."""
        return self.settings.get(key, [])

    def one(self, key, default=None):
        """The value of a setting."""
        return self.all(key)[-1] if self.all(key) else default

    @property
    def pem(self):
        """The file with its key and certificate."""
        return f"{SHARED if self.cert == 'shared' else self.host}.pem"

    @property
    def address(self):
        """Where its web server is."""
        return NETWORKS["ipv6" in self.settings] + str(self.number)

    def body(self):
        """The policy, as bytes."""
        if "body" in self.settings:
            text = self.one("body").encode().decode("unicode_escape").encode("latin-1")
        else:
            lines = ["version: STSv1", f"mode: {self.one('mode', 'enforce')}"]
            lines += [f"mx: {mx}" for mx in self.all("mx") or self.mx]
            lines += [f"max_age: {self.one('max_age', '604800')}"]
            text = "".join(f"{line}\r\n" for line in lines).encode()
        return fill(text, int(self.one("fill", "0")))

    def zone(self):
        """Its records, one a line."""
        for n, mx in enumerate(self.mx, 1):
            yield f"{self.domain}.\tMX\t{10 * n} {mx}."
        default = {"record": '"v=STSv1; id=20260101;"',
                   "rpt": f'"v=TLSRPTv1; rua=mailto:tls@{self.domain}"'}
        for key, owner in (("record", "_mta-sts"), ("rpt", "_smtp._tls")):
            for rdata in self.all(key) or [default[key]]:
                if rdata != "-":
                    yield f"{owner}.{self.domain}.\tTXT\t{rdata}"
        for record in self.all("zone"):
            owner, kind, rdata = record.split(None, 2)
            owner = self.domain if owner == "@" else f"{owner}.{self.domain}"
            if kind == "CNAME" and not rdata.endswith("."):
                rdata = f"{rdata}.{self.domain}."
            yield f"{owner}.\t{kind}\t{rdata}"
        if self.server != "none":
            yield f"{self.host}.\t{'AAAA' if ':' in self.address else 'A'}\t{self.address}"


def fill(text, size):
    """text, made size bytes long by fields that nobody knows."""
    while len(text) < size:
        room = min(size - len(text), 1000)
        if 0 < size - len(text) - room < 10:
            room -= 10
        text += b"x-fill: " + b"a" * (room - 10) + b"\r\n"
    return text


def read():
    """Every domain of the table."""
    domains = []
    for line in (HERE / "policies").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            key, _, value = line.strip().partition(" ")
            domains[-1].settings.setdefault(key, []).append(value)
        else:
            domains.append(Domain(len(domains) + 1, *line.split()))
    return domains


def certs():
    """NAME KIND DNS-NAME, for pki.sh."""
    domains = read()
    yield f"{SHARED} ecdsa " + ",".join(d.host for d in domains if d.cert == "shared")
    for d in domains:
        if d.cert not in ("-", "shared"):
            yield f"{d.host} {d.cert} {d.host}"


def addresses():
    """What is assigned to lo."""
    return [d.address for d in read() if d.server != "none"]


def black_holes():
    """The addresses that answer nothing."""
    return [d.address for d in read() if d.server == "drop"]


def zone():
    """The records of all."""
    return [line for d in read() for line in d.zone()]


def nginx():
    """The servers of nginx: each on its own address, and nothing for clients without its name."""
    for d in read():
        if d.server != "nginx":
            continue
        address = f"[{d.address}]" if ":" in d.address else d.address
        listen = f"{address}:443 ssl" + (" http2" if "http2" in d.settings else "")
        pem = f"/run/lab/pki/hosts/{d.pem}"
        pem = f"ssl_certificate {pem}; ssl_certificate_key {pem};"
        tls = " ".join(d.all("tls"))
        kind = d.one("type", "text/plain")
        kind = '""' if kind == "-" else kind
        what = f"return {d.one('return')};" if "return" in d.settings else \
            f"alias /run/lab/policies/{d.name};"
        yield f"server {{ listen {listen} default_server; ssl_reject_handshake on; {tls} }}"
        yield f"server {{ listen {listen}; server_name {d.host}; {pem} {tls}"
        yield f"\tlocation = {PATH} {{ types {{}} default_type {kind}; {what} }} }}"


def scripted():
    """ADDRESS NAME KIND CERTIFICATE BODY, for policyhost.py."""
    for d in read():
        if d.server not in ABSENT + ("nginx",):
            yield f"{d.address} {d.host} {d.server} {d.pem} {d.name}"


def listing():
    """For people: DOMAIN SERVER CERTIFICATE ADDRESS."""
    for d in read():
        yield f"{d.domain:28} {d.server:12} {d.cert:14} {d.address}"


def main():
    """Print one view of the table, or write the bodies."""
    views = {"nginx": nginx, "scripted": scripted, "list": listing}
    if sys.argv[1:2] == ["bodies"]:
        for d in read():
            Path(sys.argv[2], d.name).write_bytes(d.body())
    elif len(sys.argv) == 2 and sys.argv[1] in views:
        for line in views[sys.argv[1]]():
            print(line)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
