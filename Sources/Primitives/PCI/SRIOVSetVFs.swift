import Host
import Values

struct SRIOVSetVFs: Effect {
  static let name = "sriov.set_vfs"
  static let summary = "A physical function has this many virtual functions."
  static let details = """
    The count is read back: a driver may enable fewer than asked and report success. Another count than the present one \
    means that all VFs are destroyed first; a VF in use is refused. With `autoprobe = false` no kernel driver takes the \
    VFs. A reboot loses VFs: call it in a boot step (documented step D27).
    """
  static let answers = "a list of the addresses of the VFs, in the kernel's order"
  static let answerType = "string[]"
  static let undoing = """
    Destroyed VFs are made again, and those that had a driver override are bound; what was set through the physical \
    function (MAC, VLAN, trust) it does not know. Modules of VF drivers that came along and that nothing uses are \
    unloaded.
    """
  static let errors = """
    A device without SR-IOV; more VFs than it can have; fewer than asked for after the driver reported success. A VF in \
    use (see `force`). No space for their memory (`pci=realloc`).
    """
  static let example = #"local vfs = sriov.set_vfs { pf = "ens787f0", count = 1 }"#

  @Argument("the physical function") var pf: PhysicalFunction
  @Argument("how many VFs") var count: Int
  @Argument("whether kernel drivers take the new VFs (sriov_drivers_autoprobe)") var autoprobe = true
  @Argument("destroy VFs that are in use") var force = false

  var target: String { pf.text }

  func validate() throws(ArgumentError) {
    guard (0...65535).contains(count) else {
      throw ArgumentError(Self.name, "count", "expected a number from 0 to 65535, got \(count)")
    }
  }

  struct State: Codable, Equatable {
    /// nil where the device has no sriov_numvfs.
    var count: Int?
    var autoprobe: Bool?
    var vfs: [String]
    /// Those of them that have a driver override, which go with them.
    var bindings: [Binding]?
    /// The modules of VF drivers that are loaded, and those of them that nothing uses.
    var drivers: [String]?
    var idleDrivers: [String]?

    /// The modules that came with the VFs and are there for nothing: udev loads one when the first VF comes, whether or not
    /// it gets it.
    func leftDrivers(since before: State) -> [String] {
      guard let known = before.drivers else { return [] }
      return (idleDrivers ?? []).filter { !known.contains($0) }
    }

    /// The kernel binds new VFs in its own time: only what was asked for tells a foreign hand.
    static func == (a: State, b: State) -> Bool { a.count == b.count && a.autoprobe == b.autoprobe && a.vfs == b.vfs }
  }

  struct Binding: Codable, Equatable {
    var address: String
    var driver: String?
    var override: String
  }

  private static let virtualDrivers: Set = ["ixgbevf", "igbvf", "iavf", "i40evf"]

  func observe(_ context: Context) throws -> State {
    let function = try pf.function(context.host)
    let vfs = try function.virtualFunctions
    let bindings = try vfs.compactMap { PCIAddress($0) }.compactMap { address -> Binding? in
      let vf = try PCIFunction(at: address, context.host)
      return try vf.driverOverride.map { Binding(address: address.text, driver: try vf.driver, override: $0) }
    }
    let drivers = try LoadedModules.names(context.host).filter(Self.virtualDrivers.contains)
    return State(
      count: try function.attribute("sriov_numvfs").flatMap { Int($0) },
      autoprobe: try function.attribute("sriov_drivers_autoprobe").map { $0 == "1" }, vfs: vfs,
      bindings: bindings.isEmpty ? nil : bindings, drivers: drivers,
      idleDrivers: try drivers.filter { try LoadedModules.use(of: $0, context.host) == nil })
  }

  func holds(_ state: State) -> Bool { (state.count ?? 0) == count }

  func apply(_ context: Context, from state: State) async throws {
    let function = try pf.function(context.host)
    guard let present = state.count, let total = try function.attribute("sriov_totalvfs").flatMap({ Int($0) }) else {
      throw PrimitiveError(
        "\(pf) (\(function.address)) offers no SR-IOV",
        hint: "turn SR-IOV on in the firmware: the machine's setup, or mstconfig (SRIOV_EN) on NVIDIA cards")
    }
    guard count <= total else {
      throw PrimitiveError("\(pf) can have \(total) VFs at most (sriov_totalvfs), \(count) are wanted")
    }
    try PCIBindRefusal.checkOperator(function.address.text, context.host)
    if present != 0 { try await destroy(function, context.host) }
    if count > 0 {
      try await setAutoprobe(autoprobe, from: state.autoprobe, function)
      try await create(count, function)
    }
  }

  /// It has to stand before the VFs appear: the kernel offers them to drivers at once.
  private func setAutoprobe(_ wanted: Bool?, from present: Bool?, _ function: PCIFunction) async throws {
    guard let wanted, let present, wanted != present else { return }
    try await function.host.writeAttribute("\(function.address.path)/sriov_drivers_autoprobe", wanted ? "1" : "0")
  }

  private func create(_ count: Int, _ function: PCIFunction) async throws {
    do {
      try await write(count, vfs: count, function)
    } catch let error as HostError where error.isSystem(.noMemory) {
      throw PrimitiveError(
        "\(error)", hint: "the kernel found no MMIO space for the VFs: add pci=realloc to its command line, and reboot")
    } catch let error as HostError where error.isAbsent {
      throw PrimitiveError(
        "\(error)",
        hint: "\(pf) is bound to \(try function.driver ?? "no driver"), which makes no VFs; bind its own driver first")
    } catch let error as HostError where error.isSystem(.busy) {
      throw PrimitiveError("\(error)", hint: "another program is changing the VFs of \(pf); find it, then resume")
    } catch let error as HostError where error.isTimeout {
      throw PrimitiveError("\(error)", hint: "the kernel goes on with it: `dmesg` shows how far it is; then resume")
    }
  }

  /// From one count to another the kernel wants 0 in between.
  private func destroy(_ function: PCIFunction, _ host: any Host) async throws {
    let vfs = try function.virtualFunctions.compactMap { PCIAddress($0) }
    if !force {
      for address in vfs {
        let vf = try PCIFunction(at: address, host)
        if let reason = try DeviceUse.network(vf) {
          throw PrimitiveError(
            "VF \(address) of \(pf) is in use: \(reason)", hint: "give force = true to destroy it all the same")
        }
        if let driver = try vf.driver, driver.hasPrefix("vfio") { try PCIBindRefusal.checkHolders(vf, host) }
      }
    }
    try await write(0, vfs: vfs.count, function)
  }

  /// Making or destroying VFs takes its time: up to 300 s were seen with 64 of them on i40e.
  private func write(_ value: Int, vfs: Int, _ function: PCIFunction) async throws {
    try await function.host.writeAttribute(
      "\(function.address.path)/sriov_numvfs", String(value), deadline: 60 + 8 * vfs)
  }

  func shortfall(_ state: State) -> String? {
    "the driver of \(pf) enabled \(state.count ?? 0) of \(count) VFs; look at `dmesg`, or ask for fewer"
  }

  func answer(_ state: State, changed: Bool) -> Value { .array(state.vfs.map { .string($0) }) }

  func isUndone(_ state: State, before: State) -> Bool {
    guard state.count == before.count else { return false }
    guard state.count != nil else { return true }
    if state.count == 0, !state.leftDrivers(since: before).isEmpty { return false }
    return state.autoprobe == before.autoprobe
      && (before.bindings ?? []).allSatisfy { state.bindings?.contains($0) == true }
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let function = try pf.function(context.host)
    let (count, present) = (before.count ?? 0, now.count ?? 0)
    if present != count, present != 0 { try await destroy(function, context.host) }
    try await setAutoprobe(before.autoprobe, from: now.autoprobe, function)
    if present != count, count != 0 { try await create(count, function) }
    for binding in before.bindings ?? [] { try await bind(binding, context.host) }
    for module in try observe(context).leftDrivers(since: before) {
      _ = try await context.host.run(Command(["modprobe", "-r", module], timeout: 60))
    }
  }

  /// Gives a VF that was made again the driver that it had.
  private func bind(_ binding: Binding, _ host: any Host) async throws {
    guard let address = PCIAddress(binding.address) else { return }
    let vf = try PCIFunction(at: address, host)
    try await vf.setOverride(binding.override)
    guard try vf.driver != binding.driver else { return }
    try await vf.unbind()
    if binding.driver != nil { try await vf.probe() }
  }
}
