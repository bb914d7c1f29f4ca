import Host

/// mount(2) and umount2(2): mounts stack, and only the topmost counts.
extension Machine {
  /// Mounts on top of what is mounted there. The target is canonical, and is a directory.
  mutating func mount(_ mount: Mount) throws(Refusal) {
    let options: String
    switch mount.type {
    case "hugetlbfs": options = try hugetlbfsOptions(mount.options)
    case "tmpfs", "proc", "sysfs", "devtmpfs", "overlay", "ext4", "xfs", "cgroup", "cgroup2", "bpf", "debugfs",
      "mqueue":
      options = mount.options.isEmpty ? "rw" : "rw," + mount.options
    default: throw .error(.noDevice)
    }
    if mount.type == "overlay", !modules.isPresent("overlay") { autoload("overlay") }
    addMount(MountPoint(target: mount.target, type: mount.type, source: mount.source, options: options))
  }

  /// Adds a mount after those at the same target.
  mutating func addMount(_ mount: MountPoint) {
    let index = mounts.firstIndex { $0.target > mount.target } ?? mounts.endIndex
    mounts.insert(mount, at: index)
  }

  /// The kernel shows the page size in the largest unit up to MiB (hugetlbfs_show_options of fs/hugetlbfs/inode.c).
  private func hugetlbfsOptions(_ options: String) throws(Refusal) -> String {
    var pageSize = defaultHugePageSize
    var others: [Substring] = []
    for option in options.split(separator: ",") where option != "rw" {
      guard option.hasPrefix("pagesize=") else {
        others.append(option)
        continue
      }
      guard let size = ByteCount.bytes(option.dropFirst("pagesize=".count)), hugePageSizes.contains(size) else {
        throw .invalid
      }
      pageSize = size
    }
    let shown = pageSize >= ByteCount.mebi ? "\(pageSize / ByteCount.mebi)M" : "\(pageSize / ByteCount.kibi)K"
    return (["rw"] + others + ["pagesize=\(shown)"]).joined(separator: ",")
  }

  /// Takes the topmost mount at a canonical target away.
  mutating func unmount(_ target: String) throws(Refusal) {
    guard let index = mounts.lastIndex(where: { $0.target == target }) else { throw .invalid }
    let isCovered = mounts.contains { $0.target.hasPrefix(target == "/" ? "/" : target + "/") && $0.target != target }
    let isOpen = processes.contains { $0.open.contains { $0 == target || $0.hasPrefix(target + "/") } }
    guard !mounts[index].isBusy, !isOpen, !isCovered, target != "/" else { throw .busy }
    mounts.remove(at: index)
  }

  /// Whether a boot mounts cgroup v2: as the system's release has it, or as the kernel command line says (systemd(1)).
  private var bootsCgroupV2: Bool {
    let word = kernel.cmdline.words.last { $0.split(separator: "=").first == "systemd.unified_cgroup_hierarchy" }
    if let word { return !["0", "no", "n", "false", "off"].contains { word.hasSuffix("=\($0)") } }
    return !["ubuntu 18.04", "ubuntu 20.04", "debian 10"].contains("\(os.id) \(os.version)")
  }

  /// Whether cgroup v2 is what is mounted.
  var hasCgroupV2: Bool { mounts.last { $0.target == "/sys/fs/cgroup" }?.type == "cgroup2" }

  /// What an ordinary boot mounts.
  var ordinaryMounts: [MountPoint] {
    let cgroups = bootsCgroupV2 ? ("cgroup2", "rw,nsdelegate,memory_recursiveprot") : ("tmpfs", "rw,mode=755")
    return [
      MountPoint(target: "/", type: "ext4", source: "/dev/sda2", options: "rw,errors=remount-ro"),
      MountPoint(target: "/dev", type: "devtmpfs", source: "udev", options: "rw,mode=755"),
      MountPoint(
        target: "/dev/hugepages", type: "hugetlbfs", source: "hugetlbfs",
        options: "rw,pagesize=\(defaultHugePageSize / ByteCount.mebi)M"),
      MountPoint(target: "/dev/mqueue", type: "mqueue", source: "mqueue", options: "rw"),
      MountPoint(target: "/dev/pts", type: "devpts", source: "devpts", options: "rw,gid=5,mode=620,ptmxmode=000"),
      MountPoint(target: "/dev/shm", type: "tmpfs", source: "tmpfs", options: "rw"),
      MountPoint(target: "/proc", type: "proc", source: "proc", options: "rw"),
      MountPoint(target: "/run", type: "tmpfs", source: "tmpfs", options: "rw,mode=755"),
      MountPoint(target: "/sys", type: "sysfs", source: "sysfs", options: "rw"),
      MountPoint(target: "/sys/fs/cgroup", type: cgroups.0, source: cgroups.0, options: cgroups.1),
    ]
  }
}
