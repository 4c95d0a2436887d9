#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""scripted.py - the lab's SMTP/TLS server with one defect a listener.

A session is a table of parts (banner, ehlo, starttls, ...); WELL holds the well-behaved ones and a
defect overrides some.  A part is what the server does when its turn comes:

    str      a reply, lines separated by \\n, sent in one packet; {name} is mx.<defect>.example
    bytes    sent as they are
    tuple    its members, one after the other
    callable called with the session

The session is strict about order and syntax of what the client says: a client's mistake gets a 501
or 503.  Replies with code 421 and 521 end the connection, like a real server's.
"""

import argparse
import base64
import contextlib
import os
import re
import selectors
import signal
import socket
import ssl
import struct
import sys
import threading
import time

LIFE = 90           # seconds a connection lasts at most
LINGER = 3          # seconds to wait for the peer's FIN after ours
FLOOD = 1 << 20     # bytes: far over any limit of a client, yet bounded
LINE = 8192         # bytes a client's line may have
CLOSED = 2          # seconds "after-fail-refused" and "again421-*" refuse after a handshake


class End(Exception):
    """Close the connection cleanly."""


class Reset(Exception):
    """Close the connection with a RST."""


class Wire:
    """A connection, plain or TLS, under one absolute deadline."""

    def __init__(self, sock):
        self.sock = sock
        self.tls = False
        self.buffer = b""
        self.deadline = time.monotonic() + LIFE
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def left(self):
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def sleep(self, seconds):
        time.sleep(min(seconds, self.left()))

    def send(self, data):
        self.sock.settimeout(self.left())
        self.sock.sendall(data)

    def receive(self):
        self.sock.settimeout(self.left())
        data = self.sock.recv(4096)
        if not data:
            raise End
        return data

    def line(self):
        while b"\n" not in self.buffer:
            if len(self.buffer) > LINE:
                raise End
            self.buffer += self.receive()
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode("latin-1")

    def start_tls(self, context):
        self.buffer = b""       # nothing said in the clear survives, RFC 3207, 4.2
        self.sock.settimeout(self.left())
        self.sock = context.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
        self.sock.do_handshake()
        self.tls = True

    def close(self):
        """close_notify, FIN, then read on: closing over unread bytes would send a RST."""
        if self.sock.fileno() == -1:        # wrap_socket() found the peer gone
            return
        if self.tls:
            self.sock.settimeout(0)     # the peer's close_notify is not waited for
            with contextlib.suppress(OSError):
                self.sock.unwrap()
        with socket.socket(fileno=self.sock.detach()) as raw, contextlib.suppress(OSError):
            raw.shutdown(socket.SHUT_WR)
            self.deadline = min(self.deadline, time.monotonic() + LINGER)
            raw.settimeout(self.left())
            while raw.recv(65536):
                raw.settimeout(self.left())

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Session(Wire):
    """One SMTP session, as the parts of its listener's defect have it."""

    SYNTAX = {
        "EHLO": r"\S+", "HELO": r"\S+", "STARTTLS": r"", "AUTH": r"\S+( \S+)?",
        "MAIL": r"FROM:<.*>( \S+)*", "RCPT": r"TO:<.+>( \S+)*", "DATA": r"",
        "RSET": r"", "NOOP": r".*", "QUIT": r"",
    }
    NEEDS = {"STARTTLS": "HELLO", "AUTH": "HELLO", "MAIL": "HELLO", "RCPT": "MAIL",
             "DATA": "RCPT"}

    def __init__(self, sock, listener):
        super().__init__(sock)
        self.listener = listener
        self.parts = listener.parts
        self.argument = ""
        self.code = ""                          # of the last reply
        self.done = set()                       # HELLO, MAIL: what later commands need
        self.authenticated = False

    def run(self):
        try:
            self.play(self.parts["open"])
            self.play(self.parts["banner"])
            while True:
                self.command(self.line())
        except Reset:
            self.reset()
        except (End, OSError):
            self.close()

    def play(self, part):
        if isinstance(part, str):
            self.reply(part)
        elif isinstance(part, bytes):
            self.send(part)
        elif isinstance(part, tuple):
            for member in part:
                self.play(member)
        else:
            part(self)

    def reply(self, text):
        text = text.replace("{name}", self.listener.name)
        self.send((text + "\n").replace("\n", self.parts["eol"]).encode("latin-1"))
        self.code = text.rpartition("\n")[2][:3]
        if self.code in ("421", "521"):
            raise End

    def command(self, line):
        verb, _, self.argument = line.partition(" ")
        verb = verb.upper()
        if verb not in self.SYNTAX:
            self.reply("500 5.5.1 unknown command")
        elif not re.fullmatch(self.SYNTAX[verb], self.argument, re.IGNORECASE):
            self.reply("501 5.5.4 syntax error")
        elif verb in self.NEEDS and self.NEEDS[verb] not in self.done:
            self.reply("503 5.5.1 bad sequence of commands")
        elif verb == "STARTTLS" and self.tls:
            self.reply("503 5.5.1 TLS is active")
        else:
            self.play(self.parts["tls-ehlo" if verb == "EHLO" and self.tls else verb.lower()])
            self.note(verb)

    def note(self, verb):
        """Remember what later commands need."""
        if verb == "RSET" or verb in ("EHLO", "HELO"):
            self.done -= {"MAIL", "RCPT"}
        if self.code == "250" and verb in ("EHLO", "HELO"):
            self.done.add("HELLO")
        if self.code[:2] == "25" and verb in ("MAIL", "RCPT"):
            self.done.add(verb)

    def ask(self, challenge):
        """The client's answer to an AUTH challenge, decoded; None if it is not base64."""
        self.reply("334 " + challenge)
        return unbase64(self.line())


# What a part can be.


def silent(session):
    while True:
        session.receive()


def hear(session):
    """Wait until the client says something: the ClientHello, mostly."""
    if not session.buffer:
        session.buffer = session.receive()


def close(session):
    raise End


def reset(session):
    raise Reset


def handshake(session):
    session.start_tls(session.listener.context)
    session.done.clear()


def pause(seconds):
    return lambda session: session.sleep(seconds)


def drip(data):
    """A byte a second: over 90 bytes never arrive as a whole."""
    def part(session):
        for byte in data:
            session.send(bytes([byte]))
            session.sleep(1)
    return part


def flood(line):
    """The same line over and over, FLOOD bytes in all."""
    def part(session):
        for _ in range(FLOOD // len(line) // 100):
            session.send(line * 100)
    return part


def web(session):
    """A web server: waits for a request, and does not understand SMTP."""
    session.line()
    session.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    raise End


def unbase64(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def authenticate(session):
    """AUTH PLAIN and LOGIN (RFC 4954) for tester, secret."""
    if not session.tls:
        return session.reply("538 5.7.11 encryption required")
    if session.authenticated:
        return session.reply("503 5.5.1 already authenticated")
    mechanism, _, initial = session.argument.partition(" ")
    first = unbase64(initial) if initial else None
    if mechanism.upper() == "PLAIN":
        given = first if initial else session.ask("")
        session.authenticated = given in (b"\0tester\0secret", b"tester\0tester\0secret")
    elif mechanism.upper() == "LOGIN":
        user = first if initial else session.ask("VXNlcm5hbWU6")
        given = (user, session.ask("UGFzc3dvcmQ6"))
        session.authenticated = given == (b"tester", b"secret")
    else:
        return session.reply("504 5.5.4 unknown mechanism")
    session.reply("235 2.7.0 welcome" if session.authenticated else "535 5.7.8 not you")


def echo(session):
    """Refuses AUTH with all that the client said, in every form."""
    mechanism, _, initial = session.argument.partition(" ")
    said = [initial, (unbase64(initial) or b"").decode("latin-1").replace("\0", " ")]
    if mechanism.upper() == "LOGIN":
        for challenge in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
            session.reply("334 " + challenge)
            line = session.line()
            said += [line, (unbase64(line) or b"").decode("latin-1")]
    session.reply(listing(535, *said, "was wrong"))


def message(then):
    """Take a message, and say then."""
    def part(session):
        session.reply("354 go on")
        while session.line() != ".":
            pass
        session.play(then)
    return part


def greylist(session):
    """The first RCPT of a session is deferred, the same again is not."""
    session.reply("250 2.1.5 ok" if "GREYLIST" in session.done else "450 4.2.0 greylisted")
    session.done.add("GREYLIST")


def shut(session):
    """Refuse this listener's connections for CLOSED seconds.  A clock and not a counter: nobody
    knows how many connections a client makes after a failed handshake."""
    session.listener.closed_until = time.monotonic() + CLOSED


def closed_or_welcome(session):
    session.play(BUSY if time.monotonic() < session.listener.closed_until else WELCOME)


def listing(code, *lines):
    """A reply of several lines."""
    return "\n".join([f"{code}-{line}" for line in lines[:-1]] + [f"{code} {lines[-1]}"])


def extensions(*more):
    return listing(250, "{name}", "PIPELINING", "SIZE 10240000", *more, "8BITMIME")


# TLS contexts, made of the directory with the certificates.


def certificate(pki, file="scripted.pem"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(os.path.join(pki, file))
    return context


def by_sni(wanted):
    """Another certificate for this name."""
    def make(pki):
        context, named = certificate(pki, "selfsigned.pem"), certificate(pki, "sni.pem")

        def choose(sock, name, _):
            if (name or "").lower() == wanted:
                sock.context = named
        context.sni_callback = choose
        return context
    return make


def only_sni(pki):
    context = certificate(pki)

    def choose(sock, name, _):
        if (name or "").lower() != "mx.sni-abort.example":
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    context.sni_callback = choose
    return context


def client_required(version):
    """Only clients with a certificate, issued by the server's own issuer."""
    def make(pki):
        context = certificate(pki)
        context.minimum_version = context.maximum_version = version
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(os.path.join(pki, "scripted.pem"))
        return context
    return make


def null_cipher(pki):
    """Integrity, and no encryption."""
    context = certificate(pki)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("eNULL:@SECLEVEL=0")
    return context


# The parts of a well-behaved session.

WELCOME = "220 {name} ESMTP"
BUSY = "421 4.3.2 {name} too busy, try later"
OFFER = extensions("STARTTLS")
NO_OFFER = extensions()
GO = "220 2.0.0 go ahead"
NO_STARTTLS = "502 5.5.1 no STARTTLS here"
ORDER = "503 5.5.1 I refused you"

WELL = {
    "open": (), "banner": WELCOME, "ehlo": OFFER, "helo": "250 {name}",
    "starttls": (GO, handshake), "tls-ehlo": NO_OFFER, "auth": "502 5.5.1 no AUTH here",
    "mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok",
    "data": message("250 2.0.0 taken"), "rset": "250 2.0.0 ok",
    "noop": "250 2.0.0 ok", "quit": ("221 2.0.0 bye", close), "eol": "\r\n", "context": certificate,
}

# A server that refused in its banner hears only QUIT, RFC 5321, 3.1
DEAF = {part: ORDER for part in ("ehlo", "helo", "rset", "noop")}

PIPE = (b"220 mx.banner-pipe.example |x=1;2;3 'y'=4 <b>html</b> \x1b[31mred\x1b[0m \x1b]0;title\x07"
        b" C1 \x9b31m \xc2\x9b31m bidi \xe2\x80\xae\xd7\x90 \xe2\x81\xa6 ESMTP\r\n")
HELLO_RECORD = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + bytes(200)     # a long ServerHello
ALERT = b"\x15\x03\x03\x00\x02\x02\x28"                                         # handshake_failure


def plain_text(code):
    return code.encode() + b" mx " + b"x" * 200


def defect(description, **parts):
    """A row of the table; part names are written with _ here."""
    return description, WELL | {name.replace("_", "-"): part for name, part in parts.items()}


DEFECTS = {
    "well": defect("no defect at all"),

    # The connection and the banner.
    "silent": defect("never says a word", banner=silent),
    "silent-after-banner": defect("never a word after the banner", banner=(WELCOME, silent)),
    "banner-late": defect("220 after 4 s", banner=(pause(4), WELCOME)),
    "banner421": defect("421, then closes", banner=BUSY),
    "banner450": defect("450", banner="450 4.3.2 {name} not now", **DEAF),
    "banner554": defect("554", banner="554 5.7.1 {name} no SMTP service here", **DEAF),
    "banner521": defect("521, then closes (RFC 7504)", banner="521 {name} takes no mail"),
    "banner-multi": defect("a banner of three lines, fine",
                           banner=listing(220, "{name} ESMTP", "no spam", "be nice")),
    "banner-endless": defect("220- lines, 1 MiB", banner=(flood(b"220-more\r\n"), close)),
    "banner-huge-line": defect("a line of 100 KB without LF",
                               banner=(b"220 " + b"x" * 102396, silent)),
    "banner-2000": defect("one line of 2000 bytes, CRLF and all",
                          banner=b"220 " + b"x" * 1994 + b"\r\n"),
    "banner-garbage": defect("a web server", banner=(b"HTTP/1.1 400 Bad Request\r\n\r\n", close)),
    "banner-binary": defect("NUL, 8-bit and bare CR in the banner, then fine",
                            banner="220 {name} N\0L \xe9\xff bare\rCR ESMTP"),
    "banner-pipe": defect("perfdata, escapes, markup, C1 and bidi in the banner", banner=PIPE),
    "banner-lf": defect("LF alone ends every line", eol="\n"),
    "banner-drip": defect("a banner a byte a second", banner=drip(plain_text("220"))),
    "banner-noname": defect("just 220", banner="220"),
    "reset-banner": defect("RST after accept", banner=reset),
    "close-banner": defect("FIN after accept", banner=close),

    # EHLO.
    "ehlo-refused": defect("EHLO 502, HELO fine, no TLS", ehlo="502 5.5.1 no EHLO here",
                           starttls=NO_STARTTLS),
    "helo-refused": defect("EHLO 502, HELO 550", ehlo="502 5.5.1 no EHLO here",
                           helo="550 5.7.1 no HELO either"),
    "ehlo421": defect("421 to EHLO, then closes", ehlo=BUSY),
    "ehlo-reset": defect("RST after EHLO", ehlo=reset),
    "ehlo-close": defect("FIN after EHLO", ehlo=close),
    "ehlo-drip": defect("reply to EHLO a byte a second", ehlo=drip(plain_text("250"))),
    "ehlo-flood": defect("250- lines, 1 MiB", ehlo=(flood(b"250-X-MORE\r\n"), close)),
    "ehlo-codechange": defect("250- then 550", ehlo="250-foo\n550 bar"),
    "fold-ext": defect("keywords in odd case and spacing, STARTTLS among them",
                       ehlo="250-{name}  hello \n250-sIzE   10240000 \n250-StartTLS  \n"
                            "250-Pipelining\t\n250-  DSN\n250 8bitMiMe "),

    # STARTTLS.
    "nostarttls": defect("not offered, 502", ehlo=NO_OFFER, starttls=NO_STARTTLS),
    "hidden-starttls": defect("not offered, but works", ehlo=NO_OFFER),
    "hidden-silent": defect("not offered, never answered", ehlo=NO_OFFER, starttls=silent),
    "starttls-lower": defect("offered in lower case", ehlo=extensions("starttls")),
    "starttls-param": defect("offered with a parameter", ehlo=extensions("STARTTLS FOO")),
    "x-starttls": defect("X-STARTTLS is not STARTTLS", ehlo=extensions("X-STARTTLS"),
                         starttls=NO_STARTTLS),
    "starttls454": defect("454 to STARTTLS", starttls="454 4.7.0 TLS not available"),
    "starttls501": defect("501 to STARTTLS", starttls="501 5.5.4 no parameters, please"),
    "starttls-silent": defect("STARTTLS never answered", starttls=silent),
    "starttls-close": defect("FIN after STARTTLS", starttls=close),
    "starttls-reset": defect("RST after STARTTLS", starttls=reset),
    "tempfail-all": defect("454 to STARTTLS, 451 to MAIL", starttls="454 4.7.0 TLS not available",
                           mail="451 4.3.0 try later"),
    "notls-mail550": defect("no STARTTLS, yet MAIL wants it", ehlo=NO_OFFER, starttls=NO_STARTTLS,
                            mail="530 5.7.0 Must issue a STARTTLS command first"),

    # The handshake.  On a fresh connection MAIL and RCPT are taken in the clear.
    "inject": defect("a second reply in the packet of the 220",
                     starttls=(GO + "\n250 injected", handshake)),
    "inject-late": defect("a second reply 50 ms after the 220",
                          starttls=(GO, pause(0.05), "250 injected", handshake)),
    "handshake-silent": defect("ClientHello never answered", starttls=(GO, silent)),
    "handshake-reset": defect("RST after the ClientHello", starttls=(GO, hear, reset)),
    "handshake-close": defect("FIN after the ClientHello", starttls=(GO, hear, close)),
    "handshake-garbage": defect("text instead of a ServerHello",
                                starttls=(GO, hear, b"500 5.5.1 what was that?\r\n", close)),
    "handshake-alert": defect("alert handshake_failure", starttls=(GO, hear, ALERT, close)),
    "handshake-drip": defect("a ServerHello a byte a second",
                             starttls=(GO, hear, drip(HELLO_RECORD))),
    "handshake-slow": defect("a pause of 300 ms, then fine",
                             starttls=(GO, pause(0.3), handshake)),
    "plain-after-fail": defect("as handshake-reset: a fresh connection takes plain mail",
                               starttls=(GO, hear, reset)),
    "after-fail-refused": defect("RST after the ClientHello, then banner 421 for 2 s",
                                 banner=closed_or_welcome, starttls=(GO, hear, shut, reset)),
    # one for each test, which may run beside others
    **{f"again421-{use}": defect("one session, then banner 421 for 2 s", banner=closed_or_welcome,
                                 starttls=(GO, shut, handshake))
       for use in ("alias", "batch", "clear", "dane", "legacy")},
    "sni": defect("sni.pem for mx.sni.example, else selfsigned.pem",
                  context=by_sni("mx.sni.example")),
    "dane-sni": defect("the same for mx.dane-sni.example, which has a TLSA record",
                       context=by_sni("mx.dane-sni.example")),
    "sni-abort": defect("alert unrecognized_name unless SNI is mx.sni-abort.example",
                        context=only_sni),
    "client-required": defect("TLS 1.3, client certificate required",
                              context=client_required(ssl.TLSVersion.TLSv1_3)),
    "client-required12": defect("TLS 1.2, client certificate required",
                                context=client_required(ssl.TLSVersion.TLSv1_2)),
    "null-cipher": defect("TLS 1.2, suites without encryption only", context=null_cipher),

    # Inside TLS.
    "tls-readvertise": defect("STARTTLS offered again", tls_ehlo=OFFER),
    "tls-ehlo-refused": defect("EHLO 502", tls_ehlo="502 5.5.1 no EHLO here"),
    "tls-ehlo-silent": defect("EHLO never answered", tls_ehlo=silent),
    "tls-ehlo-close": defect("close_notify and FIN after EHLO", tls_ehlo=close),
    "tls-ehlo-reset": defect("RST after EHLO", tls_ehlo=reset),
    "tls-ehlo421": defect("421 to EHLO, then closes", tls_ehlo=BUSY),
    "tls-ehlo-drip": defect("reply to EHLO a byte a second", tls_ehlo=drip(plain_text("250"))),
    "auth": defect("AUTH inside TLS, for tester with password secret",
                   tls_ehlo=extensions("AUTH PLAIN LOGIN"), auth=authenticate),

    "auth-plain": defect("AUTH PLAIN only", tls_ehlo=extensions("AUTH PLAIN"), auth=authenticate),
    "auth-clear": defect("AUTH before TLS, not inside", ehlo=extensions("STARTTLS", "AUTH PLAIN"),
                         auth=authenticate),
    "auth-notls": defect("AUTH, and no TLS", ehlo=extensions("AUTH PLAIN LOGIN"),
                         starttls=NO_STARTTLS, auth=authenticate),
    "auth-echo": defect("AUTH refused with all that was said", auth=echo,
                        tls_ehlo=extensions("AUTH PLAIN LOGIN")),
    "auth-silent": defect("AUTH never answered", auth=silent,
                          tls_ehlo=extensions("AUTH PLAIN LOGIN")),

    # MAIL, RCPT, DATA, QUIT.
    "mail550": defect("550 to MAIL", mail="550 5.7.1 not you"),
    "mail451": defect("451 to MAIL", mail="451 4.3.0 try later"),
    "mail-silent": defect("MAIL never answered", mail=silent),
    "mail-close": defect("closes after MAIL", mail=close),
    "flood-mail": defect("a good reply to MAIL of 1 MiB",
                         mail=(flood(b"250-more\r\n"), "250 2.1.0 ok")),
    "rcpt550": defect("550 to RCPT", rcpt="550 5.1.1 no such user"),
    "rcpt450": defect("450 to RCPT", rcpt="450 4.2.1 mailbox busy"),
    "rcpt-silent": defect("RCPT never answered", rcpt=silent),
    "rcpt251": defect("251 to RCPT", rcpt="251 2.1.5 not local, will forward"),
    "greylist": defect("450 to the first RCPT of a session", rcpt=greylist),
    "data554": defect("554 to DATA", data="554 5.7.1 no"),
    "data451": defect("451 to DATA", data="451 4.3.0 later"),
    "data-silent": defect("DATA never answered", data=silent),
    "message550": defect("550 to the message", data=message("550 5.7.1 spam")),
    "message450": defect("450 to the message", data=message("450 4.3.0 later")),
    "message-silent": defect("the message never answered", data=message(silent)),
    "message-close": defect("closes after the message", data=message(close)),
    "serial": defect("no PIPELINING inside TLS", tls_ehlo=listing(250, "{name}", "8BITMIME")),
    "quit-silent": defect("QUIT never answered", quit=silent),
    "quit-reset": defect("RST after QUIT", quit=reset),
    "quit-close": defect("closes after QUIT without 221", quit=close),

    # TLS from the first byte.
    "direct": defect("TLS, then SMTP, fine", open=handshake),
    "direct-web": defect("TLS, then a web server", open=handshake, banner=web),
    "direct-fail": defect("text instead of a ServerHello",
                          open=(hear, b"HTTP/1.1 400 Bad Request\r\n\r\n", close)),
    "direct-plain": defect("plain SMTP where TLS is expected"),
}


class Listener:
    """A bound address with its defect."""

    def __init__(self, address, port, name, pki):
        self.parts = DEFECTS[name][1]
        self.name = f"mx.{name}.example"
        self.context = self.parts["context"](pki)
        self.closed_until = 0.0
        self.sock = socket.create_server(
            (address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            backlog=512)

    def accept(self):
        try:
            sock, _ = self.sock.accept()
            threading.Thread(target=Session(sock, self).run, daemon=True).start()
        except (OSError, RuntimeError):
            time.sleep(0.01)    # out of descriptors or threads: not a busy loop


def read_table(file, pki):
    """A listener for each line ADDRESS PORT DEFECT."""
    with open(file, encoding="ascii") as lines:
        rows = [line.split() for line in lines if line.split("#")[0].strip()]
    return [Listener(address, int(port), name, pki) for address, port, name in rows]


def serve(listeners):
    with selectors.DefaultSelector() as selector:
        for listener in listeners:
            selector.register(listener.sock, selectors.EVENT_READ, listener)
        print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                key.data.accept()


def main():
    parser = argparse.ArgumentParser(
        description="SMTP/TLS server with one defect a listener.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:20} {row[0]}" for name, row in DEFECTS.items()))
    parser.add_argument("--list", action="store_true", help="print the names of the defects")
    parser.add_argument("--pki", metavar="DIR", help="scripted.pem, sni.pem, selfsigned.pem")
    parser.add_argument("--table", metavar="FILE", help="lines ADDRESS PORT DEFECT")
    options = parser.parse_args()
    if options.list:
        return print("\n".join(DEFECTS))
    if not options.pki or not options.table:
        parser.error("--pki and --table are needed")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    try:
        listeners = read_table(options.table, options.pki)
    except (OSError, KeyError, ValueError) as error:
        return f"scripted.py: {options.table}: {error!r}"
    return serve(listeners)


if __name__ == "__main__":
    sys.exit(main())
