import ArgumentParser
import Engine

struct Abandon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Give up an unfinished run: what it did stays, and another may begin.")

  @Argument(help: "The run.") var run: String
  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions

  @MainActor func run() async throws {
    let session = try Session(machine, state: state.directory, command: "abandon", output: output, yes: true)
    let listed = try session.catalog().find(run)
    guard listed.history.status.isUnfinished else {
      throw UsageError("the run \(listed.run) is not unfinished (\(listed.history.status.word))")
    }
    if case .rollingBack = listed.history.status {
      throw UsageError("the rollback of \(listed.run) was begun and has to be finished: vsrrun rollback \(listed.run)")
    }
    let (_, ledger) = try await session.open(listed)
    try session.engine.abandon(ledger)
    try session.finish(RunEnd(ledger: ledger), output)
  }
}
