public import Host
import Lua
public import Primitives
public import Values

/// Runs runbooks on a machine, live or modelled: run, resume, rollback and boot, over one log.
///
/// It is sequential and belongs to one thread of execution, which alone touches Lua and the machine.
public final class Engine {
  public let host: any Host
  public let registry: Registry
  /// The version of the program, for the journal's header.
  public var version = ""
  /// The path of this program, for units that start it.
  public var program = installedProgram
  /// Where the program is on a machine that is not this one.
  public static let installedProgram = "/usr/local/bin/vsrrun"
  /// The step or phase after which the run stops, resumable.
  public var until: String?
  /// The effects that the operator was shown before; what they did not foresee is noted.
  public var prediction: Prediction?
  /// Whether the machine is a model laid over one that cannot be read completely, so that something may be unknown.
  public var isPlanning = false
  /// Whether a reboot is part of the same execution: in a rehearsal and a plan, where the model reboots at once.
  public var goesOnAfterReboot = false
  /// Asked between effects: the name of the signal by which the operator or a shutdown asks to stop.
  public var interruptedBy: () -> String? = { nil }
  var isInterrupted: Bool { interruptedBy() != nil }

  private let observer: (Event) -> Void
  /// New parameter values of a run that takes over edited files.
  private var acceptedValues: [(name: String, value: GivenValue)]?
  private var sharedContext: Context?

  /// - Parameter observer: gets every event as it is recorded.
  public init(host: any Host, registry: Registry = .standard, observer: @escaping (Event) -> Void = { _ in }) {
    self.host = host
    self.registry = registry
    self.observer = observer
  }

  func context(_ ledger: Ledger?) -> Context {
    if let sharedContext { return sharedContext }
    let context = Context(host: host, contents: ledger?.log ?? MemoryLog { 0 })
    context.program = program
    sharedContext = context
    return context
  }

  /// What the script sees of the parameters: a secret is a thing to hand on, not a text.
  func scriptParameters(_ values: ValueMap, of runbook: Runbook) -> ValueMap {
    var seen = values
    for (index, parameter) in runbook.parameters.enumerated()
    where parameter.kind == .secret && values[parameter.name] != nil {
      seen[parameter.name] = .handle(Handle(kind: "secret", id: index))
    }
    return seen
  }

  /// A ledger over `log`, whose standing entries are `entries`, that tells this engine's observer.
  public func ledger(_ log: any RunLog, entries: [Entry] = []) -> Ledger {
    sharedContext = nil
    return Ledger(log, entries: entries, observer: observer)
  }

  // MARK: Run and resume

  /// Runs a runbook from its top.
  ///
  /// - Parameters:
  ///   - given: parameter values; of two for one parameter the later counts.
  ///   - makeLog: called with the header's fields once the runbook has said what it is and its parameters are known to fit;
  ///     makes a log whose first entry has these fields. Before it nothing is written anywhere.
  public func run(
    _ scripts: ScriptSet, given: [(name: String, value: GivenValue)],
    makeLog: @escaping (ValueMap) throws -> (any RunLog, Entry)
  ) async -> RunEnd {
    await execute(scripts, ledger: nil) { runbook in
      let header = try self.header(runbook, scripts, parameters: runbook.parameters(given))
      let (log, entry) = try makeLog(header)
      let ledger = self.ledger(log, entries: [entry])
      if let event = Event(entry, run: log.run) { self.observer(event) }
      return ledger
    }
  }

  private func header(_ runbook: Runbook, _ scripts: ScriptSet, parameters: ValueMap) throws -> ValueMap {
    var header: ValueMap = [
      "action": "run", "runbook": .string(runbook.name), "version": .string(runbook.version),
      "sha256": .string(scripts.runbookDigest), "parameters": .map(parameters), "host": .string(host.name),
      "machine": .string(try host.machineID), "boot": .string(try host.bootID), "engine": .string(version),
    ]
    if let path = scripts.path { header["path"] = .string(path) }
    if let until { header["until"] = .string(until) }
    if !runbook.ends.isEmpty { header["ends"] = .array(runbook.ends.map { .string($0) }) }
    return header
  }

  /// Goes on with a run after a failure, an interrupt, a reboot or a power cut: runs the script from its top, with what
  /// is done already answered from the log.
  public func resume(_ scripts: ScriptSet, _ ledger: Ledger) async -> RunEnd {
    if case .rollingBack(let checkpoint) = ledger.history.status {
      let goal = checkpoint.map { " to the checkpoint '\($0)'" } ?? ""
      return RunEnd(
        error: RunError.refused(
          "a rollback\(goal) was begun and has to be finished first: vsrrun rollback \(ledger.log.run)\(checkpoint.map { " --to \($0)" } ?? "")"
        ),
        ledger: ledger)
    }
    do {
      try takeInHand(ledger, "resume", untilField)
    } catch {
      return RunEnd(error: error, ledger: ledger)
    }
    return await execute(scripts, ledger: ledger) { _ in ledger }
  }

  /// The same with an edited runbook, edited modules and new parameters, after it is said which files differ and which
  /// completed steps will not be run again.
  public func resume(
    _ originals: ScriptSet, _ ledger: Ledger, accepting given: [(name: String, value: GivenValue)],
    insteadOf copies: ScriptSet
  ) async -> RunEnd {
    acceptedValues = given
    defer { acceptedValues = nil }
    let files = copies.differences(from: originals)
    let steps = copies.differingSteps(from: originals)
    let completed = steps.filter { ledger.history.steps[$0]?.isCompleted == true }
    func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
    do {
      let text =
        "takes over changed files: \(list(files)); steps that differ: \(list(steps)); of those completed, and not run again: \(list(completed))"
      try ledger.record(.note, ["text": .string(text)])
    } catch {
      return RunEnd(error: error, ledger: ledger)
    }
    return await resume(originals, ledger)
  }

  /// Records the parameter values of edited files, where the operator accepted those.
  func accept(_ runbook: Runbook, _ scripts: ScriptSet, _ ledger: Ledger) throws {
    guard let given = acceptedValues else { return }
    acceptedValues = nil
    guard runbook.name == ledger.history.runbook else {
      throw RunError.wrong("the run is one of \(ledger.history.runbook), not of \(runbook.name)")
    }
    var fields: ValueMap = [
      "runbook": .string(runbook.name), "version": .string(runbook.version), "sha256": .string(scripts.runbookDigest),
      "parameters": .map(try runbook.parameters(given)),
    ]
    fields["ends"] = .array(runbook.ends.map { .string($0) })
    if let copies = try ledger.log.keep(scripts) { fields["lua"] = copies }
    try takeInHand(ledger, "resume", fields.merging(untilField) { $1 })
  }

  private var untilField: ValueMap { until.map { ["until": .string($0)] } ?? [:] }

  /// Records that this process goes on with the run.
  func takeInHand(_ ledger: Ledger, _ action: String, _ more: ValueMap = [:]) throws {
    let history = ledger.history
    var fields: ValueMap = [
      "action": .string(action), "runbook": .string(history.runbook), "version": .string(history.version),
      "parameters": .map(history.parameters), "host": .string(host.name), "boot": .string(try host.bootID),
      "engine": .string(version),
    ]
    fields.merge(more) { $1 }
    try ledger.record(.runStarted, fields)
    try ledger.sync()
  }

  private func execute(
    _ scripts: ScriptSet, ledger: Ledger?, begin: @escaping (Runbook) throws -> Ledger
  ) async -> RunEnd {
    var ledger = ledger
    while true {
      let script: ScriptRun
      do {
        script = try ScriptRun(self, scripts, .run, ledger: ledger, begin: begin)
      } catch {
        return RunEnd(error: error, ledger: ledger)
      }
      do {
        try await script.execute()
        return try finish(script.ledger, .done)
      } catch let rebooting as Rebooting where goesOnAfterReboot {
        ledger = script.ledger
        do {
          _ = try finish(ledger, .rebooting, ["reason": .string(rebooting.reason)])
          if let ledger { try takeInHand(ledger, "resume", untilField) }
        } catch {
          return RunEnd(error: error, ledger: ledger)
        }
      } catch {
        return end(script, error)
      }
    }
  }

  /// Records how the run ended, as far as it still can be recorded.
  private func end(_ script: ScriptRun, _ error: any Error) -> RunEnd {
    let ledger = script.ledger
    do {
      switch error {
      case RunError.until:
        return try finish(ledger, .done, ["until": .string(until ?? "")])
      case RunError.planEnds(let reason):
        _ = try finish(ledger, .done, ["ends": .string(reason)])
      case RunError.interrupted:
        _ = try finish(ledger, .interrupted, interruptedBy().map { ["signal": .string($0)] } ?? [:])
      case let rebooting as Rebooting:
        _ = try finish(ledger, .rebooting, ["reason": .string(rebooting.reason)])
        return RunEnd(error: RunError.rebooting(reason: rebooting.reason), ledger: ledger)
      case _ where error.endsTheProcess: break
      default:
        try script.failOpenStep(error)
        _ = try finish(ledger, .failed, ["error": .string(error.words)])
      }
    } catch let second {
      return RunEnd(error: second, ledger: ledger)
    }
    return RunEnd(error: error, ledger: ledger)
  }

  func finish(_ ledger: Ledger?, _ result: RunResult, _ more: ValueMap = [:]) throws -> RunEnd {
    guard let ledger else { return RunEnd(error: nil, ledger: nil) }
    let counts = ledger.history.counts
    var fields: ValueMap = [
      "result": .string(result.rawValue), "changed": .integer(counts.changed), "held": .integer(counts.held),
      "failed": .integer(counts.failed), "steps": .integer(ledger.history.steps.values.count { $0.isCompleted }),
    ]
    fields.merge(more) { $1 }
    try ledger.record(.runFinished, fields)
    try ledger.sync()
    return RunEnd(error: nil, ledger: ledger)
  }

  // MARK: Boot

  /// Re-applies the boot steps that a run completed under another boot. The run's own state stays as it is.
  public func boot(_ scripts: ScriptSet, _ ledger: Ledger) async -> RunEnd {
    let bootID = (try? host.bootID) ?? ""
    guard ledger.history.steps.values.contains(where: { $0.isBoot && $0.isCompleted && $0.bootID != bootID }) else {
      return RunEnd(error: nil, ledger: ledger)
    }
    context(ledger).isBooting = true
    defer { context(ledger).isBooting = false }
    do {
      try takeInHand(ledger, "boot")
      let script = try ScriptRun(self, scripts, .boot, ledger: ledger) { _ in ledger }
      do {
        try await script.execute()
      } catch is EndOfKnown {
      } catch {
        if case RunError.interrupted = error {
          _ = try finish(ledger, .interrupted)
        } else if !error.endsTheProcess {
          try script.failOpenStep(error)
          _ = try finish(ledger, .failed, ["error": .string(error.words)])
        }
        throw error
      }
      return try finish(ledger, .done)
    } catch {
      return RunEnd(error: error, ledger: ledger)
    }
  }

  /// Gives up an unfinished run: what it did stays, and another run may begin.
  public func abandon(_ ledger: Ledger) throws {
    _ = try finish(ledger, .interrupted, ["abandoned": true])
  }
}

/// How an execution ended: without an error it did what it was to do.
public struct RunEnd {
  public var error: (any Error)?
  /// nil if it ended before the run had begun.
  public var ledger: Ledger?
  /// What a rollback could not take back.
  public var leftovers: [Leftover] = []

  public init(error: (any Error)? = nil, ledger: Ledger?) {
    self.error = error
    self.ledger = ledger
  }
}

/// An effect that a rollback had to leave, and why.
public struct Leftover: Sendable, Hashable {
  public var step: String
  /// `primitive target`, or the step's rollback function.
  public var what: String
  public var why: String
}
