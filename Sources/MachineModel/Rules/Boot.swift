import Host

/// What a boot makes of a machine.
extension Machine {
  /// The machine after a reboot: what is configured comes up, and everything else is lost.
  public func rebooted() -> Machine {
    var machine = self
    machine.reboot()
    return machine
  }

  mutating func reboot() {
    clock += Clock.reboot
    boots += 1
    capturedBootID = nil
    kernel.cmdline = kernel.nextCmdline
    iommu.isOn = iommu.isOn(cmdline: kernel.cmdline)
    processes = []
    reserveHugePagesAtBoot()
    emptyVolatileFiles()
    resetDevices()
    modules.loaded = []
    modules.parameters = [:]
    modules.busy = []
    setCommandLineParametersOfBuiltins()
    sysctl = OrdinarySysctls.values.merging(sysctlAtBoot) { $1 }
    for module in modules.builtin { sysctl.merge(OrdinaryModules.sysctls[module] ?? [:]) { $1 } }
    loadDrivers()
    for name in modules.atBoot.sorted() { try? load(name) }
    applyLeftOverrides()
    loadConfiguredModules()
    applySysctlFiles()
    bringUpNetwork()
    SwapUnits.generate(swap, in: &files)
    mountFileSystems()
    turnSwapOn()
    endContainers()
    startUnits()
    // It comes after what is ordered before it, which is done when somebody first looks.
    if startsBeforeKubelet { kubernetes.kubelet = nil }
  }

  private mutating func emptyVolatileFiles() {
    for directory in ["/run", "/tmp"] { files.empty(directory) }
    for directory in ["/run/lock", "/run/systemd", "/run/systemd/generator", "/run/systemd/system"] {
      files.set(directory: directory)
    }
  }

  /// No driver has a device yet, and no virtual function is there.
  private mutating func resetDevices() {
    pci = pci.filter { $0.value.virtualFunction == nil }
    startFirmware()
    for address in pci.keys {
      pci[address]?.driver = nil
      pci[address]?.driverOverride = nil
      pci[address]?.unsafeGroup = nil
      pci[address]?.opened = 0
      pci[address]?.sriov?.vfs = []
      pci[address]?.sriov?.autoprobe = true
      pci[address]?.sriov?.isSwitchdev = false
      guard var net = pci[address]?.net else { continue }
      let configured = net
      net.reset()
      net.mtu = configured.bootMTU
      if configured.isConfigured {
        (net.addresses, net.routes, net.carriesSSH) = (configured.addresses, configured.routes, configured.carriesSSH)
      }
      pci[address]?.net = net
    }
  }

  private mutating func setCommandLineParametersOfBuiltins() {
    for module in modules.builtin {
      for (parameter, _) in OrdinaryModules.parameters[module] ?? [:] {
        let word = kernel.cmdline.words.last { $0.hasPrefix("\(module).\(parameter)=") }
        if let value = word?.split(separator: "=").last { try? writeParameter(module, parameter, String(value)) }
      }
    }
  }

  /// udev loads a module for every device whose alias it has.
  private mutating func loadDrivers() {
    for address in pci.keys.sorted() {
      guard let driver = pci[address]?.defaultDriver else { continue }
      autoload(KnownDrivers.module(of: driver))
      probe(address)
    }
  }

  /// driverctl leaves files behind which its udev rule applies at every boot.
  private mutating func applyLeftOverrides() {
    for name in files.names("/etc/driverctl.d") where name.hasPrefix("pci-") {
      guard let address = PCIAddress(name.dropFirst(4)), pci[address] != nil,
        let driver = files.text("/etc/driverctl.d/\(name)")?.trimmed, !driver.isEmpty
      else { continue }
      autoload(KnownDrivers.module(of: driver))
      try? detach(address)
      pci[address]?.driverOverride = driver
      probe(address)
    }
  }

  /// systemd-modules-load.service: modules-load.d(5) and `modules-load=` of the command line.
  mutating func loadConfiguredModules() {
    var names = kernel.cmdline.words.filter { $0.hasPrefix("modules-load=") || $0.hasPrefix("modules_load=") }
      .flatMap { ($0.split(separator: "=").last ?? "").split(separator: ",").map(String.init) }
    var paths = files.configuration("modules-load.d")
    // Debian and Ubuntu link it into modules-load.d.
    if files.text("/etc/modules") != nil { paths.append("/etc/modules") }
    for path in paths {
      names += (files.text(path) ?? "").lines.map { String($0).trimmed }
        .filter { !$0.isEmpty && !$0.hasPrefix("#") && !$0.hasPrefix(";") }.compactMap { $0.words.first }
    }
    for name in names { try? load(name) }
  }

  private mutating func bringUpNetwork() {
    for (name, (link, _)) in netLinks where link.isConfigured { setUp(name, true) }
  }

  private mutating func mountFileSystems() {
    let lasting = mounts.filter { $0.target == "/" }
    mounts = ordinaryMounts.filter { $0.target != "/dev/hugepages" }
    if let root = lasting.first, let index = mounts.firstIndex(where: { $0.target == "/" }) { mounts[index] = root }
    for line in (files.text("/etc/fstab") ?? "").lines {
      let fields = String(line).words
      guard fields.count >= 4, !fields[0].hasPrefix("#"), fields[1].hasPrefix("/"), fields[1] != "/",
        !fields[3].split(separator: ",").contains("noauto")
      else { continue }
      let options = fields[3].split(separator: ",").filter { !["defaults", "nofail", "_netdev"].contains($0) }
      files.setIfAbsent(directory: fields[1])
      try? mount(
        Mount(target: fields[1], type: fields[2], source: fields[0], options: options.joined(separator: ",")))
    }
    guard case .found = files.unitPlace("dev-hugepages.mount"),
      !mounts.contains(where: { $0.target == "/dev/hugepages" })
    else { return }
    try? mountUnit(UnitText(files.unitFiles("dev-hugepages.mount")), "/dev/hugepages")
  }

  /// What a mount unit's text asks for.
  mutating func mountUnit(_ text: UnitText, _ target: String) throws(Refusal) {
    files.setIfAbsent(directory: target)
    try mount(
      Mount(
        target: target, type: text.last("Mount", "Type") ?? "ext4", source: text.last("Mount", "What") ?? "none",
        options: text.last("Mount", "Options") ?? ""))
  }

  private mutating func turnSwapOn() {
    for index in swap.indices { swap[index].isOn = false }
    let entries = SwapUnits.entries(files.text("/etc/fstab") ?? "")
    for area in swap {
      let entry = entries.first { area.isMeant(by: $0.path) }
      guard entry != nil || area.source == .gpt || area.source == .zram,
        case .found = files.unitPlace(SwapUnits.unit(of: area))
      else { continue }
      try? swapOn(area.path, priority: entry?.priority ?? -1)
    }
  }

  /// All units begin anew, with their files as they are; those that are enabled or belong to every boot are started.
  private mutating func startUnits() {
    let former = units
    for name in former.keys {
      units[name]?.activity = .inactive
      units[name]?.process = nil
      units[name]?.started = 0
      units[name]?.loaded = files.unitFiles(name)
    }
    for name in files.unitNames.sorted() {
      let isStarted: Bool
      switch name.split(separator: ".").last {
      case "swap", "mount": isStarted = false
      default:
        let isOrdinary = OrdinaryUnits.running.contains(name) || OrdinaryUnits.done.contains(name)
        isStarted = isOrdinary || UnitInstallation.isEnabled(name, in: files)
      }
      if isStarted { try? startUnit(name) }
    }
  }
}

extension FileTree {
  mutating func setIfAbsent(directory path: String) {
    if node(path) == nil { set(directory: path) }
  }
}
