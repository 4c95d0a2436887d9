#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# inside.sh COMMAND... - process 1 of the lab's namespaces: make the world, run
# COMMAND in it.  Started by lab.sh only.
#
# Servers run in $LAB_CHROOT, a throw-away copy of the lab's root file system;
# the tests are seen there as /lab, the state as $LAB_STATE.  COMMAND sees the
# host's files, but for /run and a few files below /etc.
#
# For services.d/*.sh:
#   in_root COMMAND...           run a command in the lab's root
#   start NAME COMMAND...        start a daemon there, its output in log/NAME
#   ready NAME CONDITION...      wait for it later, until CONDITION succeeds
#   answers ADDRESS PORT         a condition: somebody listens
#   skip NAME WHY                it cannot run here

set -euo pipefail

LAB_STATE=/run/lab
LAB_CHROOT=/run/lab-root
LAB_PKI=$LAB_STATE/pki
LAB_CA_PATH=$LAB_PKI/trust
LAB_CA_FILE=$LAB_PKI/ca.pem
LAB_ANCHOR=$LAB_STATE/anchor.key
LAB_RESOLVER=127.0.0.1
[ -z "$LAB_DELAY" ] || LAB_RESOLVER=192.0.2.53
export LAB=1 LAB_STATE LAB_CHROOT LAB_PKI LAB_CA_PATH LAB_CA_FILE LAB_ANCHOR LAB_RESOLVER

readonly PATIENCE=15	# seconds for a server to answer
began=${EPOCHREALTIME/./}
conditions=()
enter=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C chroot "$LAB_CHROOT")

fail()
{
	echo "lab: $*" >&2
	exit 99
}

verbose()
{
	[ -z "${LAB_VERBOSE-}" ] ||
	    echo "lab: $(((${EPOCHREALTIME/./} - began) / 1000)) ms: $*" >&2
}

is_root()
{
	[ "$(awk '{ print $3; exit }' /proc/self/uid_map)" -gt 1 ]
}

in_root()
{
	"${enter[@]}" "$@"
}

start()
{
	local name=$1
	shift
	verbose "starting $name"
	# some daemons close every descriptor there might be
	(ulimit -n 4096; exec "${enter[@]}" "$@") >"$LAB_STATE/log/$name" 2>&1 </dev/null &
}

ready()
{
	local name=$1
	shift
	conditions+=("$name ${*@Q}")
}

answers()
{
	(exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}

skip()
{
	echo "lab: no $1: $2" >&2
}

# A tmpfs for /run holds the state and all that servers write.
make_root()
{
	mount -t tmpfs -o mode=755 lab /run
	mkdir -p "$LAB_STATE/log" /run/lower /run/upper /run/work "$LAB_CHROOT"
	# shellcheck disable=SC2153
	mount --bind "$LAB_ROOT" /run/lower
	mount -t overlay -o lowerdir=/run/lower,upperdir=/run/upper,workdir=/run/work \
	    lab "$LAB_CHROOT"
	mkdir -p "$LAB_CHROOT/lab" "$LAB_CHROOT$LAB_STATE"
	mount --bind "$LAB_SOURCE" "$LAB_CHROOT/lab"
	mount --bind "$LAB_STATE" "$LAB_CHROOT$LAB_STATE"
	mount --rbind /proc "$LAB_CHROOT/proc"
	mount --rbind /dev "$LAB_CHROOT/dev"
}

# Keys and zones, kept for some hours: their dates should look fresh.
make_world()
{
	local hash kept new
	hash=$(cd "$LAB_SOURCE" && { echo "$LAB_ROOT"
		cat pki.sh zones.sh world world.py tlsa.py policies policies.py zones/* versions/*
		if [ -f scripted.py ]; then in_root /lab/scripted.py --list; fi
		in_root /lab/faultsmtp.py zone; } |
		sha256sum | cut -c1-12)
	mkdir -p "$LAB_CACHE"
	exec 9>"$LAB_CACHE/world.lock"
	flock 9
	find "$LAB_CACHE" -maxdepth 1 -name 'world-*' -mmin +720 -exec rm -rf {} +
	kept=$LAB_CACHE/world-$hash
	if [ ! -d "$kept" ]; then
		verbose "making keys and zones"
		mkdir "$LAB_STATE/new"
		# shellcheck disable=SC2016
		in_root sh -euc '/lab/world.py certs | /lab/pki.sh "$1/pki"
		    /lab/zones.sh "$1/zones" "$1/pki"' - "$LAB_STATE/new" >"$LAB_STATE/log/world" 2>&1 || {
			tail -n 20 "$LAB_STATE/log/world" >&2
			fail "the keys and zones cannot be made"
		}
		new=$(mktemp -d "$LAB_CACHE/making.XXXXXX")
		chmod 755 "$new"
		cp -a "$LAB_STATE/new/." "$new"
		mv "$new" "$kept"
		rm -rf "$LAB_STATE/new"
	fi
	cp -a "$kept/." "$LAB_STATE"
	exec 9>&-
	cp "$LAB_STATE/zones/anchor.key" "$LAB_ANCHOR"
}

make_network()
{
	local address
	verbose "addresses"
	hostname probe.client.example
	in_root ip link set lo up
	in_root /lab/world.py addresses | sort -u | while read -r address; do
		case $address in
		*:*) echo "addr add $address/128 dev lo nodad" ;;
		*) echo "addr add $address/32 dev lo" ;;
		esac
	done | in_root ip -batch -
	in_root /lab/world.py unreachable | sed 's/^/route add unreachable /' | in_root ip -batch -
	in_root /lab/world.py nft | in_root nft -f -
}

# cover FILE: put stdin in the place of a file of the host.
cover()
{
	local real new=$LAB_STATE/etc/${1##*/}
	cat >"$new"
	real=$(readlink -m "$1")
	case $real in
	/run/*) mkdir -p "${real%/*}" && touch "$real" ;;
	esac
	[ ! -e "$real" ] || mount --bind "$new" "$real"
}

# What COMMAND finds below /etc: our resolver, no host names, our trust store.
make_etc()
{
	mkdir "$LAB_STATE/etc"
	echo "nameserver $LAB_RESOLVER" | cover /etc/resolv.conf
	printf '127.0.0.1 localhost\n::1 localhost\n' | cover /etc/hosts
	printf 'passwd: files\ngroup: files\nhosts: files dns\n' | cover /etc/nsswitch.conf
	cover /usr/share/dns/root.key <"$LAB_ANCHOR"
	cp "$LAB_ANCHOR" "$LAB_CHROOT/usr/share/dns/root.key"
	printf '. 3600 NS ns.example.\nns.example. 3600 A 192.0.2.1\n' >"$LAB_STATE/root.hints"
	cover /usr/share/dns/root.hints <"$LAB_STATE/root.hints"
	[ ! -d /etc/ssl/certs ] || mount --bind "$LAB_CA_PATH" /etc/ssl/certs
	echo "nameserver 127.0.0.1" >"$LAB_CHROOT/etc/resolv.conf"
	rm -rf "$LAB_CHROOT/etc/ssl/certs"
	cp -r "$LAB_CA_PATH" "$LAB_CHROOT/etc/ssl/certs"
}

wait_for_all()
{
	local entry name end=$((SECONDS + PATIENCE))
	for entry in "${conditions[@]}"; do
		name=${entry%% *}
		until eval "${entry#* }" >/dev/null 2>&1; do
			if [ "$SECONDS" -ge "$end" ]; then
				tail -n 20 "$LAB_STATE/log/$name" >&2 || :
				fail "$name does not answer"
			fi
			sleep 0.03
		done
		verbose "$name answers"
	done
	conditions=()
}

make_root
make_world
make_network
make_etc
for service in "$LAB_SOURCE"/services.d/*.sh; do
	# shellcheck disable=SC1090
	. "$service"
done
wait_for_all
if [ -n "$LAB_DELAY" ]; then
	# shellcheck disable=SC1091
	. "$LAB_SOURCE/link.sh"
	make_client
fi
set +e
if [ -n "$LAB_DELAY" ]; then
	in_client "$@"
else
	"$@"
fi
