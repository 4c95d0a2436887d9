# SPDX-License-Identifier: GPL-3.0-or-later
# 22-faultdns.sh - name servers that fail, at 127.0.0.N and 192.0.2.52+N:
# 3 SERVFAIL, 4 silent (dropped by nft, nobody listens), 5 REFUSED,
# 6 drips over TCP, 7 garbage.  192.0.2.62 is lame.
# shellcheck shell=bash

start faultdns python3 /lab/faultdns.py \
    127.0.0.3=servfail 192.0.2.55=servfail \
    127.0.0.5=refused 192.0.2.57=refused \
    127.0.0.6=drip 192.0.2.58=drip \
    127.0.0.7=garbage 192.0.2.59=garbage 192.0.2.62=lame
ready faultdns grep -q ready "$LAB_STATE/log/faultdns"
