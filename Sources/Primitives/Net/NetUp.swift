import Host

struct NetUp: Effect {
  static let name = "net.up"
  static let summary = "A network device is set up (IFF_UP), whether or not it has a carrier."
  static let details = "A reboot loses it: call it in a boot step (documented step D26)."
  static let undoing = """
    The device is set down if it was down, unless something of the network has come to use it; what it got from an IPv6 router by \
    itself does not count.
    """
  static let errors = "A device that is not there."
  static let example = #"net.up "ens787f0""#

  @Argument("its name", bare: true) var device: NetDeviceName

  var target: String { device.text }

  struct State: Codable, Equatable {
    /// nil if there is no such device.
    var isUp: Bool?
  }

  func observe(_ context: Context) throws -> State {
    State(isUp: try LinkFlags.read(device, context.host).map { $0 & LinkFlags.up != 0 })
  }

  func holds(_ state: State) -> Bool { state.isUp == true }

  func apply(_ context: Context, from state: State) async throws { try await set(true, context.host) }

  /// A device that went away has nothing left to set down.
  func isUndone(_ state: State, before: State) -> Bool { state.isUp == nil || state == before }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    guard let isUp = before.isUp else { return }
    if !isUp, let reason = try DeviceUse.network(device.text, context.host, countsAutomatic: false) {
      throw PrimitiveError(
        "\(device) is in use: \(reason)", hint: "it stays up; set it down by hand if that is not meant")
    }
    try await set(isUp, context.host)
  }

  private func set(_ isUp: Bool, _ host: any Host) async throws {
    guard let flags = try LinkFlags.read(device, host) else { throw try device.absence(host) }
    let new = isUp ? flags | LinkFlags.up : flags & ~LinkFlags.up
    try await host.writeAttribute(LinkFlags.path(device), LinkFlags.hexadecimal(new))
  }
}
