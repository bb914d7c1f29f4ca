# shellcheck shell=bash
# Named checks in shell scripts, told in the Test Anything Protocol:
#
#   source tap.sh
#   check "the unit is enabled" systemctl is-enabled NAME
#   finish

tap_count=0
tap_failed=0

# Runs a command; its output is shown only if it fails, its time if it took ten seconds. A function is run with `set -e`, as a test
# of several commands.
check() {
  local name=$1 output status=0 started=$SECONDS
  shift
  tap_count=$((tap_count + 1))
  # The subshell must stand outside any condition, where the shell would ignore its `set -e`.
  set +e
  output=$(
    set -e
    "$@" 2>&1
  )
  status=$?
  set -e
  ((SECONDS - started < 10)) || name+=" ($((SECONDS - started)) s)"
  if ((status == 0)); then
    echo "ok $tap_count - $name"
    return
  fi
  tap_failed=$((tap_failed + 1))
  echo "not ok $tap_count - $name"
  echo "# status $status: $*"
  [[ -z "$output" ]] || echo "# ${output//$'\n'/$'\n# '}"
}

skip() {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}

# Inside a check: says what was expected where two texts differ.
equal() {
  [[ "$1" == "$2" ]] || {
    printf 'expected: %s\n     got: %s\n' "$2" "$1"
    return 1
  }
}

finish() {
  echo "1..$tap_count"
  ((tap_failed == 0))
}
