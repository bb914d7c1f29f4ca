#!/usr/bin/env bash
# Power cuts: QEMU is killed in the middle of the install, at chosen and at random moments, and switched on again each time. What had
# been synced is on its disk, nothing else. The run goes on by itself, or by a resume where its units were not there yet, to the same
# machine as without cuts. Tells a table of what was cut off.
#
#   live-cuts.sh [--until STEP] [CUTS]    (default: to the end, 20 cuts)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Lab/live.sh "power cuts"

until=()
if [[ "${1-}" == --until ]]; then
  until=(--until "$2")
  shift 2
fi
cuts=${1:-20}

# What to wait for before each cut. Those that do not come within their time are cut off where the run is then.
#   intent     the newest record of the journal is an intent: something is being done
#   dpkg       dpkg is at work
#   kubeadm    kubeadm is at work, for some time
#   reboot     the machine is going down for the run's reboot
#   boot       it is coming up
#   random     some seconds
moments=(intent random reboot boot intent dpkg random dpkg intent boot dpkg random intent random kubeadm boot kubeadm kubeadm random
  intent boot random)

# Runs there: waits for a condition, at most so many seconds, looking twenty times a second.
wait_there() {
  # shellcheck disable=SC2016 # for the shell there
  timeout "$(($1 + 120))" "$machine" ssh bash -s -- "$1" <<<"
    end=\$((SECONDS + \$1))
    until $2; do ((SECONDS < end)) || exit 1; sleep 0.05; done"
}

newest_record_is_an_intent='tail -qn 1 /var/lib/vsrrun/runs/*/journal 2>/dev/null | grep -q "\"type\":\"intent\""'

wait_for_moment() {
  case "$1" in
    intent) wait_there 120 "$newest_record_is_an_intent" || echo "(no intent)" ;;
    dpkg)
      wait_there 300 'pgrep -x dpkg >/dev/null' || echo "(no dpkg)"
      sleep $((RANDOM % 5))
      ;;
    kubeadm)
      wait_there 300 'pgrep -x kubeadm >/dev/null' || echo "(no kubeadm)"
      sleep $((RANDOM % 60))
      ;;
    reboot)
      for ((look = 0; look < 3000; look++)); do
        ! tail -n 3 "$VSRRUN_MACHINE/console.log" | grep -qa -e 'systemd-shutdown' -e 'reboot: ' -e 'Reached target.*reboot' || break
        sleep 0.1
      done
      ;;
    boot) ;; # waited for where it is switched on
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

goes_on() {
  # By itself, if it had come that far.
  on_it 'systemctl is-active --quiet vsrrun-resume.service' && return
  on_it 'pgrep -x vsrrun >/dev/null' && return
  case "$(newest_run state 2>/dev/null || true)" in
    done | null | "")
      vsrrun run "${install[@]}" "${until[@]}" >>"$folder/run" 2>&1 &
      ;;
    *) vsrrun resume --yes >>"$folder/run" 2>&1 & ;;
  esac
}

export VSRRUN_MACHINE=${VSRRUN_MACHINE:-$PWD/.build/machine}

survives_cuts() {
  local number moment step began=$SECONDS
  vsrrun run "${install[@]}" "${until[@]}" >"$folder/run" 2>&1 &
  for ((number = 1; number <= cuts; number++)); do
    moment=${moments[(number - 1) % ${#moments[@]}]}
    wait_for_moment "$moment"
    "$machine" cut
    "$machine" start
    if [[ "${moments[number % ${#moments[@]}]}" == boot ]]; then
      # The next one, before anybody is there.
      sleep $((20 + RANDOM % 40))
      "$machine" cut
      "$machine" start
      number=$((number + 1))
      moment+=", boot"
    fi
    "$machine" wait
    step=$(cut_step)
    printf 'cut %2d after %4d s: %-14s %s\n' "$number" $((SECONDS - began)) "$moment" "$step" | tee -a "$folder/table"
    if is_done; then break; fi
    goes_on
  done
}

is_finished() {
  if ((${#until[@]})); then
    until_true 3600 stands_still
  else
    becomes_done 3600
  fi
  vsrrun verify
}

stands_still() {
  is_done && ! on_it 'pgrep -x vsrrun >/dev/null'
}

second_run_changes_nothing() {
  vsrrun run "${install[@]}" "${until[@]}" --output jsonl >"$folder/second" 2>"$folder/second.err"
  equal "$(jq 'select(.type == "run.finished").changed' "$folder/second")" 0
}

"$machine" up
prepare
timed_check "the run is cut off $cuts times" survives_cuts
sed 's/^/# /' "$folder/table"
timed_check "and comes to its end" is_finished
if ((${#until[@]} == 0)); then
  timed_check "the router has what it asked for" router_has_what_it_asked_for
fi
timed_check "a run after it changes nothing" second_run_changes_nothing
finish
