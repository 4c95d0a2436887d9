# SPDX-License-Identifier: GPL-3.0-or-later
# link.sh - a second network namespace, $LAB_STATE/client, for COMMAND: it
# reaches the world over a link with a delay (delay.c).  Sourced by inside.sh.
# shellcheck shell=bash

# in_client COMMAND...
in_client()
{
	nsenter --net="$LAB_STATE/client" "$@"
}

make_client()
{
	touch "$LAB_STATE/client"
	unshare --net="$LAB_STATE/client" true
	"$LAB_LINK" "$((LAB_DELAY * 500))" "$LAB_STATE/client" >"$LAB_STATE/log/link" 2>&1 &
	ready link grep -q ready "$LAB_STATE/log/link"
	wait_for_all

	in_root ip -batch - <<-EOF
		link set link0 up
		addr add 198.19.0.1/32 peer 198.19.0.2 dev link0
		addr add fd00::1/128 peer fd00::2 dev link0 nodad
	EOF
	{
		cat <<-EOF
			link set lo up
			link set link0 up
			addr add 198.19.0.2/32 peer 198.19.0.1 dev link0
			addr add fd00::2/128 peer fd00::1 dev link0 nodad
			route add 192.0.2.0/24 dev link0
			route add 198.51.100.0/24 dev link0
			route add 203.0.113.0/24 dev link0
			route add 198.18.0.0/24 dev link0
			route add 2001:db8::/48 dev link0 src fd00::2
		EOF
		in_root /lab/world.py unreachable | sed 's/^/route add unreachable /'
	} | in_client chroot "$LAB_CHROOT" ip -batch -
}
