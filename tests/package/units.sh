#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# units.sh - in a copy of a root, the sources in /mnt: plugins and unit tests built, each program of the tests run.
# shellcheck disable=SC2317 # functions are called by quiet

cd /mnt || exit 1
# shellcheck source=tests/tools/tap.sh
. tests/tools/tap.sh

# --version ends in UNKNOWN, as plugins have it
runs()
{
	[ -x "$1" ] || return 1
	"$1" --version
	[ $? -eq 3 ]
}

quiet "built without a warning" make -s -k -j"$(nproc)" WERROR=-Werror all tests
quiet "OpenSSL 3.5 or later" dpkg --compare-versions "$(openssl version | cut -d' ' -f2)" ge 3.5
for plugin in plugins/check_{mx_cf,smtp_tls,dane,mtasts}; do
	quiet "$plugin runs" runs "$plugin"
done
for test in build/release/tests/test_*; do
	case $test in *.[do]) continue ;; esac
	quiet "${test##*/}" "$test"
done
end
