import Host

/// What sysfs and procfs tell of the modules that are loaded.
enum LoadedModules {
  /// Their names, sorted.
  static func names(_ host: any Host) throws -> [String] {
    try (host.text("/proc/modules") ?? "").split(separator: "\n")
      .compactMap { $0.split(separator: " ").first.map(String.init) }.sorted()
  }

  /// Who uses a module: its count of users, or devices that a driver of it has, which are not counted there. nil if nobody.
  static func use(of module: String, _ host: any Host) throws -> String? {
    let users = try (host.text("/sys/module/\(module)/refcnt")).flatMap { Int($0) } ?? 0
    if users > 0 { return users == 1 ? "1 user" : "\(users) users" }
    for driver in try host.listIfPresent("/sys/bus/pci/drivers") {
      let folder = "/sys/bus/pci/drivers/\(driver)"
      guard try host.linkName("\(folder)/module") == module else { continue }
      if let device = try host.list(folder).first(where: { PCIAddress($0) != nil }) { return "it drives \(device)" }
    }
    return nil
  }
}
