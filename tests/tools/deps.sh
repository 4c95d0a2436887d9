#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# deps.sh [--list] [build|all] - install the Debian packages that are missing.
#
# build: to compile the plugins; all (default): to check them, too.  --list only
# says what is missing.  The servers of the lab live in a root of their own, with
# a list of their own: tests/lab/packages.

set -eu

# libseccomp-dev makes the filters of the sandbox, dns-root-data has the DNSSEC trust anchor; libunbound, libcurl and libidn2 are loaded by the runs that need them
build="gcc libc6-dev make pkg-config libssl-dev libldns-dev libjansson-dev libidn2-dev
libunbound-dev libcurl4-openssl-dev libseccomp-dev dns-root-data"

# perl runs the tests, with a parser of perfdata that is not ours, python3 has one of XML; clang and llvm bring the
# sanitizers; locales has the source of de_DE; gcovr counts what the tests run; mmdebstrap makes the lab's
# root; curl is of contrib; valgrind counts instructions
tests="perl libmonitoring-plugin-perl python3 curl
clang libclang-rt-dev llvm gcovr
clang-format clang-tidy cppcheck mandoc shellcheck
locales
mmdebstrap debian-archive-keyring util-linux
valgrind"

# fetches the servers of SSL 2 and 3; it may come from elsewhere
command -v npm >/dev/null || tests="$tests npm"

only_list=
if [ "${1-}" = --list ]; then
	only_list=1
	shift
fi
case ${1-all} in
build) wanted=$build ;;
all) wanted="$build $tests" ;;
*) echo "usage: deps.sh [--list] [build|all]" >&2; exit 64 ;;
esac

say()
{
	echo "deps: $*" >&2
}

# The packages of $wanted that are not installed, as one line.
missing()
{
	# shellcheck disable=SC2086
	{ dpkg-query -W -f='${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || :; } |
	    awk -v wanted="$wanted" '$1 == "installed" { there[$2] }
		END { n = split(wanted, w)
			for (i = 1; i <= n; i++) if (!(w[i] in there)) printf "%s ", w[i] }'
}

install()
{
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 \
	    --no-install-recommends $lacking >"$log" 2>&1
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	# shellcheck disable=SC2086
	say "this is not Debian; install what corresponds to:" $wanted
	say "then run make with DEPS=true"
	exit 1
fi
lacking=$(missing)
[ -n "$lacking" ] || exit 0
if [ -n "$only_list" ] || [ "$(id -u)" -ne 0 ]; then
	say "packages are missing; as root:"
	say "apt-get install --no-install-recommends $lacking"
	exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' INT TERM HUP
say "installing $lacking"
# the lists may be absent or old: then once more with new ones
if ! install && ! { apt-get update -qq >/dev/null 2>&1; install; }; then
	sleep 5
	if ! { apt-get update -qq && install; }; then
		tail -n 20 "$log" >&2
		say "failed; as root: apt-get install --no-install-recommends $lacking"
		exit 1
	fi
fi
