#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# inside.sh ROWS... - in the lab: a trust store as large as a system's, then the
# executables with rows, one after another.

set -euo pipefail

# 240 s: one that hangs must not take the others along
readonly PATIENCE=240

BENCH_STORE=$LAB_STATE/store
BENCH_BUNDLE=$LAB_STATE/bundle
export BENCH_STORE BENCH_BUNDLE

# Debian's own, and the lab's root.
make_stores()
{
	mkdir "$BENCH_STORE" "$BENCH_BUNDLE"
	cp -L "$LAB_CHROOT"/usr/share/ca-certificates/mozilla/*.crt "$BENCH_STORE"
	cp "$LAB_CA_FILE" "$BENCH_STORE/lab.crt"
	chroot "$LAB_CHROOT" openssl rehash "$BENCH_STORE" 2>/dev/null
	# the lab's root somewhere in the middle, as any other
	cat "$BENCH_STORE"/*.crt >"$BENCH_BUNDLE/ca-certificates.crt"
	cp "$BENCH_BUNDLE/ca-certificates.crt" "$BENCH_STORE"
	mount --bind "$BENCH_STORE" /etc/ssl/certs
	mount --bind "$BENCH_STORE" "$LAB_CHROOT/etc/ssl/certs"
}

make_stores
for row in "$@"; do
	BENCH_WORK=$(mktemp -d)
	export BENCH_WORK
	echo "bench: ${row##*/}" >&2
	timeout -k 5 "$PATIENCE" "$row" || echo "# ${row##*/}: ended with status $?"
	rm -rf "$BENCH_WORK"
done
