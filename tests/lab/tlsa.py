#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tlsa.py PKI RECORD [/ RECORD...] - TLSA records of the lab's certificates, one a line.

A RECORD is "USAGE SELECTOR MATCHING FROM [TWIST]".

FROM   NAME or NAME:N, the first or Nth certificate of hosts/NAME.pem; ca/NAME, an authority
TWIST  wrong      of something else
       short      the last byte is missing
       long       a byte too many
       empty      no data at all
       nothing    the digest of the empty string

A matching type that is no digest (0, and those that nobody knows) holds all of it.
"""

import base64
import functools
import hashlib
import re
import subprocess
import sys
from pathlib import Path

DIGESTS = {1: hashlib.sha256, 2: hashlib.sha512}
TWISTS = ("", "wrong", "short", "long", "empty", "nothing")


@functools.lru_cache(maxsize=None)
def certificate(pki, source):
    """A certificate in PEM."""
    name, _, number = source.partition(":")
    path = Path(pki, name, "cert.pem") if name.startswith("ca/") else Path(pki, "hosts", name + ".pem")
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n",
                        path.read_text(), re.S)
    return blocks[int(number or 1) - 1]


@functools.lru_cache(maxsize=None)
def selected(pki, source, selector):
    """What the selector chooses, in DER: 1 the public key, anything else all of it."""
    pem = certificate(pki, source)
    if selector == 1:
        pem = subprocess.run(["openssl", "x509", "-pubkey", "-noout"], input=pem, check=True,
                             capture_output=True, text=True).stdout
    return base64.b64decode("".join(pem.strip().splitlines()[1:-1]))


def rdata(pki, text):
    """The bytes of one RECORD."""
    usage, selector, matching, source, *twist = text.split()
    twist = "".join(twist)
    if twist not in TWISTS:
        sys.exit(f"tlsa: no such twist: {text}")
    data = selected(pki, source, int(selector))
    if twist == "wrong":
        data = data[::-1]
    if twist == "nothing":
        data = b""
    if int(matching) in DIGESTS:
        data = DIGESTS[int(matching)](data).digest()
    if twist == "short":
        data = data[:-1]
    if twist == "long":
        data += b"\0"
    if twist == "empty":
        data = b""
    return bytes((int(usage), int(selector), int(matching))) + data


def records(pki, text):
    """RECORD / RECORD..., each as zone files write an unknown type: any bytes will do."""
    for record in text.split(" / "):
        data = rdata(pki, record)
        yield f"TYPE52\t\\# {len(data)} {data.hex()}"


def main():
    """Print them."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    for line in records(sys.argv[1], " ".join(sys.argv[2:])):
        print(line)


if __name__ == "__main__":
    main()
