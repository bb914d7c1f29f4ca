#!/usr/bin/env bash
set -e
mkdir -p bin
CGO_ENABLED=0 go build -o bin/multus ./cmd
