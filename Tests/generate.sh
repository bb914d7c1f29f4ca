#!/usr/bin/env bash
# Writes what is made from the program itself: generate.sh DEFINITIONS REFERENCE
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

(($# == 2)) || {
  echo "usage: generate.sh DEFINITIONS REFERENCE" >&2
  exit 64
}
program=$(Tests/program.sh)
# What is not made any more must not stay.
rm -rf "$1" "$2"
"$program" docs --format luacats --directory "$1"
"$program" docs --format markdown --directory "$2"
