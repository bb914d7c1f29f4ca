import Host
import Values

struct SystemdRestart: Effect {
  static let name = "systemd.restart"
  static let summary = "The unit's process runs with the present settings."
  static let details = """
    The machine is the judge: it holds when the main process started after the last change to the unit's files (its fragment, \
    its drop-ins, and the further files given; a drop-in removed counts), or shows the limits given. At boot, a unit that has not started yet holds: it \
    will start with what is there. A unit that keeps restarting (kubelet before kubeadm init) counts as running (documented \
    steps D15, D17).
    """
  static let undoing = "The unit is restarted with its former files, or stopped if it did not run."
  static let errors = "A unit that systemd does not know or cannot start; limits that the process does not show."
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
    /// `loaded`, or why systemd has no such unit.
    var load: String
    var active: String
    var sub: String
    /// When the main process started, in microseconds since the epoch; 0 if it never did.
    var started: Int
    /// When the newest of its files was changed, or one of its drop-ins removed.
    var changed: Int
    /// When, at the latest, a file or a drop-in folder was removed that is not there.
    var removed: Int
    var showsLimits: Bool
    /// Whether the machine is booting and has not come to this unit yet.
    var willStart: Bool
    static func == (a: State, b: State) -> Bool { a.started == b.started && a.active == b.active }

    var isRunning: Bool { active == "active" || active == "activating" || active == "reloading" }
  }

  func observe(_ context: Context) async throws -> State {
    let host = context.host
    let status = try await host.unit(unit.text)
    let dropIns = "/etc/systemd/system/\(unit).d"
    var (changed, removed) = (0, 0)
    for path in [status.fragmentPath, dropIns] + status.dropInPaths + files.map(\.text) where !path.isEmpty {
      if let time = try modified(path, host) {
        changed = max(changed, time)
      } else {
        removed = max(removed, try lastChange(above: path, host))
      }
    }
    return State(
      load: status.loadState, active: status.activeState, sub: status.subState, started: status.mainStarted,
      changed: changed, removed: removed,
      showsLimits: try !limits.isEmpty && status.mainPID > 0 && ProcessLimits.of(status.mainPID, host).shows(limits),
      willStart: context.isBooting && status.activeState == "inactive" && status.mainStarted == 0)
  }

  /// nil if nothing is there. A time that lies ahead, which a wrong clock left behind, says nothing: no start could come
  /// after it.
  private func modified(_ path: String, _ host: any Host) throws -> Int? {
    try host.status(path).map { $0.modified <= host.now ? $0.modified : 0 }
  }

  /// When the nearest directory above an absent path was changed: not before the path was removed from it.
  private func lastChange(above path: String, _ host: any Host) throws -> Int {
    var parent = FileFootprint.directory(of: path)
    while parent != "/" {
      if let time = try modified(parent, host) { return time }
      parent = FileFootprint.directory(of: parent)
    }
    return 0
  }

  func holds(_ state: State) -> Bool {
    if state.willStart { return true }
    let isRunning = state.active == "active" || (state.active == "activating" && state.started > 0)
    return isRunning && (state.started >= state.changed || state.showsLimits)
  }

  func apply(_ context: Context, from state: State) async throws {
    guard state.load == "loaded" else {
      throw PrimitiveError(
        "\(unit) is \(state.load)",
        hint: state.load == "masked"
          ? "`systemctl unmask \(unit)` if that is not meant" : "is the package that brings it installed?")
    }
    try await context.host.unitJob(.restart, unit.text)
  }

  func shortfall(_ state: State) -> String? {
    "\(unit) is \(state.active) (\(state.sub)) after the restart; `journalctl -u \(unit) -e` says why"
  }

  /// It comes last: any start after the last change saw the files that the rollback had brought back. A removed file leaves
  /// its time only in the directories above it, which others change too: one restart too many does no harm here.
  func isUndone(_ state: State, before: State) -> Bool {
    guard state.load == "loaded" else { return true }
    return before.isRunning == state.isRunning
      && (!state.isRunning || state.started >= max(state.changed, state.removed))
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await context.host.unitJob(before.isRunning ? .restart : .stop, unit.text)
  }
}
