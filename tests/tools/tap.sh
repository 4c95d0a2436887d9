# SPDX-License-Identifier: GPL-3.0-or-later
# tap.sh - for tests in shell: quiet NAME COMMAND... is one result, failed when
# COMMAND fails or, as its output is shown then only, when it cannot be run.
# shellcheck shell=bash

tap_done=0
tap_failed=0

quiet()
{
	local name=$1 output
	shift
	tap_done=$((tap_done + 1))
	if output=$("$@" 2>&1); then
		echo "ok $tap_done - $name"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_done - $name"
		# on stderr: it is wanted even where comments are not shown
		printf '%s\n' "$output" | head -n 60 | sed 's/^/# /' >&2
	fi
}

end()
{
	echo "1..$tap_done"
	exit $((tap_failed != 0))
}
