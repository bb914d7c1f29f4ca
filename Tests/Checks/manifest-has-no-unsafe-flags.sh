#!/usr/bin/env bash
# The engine is a library for other packages, and SwiftPM refuses a dependency with unsafe flags.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

! grep -n 'unsafeFlags' Package.swift
