import Host

struct SystemdEnable: Effect {
  static let name = "systemd.enable"
  static let summary = "A unit starts at boot. It is not started now."
  static let undoing = "The unit is disabled again."
  static let errors = "A unit that is masked, that has no unit file, or whose [Install] section names no target."
  static let example = #"systemd.enable "kubelet.service""#

  @Argument("which unit", bare: true) var unit: UnitName

  var target: String { unit.text }

  struct State: Codable, Equatable { var unitFileState: String }

  func observe(_ context: Context) async throws -> State {
    State(unitFileState: try await context.host.unit(unit.text).unitFileState)
  }

  func holds(_ state: State) -> Bool {
    // `enabled-runtime` ends with this boot.
    ["enabled", "static", "alias", "indirect", "generated"].contains(state.unitFileState)
  }

  func apply(_ context: Context, from state: State) async throws {
    guard !state.unitFileState.hasPrefix("masked") else {
      throw PrimitiveError("\(unit) is masked", hint: "`systemctl unmask \(unit)` if that is not meant")
    }
    guard !state.unitFileState.isEmpty else {
      throw PrimitiveError("there is no unit file of \(unit)", hint: "is the package that brings it installed?")
    }
    try await context.host.setEnabled(unit.text, true)
  }

  func shortfall(_ state: State) -> String? {
    "\(unit) is \(state.unitFileState) after it was enabled; its [Install] section may name no target"
  }

  /// A unit file that went away took its links along, or never had any.
  func isUndone(_ state: State, before: State) -> Bool { state.unitFileState.isEmpty || state == before }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await context.host.setEnabled(unit.text, false)
  }
}
