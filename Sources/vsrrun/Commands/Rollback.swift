import ArgumentParser
import Engine
import Host

struct Rollback: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take back what a run did, to a checkpoint or to the beginning.")

  @Argument(help: "The run (default: an unfinished one, or the newest with effects standing).") var run: String?
  @Option(help: ArgumentHelp("Stop at this checkpoint.", valueName: "checkpoint")) var to: String?
  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions
  @Flag(help: "Do not ask.") var yes = false

  @MainActor func run() async throws {
    let session = try Session(machine, state: state.directory, command: "rollback", output: output, yes: yes)
    let catalog = try session.catalog()
    // One that failed before it changed anything is still in the way of the next.
    guard let listed = try run.map(catalog.find) ?? catalog.unfinished ?? catalog.standing.first else {
      throw UsageError("no run of this machine has effects standing")
    }
    if let above = catalog.standingAbove(listed) {
      throw UsageError(
        "the newer run \(above.run) of \(above.history.runbook) stands above \(listed.run); roll that back first: vsrrun rollback \(above.run)"
      )
    }
    if !yes {
      let count = listed.history.standing.count
      let goal = to.map { "the checkpoint \($0)" } ?? "the beginning"
      guard
        let answer = try Console.confirm(
          "Take back the run \(listed.run) of \(listed.history.runbook) (\(count) effects) to \(goal)?")
      else { throw UsageError("there is no terminal to ask on; give --yes to roll back without a question") }
      guard answer else { throw UsageError("not rolled back") }
    }
    let (scripts, ledger) = try await session.open(listed)
    try session.finish(await session.engine.rollback(scripts, ledger, to: to), output)
  }
}
