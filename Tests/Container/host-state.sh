# shellcheck shell=bash
# The container shares the host's kernel: what it writes to /sys and to kernel.*, vm.* and fs.* is written on the host.
# These two functions remember such settings and put back those that have changed.

# Counters and identities, which change by themselves; and user.*, where some of fs.* are shown a second time.
volatile_settings='^(user\.|fs\.(dentry-state|inode-nr|inode-state|file-nr|aio-nr|epoll\.|quota)|kernel\.(random|ns_last_pid|pty\.nr|sched_domain|tainted)|net\..*\.(neigh|conf)\.veth|net\.netfilter\.nf_conntrack_count)'

global_settings() {
  sysctl -a 2>/dev/null | grep -Ev "$volatile_settings" | LC_ALL=C sort
}

huge_page_counts() {
  local file
  for file in /sys/kernel/mm/hugepages/*/nr_hugepages /sys/devices/system/node/node*/hugepages/*/nr_hugepages; do
    [[ ! -e "$file" ]] || echo "$file $(<"$file")"
  done
}

record_host_state() {
  mkdir -p "$1"
  global_settings >"$1/sysctl"
  huge_page_counts >"$1/huge-pages"
}

restore_host_state() {
  local line file count
  [[ -d "$1" ]] || return 0
  while IFS= read -r line; do
    sysctl -q -w "${line%% = *}=${line#* = }" 2>/dev/null || echo "not restored: $line" >&2
  done < <(global_settings | LC_ALL=C comm -23 "$1/sysctl" -)
  while read -r file count; do
    [[ "$(<"$file")" == "$count" ]] || echo "$count" >"$file"
  done <"$1/huge-pages"
  rm -r "$1"
}
