import Engine
import Host
import MachineModel
import Values
import Views

/// A runbook executed on a model in memory: what a plan shows and a rehearsal does.
struct PlanOnModel {
  var end: RunEnd
  var entries: [Entry]
  var model: ModelHost
  var engine: Engine
  var scripts: ScriptSet

  /// Whether anything would change.
  var hasChanges: Bool {
    entries.contains { $0.kind == .effect && ["changed", "unknown"].contains($0["result"]?.string) }
  }

  static func run(
    _ scripts: ScriptSet, given: [(name: String, value: GivenValue)], on machine: OpenMachine, faults: [Fault] = [],
    until: String?, isPlan: Bool, observer: @escaping (Event) -> Void
  ) async throws -> PlanOnModel {
    let model = try await machine.rehearsal(faults: faults)
    let engine = Engine(host: model, observer: observer)
    engine.version = Version.text
    engine.program = machine.program
    engine.until = until
    engine.isPlanning = isPlan
    engine.goesOnAfterReboot = true
    let log = MemoryLog(run: isPlan ? "plan" : "rehearsal") { model.now }
    let end = await engine.run(scripts, given: given) { header in (log, log.append(.runStarted, header)) }
    return PlanOnModel(end: end, entries: log.entries, model: model, engine: engine, scripts: scripts)
  }
}
