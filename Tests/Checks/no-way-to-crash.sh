#!/usr/bin/env bash
# No input makes the program crash: sources hold nothing that traps on purpose. (Forced unwraps are the formatter's rule.)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

! grep -rnE '\b(try!|as!|fatalError\(|preconditionFailure\(|unowned\(unsafe\)|assumingMemoryBound)' Sources --include='*.swift'
