#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# zones.sh DIR PKI - make, sign and delegate every zone of zones/*.zone, in DIR,
# which must be new; PKI has the certificates of which there are TLSA records.
# Each zone says in comments of its own how:
#
#   ; origin NAME
#   ; sign none | ALGORITHM [OPTION of ldns-signzone...]
#   ; period FROM TO    of the signatures, in hours from now (-24 336)
#   ; tamper SED        what happens to the file once it is signed; repeatable
#   ; ds wrong | none | unknown    the parent holds the DS of another key, no DS,
#                       or one of an algorithm that nobody knows
#
# Beside what zone files have: $GENERATE FIRST-LAST TEXT, as BIND's; $TLSA OWNER
# RECORDS and $MAIL NAME HOST RECORDS, see world.py; RECORDS as in tlsa.py.
#
# anchor.key is the root's key; nsd.zones the part of nsd.conf.
#
# versions/*.zone are other versions of those zones, on servers of their own:
#
#   ; server ADDRESS    which serves it, and nothing else
#   ; keys of NAME      signed with the keys of zones/NAME.zone, not with new ones
#
# versions lists them for 12-versions.sh; NAME.anchor is the key of each.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$1
pki=$(realpath "$2")
mkdir -p "$dir"
cd "$dir"

# say FILE WORD [DEFAULT]: what a zone says of itself
say()
{
	local text
	text=$(sed -n "s/^; $2 //p" "$1")
	echo "${text:-${3-}}"
}

# hour OFFSET: a date in the form of ldns-signzone
hour()
{
	date -u -d "$1 hours" +%Y%m%d%H%M%S
}

# delegate NAME ORIGIN DS-FILE: what the zone above holds of it
delegate()
{
	[ "$2" != . ] || return 0
	local above=${2#*.}
	while [ -n "$above" ] && [ -z "${zone_at[$above]-}" ]; do
		above=${above#*.}
	done
	local parent=${zone_at[${above:-.}]}
	if [ "$parent" != root ]; then
		printf '%s\tNS\tns.example.\n' "$2"
	fi >>"$parent.delegations"
	[ ! -f "$3" ] || cat "$3" >>"$parent.delegations"
}

# sign NAME SOURCE ORIGIN ALGORITHM [OPTION...]
sign()
{
	local name=$1 source=$2 origin=$3 algorithm=$4 keys zsk ksk from to
	shift 4
	keys=$(say "$source" "keys of" "$name").keys
	if [ ! -f "$keys" ]; then
		zsk=$(ldns-keygen -r /dev/urandom -a "$algorithm" -b 2048 "$origin")
		ksk=$(ldns-keygen -r /dev/urandom -k -a "$algorithm" -b 2048 "$origin")
		echo "$zsk $ksk" >"$keys"
	fi
	read -r zsk ksk <"$keys"
	read -r from to < <(say "$source" period "-24 336")
	ldns-signzone -i "$(hour "$from")" -e "$(hour "$to")" -o "$origin" \
	    -f "$name.signed" "$@" "$name.zone" "$zsk" "$ksk"
	sed -i "$(say "$source" tamper)" "$name.signed"
	[ "$origin" != . ] || cp "$ksk.key" anchor.key
	local what
	what=$(say "$source" ds)
	if [ "$what" = wrong ]; then
		ksk=$(ldns-keygen -r /dev/urandom -k -a "$algorithm" "$origin")
	fi
	[ "$what" = none ] || ldns-key2ds -n -2 "$ksk.key" >"$name.ds"
	[ "$what" != unknown ] || sed -i -E 's/(DS\t[0-9]+ )[0-9]+/\1200/' "$name.ds"
}

# make SOURCE
make()
{
	local source=$1 name origin how file server
	name=$(basename "$source" .zone)
	file=$name.signed
	origin=$(say "$source" origin)
	read -r -a how < <(say "$source" sign ECDSAP256SHA256)
	sed -i "1i \$ORIGIN $origin" "$name.zone"
	[ ! -f "$name.delegations" ] || cat "$name.delegations" >>"$name.zone"
	if [ "${how[0]}" = none ]; then
		file=$name.zone
	else
		sign "$name" "$source" "$origin" "${how[@]}"
	fi
	server=$(say "$source" server)
	if [ -n "$server" ]; then
		cp "$(cut -d' ' -f2 "$(say "$source" "keys of" "$name").keys").key" "$name.anchor"
		echo "$server $origin $file" >>versions
		return
	fi
	delegate "$name" "$origin" "$name.ds"
	printf 'zone:\n\tname: "%s"\n\tzonefile: "%s"\n' "$origin" "$file" >>nsd.zones
}

"$here/world.py" zones . "$pki" >/dev/null
# What is below comes first: its delegation goes into what is above.
declare -A zone_at=()
for source in "$here"/zones/*.zone; do
	zone_at[$(say "$source" origin)]=$(basename "$source" .zone)
done
for origin in "${!zone_at[@]}"; do
	echo "$(tr -cd . <<<"${origin#.}" | wc -c) $origin"
done | sort -rn -k1,1 -k2 | while read -r _ origin; do
	make "$here/zones/${zone_at[$origin]}.zone"
done
for source in "$here"/versions/*.zone; do
	make "$source"
done
