#!/usr/bin/env bash
# Runs suites of the Swift tests inside the container, where systemd, D-Bus and journald are real.
#
#   swift-tests.sh [SUITE…]     default: LiveSystemdTests
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
lab=Tests/Container/lab.sh

(($#)) || set -- LiveSystemdTests
if ((EUID != 0)); then
  echo "ok 1 - $* in a container # SKIP needs root"
  exit 0
fi

# shellcheck source-path=SCRIPTDIR/..
source Tests/swift-test-options.sh
swift build "${swift_test_options[@]}" --build-tests
binaries=$(swift build "${swift_test_options[@]}" --show-bin-path)
bundle=$(echo "$binaries"/*PackageTests.xctest)
toolchain=$(realpath "$(dirname "$(realpath "$(command -v swift)")")/..")

filters=()
for suite in "$@"; do filters+=(--filter "$suite"); done

trap '"$lab" down' EXIT
# The tests and their run time appear inside at the paths that the linker has written into them.
"$lab" down # of a test that was killed
"$lab" up "--bind-ro=$binaries" "--bind-ro=$toolchain/lib"
"$lab" in env NO_COLOR=1 "$bundle" --testing-library swift-testing "${filters[@]}"
