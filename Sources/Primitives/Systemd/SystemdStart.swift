import Host

struct SystemdStart: Effect {
  static let name = "systemd.start"
  static let summary = "A unit is active."
  static let undoing = "A unit that was not active is stopped."
  static let errors = "A unit that systemd does not know or cannot start."
  static let example = #"systemd.start "containerd.service""#

  @Argument("which unit", bare: true) var unit: UnitName

  var target: String { unit.text }

  struct State: Codable, Equatable { var isActive: Bool }

  func observe(_ context: Context) async throws -> State {
    let state = try await context.host.unit(unit.text).activeState
    return State(isActive: state == "active" || state == "activating" || state == "reloading")
  }

  func holds(_ state: State) -> Bool { state.isActive }

  func apply(_ context: Context, from state: State) async throws { try await context.host.unitJob(.start, unit.text) }

  func shortfall(_ state: State) -> String? { "\(unit) did not stay active; `journalctl -u \(unit) -e` says why" }

  func isUndone(_ state: State, before: State) -> Bool { state.isActive == before.isActive }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await context.host.unitJob(before.isActive ? .start : .stop, unit.text)
  }
}
