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

    /// What it names: of the words that add a step, that step, and not the one beside which it stands. Nil if it is computed.
    var name: String? {
      switch word {
      case .before, .after: arguments.count > 1 ? arguments[1] : nil
      default: arguments.first ?? nil
      }
    }
  }

  private let lines: [Substring]
  private var mentions: [Mention] = []

  /// - Parameter words: those that are looked for.
  init(_ source: [UInt8], words: [Word] = Word.allCases) {
    lines = String(decoding: source, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("--") {
      for word in words { read(word, number, line) }
    }
  }

  /// Whether it is that of a runbook that changes another.
  var isExtension: Bool { mentions.contains { $0.word == .extends } }

  /// What these words name, and whether some name is computed instead.
  func names(_ words: Set<Word>) -> (literals: [String], hasComputed: Bool) {
    let found = mentions.filter { words.contains($0.word) }.map(\.name)
    return (found.compactMap(\.self), found.contains(nil))
  }

  /// What stands in each step that these words name: from the line of each to the next of any word, or to another statement at the
  /// beginning of a line.
  func steps(_ words: Set<Word>) -> [String: [Substring]] {
    let isExtension = isExtension
    let begun = Dictionary(
      mentions.filter { isExtension || !$0.word.isField }.map { ($0.line, $0) }, uniquingKeysWith: { first, _ in first }
    )
    var texts: [String: [Substring]] = [:]
    var open: String?
    for (number, line) in lines.enumerated() where !line.isEmpty {
      if let begun = begun[number] {
        open = words.contains(begun.word) ? begun.name : nil
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
        // A part of a longer name, or a field of something else.
        continue
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
