#!/usr/bin/env bash
# Machines that are not as an install would have them: each ends in a clear refusal, or in the right outcome, and what was done is
# taken back. One machine, two boots.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Lab/live.sh "awkward machines"

export VSRRUN_MACHINE=${VSRRUN_MACHINE:-$PWD/.build/machine}
pf=/sys/class/net/enp1s0/device
vf=/sys/bus/pci/devices/0000:01:10.0

# STATUS "TEXT" ARGUMENT…: the program ends with STATUS and says TEXT, a regular expression.
ends_with() {
  local expected=$1 text=$2 status=0 output
  shift 2
  output=$(vsrrun "$@" 2>&1) || status=$?
  echo "$output"
  equal "$status" "$expected"
  grep -Eq -- "$text" <<<"$output"
}

# Up to a step of the install, without its reboot.
install_until() {
  local step=$1
  shift
  echo "run ${install[*]} --set iommu=off --until $step $*"
}

# A check of a machine that is then as it was, come what may.
awkward() {
  local failed=$tap_failed
  check "$@"
  ((tap_failed == failed)) || on_it 'vsrrun rollback --yes; ip address flush dev enp2s0; ip link set enp2s0 down' >/dev/null 2>&1 || true
}

is_rolled_back() {
  ends_with 0 "" rollback --yes
}

# --- without a reboot --------------------------------------------------------------------------------------------------------

iommu_is_kept_off() {
  on_it 'sed -i.kept "s/^GRUB_CMDLINE_LINUX_DEFAULT=.*/GRUB_CMDLINE_LINUX_DEFAULT=\"intel_iommu=off\"/" /etc/default/grub'
  ends_with 1 'gives intel_iommu=off, which the kernel gets after' run "${install[@]}" --until kernel-command-line
  is_rolled_back
  on_it mv /etc/default/grub.kept /etc/default/grub
}

port_carries_ssh() {
  ends_with 1 'enp0s4 carries the default route.*name another port' run "${install[@]}" --until hardware \
    --set "'nics=[{\"name\": \"enp0s4\", \"address\": \"0000:00:04.0\"}]'"
  is_rolled_back
  on_it 'ip link set enp2s0 up && ip address add 10.1.2.15/24 dev enp2s0'
  "$machine" forward n2 10.1.2.15
  # shellcheck disable=SC2046 # words
  VSRRUN_MACHINE_PORT=$(cat "$VSRRUN_MACHINE/port-n2") ends_with 1 'enp2s0 carries an IPv4 route.*name another port' $(install_until hardware)
  is_rolled_back
  on_it 'ip address flush dev enp2s0 && ip link set enp2s0 down'
}

swap_is_in_fstab() {
  on_it 'fallocate -l 64M /swapfile && chmod 600 /swapfile && mkswap /swapfile && cp /etc/fstab /root/fstab
    echo "/swapfile none swap sw 0 0" >>/etc/fstab && cp /etc/fstab /root/fstab-with-swap && systemctl daemon-reload && swapon -a'
  # shellcheck disable=SC2046 # words
  ends_with 0 "" $(install_until swap-off)
  equal "$(on_it swapon --noheadings --show)" ""
  on_it 'grep -q "^# .*/swapfile none swap" /etc/fstab'
  is_rolled_back
  on_it 'cmp /etc/fstab /root/fstab-with-swap'
  equal "$(on_it swapon --noheadings --show=NAME)" /swapfile
  on_it 'swapoff -a; mv /root/fstab /etc/fstab; rm /swapfile /root/fstab-with-swap; systemctl daemon-reload'
}

huge_pages_cannot_be_had() {
  # shellcheck disable=SC2046
  ends_with 1 'the kernel gave [0-9]+ of 64 pages of 1GiB on node 0.*by the kernel command line' $(install_until hugepages --set hugepages=64)
  is_rolled_back
  equal "$(on_it 'cat /sys/devices/system/node/node*/hugepages/hugepages-1048576kB/nr_hugepages')" $'0\n0'
}

second_vsrrun() {
  "$machine" ssh 'cat >/root/slow.lua' <<'END'
runbook { name = "slow", version = "1.0.0", api = 1, summary = "takes its time" }
step("wait", function()
  command.run { argv = { "sleep", "30" }, check = { "test", "-e", "/run/never" }, irreversible = "nothing to take back" }
end)
END
  vsrrun run /root/slow.lua --yes >"$folder/slow" 2>&1 &
  until_true 30 on_it 'pgrep -x sleep >/dev/null'
  # shellcheck disable=SC2046
  ends_with 5 '(slow|at work|lock)' $(install_until hardware)
  on_it 'pkill -INT -x vsrrun' || true
  wait $! || true
  on_it 'vsrrun rollback --yes' || true
}

disk_is_full() {
  on_it 'mkdir -p /mnt/small && mount -t tmpfs -o size=64k lab /mnt/small'
  # shellcheck disable=SC2046
  ends_with 1 '(No space left|ENOSPC)' $(install_until swap-off --state /mnt/small) || return 1
  equal "$(on_it 'systemctl is-enabled vsrrun-boot.service 2>/dev/null || true')" ""
  on_it 'umount /mnt/small'
}

clock_is_set_back() {
  local run
  # shellcheck disable=SC2046
  ends_with 0 "" $(install_until boot-unit)
  run=$(newest_run run)
  on_it 'date --set 2001-01-01 >/dev/null'
  ends_with 0 "" resume "$run" --until swap-off
  ends_with 0 "" verify "$run"
  equal "$(newest_run run)" "$run"
  is_rolled_back
  on_it "date --set @$(date +%s) >/dev/null"
}

# --- virtual functions -------------------------------------------------------------------------------------------------------

iommu_is_on() {
  on_it 'sed -i s/intel_iommu=off/intel_iommu=on/ /etc/default/grub && update-grub 2>/dev/null'
  reboots
  on_it test -e /sys/class/iommu/dmar0
  "$machine" ssh 'cat >/root/nics.lua' <Tests/Lab/nics.lua
}

nics() {
  local status=$1 text=$2
  shift 2
  ends_with "$status" "$text" run /root/nics.lua --yes "$@"
}

functions_are_there() {
  on_it "echo 3 >$pf/sriov_numvfs"
  nics 0 ""
  equal "$(on_it cat $pf/sriov_numvfs)" 1
  is_rolled_back
  equal "$(on_it cat $pf/sriov_numvfs)" 3
  on_it "echo 0 >$pf/sriov_numvfs"
}

function_carries_addresses() {
  on_it "echo 2 >$pf/sriov_numvfs && sleep 5 && ip address add 192.0.2.1/24 dev enp1s0v0 && ip link set enp1s0v0 up && ip route add 198.51.100.0/24 dev enp1s0v0"
  nics 1 'VF 0000:01:10.0 of enp1s0 is in use: .*enp1s0v0'
  is_rolled_back
  equal "$(on_it cat $pf/sriov_numvfs)" 2
  on_it "echo 0 >$pf/sriov_numvfs"
}

function_is_held_open() {
  nics 0 ""
  # shellcheck disable=SC2016 # for the shell there
  on_it 'setsid bash -c "exec 3<>/dev/vfio/$(basename "$(readlink '$vf'/iommu_group)"); exec sleep 600" >/dev/null 2>&1 </dev/null & sleep 1'
  ends_with 4 '0000:01:10.0.*(held|open|use).*(sleep|bash)' rollback --yes
  equal "$(on_it cat $pf/sriov_numvfs)" 1
  on_it 'pkill -x sleep'
  is_rolled_back
  equal "$(on_it cat $pf/sriov_numvfs)" 0
}

override_is_left_over() {
  on_it "echo 0 >$pf/sriov_drivers_autoprobe && echo 1 >$pf/sriov_numvfs && echo pci-stub >$vf/driver_override"
  nics 0 ""
  equal "$(on_it readlink $vf/driver | sed 's,.*/,,')" vfio-pci
  is_rolled_back
  equal "$(on_it cat $vf/driver_override)" pci-stub
  on_it "echo 0 >$pf/sriov_numvfs; echo 1 >$pf/sriov_drivers_autoprobe"
}

"$machine" up
prepare
state >"$folder/before"
awkward "a command line that keeps the IOMMU off is refused" iommu_is_kept_off
awkward "a port that carries the ssh session is refused" port_carries_ssh
awkward "swap in /etc/fstab is turned off, and comes back" swap_is_in_fstab
awkward "huge pages that cannot be had are told, and given back" huge_pages_cannot_be_had
awkward "a second vsrrun is told who is at work" second_vsrrun
awkward "a full disk below the state directory stops the run before it touches anything" disk_is_full
awkward "a clock that is set back does no harm" clock_is_set_back
awkward "the machine is as before" diff "$folder/before" <(state)
awkward "the IOMMU is turned on by hand" iommu_is_on
awkward "virtual functions of another count are made anew, and come back" functions_are_there
awkward "a virtual function that carries traffic is left alone" function_carries_addresses
awkward "a virtual function that a process holds open is left alone" function_is_held_open
awkward "a driver override that was left over is replaced, and comes back" override_is_left_over
finish
