#!/usr/bin/env bash
# Builds the program as the tests have it, and prints its path: in a moment where nothing changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source-path=SCRIPTDIR
source Tests/swift-test-options.sh

swift build "${swift_test_options[@]}" --product vsrrun >&2
echo "$PWD/.build-test/debug/vsrrun"
