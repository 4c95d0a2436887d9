#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# dist.sh [DIRECTORY] - the release's archive in DIRECTORY (build): what is committed, the same bytes from every clone.
# Prints its name.

set -euo pipefail
cd "$(dirname "$0")/../.."
directory=${1:-build}
version=$(sed -n 's/.*MAILTLS_VERSION "\(.*\)"/\1/p' common/version.h)
name=mailtls-plugins-$version

git rev-parse --git-dir >/dev/null
git diff --quiet HEAD -- || echo "dist: what is not committed is left out" >&2
mkdir -p "$directory"
git -c tar.umask=022 archive --format=tar --prefix="$name/" HEAD | gzip -9n >"$directory/$name.tar.gz"
echo "$directory/$name.tar.gz"
