# SPDX-License-Identifier: GPL-3.0-or-later
# 54-faults.sh - every fault at every step, told apart by address: all of 10.66.0.0/16
# is mail servers of ours, 10.67.0.0/16 web servers and proxies.
# shellcheck shell=bash

in_root ip route add local 10.66.0.0/16 dev lo
in_root ip route add local 10.67.0.0/16 dev lo
start faultsmtp python3 /lab/faultsmtp.py serve "$LAB_PKI/hosts/faults.pem"
ready faultsmtp grep -q ready "$LAB_STATE/log/faultsmtp"
start faultweb python3 -B /lab/faultweb.py serve 127.0.0.2 127.0.0.15 "$LAB_PKI/hosts/policies.pem"
ready faultweb grep -q ready "$LAB_STATE/log/faultweb"
