#!/usr/bin/env bash
# A Debian 12 machine with real systemd, D-Bus and journald in a container, for tests of what needs them.
#
#   lab.sh base [PACKAGE…]  build the root file system, once, with further packages; prints its path
#   lab.sh up [--node | --no-kubelet] [OPTION…]
#                           boot a fresh container; OPTIONs go to systemd-nspawn (--bind-ro=PATH …)
#                           --node: one on which Kubernetes 1.20.2 can be installed: packages, images, a network with the host
#                           --no-kubelet: one without the stand-in of a kubelet, which a package is to bring
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
# shellcheck source-path=SCRIPTDIR
source "$here/../processes.sh"

fail() {
  echo "lab.sh: $*" >&2
  exit 1
}

base() {
  "$repository/.ci/debian-root.sh" bookworm "${packages[@]}" "$@"
}

# --- what is running -------------------------------------------------------------------------------------------------------

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

  if is_node; then # its kubelet comes with the packages that a test installs
    printf '127.0.0.1 localhost\n%s %s\n' "$(node_address)" "$machine" >"$root/etc/hosts"
    echo "nameserver 127.0.0.1" >"$root/etc/resolv.conf" # where nobody answers, and a client is told so at once
    mkdir -p "$root/etc/containerd/certs.d/_default"
    sed "s/HOST/$(host_address)/" "$here/../Kubernetes/guest/hosts.toml" >"$root/etc/containerd/certs.d/_default/hosts.toml"
  fi
  is_node || [[ -e "$lab/no-kubelet" ]] || furnish_kubelet "$root"
  write_built_in_modules "$root"
}

furnish_kubelet() {
  local root=$1
  install -Dm755 "$here/guest/kubelet-stand-in" "$root/usr/bin/kubelet"
  install -Dm644 "$here/guest/kubelet.service" "$root/usr/lib/systemd/system/kubelet.service"
  install -Dm644 "$here/guest/10-kubeadm.conf" "$root/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
  mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
  ln -sf /lib/systemd/system/kubelet.service "$root/etc/systemd/system/multi-user.target.wants/kubelet.service"
}

# --- a node ----------------------------------------------------------------------------------------------------------------

host_link=vsrrun-lab

# The first three bytes of addresses that are set aside for documentation: nobody's. A machine that uses some of them all the same
# keeps those: with its gateway's address on the link, it would be cut off.
free_network() {
  local network
  for network in 198.51.100 203.0.113 192.0.2; do
    if ! { ip -4 -oneline address && ip -4 route; } | grep -qF " $network."; then
      echo "$network"
      return
    fi
  done
  fail "this machine uses every network that is set aside for documentation: none is left for the container"
}

host_address() {
  echo "$(<"$lab/addresses").1"
}

node_address() {
  echo "$(<"$lab/addresses").2"
}

is_node() {
  [[ -e "$lab/node" ]]
}

# The state of containerd and of the kubelet does not work on an overlay. Of containerd's only the databases are ever
# written to again, so the rest, half a gigabyte, is the cache's own files by other names, where they are on the same disk.
make_node_state() {
  local node=$1
  mkdir -p "$lab/kubelet"
  cp -al "$node/containerd" "$lab/containerd" 2>/dev/null || {
    rm -rf "$lab/containerd"
    cp -a "$node/containerd" "$lab/containerd"
  }
  (
    cd "$node/containerd"
    find . -name '*.db' -exec cp -a --parents --remove-destination -t "$lab/containerd" {} +
  )
}

# A network namespace with one interface, to the host alone. kubelet asks for a cloud's metadata: told at once that there is none.
make_network() {
  touch "$lab/network"
  unshare --net="$lab/network" true
  nsenter --net="$lab/network" ip link add eth0 type veth peer name "$host_link" netns $$
  ip address add "$(host_address)/24" dev "$host_link"
  ip link set "$host_link" up
  nsenter --net="$lab/network" ip -batch - <<END
link set lo up
address add $(node_address)/24 dev eth0
link set eth0 up
route add default via $(host_address)
route add unreachable 169.254.0.0/16
END
}

remove_network() {
  umount "$lab/network" 2>/dev/null || true
  ip link delete "$host_link" 2>/dev/null || true
}

# Its images can be pulled too: containerd asks this registry for every other. The file of logins is a test's to fill.
start_registry() {
  touch "$lab/logins"
  python3 "$here/../Kubernetes/registry.py" "$(host_address)" 5000 "$1/images.tar" "$lab/logins" >"$lab/registry.log" 2>&1 &
  record_process $! "$lab/registry"
}

# kube-proxy wants this many entries and may not set it, where only the host's own network namespace has the setting.
allow_connections() {
  local setting=/proc/sys/net/netfilter/nf_conntrack_max
  [[ ! -e "$setting" ]] || (($(<"$setting") == 131072)) || echo 131072 >"$setting"
}

# Keeps the container running, in a mount namespace of its own: the overlay goes away with the last process that sees it.
supervise() {
  local root=$lab/root lower status pid options=() init=()
  lower=$(<"$lab/base")
  if is_node; then
    lower=$(<"$lab/node")/root:$lower
    options=(--network-namespace-path="$lab/network" --bind=/dev/kmsg
      --bind="$lab/containerd:/var/lib/containerd" --bind="$lab/kubelet:/var/lib/kubelet")
    init=(/usr/local/sbin/node-init)
    make_network
    start_registry "$(<"$lab/node")"
  else
    options=(--private-network --boot)
  fi
  mount -t overlay -o "lowerdir=$lower,upperdir=$lab/upper,workdir=$lab/work" "$machine" "$root"
  furnish "$root"
  while :; do
    (
      join_cgroups
      # Version 1 groups as on the documented system; /proc/sys and /sys writable as on a machine; no system call filter.
      export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0 SYSTEMD_NSPAWN_API_VFS_WRITABLE=1 SYSTEMD_SECCOMP=0 SYSTEMD_NSPAWN_LOCK=0
      exec systemd-nspawn --quiet --register=no --keep-unit --machine="$machine" --directory="$root" "${options[@]}" \
        --capability=all --drop-capability=CAP_SYS_TIME --kill-signal=SIGRTMIN+3 \
        --link-journal=no --resolv-conf=off --timezone=off --console=read-only "$@" "${init[@]}"
    ) &
    record_process $! "$lab/nspawn"
    status=0
    wait $! || status=$?
    echo "systemd-nspawn ended with $status"
    ((status == 133)) || break # 133: the container asks to be started again
    remove_cgroups
    make_cgroups
    if is_node; then
      remove_network
      make_network
    fi
  done
  if pid=$(recorded_process "$lab/registry"); then kill "$pid"; fi
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
  local node='' kubelet=stand-in
  ((EUID == 0)) || fail "needs root"
  case "${1-}" in
    --node)
      shift
      node=$("$here/../Kubernetes/node.sh")
      ;;
    --no-kubelet)
      shift
      kubelet=none
      ;;
  esac
  if supervisor >/dev/null; then fail "already up: lab.sh down ends it"; fi
  down # what a killed test left behind
  take_turn
  rm -rf "$lab"
  mkdir -p "$lab"/{root,upper,work}
  kernel_options >"$lab/kernel-options"
  if [[ -n "$node" ]]; then
    readlink "$node/base" >"$lab/base"
    echo "$node" >"$lab/node"
    free_network >"$lab/addresses"
    make_node_state "$node"
  else
    base >"$lab/base"
  fi
  [[ "$kubelet" != none ]] || touch "$lab/no-kubelet"
  record_host_state "$lab/host-state"
  [[ -z "$node" ]] || allow_connections
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
  if pid=$(recorded_process "$lab/registry"); then kill -KILL "$pid"; fi
  remove_cgroups
  if is_node; then remove_network; fi
  restore_host_state "$lab/host-state"
  rm -f "$lab"/{supervisor,nspawn,registry,cgroups}
)

command=${1-}
(($# == 0)) || shift
case "$command" in
  base) base "$@" ;;
  up) up "$@" ;;
  in) inside "$@" ;;
  leader) leader ;;
  wait) wait_until_booted ;;
  reboot) reboot "$@" ;;
  down) down ;;
  _supervise) supervise "$@" ;;
  *)
    sed -n '4,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 64
    ;;
esac
