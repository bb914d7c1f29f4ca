/// The files that every ordinary server has, as far as an install looks at them.
enum OrdinaryFiles {
  private static let directories = [
    "/boot", "/boot/grub", "/dev", "/dev/hugepages", "/dev/mqueue", "/dev/net", "/dev/pts", "/dev/shm", "/etc",
    "/etc/apt", "/etc/apt/apt.conf.d", "/etc/apt/preferences.d", "/etc/apt/sources.list.d", "/etc/apt/trusted.gpg.d",
    "/etc/default", "/etc/default/grub.d", "/etc/modprobe.d", "/etc/modules-load.d", "/etc/network", "/etc/security",
    "/etc/ssh", "/etc/sysctl.d", "/etc/systemd", "/etc/systemd/network", "/etc/systemd/system",
    "/etc/systemd/system/multi-user.target.wants", "/etc/udev", "/etc/udev/rules.d", "/home", "/media", "/mnt", "/opt",
    "/proc", "/run", "/run/lock", "/run/systemd", "/run/systemd/generator", "/run/systemd/system", "/srv", "/sys",
    "/usr", "/usr/bin", "/usr/lib", "/usr/lib/modprobe.d", "/usr/lib/modules", "/usr/lib/modules-load.d",
    "/usr/lib/sysctl.d", "/usr/lib/systemd", "/usr/lib/systemd/system", "/usr/lib/udev", "/usr/lib/udev/rules.d",
    "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/local/sbin", "/usr/sbin", "/usr/share",
    "/usr/share/keyrings",
    "/usr/src", "/var", "/var/cache", "/var/lib", "/var/lib/apt", "/var/lib/apt/lists", "/var/lib/dpkg",
    "/var/lib/dpkg/updates", "/var/log",
    "/var/spool", "/var/tmp",
  ]

  private static let links = [
    "/bin": "usr/bin", "/sbin": "usr/sbin", "/lib": "usr/lib", "/lib64": "usr/lib64", "/var/run": "/run",
    "/var/lock": "/run/lock", "/etc/os-release": "../usr/lib/os-release", "/etc/mtab": "../proc/self/mounts",
  ]

  /// The tree of a machine that is otherwise described; its `files` are left aside.
  ///
  /// - Parameter enabled: the units that are enabled.
  static func tree(_ machine: Machine, enabled: Set<String>) -> FileTree {
    var tree = FileTree()
    for directory in directories { tree.set(directory: directory) }
    tree.set(directory: "/root", mode: 0o700)
    tree.set(directory: "/tmp", mode: 0o1777)
    for (path, target) in links { tree.set(path, link: target) }
    tree.set("/etc/hostname", text: machine.name + "\n")
    tree.set("/etc/machine-id", text: StableHash.digits("machine" + machine.name) + "\n", mode: 0o444)
    tree.set("/etc/hosts", text: "127.0.0.1\tlocalhost\n127.0.1.1\t\(machine.name)\n")
    tree.set("/etc/fstab", text: fstab(machine))
    tree.set("/etc/default/grub", text: BootLoader.ordinaryConfiguration(machine))
    tree.set("/usr/lib/os-release", text: osRelease(machine.os))
    let modules = "/usr/lib/modules/\(machine.kernel.release)"
    tree.set("\(modules)/modules.builtin", text: builtin(machine.modules))
    tree.set("\(modules)/modules.dep", text: dependencies(machine.modules))
    addPackages(of: machine, to: &tree)
    for (name, unit) in machine.units {
      if let text = unit.fragment { tree.set("/usr/lib/systemd/system/\(name)", text: text) }
    }
    for name in enabled { UnitInstallation.enable(name, in: &tree) }
    SwapUnits.generate(machine.swap, in: &tree)
    if let cluster = machine.kubernetes.cluster { KubeadmFiles.add(cluster, machine.nodeAddress, to: &tree) }
    return tree
  }

  /// apt's sources with their lists, read not long ago, and the files of the installed packages.
  private static func addPackages(of machine: Machine, to tree: inout FileTree) {
    tree.set(directory: "\(AptSource.lists)/partial", mode: 0o700)
    let codename = codenames["\(machine.os.id) \(machine.os.version)"]
    tree.set("/etc/apt/sources.list", text: OrdinaryPackages.sourcesList(machine.os, codename: codename))
    var described: Set<String> = []
    for source in AptSource.all(tree) {
      let offered = machine.packages.repositories[source.address] ?? OrdinaryPackages.repository(source, machine.os)
      guard case .packages(let packages) = offered else { continue }
      tree.set(source.releaseList, text: "Suite: \(source.suite)\n")
      let isFirst = described.insert(source.address).inserted
      tree.set(source.packagesList, text: isFirst ? PackageOffers.write(packages) : "")
    }
    for (path, file) in machine.allPackageFiles { tree.set(path, text: file.text, mode: file.mode) }
    for (name, package) in machine.packages.installed where package.isPresent {
      for directory in machine.contents(name).directories { tree.set(directory: directory) }
    }
    if machine.isDockerOrdinary, let key = machine.dockerKey { tree.set(key.path, text: key.text, mode: 0o600) }
  }

  private static func fstab(_ machine: Machine) -> String {
    let swap = machine.swap.filter { $0.source == .fstab }.map { "\($0.spec ?? $0.path)\tnone\tswap\tsw\t0\t0\n" }
    return
      "# <file system>\t<mount point>\t<type>\t<options>\t<dump>\t<pass>\n/dev/sda2\t/\text4\terrors=remount-ro\t0\t1\n"
      + swap.joined()
  }

  private static func builtin(_ modules: Modules) -> String {
    modules.builtin.sorted().map { "kernel/\($0).ko\n" }.joined()
  }

  private static func dependencies(_ modules: Modules) -> String {
    modules.available.sorted { $0.key < $1.key }.map { name, module in
      "kernel/\(name).ko:\(module.depends.map { " kernel/\($0).ko" }.joined())\n"
    }.joined()
  }

  private static func osRelease(_ os: OperatingSystem) -> String {
    let codename = codenames["\(os.id) \(os.version)"]
    let name = os.id == "debian" ? "Debian GNU/Linux" : os.id.prefix(1).uppercased() + os.id.dropFirst()
    let full = name + " " + os.version + (codename.map { " (\($0))" } ?? "")
    var lines = ["PRETTY_NAME=\"\(full)\"", "NAME=\"\(name)\"", "VERSION_ID=\"\(os.version)\"", "ID=\(os.id)"]
    if os.id == "ubuntu" { lines.append("ID_LIKE=debian") }
    if let codename { lines.append("VERSION_CODENAME=\(codename)") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let codenames = [
    "ubuntu 20.04": "focal", "ubuntu 22.04": "jammy", "ubuntu 24.04": "noble", "debian 11": "bullseye",
    "debian 12": "bookworm", "debian 13": "trixie",
  ]
}
