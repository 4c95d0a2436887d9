#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz.t - every corpus replayed, and each fuzz target run for FUZZ_SECONDS (20); what it
# finds is left in build/fuzz/found, to become a file of the corpus and a row of a unit test.
# shellcheck disable=SC2317 # functions are called by quiet

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/tools/tap.sh
. tests/tools/tap.sh
# shellcheck source=tests/tools/fuzz.sh
. tests/tools/fuzz.sh

seconds=${FUZZ_SECONDS:-20}

# Without mutation.
replay()
{
	[ -n "$(ls "tests/fuzz/corpus/$1")" ] && fuzz_run "$1" -runs=0 "tests/fuzz/corpus/$1"
}

found_nothing()
{
	[ "$(cat "build/fuzz/log/$1.status")" = 0 ] || { cat "build/fuzz/log/$1"; return 1; }
}

quiet "the fuzz targets are built" fuzz_build
for name in "${names[@]}"; do
	quiet "$name: its corpus" replay "$name"
done
fuzz_search_all "$seconds"
for name in "${names[@]}"; do
	quiet "$name: new inputs for $seconds s" found_nothing "$name"
done
end
