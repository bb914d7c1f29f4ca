#!/usr/bin/env bash
# Power cuts and checkpoints. The install goes from checkpoint to checkpoint, and QEMU is killed on the way at chosen and at random
# moments, and switched on again each time: what had been synced is on its disk, nothing else. The run goes on by itself, or by a
# resume where its units were not there yet. At each checkpoint it is written down what the machine is like; in the end it is taken
# back to one after the other, and has to be like that again.
#
#   live-cuts.sh [LAST [FIRST]]    up to a checkpoint; with cuts only on the way to FIRST and from there on
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
# A moment that does not come within its time is cut off where the run is then. Most come before there is a cluster, which takes
# minutes to be back after each.
ways=(
  "preparation iommu intent reboot boot"
  "memory hugepages-mount intent random"
  "docker docker dpkg dpkg boot"
  "kubernetes-packages kubernetes-hold intent dpkg dpkg random"
  "containerd-and-kubelet kubelet-restart intent random"
  "cluster taint-control-plane kubeadm kubeadm boot"
  "network-plugins sriov-cni random"
  "nics vhost-module intent"
  "networks networks intent"
  "registry ppp-module"
  "router connect intent"
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

# What the run was doing, as the journal on the disk says: its last record before those of the boot that is asked.
cut_step() {
  # shellcheck disable=SC2016 # jq's
  on_it 'cat /proc/sys/kernel/random/boot_id; cat /var/lib/vsrrun/runs/*/journal' 2>/dev/null | jq -rRs '
    split("\n") | .[0] as $boot | [.[1:][] | fromjson?]
    | .[:(map(.type == "run.started" and .boot == $boot) | index(true)) // length] | last
    | [.type, .action // .step // .name // .result, .primitive, .target] | map(values) | join(" ")' | cut -c1-100
}

is_at_work() {
  on_it 'systemctl is-active --quiet vsrrun-resume.service || pgrep -x vsrrun >/dev/null'
}

resume_to() {
  vsrrun resume --yes --until "$1" >>"$folder/run" 2>&1 &
}

# Towards a step, in the background, unless the run goes on by itself or is there.
go_on() {
  ! is_at_work || return 0
  case "$(newest_run state 2>/dev/null || true)" in
    "done until $1") ;;
    "" | null) vsrrun run "${install[@]}" --until "$1" >>"$folder/run" 2>&1 & ;;
    *) resume_to "$1" ;;
  esac
}

# MOMENT WHAT: a row of the table, for the cut that was last.
tell() {
  printf '%2d %5d s  %-8s %s\n' "$(($(wc -l <"$folder/table") + 1))" "$SECONDS" "$1" "$2" >>"$folder/table"
}

cut_at() {
  local moment=$1 next=${2-}
  "$machine" cut
  "$machine" start
  # The next one comes before anybody is there.
  if [[ "$next" == boot ]]; then
    tell "$moment" ""
    return 0
  fi
  "$machine" wait
  tell "$moment" "$(cut_step)"
}

stands_at() {
  [[ "$(newest_run state)" == "done until $1" ]] && ! is_at_work
}

# It goes no further by itself, whether it stands there or has failed. One that stands before is sent on again: what was at work when
# it was to go on may have been the boot's own vsrrun, which had nothing to do. A machine that does not answer now tells neither.
has_ended() {
  local state
  state=$(newest_run state)
  [[ "$state" == @("done until "*|failed) ]] && ! is_at_work || return 1
  [[ "$state" == @("done until $1"|failed) ]] || {
    resume_to "$1"
    return 1
  }
}

comes_to() {
  local checkpoint=$1 step=$2 index
  local moments=("${@:3}")
  go_on "$step"
  for ((index = 0; index < ${#moments[@]}; index++)); do
    wait_for_moment "${moments[index]}"
    cut_at "${moments[index]}" "${moments[index + 1]-}"
    [[ "${moments[index + 1]-}" == boot ]] || go_on "$step"
  done
  until_true 2400 has_ended "$step" || true
  stands_at "$step" || {
    cat "$folder/run"
    vsrrun log | tail -n 20
    return 1
  }
  vsrrun verify
  state >"$folder/$checkpoint"
}

# --- checkpoints -------------------------------------------------------------------------------------------------------------

# What stays in the kernel until the next boot once an effect is taken back, as the rollback says: rules of docker, forwarding, a
# link; cgroups of pods, and the packet filter's own chains, whose policies are docker's. Rules of a cluster do not.
declare -A stays=(
  ["apt.install docker.io"]='^(:|-A ).*(DOCKER|docker0)|^net.ipv4.ip_forward |^link: docker0'
  ["kubeadm.init control-plane"]='^([*]|COMMIT)|^:[A-Z]+ (ACCEPT|DROP) |^kubepods.* transient '
)

# What the rollbacks so far have said to stay, for is_in_state.
said_to_stay() {
  local effect
  for effect in "${!stays[@]}"; do
    ! grep -qF "$effect: until the next boot" "$folder/rollbacks" || printf '|%s' "${stays[$effect]}"
  done
}

# What pods make of a machine while a cluster is up: containers, their network devices, and the rules by which they are reached.
of_pods='^(cri-containerd-|kubepods).* transient |^link: (veth|cni0)|KUBE-|CNI-|10\.244\.|^[*]|^COMMIT'

cluster_is_up() {
  [[ -e "$folder/cluster" ]] && ! grep -qF "kubeadm.init control-plane:" "$folder/rollbacks"
}

is_taken_back_to() {
  local aside
  vsrrun rollback --yes --to "$1" >"$folder/rollback" 2>&1 || {
    cat "$folder/rollback"
    return 1
  }
  cat "$folder/rollback" >>"$folder/rollbacks"
  aside=$(said_to_stay)
  if cluster_is_up; then aside+="|$of_pods"; fi
  is_in_state "$folder/$1" "$aside"
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
first=${2:-preparation}
is_cut=false
checkpoints=()
"$machine" up
prepare
state >"$folder/beginning"
vsrrun machine capture >"$folder/captured"
: >"$folder/table"
for way in "${ways[@]}"; do
  read -ra words <<<"$way"
  [[ "${words[0]}" != "$first" ]] || is_cut=true
  $is_cut || words=("${words[@]:0:2}")
  told=$(wc -l <"$folder/table")
  failed=$tap_failed
  check "cut off $((${#words[@]} - 2)) times, the run comes to ${words[0]}" comes_to "${words[@]}"
  tail -n "+$((told + 1))" "$folder/table" | sed 's/^/# cut /'
  ((tap_failed == failed)) || break
  checkpoints+=("${words[0]}")
  [[ "${words[0]}" != "$last" ]] || break
done
if [[ "${checkpoints[*]: -1}" == router ]]; then
  check "the router has what it asked for" router_has_what_it_asked_for
  check "a run after it changes nothing" second_run_changes_nothing
fi
for ((index = ${#checkpoints[@]} - 2; index >= 0; index--)); do
  check "it is taken back to ${checkpoints[index]}" is_taken_back_to "${checkpoints[index]}"
done
check "it is taken back to the beginning" is_taken_back_to_the_beginning
check "so it is captured" capture_is_as_before
finish
