import Host
import Values

struct PCIBind: Effect {
  static let name = "pci.bind"
  static let summary = "A PCI function is bound to this driver, and to it alone at every probe."
  static let details = """
    The order that works: `driver_override`, unbind from the present driver, `drivers_probe`, then look. Bound to vfio-pci \
    means that the driver link, the IOMMU group and /dev/vfio/<group> are all there. A reboot loses the binding: call it \
    in a boot step (documented step D28).
    """
  static let undoing = """
    The former driver override and the former driver come back; a function that a process holds open stays, and is listed.
    """
  static let errors = """
    A device that carries a route, is held open, shares its IOMMU group with a device on another driver, belongs to \
    another tool, or is a bifurcated NVIDIA port.
    """
  static let example = #"pci.bind { address = "0000:81:10.0", driver = "vfio-pci" }"#

  @Argument("the function") var address: PCIAddress
  @Argument("the driver's name; its module has to be loaded") var driver: String
  @Argument("bind even if its network device carries a route, or if it is a physical function") var force = false

  @Argument("its network device has to appear; where it does not, the function is bound a second time") var net = false

  var target: String { address.text }

  func validate() throws(ArgumentError) {
    guard !driver.isEmpty, !driver.contains(where: { $0 == "/" || $0.isWhitespace }), driver != ".", driver != ".."
    else {
      throw ArgumentError(Self.name, "driver", "expected a driver's name such as \"vfio-pci\", got \"\(driver)\"")
    }
  }

  struct State: Codable, Equatable {
    var driver: String?
    var override: String?
    /// Whether `/dev/vfio/<group>` is there, for a vfio driver.
    var hasGroupDevice: Bool?
    /// Whether it has a network device, where one was asked for.
    var hasNetDevice: Bool?
    /// A VF goes away with its PF's count.
    var isPresent: Bool
  }

  func observe(_ context: Context) throws -> State {
    let host = context.host
    guard try host.status(address.path) != nil else { return State(isPresent: false) }
    let function = try PCIFunction(at: address, host)
    let bound = try function.driver
    var hasGroupDevice: Bool?
    if let bound, bound.hasPrefix("vfio") {
      hasGroupDevice = try function.iommuGroup.map { try Self.hasGroupDevice($0, host) } ?? false
    }
    return State(
      driver: bound, override: try function.driverOverride, hasGroupDevice: hasGroupDevice,
      hasNetDevice: net ? try !function.netdevs.isEmpty : nil, isPresent: true)
  }

  /// Without an IOMMU the device is called `noiommu-<group>`.
  private static func hasGroupDevice(_ group: String, _ host: any Host) throws -> Bool {
    try host.status("/dev/vfio/\(group)") != nil || host.status("/dev/vfio/noiommu-\(group)") != nil
  }

  func holds(_ state: State) -> Bool {
    state.driver == driver && state.override == driver && state.hasGroupDevice != false && state.hasNetDevice != false
  }

  func apply(_ context: Context, from state: State) async throws {
    let function = try PCIFunction(at: address, context.host)
    // Where only the override is missing, the device stays with its driver, whoever uses it.
    let rebinds = state.driver != driver || state.hasGroupDevice == false
    try PCIBindRefusal.check(self, function, rebinds: rebinds, context.host)
    try await function.setOverride(driver)
    if rebinds {
      try await function.unbind()
      try await function.probe()
    }
    guard net, try await !netDeviceAppears(function, context) else { return }
    try await function.unbind()
    try await function.probe()
    _ = try await netDeviceAppears(function, context)
  }

  /// The driver makes it in its own time.
  private func netDeviceAppears(_ function: PCIFunction, _ context: Context) async throws -> Bool {
    for _ in 0..<10 {
      if try !function.netdevs.isEmpty { return true }
      await context.host.pause(seconds: 1)
    }
    return false
  }

  func shortfall(_ state: State) -> String? {
    if state.driver == driver, state.hasNetDevice == false {
      return "\(address) is bound to \(driver), twice, and no network device appears; `dmesg` may say why"
    }
    if state.driver == driver, state.hasGroupDevice == false {
      return
        "\(address) is bound to \(driver), but has no IOMMU group device below /dev/vfio; is the IOMMU on (iommu.state)?"
    }
    return
      "\(address) is bound to \(state.driver ?? "no driver") after the probe, not to \(driver); `dmesg` may say why"
  }

  func isUndone(_ state: State, before: State) -> Bool {
    !state.isPresent || (state.driver == before.driver && state.override == before.override)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let function = try PCIFunction(at: address, context.host)
    if now.driver != before.driver, now.driver?.hasPrefix("vfio") == true {
      try PCIBindRefusal.checkHolders(function, context.host)
    }
    // The override goes first: with it, the next probe would bring the driver back.
    try await function.setOverride(before.override)
    if now.driver != before.driver {
      try await function.unbind()
      if before.driver != nil { try await function.probe() }
    }
  }
}
