#!/usr/bin/env bash
# Inside the container: runs a runbook, interrupts it once its journal has so many records, goes on with it, and compares the
# machine with what an undisturbed run makes of it; then takes it back. Prints one line for each try.
#
#   interrupts.sh RUNBOOK TRIES
set -euo pipefail
set -m # or what is started beside this would ignore SIGINT

runbook=$1
tries=$2
program=/opt/vsrrun/vsrrun
signals=(KILL TERM INT HUP)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What a run changes of the machine, but for times and what processes write by themselves.
system() {
  find /etc -printf '%p %y %m %u %g %s %l\n' | LC_ALL=C sort
  find /etc/systemd /etc/sysctl.d /etc/modules-load.d -type f -exec sha256sum {} + | LC_ALL=C sort -k 2
  findmnt --noheadings --types hugetlbfs
  sysctl net.ipv4.ip_forward fs.inotify.max_user_instances fs.inotify.max_user_watches
  systemctl show containerd.service kubelet.service vsrrun-boot.service vsrrun-resume.service \
    --property Id --property NeedDaemonReload --property UnitFileState --property LimitNOFILE --property Environment
  awk '/^Max (open files|locked memory)/' "/proc/$(systemctl show containerd.service --property MainPID --value)/limits"
}

vsrrun() {
  "$program" "$@" --state "$state"
}

field() {
  sed -n "s/.*\"$1\":\"\\{0,1\\}\\([^,\"}]*\\).*/\\1/p"
}

changed() {
  tail -n 1 "$1" | field changed
}

# Waits until the journal of the run has this many records; answers 1 if the run ends before.
wait_for_records() {
  local wanted=$1 process=$2 lines=() journal
  while kill -0 "$process" 2>/dev/null; do
    for journal in "$state"/runs/*/journal; do
      [[ -e "$journal" ]] || continue
      mapfile -t lines <"$journal"
      ((${#lines[@]} < wanted)) || return 0
    done
    read -rt 0.001 <>"$folder/never" || true
  done
  return 1
}

# One try: a run that gets SIGNAL when it has RECORDS records. Answers what went otherwise than it has to.
try() {
  local signal=$1 records=$2 status=0 process end
  state=$folder/state
  rm -rf "$state"
  # Not by the function, which would be a process of its own.
  "$program" run "$runbook" --yes --output jsonl --state "$state" >"$folder/run" 2>"$folder/errors" &
  process=$!
  if wait_for_records "$records" "$process"; then kill -"$signal" "$process" 2>/dev/null || true; fi
  wait "$process" 2>/dev/null || status=$?
  end=$(tail -n 1 "$folder/run" | field result)
  case "$signal $status" in
    "KILL 137" | *" 130") ;;
    *" 0") [[ "$end" == 'done' ]] || echo "status 0 without an end" ;;
    *) echo "the run ended with status $status: $(grep "^vsrrun: " "$folder/errors")" ;;
  esac
  if ((status != 0)); then
    vsrrun resume --yes --output jsonl >"$folder/run" 2>"$folder/errors" ||
      echo "the resume ended with status $?: $(grep "^vsrrun: " "$folder/errors")"
  fi
  [[ "$(changed "$folder/run")" == "$(changed "$folder/whole-run")" ]] ||
    echo "changed $(changed "$folder/run") instead of $(changed "$folder/whole-run")"
  system >"$folder/system"
  diff "$folder/after" "$folder/system" || echo "the machine is another one"
  vsrrun verify >"$folder/verified" || echo "verify: $(cat "$folder/verified")"
  vsrrun rollback --yes 2>"$folder/errors" || echo "the rollback ended with status $?: $(grep "^vsrrun: " "$folder/errors")"
  system >"$folder/system"
  diff "$folder/before" "$folder/system" || echo "the machine is not as it was"
}

# More often than systemd starts a service that does not stay.
for unit in containerd kubelet; do
  mkdir -p "/etc/systemd/system/$unit.service.d"
  printf '[Unit]\nStartLimitIntervalSec=0\n' >"/etc/systemd/system/$unit.service.d/00-often.conf"
done
systemctl daemon-reload

mkfifo "$folder/never"
state=$folder/state
# Once before what is counted: systemd reads some units for the first time.
vsrrun run "$runbook" --yes 2>/dev/null
vsrrun rollback --yes 2>/dev/null
rm -rf "$state"
system >"$folder/before"
vsrrun run "$runbook" --yes --output jsonl >"$folder/whole-run" 2>/dev/null
system >"$folder/after"
total=$(wc -l <"$(echo "$state"/runs/*/journal)")
vsrrun rollback --yes 2>/dev/null
system | diff "$folder/before" -
echo "# $total records, $(changed "$folder/whole-run") changes"

for ((number = 0; number < tries; number++)); do
  signal=${signals[number % ${#signals[@]}]}
  records=$((1 + number * (total - 1) / tries))
  problems=$(try "$signal" "$records")
  if [[ -z "$problems" ]]; then
    echo "ok - SIG$signal at record $records of $total"
  else
    echo "not ok - SIG$signal at record $records of $total"
    printf '%s\n' "$problems" | sed 's/^/# /'
  fi
done
