import ArgumentParser
import Engine
import Journal
import Values
import Views

struct Log: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show what happened in a run, event by event.")

  @OptionGroup var choice: RunChoice
  @OptionGroup var output: OutputOptions
  @Flag(help: "Go on as the run does, until it has ended.") var follow = false

  @MainActor func run() async throws {
    let directory = try choice.choose().directory
    var shown = 0
    while true {
      let entries = try JournalReader.open(directory.journalPath).records.map(Entry.init)
      for entry in entries.dropFirst(shown) { show(entry, directory.run.rawValue) }
      shown = entries.count
      guard follow, entries.last?.kind != .runFinished else { return }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  private func show(_ entry: Entry, _ run: String) {
    guard let event = Event(entry, run: run) else { return }
    switch output.output {
    case .text: Console.output("\(Timestamp.text(entry.time))  \(Sentence.of(entry))")
    case .json, .jsonl: Console.output(event.value.json)
    }
  }
}
