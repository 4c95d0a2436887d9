#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pkihost.py PKI ADDRESS - the web server of the lab's authorities: OCSP responders and CRL.
pkihost.py PKI staple KIND NAME - the OCSP response for hosts/NAME.pem, on stdout.

/ocsp/root, /ocsp/inter, /ocsp/checked   honest answers, signed by that authority
/ocsp/delegated   honest, signed by ocsp/delegate.pem; noeku, stranger: by those who may not
/ocsp/unknown     the responder has never heard of the certificate
  (so far the answers are those of openssl ocsp; what it cannot say is made here:)
/ocsp/nononce     good, without the nonce asked for; othernonce: with another
/ocsp/stale, future   good, of last month, of next month
/ocsp/otherserial     good, for another certificate
/ocsp/badsig          good, with a signature that is wrong
/ocsp/trylater        the responder says so
/crl/root, /crl/inter, /crl/checked   the authority's list
/crl/expired, stranger    inter's of last week; one of another key in its name
/crl/forged, pem          inter's with a bit flipped; in PEM
garbage, huge, redirect, silent, drip, endless, closed   of either, as bad servers do

Each request is a line on stdout; "ready" before the first.
"""

import hashlib
import http.server
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DAY = 86400
LIFE = 30           # seconds a connection lasts at most
PKI = Path(sys.argv[1])

# OIDs, encoded
SHA256_RSA = bytes.fromhex("06092a864886f70d01010b")
BASIC = bytes.fromhex("06092b0601050507300101")
NONCE = bytes.fromhex("06092b0601050507300102")


# --- DER

def tlv(tag, *parts):
    """An element of these contents."""
    body = b"".join(parts)
    length = len(body)
    if length < 128:
        return bytes([tag, length]) + body
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + body


def elements(der):
    """(tag, whole element, its contents) of each."""
    at = 0
    while at < len(der):
        length, start = der[at + 1], at + 2
        if length & 0x80:
            start += length & 0x7f
            length = int.from_bytes(der[at + 2:start], "big")
        yield der[at], der[at:start + length], der[start:start + length]
        at = start + length


def inside(der, *path):
    """The contents of the element at path: numbers count from 0."""
    for n in path:
        der = list(elements(der))[n][2]
    return der


def moment(days):
    """A GeneralizedTime, so many days from now."""
    return tlv(0x18, time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * DAY)).encode())


# --- OCSP

def run(*command, data=None):
    """What a command says."""
    return subprocess.run(command, input=data, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def authority(name):
    """(certificate, key) of one who signs."""
    if (PKI / f"ocsp/{name}.pem").exists():
        return PKI / f"ocsp/{name}.pem", PKI / f"ocsp/{name}.key"
    return PKI / f"ca/{name}/cert.pem", PKI / f"ca/{name}/key.pem"


def honest(request, issuer, signer, index=None):
    """The answer of openssl ocsp."""
    cert, key = authority(signer)
    with tempfile.TemporaryDirectory() as scratch:
        asked, answer = Path(scratch, "asked"), Path(scratch, "answer")
        asked.write_bytes(request)
        run("openssl", "ocsp", "-index", str(index or PKI / f"ca/{issuer}/index.txt"),
            "-CA", str(PKI / f"ca/{issuer}/cert.pem"), "-rsigner", str(cert), "-rkey", str(key),
            "-reqin", str(asked), "-respout", str(answer), "-ndays", "2")
        return answer.read_bytes()


def cert_id(request):
    """The CertID asked about, whole."""
    tbs = [e for e in elements(inside(request, 0, 0)) if e[0] == 0x30]
    return next(elements(inside(tbs[0][1], 0, 0)))[1]


def other_serial(identity):
    """The same issuer, another certificate."""
    parts = [whole for _, whole, _ in elements(inside(identity, 0))]
    return tlv(0x30, *parts[:-1], tlv(0x02, b"\x7f\x01\x02\x03"))


def key_hash(name):
    """The responder ID byKey of an authority."""
    pem = run("openssl", "x509", "-in", str(authority(name)[0]), "-noout", "-pubkey")
    spki = run("openssl", "pkey", "-pubin", "-outform", "DER", data=pem)
    return hashlib.sha1(inside(spki, 0, 1)[1:]).digest()


def signed(identity, this_days, next_days, nonce=None, twist=False):
    """A response of inter that says good."""
    single = tlv(0x30, identity, tlv(0x80), moment(this_days), tlv(0xa0, moment(next_days)))
    extensions = b""
    if nonce:
        value = tlv(0x04, tlv(0x04, nonce))
        extensions = tlv(0xa1, tlv(0x30, tlv(0x30, NONCE, value)))
    data = tlv(0x30, tlv(0xa2, tlv(0x04, key_hash("inter"))), moment(this_days),
               tlv(0x30, single), extensions)
    signature = run("openssl", "dgst", "-sha256", "-sign", str(authority("inter")[1]), data=data)
    if twist:
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    basic = tlv(0x30, data, tlv(0x30, SHA256_RSA, tlv(0x05)), tlv(0x03, b"\0", signature))
    return tlv(0x30, tlv(0x0a, b"\0"), tlv(0xa0, tlv(0x30, BASIC, tlv(0x04, basic))))


def ocsp(kind, request):
    """The answer of a kind of responder; None: there is none of that name."""
    made = {
        "nononce": lambda i: signed(i, 0, 1),
        "othernonce": lambda i: signed(i, 0, 1, nonce=b"somebody else's"),
        "stale": lambda i: signed(i, -31, -30),
        "future": lambda i: signed(i, 30, 31),
        "otherserial": lambda i: signed(other_serial(i), 0, 1),
        "badsig": lambda i: signed(i, 0, 1, twist=True),
        "trylater": lambda i: tlv(0x30, tlv(0x0a, b"\3")),
    }
    signers = {"delegated": "delegate", "noeku": "noeku", "stranger": "stranger"}
    if kind in made:
        return made[kind](cert_id(request))
    if kind == "unknown":
        return honest(request, "inter", "inter", "/dev/null")
    if kind in signers:
        return honest(request, "inter", signers[kind])
    if kind in ("root", "inter", "checked"):
        return honest(request, kind, kind)
    return None


def staple(kind, name):
    """The response of that kind for a host's leaf."""
    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch, "asked")
        run("openssl", "ocsp", "-issuer", str(PKI / "ca/inter/cert.pem"), "-cert",
            str(PKI / f"hosts/{name}.pem"), "-no_nonce", "-reqout", str(asked))
        return ocsp(kind, asked.read_bytes())


# --- CRL

def crl(kind):
    """A list; None: there is none of that name."""
    if kind == "forged":
        der = (PKI / "ca/inter/crl.der").read_bytes()
        return der[:-1] + bytes([der[-1] ^ 1])
    if kind == "pem":
        return run("openssl", "crl", "-inform", "DER", "-in", str(PKI / "ca/inter/crl.der"))
    for path in (PKI / f"ca/{kind}/crl.der", PKI / f"crl/{kind}.der"):
        if path.exists():
            return path.read_bytes()
    return None


# --- HTTP

def drip(out):
    """A header, a byte every half second."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 1000:
        out.write(bytes([byte]))
        time.sleep(0.5)


def endless(out):
    """Header lines until the peer has enough."""
    while True:
        out.write(b"X-More: " + b"a" * 1000 + b"\r\n")


def huge(out):
    """A list of 64 MiB, as it says, and as long as the peer reads."""
    out.write(b"HTTP/1.1 200 OK\r\n\r\n" + bytes.fromhex("308404000000"))
    while True:
        out.write(b"\x30\x00" * 30000)


BAD = {
    "drip": drip,
    "endless": lambda out: (out.write(b"HTTP/1.1 200 OK\r\n"), endless(out)),
    "huge": huge,
    "silent": lambda out: time.sleep(LIFE),
    "closed": lambda out: None,
    "garbage": lambda out: out.write(b"HTTP/1.1 200 OK\r\n\r\n<html>\xff\x00|x=1 \x1b[31m</html>"),
    "redirect": lambda out: out.write(b"HTTP/1.1 302 Found\r\nLocation: http://pki.example/ocsp/inter\r\n\r\n"),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    timeout = LIFE

    def log_message(self, *args):
        """The request alone, which is told elsewhere."""

    def answer(self):
        """Whatever the path is for."""
        print(self.command, self.path, flush=True)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        what, _, kind = self.path.lstrip("/").partition("/")
        if kind in BAD:
            BAD[kind](self.wfile)
            return
        data = ocsp(kind, body) if what == "ocsp" and body else crl(kind) if what == "crl" else None
        if data is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type",
                         "application/ocsp-response" if what == "ocsp" else "application/pkix-crl")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer


class Server(http.server.ThreadingHTTPServer):
    """Peers that go away are no news."""

    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass


def main():
    """Serve, or print a staple."""
    if sys.argv[2] == "staple":
        sys.stdout.buffer.write(staple(*sys.argv[3:5]))
        return
    with Server((sys.argv[2], 80), Handler) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
