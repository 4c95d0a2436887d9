# SPDX-License-Identifier: GPL-3.0-or-later
"""fleet.py - thousands of mail hosts for batches: a zone, its name server, and one server (sink.c) at
every address.  Names of bench.example:

    dN          a domain with a host of its own, N from 1 to HOSTS
    xN.sM       a domain with the host sM, M from 1 to SHARED, whatever N
    mN          a domain with N MX, each an address of its own, N from 1 to MXS

The client runs where this runs, the servers on another core where there is one, and behind the
delay when the lab has one.
"""

import os
import re
import signal
import statistics
import subprocess
import time

import bench

HOSTS, SHARED, MXS = 10000, 100, 60
PORT = "2525"
# the times in performance data that wait for the host
STEPS = ("answer", "connect", "helo", "secure", "from")
NET, NAME_SERVER = "10.80.0.0/16", "10.80.255.1"
PKI = os.environ.get("LAB_PKI", "")
STATE = os.environ.get("LAB_STATE", "")
# the certificate that every host shows, and the name in it
KEYS = {"RSA": ("good", "mx.good.example"), "ECDSA": ("ecdsa", "mx.ecdsa.example")}

NSD = """server:
	ip-address: {address}
	database: ""
	username: ""
	zonesdir: "{dir}"
	zonelistfile: "{dir}/nsd.list"
	xfrdfile: "{dir}/nsd.xfrd"
	pidfile: ""
	server-count: 1
	minimal-responses: yes
	rrl-ratelimit: 0
remote-control:
	control-enable: no
zone:
	name: bench.example
	zonefile: bench.zone
"""


def pem(key):
    return "%s/hosts/%s.pem" % (PKI, KEYS[key][0])


def _address(n):
    return "10.80.%d.%d" % (n >> 8, n & 255)


def _zone():
    yield "bench.example. 3600 SOA ns.bench.example. h.bench.example. 1 3600 600 86400 300"
    yield "bench.example. 3600 NS ns.bench.example."
    yield "ns.bench.example. 3600 A " + NAME_SERVER
    for n in range(1, HOSTS + 1):
        yield "d%d.bench.example. 3600 MX 10 h%d.bench.example." % (n, n)
        yield "h%d.bench.example. 3600 A %s" % (n, _address(n))
    for n in range(1, SHARED + 1):
        yield "*.s%d.bench.example. 3600 MX 10 h%d.bench.example." % (n, n)
    for n in range(1, MXS + 1):
        for i in range(1, n + 1):
            yield "m%d.bench.example. 3600 MX %d h%d.bench.example." % (n, i, i)


def _there(*command):
    """A command in the network of the world, which is that of process 1."""
    return ["nsenter", "-t", "1", "-n", *command]


def _in_root(*command):
    return ["chroot", bench.ROOT, *command]


def _cores():
    return sorted(os.sched_getaffinity(0))


def ours_alone():
    """For preexec_fn: the first core, which no server runs on where there are two."""
    os.sched_setaffinity(0, _cores()[:1])


def _theirs():
    os.sched_setaffinity(0, _cores()[-1:])


class Fleet:
    """Name server and mail server, from with to its end."""

    def __init__(self, key="RSA"):
        self.key = key
        self.dir = STATE + "/fleet"
        self.running = []
        self.sink = None

    def _start(self, command, **how):
        run = subprocess.Popen(command, preexec_fn=_theirs, **how)
        self.running.append(run)
        return run

    def __enter__(self):
        os.makedirs(self.dir, exist_ok=True)
        with open(self.dir + "/bench.zone", "w", encoding="ascii") as zone:
            zone.write("\n".join(_zone()) + "\n")
        with open(self.dir + "/nsd.conf", "w", encoding="ascii") as conf:
            conf.write(NSD.format(address=NAME_SERVER, dir=self.dir))
        subprocess.run(_there(*_in_root("ip", "route", "replace", "local", NET, "dev", "lo")),
                       check=True)
        if os.environ.get("LAB_DELAY"):
            subprocess.run(_in_root("ip", "route", "replace", NET, "dev", "link0"), check=True)
        with open(self.dir + "/nsd.log", "w", encoding="ascii") as log:
            self._start(_there(*_in_root("nsd", "-d", "-c", self.dir + "/nsd.conf")), stdout=log,
                        stderr=log)
        self.sink = self._start(_there(bench.TOOLS + "/sink", PORT, pem(self.key)),
                                stdout=subprocess.PIPE)
        self.sink.stdout.readline()
        self._await_names()
        return self

    def _await_names(self):
        ask = _in_root("drill", "-4", "@" + NAME_SERVER, "d1.bench.example", "MX")
        for _ in range(150):
            if b"h1.bench" in subprocess.run(ask, stdout=subprocess.PIPE, check=False).stdout:
                return
            time.sleep(0.1)
        raise RuntimeError("the name server does not answer: see %s/nsd.log" % self.dir)

    def __exit__(self, *_):
        for run in self.running:
            run.terminate()
        for run in self.running:
            run.wait()

    def handshakes(self):
        """How many there were; the mail server is gone then."""
        self.sink.send_signal(signal.SIGTERM)
        return int(self.sink.stdout.read().split()[-1])

    def options(self):
        return ["-p", PORT, "--nameserver=" + NAME_SERVER, "--dnssec=off",
                "--verify-name=" + KEYS[self.key][1]]

    def list_of(self, name, targets):
        path = "%s/%s" % (self.dir, name)
        with open(path, "w", encoding="ascii") as out:
            out.writelines(target + "\n" for target in targets)
        return path

    def batch(self, targets, in_flight=16, options=None, form="score", alone=True):
        """One batch of these targets: bench.usage() of it."""
        command = [bench.plugin("check_mx_cf"), "--batch=" + self.list_of("list", targets),
                   "--format=" + form, "--jobs=%d" % in_flight, "--parallel=%d" % in_flight]
        command += self.options() if options is None else options
        if alone:
            command = ["taskset", "-c", str(_cores()[0]), *command]
        used = bench.usage(command)
        if form == "score" and "%d targets" % len(targets) not in used["out"].splitlines()[-1]:
            raise RuntimeError("batch: " + used["out"][-500:])
        return used


def distinct(n):
    return ["d%d.bench.example" % i for i in range(1, n + 1)]


def shared(n):
    return ["x%d.s%d.bench.example" % (i, i % SHARED + 1) for i in range(n)]


def _limit(*arguments):
    out = subprocess.run([bench.TOOLS + "/limit", *arguments], check=True, preexec_fn=ours_alone,
                         stdout=subprocess.PIPE).stdout
    return [float(figure) for figure in out.split()]


def limit(key, seconds=2):
    """Handshakes a second of CPU in memory: what OpenSSL can do at most."""
    return _limit(pem(key), PKI + "/trust", str(seconds))[0]


def session_heap(key):
    """KiB that OpenSSL has of a session amid its handshake, and nothing of a plugin's."""
    return _limit(pem(key), PKI + "/trust", "0.1")[1]


def conversations(count):
    """A second of CPU, with the hosts of a running fleet: what a program with the bare conversation can do at most."""
    return _limit("--conversation", PKI + "/trust", _address(1), PORT, str(count))[0]


def median(values):
    return statistics.median(values)


def steps(used):
    """The median over all targets of what one waits for its host, in seconds."""
    times = [sum(float(t) for step, t in re.findall(r" time_(\w+)=([\d.]+)s", line)
                 if step in STEPS) for line in used["out"].splitlines() if "|cf=" in line]
    return median(times)
