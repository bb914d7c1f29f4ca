import Host

struct NetMTU: Effect {
  static let name = "net.mtu"
  static let summary = "A network device has this MTU."
  static let details = "The MTU of a physical function is raised before that of its VFs. A reboot loses it."
  static let undoing = "The former MTU comes back."
  static let errors = "A device that is not there; an MTU that its driver does not take."
  static let example = #"net.mtu { device = "ens787f0", mtu = 9000 }"#

  @Argument("its name") var device: NetDeviceName
  @Argument("bytes") var mtu: Int

  private var path: String { "\(device.path)/mtu" }
  var target: String { device.text }

  func validate() throws(ArgumentError) {
    guard (68...65536).contains(mtu) else {
      throw ArgumentError(Self.name, "mtu", "expected a number from 68 to 65536, got \(mtu)")
    }
  }

  struct State: Codable, Equatable {
    /// nil if there is no such device.
    var mtu: Int?
  }

  func observe(_ context: Context) throws -> State {
    State(mtu: try context.host.text(path).flatMap { Int($0) })
  }

  func holds(_ state: State) -> Bool { state.mtu == mtu }

  func apply(_ context: Context, from state: State) async throws {
    guard state.mtu != nil else { throw try device.absence(context.host) }
    do {
      try await context.host.writeAttribute(path, String(mtu))
    } catch {
      guard error.isSystem(.invalid) else { throw error }
      throw PrimitiveError(
        "\(error)",
        hint:
          "the driver of \(device) takes no MTU of \(mtu) (`ip -d link show \(device)` has maxmtu); a VF's is at most its physical function's"
      )
    }
  }

  /// A device that went away has nothing left to restore.
  func isUndone(_ state: State, before: State) -> Bool { state.mtu == nil || state == before }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    if let mtu = before.mtu { try await context.host.writeAttribute(path, String(mtu)) }
  }
}
