# SPDX-License-Identifier: GPL-3.0-or-later
# 12-versions.sh - name servers with unpublished versions of a zone (versions/),
# one each: 192.0.2.2 and 192.0.2.3.
# shellcheck shell=bash

while read -r address origin file; do
	cat >"$LAB_STATE/nsd-$address.conf" <<-EOF
		server:
			ip-address: $address
			database: ""
			username: ""
			zonesdir: "$LAB_STATE/zones"
			zonelistfile: "$LAB_STATE/nsd-$address.list"
			xfrdfile: "$LAB_STATE/nsd-$address.xfrd"
			xfrdir: "$LAB_STATE"
			pidfile: ""
			server-count: 1
			rrl-ratelimit: 0
		remote-control:
			control-enable: no
		zone:
			name: "$origin"
			zonefile: "$file"
	EOF
	start "nsd-$address" nsd -d -c "$LAB_STATE/nsd-$address.conf"
	ready "nsd-$address" answers "$address" 53
done <"$LAB_STATE/zones/versions"
