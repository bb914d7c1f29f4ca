#!/usr/bin/env bash
# Prints a folder with what makes a container of Tests/Container a machine that can become a node, building it first if it is not
# cached:
#
#   base         a Debian 12 root (a link)
#   root         what is laid over it: containerd's configuration, and in /srv what the install fetches:
#     srv/kubernetes   a signed repository of the packages of Kubernetes 1.20.2 (Tests/Packages/repository.sh)
#     srv/debian       Debian's own packages of what the install needs besides
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
repository=$here/../Packages/repository.sh
key=$({
  echo "$programs $images $base"
  cat "$here/node.sh" "$here"/guest/* "$repository"
} | sha256sum | cut -c1-16)
result=$cache/kubernetes-node-$key

# What the documented install takes from Debian: docker.io, what apt needs, and what builds the plugins.
debian_packages=(docker.io apt-transport-https curl golang git make)

furnish() {
  local root=$1
  install -Dm755 -t "$root/usr/local/bin" "$here/guest/make-room"
  install -Dm755 "$here/guest/init" "$root/usr/local/sbin/node-init"
  install -Dm644 -t "$root/etc/containerd" "$here/guest/config.toml"
  # A container's systemd is not told when a control group of version 1 is empty: it would wait 90 s for every pod at a shutdown.
  install -Dm644 -t "$root/etc/systemd/system.conf.d" "$here/guest/timeouts.conf"
  echo 'deb [trusted=yes] file:/srv/debian ./' | install -Dm644 /dev/stdin "$root/etc/apt/sources.list"
}

# The packages with all that they need and the base has not, as a repository.
mirror_debian() {
  local folder=$1
  mkdir -p "$folder/partial"
  apt_of_bookworm -qq -y --no-install-recommends --download-only -o "Dir::State::status=$base/var/lib/dpkg/status" \
    -o "Dir::Cache::archives=$folder" -o Debug::NoLocking=true install "${debian_packages[@]}" >/dev/null
  rm -rf "$folder"/{partial,lock}
  (cd "$folder" && dpkg-scanpackages --multiversion . 2>/dev/null >Packages)
}

# The package kubernetes-cni of that time had the plugins that Debian has too, and the one of flannel.
package_kubernetes() {
  local folder=$1 work=$2
  mkdir -p "$work/cni"
  cp "$programs"/{kubelet,kubeadm,kubectl} "$images/crictl" "$work"
  cp "$base"/usr/lib/cni/* "$here/guest/flannel" "$work/cni"
  "$repository" --programs "$work" "$folder"
  rm -r "$work"
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
  mirror_debian "$partial/root/srv/debian"
  package_kubernetes "$partial/root/srv/kubernetes" "$partial/programs"
  import_images "$partial"
  rm -r "$partial"/{mount,upper,work,containerd.log,import.log}
  mv "$partial" "$result"
}

if [[ ! -d "$result" ]]; then
  exec {lock}>"$cache/kubernetes.lock"
  flock "$lock"
  if [[ ! -d "$result" ]]; then build >&2; fi
fi
echo "$result"
