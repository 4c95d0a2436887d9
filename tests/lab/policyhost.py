#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""policyhost.py --pki DIR --bodies DIR --table FILE - web servers of MTA-STS policies, a defect each.

A line of the table is ADDRESS HOST KIND CERTIFICATE BODY.  KIND:

chunked     none: the policy in chunks of seven bytes
close       closes the connection instead of an answer
slow        the answer comes after half a minute
drip        the body comes a byte every half second
endless     the body never ends
endless404  the body of an error page never ends
short       less of a body than Content-Length says
mute        never answers
garbage     no HTTP inside TLS
header      header lines without end
hang        the handshake never ends
plain       no TLS, but HTTP, which takes any bytes for a request

Prints "ready" when all are bound, and HOST and request line of each request.
"""

import argparse
import contextlib
import socket
import ssl
import threading
import time
from pathlib import Path

LIFE = 40           # seconds a connection lasts at most
DRIP = 0.5          # seconds between two bytes
BLOCK = b"x-fill: " + b"a" * 1000 + b"\r\n"


def head(status="200 OK", *fields):
    """The first lines of an answer."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/plain", *fields, "", ""]
    return "\r\n".join(lines).encode()


def whole(body):
    """Content-Length of a body."""
    return f"Content-Length: {len(body)}"


def chunks(body, size):
    """A body in chunks."""
    for at in range(0, len(body), size):
        part = body[at:at + size]
        yield f"{len(part):x}\r\n".encode() + part + b"\r\n"
    yield b"0\r\n\r\n"


def forever(first, block):
    """First, then the same block until the peer has enough."""
    yield first
    while True:
        yield block


def slow(body):
    """Nothing for half a minute."""
    time.sleep(30)
    yield head("200 OK", whole(body)) + body


def drip(body):
    """A byte at a time."""
    yield head("200 OK", whole(body))
    for n in range(len(body)):
        yield body[n:n + 1]
        time.sleep(DRIP)


def mute(_):
    """No answer."""
    time.sleep(LIFE)
    yield b""


# What each kind sends: from the body, the parts of an answer.
ANSWERS = {
    "chunked": lambda body: [head("200 OK", "Transfer-Encoding: chunked"), *chunks(body, 7)],
    "close": lambda body: [],
    "slow": slow,
    "drip": drip,
    "endless": lambda body: forever(head(), BLOCK),
    "endless404": lambda body: forever(head("404 Not Found"), BLOCK),
    "short": lambda body: [head("200 OK", f"Content-Length: {len(body) + 100}") + body],
    "mute": mute,
    "garbage": lambda body: [b"SSH-2.0-OpenSSH_9.2\r\n" * 10],
    "header": lambda body: forever(b"HTTP/1.1 200 OK\r\n", BLOCK),
    "plain": lambda body: [head("200 OK", whole(body)) + body],
}


def request_line(sock):
    """The first line of the request; all of it is read."""
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 8192:
        part = sock.recv(4096)
        if not part:
            break
        data += part
    return data.split(b"\r\n")[0].decode("latin-1")


def serve(sock, host, kind, context, body):
    """One connection."""
    sock.settimeout(LIFE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(OSError):
        if kind == "hang":
            time.sleep(LIFE)
            return
        if kind == "plain":
            sock.recv(4096)
        else:
            sock = context.wrap_socket(sock, server_side=True)
            print(host, request_line(sock), flush=True)
        for part in ANSWERS[kind](body):
            sock.sendall(part)
        if kind not in ("plain", "close"):
            sock.unwrap()
    sock.close()


def accept(listener, *args):
    """Accept for ever."""
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock, *args), daemon=True).start()


def main():
    """Bind all, then say so."""
    parser = argparse.ArgumentParser()
    for name in ("--pki", "--bodies", "--table"):
        parser.add_argument(name, required=True, type=Path)
    args = parser.parse_args()
    for line in args.table.read_text().splitlines():
        address, host, kind, cert, body = line.split()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.pki / "hosts" / cert)
        listener = socket.create_server((address, 443), backlog=64)
        threading.Thread(target=accept, daemon=True, args=(
            listener, host, kind, context, (args.bodies / body).read_bytes())).start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
