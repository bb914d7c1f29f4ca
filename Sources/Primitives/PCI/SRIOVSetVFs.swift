import Host
import Values

struct SRIOVSetVFs: Effect {
  static let name = "sriov.set_vfs"
  static let summary = "A physical function has this many virtual functions."
  static let details = """
    The count is read back: a driver may enable fewer than asked and report success. Another count than the present one means \
    that all VFs are destroyed first; a VF in use is refused. With `autoprobe = false` no kernel driver takes the VFs. A reboot \
    loses VFs: call it in a boot step (documented step D27).
    """
  static let answers = "a list of the addresses of the VFs, in the kernel's order"
  static let example = #"local vfs = sriov.set_vfs { pf = "ens787f0", count = 1 }"#

  @Argument("the physical function") var pf: PhysicalFunction
  @Argument("how many VFs") var count: Int
  @Argument("whether kernel drivers take the new VFs (sriov_drivers_autoprobe)") var autoprobe = true
  @Argument("destroy VFs that are in use") var force = false

  var target: String { pf.text }

  func validate() throws(ArgumentError) {
    guard count >= 0 else { throw ArgumentError(Self.name, "count", "expected 0 or more, got \(count)") }
  }

  struct State: Codable, Equatable {
    /// nil where the device has no sriov_numvfs.
    var count: Int?
    var autoprobe: Bool?
    var vfs: [String]
  }

  func observe(_ context: Context) throws -> State {
    let function = try pf.function(context.host)
    return State(
      count: try function.attribute("sriov_numvfs").flatMap { Int($0) },
      autoprobe: try function.attribute("sriov_drivers_autoprobe").map { $0 == "1" },
      vfs: try function.virtualFunctions)
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
    if present != 0 { try await destroy(function, context.host) }
    if let autoprobe = state.autoprobe, autoprobe != self.autoprobe {
      try await write("sriov_drivers_autoprobe", self.autoprobe ? 1 : 0, function)
    }
    if count > 0 { try await create(function) }
  }

  private func create(_ function: PCIFunction) async throws {
    do {
      try await write("sriov_numvfs", count, function)
    } catch let error as HostError where error.isSystem(.noMemory) {
      throw PrimitiveError(
        "\(error)", hint: "the kernel found no MMIO space for the VFs: add pci=realloc to its command line, and reboot")
    } catch let error as HostError where error.isAbsent {
      throw PrimitiveError(
        "\(error)",
        hint: "\(pf) is bound to \(try function.driver ?? "no driver"), which makes no VFs; bind its own driver first")
    } catch let error as HostError where error.isSystem(.busy) {
      throw PrimitiveError("\(error)", hint: "another program is changing the VFs of \(pf); find it, then resume")
    }
  }

  /// From one count to another the kernel wants 0 in between.
  private func destroy(_ function: PCIFunction, _ host: any Host) async throws {
    if !force {
      for address in try function.virtualFunctions.compactMap({ PCIAddress($0) }) {
        let vf = try PCIFunction(at: address, host)
        if let reason = try DeviceUse.network(vf) {
          throw PrimitiveError(
            "VF \(address) of \(pf) is in use: \(reason)", hint: "give force = true to destroy it all the same")
        }
        if let driver = try vf.driver, driver.hasPrefix("vfio") { try PCIBindRefusal.checkHolders(vf, host) }
      }
    }
    try await write("sriov_numvfs", 0, function)
  }

  /// Up to 300 s were seen with 64 VFs on i40e.
  private func write(_ attribute: String, _ value: Int, _ function: PCIFunction) async throws {
    try await function.host.writeAttribute(
      "\(function.address.path)/\(attribute)", String(value), deadline: 60 + 8 * max(value, count))
  }

  func shortfall(_ state: State) -> String? {
    "the driver of \(pf) enabled \(state.count ?? 0) of \(count) VFs; look at `dmesg`, or ask for fewer"
  }

  func answer(_ state: State, changed: Bool) -> Value { .array(state.vfs.map { .string($0) }) }

  func isUndone(_ state: State, before: State) -> Bool {
    state.count == before.count && (state.autoprobe == before.autoprobe || state.count == nil)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let function = try pf.function(context.host)
    if (now.count ?? 0) != (before.count ?? 0) {
      if (now.count ?? 0) != 0 { try await destroy(function, context.host) }
      if let count = before.count, count != 0 { try await write("sriov_numvfs", count, function) }
    }
    if let autoprobe = before.autoprobe, autoprobe != now.autoprobe {
      try await write("sriov_drivers_autoprobe", autoprobe ? 1 : 0, function)
    }
  }
}
