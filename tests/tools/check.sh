#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# check.sh STAGE... - run stages of the tests, the later ones whatever became of
# the earlier; the last line sums them up.
#
#   build    warnings, hardening, libraries, installation
#   unit     tests/unit, one program a module
#   lint     style, floors, static analysis
#   func     tests/func against the lab's servers
#   cost     tests/bench/budgets.t: instructions of each kind of run, by callgrind
#   asan     unit and func once more under the address and undefined-behaviour sanitizers
#   tsan     unit, and some of func, under the thread sanitizer
#   hostile  some of func with a proxy, a broken openssl.cnf and a German locale in the
#            environment, and getaddrinfo made to abort
#   fuzz     corpora of tests/fuzz replayed, and each target fuzzed for FUZZ_SECONDS (20)
#   package  the release's archive, and packages built, installed, removed
#   all      all of these
# and, not among them
#   faults   every combination of tests/func/*-faults-*.t, of which func has a part
#   trixie   builds and unit tests on Debian 13
#   web      a browser before Icinga Web with what is shipped, and make demo-web (needs root)

set -uo pipefail
shopt -s extglob
cd "$(dirname "$0")/../.." || exit 1

work=build/check
jobs=$(nproc)
passed=0 failed=0
summary=()
hostile=()
mkdir -p "$work"
# the tests' own opinion decides, not the caller's
unset PLUGINS FAULTS LAB_PACKAGES http_proxy https_proxy all_proxy OPENSSL_CONF LD_PRELOAD MAKEFLAGS MAKELEVEL
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:exitcode=99
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# a signal ends a batch with threads under way
export TSAN_OPTIONS=report_thread_leaks=0:halt_on_error=1:allocator_may_return_null=1:exitcode=98
TSAN_OPTIONS+=:suppressions=$PWD/tests/tools/tsan.supp
# sanitizers and much address randomisation do not go together everywhere
still=(setarch -R)
"${still[@]}" true 2>/dev/null || still=()

# stage NAME COMMAND... : COMMAND leaves its tally in $work/NAME
stage()
{
	local name=$1 status=0 began=$SECONDS good=0 bad=0
	shift
	echo "== $name"
	rm -f "$work/$name"
	"$@" || status=$?
	[ ! -s "$work/$name" ] || read -r good bad <"$work/$name"
	if [ "$bad" -eq 0 ] && { [ "$good" -eq 0 ] || [ "$status" -ne 0 ]; }; then
		echo "$name: ended with $status after $good tests"
		bad=1
	fi
	passed=$((passed + good)) failed=$((failed + bad))
	summary+=("$(printf '%-8s %6d passed %4d failed %5d s' "$name" "$good" "$bad" \
	    $((SECONDS - began)))")
}

# With -k: what cannot be built counts as failed, the rest is tested all the same.
made()
{
	make -s -k -j"$jobs" VARIANT="$1" "$2"
}

units()
{
	local name=$1 variant=$2
	made "$variant" tests
	local tests=()
	for source in tests/unit/test_*.c; do
		tests+=("build/$variant/tests/$(basename "$source" .c)")
	done
	"${still[@]}" tests/tools/tap.pl -j"$jobs" "$work/$name" "${tests[@]}"
}

funcs()
{
	local name=$1 variant=$2 out=plugins
	shift 2
	made "$variant" all || return 1
	[ "$variant" = release ] || out=build/$variant/plugins
	"${still[@]}" tests/lab/lab.sh env PLUGINS="$out" "${hostile[@]}" \
	    tests/tools/tap.pl -j2 "$work/$name" "$@"
}

# What must not matter.  The locale is made here, as the machine may have none.
hostile()
{
	make -s build/no_getaddrinfo.so || return 1
	mkdir -p build/locale
	[ -d build/locale/de_DE.UTF-8 ] ||
	    localedef -i de_DE -f UTF-8 build/locale/de_DE.UTF-8 || return 1
	# shellcheck disable=SC2016
	printf 'openssl_conf = [[[\n\0garbage = $nothing::here\n' >build/hostile.cnf
	hostile=(http_proxy=http://192.0.2.254:1/ https_proxy=http://192.0.2.254:1/
	    all_proxy=socks5://192.0.2.254:1/ "OPENSSL_CONF=$PWD/build/hostile.cnf"
	    "LOCPATH=$PWD/build/locale" LC_ALL=de_DE.UTF-8
	    "LD_PRELOAD=$PWD/build/no_getaddrinfo.so")
	funcs "$@"
	local status=$?
	hostile=()
	return $status
}

one()
{
	case $1 in
	build | lint | fuzz) stage "$1" tests/tools/tap.pl "$work/$1" "tests/tools/$1.t" ;;
	unit) stage unit units unit release ;;
	func) stage func funcs func release tests/func/*.t ;;
	cost) stage cost funcs cost release tests/bench/budgets.t ;;
	asan)
		stage asan-unit units asan-unit asan
		# but for those that look at configuration files, at what monitoring systems do with
		# plugins that are tested elsewhere, at what others say, and at a lack of memory
		stage asan-func funcs asan-func asan tests/func/!(2[6-9]-*|3[1-5]-*|40-*|48-*).t
		;;
	tsan)
		stage tsan-unit units tsan-unit tsan
		stage tsan-func funcs tsan-func tsan tests/func/*-{protocols,domains,revocation,socks,batch}.t
		;;
	package)
		stage package tests/tools/tap.pl "$work/package" tests/package/package.t
		stage package-life tests/tools/tap.pl "$work/package-life" tests/package/life.t
		;;
	trixie) stage trixie tests/tools/tap.pl "$work/trixie" tests/package/trixie.t ;;
	web)
		export LAB_PACKAGES=$PWD/tests/web/packages
		stage web funcs web release tests/web/web.t
		stage web-demo tests/tools/tap.pl "$work/web-demo" tests/web/demo.t
		unset LAB_PACKAGES
		;;
	faults) FAULTS=all stage faults funcs faults release tests/func/*-faults-*.t ;;
	hostile)
		stage hostile hostile hostile release tests/func/*-{protocols,certificates,resolvers,input}.t
		;;
	*)
		echo "check.sh: no stage \"$1\"" >&2
		exit 64
		;;
	esac
}

for name in "$@"; do
	[ "$name" != all ] || name="build unit lint func cost asan tsan hostile fuzz package"
	for each in $name; do
		one "$each"
	done
done
echo
printf '%s\n' "${summary[@]}" "$passed passed, $failed failed" | tee "$work/summary"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
