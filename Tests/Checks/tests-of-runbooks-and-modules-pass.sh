#!/usr/bin/env bash
# The shipped runbooks and modules, and the example site, do what the tests beside them expect.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

program=$(Tests/program.sh)
"$program" test runbooks stdlib Examples/sites
