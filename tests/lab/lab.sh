#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lab.sh [--delay RTT_MS] COMMAND... - run a command inside the lab's world.
#
# The world lives in namespaces of its own and ends with this process; stdout
# is COMMAND's, the exit status too.  LAB_VERBOSE=1 tells what happens.

set -euo pipefail

usage()
{
	echo "usage: lab.sh [--delay RTT_MS] COMMAND..." >&2
	exit 64
}

LAB_DELAY=
if [ "${1-}" = --delay ]; then
	LAB_DELAY=${2-}
	[[ $LAB_DELAY =~ ^[0-9]+$ ]] || usage
	shift 2
fi
[ $# -gt 0 ] || usage

LAB_SOURCE=$(cd "$(dirname "$0")" && pwd)
LAB_CACHE=${MAILTLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailtls-plugins}
LAB_ROOT=$("$LAB_SOURCE/root.sh")
# without it there is a lab all the same
LAB_OLDSSL=$("$LAB_SOURCE/oldssl.sh") || LAB_OLDSSL=
export LAB_SOURCE LAB_CACHE LAB_ROOT LAB_OLDSSL LAB_DELAY
if [ -n "$LAB_DELAY" ]; then
	LAB_LINK=$LAB_CACHE/delay-$(sha256sum <"$LAB_SOURCE/delay.c" | cut -c1-12)
	export LAB_LINK
	if [ ! -x "$LAB_LINK" ]; then
		"${CC:-cc}" -O2 -Wall -Wextra -o "$LAB_LINK.$$" "$LAB_SOURCE/delay.c"
		mv "$LAB_LINK.$$" "$LAB_LINK"
	fi
fi

namespaces=(--net --pid --mount --ipc --uts --fork --kill-child --mount-proc)
[ "$(id -u)" -eq 0 ] || namespaces+=(--user --map-root-user)

# In the background, so that a signal ends it: unshare itself ignores them.
# Should this shell be killed, so is the world.
setpriv --pdeathsig KILL unshare "${namespaces[@]}" \
    env --default-signal=INT,QUIT "$LAB_SOURCE/inside.sh" "$@" <&0 &
world=$!
trap 'kill -KILL "$world" 2>/dev/null; exit 143' TERM HUP
trap 'kill -KILL "$world" 2>/dev/null; exit 130' INT
wait "$world"
