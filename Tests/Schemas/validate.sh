#!/usr/bin/env bash
# Validates the objects that the shipped modules make, strictly, against the schemas of every version of Kubernetes from 1.25 to
# the newest that the PyPI package kubernetes-validate has. The package is kept in ~/.cache/vsrrun; a newer one is looked for
# where there is none yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR
source Tests/tap.sh

environment=${XDG_CACHE_HOME:-$HOME/.cache}/vsrrun/kubernetes-validate
python=$environment/bin/python

install_package() {
  [[ -e "$environment/complete" ]] && return
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$python" -m pip install --quiet --disable-pip-version-check kubernetes-validate
  touch "$environment/complete"
}

validate() {
  lua5.4 Tests/Schemas/objects.lua "$1" | "$python" Tests/Schemas/validate.py "$1"
}

# What the schemas are for: each of these has to be refused.
refuses() {
  local output
  ! output=$("$python" Tests/Schemas/validate.py "$1" <<<"$2") || {
    echo "passed: $2"
    return 1
  }
  grep -F -- "$3" <<<"$output"
}

check "kubernetes-validate is there" install_package
versions=$("$python" Tests/Schemas/validate.py --versions || true)
check "there are schemas from 1.25 on" grep -Fx 1.25.0 <<<"$versions"
check "there are schemas of ten versions at least" test "$(wc -l <<<"$versions")" -ge 10
for version in $versions; do
  check "the objects for Kubernetes ${version%.0} pass its schemas" validate "$version"
done
check "a field that is unknown does not pass" refuses 1.30.0 \
  '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "date": {}}' "'date' was unexpected"
check "a PodSecurityPolicy does not pass from 1.25 on" refuses 1.25.0 \
  '{"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "x"}}' "Couldn't find schema"
check "a network of another shape does not pass" refuses 1.30.0 \
  '{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "x"}, "spec": {"config": {}}}' \
  "is not of type 'string'"
finish
