#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""proxydns.py UPSTREAM ADDRESS=FAULT... - resolvers on port 53 that pass questions on to UPSTREAM.

strip       no signatures: as if nobody had asked for them
strip-data  the same, but for keys, DS records and the root
lie         a bit of every record is flipped, its signature is left
lie-data    the same, but for keys, DS records and the root
slow        a second late
slower      four seconds late

Prints "ready" when all are bound.
"""

import functools
import socket
import struct
import sys
import threading
import time

from faultdns import question

LATE = {"slow": 1, "slower": 4}
NS, CNAME, SOA, MX, OPT, DS, RRSIG, DNSKEY = 2, 5, 6, 15, 41, 43, 46, 48
PATIENCE = 10


def spared(fault, query):
    """Is this a question that -data leaves alone?"""
    asked = question(query)
    kind = struct.unpack(">H", asked[-4:-2])[0]
    return fault.endswith("-data") and (kind in (DS, DNSKEY) or asked[0] == 0)


def without_do(query):
    """The query, its OPT record without the DO bit (RFC 6891, 6.1.4)."""
    out = bytearray(query)
    flags = 12 + len(question(query)) + 1 + 2 + 2 + 2
    if len(out) > flags:
        out[flags] &= 0x7f
    return bytes(out)


def name_end(message, at):
    """Behind a name."""
    while message[at]:
        if message[at] >= 0xc0:
            return at + 2
        at += message[at] + 1
    return at + 1


def records(message):
    """Type, offset and length of the data of each record."""
    counts = struct.unpack(">HHHH", message[4:12])
    at = 12
    for _ in range(counts[0]):
        at = name_end(message, at) + 4
    for _ in range(sum(counts[1:])):
        at = name_end(message, at)
        kind, _, _, length = struct.unpack(">HHIH", message[at:at + 10])
        yield kind, at + 10, length
        at += 10 + length


def forged(message):
    """A bit flipped in each record that has more than names."""
    out = bytearray(message)
    for kind, at, length in records(message):
        if kind in (RRSIG, OPT, NS, CNAME) or length == 0:
            continue
        where = {MX: at + 1, SOA: at + length - 17}.get(kind, at + length - 1)
        out[where] ^= 1
    return bytes(out)


def receive(sock, length):
    """That many bytes of a TCP stream."""
    data = b""
    while len(data) < length:
        more = sock.recv(length - len(data))
        if not more:
            raise OSError("closed")
        data += more
    return data


def receive_message(sock):
    """A message over TCP."""
    return receive(sock, struct.unpack(">H", receive(sock, 2))[0])


def ask(upstream, query, over_tcp):
    """What upstream says."""
    with socket.socket(socket.AF_INET,
                       socket.SOCK_STREAM if over_tcp else socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect((upstream, 53))
        if not over_tcp:
            sock.send(query)
            return sock.recv(65535)
        sock.sendall(struct.pack(">H", len(query)) + query)
        return receive_message(sock)


def answer(upstream, fault, query, over_tcp):
    """What to send."""
    time.sleep(LATE.get(fault, 0))
    if spared(fault, query) or fault in LATE:
        return ask(upstream, query, over_tcp)
    if fault.startswith("strip"):
        return ask(upstream, without_do(query), over_tcp)
    return forged(ask(upstream, query, over_tcp))


def serve_datagram(sock, peer, query, how):
    """Answer one."""
    try:
        reply = how(query, False)
        if reply:
            sock.sendto(reply, peer)
    except OSError:
        pass        # no answer is one, too


def serve_udp(sock, how):
    """Answer datagrams for ever."""
    while True:
        query, peer = sock.recvfrom(4096)
        if len(query) > 12:
            threading.Thread(target=serve_datagram, args=(sock, peer, query, how), daemon=True).start()


def serve_client(sock, how):
    """Answer the queries of one connection."""
    with sock:
        try:
            while reply := how(receive_message(sock), True):
                sock.sendall(struct.pack(">H", len(reply)) + reply)
        except OSError:
            pass    # the client has gone


def serve_tcp(sock, how):
    """Accept for ever."""
    while True:
        client, _ = sock.accept()
        threading.Thread(target=serve_client, args=(client, how), daemon=True).start()


def serve(address, port, how):
    """Bind a name server that says what how(query, over_tcp) returns; nothing, if that is empty."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, port))
    tcp = socket.create_server((address, port), backlog=64)
    for target, sock in ((serve_udp, udp), (serve_tcp, tcp)):
        threading.Thread(target=target, args=(sock, how), daemon=True).start()


def main():
    """Bind all, then say so."""
    upstream = sys.argv[1]
    for arg in sys.argv[2:]:
        address, fault = arg.split("=")
        serve(address, 53, functools.partial(answer, upstream, fault))
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
