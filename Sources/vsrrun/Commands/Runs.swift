import ArgumentParser
import Engine
import Host
import Values
import Views

struct Runs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the runs of this machine, newest first.")

  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions
  @Flag(help: "Those of other machines, too.") var all = false

  @MainActor func run() async throws {
    let catalog = try RunCatalog(
      state: state.directory, machine: all ? nil : try machine.open().host.machineID, atWork: try machine.runAtWork())
    switch output.output {
    case .text: TextTable.runs(catalog.runs).forEach(Console.output)
    case .json: Console.output(Value.array(catalog.runs.map { $0.history.summary(run: $0.run) }).json)
    case .jsonl: catalog.runs.forEach { Console.output($0.history.summary(run: $0.run).json) }
    }
    for (run, error) in catalog.damaged { Console.error("\(run): \(error)") }
    if !catalog.damaged.isEmpty { throw Failure.Code.failed.error }
  }
}

struct RunChoice: ParsableArguments {
  @Argument(help: "The run, or the beginning of its name (default: the newest).") var run: String?
  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions

  func choose() throws -> RunCatalog.Listed {
    let atWork = try machine.runAtWork()
    if let run { return try RunCatalog(state: state.directory, machine: nil, atWork: atWork).find(run) }
    let catalog = try RunCatalog(
      state: state.directory, machine: try machine.open().host.machineID, atWork: atWork)
    guard let newest = catalog.runs.first else {
      throw UsageError("there is no run of this machine in \(state.directory)")
    }
    return newest
  }
}
