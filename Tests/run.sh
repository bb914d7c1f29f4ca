#!/usr/bin/env bash
# Runs the tests, part by part, the fast ones first.
#
#   Tests/run.sh            every part but the longest of Tests/Lab; the longer ones beside each other
#   Tests/run.sh PART…      some of them, one after the other
#
# Says how many tests each part ran and how long it took; the last line is the sum: `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A signal that is ignored where this was started, as by nohup, would be ignored by the programs under test, too.
if [[ -z "${VSRRUN_TESTS_SIGNALS-}" ]]; then
  export VSRRUN_TESTS_SIGNALS=default
  exec env --default-signal=HUP,INT,QUIT Tests/run.sh "$@"
fi

export NO_COLOR=1 # the counting below reads lines as they are written to a file
# One after the other: what is wrong most often, and the program that the others test.
first=(lint checks unit systemd release)
# Then these lanes beside each other. Those of the second one share a container; those of the last one want processors all the time
# and leave them to the others, which wait for services.
lanes=(
  "kubernetes fetch schemas"
  "live audit packages interrupts node"
  "crash sanitize"
)
# In the end, alone: an emulated machine wants both processors of a small builder.
last=(awkward)
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
# shellcheck source-path=SCRIPTDIR
source Tests/tap.sh
source Tests/swift-test-options.sh

# --- the parts: each writes what it does to standard output, and its tests as lines that count() knows ---------------------

# Lists the files of this checkout, whether git knows them yet or not.
files() {
  git ls-files --cached --others --exclude-standard --deduplicate "$@"
}

# Whatever its name: what is meant for a shell says so in its first line.
shell_files() {
  files | xargs -d '\n' awk 'FNR == 1 { if (/^#!.*[\/ ](ba)?sh( |$)|^# shellcheck shell=/) print FILENAME; nextfile }'
}

lua_files() {
  files -- '*.lua'
}

swift_is_formatted() {
  # Not the build folder that a plain `swift build` makes in the example.
  files -- '*.swift' | xargs -d '\n' swift format lint --strict --parallel
}

shell_is_clean() {
  shell_files | xargs -d '\n' shellcheck --external-sources
}

lua_is_clean() {
  lua_files | xargs -d '\n' luacheck --quiet --no-color
}

part_lint() {
  check "Swift is formatted" swift_is_formatted
  check "shell scripts pass shellcheck" shell_is_clean
  check "Lua passes luacheck" lua_is_clean
  finish
}

part_checks() {
  local script
  for script in Tests/Checks/*.sh; do
    [[ ! -e "$script" ]] || check "$(basename "$script" .sh | tr - ' ')" bash "$script"
  done
  finish
}

# The suites that kill a run at every point keep every core busy, and tests of time limits beside them would be late.
crash_suites='CrashTests|KillTests'

swift_test() {
  swift test "${swift_test_options[@]}" --disable-xctest --parallel "$@"
}

part_unit() {
  swift_test --skip "$crash_suites"
}

part_crash() {
  local suite
  for suite in ${crash_suites//|/ }; do swift_test --filter "$suite"; done
}

# Memory of the Lua bridge, under a sanitizer or valgrind: scripts of that name beside the tests of the code they watch.
part_sanitize() {
  local script
  for script in Tests/*/sanitize.sh; do
    [[ ! -e "$script" ]] || check "$(basename "$(dirname "$script")") under a sanitizer" bash "$script"
  done
  finish
}

part_release() {
  Tests/Release/debian11.sh
}

part_schemas() {
  Tests/Schemas/validate.sh
}

part_fetch() {
  Tests/Fetch/live-fetch.sh
}

part_systemd() {
  Tests/Container/swift-tests.sh
}

part_live() {
  Tests/Container/live-run.sh
}

part_audit() {
  Tests/Container/live-audit.sh
}

part_packages() {
  Tests/Packages/live-packages.sh
}

part_interrupts() {
  Tests/Container/live-interrupts.sh
}

part_kubernetes() {
  Tests/Kubernetes/live-objects.sh
}

part_node() {
  Tests/Kubernetes/live-node.sh
}

part_awkward() {
  Tests/Lab/live-awkward.sh
}

# Those that take an hour or more are run by name (`make lab`, `make lab-full`).
part_machine() {
  Tests/Lab/live-machine.sh
}

part_cuts() {
  Tests/Lab/live-cuts.sh
}

# --- counting --------------------------------------------------------------------------------------------------------------

# Prints passed, failed and skipped of a part's output: TAP lines, and those of Swift Testing.
count() {
  awk '
    /^ok [0-9]+ - .*# SKIP/ { skipped++; next }
    /^ok [0-9]+/ { passed++ }
    /^not ok [0-9]+/ { failed++ }
    # As in: `✘ Test run with 7 tests in 2 suites failed after …`, `✘ Test name() failed after …`, `➜ Test name() skipped`.
    /^(✔|✘) Test run with [0-9]+ tests?/ { sub(/.*run with /, ""); tests += $1; next }
    /^✘ Test .* failed after/ { broken++ }
    /^➜ Test .* skipped/ { missed++ }
    END { print passed + tests - broken - missed, failed + broken, skipped + missed }
  ' "$1"
}

# Prints the tests of a part's output that failed, each with the last that it said: two lines that are read without the rest.
failures() {
  awk -v part="$2" '
    function tell() {
      if (name != "") printf "failed: %s: %s\n        %s\n", part, name, substr(said, 1, 160)
      name = ""
    }
    /^not ok [0-9]+/ { tell(); name = $0; sub(/^not ok [0-9]+ - /, "", name); said = ""; next }
    name != "" && /^# / { said = substr($0, 3); next }
    { tell() }
    /^✘ Test .* recorded an issue/ { printf "failed: %s: %s\n", part, substr($0, 1, 240) }
    END { tell() }
  ' "$1"
}

# Output of a part is told as it comes, each line with PREFIX.
run_part() {
  local part=$1 prefix=${2-} log=$output/$1 started=$SECONDS status p f s
  echo "=== $part"
  # Outside any condition, where the shell would ignore the `set -e` of what it runs.
  set +e
  (
    set -e
    "part_$part"
  ) > >(tee "$log" | sed -u "s/^/$prefix/") 2>&1
  status=$?
  set -e
  wait # for tee
  read -r p f s < <(count "$log")
  # A part that ends badly without a failed test (it did not build, it was killed) counts as one.
  if ((status != 0 && f == 0)); then f=1; fi
  failures "$log" "$part" >>"$output/failures"
  echo "$part $p $f $s $((SECONDS - started))" >>"$output/results"
}

run_lane() {
  local part
  for part in "$@"; do run_part "$part" "$part | "; done
}

run_everything() {
  local part lane parts
  for part in "${first[@]}"; do run_part "$part"; done
  # Built once for all; what fails to be built has failed above, and fails below.
  VSRRUN_PROGRAM=$(.ci/release.sh program) && VSRRUN_ARCHIVE=$(.ci/release.sh) && export VSRRUN_PROGRAM VSRRUN_ARCHIVE
  for lane in "${lanes[@]}"; do
    read -ra parts <<<"$lane"
    if [[ "$lane" == "${lanes[-1]}" ]]; then
      (renice -n 10 "$BASHPID" >/dev/null && run_lane "${parts[@]}") &
    else
      run_lane "${parts[@]}" &
    fi
  done
  wait
  for part in "${last[@]}"; do run_part "$part"; done
}

for part in "$@"; do
  declare -F "part_$part" >/dev/null || {
    echo "Tests/run.sh: no part '$part'; there are: ${first[*]} ${lanes[*]} ${last[*]} machine cuts" >&2
    exit 64
  }
done
if (($#)); then
  for part in "$@"; do run_part "$part"; done
else
  run_everything
fi

echo
awk -v seconds="$SECONDS" -v failures="$output/failures" '
  { printf "%-10s %5d passed %3d failed %3d skipped %5d s\n", $1, $2, $3, $4, $5; passed += $2; failed += $3; skipped += $4 }
  END {
    while ((getline line <failures) > 0) print line
    printf "in %d min %d s\n%d passed, %d failed%s\n", seconds / 60, seconds % 60, passed, failed,
      skipped ? ", " skipped " skipped" : ""
    exit failed > 0
  }' "$output/results"
