#!/usr/bin/env bash
# Prints a folder, building it first if it is not cached:
#
#   images.tar   every image that a node needs which can reach no registry, for `ctr images import`: the control plane that kubeadm
#                1.20.2 wants, and stand-ins for the images of the documented install
#   crictl       the stand-in for the program of that name
#
#   images.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR
source "$here/source.sh"

programs=$("$here/build.sh")
root=$(node_root) # Debian 12, for iptables, the C library and Go's certificates
key=$({
  echo "$programs $root"
  cat "$here/images.sh" "$here/source.sh" "$here"/stand-ins/*.* "$here"/stand-ins/*/*.*
} | sha256sum | cut -c1-16)
result=$cache/kubernetes-images-$key

build_stand_ins() {
  local gopath=$1 out=$2 tree=$1/src/k8s.io/kubernetes program
  unpack_kubernetes "$gopath"
  mkdir -p "$out"
  for program in vsr login multus; do gcc -Os -static -o "$out/$program" "$here/stand-ins/$program.c"; done
  gcc -Os -static -DVERSION=v3.2 -o "$out/pause" "$tree/build/pause/linux/pause.c"
  for program in coredns flanneld; do go_build "$gopath" -ldflags '-s -w' -o "$out/$program" "$here/stand-ins/$program.go"; done
  for program in crictl device-plugin; do # inside the tree, where Go looks for vendored packages
    cp -r "$here/stand-ins/$program" "$tree/cmd/stand-in-$program"
    go_build "$gopath" -ldflags '-s -w' -o "$out/$program" "./cmd/stand-in-$program"
  done
}

# --- layers: each is a directory first ---------------------------------------------------------------------------------------

# A shell and what manifests call, for every image.
base_layer() {
  local to=$1 applet
  mkdir -p "$to"/{etc,proc,sys,dev,run,var/lib,root,usr/bin,usr/sbin,usr/local/bin,usr/lib,usr/lib64}
  mkdir -m 1777 "$to/tmp"
  for applet in bin sbin lib lib64; do ln -s "usr/$applet" "$to/$applet"; done
  debian_package busybox-static "$work/busybox"
  cp "$work/busybox/bin/busybox" "$to/usr/bin/"
  for applet in sh cat cp echo env grep head hostname id ip ls mkdir mount mv ps readlink rm sed sleep stat tail tr; do
    ln -s busybox "$to/usr/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$to/etc/passwd"
  echo 'root:x:0:' >"$to/etc/group"
}

# The shared libraries of programs of the Debian root.
copy_libraries() {
  local to=$1 library
  shift
  while IFS= read -r library; do
    library=${library#/usr}
    mkdir -p "$to/usr$(dirname "$library")"
    cp -L "$root/usr$library" "$to/usr$library"
  done < <(chroot "$root" ldd "$@" | grep -o '/[^ :]*\.so[^ :]*' | grep -v xtables/ | sort -u)
}

kube_proxy_layer() {
  local to=$1 name plugins=usr/lib/x86_64-linux-gnu/xtables
  mkdir -p "$to"/usr/{sbin,local/bin} "$to/$plugins"
  cp "$programs/kube-proxy" "$to/usr/local/bin/"
  cp "$root"/usr/sbin/{xtables-nft-multi,xtables-legacy-multi,conntrack} "$to/usr/sbin/"
  for name in {iptables,ip6tables}{,-save,-restore}; do ln -s xtables-nft-multi "$to/usr/sbin/$name"; done
  cp -a "$root/$plugins/." "$to/$plugins/"
  copy_libraries "$to" /usr/sbin/{xtables-nft-multi,xtables-legacy-multi,conntrack} "/$plugins"/libxt_statistic.so
}

etcd_layer() {
  mkdir -p "$1/usr/local/bin"
  cp "$programs/etcd" "$1/usr/local/bin/"
  copy_libraries "$1" /usr/bin/env # what etcd needs too: the C library
}

# LAYER-DIRECTORY SOURCE TARGET
file_layer() {
  install -D "$2" "$1$3"
}

vsr_layer() {
  file_layer "$1" "$work/bin/vsr" /usr/bin/vsr
  file_layer "$1" "$work/bin/login" /usr/bin/login
}

# --- the archive -----------------------------------------------------------------------------------------------------------

# Moves a layer's directory into the archive; prints the digest of its content.
pack_layer() {
  local digest
  tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$1.tar" .
  digest=$(sha256sum <"$1.tar" | cut -d' ' -f1)
  mkdir -p "$work/archive/$digest"
  mv "$1.tar" "$work/archive/$digest/layer.tar"
  rm -r "$1"
  echo "$digest"
}

# ENTRYPOINT NAMES LAYER-FUNCTION ARGUMENT…: NAMES, separated by commas, are of one image
image() {
  local entrypoint=$1 names=$2 layer config digest
  shift 2
  rm -rf "$work/layer"
  "$1" "$work/layer" "${@:2}"
  layer=$(pack_layer "$work/layer")
  config=$(jq -nc --arg entrypoint "$entrypoint" --arg base "sha256:$base" --arg layer "sha256:$layer" '{
    architecture: "amd64", os: "linux", created: "1970-01-01T00:00:00Z",
    config: {Entrypoint: [$entrypoint], Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], WorkingDir: "/"},
    rootfs: {type: "layers", diff_ids: [$base, $layer]}}')
  digest=$(sha256sum <<<"$config" | cut -d' ' -f1)
  echo "$config" >"$work/archive/$digest.json"
  jq -c --arg config "$digest.json" --arg names "$names" --arg base "$base/layer.tar" --arg layer "$layer/layer.tar" \
    '. + [{Config: $config, RepoTags: ($names | split(",")), Layers: [$base, $layer]}]' \
    "$work/archive/manifest.json" >"$work/manifest"
  mv "$work/manifest" "$work/archive/manifest.json"
}

build() {
  local program
  work=$result.partial
  rm -rf "$work"
  mkdir -p "$work/archive"
  build_stand_ins "$work/go" "$work/bin"
  base_layer "$work/layer"
  base=$(pack_layer "$work/layer")
  echo '[]' >"$work/archive/manifest.json"

  for program in kube-apiserver kube-controller-manager kube-scheduler; do
    image "/usr/local/bin/$program" "k8s.gcr.io/$program:v1.20.2" file_layer "$programs/$program" "/usr/local/bin/$program"
  done
  image /usr/local/bin/kube-proxy k8s.gcr.io/kube-proxy:v1.20.2 kube_proxy_layer
  image /usr/local/bin/etcd k8s.gcr.io/etcd:3.4.13-0 etcd_layer
  image /coredns k8s.gcr.io/coredns:1.7.0 file_layer "$work/bin/coredns" /coredns
  image /pause k8s.gcr.io/pause:3.2 file_layer "$work/bin/pause" /pause
  image /opt/bin/flanneld quay.io/coreos/flannel:v0.13.1-rc1 file_layer "$work/bin/flanneld" /opt/bin/flanneld
  image /entrypoint.sh ghcr.io/k8snetworkplumbingwg/multus-cni:v3.8,ghcr.io/k8snetworkplumbingwg/multus-cni:stable \
    file_layer "$work/bin/multus" /entrypoint.sh
  image /usr/bin/sriovdp ghcr.io/k8snetworkplumbingwg/sriov-network-device-plugin:v3.3.2 \
    file_layer "$work/bin/device-plugin" /usr/bin/sriovdp
  image /usr/bin/vsr download.6wind.com/vsr/x86_64-ce/3.5:3.5.1 vsr_layer

  mkdir "$work/result"
  (cd "$work/archive" && tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$work/result/images.tar" -- *)
  mv "$work/bin/crictl" "$work/result/"
  mv "$work/result" "$result"
  rm -rf "$work"
}

if [[ ! -d "$result" ]]; then
  exec {lock}>"$cache/kubernetes.lock"
  flock "$lock"
  if [[ ! -d "$result" ]]; then build >&2; fi
fi
echo "$result"
