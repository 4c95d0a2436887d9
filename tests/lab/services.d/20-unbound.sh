# SPDX-License-Identifier: GPL-3.0-or-later
# 20-unbound.sh - the resolvers: 127.0.0.1 validates, 127.0.0.2 does not.
# Over the delay link they are 192.0.2.53 and 192.0.2.54.
# shellcheck shell=bash

# unbound_conf NAME ADDRESS ADDRESS MODULES
unbound_conf()
{
	cat >"$LAB_STATE/$1.conf" <<-EOF
		server:
			interface: $2
			interface: $3
			access-control: 0.0.0.0/0 allow
			username: ""
			chroot: ""
			directory: "$LAB_STATE"
			pidfile: ""
			use-syslog: no
			module-config: "$4"
			trust-anchor-file: "$LAB_ANCHOR"
			root-hints: "$LAB_STATE/root.hints"
			target-fetch-policy: "0 0 0 0 0"
			do-not-query-localhost: no
			do-ip6: no
			minimal-responses: no
			unblock-lan-zones: yes
			insecure-lan-zones: yes
			local-zone: "test." nodefault
			local-zone: "invalid." nodefault
			# a server that was dead may be back for the next test
			infra-keep-probing: yes
			infra-cache-max-rtt: 2000
		remote-control:
			control-enable: no
	EOF
	start "$1" unbound -d -c "$LAB_STATE/$1.conf"
	ready "$1" resolves "$2"
}

# resolves ADDRESS: a condition, it knows good.example
resolves()
{
	in_root drill "@$1" good.example MX | grep -q 'mx\.good'
}

unbound_conf unbound 127.0.0.1 192.0.2.53 "validator iterator"
unbound_conf unbound-plain 127.0.0.2 192.0.2.54 "iterator"
