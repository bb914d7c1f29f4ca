#!/usr/bin/env bash
# Power cuts and checkpoints. The install goes from checkpoint to checkpoint, and QEMU is killed on the way at chosen and at random
# moments, and switched on again each time: what had been synced is on its disk, nothing else. The run goes on by itself, or by a
# resume where its units were not there yet. At each checkpoint it is written down what the machine is like; in the end it is taken
# back to one after the other, and has to be like that again.
#
#   live-cuts.sh [CHECKPOINT]    (default: up to the last)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Lab/live.sh "power cuts and checkpoints"

export VSRRUN_MACHINE=${VSRRUN_MACHINE:-$PWD/.build/machine}

# CHECKPOINT STEP MOMENT…: the last step before it, and the moments of the power cuts on the way there.
#   intent     the newest record of the journal is an intent: something is being done
#   dpkg       dpkg is at work
#   kubeadm    kubeadm is at work, for some time
#   reboot     the machine is going down for the run's reboot
#   boot       it is coming up after the cut before
#   random     some seconds
# A moment that does not come within its time is cut off where the run is then.
ways=(
  "preparation iommu intent reboot boot"
  "memory hugepages-mount intent"
  "docker docker dpkg dpkg"
  "kubernetes-packages kubernetes-hold intent dpkg boot"
  "containerd-and-kubelet kubelet-restart intent"
  "cluster taint-control-plane kubeadm kubeadm kubeadm boot"
  "network-plugins sriov-cni random random intent"
  "nics vhost-module intent random"
  "networks networks intent"
  "registry ppp-module intent"
  "router connect intent random"
)

# --- power cuts --------------------------------------------------------------------------------------------------------------

# Waits, there, for a condition, at most so many seconds, looking twenty times a second.
wait_there() {
  # shellcheck disable=SC2016 # for the shell there
  timeout "$(($1 + 120))" "$machine" ssh bash -s -- "$1" <<<"
    end=\$((SECONDS + \$1))
    until $2; do ((SECONDS < end)) || exit 1; sleep 0.05; done"
}

newest_record_is_an_intent='tail -qn 1 /var/lib/vsrrun/runs/*/journal 2>/dev/null | grep -q "\"type\":\"intent\""'

is_going_down() {
  tail -n 3 "$VSRRUN_MACHINE/console.log" | grep -qa -e 'systemd-shutdown' -e 'reboot: ' -e 'Reached target.*reboot'
}

wait_for_moment() {
  case "$1" in
    intent) wait_there 60 "$newest_record_is_an_intent" || echo "(no intent)" ;;
    dpkg)
      wait_there 120 'pgrep -x dpkg >/dev/null' || echo "(no dpkg)"
      sleep $((RANDOM % 5))
      ;;
    kubeadm)
      wait_there 120 'pgrep -x kubeadm >/dev/null' || echo "(no kubeadm)"
      sleep $((RANDOM % 60))
      ;;
    reboot)
      for ((look = 0; look < 1200; look++)); do
        ! is_going_down || return 0
        sleep 0.1
      done
      echo "(no reboot)"
      ;;
    boot) sleep $((20 + RANDOM % 30)) ;;
    random) sleep $((RANDOM % 25)) ;;
  esac
}

# What the run was doing, as the journal on the disk says.
cut_step() {
  # shellcheck disable=SC2016 # jq's
  on_it 'cat /var/lib/vsrrun/runs/*/journal' 2>/dev/null | jq -rRs '
    [split("\n")[] | fromjson? ] | last
    | [.type, .step // .kind // "", .primitive // "", .target // ""] | join(" ")' | cut -c1-100
}

is_at_work() {
  on_it 'systemctl is-active --quiet vsrrun-resume.service || pgrep -x vsrrun >/dev/null'
}

# Towards a step, in the background, unless the run goes on by itself or is there.
go_on() {
  ! is_at_work || return 0
  case "$(newest_run state 2>/dev/null || true)" in
    "done until $1") ;;
    "" | null) vsrrun run "${install[@]}" --until "$1" >>"$folder/run" 2>&1 & ;;
    "done until "*) vsrrun resume --yes --until "$1" >>"$folder/run" 2>&1 & ;;
    *) vsrrun resume --yes >>"$folder/run" 2>&1 & ;;
  esac
}

cuts=0

cut_at() {
  local step=$1 next=${2-}
  "$machine" cut
  "$machine" start
  cuts=$((cuts + 1))
  [[ "$next" != boot ]] || return 0 # the next one, before anybody is there
  "$machine" wait
  printf 'cut %2d after %4d s: %-8s %s\n' "$cuts" "$SECONDS" "$moment" "$(cut_step)" | tee -a "$folder/table"
}

stands_at() {
  [[ "$(newest_run state)" == "done until $1" ]] && ! is_at_work
}

comes_to() {
  local checkpoint=$1 step=$2 moment index
  local moments=("${@:3}")
  go_on "$step"
  for ((index = 0; index < ${#moments[@]}; index++)); do
    moment=${moments[index]}
    wait_for_moment "$moment"
    cut_at "$step" "${moments[index + 1]-}"
    [[ "${moments[index + 1]-}" == boot ]] || go_on "$step"
  done
  until_true 2400 stands_at "$step" || {
    cat "$folder/run"
    vsrrun log | tail -n 20
    return 1
  }
  vsrrun verify
  state >"$folder/$checkpoint"
}

# --- checkpoints -------------------------------------------------------------------------------------------------------------

is_taken_back_to() {
  vsrrun rollback --yes --to "$1" >"$folder/rollback" 2>&1 || {
    cat "$folder/rollback"
    return 1
  }
  is_in_state "$folder/$1"
}

is_taken_back_to_the_beginning() {
  vsrrun rollback --yes >"$folder/rollback" 2>&1 || {
    cat "$folder/rollback"
    return 1
  }
  reboots # what is undone of the command line takes hold
  is_in_state "$folder/beginning"
}

second_run_changes_nothing() {
  vsrrun run "${install[@]}" --until connect --output jsonl >"$folder/second" 2>"$folder/second.err"
  equal "$(jq 'select(.type == "run.finished").changed' "$folder/second")" 0
}

last=${1:-router}
checkpoints=()
"$machine" up
prepare
state >"$folder/beginning"
for way in "${ways[@]}"; do
  read -ra words <<<"$way"
  checkpoints+=("${words[0]}")
  timed_check "cut off $((${#words[@]} - 2)) times, the run comes to ${words[0]}" comes_to "${words[@]}"
  [[ "${words[0]}" != "$last" ]] || break
done
sed 's/^/# /' "$folder/table"
if [[ "$last" == router ]]; then
  timed_check "the router has what it asked for" router_has_what_it_asked_for
  timed_check "a run after it changes nothing" second_run_changes_nothing
fi
for ((index = ${#checkpoints[@]} - 2; index >= 0; index--)); do
  timed_check "it is taken back to ${checkpoints[index]}" is_taken_back_to "${checkpoints[index]}"
done
timed_check "it is taken back to the beginning" is_taken_back_to_the_beginning
finish
