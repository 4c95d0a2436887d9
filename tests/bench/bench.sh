#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh [NAME...] - measure the rows of these executables of tests/bench, all by
# default, and print them as one table (README.md).  All of them, and docs/performance.md
# has the table, too.

set -euo pipefail
cd "$(dirname "$0")/../.."

here=$PWD/tests/bench
work=$PWD/build/bench
export LAB_PACKAGES=$here/packages BENCH_PLUGINS=$PWD/plugins

# Executables with rows: those behind the delay, or those that are not.
rows_of()
{
	local delay=$1 path name
	shift
	for path in "$here"/[0-9][0-9]-* "$here"/batch-*; do
		name=${path##*/}
		if [ ! -x "$path" ] || [ ! -f "$path" ]; then continue; fi
		case $name in *-delay*) [ "$delay" = yes ] || continue ;; *) [ "$delay" = no ] || continue ;; esac
		[ $# -eq 0 ] || [[ " $* " = *" ${name%.*} "* ]] || continue
		echo "$path"
	done
}

# run_rows DELAY OPTION... -- NAME...
run_rows()
{
	local delay=$1 lab=("$PWD/tests/lab/lab.sh")
	local rows
	shift
	mapfile -t rows < <(rows_of "$delay" "$@")
	[ "${#rows[@]}" -gt 0 ] || return 0
	[ "$delay" = no ] || lab+=(--delay 50)
	"${lab[@]}" "$here/inside.sh" "${rows[@]}"
}

make -s -j"$(nproc)" all bench-tools
mkdir -p "$work"
began=$SECONDS
{
	run_rows no "$@"
	run_rows yes "$@"
} >"$work/rows"
"$here/table.py" "$work/rows" $((SECONDS - began)) >"$work/table"
cat "$work/table"
[ $# -gt 0 ] || "$here/table.py" --into docs/performance.md "$work/table"
