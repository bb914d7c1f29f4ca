#!/usr/bin/env bash
# Interrupts, for real: a run is killed, stopped and cut off by a reboot at many places, and goes on to the same machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Container/live.sh "interrupts in a container"

places=50

# The lines that a test inside prints are checks of their own.
count_checks() {
  local line
  while IFS= read -r line; do
    case "$line" in
      "ok - "*) echo "ok $((tap_count += 1)) - ${line#ok - }" ;;
      "not ok - "*)
        echo "not ok $((tap_count += 1)) - ${line#not ok - }"
        tap_failed=$((tap_failed + 1))
        ;;
      *) echo "$line" ;;
    esac
  done <"$1"
}

# A run whose command takes its time is killed, and its child is not.
child_is_left() {
  inside rm -f /var/tmp/host-half-commands
  vsrrun run /opt/host-half.lua --yes --set slow=4 >"$folder/left" 2>&1 &
  local run=$!
  for _ in {1..200}; do
    # The whole line of the child, and not the one that starts it.
    if inside pgrep -f '^sh -c sleep 4' >/dev/null; then break; fi
    sleep 0.05
  done
  inside pgrep -f '^sh -c sleep 4' >"$folder/child"
  inside pkill -KILL -x vsrrun
  if wait "$run"; then return 1; fi
  inside pgrep -f '^sh -c sleep 4'
}

# Of two commands at work at once, two lines would say so for the first file.
child_is_waited_for() {
  vsrrun resume --yes >"$folder/resumed" 2>&1
  grep "waiting for what this run left at work: process $(head -n 1 "$folder/child") sh" "$folder/resumed"
  equal "$(inside wc -l /var/tmp/host-half-commands | cut -d' ' -f1)" 5
}

state_of_the_newest_run() {
  vsrrun runs --output jsonl | head -n 1 | jq -r .state
}

# Reboots as an operator does, in the middle of a run that was started in this way.
reboots_in_the_middle() {
  vsrrun rollback --yes >/dev/null 2>&1
  inside mkdir -p /etc/systemd/system/containerd.service.d
  # The restart of containerd, once its limits are there, is made to wait.
  inside sh -c 'cat >/etc/systemd/system/containerd.service.d/00-wait.conf' <<'END'
[Service]
ExecStartPre=/bin/sh -c 'while [ -e /run/wait ]; do sleep 0.1; done'
END
  inside systemctl daemon-reload
  inside touch /run/wait
  inside "$@" /opt/vsrrun/vsrrun run /opt/host-half.lua --yes >"$folder/cut" 2>&1 &
  local run=$!
  for _ in {1..300}; do
    [[ "$(inside systemctl show containerd.service --property SubState --value)" != start-pre ]] || break
    sleep 0.1
  done
  equal "$(inside systemctl show containerd.service --property SubState --value)" start-pre
  "$lab" reboot
  wait "$run" || true # the status of systemd-run means nothing here
  cat "$folder/cut"
  if grep '^done' "$folder/cut"; then return 1; fi
}

goes_on_by_itself() {
  local state=
  for _ in {1..600}; do
    state=$(state_of_the_newest_run)
    [[ "$state" != 'done' ]] || return 0
    sleep 0.1
  done
  echo "the newest run is still: $state"
  cat "$folder/cut"
  vsrrun log
  inside journalctl --boot --no-pager --unit vsrrun-boot.service --unit vsrrun-resume.service | tail -n 40
  return 1
}

everything_is_done() {
  vsrrun run /opt/host-half.lua --yes --output jsonl >"$folder/again" 2>/dev/null
  equal "$(jq 'select(.type == "run.finished").changed' "$folder/again")" 0
}

"$lab" up
install_program
inside sh -c 'cat >/opt/host-half.lua' <Tests/Container/host-half.lua
inside sh -c 'cat >/opt/interrupts.sh' <Tests/Container/guest/interrupts.sh

inside bash /opt/interrupts.sh /opt/host-half.lua "$places" >"$folder/places" 2>&1 ||
  echo "not ok - the tries came to their end" >>"$folder/places"
count_checks "$folder/places"
check "a child outlives a run that was killed" child_is_left
check "a resume waits for it, names it, and does nothing twice" child_is_waited_for
check "systemctl reboot cuts a run off" reboots_in_the_middle env
check "after the boot the run goes on by itself" goes_on_by_itself
check "and everything is done" everything_is_done
check "systemctl reboot stops a run that is a unit" reboots_in_the_middle systemd-run --quiet --wait --pipe
check "after the boot it goes on by itself" goes_on_by_itself
check "and everything of it is done" everything_is_done
finish
