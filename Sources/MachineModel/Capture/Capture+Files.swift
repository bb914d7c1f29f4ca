import Host

extension Capture {
  /// Directories whose files say what a boot makes of the machine.
  private static let configuration = [
    "/etc/apt/sources.list.d", "/etc/default/grub.d", "/etc/driverctl.d", "/etc/modprobe.d", "/etc/modules-load.d",
    "/etc/sysctl.d",
    "/etc/udev/rules.d", "/usr/lib/modprobe.d", "/usr/lib/modules-load.d", "/usr/lib/sysctl.d",
  ]
  private static let single = [
    "/boot/grub/grub.cfg", "/etc/containerd/config.toml", "/etc/modules", "/etc/sysctl.conf",
  ]
  /// Directories of which it counts whether they are there, and whether they are empty: an install puts something there.
  private static let places = [
    "/etc/apt/keyrings", "/etc/cni", "/etc/cni/net.d", "/etc/udev", "/usr/local/share", "/usr/local/src",
  ]
  private static let units = "/etc/systemd/system"

  /// Of the files of an ordinary machine, those that there are, as they are; and the configuration of the boot.
  mutating func readFiles() {
    let programs = Set(captured.allPackageFiles.filter { !$0.value.isConffile }.keys)
    for path in captured.files.flat.keys.sorted() where !path.hasPrefix("/usr/lib/systemd/system/") {
      // Its content is known better than it can be read.
      if path.hasPrefix("/usr/lib/modules/") || programs.contains(path) { continue }
      // They are large, and what they offer was asked for.
      if path.hasPrefix("\(AptSource.lists)/"), path.hasSuffix("Packages") || path.hasSuffix("InRelease") {
        captured.files.set(path, nil)
        continue
      }
      keep(path)
    }
    for path in Self.single { keep(path) }
    for path in Self.places where names(path).count < 64 {
      keep(path)
      for name in names(path) { keep("\(path)/\(name)") }
    }
    for directory in Self.configuration {
      for name in names(directory) { keep("\(directory)/\(name)") }
    }
    for name in names(Self.units) {
      keep("\(Self.units)/\(name)")
      if name.hasSuffix(".wants") || name.hasSuffix(".requires") {
        for link in names("\(Self.units)/\(name)") { keep("\(Self.units)/\(name)/\(link)") }
      }
    }
  }

  /// Puts what stands at a path into the machine; a path whose directory is elsewhere is left out.
  mutating func keep(_ path: String) {
    guard let status = try? host.status(path) else {
      captured.files.set(path, nil)
      return
    }
    var node = FileTree.Node(content: .absent, mode: status.mode, owner: status.owner, modified: status.modified)
    switch status.kind {
    case .file:
      guard let bytes = try? host.read(path) else { return captured.files.set(path, nil) }
      node.content = .file(bytes)
    case .link:
      guard let target = try? host.readLink(path) else { return captured.files.set(path, nil) }
      node.content = .link(target)
    case .directory:
      if case .directory(let children)? = captured.files[path]?.content {
        node.content = .directory(children)
      } else {
        node.content = .directory([:])
      }
    case .other: node.content = .device
    }
    captured.files.set(path, node)
  }

  private static let wellKnown = [
    "containerd.service", "crio.service", "docker.service", "kubelet.service", "NetworkManager.service",
    "systemd-networkd.service",
  ]

  mutating func readUnits() async {
    var names: Set<String> = Set(Self.wellKnown)
    for unit in captured.units.keys { names.insert(unit) }
    for path in captured.files.flat.keys where path.hasPrefix(Self.units + "/") && path.hasSuffix(".service") {
      if let name = path.split(separator: "/").last { names.insert(String(name)) }
    }
    captured.units = [:]
    for name in names.sorted() {
      do throws(HostError) {
        try await captured.adopt(name, from: host)
      } catch {
        adoptFiles(of: name)
      }
    }
  }

  /// Without a service manager that answers, a unit is what its files say.
  private mutating func adoptFiles(of name: String) {
    for folder in ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"] {
      let path = "\(folder)/\(name)"
      guard captured.files.canonical(folder) == folder, (try? host.status(path)) != nil else { continue }
      keep(path)
      for dropIn in names("\(path).d") { keep("\(path).d/\(dropIn)") }
    }
    guard case .found = captured.files.unitPlace(name) else { return }
    captured.units[name] = Unit()
    captured.units[name]?.loaded = captured.files.unitFiles(name)
  }
}
