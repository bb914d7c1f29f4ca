#!/usr/bin/env bash
# The whole install on a real kernel: NICs with virtual functions, an IOMMU that has to be turned on by a reboot, huge pages, modules.
# What a plan and a rehearsal foretell is compared with what happens. The run is started by one command over ssh; it goes on by itself
# after its reboot, comes to a router that holds what it asked for, is back after a plain reboot and a power cut, and is taken back.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Lab/live.sh "the install on a machine"

site=(install-single-node.lua --site /opt/site)

# --- before ------------------------------------------------------------------------------------------------------------------

plans_to_the_end() {
  vsrrun plan "${site[@]}" --output jsonl >"$folder/plan"
  equal "$(jq -rs 'last.result' "$folder/plan")" 'done'
}

# The captured machine, with the files and repositories that its site names, elsewhere.
is_rehearsed_elsewhere() {
  vsrrun machine capture >"$folder/captured"
  mkdir "$folder/disk" "$folder/program"
  on_it "tar -C / --exclude='*.deb' -c srv opt/site" | tar -C "$folder/disk" -x
  python3 Tests/Lab/describe.py "$folder/disk" <"$folder/captured" >"$folder/described"
  tar -xz -C "$folder/program" --strip-components=1 <"$(archive)"
  "$folder/program/vsrrun" rehearse install-single-node.lua --site "$folder/disk/opt/site" --machine "$folder/described" \
    --output jsonl >"$folder/rehearsal"
  equal "$(jq -rs 'last.result' "$folder/rehearsal")" 'done'
}

# --- the run -----------------------------------------------------------------------------------------------------------------

is_rebooted_by_the_run() {
  local former status=0
  former=$("$machine" boot-id)
  vsrrun run "${install[@]}" >"$folder/run" 2>&1 || status=$?
  cat "$folder/run"
  ((status == 6 || status == 255)) # 255: the connection went away with the machine
  "$machine" wait "$former"
  on_it grep -qw intel_iommu=on /proc/cmdline
  on_it test -e /sys/class/iommu/dmar0
}

goes_on_by_itself() {
  becomes_done 3600
  vsrrun log --output jsonl >"$folder/log"
}

is_as_foretold() {
  python3 Tests/Lab/compare.py "$folder/$1" "$folder/log"
}

second_run() {
  vsrrun run "${install[@]}" --output jsonl >"$folder/second" 2>"$folder/second.err"
  equal "$(jq 'select(.type == "run.finished").changed' "$folder/second")" 0
}

# --- after it ----------------------------------------------------------------------------------------------------------------

comes_back() {
  until_true 1500 router_is_back
  hardware_is_ready
  on_it journalctl --boot --no-pager --identifier vsrrun | grep 'sriov.set_vfs enp1s0.*changed'
  # Before the kubelet looked.
  # shellcheck disable=SC2016 # for the shell there
  on_it 'test "$(systemctl show vsrrun-boot -P ActiveEnterTimestampMonotonic)" -le "$(systemctl show kubelet -P ExecMainStartTimestampMonotonic)"'
}

comes_back_after_a_reboot() {
  reboots
  comes_back
}

comes_back_after_a_power_cut() {
  "$machine" cut
  "$machine" start
  "$machine" wait
  comes_back
}

# --- and back ----------------------------------------------------------------------------------------------------------------

rolls_back() {
  local status=0
  vsrrun rollback --yes >"$folder/rollback" 2>&1 || status=$?
  cat "$folder/rollback"
  return "$status"
}

is_as_before() {
  reboots # what is undone of the command line takes hold
  is_in_state "$folder/before"
}

"$machine" up
prepare
state >"$folder/before"
check "the plan foresees the whole run" plans_to_the_end
check "so does a rehearsal of the captured machine elsewhere" is_rehearsed_elsewhere
check "D40: the run turns the IOMMU on, by a reboot" is_rebooted_by_the_run
check "D1 to D38: it goes on by itself after the boot, to its end" goes_on_by_itself
check "D37: the router is Ready, with huge pages and both virtual functions" router_has_what_it_asked_for
check "every effect is as the plan foretold" is_as_foretold plan
check "every effect is as the rehearsal foretold" is_as_foretold rehearsal
check "a second run changes nothing" second_run
check "after a reboot everything is back before the kubelet looks" comes_back_after_a_reboot
check "after a power cut too" comes_back_after_a_power_cut
check "everything is rolled back" rolls_back
check "the machine is as before" is_as_before
check "so it is captured" capture_is_as_before
finish
