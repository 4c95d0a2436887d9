#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lint.t - what can be said about the sources without running them.
# shellcheck disable=SC2317 # functions are called by quiet

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/tools/tap.sh
. tests/tools/tap.sh

# what git knows or would add; in an unpacked archive, all but what make makes
if git rev-parse --git-dir >/dev/null 2>&1; then
	mapfile -t files < <(git ls-files -co --exclude-standard | sort)
else
	mapfile -t files < <(find . -name build -prune -o -type f -printf '%P\n' | sort)
fi
existing=()
for file in "${files[@]}"; do
	[ ! -f "$file" ] || existing+=("$file")
done
matching()
{
	printf '%s\n' "${existing[@]}" | grep -E "$1"
}
mapfile -t c < <(matching '\.[ch]$')
mapfile -t units < <(matching '\.c$')
mapfile -t product < <(matching '^(common|plugins)/.*\.c$')
mapfile -t shell < <(matching '\.(sh|bash)$|^\.ci/run$'; matching '\.t$|^contrib/' |
    xargs -r grep -lE '^#!/bin/(ba)?sh')
mapfile -t pages < <(matching '^plugins/.*\.8$')

formatted()
{
	tests/tools/format.pl "${c[@]}"
}

sizes()
{
	{ matching '\.([ch]|sh|pl|pm|py|t)$|(^|/)Makefile$|^\.ci/run$'; printf '%s\n' "${shell[@]}"; } |
	    sort -u | tests/tools/shape.pl
}

suspicious()
{
	# ctunullpointer: literals that cannot fail are parsed with no place for an error
	cppcheck -q --suppress=ctunullpointer --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --error-exitcode=1 -D_GNU_SOURCE -Icommon -Itests/unit "${units[@]}"
}

tidy()
{
	printf '%s\0' "${product[@]}" | xargs -0 -n 6 -P "$(nproc)" sh -c \
	    'clang-tidy --quiet "$@" -- -std=gnu17 -D_GNU_SOURCE -Icommon 2>&1 |
		grep -v "warnings* generated" | grep . && exit 1; exit 0' -
}

pages()
{
	local out
	out=$(mandoc -Tlint -Wwarning "${pages[@]}" 2>&1)
	printf '%s\n' "$out"
	[ -z "$out" ]
}

quiet "clang-format: the house's style" formatted
quiet "sizes and licence lines" sizes
quiet "modules include lower floors only" tests/tools/floors.sh
quiet "cppcheck" suspicious
quiet "clang-tidy" tidy
[ "${#pages[@]}" -eq 0 ] || quiet "mandoc: man pages" pages
quiet "shellcheck" shellcheck -x -P SCRIPTDIR "${shell[@]}"
end
