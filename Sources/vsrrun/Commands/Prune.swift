import ArgumentParser
import Engine
import Journal

struct Prune: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove the records of old runs that nothing stands of any more.")

  @Option(help: "How many of those to keep.") var keep = 10
  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if keep < 0 { throw ValidationError("--keep: expected 0 or more, got \(keep)") }
  }

  @MainActor func run() async throws {
    let session = try Session(machine, state: state.directory, command: "prune", output: output, yes: true)
    let catalog = try session.catalog()
    let standing = Set(catalog.standing.map(\.history.runbook))
    let finished = catalog.runs.filter {
      // A run that retires others is needed for as long as those stand.
      $0.history.standing.isEmpty && !$0.history.status.isUnfinished && standing.isDisjoint(with: $0.history.ends)
    }
    for listed in finished.dropFirst(keep) {
      try listed.directory.remove()
      Console.output("removed \(listed.run)")
    }
  }
}
