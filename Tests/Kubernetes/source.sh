# shellcheck shell=bash
# The Kubernetes 1.20.2 that Debian 12 ships as a source package, whole and with its vendored dependencies, as a Go tree.
# For build.sh and images.sh.

kubernetes_version=1.20.2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vsrrun

# Fetches from Debian 12's archive whatever this machine's own apt sources are: apt gets sources and lists of its own, in a
# folder of the cache, and the machine's stay as they are.
apt_of_bookworm() {
  local apt=$cache/apt mirror codename
  if [[ ! -e "$apt/updated" ]]; then
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    # shellcheck disable=SC2016 # apt's variables, not the shell's
    mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
      awk -v release="$codename" '$2 == release && $3 == "main" { print $1; exit }')
    mkdir -p "$apt"/{lists/partial,archives/partial,parts}
    printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s bookworm main\n' \
      deb "${mirror:-http://deb.debian.org/debian}" deb-src "${mirror:-http://deb.debian.org/debian}" >"$apt/sources.list"
    apt_get_of_bookworm -qq update
    touch "$apt/updated"
  fi
  apt_get_of_bookworm "$@"
}

# `_apt` may not be allowed to enter a home directory: root downloads as itself.
apt_get_of_bookworm() {
  local apt=$cache/apt
  apt-get -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/parts" -o Dir::State::lists="$apt/lists" \
    -o Dir::Cache::archives="$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root "$@"
}

# Unpacks Debian 12's PACKAGE to DIRECTORY.
debian_package() {
  mkdir -p "$2"
  (
    cd "$2" || exit
    apt_of_bookworm -qq download "$1"
    dpkg-deb -x "$1"_*.deb .
    rm "$1"_*.deb
  )
}

# Downloads the source package to the cache, where it stays: 35 MB.
download_kubernetes() {
  (
    cd "$cache" || exit
    compgen -G "kubernetes_*really$kubernetes_version-*.dsc" >/dev/null ||
      apt_of_bookworm -qq source --download-only kubernetes
    compgen -G "kubernetes_*really$kubernetes_version-*.dsc" >/dev/null || {
      echo "Debian 12's archive has no source package of Kubernetes $kubernetes_version any more" >&2
      exit 1
    }
  )
}

# Makes DIRECTORY a GOPATH with Kubernetes in it.
unpack_kubernetes() {
  local tree=$1/src/k8s.io/kubernetes reflect2=vendor/github.com/modern-go/reflect2
  download_kubernetes
  rm -rf "$1"
  mkdir -p "$1/src/k8s.io"
  dpkg-source --no-check -x "$cache"/kubernetes_*really"$kubernetes_version"-*.dsc "$tree" >/dev/null 2>&1

  # reflect2 1.0.1, the vendored one, crashes every program that Go 1.18 or later has built.
  debian_package golang-github-modern-go-reflect2-dev "$1/reflect2"
  rm -r "${tree:?}/$reflect2"
  cp -r "$1/reflect2/usr/share/gocode/src/github.com/modern-go/reflect2" "$tree/$reflect2"
  rm -f "$tree/$reflect2"/*_test.go
}

# Builds in the GOPATH given first; what Go keeps for the next build stays in it.
go_build() {
  local gopath=$1
  shift
  (
    cd "$gopath/src/k8s.io/kubernetes" || exit
    env GOPATH="$gopath" GOCACHE="$gopath/cache" GOFLAGS='' GO111MODULE=off CGO_ENABLED=0 nice go build "$@"
  )
}

# What kubeadm and the kubelet look for.
node_packages=(iptables ebtables conntrack socat ethtool containernetworking-plugins)

# Prints the path of the Debian 12 root of a node: the lab's, and those.
node_root() {
  "${BASH_SOURCE[0]%/*}/../Container/lab.sh" base "${node_packages[@]}"
}
