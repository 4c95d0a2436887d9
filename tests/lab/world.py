#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""world.py - read the table of the lab's hosts, print what servers need.

usage: world.py certs | addresses | nft | unreachable | postfix | scripted |
       oldssl | hosts | zones DIR PKI
"""

import ipaddress
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True      # the sources stay as they are

import faultsmtp                    # noqa: E402
import policies                     # noqa: E402
import tlsa                         # noqa: E402

HERE = Path(__file__).resolve().parent
# What is assigned beside the hosts: name servers, resolvers, pki.example, proxies.
OTHERS = (["192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "192.0.2.62", "192.0.2.80", "192.0.2.203"]
          + [f"192.0.2.{n}" for n in (*range(53, 60), *range(90, 94))] + ["2001:db8::90"])
BLACK_HOLES = ["192.0.2.203", "192.0.2.56", "127.0.0.4"]


class Host:
    """A row of the table."""

    def __init__(self, name, addresses, server, cert, *flags):
        self.name, self.server, self.cert, self.flags = name, server, cert, flags
        self.settings = []
        self.addresses, self.numbered = expand(addresses)
        self.domain = f"{name}.example"

    def names(self):
        """(name, address) of each of its MX hosts."""
        if self.numbered:
            return [(f"mx{i}.{self.domain}", a)
                    for i, a in enumerate(self.addresses, 1)]
        name = self.domain if "at-domain" in self.flags else f"mx.{self.domain}"
        return [(name, a) for a in self.addresses]


def expand(text):
    """The addresses of a cell, and whether they are a range."""
    match = re.fullmatch(r"([\d.]+\.)(\d+)-(\d+)", text)
    if not match:
        return text.split(","), False
    first, last = int(match[2]), int(match[3])
    return [match[1] + str(n) for n in range(first, last + 1)], True


def defects():
    """The names that scripted.py knows."""
    script = HERE / "scripted.py"
    if not script.exists():
        return []
    return subprocess.run([sys.executable, str(script), "--list"], check=True,
                          capture_output=True, text=True).stdout.split()


def read_world():
    """Every host: those of the table, then the scripted ones."""
    hosts = []
    for line in (HERE / "world").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            hosts[-1].settings.append(line.strip())
        else:
            hosts.append(Host(*line.split()))
    for n, defect in enumerate(defects(), 1):
        hosts.append(Host(defect, f"198.51.100.{n}", "scripted", "-"))
    taken = set()
    for host in hosts:
        if host.domain in taken:
            sys.exit(f"world: {host.name} is there twice")
        taken.add(host.domain)
    check_addresses(hosts)
    return hosts


def check_addresses(hosts):
    """One server at an address."""
    owner = {}
    for host in hosts:
        for address in host.addresses:
            if owner.setdefault(address, host) is not host:
                sys.exit(f"world: {address} is that of {owner[address].name} and {host.name}")


def certs(hosts):
    """NAME KIND DNS-NAME,..."""
    for host in hosts:
        names = ",".join(dict.fromkeys(name for name, _ in host.names()))
        for flag in host.flags:
            if flag.startswith("names="):
                names = flag.removeprefix("names=")
        for kind in host.cert.split("+"):
            if kind != "-":
                suffix = f"-{kind}" if "+" in host.cert else ""
                yield f"{host.name}{suffix} {kind} {names}"
    scripted = [h for h in hosts if h.server == "scripted"]
    names = ",".join(f"mx.{h.domain}" for h in scripted)
    yield f"scripted rsa {names or 'mx.scripted.example'}"
    yield "sni rsa mx.sni.example,mx.dane-sni.example"
    yield "scripted-selfsigned selfsigned mx.selfsigned.example"
    yield f"faults rsa *.{faultsmtp.DOMAIN}"
    yield from policies.certs()


def addresses(hosts):
    """What is assigned to lo."""
    unassigned = ("unreachable", "noroute")
    yield from OTHERS
    yield from policies.addresses()
    for host in hosts:
        if host.server not in unassigned:
            yield from host.addresses


def nft(hosts):
    """The rules that make black holes."""
    holes = [*BLACK_HOLES, *policies.black_holes(), faultsmtp.black_hole()]
    holes += [a for h in hosts if h.server == "drop" for a in h.addresses]
    yield "table inet lab {\n\tchain input {"
    yield "\t\ttype filter hook input priority 0;"
    for hole in holes:
        family = "ip6" if ":" in hole else "ip"
        yield f"\t\t{family} daddr {hole} drop"
    yield "\t}\n}"


def unreachable(hosts):
    """Where a route says so."""
    for host in hosts:
        if host.server == "unreachable":
            yield from host.addresses


def postfix(hosts):
    """master.cf: a service for each address and port."""
    for host in hosts:
        if host.server != "postfix":
            continue
        kinds = host.cert.split("+")
        files = [host.name] if len(kinds) == 1 else [f"{host.name}-{k}" for k in kinds]
        chain = "" if host.cert == "-" else ",".join(f"$lab_pki/hosts/{f}.pem" for f in files)
        for name, address in host.names():
            options = [f"myhostname={name}", f"smtpd_tls_chain_files={chain}"] + host.settings
            for port in ["25"] + [f for f in host.flags if f == "465"]:
                wrap = ["smtpd_tls_wrappermode=yes"] if port == "465" else []
                endpoint = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
                yield f"{endpoint} inet n - n - - smtpd"
                yield from (f"  -o {option}" for option in options + wrap)


def scripted(hosts):
    """ADDRESS PORT DEFECT, for scripted.py."""
    for host in hosts:
        if host.server == "scripted":
            yield f"{host.addresses[0]} 25 {host.name}"
            if host.name.startswith("direct"):
                yield f"{host.addresses[0]} 465 {host.name}"


def oldssl(hosts):
    """ADDRESS PORT NAME METHOD CIPHERS PEM, for oldssl.js."""
    for host in hosts:
        if host.server == "oldssl":
            method, ciphers = host.settings
            yield f"{host.addresses[0]} 25 mx.{host.domain} {method} {ciphers} /run/lab/pki/hosts/{host.name}.pem"


def listing(hosts):
    """For people: DOMAIN SERVER CERTIFICATE ADDRESSES."""
    for host in hosts:
        yield f"{host.domain:28} {host.server:12} {host.cert:14} {','.join(host.addresses)}"


def generate(line):
    """BIND's $GENERATE FIRST-LAST TEXT, with $ and ${OFFSET}."""
    _, span, text = line.split(None, 2)
    first, last = map(int, span.split("-"))
    for n in range(first, last + 1):
        yield re.sub(r"\$(?:\{(-?\d+)\})?", lambda m, n=n: str(n + int(m[1] or 0)), text)


def address_records(name, host_addresses):
    """A and AAAA of a name."""
    for address in host_addresses:
        kind = "AAAA" if ipaddress.ip_address(address).version == 6 else "A"
        yield f"{name}\t{kind}\t{address}"


def tlsa_records(line, pki):
    """$TLSA OWNER RECORD [/ RECORD...]: the OWNER a host, or the whole name with its port."""
    _, owner, text = line.split(None, 2)
    if not owner.startswith(("_", "*")):
        owner = f"_25._tcp.{owner}"
    yield from (f"{owner}\t{record}" for record in tlsa.records(pki, text))


def mail_domain(line, hosts, pki):
    """$MAIL NAME HOST [RECORD / RECORD...]: a domain, its MX mx-NAME at the addresses of HOST, and
    the TLSA records of that."""
    _, name, where, *text = line.split(None, 3)
    yield f"{name}\tMX\t10 mx-{name}"
    for host in hosts:
        if host.name == where:
            yield from address_records(f"mx-{name}", host.addresses)
    for records in text:
        yield from tlsa_records(f"$TLSA mx-{name} {records}", pki)


def zone(hosts, path, pki):
    """The zone file, and in it the hosts whose zone it is."""
    text = Path(path).read_text().splitlines()
    own = {p.stem for p in Path(path).parent.glob("*.zone")} - {"example", "root"}
    here = Path(path).stem
    for line in text:
        if line.startswith("$GENERATE"):
            yield from generate(line)
        elif line.startswith("$TLSA"):
            yield from tlsa_records(line, pki)
        elif line.startswith("$MAIL"):
            yield from mail_domain(line, hosts, pki)
        else:
            yield line
    for host in hosts:
        if here != (host.name if host.name in own else "example"):
            continue
        for name, address in host.names():
            yield from address_records(f"{name}.", [address])
        if "at-domain" not in host.flags:
            for name in dict.fromkeys(name for name, _ in host.names()):
                yield f"{host.domain}.\tMX\t10 {name}."
    if here == "example":
        yield from policies.zone()
    if here == "faults":
        yield from faultsmtp.zone()


def zones(hosts, directory, pki):
    """DIRECTORY/NAME.zone of each: its records, but for what is delegated."""
    for path in [*HERE.glob("zones/*.zone"), *HERE.glob("versions/*.zone")]:
        Path(directory, path.name).write_text("\n".join(zone(hosts, path, pki)) + "\n")
        yield path.stem


def main():
    """Print one view of the world."""
    views = {"certs": certs, "addresses": addresses, "nft": nft, "postfix": postfix,
             "unreachable": unreachable, "scripted": scripted, "hosts": listing, "zones": zones, "oldssl": oldssl}
    if len(sys.argv) < 2 or sys.argv[1] not in views:
        sys.exit(__doc__)
    for line in views[sys.argv[1]](read_world(), *sys.argv[2:]):
        print(line)


if __name__ == "__main__":
    main()
