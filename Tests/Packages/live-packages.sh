#!/usr/bin/env bash
# Real packages: apt and dpkg in the container, against a signed repository of stand-ins.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source-path=SCRIPTDIR/..
source Tests/tap.sh
# shellcheck source-path=SCRIPTDIR/../..
source Tests/Container/live.sh "packages in a container"

# A runbook of one step: NAME, and its body on standard input.
runbook() {
  {
    printf 'runbook { name = "%s", version = "1.0.0", api = 1, summary = "a test of packages", params = {} }\n' "$1"
    echo 'step("packages", {}, function()'
    cat
    echo 'end)'
  } | inside sh -c "cat >/root/$1.lua"
}

# --- what the checks look at -----------------------------------------------------------------------------------------------

# Every package with its version and state, and apt's marks.
packages() {
  # shellcheck disable=SC2016 # dpkg-query's fields
  inside dpkg-query -W -f='${binary:Package} ${Version} ${db:Status-Abbrev}\n'
  echo "auto:" && inside apt-mark showauto
  echo "held:" && inside apt-mark showhold
}

# Everything of the files that packages bring but its time.
files() {
  # shellcheck disable=SC2016 # for the shell inside
  inside sh -c '
    set -- /etc /opt/cni /usr/bin /usr/lib/systemd /var/lib/apt/lists
    find "$@" -printf "%y %m %u %g %p -> %l\n" 2>/dev/null | grep -v -e " /opt/cni -> $" -e /lists/partial/ | LC_ALL=C sort
    find /etc -type f -exec sha256sum {} + | LC_ALL=C sort -k 2'
}

# dpkg's word for a package.
state() {
  # shellcheck disable=SC2016 # dpkg-query's field
  inside dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null
}

version() {
  # shellcheck disable=SC2016 # dpkg-query's field
  inside dpkg-query -W -f='${Version}' "$1"
}

result() {
  jq -e --arg name "$2" 'select(.type == "run.finished")[$name]' <"$folder/$1"
}

# Runs a runbook, and answers whether that ended with STATUS: NAME STATUS [OPTION…]; the events are in a file of that name.
run() {
  local name=$1 wanted=$2 status=0
  shift 2
  vsrrun run "/root/$name.lua" --yes --output jsonl "$@" >"$folder/$name" 2>"$folder/$name.err" || status=$?
  ((status == wanted)) || {
    echo "ended with $status, expected $wanted"
    cat "$folder/$name.err"
    return 1
  }
}

# Does to the newest run: NAME STATUS COMMAND
again() {
  local name=$1 wanted=$2 status=0
  shift 2
  vsrrun "$@" --output jsonl >"$folder/$name" 2>"$folder/$name.err" || status=$?
  ((status == wanted)) || {
    echo "ended with $status, expected $wanted"
    cat "$folder/$name.err"
    return 1
  }
}

# Leaves the newest run as it is.
abandon() {
  vsrrun abandon "$(vsrrun runs --output jsonl | head -n 1 | jq -r .run)"
}

says() {
  grep -F -e "$2" "$folder/$1" "$folder/$1.err" >/dev/null || {
    echo "does not say: $2"
    cat "$folder/$1.err" "$folder/$1"
    return 1
  }
}

fails() {
  if "$@"; then
    echo "did not fail: $*"
    return 1
  fi
}

wait_for() {
  for _ in {1..300}; do
    ! inside test -e "$1" || return 0
    sleep 0.1
  done
  echo "$1 does not appear"
  return 1
}

kill_all() {
  inside pkill -KILL -x vsrrun || true
  inside pkill -KILL -x apt-get || true
  inside pkill -KILL -x dpkg || true
  inside pkill -KILL -f vsr-slow.postinst || true
}

# --- the documented packages: D4 to D9 -------------------------------------------------------------------------------------

documented() {
  cat <<END
apt.key { path = "/etc/apt/keyrings/kubernetes.gpg", source = "/srv/repository/key.asc", fingerprint = "$fingerprint" }
apt.repository {
  name = "kubernetes", uris = { "file:///srv/repository/" }, suite = "/", signed_by = "/etc/apt/keyrings/kubernetes.gpg",
}
apt.update { packages = { "kubeadm=1.24.0-*", "docker.io" }, source = "kubernetes" }
apt.install { "docker.io" }
apt.install { "kubeadm=1.24.0-*", "kubectl=1.24.0-*", "kubelet=1.24.0-*" }
apt.hold { "kubeadm", "kubectl", "kubelet" }
END
}

installs() {
  run documented 0
  equal "$(result documented changed)" 6
  equal "$(version kubeadm) $(version kubelet) $(version kubectl)" "1.24.0-00 1.24.0-00 1.24.0-00"
  equal "$(state docker.io)" installed
}

dependencies_are_marked() {
  equal "$(inside apt-mark showauto cri-tools kubernetes-cni vsr-conffile kubeadm)" $'cri-tools\nkubernetes-cni\nvsr-conffile'
}

holds() {
  equal "$(inside apt-mark showhold)" $'kubeadm\nkubectl\nkubelet'
}

key_is_for_its_repository_alone() {
  equal "$(inside stat -c '%a %U' /etc/apt/keyrings/kubernetes.gpg)" "644 root"
  inside grep -qx 'Signed-By: /etc/apt/keyrings/kubernetes.gpg' /etc/apt/sources.list.d/kubernetes.sources
  # Written in binary form, as gpg --dearmor would.
  cmp <(inside cat /etc/apt/keyrings/kubernetes.gpg) <(gpg --dearmor <"$folder/repository/key.asc" 2>/dev/null)
}

units_run() {
  equal "$(inside systemctl is-enabled docker.service kubelet.service)" $'enabled\nenabled'
  equal "$(inside systemctl is-active docker.service)" active
}

second_run_changes_nothing() {
  run documented 0
  equal "$(result documented changed)" 0
}

rolls_back() {
  again rollback 0 rollback --yes
}

packages_are_as_before() {
  diff <(packages) "$folder/packages"
}

files_are_as_before() {
  diff <(files) "$folder/files"
}

# --- refusals --------------------------------------------------------------------------------------------------------------

former_repository_is_refused() {
  runbook former <<'END'
apt.repository {
  name = "kubernetes", uris = { "https://apt.kubernetes.io/" }, suite = "kubernetes-xenial", components = { "main" },
  signed_by = "/etc/apt/keyrings/kubernetes.gpg",
}
END
  run former 65
  says former "gone since 2024-03-04"
  says former "https://pkgs.k8s.io/core:/stable:/v1.24/deb/"
  fails inside test -e /etc/apt/sources.list.d/kubernetes.sources
  abandon
}

wrong_key_is_refused() {
  runbook wrong-key <<'END'
apt.key {
  path = "/etc/apt/keyrings/kubernetes.gpg", source = "/srv/repository/key.asc",
  fingerprint = "DE15 B144 86CD 377B 9E87  6E1A 2346 54DA 9A29 6436",
}
END
  run wrong-key 1
  says wrong-key "has the fingerprint $fingerprint, expected DE15B14486CD377B9E876E1A234654DA9A296436"
  fails inside test -e /etc/apt/keyrings/kubernetes.gpg
  abandon
}

unknown_key_is_told() {
  inside sh -c 'mkdir -p /etc/apt/keyrings; : >/etc/apt/keyrings/empty.gpg'
  runbook unknown-key <<'END'
apt.repository { name = "unsigned", uris = { "file:///srv/repository/" }, suite = "/", signed_by = "/etc/apt/keyrings/empty.gpg" }
apt.update { source = "unsigned" }
END
  run unknown-key 1
  says unknown-key "is signed by the key ${fingerprint:24}, which is not in the keyring"
  again rollback 0 rollback --yes
  inside rm /etc/apt/keyrings/empty.gpg
}

no_network_is_one_sentence() {
  runbook no-network <<'END'
apt.repository { name = "mirror", uris = { "http://mirror.example.invalid/k8s/" }, suite = "/", signed_by = "/etc/apt/keyrings/k.gpg" }
apt.update { source = "mirror", parameter = "kubernetes_repository" }
END
  run no-network 1
  says no-network "cannot reach http://mirror.example.invalid/k8s/InRelease: Temporary failure resolving 'mirror.example.invalid'; a site without internet access gives its mirror by the parameter 'kubernetes_repository'"
  again rollback 0 rollback --yes
}

missing_version_is_told() {
  runbook missing-version <<'END'
apt.install { "kubeadm=1.24.9-*" }
END
  run missing-version 1
  says missing-version "kubeadm=1.24.9-* is not on offer; on offer are 1.25.3-1.1, 1.24.0-00, 1.23.17-00"
  abandon
}

# --- failures --------------------------------------------------------------------------------------------------------------

failing_postinst_is_told_and_resumed() {
  runbook broken <<'END'
apt.install { "vsr-broken", "vsr-conffile" }
END
  run broken 1
  says broken "dpkg cannot configure vsr-broken: installed vsr-broken package post-installation script subprocess returned error exit status 3; before that: no licence key was found"
  equal "$(state vsr-broken)" half-configured
  again resumed 1 resume
  inside touch /run/mend
  again resumed 0 resume
  equal "$(state vsr-broken) $(state vsr-conffile)" "installed installed"
  again rollback 0 rollback --yes
  inside rm /run/mend
}

failing_postinst_is_rolled_back() {
  run broken 1
  again rollback 0 rollback --yes
}

lock_is_waited_for_and_its_holder_named() {
  inside rm -f /run/slow-began
  inside touch /run/slow
  inside apt-get install -y vsr-slow >/dev/null 2>&1 &
  wait_for /run/slow-began
  runbook locked <<'END'
apt.install { packages = { "cri-tools" }, lock_timeout = 4 }
END
  run locked 1
  says locked "lock is held by process"
  says locked "(apt-get) for longer than 4 s"
  runbook locked <<'END'
apt.install { packages = { "cri-tools" }, lock_timeout = 60 }
END
  (sleep 3 && inside rm /run/slow) &
  again resumed 0 resume --accept-changes --yes
  wait
  equal "$(state cri-tools) $(state vsr-slow)" "installed installed"
  again rollback 4 rollback --yes
  says rollback "dpkg was in the middle of vsr-slow 1.0 (was 1.0 half-configured): what became of it stays"
  fails state cri-tools
  inside apt-get purge -y vsr-slow vsr-conffile >/dev/null
}

another_hands_packages_stay() {
  runbook foreign <<'END'
apt.install { "cri-tools" }
END
  run foreign 0
  inside apt-get install -y vsr-slow >/dev/null
  again rollback 4 rollback --yes
  says rollback "another hand changed, and keeps, vsr-conffile 2.0 auto (was absent), vsr-slow 1.0 (was absent)"
  fails state cri-tools
  # With what the other hand did out of the way, it comes to its end.
  inside apt-get purge -y vsr-slow vsr-conffile >/dev/null
  again rollback 0 rollback --yes
}

# The program is killed, and what it had started goes on: a resume waits for that.
killed_program_is_resumed() {
  runbook slow <<'END'
apt.install { "vsr-slow" }
END
  inside rm -f /run/slow-began
  inside touch /run/slow
  vsrrun run /root/slow.lua --yes >"$folder/slow" 2>&1 &
  wait_for /run/slow-began
  inside pkill -KILL -x vsrrun
  fails wait $!
  inside pgrep -x apt-get
  (sleep 3 && inside rm /run/slow) &
  again resumed 0 resume
  wait
  says resumed "apt-get"
  equal "$(state vsr-slow)" installed
  equal "$(inside apt-mark showauto vsr-conffile)" vsr-conffile
  again rollback 0 rollback --yes
}

# Everything is killed in the middle of a postinst, as in a power cut.
killed_apt_is_recovered() {
  inside rm -f /run/slow-began
  inside touch /run/slow
  vsrrun run /root/slow.lua --yes >"$folder/slow" 2>&1 &
  wait_for /run/slow-began
  kill_all
  fails wait $!
  inside rm /run/slow
  equal "$(state vsr-slow)" half-configured
  fails inside apt-get install -y cri-tools 2>"$folder/refused"
  grep -F "dpkg was interrupted" "$folder/refused"
  again resumed 0 resume
  equal "$(state vsr-slow) $(inside dpkg --audit)" "installed "
  again rollback 0 rollback --yes
}

killed_apt_is_rolled_back() {
  inside rm -f /run/slow-began
  inside touch /run/slow
  vsrrun run /root/slow.lua --yes >"$folder/slow" 2>&1 &
  wait_for /run/slow-began
  kill_all
  fails wait $!
  inside rm /run/slow
  again rollback 0 rollback --yes
}

# --- what was there before -------------------------------------------------------------------------------------------------

held_package_is_refused() {
  inside apt-get install -y kubeadm=1.23.17-00 kubelet=1.23.17-00 kubectl=1.23.17-00 vsr-conffile=1.0 >/dev/null
  inside apt-mark hold kubeadm >/dev/null
  inside apt-mark auto kubectl >/dev/null
  inside sh -c 'echo "version = mine" >/etc/vsr.conf'
  packages >"$folder/former"
  runbook held <<'END'
apt.install { "kubeadm=1.24.0-00", "kubelet=1.24.0-00" }
END
  run held 1
  says held "kubeadm is held at 1.23.17-00, and kubeadm=1.24.0-00 is wanted"
  abandon
}

upgrade_is_rolled_back() {
  runbook upgrade <<'END'
apt.install { packages = { "kubeadm=1.24.0-00", "kubelet=1.24.0-00", "kubectl=1.24.0-00", "vsr-conffile=2.0" }, change_held = true }
END
  run upgrade 0
  equal "$(version kubeadm) $(version kubectl) $(version vsr-conffile)" "1.24.0-00 1.24.0-00 2.0"
  equal "$(inside apt-mark showhold)" kubeadm
  equal "$(inside cat /etc/vsr.conf)" "version = mine"
  again rollback 0 rollback --yes
  diff <(packages) "$folder/former"
  equal "$(inside cat /etc/vsr.conf)" "version = mine"
}

removal_is_rolled_back() {
  runbook removal <<'END'
apt.remove { packages = { "kubeadm", "kubelet", "vsr-conffile" }, purge = true }
END
  run removal 0
  fails state kubeadm
  fails state kubelet
  fails inside test -e /etc/vsr.conf
  again rollback 0 rollback --yes
  diff <(packages) "$folder/former"
  equal "$(inside cat /etc/vsr.conf)" "version = mine"
}

# --- the tests, in their order ---------------------------------------------------------------------------------------------

Tests/Packages/repository.sh "$folder/repository"
fingerprint=$(<"$folder/repository/fingerprint")

"$lab" up --no-kubelet --bind-ro="$folder/repository:/srv/repository"
install_program
inside sh -c ': >/etc/apt/sources.list; apt-get update' >/dev/null 2>&1 # there is no network
documented | runbook documented
packages >"$folder/packages"
files >"$folder/files"

check "D4 to D9: packages, key, repository, holds" installs
check "D8: what came along is marked as automatic" dependencies_are_marked
check "D9: the packages are held" holds
check "D6 and D7: the key is for its repository alone" key_is_for_its_repository_alone
check "docker and kubelet are enabled, docker runs" units_run
check "a second run changes nothing" second_run_changes_nothing
check "the install is rolled back" rolls_back
check "after the rollback packages and marks are as before" packages_are_as_before
check "after the rollback files and lists are as before" files_are_as_before

check "the former Kubernetes repository is refused, with the way out" former_repository_is_refused
check "a key with another fingerprint is refused" wrong_key_is_refused
check "a repository whose key is missing is told" unknown_key_is_told
check "no network is one sentence with address and parameter" no_network_is_one_sentence
check "after the refusals packages and marks are as before" packages_are_as_before
check "after the refusals files and lists are as before" files_are_as_before

# From here on the repository is there.
inside sh -c 'mkdir -p /etc/apt/keyrings; cp /srv/repository/key.asc /etc/apt/keyrings/test.asc
  echo "deb [signed-by=/etc/apt/keyrings/test.asc] file:///srv/repository/ /" >/etc/apt/sources.list; apt-get update' >/dev/null
packages >"$folder/packages"
files >"$folder/files"

check "a version that is not on offer is told, with those that are" missing_version_is_told
check "a failing postinst is told, and resumed" failing_postinst_is_told_and_resumed
check "a failing postinst is rolled back" failing_postinst_is_rolled_back
check "dpkg's lock is waited for, and its holder named" lock_is_waited_for_and_its_holder_named
check "what another hand has installed is kept, and listed" another_hands_packages_stay
check "a killed program is resumed, once what it started has ended" killed_program_is_resumed
check "a killed apt-get is recovered" killed_apt_is_recovered
check "a killed apt-get is rolled back" killed_apt_is_rolled_back
check "after the failures packages and marks are as before" packages_are_as_before
check "after the failures files and lists are as before" files_are_as_before
check "a held package is refused" held_package_is_refused
check "an upgrade of a held package and a changed conffile is rolled back" upgrade_is_rolled_back
check "a removal is rolled back, with the changed conffile" removal_is_rolled_back
finish
