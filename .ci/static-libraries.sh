#!/usr/bin/env bash
# Makes DIRECTORY a place where the linker finds Lua, libyaml and libstdc++ as static archives only.
#
#   static-libraries.sh DIRECTORY
#
# `swift build --pkg-config-path DIRECTORY/pkgconfig -Xswiftc -LDIRECTORY` then puts them into the program. The choice is made
# here, because linker flags in the manifest would bar every other package from depending on this one. SwiftPM hands pkg-config's
# library folder to the linker before any other, so copies of the .pc files name this folder instead of the system's, where the
# shared libraries would win; libsystemd stays shared and is found where the linker looks by itself.
set -euo pipefail

directory=${1:?usage: static-libraries.sh DIRECTORY}
mkdir -p "$directory/pkgconfig"
directory=$(cd "$directory" && pwd)

for archive in liblua5.4.a libyaml.a libstdc++.a; do
  path=$(gcc -print-file-name="$archive")
  [[ "$path" == /* ]] || {
    echo "static-libraries.sh: gcc finds no $archive; 'make deps' installs it" >&2
    exit 1
  }
  ln -sf "$(realpath "$path")" "$directory/$archive"
done

for package in lua5.4 yaml-0.1 libsystemd; do
  sed "s|^libdir=.*|libdir=$directory|" "$(pkg-config --variable=pcfiledir "$package")/$package.pc" \
    >"$directory/pkgconfig/$package.pc"
done
