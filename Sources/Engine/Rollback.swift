import Host
import Lua
import Primitives
import Values

extension Engine {
  /// Takes back what the run did, backwards by record, to a checkpoint or to the beginning.
  ///
  /// What another hand changed since, and what cannot be taken back, is left and listed. Once begun, a rollback is
  /// finished before anything else; begun again after it was cut off, it goes on.
  public func rollback(_ scripts: ScriptSet, _ ledger: Ledger, to checkpoint: String? = nil) async -> RunEnd {
    do {
      let start = try begin(ledger, to: checkpoint)
      let leftovers = try await Rollback(self, scripts, ledger, after: start).takeBack()
      try host.settle()
      var fields: ValueMap = [:]
      if let checkpoint { fields["to"] = .string(checkpoint) }
      if !leftovers.isEmpty {
        fields["left"] = .array(
          leftovers.map { ["step": .string($0.step), "what": .string($0.what), "why": .string($0.why)] })
      }
      var end = try finish(ledger, .rolledBack, fields)
      end.leftovers = leftovers
      return end
    } catch {
      do {
        if error.isStop { _ = try stop(ledger, error) }
      } catch let second {
        return RunEnd(error: second, ledger: ledger)
      }
      return RunEnd(error: error, ledger: ledger)
    }
  }

  /// The order behind which everything goes.
  private func begin(_ ledger: Ledger, to checkpoint: String?) throws -> Int {
    let history = ledger.history
    if case .rollingBack(let begun) = history.status, begun != checkpoint {
      throw RunError.refused(
        "a rollback to \(begun.map { "the checkpoint '\($0)'" } ?? "the beginning") was begun and has to be finished first"
      )
    }
    var start = -1
    if let checkpoint {
      guard let known = history.checkpoints.first(where: { $0.name == checkpoint }) else {
        let names = history.checkpoints.map(\.name)
        throw RunError.refused("the run has not come to a checkpoint '\(checkpoint)'" + Runbook.hint(checkpoint, names))
      }
      start = known.order
    }
    if case .rollingBack = history.status {
    } else {
      try takeInHand(ledger, "rollback", checkpoint.map { ["to": .string($0)] } ?? [:])
    }
    return start
  }
}

/// One rollback at work.
private final class Rollback {
  private let engine: Engine
  private let scripts: ScriptSet
  private let ledger: Ledger
  private let start: Int
  private var script: ScriptRun?
  /// What is left, and the effect that left it, if it was one.
  private var left: [(leftover: Leftover, effect: History.EffectMemory?)] = []
  /// The primitives of which this rollback takes something back.
  private var primitives: Set<String> = []

  init(_ engine: Engine, _ scripts: ScriptSet, _ ledger: Ledger, after start: Int) {
    self.engine = engine
    self.scripts = scripts
    self.ledger = ledger
    self.start = start
  }

  func takeBack() async throws -> [Leftover] {
    let history = ledger.history
    let effects = history.standing.filter { $0.order > start }
    primitives = Set((effects.map(\.id) + history.takenBack).map(\.primitive))
    for name in history.stepNames.reversed() {
      guard let step = history.steps[name], step.order > start, !step.isFunctionUndone else { continue }
      try await takeBack(step, effects.filter { $0.id.step == name && type($0)?.undoOrder != .last }.reversed())
    }
    for effect in effects where type(effect)?.undoOrder == .last { try await takeBack(effect) }
    try dropWhatIsGone()
    try noteWhatABootIsFor()
    return left.map(\.leftover)
  }

  /// What stays of what was taken back, and what takes hold only at a reboot.
  private func noteWhatABootIsFor() throws {
    var needsReboot: [String] = []
    for effect in ledger.history.takenBack.compactMap({ ledger.history.effects[$0] }) {
      guard let type = type(effect) else { continue }
      if let remains = remains(type, effect) { try note("\(effect.name): \(remains)") }
      if type.needsReboot { needsReboot.append(effect.name) }
    }
    guard !needsReboot.isEmpty else { return }
    try note("reboot the machine: what was taken back takes hold only then (\(needsReboot.joined(separator: ", ")))")
  }

  private func remains(_ type: any Effect.Type, _ effect: History.EffectMemory) -> String? {
    try? Signature.decode(type, [effect.arguments]).remains
  }

  private func note(_ text: String) throws { try ledger.record(.note, ["text": .string(text)]) }

  /// What was made in something that was taken back itself is gone with it, whatever stood in its own way: objects of a cluster
  /// that was reset.
  private func dropWhatIsGone() throws {
    // By another process, too, where the rollback was cut off.
    let undone = Set(ledger.history.effects.values.filter { $0.result == .undone }.map(\.id.primitive))
    for effect in left.compactMap(\.effect) where type(effect)?.container.map(undone.contains) == true {
      try ledger.record(
        .effect,
        [
          "step": .string(effect.id.step), "primitive": .string(effect.id.primitive),
          "target": .string(effect.id.target),
          "arguments": effect.arguments, "source": .string(effect.source), "before": nil, "after": nil,
          "result": .string(EntryResult.undone.rawValue),
        ])
      left.removeAll { $0.effect?.id == effect.id }
      if !left.contains(where: { $0.leftover.step == effect.id.step }) { try recordUndone(effect.id.step) }
    }
  }

  private func recordUndone(_ step: String) throws {
    try ledger.record(.stepFinished, ["step": .string(step), "result": .string(EntryResult.undone.rawValue)])
  }

  private func takeBack(_ step: History.StepMemory, _ effects: [History.EffectMemory]) async throws {
    let before = left.count
    if step.functions.contains("rollback") {
      try await attempt(step.name, "the step's rollback function") {
        try await self.collected().callRollback(ofStep: step.name)
        return nil
      }
    } else if let reason = step.irreversible {
      leave(step.name, "the step", "it cannot be taken back: \(reason)")
    }
    for effect in effects { try await takeBack(effect) }
    if left.count == before { try recordUndone(step.name) }
  }

  private func takeBack(_ effect: History.EffectMemory) async throws {
    if engine.isInterrupted { throw RunError.interrupted }
    try await attempt(effect.id.step, effect.name, effect) {
      guard let type = self.type(effect) else {
        return "this vsrrun has no primitive '\(effect.id.primitive)'"
      }
      return try await self.undo(type, effect)
    }
  }

  private func undo<E: Effect>(_ type: E.Type, _ effect: History.EffectMemory) async throws -> String? {
    let context = engine.context(ledger)
    context.isGoneAnyway = E.container.map(primitives.contains) ?? false
    defer { context.isGoneAnyway = false }
    let life = EffectLife(context: context, ledger: ledger, isPlanning: engine.isPlanning)
    let reason = try await life.undo(type, effect)
    if reason == nil {
      for rest in try Signature.decode(type, [effect.arguments]).uncovered {
        leave(effect.id.step, effect.name, "not covered: \(rest)")
      }
    }
    return reason
  }

  /// Does one piece of the way back; what cannot be done is listed, and the rest goes on.
  private func attempt(
    _ step: String, _ what: String, _ effect: History.EffectMemory? = nil, _ piece: () async throws -> String?
  ) async throws {
    do {
      guard let why = try await piece() else { return }
      leave(step, what, why, effect)
    } catch {
      if error.endsTheProcess || error.isStop { throw error }
      if await engine.host.isGoingDown { throw RunError.interrupted }
      leave(step, what, error.words, effect)
    }
  }

  private func leave(_ step: String, _ what: String, _ why: String, _ effect: History.EffectMemory? = nil) {
    left.append((Leftover(step: step, what: what, why: why), effect))
  }

  private func type(_ effect: History.EffectMemory) -> (any Effect.Type)? {
    engine.registry[effect.id.primitive] as? any Effect.Type
  }

  /// The script, executed with its steps answered from the log, so that the rollback functions are there to be called.
  private func collected() async throws -> ScriptRun {
    if let script { return script }
    let script = try ScriptRun(engine, scripts, .rollback, ledger: ledger) { [ledger] _ in ledger }
    do {
      try await script.execute()
    } catch is EndOfKnown {}
    self.script = script
    return script
  }
}

extension History.EffectMemory {
  /// As a reader knows it.
  fileprivate var name: String { "\(id.primitive) \(id.target)" }
}
