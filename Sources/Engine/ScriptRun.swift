import Host
import Lua
import Primitives
import Values

/// One execution of a runbook from its top: the script asks, this answers.
///
/// There is no other way through a runbook: a first run, a resume, a boot and the collection of rollback functions are the
/// same execution, and differ in what a step's beginning is answered with.
final class ScriptRun {
  enum Purpose { case run, boot, rollback }

  private let engine: Engine
  private let scripts: ScriptSet
  private let purpose: Purpose
  private let interpreter: Interpreter
  private let begin: (Runbook) throws -> Ledger
  private(set) var ledger: Ledger?
  private var runbook: Runbook?
  private var phase = ""
  private var openStep: OpenStep?
  private var names: Set<String> = []
  private var checkpoints: Set<String> = []
  /// What was raised in the script last, so that an error that ends the script can be told by its cause.
  private var raised: (message: String, isWrong: Bool)?
  /// Whether the step after which the run is to stop is done, so that the next one is not wanted any more.
  private var untilReached = false
  /// Whether the phase after which it is to stop has begun.
  private var isInUntilPhase = false
  private var isUntilKnown = false

  private struct OpenStep {
    var options: StepOptions
    var started: Int
    var isChanged = false
    var isChecking = false
  }

  /// - Parameter begin: called when the script has said what it is; answers the ledger to write to.
  init(
    _ engine: Engine, _ scripts: ScriptSet, _ purpose: Purpose, ledger: Ledger?,
    begin: @escaping (Runbook) throws -> Ledger
  ) throws {
    self.engine = engine
    self.scripts = scripts
    self.purpose = purpose
    self.ledger = ledger
    self.begin = begin
    interpreter = try Interpreter(primitives: engine.registry.names, library: scripts.library)
  }

  // MARK: The script's course

  /// Runs the script to its end; the ways in which it stops otherwise are ``RunError`` and the errors that end the process.
  func execute() async throws {
    do {
      _ = try await drive(interpreter.start(scripts.runbook))
    } catch let error as ScriptError {
      throw failure(error)
    }
    guard runbook != nil else {
      let isExtension = ScriptSet.extended(by: scripts.runbook.source) != nil
      throw RunError.wrong(
        "\(scripts.runbook.name):1: "
          + (isExtension
            ? "it extends a runbook, and never calls run()" : "not a runbook: it never calls runbook { … }"))
    }
    if let until = engine.until, purpose == .run, !isUntilKnown {
      throw RunError.wrong(
        "\(scripts.runbook.name): the run came to its end, and to no step, phase or checkpoint '\(until)' (--until)")
    }
  }

  /// Calls the rollback function of a step, after the script was executed for ``Purpose/rollback``.
  func callRollback(ofStep name: String) async throws {
    guard let outcome = interpreter.start(.rollback, ofStep: name), let memory = ledger?.history.steps[name] else {
      throw RunError.failed("the runbook no longer has a rollback function for the step '\(name)'", traceback: [])
    }
    openStep = OpenStep(options: StepOptions(memory), started: engine.host.now)
    defer { openStep = nil }
    do {
      _ = try await drive(outcome)
    } catch let error as ScriptError {
      throw RunError.failed(error.description, traceback: error.traceback)
    }
  }

  private func drive(_ first: Outcome) async throws -> Value {
    var outcome = first
    while true {
      switch outcome {
      case .finished(let value): return value
      case .failed(let error): throw error
      case .call(let call):
        do {
          outcome = interpreter.resume(returning: try await answer(call))
        } catch {
          guard let message = raisable(error) else { throw error }
          outcome = interpreter.resume(raising: message)
        }
      }
    }
  }

  /// The text to raise in the script, which may catch it; nil for an error that stops the run.
  func raisable(_ error: any Error) -> String? {
    if error is RunError || error is ScriptError || error is EndOfKnown || error.endsTheProcess { return nil }
    raised = (error.words, error is ArgumentError)
    return error.words
  }

  private func failure(_ error: ScriptError) -> RunError {
    switch error.kind {
    case .unknownValue: return .planEnds(error.description)
    case .syntax, .encoding, .memory, .budget, .time: return .wrong(error.description)
    case .runtime, .aborted:
      if let raised, raised.isWrong, error.message.contains(raised.message) { return .wrong(error.description) }
      // Outside of steps a runbook only computes: what fails there is the runbook.
      return openStep == nil && raised.map({ error.message.contains($0.message) }) != true
        ? .wrong(error.description) : .failed(error.description, traceback: error.traceback)
    }
  }

  /// The step that was open when the run stopped.
  var unfinishedStep: String? { openStep?.options.name }

  // MARK: Answers

  func answer(_ call: Call) async throws -> Value {
    switch call.name {
    case "runbook": return try answerRunbook(call)
    case "phase": return try answerPhase(call)
    case "checkpoint": return try answerCheckpoint(call)
    case "note":
      guard purpose == .run || openStep != nil else { return nil }
      try ledger?.record(
        .note, ["text": .string(call.arguments.first?.string ?? ""), "source": .string("\(call.place)")])
      return nil
    case "step.begin": return try await answerStepBegin(call)
    case "step.end": return try await answerStepEnd(call)
    case "step.failed":
      try finishStep(.failed, ["error": .string(call.arguments.first?["message"]?.string ?? "")])
      return nil
    default: return try await answerPrimitive(call)
    }
  }

  private func answerRunbook(_ call: Call) throws -> Value {
    guard runbook == nil else { throw RunError.wrong("\(call.place): runbook { … } stands twice") }
    do {
      let runbook = try Runbook(call.arguments.first ?? nil)
      self.runbook = runbook
      let ledger = try ledger ?? begin(runbook)
      try engine.accept(runbook, scripts, ledger)
      self.ledger = ledger
      let secrets = engine.context(ledger).secrets
      return .map(engine.scriptParameters(ledger.history.parameters, of: runbook, secrets))
    } catch let problem as ParameterProblem {
      throw RunError.wrong("\(call.place): \(problem)")
    }
  }

  private func requireLedger(_ call: Call) throws -> Ledger {
    guard let ledger else {
      throw RunError.wrong("\(call.place): runbook { … } has to come before \(call.name.split(separator: ".")[0])")
    }
    return ledger
  }

  private func answerPhase(_ call: Call) throws -> Value {
    _ = try requireLedger(call)
    if untilReached || isInUntilPhase { throw RunError.until }
    phase = call.arguments.first?.string ?? ""
    isInUntilPhase = isUntil(phase)
    return nil
  }

  private func answerCheckpoint(_ call: Call) throws -> Value {
    let ledger = try requireLedger(call)
    guard let name = call.arguments.first?.string, !name.isEmpty else {
      throw RunError.wrong("\(call.place): a checkpoint needs a name: checkpoint \"name\"")
    }
    guard openStep == nil else {
      throw RunError.wrong("\(call.place): the checkpoint '\(name)' stands inside a step; it belongs between steps")
    }
    guard checkpoints.insert(name).inserted else {
      throw RunError.wrong("\(call.place): the checkpoint '\(name)' stands twice")
    }
    guard purpose == .run else { return nil }
    if ledger.history.checkpoints.contains(where: { $0.name == name }) {
      untilReached = untilReached || isUntil(name)
      return nil
    }
    try ledger.record(
      .checkpoint, ["name": .string(name), "phase": .string(phase), "source": .string("\(call.place)")])
    try ledger.sync()
    if isUntil(name) { throw RunError.until }
    return nil
  }

  private func answerStepBegin(_ call: Call) async throws -> Value {
    let ledger = try requireLedger(call)
    let options = try StepOptions(call)
    let name = options.name
    if let openStep {
      throw RunError.wrong("\(call.place): the step '\(name)' stands inside the step '\(openStep.options.name)'")
    }
    guard names.insert(name).inserted else {
      throw RunError.wrong(
        "\(call.place): the step '\(name)' stands twice; a step's name is its identity in the journal")
    }
    let memory = ledger.history.steps[name]
    if let memory, memory.isCompleted {
      let isLost = try options.isBoot && memory.bootID != engine.host.bootID
      if !isLost || purpose == .rollback {
        untilReached = untilReached || isUntil(name)
        return ["completed": true, "value": memory.value]
      }
    } else if purpose != .run {
      // A failure that the script caught: what lies behind it was done all the same.
      if let memory, memory.result == .failed, ledger.history.stepNames.last != name {
        throw PrimitiveError(memory.error ?? "the step '\(name)' failed")
      }
      // Everything behind an unfinished step was never done.
      throw EndOfKnown()
    }
    if untilReached { throw RunError.until }
    if engine.isInterrupted { throw RunError.interrupted }
    try await fetchSecrets(ofStep: name, ledger)

    var fields: ValueMap = ["step": .string(name), "phase": .string(phase), "source": .string("\(call.place)")]
    if !options.doc.isEmpty { fields["doc"] = .string(options.doc) }
    if let origin = call.arguments.first?["origin"], !origin.isNull { fields["origin"] = origin }
    if options.isBoot { fields["boot"] = true }
    if !options.functions.isEmpty { fields["functions"] = .array(options.functions.map { .string($0) }) }
    if let irreversible = options.irreversible { fields["irreversible"] = .string(irreversible) }
    try ledger.record(.stepStarted, fields)
    openStep = OpenStep(options: options, started: engine.host.now)
    if try await checkHolds() == true {
      try finishStep(.skipped, ["value": nil])
      untilReached = untilReached || isUntil(name)
      return ["completed": true, "value": nil]
    }
    return ["completed": false]
  }

  /// Asks for the secrets that a step is known to need, from an earlier try or from its plan, before it begins.
  private func fetchSecrets(ofStep name: String, _ ledger: Ledger) async throws {
    guard purpose != .rollback else { return }
    let context = engine.context(ledger)
    let tried = ledger.history.effects.values.filter { $0.id.step == name }.sorted { $0.order < $1.order }
    let calls = tried.map { ($0.id.primitive, $0.arguments) } + (engine.prediction?.calls(ofStep: name) ?? [])
    for (primitive, arguments) in calls {
      guard let type = engine.registry[primitive], let call = try? Signature.decode(type, [arguments]) else { continue }
      for secret in Signature.secrets(of: call) { _ = try await context.secret(secret) }
    }
  }

  /// What the open step's check function says; nil if it has none.
  private func checkHolds() async throws -> Bool? {
    guard let step = openStep, step.options.functions.contains("check"),
      let outcome = interpreter.start(.check, ofStep: step.options.name)
    else { return nil }
    openStep?.isChecking = true
    defer { openStep?.isChecking = false }
    let value = try await drive(outcome)
    return value != nil && value != false
  }

  private func answerStepEnd(_ call: Call) async throws -> Value {
    guard let step = openStep else { return nil }
    if try await checkHolds() == false {
      throw PrimitiveError("the step '\(step.options.name)' ran to its end, but its check does not hold")
    }
    let value = call.arguments.first?["value"] ?? nil
    guard value.handles.isEmpty else {
      throw PrimitiveError(
        "the step '\(step.options.name)' answers with a secret; the value of a step is kept in the journal")
    }
    try engine.host.settle()
    try finishStep(step.isChanged ? .changed : .ok, ["value": value])
    if isUntil(step.options.name) { throw RunError.until }
    return value
  }

  /// Whether the run is to stop after a step, phase or checkpoint of this name.
  private func isUntil(_ name: String) -> Bool {
    guard purpose == .run, let until = engine.until, Slug.matches(until, name) else { return false }
    isUntilKnown = true
    return true
  }

  private func finishStep(_ result: EntryResult, _ more: ValueMap) throws {
    guard let step = openStep, let ledger else { return }
    var fields: ValueMap = [
      "step": .string(step.options.name), "result": .string(result.rawValue),
      "duration": .float(Double(engine.host.now - step.started) / 1e6), "boot_id": .string(try engine.host.bootID),
    ]
    fields.merge(more) { $1 }
    try ledger.record(.stepFinished, fields)
    try ledger.sync()
    openStep = nil
  }

  /// Records that the open step failed, for a script that ended in an error.
  func failOpenStep(_ error: any Error) throws { try finishStep(.failed, ["error": .string(error.words)]) }

  // MARK: Primitives

  private func answerPrimitive(_ call: Call) async throws -> Value {
    guard let type = engine.registry[call.name] else { throw PrimitiveError("no primitive '\(call.name)'") }
    guard let step = openStep, let ledger else {
      throw RunError.wrong(
        "\(call.place): \(call.name) stands outside of steps, where a runbook only computes; put it into a step(…)")
    }
    let occasion = EffectLife.Occasion(
      step: step.options.name, place: "\(call.place)", isRollback: purpose == .rollback)
    switch type {
    case let query as any Query.Type: return try await ask(query, call)
    case let effect as any Effect.Type:
      guard !step.isChecking else {
        throw RunError.wrong("\(call.place): \(call.name) changes the machine: a check only looks")
      }
      return try await perform(effect, call, occasion, ledger)
    default: throw PrimitiveError("'\(call.name)' is neither a query nor an effect")
    }
  }

  private func decode<P: Primitive>(_ type: P.Type, _ call: Call, _ context: Context) throws -> P {
    if engine.isPlanning, call.arguments.contains(where: { $0.handles.contains { $0.kind == "unknown" } }) {
      throw RunError.planEnds("\(call.place): what \(call.name) is to do is unknown until the run")
    }
    return try Signature.decode(type, call.arguments, secrets: context.secrets)
  }

  private func ask<Q: Query>(_ type: Q.Type, _ call: Call) async throws -> Value {
    if engine.isInterrupted { throw RunError.interrupted }
    let context = engine.context(ledger)
    let query = try decode(type, call, context)
    do {
      for secret in Signature.secrets(of: query) { _ = try await context.secret(secret) }
      let answer = try await query.answer(context)
      if engine.isPlanning, let text = answer.string, UnknownContent(Array(text.utf8)) != nil {
        return .handle(Handle(kind: "unknown", id: 0))
      }
      return answer
    } catch is Interruption {
      throw RunError.interrupted
    } catch let error as HostError where engine.isPlanning && (error.isPermission || error.reason == .unmodelled) {
      throw RunError.planEnds("\(call.place): what \(call.name) answers is unknown until the run (\(error))")
    } catch {
      throw context.secrets.withoutSecrets(error)
    }
  }

  private func perform<E: Effect>(
    _ type: E.Type, _ call: Call, _ occasion: EffectLife.Occasion, _ ledger: Ledger
  ) async throws -> Value {
    if engine.isInterrupted { throw RunError.interrupted }
    let context = engine.context(ledger)
    let effect = try decode(type, call, context)
    // Before its life begins: whoever has to be asked for a secret may not be there.
    for secret in Signature.secrets(of: effect) { _ = try await context.secret(secret) }
    let life = EffectLife(context: context, ledger: ledger, isPlanning: engine.isPlanning)
    let outcome = try await life.perform(effect, occasion)
    if outcome.result == .changed { openStep?.isChanged = true }
    let id = History.EffectID(step: occasion.step, primitive: E.name, target: effect.target)
    if outcome.result == .changed, let prediction = engine.prediction, !prediction.foresees(id) {
      try ledger.record(
        .note,
        ["text": .string("the plan did not foresee it: \(E.name) \(effect.target)"), "source": .string(occasion.place)])
    }
    return outcome.answer
  }
}

/// The script has come to the first step that was not completed: what lies behind it was never done.
struct EndOfKnown: Error {}
