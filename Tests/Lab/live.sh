# shellcheck shell=bash
# What the tests share that have the released program at work on the machine:
#
#   source live.sh "what is tested"
#   "$machine" up
#   prepare
#   vsrrun run …
#
# The machine ends with the script, and so does $folder, for its files. VSRRUN_ARCHIVE names a packed program to test instead of
# the one that .ci/release.sh makes.

if ((EUID != 0)); then
  echo "ok 1 - $1 # SKIP needs root"
  exit 0
fi

machine=$PWD/Tests/Lab/machine.sh
folder=$(mktemp -d)
trap '"$machine" down; rm -rf "$folder"' EXIT

on_it() {
  "$machine" ssh "$@" </dev/null
}

vsrrun() {
  on_it vsrrun "$@"
}

archive() {
  echo "${VSRRUN_ARCHIVE:-$(.ci/release.sh)}"
}

# shellcheck disable=SC2034 # for the tests
install=(install-single-node.lua --site /opt/site --yes)

# The program where `make install PREFIX=/usr/local` puts it, and where a described machine has it.
prepare() {
  "$machine" ssh '
    cd /usr/local
    tar -xz -C bin --strip-components=1 --no-wildcards-match-slash --wildcards "vsrrun-*/vsrrun"' <"$(archive)"
  "$machine" ssh '
    mkdir -p /usr/local/share/vsrrun
    tar -xz -C /usr/local/share/vsrrun --strip-components=1 --wildcards "vsrrun-*/runbooks" "vsrrun-*/stdlib"' <"$(archive)"
  sed "s/FINGERPRINT/$(on_it cat /srv/kubernetes/fingerprint)/" Tests/Lab/guest/site.yaml |
    "$machine" ssh 'mkdir -p /opt/site && cat >/opt/site/site.yaml'
  "$machine" ssh 'umask 077 && cat >/root/password' <<<'password-of-the-lab'
  "$machine" login download.6wind.com tester:password-of-the-lab
  # What a machine that was just installed has: the boot loader's own file as update-grub writes it.
  on_it 'update-grub 2>/dev/null; sync'
}

# Once in ten seconds, for so many seconds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  while ((SECONDS < end)); do
    ! "$@" 2>/dev/null || return 0
    sleep 10
  done
  return 1
}

# --- the run ---------------------------------------------------------------------------------------------------------------

newest_run() {
  vsrrun runs --output jsonl | head -n 1 | jq -r ".$1"
}

is_done() {
  [[ "$(newest_run state)" == 'done' ]]
}

# By itself; with what it said, if it was not.
becomes_done() {
  until_true "$1" is_done || {
    vsrrun log
    on_it journalctl --boot --no-pager --unit vsrrun-boot --unit vsrrun-resume | tail -n 40
    return 1
  }
}

reboots() {
  local former
  former=$("$machine" boot-id)
  on_it systemctl reboot || true # the answer may be lost with the machine
  "$machine" wait "$former"
}

# --- what the machine is like ------------------------------------------------------------------------------------------------

# By other means than vsrrun's: files, sysfs, modules, mounts, packages, units, packet filter, links.
state() {
  # shellcheck disable=SC2016 # for the shell there
  "$machine" ssh bash -s <<'END'
    for family in iptables ip6tables; do $family-save; done >/dev/null 2>&1 # which loads modules
    find /etc /opt/cni /usr/local -printf '%y %m %u %g %p -> %l\n' 2>/dev/null | LC_ALL=C sort
    find /etc /usr/local -type f -exec sha256sum {} + | LC_ALL=C sort -k 2
    grep . /sys/devices/system/node/node*/hugepages/*/nr_hugepages /sys/class/net/enp*/device/sriov_numvfs \
      /sys/class/net/enp*/device/sriov_drivers_autoprobe /sys/class/net/enp*/mtu
    ls -d /sys/bus/pci/drivers/vfio-pci/0000:* /dev/vfio/[0-9]* 2>/dev/null
    lsmod | awk 'NR > 1 { print "module: " $1 }' | LC_ALL=C sort
    findmnt --list --noheadings --output TARGET,FSTYPE,OPTIONS --types hugetlbfs
    dpkg-query -W -f='${binary:Package} ${Version} ${db:Status-Abbrev}\n'
    apt-mark showauto | sed 's/^/auto: /'
    apt-mark showhold | sed 's/^/held: /'
    systemctl list-unit-files --no-legend --no-pager | sed 's/  */ /g'
    sysctl net.ipv4.ip_forward fs.inotify.max_user_instances fs.inotify.max_user_watches
    for family in iptables ip6tables; do $family-save 2>/dev/null | grep -v '^#' | sed 's/\[[0-9:]*\]//'; done
    ip -brief link | sed 's/^\([^ @]*\).*/link: \1/' | LC_ALL=C sort
    cat /proc/cmdline
END
}

# What Debian's packages leave when they are purged is not vsrrun's to take away: the key of a docker daemon, the group docker (and
# the copies of the files in which it was not yet), empty directories for certificates, the modules that their services loaded.
packages_leave='/etc/docker( |/key.json)| /etc/ssl(/certs)? |/etc/g(roup|shadow)-?( |$)|^module: '

# The state in a file, and the one now: FILE [MORE THAT DOES NOT COUNT, as |PATTERN]
is_in_state() {
  local aside="$packages_leave${2-}"
  diff <(grep -vE "$aside" "$1") <(state | grep -vE "$aside")
}

# How much memory there is is another amount at each boot, by some KiB; package lists are a cache, which stays.
varies='^numa/[0-9]+/(memory|hugepages/2MiB/available):|^mounts//(dev|run)/options: .*,size=|^packages/on_offer:|^files//var/lib/apt/lists/'

# Against the capture in $folder/captured.
capture_is_as_before() {
  vsrrun machine capture >"$folder/after"
  "$machine" ssh 'cat >/tmp/before.yaml' <"$folder/captured"
  "$machine" ssh 'cat >/tmp/after.yaml' <"$folder/after"
  on_it vsrrun machine diff /tmp/before.yaml /tmp/after.yaml >"$folder/diff" || (($? == 2)) # there are differences
  ! grep -Ev "$varies" "$folder/diff"
}

cluster() {
  on_it kubectl --kubeconfig=/etc/kubernetes/admin.conf --cache-dir=/tmp/kubectl --request-timeout=30s "$@"
}

boot_time() {
  # shellcheck disable=SC2016 # for the shell there
  on_it 'date -u -d "@$(awk "/btime/ { print \$2 }" /proc/stat)" +%FT%TZ'
}

# The API server tells of the boot before for a while.
router_is_back() {
  [[ -n "$(cluster get pods --selector app=fastpath -o json | jq -r --arg boot "$(boot_time)" '
    .items[] | select(.status.containerStatuses[]? | .ready and (.state.running.startedAt // "") >= $boot) | .metadata.name')" ]]
}

router_has_what_it_asked_for() {
  local pods
  pods=$(cluster get pods --selector app=fastpath -o json)
  equal "$(jq -r '.items[].status.conditions[] | select(.type == "Ready").status' <<<"$pods")" True
  equal "$(jq -r '.items[].spec.containers[].resources.limits
    | to_entries[] | select(.key | test("^intel.com/|^hugepages-1Gi")) | .value' <<<"$pods")" $'1Gi\n1\n1'
  hardware_is_ready
}

# D2, D3, D26 to D30, D35: what a reboot takes away.
hardware_is_ready() {
  equal "$(on_it 'cat /sys/class/net/enp1s0/device/sriov_numvfs /sys/class/net/enp2s0/device/sriov_numvfs')" $'1\n1'
  equal "$(on_it 'ls /sys/bus/pci/drivers/vfio-pci' | grep -c ^0000:)" 2
  equal "$(on_it 'cat /sys/devices/system/node/node*/hugepages/hugepages-1048576kB/nr_hugepages')" $'1\n1'
  equal "$(on_it 'ls /sys/module' | grep -cx -e vfio_pci -e vhost_net -e ppp_generic -e br_netfilter -e overlay)" 5
  on_it 'findmnt --noheadings --output OPTIONS /dev/hugepages' | grep pagesize=1024M
}
