#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""faultsmtp.py - SMTP servers with one fault at one step, every combination of both.

The address of a server says which, 10.66.STEP.FAULT, and the port how it is spoken to: 2500 in the
clear and without STARTTLS, 2587 with STARTTLS, 2465 TLS from the first byte.  10.66.0.0 has no fault.
The name of STEP-FAULT.faults.example leads there (list has all), and its second MX to the good one.
Nobody listens on the port after each.

usage: faultsmtp.py list | zone | serve PEM
"""

import random
import signal
import socket
import os
import ssl
import struct
import sys
import threading

sys.dont_write_bytecode = True      # the sources stay as they are

import scripted                     # noqa: E402

NET = "10.66"
DOMAIN = "faults.example"
PORTS = {2500: "plain", 2587: "starttls", 2465: "direct"}
LATE = 12           # seconds, past every deadline of a test

# A step, the code that a server gives there when all is well, and the part of scripted.py's
# session that says it; what a client has to do before a fault can show is in the parts themselves.
STEPS = {
    "answer": None, "banner": 220, "ehlo": 250, "helo": 250, "starttls": 220, "handshake": None,
    "inner": 250, "mail": 250, "rcpt": 250, "data": 354, "message": 250, "quit": 221,
}
PARTS = {"inner": "tls-ehlo"}
WELL = scripted.WELL

HELLO = scripted.HELLO_RECORD
EMPTY = b"\x16\x03\x03\x00\x00"                         # a handshake record with nothing in it
HUGE = b"\x16\x03\x03\xff\xff" + bytes(0xffff)          # no record may be that long
FINISHED = b"\x16\x03\x03\x00\x10\x14\x00\x00\x0c" + bytes(12)
NOISE = random.Random(66).randbytes(300).replace(b"\n", b"") + b"\r\n"


def wrong(code):
    """A good reply to another question."""
    return "250 2.0.0 as you like" if code == 354 else "354 what do you want to tell me?"


def in_reply(fault, code, well):
    """What a server says at a step that is a reply."""
    ways = {
        "refuse": "550 5.7.1 not you",
        "defer": "450 4.3.2 not now",
        "busy": "421 4.3.2 too busy",
        "reset": scripted.reset,
        "close": scripted.close,
        "cut": (f"{code}-half of".encode(), scripted.close),
        "silence": scripted.silent,
        "drip": scripted.drip(scripted.plain_text(str(code))),
        "garbage": NOISE,
        "flood": (scripted.flood(f"{code}-more\r\n".encode()), scripted.close),
        "oversize": (f"{code} ".encode() + b"x" * 100000, scripted.silent),
        "wrong": wrong(code),
        "late": (scripted.pause(LATE), well),
    }
    return ways[fault]


def in_handshake(fault):
    """What a server says to the ClientHello."""
    ways = {
        "refuse": (scripted.ALERT, scripted.close),
        "reset": scripted.reset,
        "close": scripted.close,
        "cut": (HELLO[:50], scripted.close),
        "silence": scripted.silent,
        "drip": scripted.drip(HELLO),
        "garbage": (NOISE, scripted.close),
        "flood": (scripted.flood(EMPTY), scripted.close),
        "oversize": (HUGE, scripted.close),
        "wrong": (FINISHED, scripted.close),
        "late": (scripted.pause(LATE), scripted.handshake),
    }
    return (scripted.hear, ways[fault])


FAULTS = ["refuse", "defer", "busy", "reset", "close", "cut", "silence", "drip", "garbage", "flood",
          "oversize", "wrong", "late"]


def faults_of(step):
    """The faults there can be: a handshake has no codes, and what is before it no words."""
    if step == "answer":
        return ["refuse", "silence"]
    if step == "handshake":
        return [f for f in FAULTS if f not in ("defer", "busy")]
    return FAULTS


def steps_of(mode):
    """The steps of a mode."""
    absent = {"plain": ("starttls", "handshake", "inner"), "starttls": (),
              "direct": ("starttls", "inner")}
    return [s for s in STEPS if s not in absent[mode]]


def address(step, fault):
    """Where it is."""
    return f"{NET}.{list(STEPS).index(step) + 1}.{FAULTS.index(fault) + 1}"


def everything():
    """(step, fault) of every mode."""
    return [(s, f) for s in STEPS for f in faults_of(s)]


def black_hole():
    """Where nobody answers."""
    return address("answer", "silence")


def parts_of(mode, step, fault):
    """The parts of a session."""
    parts = dict(WELL)
    if mode == "plain":
        parts |= {"ehlo": scripted.NO_OFFER, "starttls": scripted.NO_STARTTLS}
    if mode == "direct":
        parts |= {"open": scripted.handshake, "tls-ehlo": scripted.NO_OFFER}
    if step is None or step == "answer":
        return parts
    if step == "handshake":
        part = in_handshake(fault)
        return parts | ({"open": part} if mode == "direct" else {"starttls": (scripted.GO, part)})
    if step == "helo":
        parts["ehlo"] = "502 5.5.1 no EHLO here"
        parts["tls-ehlo"] = parts["ehlo"]
    name = PARTS.get(step, step)
    if step == "ehlo" and mode == "direct":
        name = "tls-ehlo"
    if step == "data":
        return parts | {"data": in_reply(fault, 354, WELL["data"])}
    if step == "message":
        return parts | {"data": scripted.message(in_reply(fault, 250, "250 2.0.0 taken"))}
    well = WELL["quit"] if step == "quit" else parts[name]
    if step == "helo":
        well = WELL["helo"]
    parts[name] = in_reply(fault, STEPS[step], well)
    if step == "banner" and fault in ("refuse", "defer"):
        parts |= scripted.DEAF
    return parts


class Place:
    """What scripted.py calls a listener: one combination."""

    def __init__(self, context, mode, step, fault):
        self.parts = parts_of(mode, step, fault)
        self.name = f"mx-{step}-{fault}.{DOMAIN}" if step else f"mx-well.{DOMAIN}"
        self.context = context


class Port:
    """A port at all addresses."""

    def __init__(self, port, context):
        mode = PORTS[port]
        self.sock = socket.create_server(("0.0.0.0", port), backlog=512)
        self.places = {address(s, f): Place(context, mode, s, f)
                       for s, f in everything() if s in steps_of(mode)}
        self.well = Place(context, mode, None, None)

    def serve(self):
        """Accept for ever."""
        while True:
            sock, _ = self.sock.accept()
            place = self.places.get(sock.getsockname()[0], self.well)
            threading.Thread(target=scripted.Session(sock, place).run, daemon=True).start()


def zone():
    """The records of every combination."""
    yield f"mx-well\tA\t{NET}.0.0"
    yield "well\tMX\t10 mx-well"
    for step, fault in everything():
        name = f"{step}-{fault}"
        yield f"{name}\tMX\t10 mx-{name}"
        yield f"{name}\tMX\t20 mx-well"
        yield f"mx-{name}\tA\t{address(step, fault)}"


def combinations():
    """MODE STEP FAULT of each."""
    for mode in PORTS.values():
        yield from (f"{mode} {s} {f}" for s, f in everything() if s in steps_of(mode))


def serve(pem):
    """Bind all, then say so."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    for port in PORTS:
        threading.Thread(target=Port(port, context).serve, daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


def main():
    """Print a view, or serve."""
    views = {"list": combinations, "zone": zone}
    if sys.argv[1:2] == ["serve"] and len(sys.argv) == 3:
        return serve(sys.argv[2])
    if len(sys.argv) != 2 or sys.argv[1] not in views:
        return __doc__
    return print("\n".join(views[sys.argv[1]]()))


if __name__ == "__main__":
    sys.exit(main())
