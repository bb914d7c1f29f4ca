/// Filling in what a description of a machine leaves out.
extension Machine {
  /// Makes an ordinary machine of what is described: system, kernel, memory, devices, modules, units, swap.
  ///
  /// What is derived is made anew: loaded modules, sysctls, mounts, files. Units run if the system starts them.
  ///
  /// - Parameter enabled: the units that are enabled; nil: those of an ordinary machine.
  mutating func complete(enabled: Set<String>? = nil) {
    completeAllButUnits(enabled: enabled)
    let ordinaryUnits = ordinaryUnits
    for (name, unit) in units where ordinaryUnits.contains(name) {
      let activity = ordinaryActivity(name, unit)
      units[name]?.activity = activity
    }
    settleUnits()
  }

  /// The same without what units do and know.
  mutating func completeAllButUnits(enabled: Set<String>? = nil) {
    describe()
    modules.loaded = ordinaryModules
    sysctl = ordinarySysctls
    mounts = ordinaryMounts
    files = OrdinaryFiles.tree(self, enabled: enabled ?? ordinaryEnabledUnits)
  }

  /// Fills in what the rest is derived from.
  private mutating func describe() {
    if numa.isEmpty {
      for node in 0...1 { numa[node] = NumaNode(memory: 64 * ByteCount.gibi, cpus: "\(node * 16)-\(node * 16 + 15)") }
    }
    if kernel.cmdline.isEmpty { kernel.cmdline = BootLoader.ordinaryCmdline(self, extra: "") }
    if kernel.nextCmdline.isEmpty { kernel.nextCmdline = kernel.cmdline }
    for name in OrdinaryUnits.all where units[name] == nil {
      units[name] = Unit(fragment: OrdinaryUnits.fragment(name))
    }
    for (name, known) in packageUnits where units[name] == nil { units[name] = Unit(needs: known.needs) }
  }

  /// The units that it has without being described: those of every server, and those of its packages.
  var ordinaryUnits: Set<String> { OrdinaryUnits.all.union(packageUnits.keys) }

  var ordinaryEnabledUnits: Set<String> {
    Set(OrdinaryUnits.running + packageUnits.filter(\.value.isStarted).keys)
  }

  /// What a unit does of which nothing is said.
  func ordinaryActivity(_ name: String, _ unit: Unit) -> Unit.Activity {
    if name.hasSuffix(".mount") || name.hasSuffix(".swap") { return .inactive }
    if OrdinaryUnits.done.contains(name) { return .exited }
    if packageUnits[name]?.isStarted == false { return .inactive }
    return unit.fails != nil || unit.needs.contains { files.node($0) == nil } ? .restarting : .active
  }

  /// The modules that the devices' drivers and a docker daemon need.
  var ordinaryModules: Set<String> {
    let drivers = pci.values.compactMap(\.driver).filter { !KnownDrivers.builtin.contains($0) }
    let loaded = withDependencies(drivers.map(KnownDrivers.module))
    return isDockerOrdinary ? loaded.union(modulesOfDocker) : loaded
  }

  /// Modules with all that they bring along, but for what is built in.
  func withDependencies(_ names: [String]) -> Set<String> {
    var loaded: Set<String> = []
    func add(_ name: String) {
      guard !modules.builtin.contains(name), loaded.insert(name).inserted else { return }
      for other in (modules.available[name]?.depends ?? []) + (modules.available[name]?.requests ?? []) { add(other) }
    }
    names.forEach(add)
    return loaded
  }

  /// The parameters of a machine with the modules that are loaded now.
  var ordinarySysctls: [String: String] {
    var values = OrdinarySysctls.values
    for module in modules.loaded.union(modules.builtin) { values.merge(OrdinaryModules.sysctls[module] ?? [:]) { $1 } }
    if isDockerOrdinary { for key in Self.forwarding { values[key] = "1" } }
    return values
  }

  /// Has the manager read all units, and gives those that run a process.
  mutating func settleUnits() {
    for name in units.keys.sorted() { settleUnit(name, isStale: false) }
  }

  mutating func settleUnit(_ name: String, isStale: Bool) {
    let files = self.files.unitFiles(name)
    units[name]?.loaded = files
    guard let activity = units[name]?.activity, name.hasSuffix(".service") else { return }
    let started = isStale ? Clock.staleUnits : Clock.units
    units[name]?.started = activity == .inactive ? 0 : started
    units[name]?.process = nil
    guard activity == .active else { return }
    units[name]?.process = UnitProcess(pid: nextPID, started: started, files: files)
    nextPID += 1
  }

  /// Gives each function its IOMMU group that has none (a negative number) yet, in the order of addresses: one of its own, but
  /// for the functions of a device of the chipset, such as 00:1f.0 to 00:1f.3, which nothing keeps from each other.
  mutating func assignGroups() {
    for address in pci.keys.sorted() where pci[address].map({ $0.iommuGroup < 0 }) == true {
      let group = groupOfDevice(address) ?? freeGroup()
      pci[address]?.iommuGroup = group
    }
  }

  private func groupOfDevice(_ address: PCIAddress) -> Int? {
    pci.first { $0.value.iommuGroup >= 0 && isOneDevice($0.key, address) }?.value.iommuGroup
  }

  /// Whether two functions are of one device of the chipset. Bridges, and what has virtual functions, isolate theirs (ACS).
  private func isOneDevice(_ one: PCIAddress, _ other: PCIAddress) -> Bool {
    one.domain == other.domain && one.bus == 0 && other.bus == 0 && one.routingID >> 3 == other.routingID >> 3
      && [one, other].allSatisfy { pci[$0]?.sriov == nil && pci[$0].map { $0.classCode >> 8 != 0x0604 } == true }
  }
}
