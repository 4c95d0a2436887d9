# SPDX-License-Identifier: GPL-3.0-or-later
# 52-oldssl.sh - servers of SSL 2, SSL 3, RC4 and triple DES.
# shellcheck shell=bash

if [ -z "$LAB_OLDSSL" ]; then
	skip oldssl "its Node.js could not be fetched"
	return
fi
in_root /lab/world.py oldssl >"$LAB_STATE/oldssl.table"
# not executable where it is kept: the directory may not be seen by the lab's servers
install -D -m 755 "$LAB_OLDSSL" "$LAB_CHROOT/opt/oldssl/node"
start oldssl /opt/oldssl/node /lab/oldssl.js "$LAB_STATE/oldssl.table"
ready oldssl answers "$(tail -n 1 "$LAB_STATE/oldssl.table" | cut -d' ' -f1)" 25
