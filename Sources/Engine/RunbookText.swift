/// What the text of a script tells of its steps without being run: the names that stand in it between quotes.
struct RunbookText {
  enum Word: String, CaseIterable {
    case step, phase, checkpoint, extends
    /// Words of an extension: fields of what `extends` answers.
    case before, after, replace, drop

    var isField: Bool {
      switch self {
      case .before, .after, .replace, .drop: true
      case .step, .phase, .checkpoint, .extends: false
      }
    }
  }

  /// A word, and the texts that it is called with.
  struct Mention {
    var word: Word
    /// The number of its line, from 0 on.
    var line: Int
    /// Its first two arguments; nil is one that is no text between quotes.
    var arguments: [String?]
  }

  let lines: [Substring]
  private(set) var mentions: [Mention] = []

  init(_ source: [UInt8]) {
    lines = String(decoding: source, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("--") {
      for word in Word.allCases { read(word, number, line) }
    }
  }

  /// Whether it is that of a runbook that changes another.
  var isExtension: Bool { mentions.contains { $0.word == .extends } }

  /// The names that calls of these words begin with, and whether some name is computed instead.
  func names(_ words: Set<Word>) -> (literals: [String], hasComputed: Bool) {
    let found = mentions.filter { words.contains($0.word) }.map { $0.arguments.first ?? nil }
    return (found.compactMap(\.self), found.contains(nil))
  }

  /// The steps that an extension adds, and whether some name is computed instead.
  var added: (literals: [String], hasComputed: Bool) {
    let found = mentions.filter { [.before, .after].contains($0.word) }.map { $0.arguments.dropFirst().first ?? nil }
    return (found.compactMap(\.self), found.contains(nil))
  }

  /// What stands in each step, by its name.
  var steps: [String: [Substring]] { texts(of: [.step], name: { $0.arguments.first ?? nil }) }

  /// The same for the steps that an extension adds.
  var addedSteps: [String: [Substring]] {
    texts(of: [.before, .after], name: { $0.arguments.dropFirst().first ?? nil })
  }

  /// The same for the steps that it puts in others' places.
  var replacedSteps: [String: [Substring]] { texts(of: [.replace], name: { $0.arguments.first ?? nil }) }

  /// From the line of each mention to the next of any word, or to another statement at the beginning of a line.
  private func texts(of words: Set<Word>, name: (Mention) -> String?) -> [String: [Substring]] {
    var texts: [String: [Substring]] = [:]
    var open: String?
    for (number, line) in lines.enumerated() where !line.isEmpty {
      if let begun = mentions.first(where: { $0.line == number && (isExtension || !$0.word.isField) }) {
        open = words.contains(begun.word) ? name(begun) : nil
      } else if line.first?.isLetter == true, !line.hasPrefix("end") {
        open = nil
      }
      if let open { texts[open, default: []].append(line) }
    }
    return texts
  }

  /// Reads the calls of a word in a line.
  private mutating func read(_ word: Word, _ number: Int, _ line: Substring) {
    var rest = line
    while let range = rest.firstRange(of: word.rawValue) {
      let before = range.lowerBound == line.startIndex ? nil : line[..<range.lowerBound].last
      rest = rest[range.upperBound...]
      if word.isField {
        guard before == "." else { continue }
      } else if let before, before.isLetter || before.isNumber || "_.:\"'".contains(before) {
        continue  // A part of a longer name, or a field of something else.
      }
      let argument = rest.drop { $0 == " " }
      guard let first = argument.first, "(\"'".contains(first) else { continue }
      mentions.append(Mention(word: word, line: number, arguments: Self.arguments(argument)))
    }
  }

  private static func arguments(_ text: Substring) -> [String?] {
    var arguments: [String?] = []
    var rest = text.drop { $0 == " " || $0 == "(" }
    while arguments.count < 2 {
      guard let quote = rest.first, quote == "\"" || quote == "'" else { return arguments + [nil] }
      let word = rest.dropFirst().prefix { $0 != quote }
      rest = rest.dropFirst(word.count + 2).drop { $0 == " " }
      if rest.hasPrefix("..") { return arguments + [nil] }
      arguments.append(String(word))
      guard rest.first == "," else { return arguments }
      rest = rest.dropFirst().drop { $0 == " " }
    }
    return arguments
  }
}
