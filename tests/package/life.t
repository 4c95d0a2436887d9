#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# life.t - the package of build/package in a Debian that has nothing of ours but what it needs: installed, run, removed.

cd "$(dirname "$0")/../.." || exit 1
root=$(tests/lab/root.sh tests/package/packages.fresh) || exit 1
cp tests/package/life.sh tests/tools/tap.sh build/package
exec tests/package/copy.sh "$root" build/package bash /mnt/life.sh
