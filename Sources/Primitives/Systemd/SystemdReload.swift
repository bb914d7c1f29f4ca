import Host

struct SystemdReload: Effect {
  static let name = "systemd.reload"
  static let summary = "systemd has read the present files of these units."
  static let details = "The machine is the judge: it holds when no unit of them needs it (NeedDaemonReload)."
  static let undoing = "systemd reads the former files."
  static let errors = "Units that still need a reload after one."
  static let example = #"systemd.reload { "containerd.service" }"#
  static let undoOrder = UndoOrder.last

  @Argument("which units", bare: true) var units: [UnitName]

  var target: String { units.map(\.text).joined(separator: " ") }

  func validate() throws(ArgumentError) {
    guard !units.isEmpty else { throw ArgumentError(Self.name, "units", "expected one unit at least") }
  }

  struct State: Codable, Equatable {
    /// The units whose files are newer than what systemd has read.
    var stale: [String]
  }

  func observe(_ context: Context) async throws -> State {
    var stale: [String] = []
    for unit in units where try await context.host.unit(unit.text).needDaemonReload { stale.append(unit.text) }
    return State(stale: stale)
  }

  func holds(_ state: State) -> Bool { state.stale.isEmpty }

  func apply(_ context: Context, from state: State) async throws { try await context.host.reloadUnits() }

  func shortfall(_ state: State) -> String? {
    "\(state.stale.joined(separator: ", ")) still needs a reload after one: its files change all the time, or their times lie ahead"
  }

  /// Undone when systemd has read the files that the rollback brought back.
  func isUndone(_ state: State, before: State) -> Bool { state.stale.isEmpty }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await context.host.reloadUnits()
  }
}
