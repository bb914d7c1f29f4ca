#!/usr/bin/env bash
# Downloads, git repositories and what is built of them, for real: curl, git, make and the Go compiler of this machine, against
# stand-in repositories and a web server that are made here. It runs in a network namespace with nothing but loopback.
#
#   Tests/Fetch/live-fetch.sh        VSRRUN_PROGRAM names another vsrrun than the released one
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh

if ((EUID != 0)); then
  echo "ok 1 - downloads and repositories # SKIP needs root"
  exit 0
fi
if [[ -z "${VSRRUN_FETCH_INSIDE:-}" ]]; then
  VSRRUN_PROGRAM=$(realpath "${VSRRUN_PROGRAM:-$(.ci/release.sh program)}")
  export VSRRUN_PROGRAM VSRRUN_FETCH_INSIDE=1
  exec unshare --mount --net bash "$0"
fi
ip link set lo up
# The lock of this machine's runs is another one here.
mount -t tmpfs none /run

program=$VSRRUN_PROGRAM
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vsrrun/go-build
folder=$(mktemp -d)
home=$folder/home
server=
# Go's modules are read-only.
trap '[[ -z "$server" ]] || kill "$server"; chmod -R u+w "$folder"; rm -rf "$folder"' EXIT

mkdir -p "$home" "$folder/web" "$cache"
export HOME=$home NO_COLOR=1
git config --global user.name tester
git config --global user.email tester@example.com
git config --global init.defaultBranch main

# --- stand-ins -------------------------------------------------------------------------------------------------------------

# Stands for multus-cni: its build command and what that makes, two releases, and more history than anybody needs.
stand_in_for_multus() {
  local source=$folder/multus-stand-in
  git init --quiet "$source"
  cd "$source"
  mkdir -p hack cmd images
  printf 'module example.invalid/multus\n\ngo 1.18\n' >go.mod
  printf 'package main\n\nfunc main() { println("stand-in for multus 3.7") }\n' >cmd/main.go
  cat >hack/build-go.sh <<'SCRIPT'
#!/usr/bin/env bash
set -e
touch "$HOME/was-here"
[[ ! -e ../../hold-build ]] || sleep 30
mkdir -p bin
CGO_ENABLED=0 go build -o bin/multus ./cmd
SCRIPT
  chmod +x hack/build-go.sh
  printf 'bin/\n' >.gitignore
  printf 'kind: DaemonSet\n' >images/multus-daemonset.yml
  # Slow to check out where the home directory's git settings say so.
  printf 'images/part-* filter=slow\n' >.gitattributes
  for part in 1 2 3 4 5 6; do echo "$part" >"images/part-$part"; done
  git add .
  git commit --quiet --message "before"
  local version
  for version in 3.8 3.9; do
    sed -i "s/multus [0-9.]*/multus $version/" cmd/main.go
    echo "$version" >images/part-1
    git commit --quiet --all --message "$version"
    git tag --annotate --message "v$version" "v$version"
  done
  cd - >/dev/null
  git clone --quiet --bare "$source" "$folder/web/multus.git"
  git -C "$folder/web/multus.git" repack -adq
  git -C "$folder/web/multus.git" update-server-info
}

# Stands for a proxy of Go modules, with the one that is needed.
stand_in_for_a_module_proxy() {
  local module=$folder/netlink
  mkdir "$module" "$folder/modules"
  printf 'module example.invalid/netlink\n\ngo 1.18\n' >"$module/go.mod"
  printf 'package netlink\n\nconst Name = "sriov-cni"\n' >"$module/netlink.go"
  python3 - "$module" "$folder/modules/example.invalid/netlink/@v" <<'PYTHON'
import os, sys, zipfile
module, proxy = sys.argv[1:]
os.makedirs(proxy)
with zipfile.ZipFile(f"{proxy}/v1.0.0.zip", "w") as archive:
    for name in "go.mod", "netlink.go":
        archive.write(f"{module}/{name}", f"example.invalid/netlink@v1.0.0/{name}")
os.link(f"{module}/go.mod", f"{proxy}/v1.0.0.mod")
open(f"{proxy}/v1.0.0.info", "w").write('{"Version": "v1.0.0"}')
open(f"{proxy}/list", "w").write("v1.0.0\n")
PYTHON
}

# Stands for sriov-cni: built by make, with a module that has to be downloaded.
stand_in_for_sriov_cni() {
  local source=$folder/web/sriov-cni
  git init --quiet "$source"
  cd "$source"
  mkdir -p cmd/sriov
  printf 'module example.invalid/sriov\n\ngo 1.18\n' >go.mod
  printf 'package main\n\nimport "example.invalid/netlink"\n\nfunc main() { println("stand-in for", netlink.Name) }\n' \
    >cmd/sriov/main.go
  GOPROXY=file://$folder/modules GOSUMDB=off GOCACHE=$cache GOPATH=$folder/go go mod tidy 2>/dev/null
  printf 'build: build/sriov\n\nbuild/sriov:\n\tmkdir -p build\n\tCGO_ENABLED=0 go build -o build/sriov ./cmd/sriov\n' >Makefile
  git add .
  git commit --quiet --message "one"
  git tag v2.6.1
  cd - >/dev/null
}

stand_in_for_a_module_proxy
stand_in_for_multus
stand_in_for_sriov_cni
printf 'kind: Namespace\nmetadata: {name: kube-flannel}\n' >"$folder/web/manifest.yml"
sum=$(sha256sum "$folder/web/manifest.yml" | cut -d ' ' -f 1)

exec 3< <(exec python3 Tests/Fetch/server.py "$folder/web")
server=$!
read -r port <&3
web=http://127.0.0.1:$port

# --- running ---------------------------------------------------------------------------------------------------------------

# Begins a scene: an empty machine and an empty state.
scene() {
  root=$folder/$1/root
  state=$folder/$1/state
  mkdir -p "$root"
  everything=(
    --set manifest="$web/manifest.yml" --set sha256="$sum" --set multus="$folder/web/multus.git"
    --set sriov="file://$folder/web/sriov-cni" --set settings=true
    --set go_proxy="file://$folder/modules"
  )
}

vsrrun() {
  "$program" "$@" --state "$state"
}

# The runbook with these parameters; what it says goes to files.
run() {
  vsrrun run Tests/Fetch/fetch.lua --yes --output jsonl --set root="$root" --set cache="$cache" "$@" \
    >"$folder/out" 2>"$folder/err"
}

plan() {
  "$program" plan Tests/Fetch/fetch.lua --detailed-exitcode --set root="$root" --set cache="$cache" "$@" \
    >"$folder/out" 2>"$folder/err"
}

# Fails if the command does not end with this status.
ends_with() {
  local expected=$1 status=0
  shift
  "$@" || status=$?
  equal "$status" "$expected" || {
    cat "$folder/err" "$folder/out"
    return 1
  }
}

# A field of the last run's last event.
last() {
  tail -n 1 "$folder/out" | python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"
}

# The text of the last run's error.
said() {
  grep -qF -- "$1" "$folder/err" "$folder/out" || {
    echo "not said: $1"
    cat "$folder/err"
    return 1
  }
}

listing() {
  find "$root" -printf '%y %m %u %P %l\n' | sort
}

nothing_left() {
  equal "$(listing)" "d 755 root  "
}

everything_is_there() {
  cmp "$root/share/kube-flannel.yml" "$folder/web/manifest.yml"
  equal "$("$root/opt/cni/bin/multus" 2>&1)" "stand-in for multus ${1:-3.8}"
  equal "$("$root/opt/cni/bin/sriov" 2>&1)" "stand-in for sriov-cni"
  equal "$(stat -c %a "$root/opt/cni/bin/multus")" 755
  equal "$(git -C "$root/src/multus" rev-parse HEAD)" "$(git -C "$folder/web/multus.git" rev-parse "v${1:-3.8}^{commit}")"
  equal "$(git -C "$root/src/multus" status --porcelain)" ""
  equal "$(cat "$root/etc/daemon.json")" $'{\n  "exec-opts": ["native.cgroupdriver=systemd"]\n}'
}

# Runs in the background until `$1` says that it has come far enough, then kills the program, and what it started too
# if `$2` is `all`; then the run is left to be resumed.
killed_once() {
  local reached=$1 whom=$2 runner run child look
  shift 2
  run "$@" &
  runner=$!
  for ((look = 0; look < 1200; look++)); do
    ! "$reached" || break
    sleep 0.05
  done
  ((look < 1200)) || {
    echo "it did not come so far"
    cat "$folder/err"
    return 1
  }
  run=$(basename "$state"/runs/*)
  # The function runs in a shell of its own, whose child the program is.
  kill -KILL "$(pgrep -P "$runner")"
  wait "$runner" || true
  [[ "$whom" == all ]] || return 0
  for child in $(of_run "$run"); do kill -KILL "$child" 2>/dev/null || true; done
}

# The processes that a run started.
of_run() {
  local environment
  { grep -lszx "VSRRUN_RUN=$1" /proc/[0-9]*/environ || true; } | while read -r environment; do
    basename "$(dirname "$environment")"
  done
}

resume() {
  vsrrun resume --output jsonl >"$folder/out" 2>"$folder/err"
}

take_back() {
  vsrrun rollback --yes >"$folder/out" 2>"$folder/err"
}

rolls_back() {
  ends_with 0 take_back
}

# --- the whole, and again --------------------------------------------------------------------------------------------------

scene whole

plan_before() {
  ends_with 2 plan "${everything[@]}"
  nothing_left
}
check "a plan foresees it all and touches nothing" plan_before

whole() {
  ends_with 0 run "${everything[@]}"
  everything_is_there
}
check "all is fetched, checked out, built and put in place" whole

shallow() {
  equal "$(git -C "$root/src/multus" rev-list --count HEAD)" 1
  equal "$(git -C "$root/src/multus" describe --tags --exact-match)" v3.8
}
check "only the wanted revision is fetched" shallow

again() {
  mv "$folder/web" "$folder/away"
  local status=0
  ends_with 0 run "${everything[@]}" || status=$?
  mv "$folder/away" "$folder/web"
  ((status == 0))
  equal "$(last changed)" 0
}
check "a second run changes nothing, and needs no network" again

plan_after() {
  ends_with 0 plan "${everything[@]}"
}
check "a plan sees that nothing is left to be done" plan_after

drift() {
  echo trojan >"$root/opt/cni/bin/sriov"
  echo more >>"$root/share/kube-flannel.yml"
  echo trojan >"$root/src/multus/bin/multus"
  ends_with 0 run "${everything[@]}"
  everything_is_there
  equal "$(last changed)" 3
}
check "what another hand changed is put right: the copy, the download, what was built" drift

another_revision() {
  ends_with 0 run "${everything[@]}" --set revision=v3.9
  everything_is_there 3.9
  rolls_back
  everything_is_there
}
check "another revision is built in its place, and a rollback brings the former one back" another_revision

by_commit() {
  local commit
  commit=$(git -C "$folder/web/multus.git" rev-parse 'v3.9^{commit}')
  ends_with 0 run "${everything[@]}" --set revision="$commit"
  everything_is_there 3.9
  rolls_back
}
check "a commit is as good as a tag" by_commit

local_changes() {
  echo mine >>"$root/src/multus/hack/build-go.sh"
  ends_with 1 run "${everything[@]}" --set revision=v3.9
  said "has local changes"
  git -C "$root/src/multus" diff --quiet && return 1
  git -C "$root/src/multus" checkout --quiet hack/build-go.sh
  rolls_back
}
check "local changes are refused, not overwritten" local_changes

rollback() {
  # A scene of its own, since rollback takes back a run at a time.
  scene rollback
  ends_with 0 run "${everything[@]}"
  [[ -e "$root/src/multus/.git/vsrrun-home/was-here" ]]
  rolls_back
  nothing_left
}
check "a rollback leaves nothing" rollback

merged() {
  scene merged
  mkdir "$root/etc"
  printf '{\n\t"log-driver": "journald",\n\t"exec-opts": ["a=b"]\n}' >"$root/etc/daemon.json"
  cp "$root/etc/daemon.json" "$folder/former.json"
  ends_with 0 run --set settings=true
  equal "$(cat "$root/etc/daemon.json")" \
    $'{\n\t"log-driver": "journald",\n\t"exec-opts": ["a=b", "native.cgroupdriver=systemd"]\n}'
  rolls_back
  cmp "$root/etc/daemon.json" "$folder/former.json"
}
check "an existing daemon.json is merged, and comes back to the byte" merged

# --- what cannot be had ----------------------------------------------------------------------------------------------------

# Fails with one clear error that names this address and the parameter, within the deadline, and leaves nothing.
refused() {
  local name=$1 words=$2 address=$3 parameter=$4 started=$SECONDS
  shift 4
  scene "refused-$name"
  ends_with 1 run "$@"
  said "$words"
  said "$address"
  [[ -z "$parameter" ]] || said "set the parameter '$parameter'"
  ((SECONDS - started < 20))
  rolls_back
  nothing_left
}

manifest() {
  echo --set "manifest=$1" --set "sha256=$sum"
}

unreachable=http://mirror.invalid/manifest.yml
# shellcheck disable=SC2046 # two words each
{
  check "no network" refused host "Could not resolve host: mirror.invalid" "$unreachable" manifest $(manifest "$unreachable")
  check "nobody listens" refused port "Failed to connect" http://127.0.0.1:9/a manifest $(manifest http://127.0.0.1:9/a)
  check "404" refused missing "error: 404" "$web/missing" manifest $(manifest "$web/missing")
  check "403" refused forbidden "error: 403" "$web/refused" manifest $(manifest "$web/refused")
  check "no TLS where https is asked for" refused tls "curl: (35)" "https://127.0.0.1:$port/a" manifest \
    $(manifest "https://127.0.0.1:$port/a")
  check "a download that breaks off" refused truncated "curl: (18)" "$web/truncated/manifest.yml" manifest \
    $(manifest "$web/truncated/manifest.yml")
  check "one that is too slow" refused slow "timed out" "$web/slow/manifest.yml" manifest \
    $(manifest "$web/slow/manifest.yml") --set timeout=2
  check "one without an end" refused large "larger than 64 MiB" "$web/large" manifest $(manifest "$web/large")
  check "a mirror's path without the file" refused path "No such file" /srv/none.yml manifest $(manifest /srv/none.yml)
  check "another checksum" refused sum "has the SHA-256 $(sha256sum "$folder/web/multus.git/HEAD" | cut -d ' ' -f 1)" \
    "expected $sum: nothing was put at" "" $(manifest "$web/multus.git/HEAD")
}
check "no network for git" refused git-host "Could not resolve host: git.invalid" https://git.invalid/multus.git multus \
  --set multus=https://git.invalid/multus.git
check "no repository there" refused git-path "does not appear to be a git repository" /srv/none.git multus \
  --set multus=/srv/none.git
check "no such repository on the web" refused git-web "not found" "$web/none.git" multus --set multus="$web/none.git"
check "no such tag" refused git-tag "has no revision v9" "correct the revision" "" \
  --set multus="$folder/web/multus.git" --set revision=v9

foreign_mirror() {
  scene foreign-mirror
  cp -R "$folder/web/multus.git" "$folder/foreign.git"
  chown -R 12345 "$folder/foreign.git"
  ends_with 1 run --set multus="$folder/foreign.git"
  said "dubious ownership in repository at '$folder/foreign.git'"
  said "git config --global --add safe.directory"
  rolls_back
  nothing_left
}
check "a mirror on this machine that belongs to somebody else" foreign_mirror

module_proxy() {
  scene module-proxy
  ends_with 1 run --set sriov="file://$folder/web/sriov-cni"
  said "make build in $root/src/sriov ended with status 2"
  said "it downloads modules: set the parameter 'go_proxy'"
  [[ ! -e "$root/opt" ]]
  rolls_back
  nothing_left
}
check "no network for Go's modules" module_proxy

redirected() {
  scene redirected
  ends_with 0 run --set manifest="$web/redirect/manifest.yml" --set sha256="$sum"
  cmp "$root/share/kube-flannel.yml" "$folder/web/manifest.yml"
}
check "a redirect is followed" redirected

unverified() {
  scene unverified
  ends_with 0 run --set manifest="$folder/web/manifest.yml"
  cmp "$root/share/kube-flannel.yml" "$folder/web/manifest.yml"
}
check "a plain path is a mirror, and a checksum can be waived" unverified

proxies() {
  scene proxies
  http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 ALL_PROXY=http://127.0.0.1:9 \
    ends_with 0 run --set manifest="$web/manifest.yml" --set sha256="$sum"
  scene proxy-of-curl
  echo 'proxy = "http://127.0.0.1:9"' >"$home/.curlrc"
  local status=0
  run --set manifest="$web/manifest.yml" --set sha256="$sum" || status=$?
  rm "$home/.curlrc"
  equal "$status" 1
}
check "proxies come from curl's own settings, not from the caller's environment" proxies

plain_web() {
  scene plain-web
  ends_with 0 run --set multus="$web/multus.git"
  equal "$("$root/opt/cni/bin/multus" 2>&1)" "stand-in for multus 3.8"
}
check "a plain web server serves as a mirror of a repository, without git on its side" plain_web

# --- killed ----------------------------------------------------------------------------------------------------------------

fetching() { pgrep -f "curl .*$web/slow/" >/dev/null; }
cloning() { pgrep -f "git.* fetch .*$root/" >/dev/null || pgrep -f "git .*--git-dir=$root/src/multus/.git .*fetch" >/dev/null; }
checking_out() { [[ -e "$root/src/multus/.git/index.lock" ]]; }
building() { [[ -e "$root/src/multus/.git/vsrrun-home/was-here" ]] && pgrep -f "$root/src/multus/hack/build-go.sh" >/dev/null; }

kill_in_a_download() {
  scene "kill-fetch-$1"
  killed_once fetching "$1" --set manifest="$web/slow/manifest.yml" --set sha256="$sum" --set timeout=5
  equal "$(listing)" "d 755 root  "
  # The address is too slow for good.
  ends_with 1 resume
  said "timed out"
  rolls_back
  nothing_left
}
check "killed in a download: nothing is left of it" kill_in_a_download all

kill_in_a_clone() {
  scene "kill-clone-$1"
  touch "$folder/web/hold"
  killed_once cloning "$1" --set multus="$web/multus.git"
  rm "$folder/web/hold"
  [[ -e "$root/src/multus/.git/vsrrun-unfinished" ]]
  ends_with 0 resume
  equal "$("$root/opt/cni/bin/multus" 2>&1)" "stand-in for multus 3.8"
  [[ ! -e "$root/src/multus/.git/vsrrun-unfinished" ]]
  rolls_back
  nothing_left
}
check "killed in a clone with git going on: resumed after it, and rolled back" kill_in_a_clone one
check "killed in a clone together with git: resumed, and rolled back" kill_in_a_clone all

kill_in_a_clone_and_roll_back() {
  scene kill-clone-back
  touch "$folder/web/hold"
  killed_once cloning all --set multus="$web/multus.git"
  rm "$folder/web/hold"
  rolls_back
  nothing_left
}
check "killed in a clone and rolled back at once: nothing is left" kill_in_a_clone_and_roll_back

slow_checkouts() {
  git config --global filter.slow.smudge 'sleep 0.5; cat'
  git config --global filter.slow.clean cat
}

fast_checkouts() {
  git config --global filter.slow.smudge cat
}

scene kill-checkout

kill_in_a_checkout() {
  slow_checkouts
  killed_once checking_out all --set multus="$folder/web/multus.git"
  fast_checkouts
  # What the killed git held is still locked.
  [[ -e "$root/src/multus/.git/index.lock" ]]
  ends_with 0 resume
  equal "$("$root/opt/cni/bin/multus" 2>&1)" "stand-in for multus 3.8"
  equal "$(git -C "$root/src/multus" status --porcelain)" ""
}
check "killed in the checkout, with git's lock left behind: resumed" kill_in_a_checkout

kill_in_a_move() {
  slow_checkouts
  # The state of the same scene: the run before stands.
  rm -rf "$state"
  killed_once checking_out all --set multus="$folder/web/multus.git" --set revision=v3.9
  fast_checkouts
  ends_with 0 resume
  equal "$("$root/opt/cni/bin/multus" 2>&1)" "stand-in for multus 3.9"
  rolls_back
  equal "$("$root/opt/cni/bin/multus" 2>&1)" "stand-in for multus 3.8"
  equal "$(git -C "$root/src/multus" status --porcelain)" ""
}
check "killed while one revision takes the place of another: resumed, and the former one brought back" kill_in_a_move

kill_in_a_build() {
  scene kill-build
  touch "$root/hold-build"
  killed_once building all --set multus="$folder/web/multus.git"
  rm "$root/hold-build"
  [[ ! -e "$root/opt" ]]
  ends_with 0 resume
  equal "$("$root/opt/cni/bin/multus" 2>&1)" "stand-in for multus 3.8"
  rolls_back
  nothing_left
}
check "killed in a build: built again, and rolled back" kill_in_a_build

finish
