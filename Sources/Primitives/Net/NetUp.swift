import Host

struct NetUp: Effect {
  static let name = "net.up"
  static let summary = "A network device is set up (IFF_UP), whether or not it has a carrier."
  static let details = "A reboot loses it: call it in a boot step (documented step D26)."
  static let example = #"net.up "ens787f0""#

  @Argument("its name", bare: true) var device: String

  var target: String { device }

  struct State: Codable, Equatable { var isUp: Bool }

  func observe(_ context: Context) throws -> State {
    let function = PhysicalFunction(device)
    guard let flags = try LinkFlags.read(device, context.host) else {
      _ = try function.function(context.host)
      throw PrimitiveError("\(device) is no network device")
    }
    return State(isUp: flags & 1 != 0)
  }

  func holds(_ state: State) -> Bool { state.isUp }

  func apply(_ context: Context, from state: State) async throws { try await set(true, context.host) }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await set(before.isUp, context.host)
  }

  private func set(_ isUp: Bool, _ host: any Host) async throws {
    let flags = try LinkFlags.read(device, host) ?? 0
    try await host.writeAttribute(LinkFlags.path(device), LinkFlags.hexadecimal(isUp ? flags | 1 : flags & ~1))
  }
}
