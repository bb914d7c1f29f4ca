#!/usr/bin/env bash
# The released program on the documented server's C library: unpacked in a Debian 11 root (glibc 2.31, as Ubuntu 20.04), it
# rehearses the documented install there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The root is mounted in a mount namespace of this script's own, which takes it away when the script ends, however it ends.
if [[ "${1-}" != inside ]]; then
  if ((EUID != 0)); then
    echo "ok 1 - the release on Debian 11 # SKIP needs root"
    exit 0
  fi
  archive=$(.ci/release.sh)
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  unshare --mount --propagation private "${BASH_SOURCE[0]}" inside "$archive" "$folder"
  exit
fi

archive=$2
folder=$3
# shellcheck source-path=SCRIPTDIR
source Tests/tap.sh

enter_debian_11() {
  root=$folder/root
  mkdir -p "$folder"/{upper,work,root}
  mount -t overlay -o "lowerdir=$(.ci/debian-root.sh bullseye libc6-dev libgcc-10-dev libsystemd-dev)" \
    -o "upperdir=$folder/upper,workdir=$folder/work" debian11 "$root"
  mount -t proc proc "$root/proc"
  mkdir "$root/vsrrun"
  tar -xf "$archive" -C "$root/vsrrun" --strip-components=1
  cp Examples/machines/reference.yaml "$root/tmp"
}

vsrrun() {
  chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin /vsrrun/vsrrun "$@"
}

rehearse() {
  vsrrun rehearse install-single-node.lua "$@"
}

changed_effects() {
  jq -e 'select(.type == "run.finished").changed'
}

starts() {
  vsrrun --version
}

rehearses() {
  local changed
  changed=$(rehearse --machine /tmp/reference.yaml --save /tmp/after.yaml --output jsonl | changed_effects)
  ((changed > 0))
}

changes_nothing_twice() {
  local changed
  changed=$(rehearse --machine /tmp/after.yaml --output jsonl | changed_effects)
  equal "$changed" 0
}

rolls_back() {
  rehearse --machine /tmp/reference.yaml --rollback --save /tmp/before.yaml
  vsrrun machine reboot /tmp/before.yaml # what a docker daemon has done to the kernel goes with the next boot
  vsrrun machine diff /tmp/reference.yaml /tmp/before.yaml
}

enter_debian_11
check "the release starts on Debian 11" starts
check "it rehearses the documented install" rehearses
check "a second rehearsal changes nothing" changes_nothing_twice
check "a rehearsal rolled back saves the machine it began with" rolls_back
finish
