#!/usr/bin/env bash
# Builds a signed package repository of stand-ins, flat as those of pkgs.k8s.io are.
#
#   repository.sh [--programs PROGRAMS] FOLDER [NAME…]
#                 packages, Packages, Release, InRelease, key.asc, and the key's fingerprint in `fingerprint`;
#                 of the packages below all, or those of these names
#
# PROGRAMS has the programs of Kubernetes 1.20.2, crictl, and CNI plugins in `cni`: there are then no stand-ins, but the packages of
# that release alone, as they were published, with these in them.
#
# The stand-ins have the names, relations, units, drop-ins and conffiles of the real packages, and the maintainer scripts that
# debhelper writes for those. Besides: `vsr-broken`, whose postinst fails until /run/mend is there; `vsr-slow`, whose postinst
# waits while /run/slow is there; `vsr-conffile`, which has a conffile.
set -euo pipefail

programs=
if [[ "${1-}" == --programs ]]; then
  programs=$2
  shift 2
fi
folder=$(mkdir -p "${1:?usage: repository.sh [--programs PROGRAMS] FOLDER [NAME…]}" && cd "$1" && pwd)
wanted=("${@:2}")
guest=$(cd "$(dirname "${BASH_SOURCE[0]}")/../Container/guest" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tree=$work/tree

# Begins a package: NAME VERSION [FIELD…]
package() {
  rm -rf "$tree"
  mkdir -p "$tree/DEBIAN"
  {
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: Test <test@example.org>\n' "$1" "$2"
    shift 2
    (($# == 0)) || printf '%s\n' "$@"
    printf 'Description: stand-in of the tests\n'
  } >"$tree/DEBIAN/control"
}

# A file of the package, from standard input: PATH [MODE]
content() {
  mkdir -p "$(dirname "$tree$1")"
  cat >"$tree$1"
  chmod "${2:-644}" "$tree$1"
}

conffile() {
  content "$1"
  echo "$1" >>"$tree/DEBIAN/conffiles"
}

script() {
  content "/DEBIAN/$1" 755
}

# A service of the package and the scripts that dh_installsystemd writes for it: UNIT, its text on standard input.
service() {
  content "/lib/systemd/system/$1"
  script postinst <<END
#!/bin/sh
set -e
if [ "\$1" = configure ]; then
  deb-systemd-helper unmask $1 >/dev/null || true
  if deb-systemd-helper --quiet was-enabled $1; then
    deb-systemd-helper enable $1 >/dev/null || true
  else
    deb-systemd-helper update-state $1 >/dev/null || true
  fi
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    deb-systemd-invoke \$([ -n "\$2" ] && echo restart || echo start) $1 >/dev/null || true
  fi
fi
END
  script prerm <<END
#!/bin/sh
set -e
if [ -d /run/systemd/system ] && [ "\$1" = remove ]; then deb-systemd-invoke stop $1 >/dev/null || true; fi
END
  script postrm <<END
#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl --system daemon-reload >/dev/null || true; fi
if [ "\$1" = remove ] && [ -x /usr/bin/deb-systemd-helper ]; then deb-systemd-helper mask $1 >/dev/null || true; fi
if [ "\$1" = purge ] && [ -x /usr/bin/deb-systemd-helper ]; then
  deb-systemd-helper purge $1 >/dev/null || true
  deb-systemd-helper unmask $1 >/dev/null || true
fi
END
}

program() {
  if [[ -n "$programs" ]]; then
    install -D --target-directory="$tree/usr/bin" "$programs/$1"
  else
    content "/usr/bin/$1" 755 <<<$'#!/bin/sh\n'"echo $1 $2"
  fi
}

build() {
  local name
  name=$(sed -n "s/^Package: //p" "$tree/DEBIAN/control")
  ((${#wanted[@]} == 0)) || [[ " ${wanted[*]} " == *" $name "* ]] || return 0
  dpkg-deb --root-owner-group -Znone --build "$tree" "$folder" >/dev/null
}

kubernetes() {
  local version=$1 cni=$2
  package kubectl "$version"
  program kubectl "$version"
  build
  package kubelet "$version" "Depends: kubernetes-cni (>= $cni)"
  if [[ -n "$programs" ]]; then program kubelet; else content /usr/bin/kubelet 755 <"$guest/kubelet-stand-in"; fi
  service kubelet.service <"$guest/kubelet.service"
  build
  package kubeadm "$version" \
    "Depends: kubelet (>= 1.19.0), kubectl (>= 1.19.0), kubernetes-cni (>= $cni), cri-tools (>= 1.19.0)"
  program kubeadm "$version"
  conffile /etc/systemd/system/kubelet.service.d/10-kubeadm.conf <"$guest/10-kubeadm.conf"
  build
}

documented_release() {
  package kubernetes-cni 0.8.7-00
  install -D --target-directory="$tree/opt/cni/bin" "$programs"/cni/*
  build
  package cri-tools 1.19.0-00
  program crictl
  build
  kubernetes 1.20.2-00 0.8.7
}

stand_ins() {
  local version
  for version in 0.8.7-00 1.2.0-2.1; do
    package kubernetes-cni "$version"
    content /opt/cni/bin/bridge 755 <<<"$version"
    build
  done
  for version in 1.23.0-00 1.25.0-1.1; do
    package cri-tools "$version"
    program crictl "$version"
    build
  done
  kubernetes 1.23.17-00 0.8.7
  kubernetes 1.24.0-00 0.8.7
  kubernetes 1.25.3-1.1 1.2.0

  package apt-transport-https 2.6.1
  build
  package curl 7.88.1
  program curl 7.88.1
  build

  package docker.io 20.10.24-1 "Depends: containerd, runc" "Recommends: vsr-conffile"
  program dockerd 20.10.24
  conffile /etc/default/docker <<<'# DOCKER_OPTS='
  service docker.service <<'END'
[Unit]
Description=Docker Application Container Engine
Wants=containerd.service

[Service]
ExecStart=/bin/sleep infinity
Restart=always

[Install]
WantedBy=multi-user.target
END
  build

  for version in 1.0 2.0; do
    package vsr-conffile "$version"
    conffile /etc/vsr.conf <<<"version = $version"
    build
  done

  package vsr-broken 1.0
  script postinst <<'END'
#!/bin/sh
[ -e /run/mend ] && exit 0
echo "no licence key was found" >&2
exit 3
END
  build

  package vsr-slow 1.0 "Depends: vsr-conffile"
  script postinst <<'END'
#!/bin/sh
: >/run/slow-began
while [ -e /run/slow ]; do sleep 0.1; done
END
  build
}

index() {
  local file
  for file in "$folder"/*.deb; do
    dpkg-deb --field "$file"
    printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' \
      "${file##*/}" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
  done >"$folder/Packages"
  {
    printf 'Origin: vsrrun tests\nSuite: stable\nDate: %s\n' "$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S UTC')"
    printf 'SHA256:\n %s %s Packages\n' \
      "$(sha256sum "$folder/Packages" | cut -d' ' -f1)" "$(stat -c %s "$folder/Packages")"
  } >"$folder/Release"
}

sign() {
  local home=$work/gnupg
  mkdir -m 700 "$home"
  gpg() { command gpg --homedir "$home" --batch --quiet --passphrase '' "$@"; }
  gpg --quick-generate-key 'Repository of the tests' rsa2048 sign never 2>/dev/null
  gpg --clearsign --output "$folder/InRelease" "$folder/Release"
  gpg --armor --export >"$folder/key.asc"
  gpg --with-colons --fingerprint | awk -F: '$1 == "fpr" { print $10; exit }' >"$folder/fingerprint"
  gpgconf --homedir "$home" --kill all
}

rm -f "$folder"/{*.deb,Packages,Release,InRelease,key.asc,fingerprint}
if [[ -n "$programs" ]]; then documented_release; else stand_ins; fi
index
sign
