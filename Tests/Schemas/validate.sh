#!/usr/bin/env bash
# Validates the objects that the shipped modules make, strictly, against the schemas of every version of Kubernetes from 1.20 to
# the newest that the PyPI package kubernetes-validate has. Its newest release lacks the older ones, which an older release has.
# Both are kept in ~/.cache/vsrrun; newer ones are looked for where there is none yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR
source Tests/tap.sh

cache=${XDG_CACHE_HOME:-$HOME/.cache}/vsrrun
newest=$cache/kubernetes-validate
older=$cache/kubernetes-validate-1.28.0

# Installs a release of the package: ENVIRONMENT REQUIREMENT
install_package() {
  [[ -e "$1/complete" ]] && return
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check "$2"
  touch "$1/complete"
}

# Runs validate.py with a release of the package: ENVIRONMENT ARGUMENT
with() {
  "$1/bin/python" Tests/Schemas/validate.py "$2"
}

# The releases of the package that have a version's schemas: the newest, if it has.
environment_of() {
  if grep -Fqx "$1" <<<"$newer_versions"; then echo "$newest"; else echo "$older"; fi
}

validate() {
  lua5.4 Tests/Schemas/objects.lua "$1" | with "$(environment_of "$1")" "$1"
}

# What the schemas are for: each of these has to be refused.
refuses() {
  local output
  ! output=$(with "$(environment_of "$1")" "$1" <<<"$2") || {
    echo "passed: $2"
    return 1
  }
  grep -F -- "$3" <<<"$output"
}

admits() {
  with "$(environment_of "$1")" "$1" <<<"$2"
}

policy='{"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "x"}}'

check "kubernetes-validate is there" install_package "$newest" kubernetes-validate
check "so is a release with older versions" install_package "$older" kubernetes-validate==1.28.0
newer_versions=$(with "$newest" --versions || true)
versions=$(printf '%s\n' "$newer_versions" "$(with "$older" --versions || true)" | sort -Vu | grep -E '^1\.[2-9][0-9]\.')
check "there are schemas of each version" equal "$(sed 's/^1\.//; s/\.0$//' <<<"$versions" | xargs)" "$(
  seq 20 "$(tail -1 <<<"$versions" | cut -d. -f2)" | xargs
)"
check "the newest one that the modules were made for has schemas" grep -Fx \
  "$(sed -n 's/^local OLDEST, NEWEST = [0-9]*, \([0-9]*\)$/1.\1.0/p' stdlib/vsr/versions.lua)" <<<"$versions"
for version in $versions; do
  check "the objects for Kubernetes ${version%.0} pass its schemas" validate "$version"
done
check "a field that is unknown does not pass" refuses 1.30.0 \
  '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "date": {}}' "'date' was unexpected"
check "nor does it in an older version" refuses 1.20.0 \
  '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "date": {}}' "'date' was unexpected"
check "a PodSecurityPolicy passes up to 1.24" admits 1.24.0 "$policy"
check "a PodSecurityPolicy does not pass from 1.25 on" refuses 1.25.0 "$policy" "Couldn't find schema"
check "a network of another shape does not pass" refuses 1.30.0 \
  '{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "x"}, "spec": {"config": {}}}' \
  "is not of type 'string'"
finish
