#!/usr/bin/env bash
# Installs what the machine needs and is missing: what makes its disk, and QEMU 10, the first whose igb NICs have virtual functions
# behind an IOMMU. That is in Debian 12's backports; nothing else is taken from there but the firmware that it wants. apt's own
# sources stay as they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

is_there() {
  command -v qemu-img >/dev/null && command -v sfdisk >/dev/null && command -v ssh >/dev/null && qemu-system-x86_64 -version 2>/dev/null | grep -Eq 'version (1[0-9]|[2-9][0-9])\.'
}

! is_there || exit 0
((EUID == 0)) || {
  echo "qemu.sh: QEMU 10 is missing; as root this installs it" >&2
  exit 1
}
# shellcheck source-path=SCRIPTDIR/../Kubernetes
source ../Kubernetes/source.sh
apt_of_bookworm -qq install --download-only -y apt >/dev/null # has the sources written, if they are not yet
sed -n '1s/ bookworm main$/ bookworm-backports main/p' "$cache/apt/sources.list" >"$cache/apt/parts/backports.list"
trap 'rm -f "$cache/apt/parts/backports.list"' EXIT
apt_get_of_bookworm -qq update
DEBIAN_FRONTEND=noninteractive apt_get_of_bookworm -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install \
  fdisk openssh-client {qemu-system-x86,qemu-system-common,qemu-system-data,qemu-utils,seabios}/bookworm-backports >/dev/null
is_there
