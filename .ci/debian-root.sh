#!/usr/bin/env bash
# Prints the path of a Debian root file system with the given packages, building it first if it is not cached.
#
#   debian-root.sh SUITE PACKAGE…
#
# The cache (~/.cache/vsrrun/roots) is keyed on the suite, the packages and the layout below. A root in it is never written to
# again: whoever wants to change one lays an overlay over it. Packages come from the archive that this machine's apt uses.
set -euo pipefail

layout=1 # to be raised when build() makes a different tree of the same packages

suite=${1:?usage: debian-root.sh SUITE PACKAGE…}
shift
packages=$(printf '%s\n' "$@" | LC_ALL=C sort -u | paste -sd,)
key=$(sha256sum <<<"$layout $suite $packages" | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vsrrun/roots
root=$cache/$suite-$key

mirror() {
  local codename
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016 # apt's variables, not the shell's
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$codename" '$2 == release && $3 == "main" { print $1; exit }'
}

# The linker follows an absolute link in a sysroot to the builder's own file; a relative one stays inside.
relative_links() {
  local directory link target
  for directory in "$1"/usr/lib "$1"/lib64; do
    [[ -d "$directory" ]] || continue
    while IFS= read -r link; do
      target=$(readlink "$link")
      ln -sfnr "$1$target" "$link"
    done < <(find "$directory/" -type l -lname '/*')
  done
}

build() {
  local from log=$cache/$suite-$key.log
  from=$(mirror)
  [[ -n "$from" ]] || {
    echo "debian-root.sh: apt knows no main archive of this machine's release; see 'apt-get indextargets'" >&2
    exit 1
  }
  rm -rf "$root.partial"
  if ! debootstrap --variant=minbase --include="$packages" "$suite" "$root.partial" "$from" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "debian-root.sh: debootstrap of $suite failed; the whole output is in $log" >&2
    exit 1
  fi
  rm -rf "$root.partial"/var/cache/apt/archives/*.deb "$root.partial"/var/lib/apt/lists/*
  relative_links "$root.partial"
  mv "$root.partial" "$root"
  rm "$log"
}

if [[ ! -d "$root" ]]; then
  ((EUID == 0)) || {
    echo "debian-root.sh: building a Debian root needs root" >&2
    exit 1
  }
  mkdir -p "$cache"
  exec {lock}>"$cache/lock"
  flock "$lock" # two test runs on one machine build it once
  if [[ ! -d "$root" ]]; then build >&2; fi
fi
echo "$root"
