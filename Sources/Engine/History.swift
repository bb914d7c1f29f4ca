public import Values

/// What happened in a run so far: the sum of its entries. The engine asks it what is done already; nothing else remembers.
public struct History: Sendable {
  /// An effect is one thing over the whole run, however often it was tried.
  public struct EffectID: Sendable, Hashable {
    public var step: String
    public var primitive: String
    public var target: String
  }

  public struct EffectMemory: Sendable {
    public var id: EffectID
    public var arguments: Value
    public var source: String
    /// The state before the first change: what undo restores.
    public var before: Value
    /// The state after the last change; nil while an apply was begun and not seen to end.
    public var after: Value?
    public var result: EntryResult?
    /// The state at which the open intent was recorded, if one is open.
    public var openIntent: Value?
    /// Whether an undo was begun.
    public var isUndoing = false
    /// Where its first change stands in the order.
    public var order: Int

    /// Whether it may have left something on the machine.
    public var stands: Bool { result == .changed || result == .failed || openIntent != nil }
  }

  public struct StepMemory: Sendable {
    public var name: String
    public var phase: String
    public var isBoot: Bool
    public var functions: [String]
    public var irreversible: String?
    /// What a site's extension did to have it there: `added`, `replaced`.
    public var origin: String?
    /// Whether its body ended, and was not undone since.
    public var isCompleted = false
    public var value: Value = .null
    /// The boot under which it was completed last.
    public var bootID = ""
    public var result: EntryResult?
    /// Why it failed, if it did.
    public var error: String?
    /// Where it began in the order.
    public var order: Int
    /// Whether its rollback function was called to its end.
    public var isFunctionUndone = false
  }

  public private(set) var effects: [EffectID: EffectMemory] = [:]
  public private(set) var steps: [String: StepMemory] = [:]
  /// Names of steps in the order in which they first began.
  public private(set) var stepNames: [String] = []
  /// The effects that the rollback in hand has taken back, by whichever process.
  public private(set) var takenBack: [EffectID] = []
  public private(set) var checkpoints: [(name: String, order: Int)] = []
  public private(set) var status = RunStatus.running
  /// Whether a process has the run in hand now, which no journal can tell.
  public var isAtWork = false
  /// The last entry that took the run in hand.
  public private(set) var lastAction = ""
  public private(set) var lastTime = 0
  public private(set) var bootID = ""
  /// Where the run was asked to stop.
  public private(set) var until: String?
  /// The runbook's name and version, and the values of its parameters, as last begun or taken over.
  public private(set) var runbook = ""
  public private(set) var version = ""
  /// Where the runbook was read.
  public private(set) var path: String?
  public private(set) var parameters: ValueMap = [:]
  /// Where the values were given that are not defaults.
  public private(set) var origins: ValueMap = [:]
  /// The runbook that the run's own extends.
  public private(set) var extends: String?
  /// The files that the run can load, as ``ScriptSet`` names them.
  public private(set) var files: [String] = []
  /// The runbooks whose runs this one retires.
  public private(set) var ends: [String] = []
  public private(set) var machine = ""
  public private(set) var hostName = ""
  public private(set) var startTime = 0
  /// Whether the interrupt came from a person (SIGINT), not from a shutdown.
  public private(set) var isStoppedByOperator = false
  /// The effects that only looked, by identity: they count as held.
  private var held: Set<EffectID> = []
  /// The effects that could not even be looked at: they count as failed, and left nothing behind.
  private var unseen: Set<EffectID> = []

  public init() {}

  public init(_ entries: some Sequence<Entry>) {
    for entry in entries { apply(entry) }
  }

  public mutating func apply(_ entry: Entry) {
    lastTime = entry.time
    switch entry.kind {
    case .runStarted: start(entry)
    case .stepStarted: startStep(entry)
    case .intent: open(entry)
    case .effect: close(entry)
    case .stepFinished: finishStep(entry)
    case .checkpoint:
      let name = entry["name"]?.string ?? ""
      checkpoints.removeAll { $0.name == name }
      checkpoints.append((name, entry.sequence))
    case .note: break
    case .runFinished: finish(entry)
    }
  }

  private mutating func start(_ entry: Entry) {
    lastAction = entry["action"]?.string ?? "run"
    // A boot re-applies what the run has done; where the run itself stopped stays as it was.
    if lastAction != "boot" {
      bootID = entry["boot"]?.string ?? ""
      until = entry["until"]?.string
    }
    if let name = entry["runbook"]?.string {
      if runbook.isEmpty { startTime = entry.time }
      runbook = name
      version = entry["version"]?.string ?? ""
      parameters = entry["parameters"]?.map ?? [:]
      origins = entry["origins"]?.map ?? origins
      extends = entry["extends"]?.string ?? extends
      files = entry["lua"]?.array?.compactMap { $0["name"]?.string } ?? files
      path = entry["path"]?.string ?? path
      ends = entry["ends"]?.array?.compactMap(\.string) ?? ends
      machine = entry["machine"]?.string ?? machine
      hostName = entry["host"]?.string ?? hostName
    }
    switch lastAction {
    case "rollback":
      if !isRollingBack { takenBack = [] }
      status = .rollingBack(to: entry["to"]?.string)
    case "boot": break
    default: status = .running
    }
  }

  private var isRollingBack: Bool {
    if case .rollingBack = status { true } else { false }
  }

  private mutating func startStep(_ entry: Entry) {
    let name = entry["step"]?.string ?? ""
    if steps[name]?.result == .undone {
      // It begins anew, behind all that stands.
      stepNames.removeAll { $0 == name }
      steps[name] = nil
    }
    if steps[name] == nil { stepNames.append(name) }
    var step = steps[name] ?? StepMemory(name: name, phase: "", isBoot: false, functions: [], order: entry.sequence)
    step.phase = entry["phase"]?.string ?? ""
    step.isBoot = entry["boot"]?.boolean ?? false
    step.functions = entry["functions"]?.array?.compactMap(\.string) ?? []
    step.irreversible = entry["irreversible"]?.string
    step.origin = entry["origin"]?.string
    step.isFunctionUndone = false
    steps[name] = step
  }

  private mutating func finishStep(_ entry: Entry) {
    guard let name = entry["step"]?.string, var step = steps[name] else { return }
    let result = entry["result"]?.string.flatMap(EntryResult.init(rawValue:))
    step.result = result
    step.error = entry["error"]?.string
    switch result {
    case .undone:
      step.isCompleted = false
      step.value = .null
      step.isFunctionUndone = true
    case .failed: break
    default:
      step.isCompleted = true
      step.value = entry["value"] ?? .null
      step.bootID = entry["boot_id"]?.string ?? ""
    }
    steps[name] = step
  }

  private func id(_ entry: Entry) -> EffectID {
    EffectID(
      step: entry["step"]?.string ?? "", primitive: entry["primitive"]?.string ?? "",
      target: entry["target"]?.string ?? "")
  }

  private mutating func open(_ entry: Entry) {
    guard entry["rollback"] == nil else { return }
    let id = id(entry)
    if entry["undo"]?.boolean == true {
      effects[id]?.isUndoing = true
      return
    }
    let before = entry["before"] ?? .null
    var memory =
      effects[id]
      ?? EffectMemory(
        id: id, arguments: entry["arguments"] ?? [:], source: entry["source"]?.string ?? "", before: before,
        order: entry.sequence)
    if !memory.stands {
      // What an earlier life of this effect had changed is undone: it begins anew.
      memory.before = before
      memory.order = entry.sequence
    }
    memory.arguments = entry["arguments"] ?? [:]
    memory.openIntent = before
    memory.after = nil
    effects[id] = memory
  }

  private mutating func close(_ entry: Entry) {
    // What a rollback function does is part of the way back: nothing takes it back in turn.
    guard entry["rollback"] == nil else { return }
    let id = id(entry)
    held.remove(id)
    unseen.remove(id)
    switch entry["result"]?.string.flatMap(EntryResult.init(rawValue:)) {
    case .held:
      held.insert(id)
      if effects[id]?.result == .undone { effects[id]?.result = nil }
    case .failed where entry["undo"] == true: effects[id]?.isUndoing = false
    case .failed where effects[id] == nil: unseen.insert(id)
    case .failed where entry["unseen"] == true: break
    case .changed:
      effects[id]?.openIntent = nil
      effects[id]?.after = entry["after"]
      effects[id]?.result = .changed
    case .failed:
      effects[id]?.openIntent = nil
      effects[id]?.after = nil
      effects[id]?.result = .failed
    case .undone:
      // A step that is taken back in part is no longer done.
      steps[id.step]?.isCompleted = false
      steps[id.step]?.value = .null
      effects[id]?.openIntent = nil
      effects[id]?.isUndoing = false
      effects[id]?.result = .undone
      if isRollingBack { takenBack.append(id) }
    default: break
    }
  }

  private mutating func finish(_ entry: Entry) {
    // A boot leaves the run as it stands, and a rollback that was not finished is still to be finished.
    if lastAction == "boot", entry["abandoned"] != true { return }
    if isRollingBack, entry["result"]?.string != RunResult.rolledBack.rawValue { return }
    let until = entry["until"]?.string
    switch entry["result"]?.string.flatMap(RunResult.init(rawValue:)) {
    case .done: status = .done(until: until)
    case .rolledBack:
      let goal = entry["to"]?.string
      status = .rolledBack(to: goal)
      let kept = checkpoints.first { $0.name == goal }?.order ?? -1
      checkpoints.removeAll { $0.order > kept }
    case .rebooting: status = .rebooting
    case .interrupted:
      isStoppedByOperator = entry["signal"]?.string == "SIGINT"
      status = entry["abandoned"]?.boolean == true ? .abandoned : .interrupted
    default: status = .failed
    }
  }

  /// Whether the run was in the middle of its work when the machine went down: cut off, rebooting, or stopped by the
  /// shutdown's signal, under another boot than `bootID`.
  public func wasCutByReboot(now bootID: String) -> Bool {
    guard self.bootID != bootID else { return false }
    return status == .running || status == .rebooting || (status == .interrupted && !isStoppedByOperator)
  }

  /// Each effect once, by its last result.
  public var counts: (changed: Int, held: Int, failed: Int, undone: Int) {
    let results = effects.values.map(\.result)
    return (
      results.count { $0 == .changed }, held.count { effects[$0]?.stands != true },
      results.count { $0 == .failed } + unseen.count, results.count { $0 == .undone }
    )
  }

  /// Where it stands, for people.
  public var state: String {
    switch status {
    case .running where isAtWork: "running"
    case .rollingBack where isAtWork: "rolling back"
    case .rolledBack(to: nil) where !standing.isEmpty: "rolled back, \(standing.count) left"
    default: status.word
    }
  }

  /// The effects that may have left something on the machine, in their order.
  public var standing: [EffectMemory] { effects.values.filter(\.stands).sorted { $0.order < $1.order } }
}

/// Where a run stands.
public enum RunStatus: Sendable, Hashable {
  /// In hand of a process, or of one that died.
  case running
  case failed, interrupted, rebooting, abandoned
  case done(until: String?)
  case rollingBack(to: String?)
  case rolledBack(to: String?)

  /// Whether another run has to wait until this one is resumed, rolled back or abandoned.
  public var isUnfinished: Bool {
    switch self {
    case .running, .failed, .interrupted, .rebooting, .rollingBack: true
    case .done, .rolledBack, .abandoned: false
    }
  }

  /// The word for people.
  public var word: String {
    switch self {
    case .running: "cut off"
    case .failed: "failed"
    case .interrupted: "interrupted"
    case .rebooting: "rebooting"
    case .abandoned: "abandoned"
    case .done(nil): "done"
    case .done(let until?): "done until \(until)"
    case .rollingBack: "rollback cut off"
    case .rolledBack(nil): "rolled back"
    case .rolledBack(let checkpoint?): "rolled back to \(checkpoint)"
    }
  }
}
