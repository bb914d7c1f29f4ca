#!/usr/bin/env bash
# The host half of the documented install, D1 to D17, for real: the released program on real systemd, D-Bus, journald, apt and dpkg,
# with packages that are stand-ins.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Container/live.sh "a run in a container"

# Of the distribution's, what the documented install asks for; and Kubernetes' own, with the key that the run is to trust.
Tests/Packages/repository.sh "$folder/debian" apt-transport-https curl docker.io
Tests/Packages/repository.sh "$folder/kubernetes" cri-tools kubeadm kubectl kubelet kubernetes-cni

# No huge pages: the container would take them from the host. No ports and no IOMMU: it has none.
install=(
  install-single-node.lua --set hugepages=0 --set 'nics=[]' --set iommu=off
  --set kubernetes_repository=file:///srv/kubernetes --set kubernetes_key=/srv/kubernetes/key.asc
  --set kubernetes_key_fingerprint="$(<"$folder/kubernetes/fingerprint")"
)
host_phase=(--yes --until containerd-and-kubelet)

# --- what the checks look at -----------------------------------------------------------------------------------------------

# Everything of a file but its times.
file_system() {
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c '
    set -- /etc /opt /usr /var/lib/apt/lists /var/lib/systemd/deb-systemd-helper-*
    find "$@" -printf "%y %m %u %g %p -> %l\n" | LC_ALL=C sort
    find /etc /usr/lib/systemd -type f -exec sha256sum {} + | LC_ALL=C sort -k 2'
}

# Every package with its version and state, and apt's marks.
packages() {
  # shellcheck disable=SC2016 # dpkg-query's fields
  inside dpkg-query -W -f='${binary:Package} ${Version} ${db:Status-Abbrev}\n'
  echo "auto:" && inside apt-mark showauto
  echo "held:" && inside apt-mark showhold
}

settings() {
  inside findmnt --noheadings --types hugetlbfs
  inside sysctl net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables net.ipv4.ip_forward \
    fs.inotify.max_user_instances fs.inotify.max_user_watches
}

version() {
  # shellcheck disable=SC2016 # dpkg-query's field
  inside dpkg-query -W -f='${Version}' "$1"
}

property() {
  inside systemctl show "$1" --property "$2" --value
}

content() {
  inside cat "$1"
}

# The soft limit of containerd's process, by the kernel's name for it.
limit() {
  inside cat "/proc/$(property containerd.service MainPID)/limits" | awk -v name="$1" 'index($0, name) == 1 { print $4 }'
}

# The program's journald entries, less what its units print: one JSON object a line, with their long fields.
entries() {
  inside journalctl -t vsrrun _TRANSPORT=journal --all --output json --no-pager
}

changed_effects() {
  jq -e 'select(.type == "run.finished").changed'
}

run_identifier() {
  jq -r 'select(.type == "run.started").run' "$folder/first"
}

# --- checks ----------------------------------------------------------------------------------------------------------------

first_run() {
  vsrrun run "${install[@]}" "${host_phase[@]}" --output jsonl >"$folder/first"
  (($(changed_effects <"$folder/first") > 0))
}

# D4. The package has no unit of Docker's own, but one of the name.
docker_is_set_up() {
  equal "$(inside systemctl is-enabled docker.service) $(property docker.service ActiveState)" "enabled active"
  equal "$(content /etc/docker/daemon.json | jq -c '."exec-opts"')" '["native.cgroupdriver=systemd"]'
}

# D5 to D7
repository_is_trusted_by_its_key() {
  equal "$(version apt-transport-https) $(version curl)" "2.6.1 7.88.1"
  cmp <(content /etc/apt/keyrings/kubernetes.gpg) <(gpg --dearmor <"$folder/kubernetes/key.asc")
  content /etc/apt/sources.list.d/kubernetes.sources | grep -Fx 'Signed-By: /etc/apt/keyrings/kubernetes.gpg'
}

# D8 and D9
packages_are_installed_and_held() {
  equal "$(version kubeadm) $(version kubelet) $(version kubectl)" "1.24.0-00 1.24.0-00 1.24.0-00"
  equal "$(inside apt-mark showauto cri-tools kubernetes-cni kubeadm kubelet kubectl)" $'cri-tools\nkubernetes-cni'
  equal "$(inside apt-mark showhold)" $'kubeadm\nkubectl\nkubelet'
  equal "$(inside systemctl is-enabled kubelet.service)" enabled
}

modules_are_listed() {
  equal "$(content /etc/modules-load.d/containerd.conf)" $'overlay\nbr_netfilter'
}

sysctl_files_say_what_is_live() {
  local key value
  while IFS=' =' read -r key value; do
    equal "$key $(inside sysctl -n "$key")" "$key $value"
  done < <(inside cat /etc/sysctl.d/99-kubernetes-cri.conf)
  equal "$(inside sysctl -n net.ipv4.ip_forward)" 1
}

inotify_limits_are_live() {
  equal "$(inside sysctl -n fs.inotify.max_user_instances fs.inotify.max_user_watches)" $'2048\n1048576'
}

containerd_has_the_properties() {
  equal "$(content /etc/systemd/system/containerd.service.d/override.conf)" \
    $'[Service]\nLimitMEMLOCK=4194304\nLimitNOFILE=1048576'
  equal "$(property containerd.service LimitMEMLOCK)" 4194304
  equal "$(property containerd.service LimitNOFILE)" 1048576
  equal "$(property containerd.service NeedDaemonReload)" no
  equal "$(property containerd.service ActiveState)" active
}

# A machine without CAP_SYS_RESOURCE cannot raise its hard limits: systemd then gives what there is.
containerd_runs_with_the_limits() {
  local files=1048576 hard
  hard=$(inside bash -c 'ulimit -Hn')
  [[ "$hard" == unlimited ]] || ((hard >= files)) || files=$hard
  equal "$(limit 'Max locked memory')" 4194304
  equal "$(limit 'Max open files')" "$files"
}

kubelet_has_the_flags() {
  property kubelet.service Environment | grep -F -e '--cpu-manager-policy=static --topology-manager-policy=best-effort'
  equal "$(property kubelet.service NeedDaemonReload)" no
  equal "$(property kubelet.service Restart)" always
}

# It ends and is started again all the time until kubeadm has configured it.
kubelet_was_restarted() {
  # shellcheck disable=SC2016 # for the shell inside
  inside bash -c '
    started=$(systemctl show kubelet.service --property ExecMainStartTimestamp --value --timestamp=us+utc)
    started=$(date -d "$started" +%s%N)
    changed=$(date -r /etc/systemd/system/kubelet.service.d/10-kubeadm.conf +%s%N)
    echo "started $started, flags written $changed"
    ((started > changed))'
}

every_event_is_in_journald() {
  local run
  run=$(run_identifier)
  diff <(jq .seq "$folder/first" | sort -nu) <(
    entries | jq --arg run "$run" 'select(.VSRRUN_RUN == $run and .VSRRUN_EVENT != "intent").VSRRUN_SEQ | tonumber' | sort -nu
  )
}

entries_have_their_fields() {
  entries | jq -es '
    (map(select(has("MESSAGE") and has("MESSAGE_ID") and has("PRIORITY") and has("VSRRUN_RUN") and has("VSRRUN_RUNBOOK")
      and has("VSRRUN_VERSION") and has("VSRRUN_EVENT") and has("VSRRUN_SEQ") and has("VSRRUN_DIGEST") and has("VSRRUN_RECORD")
      and (.VSRRUN_RECORD | fromjson | type == "object"))) | length) == length and length > 0'
}

effects_say_where_they_stand() {
  entries | jq -es '
    map(select(.VSRRUN_EVENT == "effect"))
    | length > 0 and all(has("VSRRUN_STEP") and has("VSRRUN_PRIMITIVE")
        and (.CODE_FILE | endswith(".lua")) and (.CODE_LINE | test("^[0-9]+$")))'
}

entries_are_explained() {
  local identifier
  while IFS= read -r identifier; do
    inside journalctl --dump-catalog "$identifier" | grep '^Subject: ' >/dev/null || {
      echo "no catalog entry: $identifier"
      return 1
    }
  done < <(entries | jq -r .MESSAGE_ID | sort -u)
  inside journalctl -t vsrrun -x --no-pager | grep '^░░ Subject: ' >/dev/null
}

second_run() {
  local before
  before=$(property containerd.service MainPID)
  vsrrun run "${install[@]}" "${host_phase[@]}" --output jsonl >"$folder/second"
  equal "$(changed_effects <"$folder/second")" 0
  equal "$(property containerd.service MainPID)" "$before"
}

rolled_back() {
  vsrrun rollback --yes # of the first run: the second has no effect that stands
}

file_system_is_as_it_was() {
  diff <(file_system) "$folder/file-system"
}

packages_are_as_they_were() {
  diff <(packages) "$folder/packages"
}

settings_are_as_they_were() {
  diff <(settings) "$folder/settings"
}

units_are_as_they_were() {
  equal "$(property containerd.service LimitNOFILE)" "$open_files"
  equal "$(property containerd.service NeedDaemonReload)" no
  equal "$(property kubelet.service LoadState) $(property docker.service LoadState)" "not-found not-found"
}

# The restart of containerd is made to wait, and the machine goes down under it.
cut_off_by_a_reboot() {
  inside mkdir -p /etc/systemd/system/containerd.service.d
  inside sh -c 'cat >/etc/systemd/system/containerd.service.d/00-wait.conf' <<'END'
[Service]
ExecStartPre=/bin/sh -c 'while [ -e /run/wait ]; do sleep 0.1; done'
END
  inside systemctl daemon-reload
  inside touch /run/wait
  vsrrun run "${install[@]}" "${host_phase[@]}" >"$folder/third" 2>&1 &
  local run=$!
  for _ in {1..300}; do
    [[ "$(property containerd.service SubState)" != start-pre ]] || break
    sleep 0.1
  done
  equal "$(property containerd.service SubState)" start-pre
  # First, as in a power cut, the program: it could still see the bus go away.
  inside pkill -KILL -x vsrrun
  "$lab" reboot --force --force
  ! wait "$run"
}

ends_by_itself() {
  local state=
  for _ in {1..1200}; do # more than systemd waits for a unit to stop
    state=$(vsrrun runs --output jsonl | head -n 1 | jq -r .state)
    [[ "$state" != "done until containerd-and-kubelet" ]] || return 0
    sleep 0.1
  done
  echo "the newest run is still: $state"
  inside journalctl --boot --no-pager --unit vsrrun-boot.service --unit vsrrun-resume.service | tail -n 40
  return 1
}

# --- the tests, in their order ---------------------------------------------------------------------------------------------

"$lab" up --no-kubelet --bind-ro="$folder/debian:/srv/debian" --bind-ro="$folder/kubernetes:/srv/kubernetes"
install_program
inside install -Dm644 -t /usr/lib/systemd/catalog /opt/vsrrun/vsrrun.catalog
inside journalctl --update-catalog
inside sh -c '
  echo "deb [signed-by=/srv/debian/key.asc] file:///srv/debian/ /" >/etc/apt/sources.list
  apt-get -qq update'
packages >"$folder/packages"
file_system >"$folder/file-system"
settings >"$folder/settings"
open_files=$(property containerd.service LimitNOFILE)

check "a run does the host steps" first_run
check "D4: Docker is enabled and has its settings" docker_is_set_up
check "D5 to D7: the repository is there, with its key" repository_is_trusted_by_its_key
check "D8 and D9: Kubernetes' packages are installed and held" packages_are_installed_and_held
check "D11: the modules are listed for the next boot" modules_are_listed
check "D12: the sysctl file says what is live" sysctl_files_say_what_is_live
check "D13: containerd's unit has the limits" containerd_has_the_properties
check "D14: the inotify limits are live" inotify_limits_are_live
check "D15: containerd's process has the limits" containerd_runs_with_the_limits
check "D16: kubelet's unit has the flags" kubelet_has_the_flags
check "D17: kubelet was restarted after that" kubelet_was_restarted
check "every event is in journald" every_event_is_in_journald
check "journald entries have their fields" entries_have_their_fields
check "effects in journald name step, primitive and line" effects_say_where_they_stand
check "journalctl -x explains every entry" entries_are_explained
check "a second run changes nothing" second_run
check "the run is rolled back" rolled_back
check "after the rollback the file system is as it was" file_system_is_as_it_was
check "after the rollback packages and marks are as they were" packages_are_as_they_were
check "after the rollback settings and mounts are as they were" settings_are_as_they_were
check "after the rollback the units are as they were" units_are_as_they_were
check "a reboot cuts a run off" cut_off_by_a_reboot
check "after the boot the run ends by itself" ends_by_itself
check "resumed: Kubernetes' packages are installed and held" packages_are_installed_and_held
check "resumed: containerd's unit has the limits" containerd_has_the_properties
check "resumed: containerd's process has the limits" containerd_runs_with_the_limits
check "resumed: kubelet's unit has the flags" kubelet_has_the_flags
finish
