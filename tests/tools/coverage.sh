#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# coverage.sh [--report] [FUNC-TEST...] - how much of common/ the unit and func tests run, by gcovr.
#
# Every unit test, and the func tests named (all that run plugins), run once more as VARIANT=coverage.  --report: what
# was counted by the last run, only.  docs/coverage.md is made anew (tests/tools/coverage.pl); build/coverage/html has
# every line.  Non-zero when less is reached than promised there.

set -uo pipefail
shopt -s extglob
cd "$(dirname "$0")/../.." || exit 1

out=build/coverage
unset PLUGINS http_proxy https_proxy all_proxy OPENSSL_CONF LD_PRELOAD MAKEFLAGS MAKELEVEL
export LC_ALL=C.UTF-8

# What a plugin counted is written at its end, which no sandbox allows.
without_sandbox()
{
	local plugin
	rm -rf "$out/open"
	mkdir -p "$out/open"
	for plugin in plugins/check_*.c; do
		plugin=$(basename "$plugin" .c)
		printf '#!/bin/sh\nexec "%s" --sandbox=off "$@"\n' "$PWD/$out/plugins/$plugin" >"$out/open/$plugin"
		chmod +x "$out/open/$plugin"
	done
}

count()
{
	local tests=()
	make -s -k -j"$(nproc)" VARIANT=coverage all tests || return 1
	find "$out" -name '*.gcda' -delete
	for source in tests/unit/test_*.c; do
		tests+=("$out/tests/$(basename "$source" .c)")
	done
	[ $# -gt 0 ] || set -- tests/func/!(2[6-9]-*|3[1-5]-*|40-*|48-*|90-*).t
	tests/tools/tap.pl -j"$(nproc)" "$out/unit" "${tests[@]}"
	without_sandbox
	tests/lab/lab.sh env PLUGINS="$out/open" tests/tools/tap.pl -j2 "$out/func" "$@"
	# a test that fails has still run what it ran
	return 0
}

# Left out of the count: branches that only a C++ exception could take, and those of lines that hold no code; both are
# the compiler's.  Nothing else is.
report()
{
	mkdir -p "$out/html"
	gcovr --root . --filter 'common/' --object-directory "$out" --exclude-throw-branches \
	    --exclude-unreachable-branches --json "$out/all.json" --html-details "$out/html/index.html" \
	    --gcov-ignore-parse-errors "$out" >"$out/gcovr.log" 2>&1 || { tail -n 20 "$out/gcovr.log"; return 1; }
	tests/tools/coverage.pl "$out/all.json"
}

if [ "${1-}" = --report ]; then
	shift
else
	count "$@" || exit 1
fi
report
