import ArgumentParser
import Engine

struct Boot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Re-apply the boot steps of the runs that stand; for the unit that does it at boot.")

  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions

  @MainActor func run() async throws {
    let session = try Session(try machine.open(), state: state.directory, command: "boot", output: output)
    var failed: RunEnd?
    for listed in try session.catalog().bootable {
      let (scripts, ledger) = try await session.open(listed)
      let end = await session.engine.boot(scripts, ledger)
      if let error = end.error {
        Console.error("\(listed.run): \(Failure.text(error))")
        failed = end
      }
    }
    try session.finish(failed ?? RunEnd(ledger: nil), output)
  }
}
