#!/usr/bin/env bash
# `vsrrun check` has nothing to say of what is shipped, nor of a site that has just been made; and it does look.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

program=$(Tests/program.sh)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$program" check runbooks stdlib Examples/sites/mellanox

"$program" new site "$folder/site"
"$program" check "$folder/site"

# A shipped runbook with a slip in it.
sed 's/swap\.off()/swap.of()/' runbooks/install-single-node.lua >"$folder/install.lua"
status=0
found=$("$program" check "$folder/install.lua") || status=$?
[[ "$status" == 65 && "$found" == *"unknown-primitive: there is no primitive 'swap.of'; did you mean 'swap.off'?" ]] || {
  echo "$status: $found"
  exit 1
}
