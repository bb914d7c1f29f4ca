/// Loading and unloading modules, as modprobe(8), the kernel and udev do.
extension Machine {
  /// Why a module cannot be loaded or unloaded, in the words that modprobe prints.
  struct ModuleProblem: Error { var message: String }

  /// What `/sys/module/<name>/parameters/<parameter>` shows; nil if the module is not there or has no such one.
  func parameter(_ module: String, _ parameter: String) -> String? {
    guard modules.isPresent(module) else { return nil }
    return modules.parameters[module]?[parameter] ?? OrdinaryModules.parameters[module]?[parameter]
  }

  mutating func writeParameter(_ module: String, _ parameter: String, _ text: String) throws(Refusal) {
    guard let value = self.parameter(module, parameter) else { throw .noEntry }
    var new = KernelText.name(text)
    if value == "Y" || value == "N" {
      guard let flag = KernelText.flag(new) else { throw .invalid }
      new = flag ? "Y" : "N"
    }
    setParameter(module, parameter, new)
  }

  private mutating func setParameter(_ module: String, _ parameter: String, _ value: String) {
    let isDefault = OrdinaryModules.parameters[module]?[parameter] == value
    modules.parameters[module, default: [:]][parameter] = isDefault ? nil : value
    if modules.parameters[module]?.isEmpty == true { modules.parameters[module] = nil }
  }

  /// How many users `/sys/module/<name>/refcnt` and `/proc/modules` show.
  func users(of module: String) -> Int {
    var users = dependents(of: module).count + (modules.busy.contains(module) ? 1 : 0)
    if let device = OrdinaryModules.devices[module], isOpen("/dev/\(device)") { users += 1 }
    switch module {
    case "vfio_pci": users += pci.filter { $0.value.driver == "vfio-pci" && isHeld($0.key) }.count
    case "overlay": users += mounts.count { $0.type == "overlay" }
    case "bonding", "bridge":
      let kind: NetLink.Kind = module == "bridge" ? .bridge : .bond
      if links.values.contains(where: { $0.kind == kind && $0.isUp }) { users += 1 }
    default: break
    }
    return users
  }

  /// The loaded modules that need this one.
  func dependents(of module: String) -> [String] {
    modules.loaded.filter { modules.available[$0]?.depends.contains(module) == true }.sorted()
  }

  /// Loads a module and what it depends on.
  ///
  /// - Parameter dependents: the modules that wait for it.
  mutating func load(
    _ module: String, parameters: [String: String] = [:], for dependents: Set<String> = []
  ) throws(ModuleProblem) {
    let name = module.moduleName
    // A file can describe two modules that depend on each other; no kernel has such.
    if modules.isPresent(name) || dependents.contains(name) { return }
    guard let description = modules.available[name] else {
      throw ModuleProblem(
        message: "modprobe: FATAL: Module \(module) not found in directory /lib/modules/\(kernel.release)")
    }
    let configuration = ModprobeConfiguration(files)
    if let command = configuration.install[name] {
      if command.hasSuffix("/true") || command.hasPrefix("true") { return }
      throw ModuleProblem(
        message:
          "modprobe: ERROR: could not insert '\(name)': the install command '\(command)' of /etc/modprobe.d failed")
    }
    for dependency in description.depends { try load(dependency, for: dependents.union([name])) }
    if let reason = description.fails {
      throw ModuleProblem(message: "modprobe: ERROR: could not insert '\(name)': \(reason)")
    }
    modules.loaded.insert(name)
    let given = configuration.options[name, default: [:]].merging(commandLineParameters(name)) { $1 }
      .merging(parameters) { $1 }
    for (parameter, value) in given { set(name, parameter, value) }
    for (key, value) in OrdinaryModules.sysctls[name] ?? [:] { sysctl[key] = value }
    for request in description.requests { try? load(request) }
    probeWaitingDevices(for: name)
  }

  private mutating func set(_ module: String, _ parameter: String, _ value: String) {
    let known = OrdinaryModules.parameters[module]?[parameter]
    let isFlag = known == "Y" || known == "N"
    setParameter(module, parameter, isFlag ? (KernelText.flag(value) == false ? "N" : "Y") : value)
  }

  /// `vfio.enable_unsafe_noiommu_mode=1` on the kernel's command line.
  private func commandLineParameters(_ module: String) -> [String: String] {
    var parameters: [String: String] = [:]
    for word in kernel.cmdline.words {
      let parts = word.split(separator: "=", maxSplits: 1)
      guard let dot = parts.first?.firstIndex(of: "."), String(word[..<dot]).moduleName == module else { continue }
      parameters[String(parts[0][dot...].dropFirst())] = parts.count == 2 ? String(parts[1]) : "1"
    }
    return parameters
  }

  /// A driver that comes gets the devices without a driver that it matches.
  private mutating func probeWaitingDevices(for module: String) {
    for (address, device) in pci.sorted(by: { $0.key < $1.key }) where device.driver == nil {
      guard let driver = device.driverOverride ?? device.defaultDriver, KnownDrivers.module(of: driver) == module
      else { continue }
      probe(address)
    }
  }

  /// Loads a module because a device asks for it by its alias, unless it is blacklisted. A failure has no consequence.
  mutating func autoload(_ module: String) {
    let blacklisted = kernel.cmdline.words.filter {
      $0.hasPrefix("modprobe.blacklist=") || $0.hasPrefix("module_blacklist=")
    }
    .flatMap { ($0.split(separator: "=").last ?? "").split(separator: ",").map { String($0).moduleName } }
    guard !blacklisted.contains(module), !ModprobeConfiguration(files).blacklist.contains(module) else { return }
    try? load(module)
  }

  /// Unloads a module, and with it what it depended on and nobody else uses.
  mutating func unload(_ module: String) throws(ModuleProblem) {
    let name = module.moduleName
    if modules.builtin.contains(name) { throw ModuleProblem(message: "modprobe: FATAL: Module \(name) is builtin.") }
    guard modules.loaded.contains(name) else {
      if modules.available[name] != nil { return }
      throw ModuleProblem(
        message: "modprobe: FATAL: Module \(module) not found in directory /lib/modules/\(kernel.release)")
    }
    guard users(of: name) == 0 else { throw ModuleProblem(message: "modprobe: FATAL: Module \(name) is in use.") }
    for (address, device) in pci {
      guard let driver = device.driver, KnownDrivers.module(of: driver) == name else { continue }
      do {
        try detach(address)
      } catch {
        throw ModuleProblem(message: "modprobe: FATAL: Module \(name) is in use.")
      }
    }
    modules.loaded.remove(name)
    modules.parameters[name] = nil
    for key in (OrdinaryModules.sysctls[name] ?? [:]).keys { sysctl[key] = nil }
    for dependency in modules.available[name]?.depends ?? [] where modules.loaded.contains(dependency) {
      if users(of: dependency) == 0 { try? unload(dependency) }
    }
  }
}

/// What the files of modprobe.d(5) say.
struct ModprobeConfiguration {
  private(set) var options: [String: [String: String]] = [:]
  private(set) var blacklist: Set<String> = []
  private(set) var install: [String: String] = [:]

  init(_ files: FileTree) {
    for path in files.configuration("modprobe.d") {
      for line in (files.text(path) ?? "").lines { read(String(line).words) }
    }
  }

  private mutating func read(_ words: [String]) {
    guard words.count >= 2 else { return }
    let name = words[1].moduleName
    switch words[0] {
    case "blacklist": blacklist.insert(name)
    case "install": install[name] = words.dropFirst(2).joined(separator: " ")
    case "options":
      for word in words.dropFirst(2) {
        let parts = word.split(separator: "=", maxSplits: 1)
        options[name, default: [:]][String(parts[0])] = parts.count == 2 ? String(parts[1]) : "1"
      }
    default: break
    }
  }
}

extension FileTree {
  /// The `*.conf` files of a configuration directory below `/usr/lib`, `/run` and `/etc`, in the order of their names;
  /// a file in a later of these hides one of the same name in an earlier (sysctl.d(5), modules-load.d(5)).
  func configuration(_ directory: String) -> [String] {
    var paths: [String: String] = [:]
    for root in ["/usr/lib", "/usr/local/lib", "/run", "/etc"] {
      for name in names("\(root)/\(directory)") where name.hasSuffix(".conf") {
        paths[name] = "\(root)/\(directory)/\(name)"
      }
    }
    return paths.sorted { $0.key < $1.key }.map(\.value)
  }
}
