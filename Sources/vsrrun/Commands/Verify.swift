import ArgumentParser
import Engine
import Journal
import Values

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that a run's journal, copies and kept files are as the run left them.")

  @OptionGroup var choice: RunChoice
  @Flag(help: "Rebuild the run from journald alone, and compare it record by record.") var fromJournald = false

  @MainActor func run() async throws {
    let directory = try choice.choose().directory
    let findings = directory.verify()
    for finding in findings { Console.output("\(finding)") }
    let records = try JournalReader.open(directory.journalPath).records
    if fromJournald { try compare(records, directory.run) }
    guard !findings.contains(where: { $0.severity == .damage }) else { throw Failure.Code.failed.error }
    Console.output("\(directory.run): \(records.count) records, last digest \(records.last?.digest.hex ?? "")")
  }

  private func compare(_ records: [Record], _ run: RunID) throws {
    let rebuilt = try JournaldReader.records(run: run)
    guard rebuilt.isWhole, rebuilt.records.map(\.digest) == records.map(\.digest) else {
      Console.output("journald holds \(rebuilt.records.count) of \(records.count) records; missing: \(rebuilt.missing)")
      throw Failure.Code.failed.error
    }
    Console.output("journald holds the same \(records.count) records")
  }
}
