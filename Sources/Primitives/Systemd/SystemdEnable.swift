import Host

struct SystemdEnable: Effect {
  static let name = "systemd.enable"
  static let summary = "A unit starts at boot. It is not started now."
  static let example = #"systemd.enable "kubelet.service""#

  @Argument("which unit", bare: true) var unit: UnitName

  var target: String { unit.text }

  struct State: Codable, Equatable { var unitFileState: String }

  func observe(_ context: Context) async throws -> State {
    State(unitFileState: try await context.host.unit(unit.text).unitFileState)
  }

  func holds(_ state: State) -> Bool {
    ["enabled", "enabled-runtime", "static", "alias", "indirect", "generated"].contains(state.unitFileState)
  }

  func apply(_ context: Context, from state: State) async throws {
    guard !state.unitFileState.hasPrefix("masked") else {
      throw PrimitiveError("\(unit) is masked", hint: "`systemctl unmask \(unit)` if that is not meant")
    }
    try await context.host.setEnabled(unit.text, true)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await context.host.setEnabled(unit.text, false)
  }
}
