import ArgumentParser
import Engine
import Glibc
import Host
import Journal
import LiveHost
import Values
import Views

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that a run's journal, copies and kept files are as the run left them.",
    discussion: """
      journald has every record of a run, so that --from-journald also checks a run whose folder is gone. The Lua copies and \
      the former contents of files are in the folder only.
      """)

  @OptionGroup var choice: RunChoice
  @Flag(
    help: "Rebuild the run from journald alone, and compare it record by record with the run's journal if it is there.")
  var fromJournald = false
  @Option(
    name: .customShort("o"),
    help: ArgumentHelp("With --from-journald: write the rebuilt journal into this new directory.", valueName: "dir"))
  var directory: String?

  func validate() throws {
    if directory != nil, !fromJournald { throw ValidationError("-o goes with --from-journald") }
  }

  @MainActor func run() async throws {
    guard fromJournald else { return try check(try choice.choose().directory) }
    let (run, own) = try chooseAnywhere()
    var isSound = try compare(run, own)
    if let own {
      do { try check(own) } catch { isSound = false }
    }
    guard isSound else { throw Failure.Code.failed.error }
  }

  /// The run, and its folder if that is there, damaged or not.
  private func chooseAnywhere() throws -> (RunID, RunDirectory?) {
    do {
      let directory = try choice.choose().directory
      return (directory.run, directory)
    } catch {
      guard let run = choice.run.flatMap(RunID.init(rawValue:)) else { throw error }
      return (run, try? RunDirectory.open(state: choice.state.directory, run: run))
    }
  }

  private func check(_ directory: RunDirectory) throws {
    let findings = directory.verify()
    for finding in findings { Console.output("\(finding)") }
    guard !findings.contains(where: { $0.severity == .damage }) else { throw Failure.Code.failed.error }
    let records = try JournalReader.open(directory.journalPath).records
    Console.output("\(directory.run): \(records.count) records, last digest \(records.last?.digest.hex ?? "")")
  }

  /// Whether journald has the whole run, the same as its own journal.
  private func compare(_ run: RunID, _ own: RunDirectory?) throws -> Bool {
    let rebuilt = try JournaldReader.records(run: run)
    guard let last = rebuilt.records.last else {
      Console.output("journald has no record of the run \(run)")
      return false
    }
    var problems = rebuilt.problems
    let journal = own.flatMap { try? JournalReader.open($0.journalPath) }
    if let journal { problems += rebuilt.differences(from: journal.records) }
    problems.forEach(Console.output)
    let end = (try? Entry(last)).map { Printable.text(Sentence.of($0)) } ?? last.type
    Console.output(
      "journald: \(rebuilt.records.count) records\(problems.isEmpty ? ", each chained to the one before" : ""), last digest \(last.digest.hex)"
    )
    Console.output("  \(Timestamp.text(last.time))  \(end)")
    if own == nil {
      Console.output("the run's folder is not in \(choice.state.directory); there is nothing to compare with")
    }
    if let directory, let bytes = rebuilt.journal { try write(bytes, directory) }
    if directory != nil, rebuilt.journal == nil { Console.error("not written: the records are not whole") }
    return problems.isEmpty
  }

  private func write(_ journal: [UInt8], _ directory: String) throws {
    let files = LiveHost()
    try files.makeDirectory(directory, mode: 0o700)
    try files.replace(
      "\(directory)/journal", with: journal, mode: 0o600, owner: Owner(user: geteuid(), group: getegid()))
  }
}
