#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# build.t - what the plugins are made of: no warnings, hardening, libraries,
# installation.
# shellcheck disable=SC2317 # functions are called by quiet

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/tools/tap.sh
. tests/tools/tap.sh

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
jobs=-j$(nproc)
plugins=()
for source in plugins/check_*.c; do
	plugins+=("${source%.c}")
done
unset CFLAGS CPPFLAGS LDFLAGS MAKEFLAGS

warns_not()
{
	make -s "$jobs" VARIANT="$1" WERROR=-Werror all tests build/no_getaddrinfo.so
}

header_stands_alone()
{
	local header
	for header in common/*.h; do
		echo "#include \"$(basename "$header")\"" |
		    gcc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Icommon -fsyntax-only -x c - || return 1
	done
}

hardened()
{
	local headers dynamic symbols
	headers=$(readelf -hlW "$1") dynamic=$(readelf -dW "$1") symbols=$(readelf -sW --dyn-syms "$1")
	grep -q 'Type: *DYN' <<<"$headers" && grep -q GNU_RELRO <<<"$headers" &&
	    grep -qE 'GNU_STACK.* RW ' <<<"$headers" && grep -qE 'FLAGS_1.*NOW.*PIE' <<<"$dynamic" &&
	    grep -q __stack_chk_fail <<<"$symbols" && grep -q '__.*_chk' <<<"$symbols"
}

# libidn2 is loaded when a name needs it
libraries()
{
	local name
	for name in $(readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(lib[a-z0-9_+-]*\).*/\1/p'); do
		case $name in
		libssl | libcrypto | libldns | libjansson | libc) ;;
		*) echo "$1 needs $name"; return 1 ;;
		esac
	done
	ldd -u "$1" | grep -v '^Unused' | grep -q . && { ldd -u "$1"; return 1; }
	return 0
}

installed()
{
	make -s install DESTDIR="$tmp" PREFIX=/opt/x >"$tmp/log" || return 1
	local plugin
	for plugin in "${plugins[@]}"; do
		cmp "$plugin" "$tmp/opt/x/libexec/${plugin##*/}" || return 1
		[ ! -f "$plugin.8" ] || cmp "$plugin.8" "$tmp/opt/x/share/man/man8/${plugin##*/}.8" || return 1
	done
	[ "$(stat -c %a "$tmp/opt/x/libexec/${plugins[0]##*/}")" = 755 ]
}

installed_beside()
{
	local share=$tmp/opt/x/share name
	diff -r icinga-conf "$share/mailtls-plugins/icinga-conf" &&
	    diff -r -x debian -x rpm -x alpine contrib "$share/mailtls-plugins/contrib" || return 1
	[ -x "$share/mailtls-plugins/contrib/batch/mailtls-batch" ] || return 1
	for name in "${plugins[@]##*/}"; do
		cmp contrib/completion/mailtls-plugins.bash "$share/bash-completion/completions/$name" || return 1
	done
}

uninstalled()
{
	make -s uninstall DESTDIR="$tmp" PREFIX=/opt/x &&
	    [ -z "$(find "$tmp/opt" ! -type d)" ]
}

shim_bites()
{
	! LD_PRELOAD=$PWD/build/no_getaddrinfo.so getent ahosts localhost 2>"$tmp/log" &&
	    grep -q 'getaddrinfo called' "$tmp/log"
}

no_resolver_inside()
{
	! readelf -sW --dyn-syms "$1" | grep -E 'UND (getaddrinfo|gethostbyname)'
}

quiet "gcc has no warnings" warns_not release
quiet "clang has no warnings, sanitizers inside" warns_not asan
quiet "every header stands alone" header_stands_alone
for plugin in "${plugins[@]}"; do
	quiet "$plugin is hardened" hardened "$plugin"
	quiet "$plugin links what it uses" libraries "$plugin"
	quiet "$plugin has no blocking resolver" no_resolver_inside "$plugin"
done
quiet "make install" installed
quiet "make install: configuration, and completion for each plugin" installed_beside
quiet "make uninstall leaves nothing" uninstalled
quiet "the trap for getaddrinfo works" shim_bites
quiet "nothing is left to build" make -q all
end
