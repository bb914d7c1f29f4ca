#!/usr/bin/env bash
# The program imports Glibc and nothing larger: it starts in a moment and says itself what it means by a path or a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

! grep -rnE '^\s*(@\w+\s+|\w+\s+)*import\s+(Foundation|FoundationEssentials)\b' Sources --include='*.swift'
