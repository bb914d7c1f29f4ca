import Host
import Journal
import LiveHost
import Lua
import Primitives
import Values

@testable import Engine
@testable import MachineModel

/// A model machine, a log that outlives its processes, and the engine between them.
final class Bench {
  var model: ModelHost
  let log: MortalLog
  var scripts: ScriptSet
  var events: [Event] = []
  var registry = Registry.standard
  /// Set up on every engine that is made.
  var configure: (Engine) -> Void = { _ in }

  init(_ source: String, modules: [String: String] = [:], machine: Machine? = nil) throws {
    model = ModelHost(try machine ?? Example.reference())
    scripts = Bench.scripts(source, modules: modules)
    log = MortalLog { 0 }
  }

  static func scripts(_ source: String, modules: [String: String] = [:], name: String = "test.lua") -> ScriptSet {
    ScriptSet(
      [LuaFile(name: "runbook/\(name)", content: Array(source.utf8))]
        + modules.map { LuaFile(name: "lib/\($0).lua", content: Array($1.utf8)) })
  }

  /// A runbook with one step of this body.
  convenience init(step body: String, machine: Machine? = nil) throws {
    try self.init(Bench.header + "step('s', function()\n\(body)\nend)\n", machine: machine)
  }

  static let header = "local p = runbook { name = 'test', version = '1' }\n"

  var history: History { History(log.entries) }
  var machine: Machine { model.machine }

  private func engine() -> Engine {
    let engine = Engine(host: model, registry: registry) { self.events.append($0) }
    configure(engine)
    return engine
  }

  /// A new process: what was in memory only is gone.
  private func ledger(_ engine: Engine) -> Ledger { engine.ledger(log, entries: log.entries) }

  @discardableResult
  func run(_ given: [String: Value] = [:]) async -> RunEnd {
    await engine().run(scripts, given: given.map { ($0.key, GivenValue($0.value, origin: "--set")) }) { header in
      (self.log, try self.log.append(.runStarted, header))
    }
  }

  @discardableResult
  func resume() async -> RunEnd {
    let engine = engine()
    return await engine.resume(scripts, ledger(engine))
  }

  @discardableResult
  func rollback(to checkpoint: String? = nil) async -> RunEnd {
    let engine = engine()
    return await engine.rollback(scripts, ledger(engine), to: checkpoint)
  }

  @discardableResult
  func boot() async -> RunEnd {
    let engine = engine()
    return await engine.boot(scripts, ledger(engine))
  }

  func reboot() { model = ModelHost(model.machine.rebooted()) }

  /// The machine without what a docker daemon leaves until the next boot, whoever takes it away: modules, forwarding.
  func withoutTracesOfDocker(_ before: Machine) -> Machine {
    var machine = machine
    machine.modules.loaded.subtract(machine.modulesOfDocker.subtracting(before.modules.loaded))
    for (key, value) in before.sysctl where Machine.forwarding.contains(key) { machine.sysctl[key] = value }
    for key in machine.modulesOfDocker.flatMap({ (OrdinaryModules.sysctls[$0] ?? [:]).keys })
    where before.sysctl[key] == nil { machine.sysctl[key] = nil }
    return machine
  }

  /// What of the machine is not as in `other`, but for times.
  func differences(from other: Machine) -> [String] {
    withoutTracesOfDocker(other).normalized().differences(from: other.normalized()).map {
      "\($0.path): \($0.before ?? nil) → \($0.after ?? nil)"
    }
  }

  /// What is recorded of an effect, in order.
  func results(_ primitive: String) -> [String] {
    log.entries.filter { $0.kind == .effect && $0["primitive"]?.string == primitive }.compactMap {
      $0["result"]?.string
    }
  }

  var notes: [String] { log.entries.filter { $0.kind == .note }.compactMap { $0["text"]?.string } }
}

/// A log in memory that can play the death of its process, or a power cut, at any record.
final class MortalLog: RunLog {
  let memory: MemoryLog
  private(set) var entries: [Entry] = []
  private(set) var syncs = 0
  /// The appends that may still succeed; the one after them is written, and the process dies.
  var appendsLeft: Int?
  /// Whether death takes along what was not synced.
  var isPowerCut = false
  /// Called after each record.
  var onAppend: () -> Void = {}
  /// How many entries a power cut leaves.
  private(set) var durable = 0

  init(clock: @escaping () -> Int) { memory = MemoryLog(run: "test", clock: clock) }

  var run: String { memory.run }

  func append(_ kind: Entry.Kind, _ fields: ValueMap) throws -> Entry {
    let entry = Entry(sequence: entries.count, time: 0, kind: kind, fields: fields)
    entries.append(entry)
    if let left = appendsLeft {
      appendsLeft = left - 1
      if left <= 0 { throw JournalError("append to", "journal", .killed) }
    }
    onAppend()
    return entry
  }

  func sync() throws {
    syncs += 1
    durable = entries.count
  }

  func keep(_ hashes: [String]) {}
  func keep(_ scripts: ScriptSet) -> Value? { nil }
  func hash(_ content: [UInt8]) -> String { memory.hash(content) }
  func content(_ hash: String) throws -> [UInt8] {
    do { return try memory.content(hash) } catch { return try contents?.content(hash) ?? { throw error }() }
  }

  /// Begins where another log ended, or with what was left of it.
  func take(over other: MortalLog, entries: [Entry]? = nil) {
    self.entries = entries ?? other.entries
    durable = self.entries.count
    contents = other
  }

  private var contents: MortalLog?

  /// What a new process finds.
  func die() {
    appendsLeft = nil
    if isPowerCut { entries.removeLast(entries.count - durable) }
  }
}

/// The files that ship with the project.
enum Example {
  static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  static func reference() throws -> Machine { try machine("reference") }

  static func machine(_ name: String) throws -> Machine { try MachineFile(path(name)).load() }

  /// The same with another text in the file, at the first place where it stands.
  static func machine(_ name: String, _ changes: (String, String)...) throws -> Machine { try machine(name, changes) }

  static func machine(_ name: String, _ changes: [(String, String)]) throws -> Machine {
    var text = String(decoding: try LiveHost().read(path(name)), as: UTF8.self)
    for (old, new) in changes {
      guard let range = text.firstRange(of: old) else { throw HostError("find", old, .system(.noEntry)) }
      text.replaceSubrange(range, with: new)
    }
    return try Machine.load(Array(text.utf8), file: path(name))
  }

  private static func path(_ name: String) -> String { "\(root)/Examples/machines/\(name).yaml" }
}
