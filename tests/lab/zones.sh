#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# zones.sh DIR - make, sign and delegate every zone of zones/*.zone, in DIR,
# which must be new.  Each zone says in comments of its own how:
#
#   ; origin NAME
#   ; sign none | ALGORITHM [OPTION of ldns-signzone...]
#   ; period FROM TO    of the signatures, in days from now (-1 14)
#   ; tamper SED        what happens to the file once it is signed
#   ; ds wrong          the parent holds the DS of another key
#
# anchor.key is the root's key; nsd.zones the part of nsd.conf.

set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
dir=$1
mkdir -p "$dir"
cd "$dir"

# say FILE WORD [DEFAULT]: what a zone says of itself
say()
{
	local text
	text=$(sed -n "s/^; $2 //p" "$1")
	echo "${text:-${3-}}"
}

# day OFFSET: a date in the form of ldns-signzone
day()
{
	date -u -d "$1 days" +%Y%m%d%H%M%S
}

# delegate NAME ORIGIN DS-FILE: what the parent of a zone holds of it
delegate()
{
	[ "$2" != . ] || return 0
	local parent=example
	[ "$2" != example. ] || parent=root
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
	read -r from to < <(say "$source" period "-1 14")
	ldns-signzone -i "$(day "$from")" -e "$(day "$to")" -o "$origin" \
	    -f "$name.signed" "$@" "$name.zone" "$zsk" "$ksk"
	sed -i "$(say "$source" tamper)" "$name.signed"
	[ "$origin" != . ] || cp "$ksk.key" anchor.key
	if [ "$(say "$source" ds)" = wrong ]; then
		ksk=$(ldns-keygen -r /dev/urandom -k -a "$algorithm" "$origin")
	fi
	ldns-key2ds -n -2 "$ksk.key" >"$name.ds"
}

# make NAME
make()
{
	local name=$1 source=$here/zones/$1.zone origin how file=$1.signed
	origin=$(say "$source" origin)
	read -r -a how < <(say "$source" sign ECDSAP256SHA256)
	{
		echo "\$ORIGIN $origin"
		"$here/world.py" zone "$source"
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

for source in "$here"/zones/*.zone; do
	name=$(basename "$source" .zone)
	case $name in root | example) ;; *) make "$name" ;; esac
done
make example
make root
