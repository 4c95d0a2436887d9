#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""table.py ROWS SECONDS - make the table of the benchmark's rows, in Markdown, on stdout.
table.py --into PAGE TABLE - put a table into the page, between its two marks."""

import os
import subprocess
import sys
import time

FIELDS = ["what", "ours", "peer", "ratio", "target", "met"]
BEGIN, END = "<!-- bench -->\n", "<!-- /bench -->\n"


def machine():
    """Processor, kernel, OpenSSL, date: figures are of one machine and one day."""
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    system = "unknown system"
    with open("/etc/os-release", encoding="utf-8") as release:
        for line in release:
            if line.startswith("PRETTY_NAME="):
                system = line.split("=", 1)[1].strip().strip('"')
    version = subprocess.run(["openssl", "version"], stdout=subprocess.PIPE, check=False)
    openssl = " ".join(version.stdout.decode().split()[:2]) or "OpenSSL"
    return "%s, %d cores, %s, kernel %s, %s; %s" % (
        model, os.cpu_count(), system, os.uname().release, openssl, time.strftime("%Y-%m-%d"))


def table(path, seconds):
    rows, notes = [FIELDS], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("#"):
                notes.append(line[1:].strip())
            elif line:
                fields = line.split("\t")
                rows.append((fields + [""] * len(FIELDS))[:len(FIELDS)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(FIELDS))]
    out = []
    for n, row in enumerate(rows):
        out.append("| " + " | ".join(row[i].ljust(widths[i]) for i in range(len(FIELDS))) + " |")
        if n == 0:
            out.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    judged = [row[5] for row in rows[1:] if row[5] in ("yes", "no")]
    out += ["", "%d of %d targets met. Measured in %s s on %s." % (
        judged.count("yes"), len(judged), seconds, machine())]
    out += ["", *("- " + note for note in notes)] if notes else []
    return "\n".join(out) + "\n"


def into(page, path):
    with open(path, encoding="utf-8") as source:
        made = source.read()
    with open(page, encoding="utf-8") as source:
        text = source.read()
    head, rest = text.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    with open(page, "w", encoding="utf-8") as target:
        target.write(head + BEGIN + "\n" + made + "\n" + END + tail)


def main():
    if sys.argv[1:2] == ["--into"]:
        into(sys.argv[2], sys.argv[3])
    else:
        sys.stdout.write(table(sys.argv[1], sys.argv[2]))


if __name__ == "__main__":
    main()
