#!/bin/sh
# Reads every YAML file of the Kubernetes sources that Debian ships, writes it, reads it back, and compares with PyYAML.
# Takes the package directory to test in as its argument (default: the current one). Needs a deb-src entry for apt,
# dpkg-dev, and python3-yaml for the comparison. The sources (35 MB, unpacked 250 MB) stay in ~/.cache/vsrrun.
set -eu

package=$(cd "${1:-.}" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vsrrun
mkdir -p "$cache"
cd "$cache"

if [ ! -d kubernetes ]; then
  if ! apt-get source --download-only kubernetes; then
    echo "kubernetes-check: apt has no source package 'kubernetes'; add a deb-src entry and run apt-get update" >&2
    exit 1
  fi
  dpkg-source -x --no-check kubernetes_*.dsc kubernetes
fi

cd "$package"
VSRRUN_YAML_CORPUS=$cache/kubernetes exec swift test --filter YAMLTests.KubernetesTests
