#!/usr/bin/env bash
# Prints a folder with what makes a container of Tests/Container a node, building it first if it is not cached:
#
#   base         a Debian 12 root (a link)
#   root         what is laid over it: kubelet, kubeadm, kubectl, CNI plugins, stand-ins, containerd's configuration
#   containerd   /var/lib/containerd with every image imported
#   images.tar   those images (a link)
#
#   node.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR
source "$here/source.sh"

programs=$("$here/build.sh")
images=$("$here/images.sh")
base=$(node_root)
key=$({
  echo "$programs $images $base"
  cat "$here/node.sh" "$here"/guest/*
} | sha256sum | cut -c1-16)
result=$cache/kubernetes-node-$key

furnish() {
  local root=$1
  install -Dm755 -t "$root/usr/bin" "$programs"/{kubelet,kubeadm,kubectl}
  install -Dm755 -t "$root/usr/local/bin" "$here/guest/make-room" "$images/crictl"
  install -Dm755 "$here/guest/init" "$root/usr/local/sbin/node-init"
  install -Dm644 -t "$root/etc/containerd" "$here/guest/config.toml"
  install -Dm644 -t "$root/etc/containerd/certs.d/_default" "$here/guest/hosts.toml"
  # A container's systemd is not told when a control group of version 1 is empty: it would wait 90 s for every pod at a shutdown.
  install -Dm644 -t "$root/etc/systemd/system.conf.d" "$here/guest/timeouts.conf"
  install -Dm755 -t "$root/opt/cni/bin" "$base"/usr/lib/cni/* "$here/guest/flannel"
}

# By the root's own containerd, in namespaces of its own that end with the shell in them.
import_images() {
  local partial=$1
  mkdir -p "$partial"/{mount,upper,work,containerd}
  # shellcheck disable=SC2016 # for the shell inside
  unshare --mount --propagation private --pid --fork --kill-child --mount-proc bash -euc '
    partial=$1 base=$2 images=$3 root=$1/mount
    mount -t overlay -o "lowerdir=$partial/root:$base,upperdir=$partial/upper,workdir=$partial/work" import "$root"
    for directory in dev proc sys; do mount --rbind "/$directory" "$root/$directory"; done
    mount -t tmpfs import "$root/run"
    mkdir -p "$root/var/lib/containerd"
    mount --bind "$partial/containerd" "$root/var/lib/containerd"
    chroot "$root" containerd --log-level error >"$partial/containerd.log" 2>&1 &
    for _ in {1..100}; do
      [[ ! -S "$root/run/containerd/containerd.sock" ]] || break
      sleep 0.1
    done
    chroot "$root" ctr --namespace k8s.io images import - <"$images/images.tar" >"$partial/import.log" 2>&1 || {
      cat "$partial/containerd.log" "$partial/import.log"
      exit 1
    }
    kill %1
    wait %1 || true
  ' import "$partial" "$base" "$images"
}

build() {
  local partial=$result.partial
  rm -rf "$partial"
  mkdir -p "$partial"
  ln -s "$base" "$partial/base"
  ln -s "$images/images.tar" "$partial/images.tar"
  furnish "$partial/root"
  import_images "$partial"
  rm -r "$partial"/{mount,upper,work,containerd.log,import.log}
  mv "$partial" "$result"
}

if [[ ! -d "$result" ]]; then
  exec {lock}>"$cache/kubernetes.lock"
  flock "$lock"
  [[ -d "$result" ]] || build >&2
fi
echo "$result"
