#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# graphs.sh - measure how cost grows, and make docs/data/*.tsv, docs/img/scale-*.png and the
# figures of docs/scale.md of it (README.md).

set -euo pipefail
cd "$(dirname "$0")/../.."

here=$PWD/tests/bench
work=$PWD/build/graphs
lab=$PWD/tests/lab/lab.sh
export LAB_PACKAGES=$here/packages BENCH_PLUGINS=$PWD/plugins

# ms of round trip at which one server is looked at, besides none
readonly RTTS="10 20 50 100 200"

measure()
{
	"$lab" "$here/inside.sh" "$here"/graph-{targets,rtt}.py
	"$lab" --delay 50 "$here/inside.sh" "$here"/graph-{mx,flight}-delay.py
	for rtt in $RTTS; do
		"$lab" --delay "$rtt" "$here/inside.sh" "$here/graph-rtt.py"
	done
}

make -s -j"$(nproc)" all bench-tools
mkdir -p "$work" docs/data docs/img
measure >"$work/points"
"$lab" "$here/draw.py" "$work/points" docs/img
"$here/scale.py" "$work/points" docs
