#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""typedns.py serve UPSTREAM ADDRESS - resolvers that fail for one type of record, a port for each type and fault.
typedns.py list - PORT TYPE FAULT of each.

All other questions are passed on to UPSTREAM.  The faults:

servfail, refused   that RCODE
silent      no answer
truncated   TC over UDP, and TCP is closed
garbage     the right ID, then bytes that are no message
wrongid     the answer, with another ID
question    the answer to another question
forged      a bit flipped in each record, its signature left
nxdomain    no such name, without a proof
nodata      no such record, without a proof

Prints "ready" when all are bound.
"""

import functools
import struct
import sys
import threading

from faultdns import message, question
from proxydns import ask, forged, serve

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "DS": 43, "DNSKEY": 48, "TLSA": 52}
FAULTS = ("servfail", "refused", "silent", "truncated", "garbage", "wrongid", "question", "forged", "nxdomain", "nodata")
FIRST = 5400
RCODES = {"servfail": 2, "refused": 5, "nxdomain": 3, "nodata": 0}


def matrix():
    """Port, type and fault of each."""
    pairs = [(kind, fault) for kind in TYPES for fault in FAULTS]
    return [(FIRST + n, *pair) for n, pair in enumerate(pairs)]


def answer(upstream, kind, fault, query, over_tcp):
    """What to send; nothing, if there is none."""
    if struct.unpack(">H", question(query)[-4:-2])[0] != TYPES[kind]:
        return ask(upstream, query, over_tcp)
    if fault in RCODES:
        return message(query, RCODES[fault])
    if fault == "silent" or (fault == "truncated" and over_tcp):
        return b""
    if fault == "truncated":
        return message(query, 0x0200)
    if fault == "garbage":
        return query[:2] + b"\x81\x80" + b"\xff" * 40
    reply = ask(upstream, query, over_tcp)
    if fault == "wrongid":
        return bytes([reply[0] ^ 0xff]) + reply[1:]
    if fault == "question":
        return reply[:12] + b"\x05other\x07example\0" + question(query)[-4:] + reply[12 + len(question(query)):]
    return forged(reply)


def main():
    """Bind all, then say so; or list them."""
    if sys.argv[1] == "list":
        for row in matrix():
            print(*row)
        return
    threading.stack_size(256 * 1024)
    for port, kind, fault in matrix():
        serve(sys.argv[3], port, functools.partial(answer, sys.argv[2], kind, fault))
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
