import Host
import Journal
import Lua
import Primitives
import Values

/// Takes effects through their life: observe, record the intent, apply, observe again, record; and back by undo.
struct EffectLife {
  let context: Context
  let ledger: Ledger
  /// Whether the machine is a model laid over one that cannot be read completely.
  let isPlanning: Bool

  /// Where an effect is asked for.
  struct Occasion {
    var step: String
    var place: String
    /// Whether it is part of a rollback function, and so never undone itself.
    var isRollback = false
  }

  /// What became of an effect: Lua's answer, and whether it changed the machine in this run.
  struct Outcome {
    var answer: Value
    var result: EntryResult
  }

  // MARK: Forth

  func perform<E: Effect>(_ effect: E, _ occasion: Occasion) async throws -> Outcome {
    let id = History.EffectID(step: occasion.step, primitive: E.name, target: effect.target)
    let memory = occasion.isRollback ? nil : ledger.history.effects[id]
    let openIntent: E.State? = try memory?.openIntent?.decode()
    // What this run has changed, or tried to, counts as begun even where no intent is open.
    let begun: E.State? = try openIntent ?? (memory?.stands == true ? memory?.before.decode() : nil)
    var fields = fields(effect, id, occasion)

    var state: E.State
    do {
      state = try await guarded { try await effect.observe(context) }
    } catch let error as HostError where isPlanning && error.isPermission {
      fields["result"] = .string(EntryResult.unknown.rawValue)
      fields["error"] = .string("\(error)")
      try ledger.record(.effect, fields)
      return Outcome(answer: .handle(Handle(kind: "unknown", id: 0)), result: .unknown)
    } catch {
      // What is not seen is not changed: what is known of it stays.
      fields["unseen"] = true
      if !error.endsTheProcess, !error.isStop { try fail(effect, error, fields) }
      throw error
    }

    if effect.holds(state, since: begun) {
      if memory?.result == .changed, openIntent == nil {
        return Outcome(answer: effect.answer(state, changed: true), result: .changed)
      }
      if let memory, memory.stands {
        // It took hold before it was cut off, or after it was given up: the change is this run's all the same.
        fields["before"] = memory.before
        return try close(effect, state, .changed, fields)
      }
      fields["before"] = try Value(encoding: state)
      return try close(effect, state, .held, fields)
    }

    // What was cut off, or has failed, may have left half of its work.
    if let begun, openIntent != nil || memory?.result == .failed {
      try await guarded { try await effect.recover(context, since: begun) }
      state = try await guarded { try await effect.observe(context) }
      if effect.holds(state, since: begun) {
        fields["before"] = memory?.before ?? nil
        return try close(effect, state, .changed, fields)
      }
    }
    fields["before"] = try Value(encoding: state)
    if openIntent == nil { try open(fields) }
    do {
      let former = state
      try await guarded { try await effect.apply(context, from: former) }
      state = try await guarded { try await effect.observe(context) }
    } catch {
      // Where the operator stopped the wait, the intent stays open.
      if !error.endsTheProcess, !error.isStop { try fail(effect, error, fields) }
      throw error
    }
    guard effect.holds(state, since: begun) else {
      let error = PrimitiveError(
        effect.shortfall(state) ?? "\(E.name) \(effect.target): the wanted state does not hold after it was applied")
      fields["after"] = try Value(encoding: state)
      try fail(effect, error, fields)
      throw error
    }
    if let memory, memory.stands { fields["before"] = memory.before }
    return try close(effect, state, .changed, fields)
  }

  private func fields(_ effect: some Effect, _ id: History.EffectID, _ occasion: Occasion) -> ValueMap {
    var fields: ValueMap = [
      "step": .string(id.step), "primitive": .string(id.primitive), "target": .string(id.target),
      "arguments": effect.arguments, "source": .string(occasion.place),
    ]
    if occasion.isRollback { fields["rollback"] = true }
    return fields
  }

  /// Makes the intent durable, with all that undo needs, before the machine is touched.
  private func open(_ fields: ValueMap) throws {
    var fields = fields
    let hashes = Self.hashes(in: fields["before"] ?? nil)
    if !hashes.isEmpty {
      try ledger.log.keep(hashes)
      fields["files"] = .array(hashes.map { .string($0) })
    }
    try ledger.record(.intent, fields)
    try ledger.sync()
  }

  /// The hashes of former contents anywhere in a state: those that stand in the footprints of files.
  private static func hashes(in state: Value) -> [String] {
    switch state {
    case .map(let map):
      map["kind"] == "file" ? [map["content"]?.string].compactMap { $0 } : map.values.flatMap(hashes)
    case .array(let values): values.flatMap(hashes)
    default: []
    }
  }

  private func close<E: Effect>(_ effect: E, _ state: E.State, _ result: EntryResult, _ fields: ValueMap) throws
    -> Outcome
  {
    var fields = fields
    fields["after"] = try Value(encoding: state)
    fields["result"] = .string(result.rawValue)
    try ledger.record(.effect, fields)
    return Outcome(answer: effect.answer(state, changed: result == .changed), result: result)
  }

  private func fail(_ effect: some Effect, _ error: any Error, _ fields: ValueMap) throws {
    var fields = fields
    fields["result"] = .string(EntryResult.failed.rawValue)
    fields["error"] = .string(error.words)
    for field in ["before", "after"] where fields[field] == nil { fields[field] = .null }
    try ledger.record(.effect, fields)
  }

  /// What a primitive does; of its errors, none says a secret, and that the operator stopped it is none of its own.
  private func guarded<T>(_ work: () async throws -> T) async throws -> T {
    do {
      return try await work()
    } catch is Interruption {
      throw RunError.interrupted
    } catch {
      throw context.secrets.withoutSecrets(error)
    }
  }

  // MARK: Back

  /// Why an effect is still there after a rollback came to it; nil if it is undone.
  func undo<E: Effect>(_ type: E.Type, _ memory: History.EffectMemory) async throws -> String? {
    let effect = try Signature.decode(type, [memory.arguments])
    context.isTakingBack = true
    defer { context.isTakingBack = false }
    let before: E.State = try memory.before.decode()
    let after: E.State? = try memory.after?.decode()
    var fields = fields(effect, memory.id, Occasion(step: memory.id.step, place: memory.source))

    var now = try await guarded { try await effect.observe(context) }
    fields["before"] = try Value(encoding: now)
    if let reason = effect.irreversible, after == nil { return "it was begun, and cannot be taken back: \(reason)" }
    if !effect.isUndone(now, before: before) {
      if let reason = effect.irreversible { return "it cannot be taken back: \(reason)" }
      if E.undoOrder == .reverse, !memory.isUndoing, let after, now != after {
        return "another hand changed it since: it is left as it is"
      }
      if !memory.isUndoing {
        fields["undo"] = true
        try ledger.record(.intent, fields)
        try ledger.sync()
        fields["undo"] = nil
      }
      do {
        let present = now
        try await guarded { try await effect.undo(context, to: before, after: after, from: present) }
      } catch {
        // Where nothing came of it, it was not begun: what changes from here on is another hand's again.
        if !error.endsTheProcess, !error.isStop, let after, try await effect.observe(context) == after {
          fields["undo"] = true
          try fail(effect, error, fields)
        }
        throw error
      }
      now = try await guarded { try await effect.observe(context) }
      guard effect.isUndone(now, before: before) else {
        return "the former state does not hold after it was brought back"
      }
    }
    fields["after"] = try Value(encoding: now)
    fields["result"] = .string(EntryResult.undone.rawValue)
    try ledger.record(.effect, fields)
    return nil
  }
}

extension Error {
  /// Whether nothing may be done or recorded after it: the program is dead, its journal is, or the machine goes down.
  var endsTheProcess: Bool {
    switch self {
    case let error as HostError: error.reason == .killed
    case is Rebooting: true
    // The run's own records could not be written, and nothing may happen unrecorded.
    case is JournalError: true
    default: false
    }
  }

  /// The text for people: errors here describe themselves.
  var words: String { "\(self)" }
}
