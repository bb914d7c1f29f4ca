#!/usr/bin/env bash
# Another package can embed the engine: the example builds as a package of its own, and does what it says.
#
# It is built outside the clone, where what it depends on stays built: minutes once, seconds where nothing changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

scratch=${XDG_CACHE_HOME:-$HOME/.cache}/vsrrun/embedding-host
swift build --package-path Examples/EmbeddingHost --scratch-path "$scratch"
output=$("$scratch/debug/EmbeddingHost" Examples/machines/reference.yaml)
echo "$output"

# Set, told as an event, and taken back.
jq -se '
  [.[] | select(.type == "effect" and .primitive == "greeting.set") | .result] == ["changed", "undone"]
  and ([.[] | select(.type == "run.finished") | .result] == ["done", "rolled-back"])' \
  <<<"$(grep '^{' <<<"$output")" >/dev/null
[[ "$(grep '^greeting: ' <<<"$output")" == $'greeting: welcome to the lab\ngreeting: none' ]]
# What is wrong with a call is said.
status=0
"$scratch/debug/EmbeddingHost" || status=$?
((status == 64))
