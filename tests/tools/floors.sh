#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# floors.sh [--table] - a module of common/ includes headers of lower floors only.
#
# This list is the floor plan, lowest first: number, name, modules.  Includes
# inside a floor go to modules named earlier on it; '+' joins the files of one.
# --table prints it as README's architecture section shows it, which is checked, too.

set -eu
cd "$(dirname "$0")/../.."

plan()
{
	cat <<-'END'
	F0 base: version err tick memory pool text addr lib upstream secret | one failure; monotonic time; no memory is our own trouble; memory that dies together; cleaned, bounded text; addresses; libraries loaded on demand; what is owed to a password. No I/O
	F1 facts: name range sev facts reply tlsa plan event offer sts ini | plain data and pure parsers of text: what probes write, what judges and renderers read, what the operator wants
	F2 process: wait thread child sandbox | where threads begin, and the one place where they wait for the network, for each other by a deadline, or for another program; what the process gives up before that
	F3 wire: tape hello tls socks conn | TCP, SOCKS and TLS under one absolute deadline; the only place with sockets to mail servers and SSL_* (dane verifies through one that is never connected)
	F4 protocols: dns+dnspkt lookup smtp http | conversations
	F5 services: route store san cert certtext pem dane tlsaset fresh ocsp crl revoke https policy | MX routing and limits; chains, names and TLSA records, judged offline; the TLSA records and the MTA-STS policy that apply; what OCSP and CRL say of certificates
	F6 probe: probe+phase | the ordered steps against one address
	F7 run: lint hostcache run batch sslprobe | one target: threads, join; many, and the hosts they share; records and a policy as given, offline; or testssl.sh instead
	F8 judge: points lost score note finding verdict | pure: facts to CF; facts, CF and thresholds to state and findings
	F9 render: out+perf+summary | pure: facts and verdict to text, perfdata, JSON; one file a family of formats (out_*)
	F10 shell: stream extra opt plug | option tables, deadline watchdog, one write, exit
	END
}

if [ "${1-}" = --table ]; then
	echo "| floor | modules | what lives there |"
	echo "|---|---|---|"
	plan | tr + ' ' | sed -E 's/^(.*): ([^|]*) \| (.*)$/| \1 | \2 | \3 |/'
	exit
fi

status=0
if [ -f README.md ]; then
	table=$("$0" --table)
	case $(cat README.md) in
	*"$table"*) ;;
	*)
		echo "README.md does not have the floor plan: tests/tools/floors.sh --table"
		status=1
		;;
	esac
fi

# A file belongs to the module with the longest name that is its own up to '_' or '.'.
plan | awk -F '[:|]' '
	function module(file,  m) {
		m = file
		sub(/^.*\//, "", m)
		sub(/\.[ch]$/, "", m)
		while (!(m in rank) && m ~ /_/)
			sub(/_[^_]*$/, "", m)
		return m in rank ? m : ""
	}
	FILENAME == "-" {
		n = split($2, names, " ")
		for (i = 1; i <= n; i++) {
			ranks++
			parts = split(names[i], part, "+")
			for (j = 1; j <= parts; j++)
				rank[part[j]] = ranks
		}
		next
	}
	FNR == 1 {
		self = module(FILENAME)
		if (self == "") {
			print FILENAME ": is on no floor"
			bad = 1
		}
	}
	self != "" && /^[ \t]*#[ \t]*include[ \t]*"/ {
		header = $0
		sub(/^[^"]*"/, "", header)
		sub(/".*/, "", header)
		other = module(header)
		if (other == "" || rank[other] > rank[self]) {
			why = other == "" ? "which is on no floor" : "which is above " self
			print FILENAME ":" FNR ": includes " header ", " why
			bad = 1
		}
	}
	END { exit bad }
' - common/*.[ch] || status=1
exit $status
