# shellcheck shell=bash
# What the tests share that have the released program at work in the container:
#
#   source live.sh "what is tested"
#   "$lab" up …
#   install_program
#   vsrrun run …
#
# The container ends with the script, and so does $folder, for its files. VSRRUN_ARCHIVE names a packed program to test instead of
# the one that .ci/release.sh makes.

if ((EUID != 0)); then
  echo "ok 1 - $1 # SKIP needs root"
  exit 0
fi

lab=$PWD/Tests/Container/lab.sh
folder=$(mktemp -d)
trap '"$lab" down; rm -rf "$folder"' EXIT
"$lab" down # of a test that was killed

inside() {
  "$lab" in "$@"
}

vsrrun() {
  inside /opt/vsrrun/vsrrun "$@"
}

install_program() {
  inside mkdir /opt/vsrrun
  inside tar -xz -C /opt/vsrrun --strip-components=1 <"${VSRRUN_ARCHIVE:-$(.ci/release.sh)}"
}
