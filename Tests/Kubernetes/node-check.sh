#!/usr/bin/env bash
# The node of the lab is one: kubeadm, kubelet, pods, a reboot and a reset, by hand, without the product. What kubeadm leaves behind is
# written down here, since the product has to remove it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh

if ((EUID != 0)); then
  echo "ok 1 - a Kubernetes node in a container # SKIP needs root"
  exit 0
fi

lab=$PWD/Tests/Container/lab.sh
manifests=$PWD/Tests/Kubernetes/manifests
trap '"$lab" down' EXIT

inside() {
  "$lab" in "$@"
}

cluster() {
  inside kubectl --kubeconfig=/etc/kubernetes/admin.conf --request-timeout=10s "$@"
}

# What the install's steps D10 to D17 do, as far as kubeadm needs it, on a machine of two processors.
prepare() {
  inside tee /etc/modules-load.d/containerd.conf <<<$'overlay\nbr_netfilter' >/dev/null
  inside systemctl restart systemd-modules-load.service
  inside sysctl -q -w net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1 net.ipv4.ip_forward=1
  inside tee /etc/default/kubelet >/dev/null <<'END'
KUBELET_EXTRA_ARGS=--allowed-unsafe-sysctls=net.* --cgroup-driver=systemd --reserved-cpus=0 --cpu-manager-policy=static --topology-manager-policy=best-effort --feature-gates=IPv6DualStack=true
END
  inside systemctl restart kubelet.service
}

# --- what the checks look at -----------------------------------------------------------------------------------------------

# Without what containerd and the kubelet keep for themselves.
left_behind() {
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c '
    find /etc/kubernetes /etc/cni /var/lib/kubelet /var/lib/etcd /var/lib/cni /run/flannel -printf "%y %m %p\n" | LC_ALL=C sort -k 3
    ip -brief link | cut -d" " -f1 | sed "s/@.*//" | LC_ALL=C sort
    for family in iptables ip6tables; do
      $family-save 2>/dev/null | sed -n "s/^:\(KUBE-[A-Z0-9-]*\|CNI-[0-9a-f]*\).*/$family \1/p" |
        sed "s/\(KUBE-SVC\|KUBE-SEP\|CNI\)-.*/\1-…/"
    done | LC_ALL=C sort -u
    find /run/netns -name "cni-*" 2>/dev/null
    echo "kubelet: $(systemctl is-enabled kubelet.service) $(systemctl is-active kubelet.service)"'
}

# Pods that no container of this boot is ready for: after a reboot the API server tells of the boot before for a while.
not_started_since() {
  cluster get pods --all-namespaces -o json | jq -r --arg boot "$1" '
    .items[] | select([.status.containerStatuses[]? | select(.ready and (.state.running.startedAt // "") >= $boot)] == [])
    | .metadata.name'
}

boot_time() {
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c 'date -u -d "$(ps -o lstart= -p 1)" +%FT%TZ'
}

# Once a second, for so many seconds.
until_true() {
  local seconds=$1
  shift
  for ((; seconds > 0; seconds--)); do
    ! "$@" || return 0
    sleep 1
  done
  return 1
}

# --- checks ----------------------------------------------------------------------------------------------------------------

initialized() {
  inside kubeadm init --pod-network-cidr=10.244.0.0/16 --cri-socket unix:///run/containerd/containerd.sock
}

init_refuses_a_running_cluster() {
  local output
  if output=$(initialized 2>&1); then return 1; fi
  grep -F '[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty' <<<"$output"
  grep -F '[ERROR Port-6443]: Port 6443 is in use' <<<"$output"
}

node_is_ready() {
  cluster taint nodes --all node-role.kubernetes.io/master-
  cluster apply -f - <"$manifests/flannel.yml"
  cluster wait --request-timeout=0 --for=condition=Ready node --all --timeout=60s
}

pods_are_ready() {
  inside make-room
  cluster apply -f - <"$manifests/web.yml"
  cluster rollout --request-timeout=0 status deployment/web --timeout=60s
  cluster --namespace kube-system rollout --request-timeout=0 status deployment/coredns --timeout=60s
}

service_answers() {
  local address
  address=$(cluster get service web -o 'jsonpath={.spec.clusterIP}')
  for _ in {1..8}; do # more than one of its two pods
    inside timeout 5 bash -c "exec 3<>/dev/tcp/$address/80; printf 'GET /passwd HTTP/1.0\r\n\r\n' >&3; grep root: <&3"
  done
}

advertised() {
  [[ "$(cluster get node -o 'jsonpath={.items[0].status.allocatable.example\.com/vsr1}')" == 2 ]]
}

device_plugin_registers() {
  cluster apply -f - <"$manifests/device-plugin.yml"
  until_true 60 advertised
}

pod_has_its_devices() {
  cluster apply -f - <"$manifests/router.yml"
  cluster rollout --request-timeout=0 status deployment/router --timeout=60s
  equal "$(cluster exec deployment/router -- env | grep PCIDEVICE)" PCIDEVICE_EXAMPLE_COM_VSR1=0000:80:10.0,0000:80:10.1
  equal "$(cluster exec deployment/router -- cat /proc/sys/net/ipv4/ip_local_port_range)" $'30000\t40000'
  cluster exec -i deployment/router -- login <<<admin | grep 'Welcome admin'
}

back() {
  [[ -z "$(not_started_since "$boot" 2>&1)" ]]
}

pods_come_back_after_a_reboot() {
  "$lab" reboot
  boot=$(boot_time)
  until_true 180 back || {
    not_started_since "$boot"
    return 1
  }
  service_answers
}

reset() {
  inside kubeadm reset -f --cri-socket unix:///run/containerd/containerd.sock
}

reset_leaves_this_behind() {
  equal "$(left_behind)" "$(<Tests/Kubernetes/left-by-reset)"
}

# --- the tests, in their order ---------------------------------------------------------------------------------------------

"$lab" down # of a test that was killed
"$lab" up --node
prepare

check "kubeadm initializes with the documented flags" initialized
check "kubeadm refuses a second init" init_refuses_a_running_cluster
check "the node becomes ready when the pod network is there" node_is_ready
check "pods become ready" pods_are_ready
check "a service reaches its pods" service_answers
check "the device plugin's resources are on the node" device_plugin_registers
check "a pod gets its devices and sysctls" pod_has_its_devices
check "all pods come back after a reboot" pods_come_back_after_a_reboot
check "kubeadm resets" reset
check "what a reset leaves behind is what is written down" reset_leaves_this_behind
finish
