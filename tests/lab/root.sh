#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# root.sh - make the lab's root file system, once, and print its path.
#
# It is built from the Debian packages named in ./packages with the host's own
# apt sources, kept outside of the repository, and made anew when the list
# changes.  Stages are told on stderr.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${MAILTLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailtls-plugins}
packages=$(sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$here/packages" | sort)
root=$cache/root-$(printf '%s\n' "$packages" | sha256sum | cut -c1-12)

say()
{
	echo "lab root: $*" >&2
}

# The host's own Debian sources, third parties left out, as one-line entries.
sources()
{
	apt-get indextargets --format '$(ORIGIN) $(TARGET_OF) $(REPO_URI) $(RELEASE) $(COMPONENT)' \
	    'Created-By: Packages' | awk '$1 == "Debian" && $2 == "deb" { print "deb", $3, $4, $5 }' |
	    sort -u
}

# The host's settings for reaching its mirror: proxies, validity checks.
transport()
{
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

build()
{
	work=$1
	include=$(printf '%s\n' "$packages" | grep -v ' in ' | paste -sd,)
	extract=$(printf '%s\n' "$packages" | awk '$2 == "in" { printf "%s %s\n", $1, $3 }')
	# shellcheck disable=SC1091
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	mirrors=$(sources)
	if [ -z "$mirrors" ]; then
		apt-get -qq update
		mirrors=$(sources)
	fi
	transport >"$work/apt.conf"
	cat >"$work/dpkg.cfg" <<-EOF
		force-unsafe-io
		path-exclude=/usr/share/man/*
		path-exclude=/usr/share/locale/*
		path-exclude=/usr/share/doc/*
	EOF
	cat >"$work/extract" <<-EOF
		#!/bin/sh -eu
		# unpack beside the others what conflicts with them
		cd "\$1/var/tmp"
		while read -r package dir; do
			chroot "\$1" sh -euc 'cd /var/tmp; apt-get -qq download "\$1"' - "\$package"
			chroot "\$1" sh -euc 'dpkg -x /var/tmp/"\$1"_*.deb "\$2"' - "\$package" "\$dir"
		done <<-LIST
		$extract
		LIST
		rm -f ./*.deb
	EOF
	chmod +x "$work/extract"

	say "building from $(printf '%s\n' "$packages" | wc -l) packages (a minute or two)"
	printf '%s\n' "$mirrors" | mmdebstrap --quiet --variant=apt --include="$include" \
	    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
	    --dpkgopt="$work/dpkg.cfg" --aptopt="$work/apt.conf" \
	    --customize-hook="$work/extract" \
	    --skip=cleanup/apt/lists "$suite" "$work/root" - >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		say "the build failed"
		return 1
	}
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
