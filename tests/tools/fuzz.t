#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz.t - every corpus replayed, and each fuzz target run for FUZZ_SECONDS (10); what it
# finds is left in build/fuzz/found, to become a file of the corpus and a row of a unit test.
# shellcheck disable=SC2317 # functions are called by quiet

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/tools/tap.sh
. tests/tools/tap.sh

seconds=${FUZZ_SECONDS:-10}
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

built()
{
	make -s -j"$(nproc)" VARIANT=fuzz WERROR=-Werror fuzzers
}

# replay NAME: without mutation
replay()
{
	"build/fuzz/fuzz/fuzz_$1" -runs=0 -timeout=10 -artifact_prefix=build/fuzz/found/ \
	    "tests/fuzz/corpus/$1"
}

# search NAME: new inputs go to a directory of the build, the corpus stays as it is
search()
{
	mkdir -p "build/fuzz/new/$1"
	"build/fuzz/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
	    -print_final_stats=1 -artifact_prefix=build/fuzz/found/ "build/fuzz/new/$1" \
	    "tests/fuzz/corpus/$1"
}

mkdir -p build/fuzz/found
quiet "the fuzz targets are built" built
names=()
for source in tests/fuzz/fuzz_*.c; do
	name=${source##*/fuzz_}
	names+=("${name%.c}")
done
for name in "${names[@]}"; do
	quiet "$name: its corpus" replay "$name"
done
for name in "${names[@]}"; do
	quiet "$name: new inputs for $seconds s" search "$name"
done
end
