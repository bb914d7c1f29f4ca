#!/usr/bin/env bash
# The whole install, for real: the released program makes a machine a node with the router on it, by real packages, kubeadm, kubelet
# and containerd; is killed in kubeadm's phases; outlives a reboot; and takes everything back.
#
# What the real services taught is said where it counts: in kill-in-phase.sh, in Sources/Primitives/Kubernetes and in README.md.
# What is a stand-in is told in README.md. Not shown here, since the lab has none: NICs with SR-IOV, loadable modules, huge pages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Container/live.sh "the install on a Kubernetes node"

phases=(
  preflight certs kubeconfig kubelet-start control-plane etcd wait-control-plane upload-config mark-control-plane bootstrap-token
  kubelet-finalize addon
)
lab_folder=${VSRRUN_LAB:-$PWD/.build/lab}
here=$PWD/Tests/Kubernetes

cluster() {
  inside kubectl --kubeconfig=/etc/kubernetes/admin.conf --cache-dir=/tmp/kubectl --request-timeout=10s "$@"
}

# --- the machine -----------------------------------------------------------------------------------------------------------

# Stands for the repository of a CNI plugin: NAME TAG
repository() {
  cp -r "$here/plugins/$1" "$folder/git/$1"
  git -C "$folder/git/$1" init --quiet
  git -C "$folder/git/$1" add .
  git -C "$folder/git/$1" -c user.name=tester -c user.email=tester@example.com commit --quiet --message "$2"
  git -C "$folder/git/$1" tag "$2"
}

# The host's kernel has none of these, and no module can be loaded into it: the install's steps find them built in.
pretend_modules() {
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c '
    for module in drivers/vfio/pci/vfio-pci drivers/vhost/vhost_net drivers/net/ppp/ppp_generic; do
      echo "kernel/$module.ko" >>"/usr/lib/modules/$(uname -r)/modules.builtin"
    done
    depmod'
}

# Every form in which the password could be found, one a line: as it is, and inside a text in base64, wherever it begins there.
write_patterns() {
  local pad
  printf '%s\n' "$password"
  for pad in '' x xx; do printf '%s%s' "$pad" "$password" | base64 --wrap=0 | cut -c5-28; done
}

prepare() {
  install_program
  pretend_modules
  inside sh -c 'cat >/srv/kube-flannel.yml' <"$here/manifests/flannel.yml"
  inside sh -c 'cat >/root/device-plugin.lua' <"$here/device-plugin.lua"
  password=$(openssl rand -hex 16)
  inside sh -c 'umask 077; cat >/root/password' <<<"$password"
  write_patterns | inside sh -c 'umask 077; cat >/root/patterns'
  # The router's image is not there, and its registry wants to know who asks.
  inside ctr --namespace k8s.io images remove download.6wind.com/vsr/x86_64-ce/3.5:3.5.1 >/dev/null
  echo "download.6wind.com tester:$password" >"$lab_folder/logins"

  install=(
    install-single-node.lua --yes --output jsonl
    --set 'nics=[]' --set iommu=off --set hugepages=0 --set reserved_cpus=0
    --set pod_cpus=0.1 --set pod_memory=64Mi --set pod_hugepages= --set pod_timeout=120
    --set kubernetes=1.20.2 --set kubernetes_images=k8s.gcr.io
    --set kubernetes_repository=file:///srv/kubernetes --set kubernetes_key=/srv/kubernetes/key.asc
    --set "kubernetes_key_fingerprint=$(inside cat /srv/kubernetes/fingerprint)"
    --set flannel_manifest=/srv/kube-flannel.yml
    --set "flannel_sha256=$(sha256sum "$here/manifests/flannel.yml" | cut -d' ' -f1)"
    --set multus_repository=/srv/git/multus-cni --set sriov_cni_repository=/srv/git/sriov-cni
    --set login=tester --set password=file:/root/password
  )
}

# --- what the checks look at -----------------------------------------------------------------------------------------------

# Everything of a file but its times; without what Debian packages leave when they are purged: the key of a docker daemon, the group
# docker (and the copies of the files in which it was not yet), empty directories for certificates.
file_system() {
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c '
    set -- /etc /opt/cni /usr/bin /usr/lib/systemd /usr/local /root /var/lib/etcd /var/lib/cni
    packages_leave=" /etc/docker( |/key.json$|/key.json )| /etc/ssl(/certs)? | /etc/g(roup|shadow)-?$"
    {
      find "$@" -printf "%y %m %u %g %p -> %l\n" 2>/dev/null | LC_ALL=C sort
      find /etc /root -type f -exec sha256sum {} + | LC_ALL=C sort -k 2
    } | grep -vE "$packages_leave"
    grep -v "^docker:" /etc/group /etc/gshadow'
}

# Every package with its version and state, and apt's marks.
packages() {
  # shellcheck disable=SC2016 # dpkg-query's fields
  inside dpkg-query -W -f='${binary:Package} ${Version} ${db:Status-Abbrev}\n'
  echo "auto:" && inside apt-mark showauto
  echo "held:" && inside apt-mark showhold
}

# Whatever tells of a cluster. `kubeadm reset` itself leaves /etc/cni/net.d, packet filter rules, network devices and ~/.kube/config.
traces_of_a_cluster() {
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c '
    find /etc/kubernetes /etc/cni/net.d /var/lib/etcd /var/lib/cni /run/flannel /root/.kube /var/lib/kubelet/pods \
      /var/lib/kubelet/pki /var/lib/kubelet/config.yaml -not -type d 2>/dev/null
    ip -brief link | grep -o -e "^cni0" -e "^flannel[^ @]*" -e "^veth[^ @]*"
    for family in iptables ip6tables; do
      $family-save 2>/dev/null | grep -e KUBE- -e CNI- -e FLANNEL- -e "10\.244\." | sed "s/^/$family: /"
    done
    find /run/netns -name "cni-*" 2>/dev/null
    grep -o "/var/lib/kubelet/pods[^ ]*" /proc/mounts
    pgrep -l "^kube[a-]|^etcd"
    echo "that is all"'
}

ends_with() {
  local expected=$1 name=$2 status=0
  shift 2
  vsrrun "$@" >"$folder/$name" 2>"$folder/$name.err" || status=$?
  ((status == expected)) || {
    echo "vsrrun $1 ended with $status, expected $expected"
    tail -n 30 "$folder/$name.err"
    return 1
  }
}

changed_effects() {
  jq -e 'select(.type == "run.finished").changed' "$folder/$1"
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

# --- the machine's half, and kubeadm killed --------------------------------------------------------------------------------

installs_packages() {
  ends_with 0 host run "${install[@]}" --until containerd-and-kubelet
  equal "$(inside kubeadm version -o short)" v1.20.2
  equal "$(inside systemctl is-enabled kubelet.service docker.service)" $'enabled\nenabled'
}

# Recovers what the kill before this one has left, and is killed in a phase.
is_killed_in() {
  local phase=$1 runner
  vsrrun resume "$run" --until cluster >"$folder/killed" 2>&1 &
  runner=$!
  inside bash -s -- "$phase" <"$here/kill-in-phase.sh" || {
    inside pkill -KILL -x vsrrun || true # the next phase has the run to itself
    cat "$folder/killed"
    return 1
  }
  if wait "$runner"; then return 1; fi
}

cluster_is_whole() {
  ends_with 0 resumed resume "$run" --until cluster --output jsonl
  equal "$(cluster get --raw=/readyz)" ok
  cluster get nodes -o name
  cluster --namespace kube-system get daemonset/kube-proxy deployment/coredns
}

rolls_back_to_no_cluster() {
  ends_with 0 rollback rollback --yes --to containerd-and-kubelet
  equal "$(traces_of_a_cluster)" "that is all"
  equal "$(inside systemctl is-enabled kubelet.service)" enabled
}

half_a_cluster_is_rolled_back() {
  is_killed_in wait-control-plane
  rolls_back_to_no_cluster
}

# kubeadm outlives the program: the resume waits for it, and initializes nothing anew.
kubeadm_is_left_alone() {
  local runner
  vsrrun resume "$run" --until taint-control-plane >"$folder/left" 2>&1 &
  runner=$!
  until_true 60 inside test -e /etc/kubernetes/manifests/etcd.yaml
  inside pkill -KILL -x vsrrun
  if wait "$runner"; then return 1; fi
  inside pgrep -x kubeadm
  ends_with 0 waited resume --output jsonl
  grep "waiting for what this run left at work: process [0-9]* kubeadm" "$folder/waited.err"
  if grep "kubeadm reset" "$folder/waited.err"; then return 1; fi
  equal "$(cluster get --raw=/readyz)" ok
}

kubeconfig_is_there() {
  equal "$(inside stat -c '%a %U' /root/.kube/config)" "600 root"
  inside kubectl --cache-dir=/tmp/kubectl get nodes -o name
}

node_has_no_taints_of_a_control_plane() {
  # The kubelet's own stays until there is a pod network.
  equal "$(cluster get nodes -o 'jsonpath={.items[*].spec.taints[*].key}')" node.kubernetes.io/not-ready
}

# --- the whole -------------------------------------------------------------------------------------------------------------

# Looks at the arguments and the environment of every process for the password, over and over, until /run/watch/ended is there.
watch_processes() {
  inside mkdir -m 700 /run/watch
  inside bash -c '
    cd /run/watch
    until [[ -e ended ]]; do
      grep -lasFf /root/patterns /proc/[0-9]*/cmdline /proc/[0-9]*/environ >>leaks
      pgrep -a -x kubectl >>kubectl
      sleep 0.03
    done' &
  watcher=$!
}

# Goes on with the run until its journal has some records more.
is_cut_off_by() {
  local signal=$1 status=0 runner
  vsrrun resume "$run" --output jsonl >"$folder/cut" 2>&1 &
  runner=$!
  # shellcheck disable=SC2016 # for the shell inside
  inside bash -c '
    journal=/var/lib/vsrrun/runs/$1/journal
    wanted=$(($(wc -l <"$journal") + 4))
    for ((look = 0; look < 6000; look++)); do
      (($(wc -l <"$journal") < wanted)) || break
      sleep 0.01
    done
    pkill -"$2" -x vsrrun' - "$run" "$signal"
  wait "$runner" || status=$?
  case "$signal $status" in
    "KILL 137" | *" 130") ;;
    *)
      echo "SIG$signal: the run ended with status $status"
      tail -n 5 "$folder/cut"
      return 1
      ;;
  esac
}

installs_the_rest() {
  local status=0 signal
  inside make-room
  watch_processes
  for signal in KILL TERM INT HUP KILL TERM INT HUP; do is_cut_off_by "$signal" || status=$?; done
  ends_with 0 whole resume "$run" --output jsonl || status=$?
  inside touch /run/watch/ended
  wait "$watcher" || true
  return "$status"
}

router_is_ready() {
  equal "$(cluster get pods --selector app=fastpath -o 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}')" True
  equal "$(cluster get pods --selector app=fastpath -o 'jsonpath={.items[*].status.qosClass}')" Guaranteed
  equal "$(cluster exec deployment/vsr -- cat /proc/sys/net/ipv4/ip_local_port_range)" $'30000\t40000'
  cluster exec -i deployment/vsr -- login <<<admin | grep 'Welcome admin'
}

image_came_with_the_login() {
  grep '/v2/vsr/x86_64-ce/3.5/manifests/3.5.1?ns=download.6wind.com HTTP/1.1" 200' "$lab_folder/registry.log"
  grep '/v2/vsr/x86_64-ce/3.5/manifests/3.5.1?ns=download.6wind.com HTTP/1.1" 401' "$lab_folder/registry.log"
}

plugins_are_built() {
  equal "$(inside /opt/cni/bin/multus 2>&1)" "stand-in for multus 3.8"
  equal "$(inside /opt/cni/bin/sriov 2>&1)" "stand-in for sriov-cni 2.6.1"
}

second_run() {
  ends_with 0 second run "${install[@]}"
  equal "$(changed_effects second)" 0
}

device_plugin_registers() {
  ends_with 0 devices run /root/device-plugin.lua --yes --output jsonl
  equal "$(cluster get node -o 'jsonpath={.items[0].status.allocatable.intel\.com/intel_sriov_nic_vsr2}')" 1
  ends_with 0 again run /root/device-plugin.lua --yes --output jsonl
  equal "$(changed_effects again)" 0
  ends_with 0 taken rollback --yes
  equal "$(cluster --namespace kube-system get daemonsets -o name | grep sriov || true)" ""
}

password_was_in_no_process() {
  grep -- '--server-side' <(inside cat /run/watch/kubectl) >/dev/null # those that were to be seen
  equal "$(inside cat /run/watch/leaks)" ""
}

# In what runs left: their folders, the journal, files of the system; and what they said. etcd has it, as Kubernetes wants it.
password_is_nowhere() {
  inside test -d /var/lib/vsrrun
  # shellcheck disable=SC2016 # for the shell inside
  equal "$(inside sh -c '
    find / -xdev -type f -not -path "/proc/*" -not -path "/sys/*" -not -path "/var/lib/etcd/*" -not -path "/usr/*" \
      -not -path "/srv/*" -not -path /root/password -not -path /root/patterns -exec grep -lasFf /root/patterns {} +
    find /run /tmp /dev/shm -type f -exec grep -lasFf /root/patterns {} +
    journalctl --all --output export --no-pager | grep -aFf /root/patterns
    true')" ""
  equal "$(write_patterns | grep -rlF -f - "$folder" || true)" ""
}

boot_time() {
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c 'date -u -d "$(ps -o lstart= -p 1)" +%FT%TZ'
}

# Pods that no container of this boot is ready for: the API server tells of the boot before for a while.
not_back() {
  cluster get pods --all-namespaces -o json | jq -r --arg boot "$boot" '
    .items[] | select([.status.containerStatuses[]? | select(.ready and (.state.running.startedAt // "") >= $boot)] == [])
    | .metadata.name'
}

all_are_back() {
  [[ -z "$(not_back 2>&1)" ]]
}

comes_back_after_a_reboot() {
  "$lab" reboot
  boot=$(boot_time)
  until_true 400 all_are_back || {
    not_back
    return 1
  }
  equal "$(inside systemctl is-active vsrrun-boot.service)" active
  router_is_ready
}

run_after_the_reboot() {
  ends_with 0 rebooted run "${install[@]}"
  equal "$(changed_effects rebooted)" 0
}

# --- and back --------------------------------------------------------------------------------------------------------------

rolls_back() {
  ends_with 0 back rollback --yes
}

no_cluster_is_left() {
  equal "$(traces_of_a_cluster)" "that is all" || {
    inside ls -ld --time-style=full-iso /sys/class/net/cni0 /var/lib/cni /run/flannel /run/netns
    inside journalctl -n 150 --no-pager -o short-precise -u containerd -u kubelet -t vsrrun
    return 1
  }
}

packages_are_as_before() {
  diff "$folder/packages" <(packages)
}

files_are_as_before() {
  diff "$folder/file-system" <(file_system)
}

# --- the tests, in their order ---------------------------------------------------------------------------------------------

mkdir "$folder/git"
repository multus-cni v3.8
repository sriov-cni v2.6.1

"$lab" up --node --bind-ro="$folder/git:/srv/git"
prepare
packages >"$folder/packages"
file_system >"$folder/file-system"

check "D1 to D17: packages, their repository and services" installs_packages
run=$(vsrrun runs --output jsonl | head -n 1 | jq -r .run)
for phase in "${phases[@]}"; do
  check "D18: kubeadm init is killed in $phase, after what was left is recovered" is_killed_in "$phase"
done
check "D18: after all of them the cluster is whole" cluster_is_whole
check "D18: it is rolled back without a trace" rolls_back_to_no_cluster
check "D18: half a cluster is rolled back without a trace" half_a_cluster_is_rolled_back
check "D18 to D21: kubeadm outlives the program, and is waited for" kubeadm_is_left_alone
check "D19: kubectl finds the cluster" kubeconfig_is_there
check "D20 and D21: nothing keeps pods from the node" node_has_no_taints_of_a_control_plane
check "D22 to D38: the run, cut off eight times, goes on to its end" installs_the_rest
check "D37: the pod is Ready, with its sysctls" router_is_ready
check "D34: the image was pulled with the login" image_came_with_the_login
check "D24 and D25: the plugins are built" plugins_are_built
check "a second run changes nothing" second_run
check "D31 to D33: the device plugin's resources are on the node, and taken back" device_plugin_registers
check "the password was in no argument list and no environment" password_was_in_no_process
check "the password is nowhere in what is left" password_is_nowhere
check "after a reboot the pod is back" comes_back_after_a_reboot
check "a run after the reboot changes nothing" run_after_the_reboot
check "everything is rolled back" rolls_back
check "no trace of a cluster is left" no_cluster_is_left
check "packages are as before" packages_are_as_before
check "files are as before" files_are_as_before
finish
