# SPDX-License-Identifier: GPL-3.0-or-later
# 70-socks.sh - SOCKS5 proxies: microsocks for everybody at 192.0.2.90 and 2001:db8::90, with a
# password (lab, s3cret) at 192.0.2.91; Dante at 192.0.2.92, whose rules forbid
# mx.tls12.example; at 192.0.2.93 the bad ones of socksbad.py, a port each.
# shellcheck shell=bash

start microsocks microsocks -i 192.0.2.90
ready microsocks answers 192.0.2.90 1080
start microsocks6 microsocks -i 2001:db8::90
ready microsocks6 answers 2001:db8::90 1080
start microsocks-password microsocks -i 192.0.2.91 -u lab -P s3cret
ready microsocks-password answers 192.0.2.91 1080

if is_root; then
	cat >"$LAB_STATE/danted.conf" <<-EOF
		logoutput: stderr
		internal: 192.0.2.92 port = 1080
		external: 192.0.2.92
		clientmethod: none
		socksmethod: none
		user.privileged: root
		user.unprivileged: root
		client pass {
			from: 0.0.0.0/0 to: 0.0.0.0/0
		}
		socks block {
			from: 0.0.0.0/0 to: 192.0.2.12/32
		}
		socks pass {
			from: 0.0.0.0/0 to: 0.0.0.0/0
		}
	EOF
	start danted danted -f "$LAB_STATE/danted.conf" -p "$LAB_STATE/danted.pid"
	ready danted answers 192.0.2.92 1080
else
	skip danted "it needs root, for its users"
fi

start socksbad python3 /lab/socksbad.py 192.0.2.93
ready socksbad grep -q ready "$LAB_STATE/log/socksbad"
