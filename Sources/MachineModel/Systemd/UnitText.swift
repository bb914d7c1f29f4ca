/// Unit files as systemd reads them (systemd.syntax(7)): assignments add to lists or replace, an empty one resets.
struct UnitText: Equatable {
  struct Assignment: Equatable {
    var section: String
    var key: String
    var value: String
  }

  private(set) var assignments: [Assignment] = []

  init(_ files: UnitFiles) {
    for file in files.all { read(file.text) }
  }

  init(_ text: String) { read(text) }

  private mutating func read(_ text: String) {
    var section = ""
    var continued = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = String(line).trimmed
      // A comment within a continued line is left out; outside, it is one.
      if trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasSuffix("\\") {
        continued += trimmed.dropLast() + " "
        continue
      }
      let whole = continued + trimmed
      continued = ""
      if whole.hasPrefix("["), whole.hasSuffix("]") {
        section = String(whole.dropFirst().dropLast())
      } else if let equals = whole.firstIndex(of: "=") {
        assignments.append(
          Assignment(
            section: section, key: String(whole[..<equals]).trimmed,
            value: String(whole[whole.index(after: equals)...]).trimmed))
      }
    }
  }

  /// All values of a list, since it was last reset.
  func list(_ section: String, _ key: String) -> [String] {
    var values: [String] = []
    for assignment in assignments where assignment.section == section && assignment.key == key {
      if assignment.value.isEmpty { values = [] } else { values.append(assignment.value) }
    }
    return values
  }

  /// The last value; nil if there is none, or the last one is empty.
  func last(_ section: String, _ key: String) -> String? {
    let value = assignments.last { $0.section == section && $0.key == key }?.value
    return value?.isEmpty == true ? nil : value
  }

  func flag(_ section: String, _ key: String) -> Bool {
    ["1", "yes", "y", "true", "t", "on"].contains(last(section, key)?.lowercased())
  }

  /// Splits a value into its words, quotation marks respected (systemd.syntax(7), "Quoting").
  static func words(_ value: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isOpen = false
    var quote: Character?
    var isEscaped = false
    for character in value {
      if isEscaped {
        word.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
        isOpen = true
      } else if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        isOpen = true
      } else if character.isWhitespace {
        if isOpen { words.append(word) }
        word = ""
        isOpen = false
      } else {
        word.append(character)
        isOpen = true
      }
    }
    if isOpen { words.append(word) }
    return words
  }
}
