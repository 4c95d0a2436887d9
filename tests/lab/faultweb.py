#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faultweb.py serve UPSTREAM DNS CERTIFICATE - web servers and SOCKS proxies with every fault at every step.
faultweb.py list - KIND ADDRESS PORT STEP FAULT of each.

Kinds are http (OCSP and CRL), https (policies) and socks.  How a web server with a fault comes to be asked: name
servers at DNS, PORT of the list, say that pki.example and mta-sts.sts-good.example are at its ADDRESS, and pass all
other questions on to UPSTREAM.  10.67.0.0/16 has to be local.

Prints "ready" when all are bound.
"""

import contextlib
import socket
import ssl
import struct
import sys
import threading
import time

from faultdns import message, question
from proxydns import ask

NAMES = (b"\x03pki\x07example\0", b"\x07mta-sts\x08sts-good\x07example\0")
LISTEN = {"http": 80, "https": 443, "socks": 1080}
STEPS = {"http": ("connect", "headers", "body"), "https": ("connect", "handshake", "headers", "body"),
         "socks": ("connect", "method", "request")}
FAULTS = {
    "connect": ("refuse", "reset", "close", "silence"),
    "handshake": ("reset", "close", "silence", "drip", "garbage", "flood"),
    "headers": ("reset", "close", "silence", "drip", "garbage", "flood", "oversize", "wrong", "moved", "late"),
    "body": ("reset", "close", "silence", "drip", "garbage", "flood", "oversize", "late"),
    "method": ("reset", "close", "silence", "drip", "garbage", "flood", "wrong", "late"),
    "request": ("reset", "close", "silence", "drip", "garbage", "flood", "wrong", "late"),
}
FIRST = 5600
LIFE = 30       # seconds a connection lasts at most
LATE = 12       # beyond every deadline of the tests
DRIP = 0.5
SOUND = {"headers": b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 60\r\n\r\n", "body": b"\x30\x3a" + bytes(58),
         "method": b"\5\0", "request": b"\5\0\0\1\0\0\0\0\0\0", "handshake": b"\x16\3\3\0\x7a\2\0\0\x76\3\3"}
WRONG = {"headers": b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "method": b"\5\xff", "request": b"\5\1\0\1\0\0\0\0\0\0"}


def matrix():
    """Kind, address, port, step and fault of each."""
    n = 0
    for kind, steps in STEPS.items():
        for step in steps:
            for fault in FAULTS[step]:
                yield kind, f"10.67.{n // 250}.{n % 250 + 1}", FIRST + n, step, fault
                n += 1


def reset(sock):
    """RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(sock, ssl.SSLSocket):
        sock = socket.socket(fileno=sock.detach())
    sock.close()


def fail(sock, step, fault):
    """Say what this server says wrong."""
    sound = SOUND[step]
    if fault == "reset":
        sock.sendall(sound[:2])
        time.sleep(0.05)
        reset(sock)
    elif fault == "close":
        sock.sendall(sound[:9])
    elif fault == "silence":
        time.sleep(LIFE)
    elif fault == "late":
        time.sleep(LATE)
        sock.sendall(sound)
    elif fault == "drip":
        for byte in sound * 10:
            sock.sendall(bytes([byte]))
            time.sleep(DRIP)
    elif fault == "garbage":
        sock.sendall(b"\x82\xff\0\r\n|<b>\x1b[31m=1\n" * 20)
    elif fault == "flood":
        while True:
            sock.sendall(sound[:-2] + b"X: " + b"a" * 30000)
    elif fault == "oversize":
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\n" if step == "headers"
                     else b"\x30\x84\x7f\xff\xff\xff" + b"\0" * 300000)
    elif fault == "moved":
        sock.sendall(b"HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.80/\r\nContent-Length: 0\r\n\r\n")
    else:
        sock.sendall(WRONG[step])


def read_request(sock):
    """All of its head."""
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 8192:
        more = sock.recv(4096)
        if not more:
            return
        data += more


def serve(sock, kind, step, fault, context):
    """One connection, sound up to the step."""
    sock.settimeout(LIFE)
    with contextlib.suppress(OSError, ValueError):
        if step == "connect":
            if fault == "silence":
                time.sleep(LIFE)
            elif fault == "reset":
                reset(sock)
        elif kind == "socks":
            sock.recv(300)
            if step == "request":
                sock.sendall(SOUND["method"])
                sock.recv(300)
            fail(sock, step, fault)
        elif step == "handshake":
            sock.recv(4096)
            fail(sock, step, fault)
        else:
            if kind == "https":
                sock = context.wrap_socket(sock, server_side=True)
            read_request(sock)
            if step == "body":
                sock.sendall(SOUND["headers"])
            fail(sock, step, fault)
    with contextlib.suppress(OSError):
        sock.close()


def accept(listener, *how):
    """For ever."""
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0], *how), daemon=True).start()


def resolve(sock, upstream, address):
    """Name server: the two names are at the address."""
    while True:
        query, peer = sock.recvfrom(4096)
        with contextlib.suppress(OSError):
            asked = question(query)
            if asked[:-4].lower() not in NAMES:
                sock.sendto(ask(upstream, query, False), peer)
            elif struct.unpack(">H", asked[-4:-2])[0] != 1:
                sock.sendto(message(query, 0), peer)
            else:
                record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(address)
                sock.sendto(message(query, 0, [record]), peer)


def main():
    """Bind all, then say so; or list them."""
    if sys.argv[1] == "list":
        for row in matrix():
            print(*row)
        return
    threading.stack_size(256 * 1024)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4])
    for kind, address, port, step, fault in matrix():
        if kind != "socks":
            dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            dns.bind((sys.argv[3], port))
            threading.Thread(target=resolve, args=(dns, sys.argv[2], address), daemon=True).start()
        if fault != "refuse":
            listener = socket.create_server((address, LISTEN[kind]), backlog=64)
            threading.Thread(target=accept, args=(listener, kind, step, fault, context), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
