# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz.sh - for those who run the fuzz targets: names[], fuzz_build, and fuzz_run NAME ARGUMENT... with the target's
# dictionary.  What is found is left in build/fuzz/found.
# shellcheck shell=bash

export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
fuzz_targets=build/fuzz/fuzz

names=()
for source in tests/fuzz/fuzz_*.c; do
	name=${source##*/fuzz_}
	names+=("${name%.c}")
done
mkdir -p build/fuzz/found build/fuzz/log

fuzz_build()
{
	make -s -j"$(nproc)" VARIANT=fuzz WERROR=-Werror fuzzers
}

fuzz_run()
{
	local name=$1
	shift
	mkdir -p "build/fuzz/new/$name"
	"$fuzz_targets/fuzz_$name" -timeout=10 -rss_limit_mb=2048 -dict="tests/fuzz/dict/$name.dict" \
	    -artifact_prefix="build/fuzz/found/$name-" "$@"
}

# New inputs go to a directory of the build, the corpus stays as it is.
fuzz_search()
{
	fuzz_run "$1" -max_total_time="$2" -print_final_stats=1 "build/fuzz/new/$1" "tests/fuzz/corpus/$1" \
	    >"build/fuzz/log/$1" 2>&1
	echo $? >"build/fuzz/log/$1.status"
}

# fuzz_search_all SECONDS: each target for so long, as many at once as there are processors.
fuzz_search_all()
{
	rm -f build/fuzz/log/*
	export fuzz_targets
	export -f fuzz_run fuzz_search
	# shellcheck disable=SC2016 # that shell's own
	printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz_search "$1" "$2"' - {} "$1"
}
