import Host
import MachineModel
import Values

@testable import Engine
@testable import Primitives

/// A modelled machine, and a run that takes effects on it through their life, by the engine's own code.
final class EffectBench {
  let original: Machine
  private(set) var host: ModelHost
  private var log: MemoryLog
  private var ledger: Ledger
  private let start: Machine
  /// What a restart finds in the context of its own process.
  var isBooting = false
  /// What every secret of a call stands for.
  var secret = "correct horse"
  /// What people were told while something was waited for.
  private(set) var told: [String] = []

  /// - Parameter start: the machine without its times, where that is known already.
  init(_ machine: Machine, start: Machine? = nil) {
    original = machine
    self.start = start ?? machine.normalized()
    host = ModelHost(machine)
    log = MemoryLog { 0 }
    ledger = Ledger(log) { _ in }
  }

  convenience init(_ example: Example) throws { self.init(try example.machine()) }

  convenience init(yaml: String) throws {
    self.init(try Machine.load(Array("machine: bench\n\(yaml)".utf8), file: "bench.yaml"))
  }

  private var context: Context {
    let context = Context(host: host, contents: log)
    context.isBooting = isBooting
    context.tell = { [unowned self] in told.append($0) }
    context.secret = { [unowned self, unowned context] reference in
      guard !context.isTakingBack else { throw PrimitiveError("nobody is asked for '\(reference.name)' now") }
      return Array(secret.utf8)
    }
    return context
  }

  private var life: EffectLife { EffectLife(context: context, ledger: ledger, isPlanning: false) }

  // MARK: Forth and back

  @discardableResult
  func perform<E: Effect>(_ type: E.Type, _ arguments: Value) async throws -> EntryResult {
    let effect = try Signature.decode(type, [arguments])
    return try await life.perform(effect, EffectLife.Occasion(step: "step", place: "test.lua:1")).result
  }

  func ask<Q: Query>(_ type: Q.Type, _ arguments: Value = [:]) async throws -> Value {
    try await Signature.decode(type, [arguments]).answer(context)
  }

  /// Takes back what stands, as a rollback does. Answers why what is left was left.
  @discardableResult
  func undo() async throws -> [String] {
    var reasons: [String] = []
    let standing = ledger.history.standing
    for memory in standing.reversed() where order(memory) == .reverse { try await undo(memory, &reasons) }
    for memory in standing where order(memory) == .last { try await undo(memory, &reasons) }
    return reasons
  }

  private func order(_ memory: History.EffectMemory) -> UndoOrder {
    (Registry.standard[memory.id.primitive] as? any Effect.Type)?.undoOrder ?? .reverse
  }

  private func undo(_ memory: History.EffectMemory, _ reasons: inout [String]) async throws {
    guard let type = Registry.standard[memory.id.primitive] as? any Effect.Type else { return }
    do {
      if let reason = try await undo(type, memory) { reasons.append(reason) }
    } catch {
      if error.endsTheProcess { throw error }
      reasons.append("\(error)")
    }
  }

  private func undo<E: Effect>(_ type: E.Type, _ memory: History.EffectMemory) async throws -> String? {
    try await life.undo(type, memory)
  }

  // MARK: Fate

  /// From now on, these things go wrong.
  func fault(_ texts: String...) throws { host.faults = try texts.map { try Fault($0) } }

  /// A new process goes on with the same run on the same machine; nothing goes wrong any more.
  func revive() {
    host = ModelHost(host.machine)
    ledger = Ledger(log, entries: log.entries) { _ in }
  }

  /// Another run begins on the machine as it is.
  func beginRun() {
    log = MemoryLog { 0 }
    ledger = Ledger(log) { _ in }
  }

  /// The machine starts again.
  func reboot() {
    host = ModelHost(host.machine.rebooted())
    ledger = Ledger(log, entries: log.entries) { _ in }
  }

  // MARK: What is seen

  /// Where the machine differs from what it was at the beginning, apart from times.
  var changes: [String] {
    let now = host.machine.normalized()
    return now == start ? [] : now.differences(from: start).map(\.path)
  }

  /// All that was recorded, as JSON.
  var records: String { Value.array(log.entries.map { .map($0.fields) }).json }

  func text(_ path: String) throws -> String? { try host.text(path) }

  /// Another hand's doing.
  func put(_ path: String, _ text: String) throws {
    try host.replace(path, with: Array(text.utf8), mode: 0o644, owner: .root)
  }

  func write(_ path: String, _ text: String) async throws { try await host.writeAttribute(path, text) }
}

/// What `body` says that is wrong; empty if nothing is.
func complaint(_ body: () async throws -> Void) async -> String {
  do {
    try await body()
    return ""
  } catch {
    return "\(error)"
  }
}

/// What is wrong with the arguments of a call; empty if nothing is.
func complaint<P: Primitive>(of type: P.Type, _ arguments: Value...) -> String {
  do {
    _ = try Signature.decode(type, arguments)
    return ""
  } catch {
    return error.description
  }
}
