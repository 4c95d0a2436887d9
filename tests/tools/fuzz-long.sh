#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz-long.sh - every fuzz target for its share of FUZZ_TOTAL seconds (1800: half an hour in all), then one table:
# how often each was run, and how many edges of the code it reached.  Non-zero when one found something.

set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/tools/fuzz.sh
. tests/tools/fuzz.sh

total=${FUZZ_TOTAL:-1800}
share=$((total * $(nproc) / ${#names[@]}))

# The last line of libFuzzer with a pattern's number in it.
last()
{
	sed -nE "s/.*$2.*/\1/p" "build/fuzz/log/$1" | tail -n 1
}

fuzz_build || exit 1
fuzz_search_all "$((share > 0 ? share : 1))"
printf '%-10s %12s %9s %7s %8s %7s  %s\n' target executions 'a second' edges features inputs found
status=0 sum=0
for name in "${names[@]}"; do
	runs=$(last "$name" 'number_of_executed_units: ([0-9]+)')
	what=nothing
	[ "$(cat "build/fuzz/log/$name.status")" = 0 ] || { what="see build/fuzz/log/$name"; status=1; }
	sum=$((sum + ${runs:-0}))
	printf '%-10s %12s %9s %7s %8s %7s  %s\n' "$name" "${runs:-0}" \
	    "$(last "$name" 'average_exec_per_sec: +([0-9]+)')" "$(last "$name" ' cov: ([0-9]+) ')" \
	    "$(last "$name" ' ft: ([0-9]+) ')" "$(last "$name" ' corp: ([0-9]+)\/')" "$what"
done
printf '%-10s %12d   %d s each, %d at once\n' all "$sum" "$share" "$(nproc)"
exit $status
