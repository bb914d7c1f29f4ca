#!/usr/bin/env bash
# Editor definitions and reference pages are those of the present signatures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
Tests/generate.sh "$made/meta" "$made/reference"
status=0
diff -ru stdlib/meta "$made/meta" || status=1
diff -ru docs/reference "$made/reference" || status=1
((status == 0)) || {
  echo "stdlib/meta or docs/reference is not what the program makes: run 'make generate', and commit what it writes"
  exit 1
}
