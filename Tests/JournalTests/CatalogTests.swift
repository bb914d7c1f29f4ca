import Testing

@testable import Journal

/// The message catalog, as systemd reads it (https://systemd.io/CATALOG/).
@Suite struct CatalogTests {
  private struct Entry {
    var header: [String: String] = [:]
    var text: [String] = []
  }

  private func catalog() throws -> [String: Entry] {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let text = String(decoding: try content("/\(root)/Sources/Journal/vsrrun.catalog"), as: UTF8.self)
    var entries: [String: Entry] = [:]
    var current: String?
    var isHeader = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
      if line.hasPrefix("-- ") {
        let id = String(line.dropFirst(3))
        #expect(id.count == 32 && id.allSatisfy { $0.isHexDigit && !$0.isUppercase }, "\(line)")
        #expect(entries[id] == nil, "\(id) stands twice")
        entries[id] = Entry()
        current = id
        isHeader = true
      } else if let id = current {
        if isHeader, line.isEmpty {
          isHeader = false
        } else if isHeader {
          let parts = line.split(separator: ":", maxSplits: 1)
          try #require(parts.count == 2, "\(line)")
          entries[id]?.header[String(parts[0])] = String(parts[1].drop { $0 == " " })
        } else {
          entries[id]?.text.append(String(line))
        }
      } else {
        #expect(line.isEmpty, "text before the first entry: \(line)")
      }
    }
    return entries
  }

  @Test func everyMessageHasAnEntryAndNoEntryIsForNothing() throws {
    let catalog = try catalog()
    #expect(Set(catalog.keys) == Set(MessageID.all.values))
    #expect(Set(MessageID.all.values).count == MessageID.all.count)
    #expect(
      Set(MessageID.all.keys) == [
        "run.started", "step.started", "intent", "effect", "step.finished", "checkpoint", "note", "run.finished",
      ])
  }

  @Test func everyEntrySaysWhatHappenedAndWhatToDo() throws {
    for (id, entry) in try catalog() {
      #expect(entry.header["Subject"]?.isEmpty == false, "\(id)")
      #expect(entry.header["Defined-By"] == "vsrrun")
      let text = entry.text.joined(separator: "\n")
      #expect(text.contains("vsrrun ") || text.contains("No action is needed"), "\(id)")
      #expect(entry.text.allSatisfy { $0.count <= 100 })
    }
  }

  /// `@FIELD@` is replaced by the entry's field; a field that the mirror does not send would stay as it is.
  @Test func onlyFieldsThatAreSentAreReferredTo() throws {
    let run = try #require(RunID(rawValue: "20261124-153000-7f3a"))
    let record = try Record(sequence: 1, time: 0, type: "effect", fields: [:], previous: .zero)
    let shown = MirrorFields(message: "m", codeFile: "f", codeLine: 1, step: "s", primitive: "p")
    let sent = Set(JournaldEntry(record, run: run, runbook: "r", version: "1", described: shown).fields.map(\.name))
    for (id, entry) in try catalog() {
      for line in entry.text + Array(entry.header.values) {
        let parts = line.split(separator: "@", omittingEmptySubsequences: false)
        #expect(!parts.count.isMultiple(of: 2), "an @ without its pair in \(id): \(line)")
        for index in stride(from: 1, to: parts.count, by: 2) {
          #expect(sent.contains(String(parts[index])), "@\(parts[index])@ in \(id)")
        }
      }
    }
  }
}
