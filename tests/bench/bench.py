# SPDX-License-Identifier: GPL-3.0-or-later
"""bench.py - what rows in Python share: commands measured, and rows printed."""

import contextlib
import os
import re
import statistics
import subprocess
import sys

PLUGINS = os.environ.get("BENCH_PLUGINS", "plugins")
ROOT = os.environ.get("LAB_CHROOT", "/")
TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/release/bench")
MEASURE = os.path.join(TOOLS, "measure")


def plugin(name):
    return os.path.join(PLUGINS, name)


def _is_ours(command):
    return any(word.startswith(PLUGINS + "/") for word in command)


def usage(command, stdin=b"", states=(0,)):
    """One run: {wall, cpu (ms), rss (KiB), out, state}.  Peers run in the lab's root, which has them."""
    ours, theirs = os.pipe()
    root = "/" if _is_ours(command) else ROOT
    with subprocess.Popen([MEASURE, str(theirs), root, *command], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          pass_fds=[theirs]) as run:
        out = run.communicate(stdin)[0]
    os.close(theirs)
    with open(ours, encoding="ascii") as used:
        cpu, rss, wall = (int(figure) for figure in used.read().split())
    if states is not None and run.returncode not in states:
        raise RuntimeError("%s: state %d: %s" % (" ".join(command), run.returncode,
                                                 out.decode(errors="replace")[-500:]))
    return {"wall": wall / 1e3, "cpu": cpu / 1e3, "rss": rss,
            "out": out.decode(errors="replace"), "state": run.returncode}


def interleaved(commands, runs, **how):
    """Medians of several commands, run in turn; {name: command} gives {name: usage}."""
    seen = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(usage(command, **how))
    return {name: {key: statistics.median(one[key] for one in all_of)
                   for key in ("wall", "cpu", "rss")} for name, all_of in seen.items()}


def instructions(command, tries=1, **how):
    """User-space instructions of one run in all its threads, the fewest of some tries."""
    callgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    counts = []
    for _ in range(tries):
        out = usage(callgrind + list(command), **how)["out"]
        counts.append(sum(int(n) for n in re.findall(r"Collected : (\d+)", out)))
    if 0 in counts:
        raise RuntimeError("callgrind counted nothing:\n" + out)
    return min(counts)


def objects(command):
    """Names of the shared objects that one run loads, but for the loader itself."""
    out = usage(["env", "LD_DEBUG=files", *command], states=None)["out"]
    return {os.path.basename(path) for path in re.findall(r"calling init: (\S+)", out)
            if "/ld-linux" not in path}


@contextlib.contextmanager
def bundle_only():
    """Meanwhile the system has its CA certificates in one file, and no hashed directory."""
    subprocess.run(["mount", "--bind", os.environ["BENCH_BUNDLE"], "/etc/ssl/certs"], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "/etc/ssl/certs"], check=True)


def million(count):
    return "%.1f M" % (count / 1e6)


def row(what, ours, peer, ratio, limit=None):
    """Print one row about a ratio, met when it is at most the limit."""
    print(what, ours, peer, "%.2f" % ratio, "-" if limit is None else "<= %.2f" % limit,
          "-" if limit is None else "yes" if ratio <= limit else "no", sep="\t", flush=True)


def least(what, ours, peer, ratio, limit):
    """Print one row about a ratio, met when it is at least the limit."""
    print(what, ours, peer, "%.2f" % ratio, ">= %.2f" % limit, "yes" if ratio >= limit else "no",
          sep="\t", flush=True)


def bound(what, ours, value, limit, shown):
    """Print one row about a value of ours alone, met when it is at most the limit, shown so."""
    print(what, ours, "-", "-", "<= " + shown, "yes" if value <= limit else "no", sep="\t",
          flush=True)


def bare(what, shown):
    """Print one row that is only for comparison."""
    print(what, shown, "-", "-", "-", "-", sep="\t", flush=True)


def note(text):
    print("# " + text, flush=True)


def say(text):
    print("bench: " + text, file=sys.stderr, flush=True)
