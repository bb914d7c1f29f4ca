#!/usr/bin/env bash
# A Debian 12 machine with real systemd, D-Bus and journald in a container, for tests of what needs them.
#
#   lab.sh base             build the root file system, once; prints its path
#   lab.sh up [OPTION…]     boot a fresh container; OPTIONs go to systemd-nspawn (--bind-ro=PATH …)
#   lab.sh in CMD…          run CMD inside, with standard input and output; its exit status is the answer
#   lab.sh leader           print the host's process id of the container's PID 1
#   lab.sh wait             wait until the container has booted (again)
#   lab.sh reboot [OPTION…] reboot it and wait; OPTIONs go to systemctl (--force --force: no goodbye, as a power cut)
#   lab.sh down             end it and put back what it changed on the host; harmless when nothing is up
#
# VSRRUN_LAB names the folder of the running container (default: .build/lab in this repository). README.md tells how it works.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
lab=${VSRRUN_LAB:-$repository/.build/lab}
machine=vsrrun-lab
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

packages=(
  systemd systemd-sysv dbus udev kmod procps iproute2 mount util-linux containerd
  libsystemd0 liblua5.4-0 libyaml-0-2 # what a debug build of the tests links to
)

# Units that would act on the host through /sys and /proc, or on a network that is not there.
masked=(
  systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udev-trigger.service
  systemd-binfmt.service proc-sys-fs-binfmt_misc.automount systemd-pstore.service
  apt-daily.timer apt-daily-upgrade.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service
  console-getty.service getty@tty1.service
)

# shellcheck source-path=SCRIPTDIR
source "$here/host-state.sh"

fail() {
  echo "lab.sh: $*" >&2
  exit 1
}

base() {
  "$repository/.ci/debian-root.sh" bookworm "${packages[@]}"
}

# --- what is running -------------------------------------------------------------------------------------------------------

# A recorded process counts only while it is the same one: process ids are reused.
record_process() {
  echo "$1 $(start_time "$1")" >"$2"
}

start_time() {
  # The command's name, in parentheses, may hold spaces.
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

recorded_process() {
  local pid started
  [[ -e "$1" ]] || return 1
  read -r pid started <"$1"
  [[ -n "$started" && "$(start_time "$pid")" == "$started" ]] || return 1
  echo "$pid"
}

supervisor() {
  recorded_process "$lab/supervisor"
}

# The container's PID 1: the child of systemd-nspawn that is number 1 in the innermost process namespace.
leader() {
  local nspawn child
  nspawn=$(recorded_process "$lab/nspawn") || return 1
  for child in $(pgrep -P "$nspawn"); do
    if grep -qs $'^NSpid:.*\t1$' "/proc/$child/status"; then
      echo "$child"
      return
    fi
  done
  return 1
}

# --- control groups --------------------------------------------------------------------------------------------------------

# The container gets one control group in every hierarchy, below the one this process is in, so that the systemd inside does
# not take the host's for its own.
cgroup_directories() {
  local hierarchy controllers path mountpoint
  while IFS=: read -r hierarchy controllers path; do
    mountpoint=/sys/fs/cgroup/${controllers#name=}
    if [[ "$hierarchy" == 0 ]]; then # version 2: beside the others, or alone
      mountpoint=/sys/fs/cgroup/unified
      [[ -d "$mountpoint" ]] || mountpoint=/sys/fs/cgroup
    fi
    [[ ! -d "$mountpoint$path" ]] || echo "$mountpoint${path%/}/$machine"
  done </proc/self/cgroup
}

make_cgroups() {
  local directory parent
  cgroup_directories >"$lab/cgroups"
  while IFS= read -r directory; do
    mkdir -p "$directory"
    parent=$(dirname "$directory")
    if [[ -e "$directory/cpuset.cpus" && -e "$directory/cgroup.clone_children" ]]; then
      # Version 1 starts a cpuset group empty, and then takes no process.
      cat "$parent/cpuset.cpus" >"$directory/cpuset.cpus"
      cat "$parent/cpuset.mems" >"$directory/cpuset.mems"
      echo 1 >"$directory/cgroup.clone_children"
    fi
  done <"$lab/cgroups"
}

join_cgroups() {
  local directory
  while IFS= read -r directory; do
    echo "$BASHPID" >"$directory/cgroup.procs"
  done <"$lab/cgroups"
}

remove_cgroups() {
  local directory
  [[ -e "$lab/cgroups" ]] || return 0
  while IFS= read -r directory; do
    for _ in {1..50}; do # a group is busy until its last process has been reaped
      [[ -d "$directory" ]] || break
      find "$directory" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
    done
    [[ ! -d "$directory" ]] || echo "lab.sh: control group left behind: $directory" >&2
  done <"$lab/cgroups"
}

# --- the container ---------------------------------------------------------------------------------------------------------

# The host's settings can be remembered and put back for one container at a time. This lock is held by the descriptor that the
# supervisor inherits, so that it ends with it; the other one by whoever is putting things back.
turn_lock=/run/vsrrun-lab.lock
down_lock=/run/vsrrun-lab-down.lock

take_turn() {
  exec {turn}>"$turn_lock"
  flock --nonblock "$turn" || {
    echo "lab.sh: waiting for another container on this machine to end" >&2
    flock --timeout 1200 "$turn" || fail "the other container has not ended within 20 minutes"
  }
  flock "$down_lock" true
}

kernel_options() {
  if [[ -e /proc/config.gz ]]; then zcat /proc/config.gz; else cat "/boot/config-$(uname -r)"; fi
}

# modprobe inside is to succeed for what the host's kernel has built in, and for nothing else: nothing may be loaded into it.
write_built_in_modules() {
  local modules option module
  modules=$1/usr/lib/modules/$(uname -r)
  mkdir -p "$modules"
  : >"$modules/modules.order"
  while read -r option module; do
    if grep -qx "$option=y" "$lab/kernel-options"; then echo "$module"; fi
  done < <(grep -v '^#' "$here/guest/built-in-modules") >"$modules/modules.builtin"
  chroot "$1" depmod "$(uname -r)"
}

furnish() {
  local root=$1 unit
  for unit in "${masked[@]}"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
  echo "$machine" >"$root/etc/hostname"
  printf '127.0.0.1 localhost %s\n' "$machine" >"$root/etc/hosts"
  echo 6b1ab0000000000000000000000000ab >"$root/etc/machine-id"
  : >"$root/etc/fstab"
  mkdir -p "$root/var/log/journal" # a reboot keeps the journal

  install -Dm644 "$here/guest/kubelet.service" "$root/usr/lib/systemd/system/kubelet.service"
  install -Dm644 "$here/guest/10-kubeadm.conf" "$root/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
  install -Dm755 "$here/guest/kubelet-stand-in" "$root/usr/bin/kubelet"
  mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
  ln -sf /lib/systemd/system/kubelet.service "$root/etc/systemd/system/multi-user.target.wants/kubelet.service"
  write_built_in_modules "$root"
}

# Keeps the container running, in a mount namespace of its own: the overlay goes away with the last process that sees it.
supervise() {
  local root=$lab/root status
  mount -t overlay -o "lowerdir=$(base),upperdir=$lab/upper,workdir=$lab/work" "$machine" "$root"
  [[ -e "$root/usr/bin/kubelet" ]] || furnish "$root"
  while :; do
    (
      join_cgroups
      # Version 1 groups as on the documented system; /proc/sys and /sys writable as on a machine; no system call filter.
      export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0 SYSTEMD_NSPAWN_API_VFS_WRITABLE=1 SYSTEMD_SECCOMP=0 SYSTEMD_NSPAWN_LOCK=0
      exec systemd-nspawn --quiet --register=no --keep-unit --machine="$machine" --directory="$root" --boot \
        --private-network --capability=all --drop-capability=CAP_SYS_TIME --kill-signal=SIGRTMIN+3 \
        --link-journal=no --resolv-conf=off --timezone=off --console=read-only "$@"
    ) &
    record_process $! "$lab/nspawn"
    status=0
    wait $! || status=$?
    echo "systemd-nspawn ended with $status"
    ((status == 133)) || break # 133: the container asks to be started again
    remove_cgroups
    make_cgroups
  done
}

wait_until_booted() {
  local state pid
  for _ in {1..600}; do
    if pid=$(leader); then
      state=$(nsenter -t "$pid" -m -u -i -n -p -r -w systemctl is-system-running 2>/dev/null || true)
      [[ "$state" != running && "$state" != degraded ]] || return 0
    elif ! supervisor >/dev/null; then
      tail -n 20 "$lab/console.log" >&2
      fail "the container has ended; its console is above, and in $lab/console.log"
    fi
    sleep 0.1
  done
  fail "the container has not booted within a minute (state: ${state:-unknown}); its console is $lab/console.log"
}

up() {
  ((EUID == 0)) || fail "needs root"
  if supervisor >/dev/null; then fail "already up: lab.sh down ends it"; fi
  down # what a killed test left behind
  take_turn
  rm -rf "$lab"
  mkdir -p "$lab"/{root,upper,work}
  kernel_options >"$lab/kernel-options"
  base >"$lab/base"
  record_host_state "$lab/host-state"
  make_cgroups
  # NOTIFY_SOCKET would make systemd-nspawn talk to whoever started this script.
  env -u NOTIFY_SOCKET setsid unshare --mount --propagation private "${BASH_SOURCE[0]}" _supervise "$@" \
    >"$lab/console.log" 2>&1 </dev/null &
  record_process $! "$lab/supervisor"
  wait_until_booted
}

inside() {
  local pid
  pid=$(leader) || fail "no container is running: lab.sh up"
  join_cgroups
  exec nsenter -t "$pid" -m -u -i -n -p -C -r -w \
    env -i "TERM=${TERM:-dumb}" HOME=/root LANG=C.UTF-8 "PATH=$path" "$@"
}

reboot() {
  local before
  before=$(leader) || fail "no container is running: lab.sh up"
  ("${BASH_SOURCE[0]}" in systemctl reboot "$@") || true # the answer may be lost with the machine
  for _ in {1..1200}; do
    [[ -e /proc/$before ]] || break
    sleep 0.1
  done
  [[ ! -e /proc/$before ]] || fail "the container does not shut down; its console is $lab/console.log"
  wait_until_booted
}

down() (
  [[ -d "$lab" ]] || exit 0
  exec {putting_back}>"$down_lock"
  flock "$putting_back"
  # The supervisor first, which would take a killed container for one that has ended by itself.
  if pid=$(supervisor); then kill -KILL "$pid"; fi
  if pid=$(leader); then kill -KILL "$pid"; fi # and the kernel ends every process of its namespace
  if pid=$(recorded_process "$lab/nspawn"); then kill -KILL "$pid"; fi
  remove_cgroups
  restore_host_state "$lab/host-state"
  rm -f "$lab"/{supervisor,nspawn,cgroups}
)

command=${1-}
(($# == 0)) || shift
case "$command" in
  base) base ;;
  up) up "$@" ;;
  in) inside "$@" ;;
  leader) leader ;;
  wait) wait_until_booted ;;
  reboot) reboot "$@" ;;
  down) down ;;
  _supervise) supervise "$@" ;;
  *)
    sed -n '4,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 64
    ;;
esac
