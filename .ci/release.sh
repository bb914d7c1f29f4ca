#!/usr/bin/env bash
# Builds the program for servers and packs it with what it needs: dist/vsrrun-VERSION-x86_64.tar.gz.
#
# The documented server runs Ubuntu 20.04, whose C library is older than the builder's. The program is therefore linked against
# the libraries of Debian 11, which has the same one (glibc 2.31), while Lua, libyaml, the C++ and the Swift runtime are linked
# in as they are here: the versions that the tests run with.
#
#   release.sh            build, check and pack; prints the archive's path
#   release.sh program    build and check; prints the program's path
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

glibc_limit=2.31 # both of Ubuntu 20.04
libsystemd_limit=245
libraries_allowed='^(libsystemd\.so\.0|lib(c|m|dl|rt|util|pthread)\.so\.[0-9]+|ld-linux-x86-64\.so\.2)$'

scratch=.build-debian11
static=$PWD/$scratch/static
program=$PWD/$scratch/release/vsrrun

fail() {
  echo "release.sh: $*" >&2
  exit 1
}

build() {
  local sysroot gcc flag
  [[ "$(uname -m)" == x86_64 ]] || fail "the release is built on x86_64, for x86_64"
  sysroot=$(.ci/debian-root.sh bullseye libc6-dev libgcc-10-dev libsystemd-dev)
  gcc=$sysroot/usr/lib/gcc/x86_64-linux-gnu/10
  .ci/static-libraries.sh "$static"

  # GCC 12's libstdc++ looks up in glibc, from 2.32 on, whether the process has a single thread. 0: it always locks.
  gcc -c -x c -o "$static/single-threaded.o" - <<<'char __libc_single_threaded = 0;'

  local options=(
    -c release --product vsrrun --scratch-path "$scratch"
    --pkg-config-path "$static/pkgconfig" -Xswiftc "-L$static"
    --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld
    -Xlinker "$static/single-threaded.o" -Xlinker --strip-all
    -Xlinker -lrt # timers: a library of its own before glibc 2.34
  )
  # libgcc, too, is Debian 11's: a newer one finds its unwind tables by a function of a newer glibc.
  for flag in "--sysroot=$sysroot" "-B$gcc" "-L$gcc" -static-libgcc; do
    options+=(-Xswiftc -Xclang-linker -Xswiftc "$flag")
  done
  swift build "${options[@]}" >&2
}

# The newest version of a library's symbols that the program asks for, as `GLIBC_2.29`.
newest_symbol() {
  objdump -T "$program" | grep -o "$1_[0-9.]*" | sort -Vu | tail -n 1
}

check() {
  local newest foreign
  foreign=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -Ev "$libraries_allowed" || true)
  [[ -z "$foreign" ]] || fail "the program needs libraries besides libc and libsystemd: $foreign"
  for newest in "$(newest_symbol GLIBC) GLIBC_$glibc_limit" "$(newest_symbol LIBSYSTEMD) LIBSYSTEMD_$libsystemd_limit"; do
    # shellcheck disable=SC2086 # two words
    [[ "$(printf '%s\n' $newest | sort -V | tail -n 1)" == "${newest#* }" ]] ||
      fail "the program needs ${newest% *}; the documented server has ${newest#* }"
  done
}

pack() {
  local version name stage epoch archive
  version=$("$program" --version)
  version=${version##* }
  name=vsrrun-$version
  archive=dist/$name-x86_64.tar.gz
  stage=$scratch/stage/$name
  rm -rf "$scratch/stage"
  mkdir -p "$stage" dist
  cp "$program" README.md LICENSE "$stage"
  cp -r --parents runbooks stdlib docs Examples/machines Examples/sites "$stage"
  find "$stage" -name '*_test.*' -delete
  cp Sources/Journal/vsrrun.catalog "$stage"

  # The same commit packs to the same bytes: the archive knows no time but the commit's, no owner, no order of a directory.
  epoch=$(git log -1 --format=%ct 2>/dev/null || echo 0)
  tar -C "$scratch/stage" --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime="@${SOURCE_DATE_EPOCH:-$epoch}" \
    -cf - "$name" | gzip -9n >"$archive"
  echo "$archive"
}

case "${1-}" in
  "")
    build
    check
    pack
    ;;
  program)
    build
    check
    echo "$program"
    ;;
  *) fail "usage: release.sh [program]" ;;
esac
