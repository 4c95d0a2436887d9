#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# life.sh - in the copy of a fresh root (life.t): what becomes of the package.
# shellcheck disable=SC2317 # functions are called by quiet

# shellcheck source=tests/tools/tap.sh
. /mnt/tap.sh

plugins=/usr/lib/nagios/plugins
deb=$(find /mnt -maxdepth 1 -name 'mailtls-plugins_*.deb')

files()
{
	find /etc /usr /var/lib -xdev \( -path /var/lib/apt -o -path /var/lib/dpkg \) -prune -o -print | sort
}

# as the user of a monitoring system, who is nobody, where there is more than one user
as_nobody()
{
	awk '{ n += $3 } END { exit n < 2 }' /proc/self/uid_map || { "$@"; return; }
	setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
}

# ends STATUS TEXT COMMAND... : that exit code, and that text in the output
ends()
{
	local want=$1 text=$2 status=0 said
	shift 2
	said=$(as_nobody "$@" 2>&1) || status=$?
	printf '%s\n' "$said"
	[ "$status" -eq "$want" ] && grep -qF -- "$text" <<<"$said"
}

libraries_found()
{
	! ldd "$plugins"/check_* | grep 'not found'
}

nothing_left()
{
	files >/tmp/after
	! comm -13 /tmp/before /tmp/after | grep -v '/__pycache__\|^/etc/ld.so.cache\|ldconfig'
}

printf 'version: STSv1\r\nmode: enforce\r\nmx: mx.example.org\r\nmax_age: 604800\r\n' >/tmp/policy
files >/tmp/before
quiet "installed" dpkg -i "$deb"
quiet "no library is missing" libraries_found
for plugin in check_mx_cf check_smtp_tls check_dane check_mtasts; do
	quiet "$plugin: --version" ends 3 "$plugin v" "$plugins/$plugin" --version
	quiet "$plugin: --help" ends 3 "Usage: $plugin" "$plugins/$plugin" --help
done
quiet "a server that is not there" ends 2 "unreachable: Connection refused" "$plugins/check_smtp_tls" -H 127.0.0.1 -p 1
quiet "a policy" ends 0 "MTASTS OK" "$plugins/check_mtasts" --lint \
    --policy-file=/tmp/policy --mx=mx.example.org
# no name server is there: what fails must be the question, and not a library
quiet "libidn2 and libunbound are loaded" ends 3 "does not answer (connection refused)" "$plugins/check_dane" -H bücher.example \
    --nameserver=127.0.0.1 -t 3
quiet "removed" dpkg --purge mailtls-plugins
quiet "nothing is left" nothing_left
end
