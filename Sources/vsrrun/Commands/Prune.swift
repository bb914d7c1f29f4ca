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

  @MainActor func run() async throws {
    let session = try Session(try machine.open(), state: state.directory, command: "prune", output: output)
    let finished = try session.catalog().runs.filter {
      $0.history.standing.isEmpty && !$0.history.status.isUnfinished
    }
    for listed in finished.dropFirst(keep) {
      try listed.directory.remove()
      Console.output("removed \(listed.run)")
    }
  }
}
