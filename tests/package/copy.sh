#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# copy.sh ROOT DIRECTORY COMMAND... - run a command in a throw-away copy of a root file system, with DIRECTORY as its
# /mnt, and with no network but loopback, where ROOT has iproute2.

set -euo pipefail

if [ -z "${COPY-}" ]; then
	namespaces=(--mount --pid --fork --kill-child --mount-proc --ipc --uts --net)
	[ "$(id -u)" -eq 0 ] || namespaces+=(--user --map-root-user)
	exec env COPY=1 unshare "${namespaces[@]}" "$0" "$@"
fi
root=$1 directory=$(realpath "$2")
shift 2
mount -t tmpfs -o mode=755 copy /run
mkdir /run/lower /run/upper /run/work /run/root
mount --bind "$root" /run/lower
mount -t overlay -o lowerdir=/run/lower,upperdir=/run/upper,workdir=/run/work copy /run/root
mount --rbind /proc /run/root/proc
mount --rbind /dev /run/root/dev
mount --bind "$directory" /run/root/mnt
chroot /run/root sh -c '! command -v ip >/dev/null || ip link set lo up'
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    chroot /run/root "$@"
