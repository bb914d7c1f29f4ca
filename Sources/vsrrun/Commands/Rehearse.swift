import ArgumentParser
import Engine
import Host
import MachineModel

struct Rehearse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a runbook on a model in memory, of a machine file or of this machine.")

  @OptionGroup var runbook: RunbookOptions
  @OptionGroup var site: SiteOptions
  @OptionGroup var machine: MachineOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Write the machine as it is afterwards.", valueName: "file")) var save: String?
  @Flag(help: "Roll back at the end.") var rollback = false
  @Option(help: ArgumentHelp("Roll back to this checkpoint only.", valueName: "checkpoint")) var to: String?
  @Option(
    name: .customLong("fault"),
    help: ArgumentHelp("Something that goes wrong, as OPERATION[:SUBJECT][@N]=OUTCOME; repeatable.", valueName: "spec"))
  var faults: [String] = []

  func validate() throws {
    if to != nil, !rollback { throw ValidationError("--to goes with --rollback") }
  }

  @MainActor func run() async throws {
    let scripts = try runbook.load(site)
    let faults = try faults.map { text in
      do { return try Fault(text) } catch { throw UsageError("--fault \(text): \(error)") }
    }
    let rehearsal = try await PlanOnModel.run(
      scripts, given: try site.given(scripts), on: try machine.open(), faults: faults, until: runbook.until,
      isPlan: false, observer: output.observer())
    var end = rehearsal.end
    if rollback, let ledger = end.ledger {
      if let error = end.error { Console.error(Failure.text(error)) }
      end = await rehearsal.engine.rollback(scripts, ledger, to: to)
    }
    if let save { try MachineFile(save).store(rehearsal.model.machine.normalized()) }
    output.finish(end)
    if let error = end.error {
      Console.error(Failure.text(error))
      throw Failure.code(error).error
    }
    if !end.leftovers.isEmpty { throw Failure.Code.rollbackIncomplete.error }
  }
}
