import Host

/// The words that GRUB's configuration gives to the kernel: /etc/default/grub and the snippets below /etc/default/grub.d,
/// which grub-mkconfig(8) sources as a shell does, one after the other.
struct GrubDefaults {
  static let path = "/etc/default/grub"
  static let variable = "GRUB_CMDLINE_LINUX"
  private var values: [String: String] = [:]

  init(_ host: any Host) throws {
    let folder = Self.path + ".d"
    let snippets = try host.listIfPresent(folder).filter { $0.hasSuffix(".cfg") }.map { "\(folder)/\($0)" }
    for path in [Self.path] + snippets { read(try host.text(path) ?? "") }
  }

  init(_ text: String) { read(text) }

  var words: [Substring] {
    [Self.variable, Self.variable + "_DEFAULT"].flatMap { (values[$0] ?? "").split(whereSeparator: \.isWhitespace) }
  }

  /// The word that the kernel gets after `word` and that says otherwise: of two with one name, it goes by the last.
  func contradiction(of word: String) -> String? {
    let name = word.prefix { $0 != "=" }
    guard name.count < word.count, let last = words.last(where: { $0.hasPrefix("\(name)=") }), last != word else {
      return nil
    }
    return String(last)
  }

  /// The line that adds words behind whatever was assigned before, in whichever quotes.
  static func addition(_ words: [String]) -> String {
    "\(variable)=\"$\(variable) \(words.joined(separator: " "))\"\n"
  }

  // MARK: Assignments as sh(1) reads them

  mutating func read(_ text: String) {
    var rest = text[...]
    while !rest.isEmpty {
      rest = rest.drop(while: \.isWhitespace)
      if rest.hasPrefix("export ") { rest = rest.dropFirst(7).drop { $0 == " " } }
      let name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
      if !name.isEmpty, rest.dropFirst(name.count).first == "=" {
        rest = rest.dropFirst(name.count + 1)
        values[String(name)] = word(&rest)
      } else {
        rest = rest.drop { !$0.isNewline }
      }
    }
  }

  /// The word that `rest` begins with, quotes removed and variables replaced.
  private func word(_ rest: inout Substring) -> String {
    var word = ""
    var quote: Character?
    while let character = rest.first {
      if quote == nil, character.isWhitespace || character == ";" { break }
      rest.removeFirst()
      switch (character, quote) {
      case ("'", nil), ("\"", nil): quote = character
      case ("'", "'"), ("\"", "\""): quote = nil
      case ("\\", nil), ("\\", "\""):
        guard let next = rest.popFirst() else { break }
        if !next.isNewline { word += quote == nil || "\"$`\\".contains(next) ? String(next) : "\\\(next)" }
      case ("$", nil), ("$", "\""): word += value(&rest)
      default: word.append(character)
      }
    }
    return word
  }

  /// What the variable behind a dollar sign has.
  private func value(_ rest: inout Substring) -> String {
    let isBraced = rest.first == "{"
    if isBraced { rest.removeFirst() }
    let name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    rest = rest.dropFirst(name.count)
    if isBraced, rest.first == "}" { rest.removeFirst() }
    return values[String(name)] ?? ""
  }
}
