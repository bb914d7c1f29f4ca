/// Kernel parameters with the values that they have on an ordinary server, by where they stand below `/proc/sys`.
enum OrdinarySysctls {
  /// Those that the kernel computes of the memory that there is.
  static let computed = ["fs/inotify/max_user_watches", "kernel/threads-max"]

  static let values: [String: String] = [
    "fs/file-max": "9223372036854775807", "fs/inotify/max_queued_events": "16384",
    "fs/inotify/max_user_instances": "128", "fs/inotify/max_user_watches": "8192", "fs/nr_open": "1048576",
    "fs/may_detach_mounts": "1", "fs/aio-max-nr": "65536",
    "kernel/panic": "0", "kernel/tainted": "0", "kernel/panic_on_oops": "0", "kernel/pid_max": "4194304",
    "kernel/threads-max": "514632",
    "kernel/keys/root_maxbytes": "25000000", "kernel/keys/root_maxkeys": "1000000",
    "kernel/shmmax": "18446744073692774399",
    "kernel/shmall": "18446744073692774399", "kernel/dmesg_restrict": "0", "kernel/sched_rt_runtime_us": "950000",
    "kernel/core_pattern": "core", "kernel/nmi_watchdog": "1", "kernel/watchdog": "1",
    "kernel/perf_event_paranoid": "4",
    "kernel/printk": "4\t4\t1\t7",
    "net/core/rmem_max": "212992", "net/core/wmem_max": "212992", "net/core/rmem_default": "212992",
    "net/core/wmem_default": "212992", "net/core/somaxconn": "4096", "net/core/netdev_max_backlog": "1000",
    "net/core/default_qdisc": "fq_codel", "net/core/bpf_jit_enable": "1",
    "net/ipv4/ip_forward": "0", "net/ipv4/tcp_rmem": "4096\t131072\t6291456",
    "net/ipv4/tcp_wmem": "4096\t16384\t4194304",
    "net/ipv4/ip_local_port_range": "32768\t60999", "net/ipv4/ip_nonlocal_bind": "0",
    "net/ipv4/fib_multipath_use_neigh": "0",
    "net/ipv4/fib_multipath_hash_policy": "0", "net/ipv4/icmp_errors_use_inbound_ifaddr": "0",
    "net/ipv4/neigh/default/gc_thresh1": "128", "net/ipv4/neigh/default/gc_thresh2": "512",
    "net/ipv4/neigh/default/gc_thresh3": "1024", "net/ipv6/neigh/default/gc_thresh1": "128",
    "net/ipv6/neigh/default/gc_thresh2": "512", "net/ipv6/neigh/default/gc_thresh3": "1024",
    "net/ipv4/conf/all/forwarding": "0", "net/ipv4/conf/all/rp_filter": "2", "net/ipv4/conf/all/arp_filter": "0",
    "net/ipv4/conf/all/arp_ignore": "0", "net/ipv4/conf/all/arp_announce": "0", "net/ipv4/conf/default/forwarding": "0",
    "net/ipv4/conf/default/rp_filter": "2", "net/ipv6/conf/all/forwarding": "0", "net/ipv6/conf/all/disable_ipv6": "0",
    "net/ipv6/conf/default/forwarding": "0", "net/ipv6/conf/default/disable_ipv6": "0",
    "net/ipv6/conf/all/accept_dad": "0", "net/ipv6/conf/default/accept_dad": "1", "net/ipv6/conf/all/ndisc_notify": "0",
    "net/ipv6/conf/default/ndisc_notify": "0", "net/ipv6/conf/all/keep_addr_on_down": "0", "net/ipv6/bindv6only": "0",
    "net/ipv6/route/max_size": "4096",
    "vm/overcommit_memory": "0", "vm/overcommit_ratio": "50", "vm/panic_on_oom": "0", "vm/swappiness": "60",
    "vm/max_map_count": "65530", "vm/nr_overcommit_hugepages": "0", "vm/hugetlb_shm_group": "0",
    "vm/compact_memory": "0",
    "vm/drop_caches": "0", "vm/min_free_kbytes": "67584", "vm/dirty_ratio": "20", "vm/dirty_background_ratio": "10",
    "vm/zone_reclaim_mode": "0", "user/max_user_namespaces": "257316",
  ]
}
