# SPDX-License-Identifier: GPL-3.0-or-later
# 50-scripted.sh - the scripted servers, one defect a listener.
# shellcheck shell=bash

if [ -f "$LAB_SOURCE/scripted.py" ]; then
	in_root /lab/world.py scripted >"$LAB_STATE/scripted.table"
	start scripted python3 /lab/scripted.py --pki "$LAB_PKI" --table "$LAB_STATE/scripted.table"
	ready scripted grep -q ready "$LAB_STATE/log/scripted"
fi
