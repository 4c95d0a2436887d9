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
	local name=$1 source=$2 origin=$3 algorithm=$4 zsk ksk from to
	shift 4
	zsk=$(ldns-keygen -r /dev/urandom -a "$algorithm" -b 2048 "$origin")
	ksk=$(ldns-keygen -r /dev/urandom -k -a "$algorithm" -b 2048 "$origin")
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

# make NAME
make()
{
	local name=$1 source=$here/zones/$1.zone origin how file=$1.signed
	origin=$(say "$source" origin)
	read -r -a how < <(say "$source" sign ECDSAP256SHA256)
	{
		echo "\$ORIGIN $origin"
		"$here/world.py" zone "$source" "$pki"
		[ ! -f "$name.delegations" ] || cat "$name.delegations"
	} >"$name.zone"
	if [ "${how[0]}" = none ]; then
		file=$name.zone
	else
		sign "$name" "$source" "$origin" "${how[@]}"
	fi
	delegate "$name" "$origin" "$name.ds"
	printf 'zone:\n\tname: "%s"\n\tzonefile: "%s"\n' "$origin" "$file" >>nsd.zones
}

# What is below comes first: its delegation goes into what is above.
declare -A zone_at=()
for source in "$here"/zones/*.zone; do
	zone_at[$(say "$source" origin)]=$(basename "$source" .zone)
done
for origin in "${!zone_at[@]}"; do
	echo "$(tr -cd . <<<"${origin#.}" | wc -c) $origin"
done | sort -rn -k1,1 -k2 | while read -r _ origin; do
	make "${zone_at[$origin]}"
done
