import ArgumentParser
import Engine
import Journal
import Values
import Views

struct Log: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what happened in a run, event by event.",
    discussion: "Where the run's folder is gone, a RUN given in full is read from journald.")

  @OptionGroup var choice: RunChoice
  @OptionGroup var output: OutputOptions
  @Flag(help: "Go on as the run does, until it has ended.") var follow = false

  @MainActor func run() async throws {
    let directory: RunDirectory
    do {
      directory = try choice.choose().directory
    } catch RunError.refused(let reason) {
      guard let run = choice.run.flatMap(RunID.init(rawValue:)), try showJournald(run) else {
        throw RunError.refused(reason)
      }
      return
    }
    var shown = 0
    while true {
      let entries = try JournalReader.open(directory.journalPath).records.map(Entry.init)
      for entry in entries.dropFirst(shown) { show(entry, directory.run.rawValue) }
      shown = entries.count
      guard follow, entries.last?.kind != .runFinished else { return }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// Shows what journald has of a run; false if it has nothing.
  private func showJournald(_ run: RunID) throws -> Bool {
    guard let kept = try? JournaldReader.records(run: run), !kept.records.isEmpty else { return false }
    Console.progress("note: the run's folder is not in \(choice.state.directory); this is what journald has")
    for problem in kept.problems { Console.progress("warning: \(problem)") }
    for record in kept.records { show(try Entry(record), run.rawValue) }
    return true
  }

  private func show(_ entry: Entry, _ run: String) {
    guard let event = Event(entry, run: run) else { return }
    switch output.output {
    case .text: Console.output("\(Timestamp.text(entry.time))  \(Printable.line(Sentence.of(entry)))")
    case .json, .jsonl: Console.output(event.value.json)
    }
  }
}
