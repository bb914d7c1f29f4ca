#!/usr/bin/env bash
# `make install` puts every runbook, every module, every example machine, the journal's catalog and the shells' completions where
# they are looked for, and no tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
program=$(Tests/program.sh)
make --no-print-directory --silent install PROGRAM="$program" DESTDIR="$root/target"

shipped() {
  find "$@" -type f ! -name '*_test.*' | sort
}

diff <(shipped runbooks stdlib Examples/machines Examples/sites) <(cd "$root/target/usr/share/vsrrun" && find runbooks stdlib Examples -type f | sort)
# Each version is kept whole, for the day when another is installed over it.
for runbook in $(shipped runbooks); do
  name=$(basename "$runbook" .lua)
  kept=$(echo "$root/target/usr/share/vsrrun/versions/$name"@*)
  cmp "$runbook" "$kept/$name.lua"
  diff -r --exclude=meta --exclude='*_test.*' stdlib "$kept/stdlib"
  test ! -e "$kept/stdlib/meta"
  [[ -z "$(find "$kept" -name '*_test.*')" ]]
done
test -x "$root/target/usr/bin/vsrrun"
test -s "$root/target/usr/lib/systemd/catalog/vsrrun.catalog"

# The installed program finds what was installed, and the shell offers it.
"$root/target/usr/bin/vsrrun" docs install-single-node >/dev/null
bash -n "$root/target/usr/share/bash-completion/completions/vsrrun"
grep -q '^#compdef vsrrun' "$root/target/usr/share/zsh/site-functions/_vsrrun"
grep -q '^complete -c .vsrrun' "$root/target/usr/share/fish/vendor_completions.d/vsrrun.fish"

# What bash would offer after these words: the last one is being typed.
offers() {
  PATH="$root/target/usr/bin:$PATH" bash -c '
    source "$1" && shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE=$* COMP_POINT=${#COMP_LINE}
    completion=$(complete -p vsrrun) && completion=${completion#*-F } && ${completion%% *} vsrrun "${@: -1}" "${@: -2:1}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$root/target/usr/share/bash-completion/completions/vsrrun" "$@"
}
# grep reads to the end: with -q it would cut the writer off.
offers vsrrun reh | grep -x rehearse >/dev/null
offers vsrrun rehearse inst | grep -x install-single-node >/dev/null
offers vsrrun rehearse install-single-node --until virt | grep -x virtual-functions >/dev/null
offers vsrrun rehearse install-single-node --set hugepage | grep -x hugepages= >/dev/null
offers vsrrun docs sriov.s | grep -x sriov.set_vfs >/dev/null
