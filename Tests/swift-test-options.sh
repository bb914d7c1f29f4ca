# shellcheck shell=bash
# How the Swift tests are built by every script that runs them, so that they are built once: for debugging, but optimized, since
# tens of thousands of runs are killed and resumed on the model; and apart from `.build`, which a plain `swift build` uses.
# shellcheck disable=SC2034 # for the script that sources this
swift_test_options=(--scratch-path .build-test -Xswiftc -O)
