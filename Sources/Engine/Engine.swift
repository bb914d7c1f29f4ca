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
  /// What a secret stands for. A run on a model never asks.
  public var secret: (SecretReference) async throws -> [UInt8] = { reference in
    throw RunError.unanswered("this program has no source of secrets, and '\(reference.name)' is one")
  }
  /// The operator's answer to a question; nil where it is left to the question's default.
  public var ask: (Question) async throws -> Value? = { _ in nil }
  /// Shows people what is waited for.
  public var tell: (String) -> Void = { _ in }

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
    context.tell = tell
    context.isInterrupted = { [unowned self] in isInterrupted }
    context.secret = { [unowned self, unowned context] in try await value(of: $0, context) }
    context.ask = { [unowned self] in try await answer(to: $0, ledger) }
    sharedContext = context
    return context
  }

  /// `text`, which came from a program, without the secrets that this process knows.
  public func withoutSecrets(_ text: String) -> String { sharedContext?.secrets.withoutSecrets(text) ?? text }

  /// What stands on a model for every secret.
  private static let placeholder = Array("secret".utf8)

  private func value(of reference: SecretReference, _ context: Context) async throws -> [UInt8] {
    guard !context.isTakingBack else {
      throw PrimitiveError("the secret '\(reference.name)' is not asked for to take something back")
    }
    if host.isModel { return Self.placeholder }
    let value = try await secret(reference)
    context.secrets.note(value)
    return value
  }

  private func answer(to question: Question, _ ledger: Ledger?) async throws -> Value {
    let given = try await ask(question)
    guard let answer = given ?? question.fallback else {
      if isPlanning { throw RunError.planEnds("only the run can tell what is answered to '\(question.text)'") }
      throw RunError.unanswered("nobody answers the question '\(question.text)', and it has no default")
    }
    let words = answer.boolean.map { $0 ? "yes" : "no" } ?? answer.string ?? ""
    let origin = given == nil ? " (the default)" : ""
    try ledger?.record(.note, ["text": .string("\(question.text) \(words)\(origin)")])
    return answer
  }

  /// What the script sees of the parameters: a secret is a thing to hand on, not a text.
  func scriptParameters(_ values: ValueMap, of runbook: Runbook, _ secrets: Secrets) -> ValueMap {
    var seen = values
    for parameter in runbook.parameters where parameter.kind == .secret {
      guard let source = values[parameter.name]?.string else { continue }
      seen[parameter.name] = secrets.handle(SecretReference(name: parameter.name, source: source))
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
      var header = try self.header(runbook, scripts, parameters: runbook.parameters(given))
      header["origins"] = Self.origins(given)
      let (log, entry) = try makeLog(header)
      let ledger = self.ledger(log, entries: [entry])
      if let event = Event(entry, run: log.run) { self.observer(event) }
      return ledger
    }
  }

  /// Runs a runbook from its top, and keeps what is recorded for as long as this program lives: enough to roll it back
  /// (``rollback(_:_:to:)``, with the end's ledger), not to go on with it after a crash.
  public func run(_ scripts: ScriptSet, parameters: [String: Value] = [:]) async -> RunEnd {
    let given = parameters.sorted { $0.key < $1.key }.map {
      (name: $0.key, value: GivenValue($0.value, origin: "parameters"))
    }
    let host = host
    let log = MemoryLog(run: "memory") { host.now }
    return await run(scripts, given: given) { header in (log, log.append(.runStarted, header)) }
  }

  /// Where the values of parameters were given, by name; those that are not among them are defaults.
  private static func origins(_ given: [(name: String, value: GivenValue)]) -> Value {
    var origins: ValueMap = [:]
    for (name, value) in given { origins[name] = .string(value.origin) }
    return .map(origins)
  }

  private func header(_ runbook: Runbook, _ scripts: ScriptSet, parameters: ValueMap) throws -> ValueMap {
    var header: ValueMap = [
      "action": "run", "runbook": .string(runbook.name), "version": .string(runbook.version),
      "sha256": .string(scripts.runbookDigest), "parameters": .map(parameters), "host": .string(host.name),
      "machine": .string(try host.machineID), "boot": .string(try host.bootID), "engine": .string(version),
    ]
    if let path = scripts.path { header["path"] = .string(path) }
    if let until { header["until"] = .string(until) }
    if let base = runbook.extends { header["extends"] = .string(base) }
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
      "parameters": .map(try runbook.parameters(given)), "origins": Self.origins(given),
    ]
    if let base = runbook.extends { fields["extends"] = .string(base) }
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
        return await end(script, error)
      }
    }
  }

  /// Records how the run ended, as far as it still can be recorded.
  func end(_ script: ScriptRun, _ error: any Error) async -> RunEnd {
    let ledger = script.ledger
    do {
      switch error {
      case RunError.until:
        return try finish(ledger, .done, ["until": .string(until ?? "")])
      case RunError.planEnds(let reason):
        _ = try finish(ledger, .done, ["ends": .string(reason)])
      case RunError.interrupted, RunError.unanswered: _ = try stop(ledger, error)
      case let rebooting as Rebooting:
        _ = try finish(ledger, .rebooting, ["reason": .string(rebooting.reason)])
        return RunEnd(error: RunError.rebooting(reason: rebooting.reason), ledger: ledger)
      case _ where error.endsTheProcess: break
      case _ where await host.isGoingDown:
        // Services end under it, and jobs are refused: that is no failure of the run, which goes on after the boot.
        _ = try finish(ledger, .interrupted, ["reason": .string("the machine goes down (\(error.words))")])
        return RunEnd(error: RunError.interrupted, ledger: ledger)
      default:
        try script.failOpenStep(error)
        _ = try finish(ledger, .failed, ["error": .string(error.words)])
      }
    } catch let second {
      return RunEnd(error: second, ledger: ledger)
    }
    return RunEnd(error: error, ledger: ledger)
  }

  /// Records that the run stopped, and can go on.
  func stop(_ ledger: Ledger?, _ error: any Error) throws -> RunEnd {
    var fields: ValueMap = [:]
    if case RunError.unanswered(let reason) = error {
      fields["reason"] = .string(reason)
    } else if let signal = interruptedBy() {
      fields["signal"] = .string(signal)
    }
    return try finish(ledger, .interrupted, fields)
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
        if error.isStop {
          _ = try stop(ledger, error)
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
