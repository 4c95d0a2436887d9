#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# trixie.t - what is committed, built and its units tested on Debian 13, with OpenSSL 3.5.

cd "$(dirname "$0")/../.." || exit 1
root=$(tests/lab/root.sh tests/package/packages.trixie trixie) || exit 1
work=build/trixie
rm -rf "$work"
mkdir -p "$work"
archive=$(tests/package/dist.sh "$work") || exit 1
tar -x -C "$work" --strip-components=1 -f "$archive"
exec tests/package/copy.sh "$root" "$work" bash /mnt/tests/package/units.sh
