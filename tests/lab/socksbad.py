#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""socksbad.py ADDRESS - SOCKS5 proxies that do not do what they should, one a port.

1101-1109, 1199   answer the request with this code less 1100 (1199: 99)
1110 silent       never say a word
1111 garbage      speak another protocol
1112 close        hang up at once
1113 drip         a byte every half second, of nothing that ends
1114 refused      no method suits
1115 gssapi       choose a method that nobody offered
1116 login        want a password, offered or not, and refuse it
1117 kind         say yes, with an address of an unknown kind
1118 name         work, bound to a name
1119 six          work, bound to an IPv6 address
1120 hangup       hang up instead of an answer to the request
1121 hang         never answer the request
1122 glued        work, the answer and what the target says first in one packet

Prints "ready", and then the port and target of each request.
"""

import contextlib
import socket
import socketserver
import sys
import threading
import time

LIFE = 40   # seconds a connection lasts at most
OK = b"\5\0\0"
BOUND = {1118: b"\3\5proxy", 1119: b"\4" + bytes(16)}


def take(sock, count):
    """Exactly so many bytes."""
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def relay(one, other):
    """What one says, to the other."""
    with contextlib.suppress(OSError):
        while data := one.recv(4096):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


def greet(sock, port):
    """The methods; False: that is all."""
    if port == 1110:
        time.sleep(LIFE)
    elif port == 1111:
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    elif port == 1113:
        for _ in range(2 * LIFE):
            sock.sendall(b"\5")
            time.sleep(0.5)
    elif port != 1112:
        take(sock, take(sock, 2)[1])
        sock.sendall(b"\5" + {1114: b"\xff", 1115: b"\1", 1116: b"\2"}.get(port, b"\0"))
        if port == 1116:
            take(sock, take(sock, 2)[1])
            take(sock, take(sock, 1)[0])
            sock.sendall(b"\1\1")
            return False
        return port not in (1114, 1115)
    return False


def request(sock, port):
    """Where to."""
    kind = take(sock, 4)[3]
    host = socket.inet_ntop(socket.AF_INET6 if kind == 4 else socket.AF_INET,
                            take(sock, 16 if kind == 4 else 4))
    target = host, int.from_bytes(take(sock, 2), "big")
    print(port, *target, flush=True)
    return target


def answer(sock, port, target):
    """The reply, and after a good one the connection."""
    if port < 1110 or port == 1199:
        sock.sendall(bytes([5, port - 1100, 0, 1]) + bytes(6))
    elif port == 1117:
        sock.sendall(OK + b"\x09" + bytes(20))
    elif port == 1121:
        time.sleep(LIFE)
    elif port != 1120:
        with socket.create_connection(target, timeout=LIFE) as other:
            first = other.recv(4096) if port == 1122 else b""
            sock.sendall(OK + BOUND.get(port, b"\1" + bytes(4)) + bytes(2) + first)
            threading.Thread(target=relay, args=(other, sock), daemon=True).start()
            relay(sock, other)
            time.sleep(0.1)


class Handler(socketserver.BaseRequestHandler):
    """One connection."""

    def handle(self):
        port = self.server.server_address[1]
        self.request.settimeout(LIFE)
        with contextlib.suppress(OSError):
            if greet(self.request, port):
                answer(self.request, port, request(self.request, port))


class Server(socketserver.ThreadingTCPServer):
    """One port."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


def main():
    """Serve every port."""
    for port in [*range(1101, 1123), 1199]:
        server = Server((sys.argv[1], port), Handler)
        threading.Thread(target=server.serve_forever).start()
    print("ready", flush=True)


if __name__ == "__main__":
    main()
