import Glibc
import LiveHost

/// The snapshots that the tests of one file expect: texts by name, in a file of the same name that ends in `.snap`.
struct SnapshotFile {
  let path: String
  private var texts: [(name: String, text: String)] = []
  /// The names that tests asked for.
  private var used: Set<String> = []

  private static let head = """
    # What the tests in the file of the same name expect. `vsrrun test --update` writes it; whoever does looks at what changed.

    """
  private static let mark = "=== "

  init(beside test: String) throws {
    path = (test.hasSuffix(".lua") ? String(test.dropLast(4)) : test) + ".snap"
    guard access(path, F_OK) == 0 else { return }
    let text = String(decoding: try Input.read(path), as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(Self.mark) {
        texts.append((String(line.dropFirst(Self.mark.count)), ""))
      } else if !texts.isEmpty {
        texts[texts.count - 1].text += "\(line.hasPrefix("  ") ? line.dropFirst(2) : line)\n"
      }
    }
    for index in texts.indices {
      // An empty line stands between two, and the last one ends with the file.
      while texts[index].text.hasSuffix("\n") { texts[index].text.removeLast() }
    }
  }

  /// What `text` differs in; nil if it is as expected.
  mutating func difference(_ name: String, _ text: String) throws -> String? {
    used.insert(name)
    guard let expected = texts.first(where: { $0.name == name })?.text else {
      throw TestError("\(path) has no snapshot '\(name)': vsrrun test --update writes it")
    }
    let text = Self.trimmed(text)
    guard expected != text else { return nil }
    return "not as in the snapshot '\(name)' (- expected, + got); if that is meant: vsrrun test --update\n"
      + LineDifference.text(expected, text)
  }

  mutating func set(_ name: String, _ text: String) throws {
    let text = Self.trimmed(text)
    guard !name.isEmpty, !name.contains("\n") else { throw TestError("a snapshot's name is one line") }
    if let index = texts.firstIndex(where: { $0.name == name }) {
      guard !used.contains(name) || texts[index].text == text else {
        throw TestError("the snapshot '\(name)' is expected twice in this file, with two contents")
      }
      texts[index].text = text
    } else {
      texts.append((name, text))
    }
    used.insert(name)
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  /// The names that no test asked for.
  var unused: [String] { texts.map(\.name).filter { !used.contains($0) } }

  mutating func removeUnused() { texts.removeAll { !used.contains($0.name) } }

  /// Writes the file, if it is another one then.
  func store() throws {
    let files = LiveHost()
    let isThere = access(path, F_OK) == 0
    if texts.isEmpty {
      if isThere { try files.remove(path) }
      return
    }
    var content = Self.head
    for (name, text) in texts {
      content += "\n\(Self.mark)\(name)\n"
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        content += line.isEmpty ? "\n" : "  \(line)\n"
      }
    }
    if isThere, try files.read(path) == Array(content.utf8) { return }
    try NewFile.write(path, content)
  }
}
