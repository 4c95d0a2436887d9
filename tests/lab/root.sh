#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# root.sh [LIST [SUITE]] - make the lab's root file system, once, and print its path.
#
# It is built from the Debian packages named in ./packages, and in the further list
# $LAB_PACKAGES, or in LIST alone, with the host's own apt sources (of SUITE, if given), kept
# outside of the repository, and made anew when a list changes.  Stages are told on stderr.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${MAILTLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailtls-plugins}
# what is listed in these files, a line each
listed()
{
	sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$@" | sort
}

# shellcheck disable=SC1091
host=$(. /etc/os-release && echo "$VERSION_CODENAME")
suite=${2:-$host}
if [ $# -gt 0 ]; then
	packages=$(listed "$1")
else
	packages=$(listed "$here/packages" ${LAB_PACKAGES:+"$LAB_PACKAGES"})
fi
root=$cache/root-$({ [ "$suite" = "$host" ] || echo "$suite"; printf '%s\n' "$packages"; } |
    sha256sum | cut -c1-12)

say()
{
	echo "lab root: $*" >&2
}

# The host's own Debian sources, third parties left out, as one-line entries, for the suite.
sources()
{
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(ORIGIN) $(TARGET_OF) $(REPO_URI) $(RELEASE) $(COMPONENT)' \
	    'Created-By: Packages' | awk -v host="$host" -v suite="$suite" \
	    '$1 == "Debian" && $2 == "deb" { sub(host, suite, $4); print "deb", $3, $4, $5 }' |
	    sort -u
}

# The host's settings for reaching its mirror: proxies, validity checks.
transport()
{
	echo 'APT::Install-Recommends "false";'
	apt-config dump | grep -E '^Acquire::(https?|Check-|Retries|ForceIPv)' || :
}

need_tools()
{
	command -v mmdebstrap >/dev/null && return
	if [ "$(id -u)" -ne 0 ]; then
		say "mmdebstrap is missing (apt-get install mmdebstrap)"
		exit 1
	fi
	say "installing mmdebstrap"
	apt-get -qq update
	DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq install -y --no-install-recommends mmdebstrap >/dev/null
}

# Given to mmdebstrap as text: as a file it might be out of reach for the
# other users of an unprivileged build.
extract()
{
	echo true
	printf '%s\n' "$packages" | while read -r package in dir; do
		[ "$in" = in ] || continue
		# shellcheck disable=SC2016
		echo 'chroot "$1" sh -euc "cd /var/tmp; apt-get -qq download '"$package; \
		    dpkg -x ${package}_*.deb $dir; rm ${package}_*.deb"'"'
	done
}

build()
{
	work=$1
	include=$(printf '%s\n' "$packages" | grep -v ' in ' | paste -sd,)
	[ -n "$(sources)" ] || [ "$(id -u)" -ne 0 ] || apt-get -qq update
	target=$work/root
	[ "$(id -u)" -eq 0 ] || target=$work/root.tar

	say "building from $(printf '%s\n' "$packages" | wc -l) packages (a minute or two)"
	sources | mmdebstrap --quiet --variant=apt --include="$include" \
	    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
	    --dpkgopt=force-unsafe-io \
	    --dpkgopt='path-exclude=/usr/share/man/*' \
	    --dpkgopt='path-exclude=/usr/share/locale/*' \
	    --dpkgopt='path-exclude=/usr/share/doc/*' \
	    --aptopt="$(transport)" --customize-hook="$(extract)" \
	    --skip=cleanup/apt/lists "$suite" "$target" - >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		say "the build failed"
		return 1
	}
	if [ "$target" != "$work/root" ]; then
		# all files become ours, as only our user exists in the lab
		mkdir "$work/root"
		tar -x -C "$work/root" --no-same-owner --exclude='./dev/*' -f "$target"
	fi
}

mkdir -p "$cache"
exec 9>"$root.lock"
flock 9
if [ ! -d "$root" ]; then
	need_tools
	work=$(mktemp -d "$cache/building.XXXXXX")
	chmod 755 "$work"
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' INT TERM HUP
	build "$work"
	mv "$work/root" "$root"
	say "ready"
fi
echo "$root"
