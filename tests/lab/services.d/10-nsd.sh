# SPDX-License-Identifier: GPL-3.0-or-later
# 10-nsd.sh - the authoritative name server: root, example. and the rest.
# shellcheck shell=bash

cat >"$LAB_STATE/nsd.conf" <<EOF
server:
	ip-address: 192.0.2.1
	ip-address: 2001:db8::1
	database: ""
	username: ""
	zonesdir: "$LAB_STATE/zones"
	zonelistfile: "$LAB_STATE/nsd.list"
	xfrdfile: "$LAB_STATE/nsd.xfrd"
	pidfile: ""
	server-count: 1
	# unbound 1.17 pauses after some eight signatures in one message
	minimal-responses: yes
	rrl-ratelimit: 0
remote-control:
	control-enable: no
EOF
cat "$LAB_STATE/zones/nsd.zones" >>"$LAB_STATE/nsd.conf"
start nsd nsd -d -c "$LAB_STATE/nsd.conf"
ready nsd answers 192.0.2.1 53
