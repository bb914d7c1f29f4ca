#!/usr/bin/env bash
# The whole install on a real kernel: NICs with virtual functions, an IOMMU that has to be turned on by a reboot, huge pages, modules.
# The run is started by one command over ssh; it goes on by itself after its reboot, comes to a router that holds what it asked for,
# survives a plain reboot and a power cut, and is taken back.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh

if ((EUID != 0)); then
  echo "ok 1 - the install on a machine # SKIP needs root"
  exit 0
fi

machine=$PWD/Tests/Lab/machine.sh
folder=$(mktemp -d)
trap '"$machine" down; rm -rf "$folder"' EXIT

on_it() {
  "$machine" ssh "$@" </dev/null
}

vsrrun() {
  on_it /opt/vsrrun/vsrrun "$@"
}

site=(--site /opt/site)

prepare() {
  "$machine" ssh 'mkdir -p /opt/vsrrun && tar -xz -C /opt/vsrrun --strip-components=1' <"${VSRRUN_ARCHIVE:-$(.ci/release.sh)}"
  sed "s/FINGERPRINT/$(on_it cat /srv/kubernetes/fingerprint)/" Tests/Lab/guest/site.yaml |
    "$machine" ssh 'mkdir -p /opt/site && cat >/opt/site/site.yaml'
  "$machine" ssh 'umask 077 && cat >/root/password' <<<'password-of-the-lab'
  "$machine" login download.6wind.com tester:password-of-the-lab
  on_it update-grub
  # What a machine that was just installed has not: the boot loader's own file as update-grub writes it.
  on_it sync
}

# --- what the checks look at -----------------------------------------------------------------------------------------------

# By other means than vsrrun's: files, sysfs, modules, mounts, packages, units, packet filter.
state() {
  # shellcheck disable=SC2016 # for the shell there
  "$machine" ssh bash -s <<'END'
    find /etc /opt/cni /usr/local -printf '%y %m %u %g %p -> %l\n' | LC_ALL=C sort
    find /etc /usr/local -type f -exec sha256sum {} + | LC_ALL=C sort -k 2
    grep . /sys/devices/system/node/node*/hugepages/*/nr_hugepages /sys/class/net/*/device/sriov_numvfs /sys/class/net/enp*/mtu
    ls -d /sys/bus/pci/drivers/vfio-pci/0000:* /dev/vfio/[0-9]* 2>/dev/null
    lsmod | awk '{ print $1 }' | LC_ALL=C sort
    findmnt --list --noheadings --output TARGET,FSTYPE,OPTIONS --types hugetlbfs
    dpkg-query -W -f='${binary:Package} ${Version} ${db:Status-Abbrev}\n'
    apt-mark showauto | sed 's/^/auto: /'
    apt-mark showhold | sed 's/^/held: /'
    systemctl list-unit-files --no-legend --no-pager
    iptables-save | grep -v '^#' | sed 's/\[[0-9:]*\]//'
    cat /proc/cmdline
END
}

newest_run() {
  vsrrun runs --output jsonl | head -n 1 | jq -r ".$1"
}

# Once in five seconds.
until_true() {
  local seconds=$1
  shift
  for ((; seconds > 0; seconds -= 5)); do
    ! "$@" 2>/dev/null || return 0
    sleep 5
  done
  return 1
}

is_done() {
  [[ "$(newest_run state)" == 'done' ]]
}

cluster() {
  on_it kubectl --kubeconfig=/etc/kubernetes/admin.conf --cache-dir=/tmp/kubectl --request-timeout=30s "$@"
}

boot_time() {
  # shellcheck disable=SC2016 # for the shell there
  on_it 'date -u -d "@$(awk "/btime/ { print \$2 }" /proc/stat)" +%FT%TZ'
}

# The API server tells of the boot before for a while.
router_is_back() {
  [[ -n "$(cluster get pods --selector app=fastpath -o json | jq -r --arg boot "$(boot_time)" '
    .items[] | select(.status.containerStatuses[]? | .ready and (.state.running.startedAt // "") >= $boot) | .metadata.name')" ]]
}

# --- the checks ------------------------------------------------------------------------------------------------------------

is_rebooted_by_the_run() {
  local former status=0
  former=$("$machine" boot-id)
  vsrrun run install-single-node.lua "${site[@]}" --yes >"$folder/run" 2>&1 || status=$?
  cat "$folder/run"
  ((status == 6 || status == 255)) # 255: the connection went away with the machine
  "$machine" wait "$former"
  on_it grep -qw intel_iommu=on /proc/cmdline
  on_it test -e /sys/class/iommu/dmar0
}

goes_on_by_itself() {
  until_true 2400 is_done || {
    vsrrun log
    return 1
  }
}

router_has_what_it_asked_for() {
  equal "$(cluster get pods --selector app=fastpath -o 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}')" True
  local limits
  limits=$(cluster get pods --selector app=fastpath -o 'jsonpath={.items[*].spec.containers[*].resources.limits}')
  equal "$(jq -r '."hugepages-1Gi"' <<<"$limits")" 1Gi
  equal "$(jq -r 'to_entries[] | select(.key | startswith("intel.com/")) | .value' <<<"$limits")" $'1\n1'
  equal "$(on_it 'ls /sys/bus/pci/drivers/vfio-pci' | grep -c ^0000:)" 2
}

second_run() {
  vsrrun run install-single-node.lua "${site[@]}" --yes --output jsonl >"$folder/second" 2>"$folder/second.err"
  equal "$(jq 'select(.type == "run.finished").changed' "$folder/second")" 0
}

comes_back() {
  until_true 900 router_is_back
  equal "$(on_it 'cat /sys/class/net/enp1s0/device/sriov_numvfs /sys/class/net/enp2s0/device/sriov_numvfs')" $'1\n1'
  equal "$(on_it 'ls /sys/bus/pci/drivers/vfio-pci' | grep -c ^0000:)" 2
  equal "$(on_it 'cat /sys/devices/system/node/node*/hugepages/hugepages-1048576kB/nr_hugepages')" $'1\n1'
  on_it journalctl --boot --no-pager --identifier vsrrun | grep 'sriov.set_vfs enp1s0.*changed'
  # Before the kubelet looked.
  # shellcheck disable=SC2016 # for the shell there
  on_it 'test "$(systemctl show vsrrun-boot -P ActiveEnterTimestampMonotonic)" -le "$(systemctl show kubelet -P ExecMainStartTimestampMonotonic)"'
}

comes_back_after_a_reboot() {
  local former
  former=$("$machine" boot-id)
  on_it systemctl reboot || true
  "$machine" wait "$former"
  comes_back
}

comes_back_after_a_power_cut() {
  "$machine" cut
  "$machine" start
  "$machine" wait
  comes_back
}

rolls_back() {
  local status=0
  vsrrun rollback --yes >"$folder/rollback" 2>&1 || status=$?
  cat "$folder/rollback"
  return "$status"
}

is_as_before() {
  local former
  former=$("$machine" boot-id)
  on_it systemctl reboot || true # what is undone of the command line takes hold
  "$machine" wait "$former"
  diff "$folder/before" <(state)
}

"$machine" up
prepare
state >"$folder/before"
check "D40: the run turns the IOMMU on, by a reboot" is_rebooted_by_the_run
check "D1 to D38: it goes on by itself after the boot, to its end" goes_on_by_itself
check "D37: the router is Ready, with huge pages and both virtual functions" router_has_what_it_asked_for
check "a second run changes nothing" second_run
check "after a reboot everything is back before the kubelet looks" comes_back_after_a_reboot
check "after a power cut too" comes_back_after_a_power_cut
check "everything is rolled back" rolls_back
check "the machine is as before" is_as_before
finish
