#!/usr/bin/env bash
# A machine with two NUMA nodes, an IOMMU and two NICs with virtual functions: QEMU, emulated, with a real kernel.
#
#   machine.sh up [SNAPSHOT]   starts a new machine, from a snapshot if one is named, and waits until it answers
#   machine.sh ssh CMD…        runs a command on it, as root
#   machine.sh wait [BOOT]     waits until it answers, and has another boot identifier than BOOT
#   machine.sh boot-id         prints that identifier
#   machine.sh cut             cuts the power: QEMU is killed; what the machine had synced stays on its disk
#   machine.sh start           switches it on again
#   machine.sh snapshot NAME   switches it off in good order, and keeps its disk under this name
#   machine.sh login REGISTRY USER:PASSWORD
#                              has a registry ask who pulls from it
#   machine.sh forward NETDEV ADDRESS
#                              has another port of this machine lead to ssh there; VSRRUN_MACHINE_PORT=PORT uses it
#   machine.sh down            cuts the power, and throws the machine away
#
# VSRRUN_MACHINE names its folder (default: .build/machine in this repository); snapshots stay in `snapshots` below it, until the
# disk that they stand on is another. VSRRUN_MACHINE_OPTIONS has further arguments for QEMU.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${VSRRUN_MACHINE:-$here/../../.build/machine}

# GiB on each node. A page of 1 GiB is a free GiB in one piece: on a first node of 4 there was none left a minute after the boot,
# with half of it below the hole for PCI devices and the kernel in both halves.
memory=(6 4)
# Two on the first node, one on the second: with one less the pods' requests do not fit, and more of them than the builder has wait
# for each other.
processors=3

fail() {
  echo "machine.sh: $*" >&2
  exit 1
}

pid() {
  local pid
  pid=$(cat "$folder/pid" 2>/dev/null) && [[ "$(cat "/proc/$pid/comm" 2>/dev/null)" == qemu-system* ]] && echo "$pid"
}

port() {
  cat "$folder/port"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Every registry is this one, which the machine reaches at 10.0.2.2 and its port.
start_registry() {
  touch "$folder/logins"
  setsid python3 "$here/../Kubernetes/registry.py" 127.0.0.1 "$(cat "$folder/registry-port")" "$(cat "$folder/images")" "$folder/logins" \
    >>"$folder/registry.log" 2>&1 </dev/null &
  echo $! >"$folder/registry"
}

start() {
  local options=()
  ! pid >/dev/null || fail "it is running"
  read -ra options <<<"${VSRRUN_MACHINE_OPTIONS-}"
  # What the machine flushes is then with the builder's kernel, and outlives QEMU; what it does not flush may be lost, as with the
  # cache of a disk: killing QEMU is a power cut.
  setsid qemu-system-x86_64 -name vsrrun-lab -accel tcg,thread=multi,tb-size=1024 -cpu max -M q35,kernel-irqchip=split \
    -m "$((memory[0] + memory[1]))G" -smp "$processors,sockets=$processors" \
    -object "memory-backend-ram,id=m0,size=${memory[0]}G" -object "memory-backend-ram,id=m1,size=${memory[1]}G" \
    -numa node,nodeid=0,cpus=0-1,memdev=m0 -numa "node,nodeid=1,cpus=2-$((processors - 1)),memdev=m1" \
    -device intel-iommu,intremap=on,caching-mode=on \
    -drive "file=$folder/disk.qcow2,if=virtio,format=qcow2,cache=unsafe,discard=unmap" \
    -device pcie-root-port,id=rp1,chassis=1,slot=1 -device pcie-root-port,id=rp2,chassis=2,slot=2 \
    -device igb,bus=rp1,netdev=n1,mac=52:54:00:aa:00:01 -netdev user,id=n1,restrict=on,net=10.1.1.0/24 \
    -device igb,bus=rp2,netdev=n2,mac=52:54:00:aa:00:02 -netdev user,id=n2,restrict=on,net=10.1.2.0/24 \
    -device virtio-net-pci,netdev=n3,mac=52:54:00:aa:00:10 \
    -netdev "user,id=n3,hostfwd=tcp:127.0.0.1:$(port)-10.0.2.15:22" \
    -device virtio-rng-pci -display none -serial "file:$folder/console.log" \
    -monitor "unix:$folder/monitor,server=on,wait=off" -pidfile "$folder/pid" "${options[@]}" \
    >"$folder/qemu.log" 2>&1 </dev/null &
  for _ in {1..100}; do
    ! pid >/dev/null || return 0
    sleep 0.1
  done
  fail "QEMU did not start: $(cat "$folder/qemu.log")"
}

on_it() {
  ssh -i "$(cat "$folder/disk")/key" -p "${VSRRUN_MACHINE_PORT:-$(port)}" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
    -o ConnectTimeout=20 -o ServerAliveInterval=30 -o ServerAliveCountMax=10 root@127.0.0.1 "$@"
}

boot_id() {
  on_it cat /proc/sys/kernel/random/boot_id
}

# Has a port of this machine lead to ssh at another address of the guest: NETDEV ADDRESS. Its number is in `port-NETDEV`.
forward() {
  free_port >"$folder/port-$1"
  python3 - "$folder/monitor" "hostfwd_add $1 tcp:127.0.0.1:$(cat "$folder/port-$1")-$2:22" <<'END'
import socket, sys
monitor = socket.socket(socket.AF_UNIX)
monitor.connect(sys.argv[1])
monitor.sendall((sys.argv[2] + "\n").encode())
monitor.settimeout(2)
try:
    while monitor.recv(4096):
        pass
except TimeoutError:
    pass
END
}

# Hundredths of a second that its processors have worked.
processor_time() {
  awk '{ print $14 + $15 }' "/proc/$(pid)/stat"
}

wait_for() {
  local former=${1-} id began=$SECONDS worked busy=$SECONDS seen=$SECONDS now patience=40
  # One that is to boot anew may stand still before, for a service that does not end in time.
  [[ -z "$former" ]] || patience=200
  worked=$(processor_time 2>/dev/null || echo 0)
  while ((SECONDS - began < 900)); do
    id=$(boot_id 2>/dev/null </dev/null) && [[ "$id" != "$former" ]] && return 0
    now=$(processor_time 2>/dev/null) || fail "it has gone: $(tail -n 5 "$folder/qemu.log" "$folder/console.log")"
    # Ticking costs a tenth of a processor, booting about a whole one.
    ((now - worked < 50 * (SECONDS - seen))) || busy=$SECONDS
    worked=$now seen=$SECONDS
    # Seen now and then, with the IOMMU in use: early in the boot an emulated processor sleeps on without its timer, and nothing is
    # done any more. Whoever sits beside it would do the same.
    if ((SECONDS - busy > patience)); then
      echo "machine.sh: it does nothing, and does not answer: switched off and on again" >&2
      cut
      start
      worked=0 busy=$SECONDS
    fi
    sleep 1
  done
  tail -n 20 "$folder/console.log" >&2
  fail "it does not answer; the end of its console is above"
}

cut() {
  local pid
  pid=$(pid) || return 0
  kill -KILL "$pid"
  while [[ -e /proc/$pid ]]; do sleep 0.1; done
}

down() {
  local registry
  [[ -d "$folder" ]] || return 0
  cut
  registry=$(cat "$folder/registry" 2>/dev/null) && [[ "$(cat "/proc/$registry/comm" 2>/dev/null)" == python3 ]] && kill "$registry"
  find "$folder" -mindepth 1 -maxdepth 1 -not -name snapshots -exec rm -rf {} +
}

up() {
  local disk below
  "$here/qemu.sh"
  disk=$("$here/disk.sh")
  down
  mkdir -p "$folder/snapshots"
  # A snapshot is worth nothing without the disk below it.
  [[ "$(cat "$folder/snapshots/disk" 2>/dev/null)" == "$disk" ]] || rm -f "$folder"/snapshots/*
  echo "$disk" >"$folder/snapshots/disk"
  echo "$disk" >"$folder/disk"
  realpath "$disk/images.tar" >"$folder/images"
  below=$disk/disk.img
  if [[ -n "${1-}" ]]; then
    below=$folder/snapshots/$1.qcow2
    [[ -e "$below" ]] || fail "no snapshot '$1'"
    qemu-img create -q -f qcow2 -F qcow2 -b "$below" "$folder/disk.qcow2"
  else
    qemu-img create -q -f qcow2 -F raw -b "$below" "$folder/disk.qcow2"
  fi
  free_port >"$folder/port"
  free_port >"$folder/registry-port"
  start_registry
  start
  wait_for
  on_it "sed -i 's/10.0.2.2:[0-9]*/10.0.2.2:$(cat "$folder/registry-port")/' /etc/containerd/certs.d/_default/hosts.toml"
}

snapshot() {
  local pid
  pid=$(pid) || fail "it is not running"
  on_it systemctl poweroff || true
  for _ in {1..3000}; do
    [[ -e /proc/$pid ]] || break
    sleep 0.1
  done
  [[ ! -e /proc/$pid ]] || fail "it does not switch itself off"
  qemu-img convert -q -O qcow2 -F raw -B "$(cat "$folder/disk")/disk.img" "$folder/disk.qcow2" "$folder/snapshots/$1.qcow2"
}

command=${1-}
(($# == 0)) || shift
case "$command" in
  up) up "$@" ;;
  ssh) on_it "$@" ;;
  wait) wait_for "$@" ;;
  boot-id) boot_id ;;
  cut) cut ;;
  start) start ;;
  snapshot) snapshot "$@" ;;
  login) echo "$*" >>"$folder/logins" ;;
  forward) forward "$@" ;;
  down) down ;;
  *)
    sed -n '4,19s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 64
    ;;
esac
