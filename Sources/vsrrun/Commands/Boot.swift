import ArgumentParser
import Engine

struct Boot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Re-apply the boot steps of the runs that stand; for the unit that does it at boot.")

  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions

  @MainActor func run() async throws {
    let session = try Session(machine, state: state.directory, command: "boot", output: output, yes: true)
    var failed: (any Error)?
    var last: Ledger?
    for listed in try session.catalog().bootable {
      // What is wrong with one run keeps no other from coming back.
      do {
        let (scripts, ledger) = try await session.open(listed)
        last = ledger
        let end = await session.engine.boot(scripts, ledger)
        if let error = end.error { throw error }
      } catch {
        Console.error("\(listed.run): \(Failure.text(error))")
        failed = error
      }
    }
    try session.finish(RunEnd(ledger: last), output)
    if let failed { throw Failure.code(failed).error }
  }
}
