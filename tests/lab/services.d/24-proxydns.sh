# SPDX-License-Identifier: GPL-3.0-or-later
# 24-proxydns.sh - resolvers in front of 127.0.0.2: 127.0.0.8 and 9 strip
# signatures, 10 and 11 lie, 12 and 13 are slow.
# shellcheck shell=bash

start proxydns python3 -B /lab/proxydns.py 127.0.0.2 \
    127.0.0.8=strip 127.0.0.9=strip-data 127.0.0.10=lie 127.0.0.11=lie-data \
    127.0.0.12=slow 127.0.0.13=slower
ready proxydns grep -q ready "$LAB_STATE/log/proxydns"

# 127.0.0.14, ports 5400 and up: they fail for one type of record
start typedns python3 -B /lab/typedns.py serve 127.0.0.2 127.0.0.14
ready typedns grep -q ready "$LAB_STATE/log/typedns"
