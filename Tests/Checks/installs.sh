#!/usr/bin/env bash
# `make install` puts every runbook, every module and the journal's catalog where the program and journalctl look for them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
touch "$root/vsrrun"
make --no-print-directory --silent install PROGRAM="$root/vsrrun" DESTDIR="$root/target"

diff <(find runbooks stdlib -type f | sort) <(cd "$root/target/usr/share/vsrrun" && find runbooks stdlib -type f | sort)
# Each version is kept whole, for the day when another is installed over it.
for runbook in runbooks/*.lua; do
  name=$(basename "$runbook" .lua)
  kept=$(echo "$root/target/usr/share/vsrrun/versions/$name"@*)
  cmp "$runbook" "$kept/$name.lua"
  diff -r stdlib "$kept/stdlib"
done
test -x "$root/target/usr/bin/vsrrun"
test -s "$root/target/usr/lib/systemd/catalog/vsrrun.catalog"
