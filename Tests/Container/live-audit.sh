#!/usr/bin/env bash
# The audit, for real: a run is rebuilt from journald alone, and journald's limits, a full journal and a stopped journald lose
# none of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Container/live.sh "the audit in a container"

# As a unit, since journald limits the rate of units.
vsrrun_unit() {
  inside systemd-run --quiet --wait --pipe /opt/vsrrun/vsrrun "$@"
}

new_run() {
  "$1" run /opt/host-half.lua --yes --output jsonl >"$folder/run" 2>"$folder/errors"
  run=$(jq -r 'select(.type == "run.started").run' "$folder/run" | head -n 1)
  echo "$run" >"$folder/name"
}

name() {
  cat "$folder/name"
}

run_folder() {
  echo "/var/lib/vsrrun/runs/$(name)"
}

# Restarts journald with these settings, and without those of an earlier test.
set_journald() {
  inside mkdir -p /etc/systemd/journald.conf.d
  printf '[Journal]\n%s\n' "$1" | inside sh -c 'cat >/etc/systemd/journald.conf.d/test.conf'
  inside systemctl restart systemd-journald.service
}

# --- a run rebuilt ---------------------------------------------------------------------------------------------------------

journald_has_the_run() {
  new_run vsrrun
  vsrrun verify "$(name)" --from-journald >"$folder/verified"
  cat "$folder/verified"
  grep "^journald: $(inside wc -l "$(run_folder)/journal" | cut -d' ' -f1) records, each chained" "$folder/verified"
  # Both say the same last digest.
  equal "$(grep -o 'last digest .*' "$folder/verified" | sort -u | wc -l)" 1
}

the_folder_is_not_needed() {
  vsrrun log "$(name)" >"$folder/log"
  inside mv "$(run_folder)" /var/tmp/away
  vsrrun verify "$(name)" --from-journald -o /var/tmp/rebuilt
  inside cmp /var/tmp/away/journal /var/tmp/rebuilt/journal
  vsrrun log "$(name)" 2>"$folder/note" | diff "$folder/log" -
  grep "this is what journald has" "$folder/note"
  inside mv /var/tmp/away "$(run_folder)"
}

a_changed_journal_is_noticed() {
  inside cp "$(run_folder)/journal" /var/tmp/journal
  # shellcheck disable=SC2016 # for sed: the last record goes; the rest is a journal like any other.
  inside sed -i -e '$ d' "$(run_folder)/journal"
  if vsrrun verify "$(name)" --from-journald >"$folder/verified"; then return 1; fi
  grep "the run's journal lacks record .*, which journald has" "$folder/verified"
  # What was never there, chained or not, is damage.
  inside sh -c "sed -i 's/containerd/docker/' '$(run_folder)/journal'"
  if vsrrun verify "$(name)" --from-journald >"$folder/verified"; then return 1; fi
  grep "is damaged or missing" "$folder/verified"
  inside mv /var/tmp/journal "$(run_folder)/journal"
  vsrrun verify "$(name)" --from-journald
}

# --- journald's rate limit -------------------------------------------------------------------------------------------------

the_rate_limit_drops_entries() {
  # journald allows more where the disk has room: about four times as much, and that for each priority.
  set_journald $'RateLimitIntervalSec=2s\nRateLimitBurst=2'
  new_run vsrrun_unit
  inside journalctl --no-pager -t systemd-journald | grep "Suppressed .* messages"
}

# What is not there when a run ends is sent when a command is at work again.
nothing_is_lost_by_it() {
  local n
  for n in {1..40}; do
    if vsrrun verify "$(name)" --from-journald >"$folder/verified"; then
      echo "after $n tries"
      return
    fi
    vsrrun_unit boot
  done
  cat "$folder/verified"
  return 1
}

# --- a full journal --------------------------------------------------------------------------------------------------------

a_full_journal_says_what_is_missing() {
  set_journald $'SystemMaxUse=4M\nSystemMaxFileSize=512K\nRateLimitBurst=0'
  new_run vsrrun
  vsrrun verify "$(name)" --from-journald
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c 'for _ in $(seq 40); do head -c 300000 /dev/urandom | base64 -w 1000 | systemd-cat; done'
  inside journalctl --sync
  if vsrrun verify "$(name)" --from-journald >"$folder/verified"; then
    inside journalctl --disk-usage
    return 1
  fi
  cat "$folder/verified"
  grep -e "journald lacks " -e "journald has no record" "$folder/verified"
  # The run's own journal is untouched by it.
  vsrrun verify "$(name)"
}

# --- journald stopped ------------------------------------------------------------------------------------------------------

journald_is_stopped() {
  set_journald ''
  inside systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket \
    systemd-journald.service
  inside systemctl is-active systemd-journald.service && return 1
  new_run vsrrun
  equal "$(jq -r 'select(.type == "run.finished").result' "$folder/run")" "done"
  equal "$(grep -c "the records do not reach journald" "$folder/errors")" 1
  inside systemctl start systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service
  if vsrrun verify "$(name)" --from-journald >"$folder/verified"; then return 1; fi
  cat "$folder/verified"
}

what_it_missed_is_sent_later() {
  vsrrun boot
  vsrrun verify "$(name)" --from-journald
}

# journald goes away in the middle, and with it what it was handed and had not written.
journald_is_killed_in_the_middle() {
  vsrrun run /opt/host-half.lua --yes --set slow=0.6 --output jsonl >"$folder/run" 2>"$folder/errors" &
  local process=$!
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c 'for _ in $(seq 12); do systemctl kill --signal KILL systemd-journald.service; sleep 0.25; done'
  inside systemctl reset-failed systemd-journald.service || true
  inside systemctl start systemd-journald.service
  wait "$process"
  jq -r 'select(.type == "run.started").run' "$folder/run" >"$folder/name"
  vsrrun boot
  vsrrun verify "$(name)" --from-journald
}

roll_back() {
  vsrrun rollback --yes >/dev/null 2>&1
}

"$lab" up
install_program
inside sh -c 'cat >/opt/host-half.lua' <Tests/Container/host-half.lua

check "a run is rebuilt from journald, digest by digest" journald_has_the_run
check "and without its folder, byte for byte" the_folder_is_not_needed
check "a journal that was changed is noticed" a_changed_journal_is_noticed
roll_back
check "a tiny rate limit drops entries" the_rate_limit_drops_entries
check "and nothing is lost by it" nothing_is_lost_by_it
roll_back
check "a full journal has made room, and verify says what is missing" a_full_journal_says_what_is_missing
roll_back
check "a run without journald warns once and goes on" journald_is_stopped
check "what journald missed is sent when it can be" what_it_missed_is_sent_later
roll_back
check "a journald that is killed in the middle loses nothing" journald_is_killed_in_the_middle
finish
