#!/usr/bin/env bash
# Installs the Debian packages that are missing. Silent, and offline, when nothing is.
#
#   deps.sh build    what `make build` and `make demo` need
#   deps.sh test     what `make test` and `make release` need besides
set -euo pipefail

build_packages=(liblua5.4-dev libyaml-dev libsystemd-dev pkg-config gcc libstdc++-12-dev)
test_packages=(
  lua5.4 lua-check shellcheck         # linters, and the interpreter that runs the stdlib's own tests
  valgrind strace                     # memory of the bridge; fdatasync calls counted
  debootstrap systemd-container       # Debian roots, and the container that boots one
  iproute2 util-linux procps          # its network namespace, nsenter and flock, pgrep
  binutils                            # what the released program asks of libc
  python3-yaml jq                     # a second opinion on YAML and JSON
  golang-go dpkg-dev openssl          # Kubernetes 1.20 from Debian's sources, and its certificates
  python3-venv                        # the schemas of newer versions
  curl git make                       # with Go: downloads, repositories and what is built of them
  gnupg                               # signs the package repository of the tests
)

usage() {
  echo "usage: deps.sh build|test" >&2
  exit 64
}

missing() {
  local package
  for package in "$@"; do
    # Not dpkg -s, which is content with a package that was removed and left its configuration.
    [[ "$(dpkg-query -Wf '${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || echo "$package"
  done
}

case "${1-}" in
  build) wanted=("${build_packages[@]}") ;;
  test) wanted=("${build_packages[@]}" "${test_packages[@]}") ;;
  *) usage ;;
esac

if ! command -v swift >/dev/null; then
  echo "deps.sh: no 'swift' in PATH: install the Swift 6.3 toolchain (https://www.swift.org/install/linux/)" >&2
  exit 1
fi
if ! command -v dpkg-query >/dev/null; then
  echo "deps.sh: not a Debian machine; install what corresponds to: ${wanted[*]}" >&2
  exit 1
fi

mapfile -t packages < <(missing "${wanted[@]}")
((${#packages[@]})) || exit 0

if ((EUID != 0)); then
  echo "deps.sh: missing packages; as root: apt-get update && apt-get install ${packages[*]}" >&2
  exit 1
fi
echo "installing ${packages[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --no-install-recommends -o Dpkg::Use-Pty=0 "${packages[@]}" >/dev/null
