#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faultdns.py ADDRESS=FAULT... - name servers on port 53, each with one fault.

servfail  every query is answered SERVFAIL
refused   every query is answered REFUSED
lame      every query is answered with a referral to the root
garbage   the right ID, then bytes that are no message
drip      TC over UDP; over TCP ten MX records, a byte every half second

Prints "ready" when all are bound.
"""

import socket
import struct
import sys
import threading
import time

RCODES = {"servfail": 2, "refused": 5}
DRIP = 0.5      # seconds between two bytes


def question(query):
    """The question section of a query, as it came."""
    end = 12
    while end < len(query) and query[end]:
        end += query[end] + 1
    return query[12:end + 5]


def message(query, flags, records=(), authority=()):
    """A response to query: QR, RD and RA are added to flags."""
    header = struct.pack(">2sHHHHH", query[:2], 0x8180 | flags, 1, len(records), len(authority), 0)
    return header + question(query) + b"".join(records) + b"".join(authority)


def mx_records():
    """mx0 to mx9 below the name that was asked for."""
    for n in range(10):
        data = struct.pack(">H", n) + b"\x03mx" + str(n).encode() + b"\xc0\x0c"
        yield b"\xc0\x0c" + struct.pack(">HHIH", 15, 1, 60, len(data)) + data


def root_referral():
    """The root, served by ns.example."""
    data = b"\x02ns\x07example\0"
    return b"\0" + struct.pack(">HHIH", 2, 1, 60, len(data)) + data


def answer(fault, query, over_tcp):
    """What to send."""
    if fault == "lame":
        return message(query, 0, authority=[root_referral()])
    if fault == "garbage":
        return query[:2] + b"\x81\x80" + b"\xff" * 40
    if fault == "drip":
        return message(query, 0, list(mx_records())) if over_tcp else message(query, 0x0200)
    return message(query, RCODES[fault])


def serve_udp(sock, fault):
    """Answer datagrams for ever."""
    while True:
        query, peer = sock.recvfrom(4096)
        if len(query) > 12:
            sock.sendto(answer(fault, query, False), peer)


def serve_client(sock, fault):
    """Answer the queries of one connection."""
    with sock, sock.makefile("rb") as stream:
        try:
            while True:
                length = struct.unpack(">H", stream.read(2))[0]
                reply = answer(fault, stream.read(length), True)
                reply = struct.pack(">H", len(reply)) + reply
                if fault != "drip":
                    sock.sendall(reply)
                    continue
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for n in range(len(reply)):
                    sock.sendall(reply[n:n + 1])
                    time.sleep(DRIP)
        except (OSError, struct.error):
            pass        # the client has gone


def serve_tcp(sock, fault):
    """Accept for ever."""
    while True:
        client, _ = sock.accept()
        threading.Thread(target=serve_client, args=(client, fault), daemon=True).start()


def main():
    """Bind all, then say so."""
    for arg in sys.argv[1:]:
        address, fault = arg.split("=")
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind((address, 53))
        tcp = socket.create_server((address, 53), backlog=64)
        for target, sock in ((serve_udp, udp), (serve_tcp, tcp)):
            threading.Thread(target=target, args=(sock, fault), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
