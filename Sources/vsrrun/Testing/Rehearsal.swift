import Engine
import Host
import Lua
import MachineModel
import Values

/// One rehearsal of a test: an engine over a model in memory, and the log of what it did there.
final class Rehearsal {
  private(set) var model: ModelHost
  private(set) lazy var log = MemoryLog { [unowned self] in self.model.now }
  /// Why the run stopped, if it did not come to its end.
  private(set) var error: (any Error)?
  private(set) var counts = History().counts
  private(set) var leftovers: [Leftover] = []
  /// What a bare step answered.
  private(set) var value: Value = .null
  private let interruptedBy: () -> String?
  private var step: SingleStep?
  /// Why the bare step may do nothing any more.
  private var over: (any Error)?

  /// - Parameter interruptedBy: asked between effects for a reason to stop.
  init(_ machine: Machine, faults: [Fault], interruptedBy: @escaping () -> String?) {
    model = ModelHost(machine, faults: faults)
    self.interruptedBy = interruptedBy
  }

  private func makeEngine() -> Engine {
    let engine = Engine(host: model)
    engine.version = Version.text
    engine.goesOnAfterReboot = true
    engine.interruptedBy = interruptedBy
    return engine
  }

  // MARK: A runbook

  func run(_ scripts: ScriptSet, given: [(name: String, value: GivenValue)], _ request: RehearsalRequest) async {
    let engine = makeEngine()
    engine.until = request.until
    conclude(await engine.run(scripts, given: given) { header in (self.log, self.log.append(.runStarted, header)) })
    if request.resumes, error != nil, !log.entries.isEmpty {
      model = ModelHost(model.machine)
      let engine = makeEngine()
      engine.until = request.until
      conclude(await engine.resume(scripts, engine.ledger(log, entries: log.entries)))
    }
    if request.rollsBack { await takeBack(scripts, to: request.checkpoint) }
  }

  private func conclude(_ end: RunEnd) {
    error = end.error
    counts = end.ledger?.history.counts ?? counts
  }

  private func takeBack(_ scripts: ScriptSet, to checkpoint: String?) async {
    guard !log.entries.isEmpty else { return }
    // A killed program does nothing more; another one takes its work back.
    if isKilled { model = ModelHost(model.machine) }
    let engine = makeEngine()
    let end = await engine.rollback(scripts, engine.ledger(log, entries: log.entries), to: checkpoint)
    leftovers = end.leftovers
    error = end.error ?? error
  }

  private var isKilled: Bool { (error as? HostError)?.reason == .killed }

  // MARK: A bare step

  /// Begins the step, or begins it again after a reboot.
  func beginStep(at place: SourcePlace) async throws {
    over = nil
    step = try await SingleStep(makeEngine(), name: "step", log: log, entries: log.entries, place: place)
  }

  /// What the step's call of a primitive is answered with.
  func answer(_ call: Call) async throws -> Value {
    if let over { throw over }
    guard let step else { return nil }
    switch await step.answer(call) {
    case .value(let value): return value
    case .raise(let text): throw TestError(text)
    case .over(let error):
      // The function has to come to its end; whatever it tries on its way is told the same.
      over = error
      throw error
    }
  }

  /// Ends the step. Answers whether it has to run again, since the machine has rebooted under it.
  func endStep(_ outcome: Value, rollsBack: Bool, at place: SourcePlace) async throws -> Bool {
    guard let step else { return false }
    let end: RunEnd
    if let over {
      end = await step.end(failing: over)
    } else if let message = outcome["message"]?.string {
      end = await step.end(failing: RunError.failed(message, traceback: []))
    } else {
      value = outcome["value"] ?? nil
      end = await step.end(returning: value, at: place)
    }
    self.step = nil
    if case RunError.rebooting? = end.error {
      try await beginStep(at: place)
      return true
    }
    conclude(end)
    if rollsBack { await takeBack(ScriptSet([]), to: nil) }
    return false
  }
}
