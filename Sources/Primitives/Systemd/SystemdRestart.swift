import Host
import Values

struct SystemdRestart: Effect {
  static let name = "systemd.restart"
  static let summary = "The unit's process runs with the present settings."
  static let details = """
    The machine is the judge: it holds when the main process started after the last change to the unit's files (its fragment, \
    its drop-ins, and the further files given), or shows the limits given. At boot, a unit that has not started yet holds: it \
    will start with what is there. A unit that keeps restarting (kubelet before kubeadm init) counts as running (documented \
    steps D15, D17).
    """
  static let example = #"systemd.restart { unit = "containerd.service", limits = { LimitMEMLOCK = 4194304 } }"#
  static let undoOrder = UndoOrder.last

  @Argument("which unit", bare: true) var unit: UnitName
  @Argument("further files that its process reads when it starts") var files: [AbsolutePath] = []
  @Argument("limits that the process must show, by the unit's property names (LimitNOFILE, LimitMEMLOCK)")
  var limits: ValueMap = [:]

  var target: String { unit.text }

  func validate() throws(ArgumentError) {
    for (name, value) in limits where ProcessLimits.title(of: name) == nil || value.integer == nil {
      throw ArgumentError(
        Self.name, "limits",
        "'\(name)': expected LimitNOFILE, LimitMEMLOCK and the like with a number, got \(value.shortText)")
    }
  }

  struct State: Codable, Equatable {
    var active: String
    var sub: String
    /// When the main process started, in microseconds since the epoch; 0 if it never did.
    var started: Int
    /// When the newest of its files was changed.
    var changed: Int
    var showsLimits: Bool
    /// Whether the machine is booting and has not come to this unit yet.
    var willStart: Bool
    static func == (a: State, b: State) -> Bool { a.started == b.started && a.active == b.active }
  }

  func observe(_ context: Context) async throws -> State {
    let status = try await context.host.unit(unit.text)
    guard status.loadState == "loaded" else {
      throw PrimitiveError(
        "\(unit) is \(status.loadState)",
        hint: status.loadState == "masked"
          ? "`systemctl unmask \(unit)` if that is not meant" : "is the package that brings it installed?")
    }
    var changed = 0
    for path in [status.fragmentPath] + status.dropInPaths + files.map(\.text) where !path.isEmpty {
      changed = max(changed, try context.host.status(path)?.modified ?? 0)
    }
    return State(
      active: status.activeState, sub: status.subState, started: status.mainStarted, changed: changed,
      showsLimits: try !limits.isEmpty && status.mainPID > 0
        && ProcessLimits.of(status.mainPID, context.host).shows(limits),
      willStart: context.isBooting && status.activeState == "inactive" && status.mainStarted == 0)
  }

  func holds(_ state: State) -> Bool {
    if state.willStart { return true }
    let isRunning = state.active == "active" || (state.active == "activating" && state.started > 0)
    return isRunning && (state.started >= state.changed || state.showsLimits)
  }

  func apply(_ context: Context, from state: State) async throws { try await context.host.unitJob(.restart, unit.text) }

  func shortfall(_ state: State) -> String? {
    "\(unit) is \(state.active) (\(state.sub)) after the restart; `journalctl -u \(unit) -e` says why"
  }

  /// Any later start saw the files that the rollback had brought back before: it comes last.
  func isUndone(_ state: State, before: State) -> Bool {
    let wasRunning = before.active == "active" || before.active == "activating"
    let isRunning = state.active == "active" || state.active == "activating"
    return wasRunning == isRunning && (!isRunning || state.started >= state.changed)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let wasRunning = before.active == "active" || before.active == "activating"
    try await context.host.unitJob(wasRunning ? .restart : .stop, unit.text)
  }
}
