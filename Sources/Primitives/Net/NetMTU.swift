import Host

struct NetMTU: Effect {
  static let name = "net.mtu"
  static let summary = "A network device has this MTU."
  static let details = "The MTU of a physical function is raised before that of its VFs. A reboot loses it."
  static let example = #"net.mtu { device = "ens787f0", mtu = 9000 }"#

  @Argument("its name") var device: String
  @Argument("bytes") var mtu: Int

  private var path: String { "/sys/class/net/\(device)/mtu" }
  var target: String { device }

  struct State: Codable, Equatable { var mtu: Int }

  func observe(_ context: Context) throws -> State {
    guard let mtu = try context.host.text(path).flatMap({ Int($0) }) else {
      throw PrimitiveError("there is no network device \(device)")
    }
    return State(mtu: mtu)
  }

  func holds(_ state: State) -> Bool { state.mtu == mtu }

  func apply(_ context: Context, from state: State) async throws {
    try await context.host.writeAttribute(path, String(mtu))
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await context.host.writeAttribute(path, String(before.mtu))
  }
}
