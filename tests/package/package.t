#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# package.t - the release's archive, and the packages made of it.
# shellcheck disable=SC2317 # functions are called by quiet

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/tools/tap.sh
. tests/tools/tap.sh

work=build/package
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
root=$(tests/lab/root.sh tests/package/packages) || exit 1

reproducible()
{
	local first second
	git clone -q . "$tmp/clone" || return 1
	first=$(tests/package/dist.sh "$tmp/first") || return 1
	second=$(cd "$tmp/clone" && umask 077 && touch README.md && tests/package/dist.sh "$tmp/second") || return 1
	cmp "$first" "$second"
}

builds()
{
	local deb
	deb=$(tests/package/deb.sh) && [ -s "$deb" ]
}

# E, W and I, with the reasons.  The first changelog of a package in Debian closes a bug: this one is not there.
lintian_content()
{
	local said status=0
	said=$(tests/package/copy.sh "$root" "$work" sh -c \
	    'lintian --allow-root --suppress-tags initial-upload-closes-no-bugs -i /mnt/*.changes' 2>&1) || status=$?
	printf '%s\n' "$said"
	[ "$status" -eq 0 ] && ! grep -q '^[EWI]:' <<<"$said"
}

holds()
{
	dpkg-deb --fsys-tarfile "$work"/mailtls-plugins_*.deb | tar -t >"$tmp/list" && grep -qxF "./$1" "$tmp/list"
}

# --nodeps: names of another distribution's packages cannot be looked up here.
rpm_builds()
{
	mkdir -p "$tmp/rpm/SOURCES" && tests/package/dist.sh "$tmp/rpm/SOURCES" &&
	    cp contrib/rpm/mailtls-plugins.spec "$tmp/rpm" &&
	    tests/package/copy.sh "$root" "$tmp/rpm" rpmbuild -bb --nodeps --define '_topdir /mnt' \
	        --define 'debug_package %{nil}' /mnt/mailtls-plugins.spec &&
	    tests/package/copy.sh "$root" "$tmp/rpm" sh -c 'rpm -qlp /mnt/RPMS/*/*.rpm' >"$tmp/rpm/list"
}

version_everywhere()
{
	local version
	version=$(sed -n 's/.*MAILTLS_VERSION "\(.*\)"/\1/p' common/version.h)
	grep -q "^mailtls-plugins ($version-" contrib/debian/changelog &&
	    grep -q "^Version: *$version\$" contrib/rpm/mailtls-plugins.spec && grep -q "^## $version" CHANGES.md
}

# file names in backquotes, and programs of unit tests and fuzzers
security_tests_exist()
{
	local name names
	# shellcheck disable=SC2016
	names=$(grep -oE '`([0-9]{2}-[a-z-]+\.t|(test|fuzz)_[a-z]+)`' SECURITY.md | tr -d '`' | sort -u)
	[ -n "$names" ] || return 1
	for name in $names; do
		compgen -G "tests/*/${name%.t}.[tc]" >/dev/null || { echo "no $name"; return 1; }
	done
}

quiet "SECURITY.md names tests that exist" security_tests_exist
quiet "one version in all places" version_everywhere
quiet "make dist: the same bytes from another clone" reproducible
quiet "make deb" builds
quiet "lintian has nothing to say" lintian_content
for plugin in check_mx_cf check_smtp_tls check_dane check_mtasts; do
	quiet "$plugin" holds "usr/lib/nagios/plugins/$plugin"
	quiet "its page" holds "usr/share/man/man8/$plugin.8.gz"
	quiet "its completion" holds "usr/share/bash-completion/completions/$plugin"
done
for file in icinga-conf/icinga2/mail-tls-commands.conf icinga-conf/nagios/mail-tls-commands.cfg \
    icinga-conf/director/mail-tls-basket.json contrib/batch/mailtls-batch contrib/grafana/mail-tls-graphite.json; do
	quiet "$file" holds "usr/share/mailtls-plugins/$file"
done
quiet "an RPM" rpm_builds
for file in nagios/plugins/check_mx_cf man/man8/check_dane.8 share/mailtls-plugins/icinga-conf/icinga2; do
	quiet "an RPM: $file" grep -q "$file" "$tmp/rpm/list"
done
end
