#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# deb.sh - the Debian package of what is committed, in build/package, built in a root file system of its own.  Prints
# its name.

set -euo pipefail
cd "$(dirname "$0")/../.."
work=build/package

root=$(tests/lab/root.sh tests/package/packages)
rm -rf "$work"
mkdir -p "$work"
archive=$(tests/package/dist.sh "$work")
name=$(basename "$archive" .tar.gz)
mv "$archive" "$work/${name%-*}_${name##*-}.orig.tar.gz"
# shellcheck disable=SC2016
tests/package/copy.sh "$root" "$work" sh -euc 'cd /mnt; tar xf ./*.orig.tar.gz; cd "$1"; cp -r contrib/debian debian
    dpkg-buildpackage -us -uc -b -j2' - "$name" >"$work/log" 2>&1 || {
	tail -n 40 "$work/log" >&2
	exit 1
}
rm -rf "${work:?}/$name"
echo "$work"/*.deb | tr ' ' '\n' | grep -v dbgsym
