#!/usr/bin/env bash
# The shipped runbooks and modules, and the example site, do what the tests beside them expect.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR
source Tests/swift-test-options.sh

swift build "${swift_test_options[@]}" --product vsrrun
"$(swift build "${swift_test_options[@]}" --show-bin-path)/vsrrun" test runbooks stdlib Examples/sites
