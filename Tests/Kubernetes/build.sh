#!/usr/bin/env bash
# Prints the folder with the programs of Kubernetes 1.20.2, the documented release, and with etcd, building them first if they are
# not cached.
#
#   build.sh
#
# About ten minutes on two cores and 3 GB of disk while it builds, 0.4 GB after; nothing but the archive of Debian 12 is needed.
# The result stays in ~/.cache/vsrrun/kubernetes-bin-KEY; KEY is over the release, the programs and the recipe below.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR
source "$here/source.sh"

recipe=1 # to be raised when build() makes other programs of the same sources
programs=(kubeadm kubectl kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)

key=$(sha256sum <<<"$recipe $kubernetes_version ${programs[*]}" | cut -c1-16)
result=$cache/kubernetes-bin-$key

# The API server imports one package that the sources leave to be generated, from all that are marked for it.
generate_openapi() {
  local gopath=$1 packages
  go_build "$gopath" -o "$gopath/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  (
    cd "$gopath/src/k8s.io/kubernetes"
    packages=$(grep -rl --include='*.go' '+k8s:openapi-gen=true' pkg staging/src |
      grep -v -e zz_generated -e _examples -e sample-apiserver -e /test/ -e openapi-gen |
      xargs -n 1 dirname | sed 's,staging/src/,vendor/,; s,^,k8s.io/kubernetes/,' | LC_ALL=C sort -u | paste -sd,)
    env GOPATH="$gopath" GO111MODULE=off "$gopath/openapi-gen" --logtostderr -r /dev/null -O zz_generated.openapi \
      -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -p k8s.io/kubernetes/pkg/generated/openapi -i "$packages"
  ) >"$gopath/openapi-gen.log" 2>&1 || {
    tail -n 20 "$gopath/openapi-gen.log"
    exit 1
  }
}

# What the programs say they are: without it kubeadm takes them for some other release.
version_flags() {
  local package
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- '-X k8s.io/kubernetes/vendor/%s.%s ' "$package" "gitVersion=v$kubernetes_version" "$package" gitMajor=1 \
      "$package" gitMinor=20 "$package" gitTreeState=clean
  done
}

build() {
  local partial=$result.partial
  unpack_kubernetes "$partial/go"
  generate_openapi "$partial/go"
  mkdir -p "$partial/bin"
  go_build "$partial/go" -ldflags "-s -w $(version_flags)" -o "$partial/bin/" "${programs[@]/#/./cmd/}"
  [[ "$("$partial/bin/kubeadm" version -o short)" == "v$kubernetes_version" ]]
  # From its package, but not installed: that would start a service on a machine that runs systemd.
  debian_package etcd-server "$partial/etcd"
  cp "$partial/etcd/usr/bin/etcd" "$partial/bin/"
  mv "$partial/bin" "$result"
  rm -rf "$partial"
}

if [[ ! -d "$result" ]]; then
  mkdir -p "$cache"
  exec {lock}>"$cache/kubernetes.lock"
  flock "$lock" # two test runs on one machine build it once
  if [[ ! -d "$result" ]]; then build >&2; fi
fi
echo "$result"
