/// Strings on one line: plain where every YAML 1.1 and 1.2 reader sees a string, else in quotation marks.
enum Quoting {
  static func inline(_ text: String) -> String {
    if isPlain(text) { return text }
    if isVerbatim(text), text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
      return singleQuoted(text)
    }
    return doubleQuoted(text)
  }

  /// Whether a character can stand as it is: it is printable, and a line break in no version of YAML.
  static func isVerbatim(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": false
    default: scalar.isAllowedInYAML
    }
  }

  private static func isVerbatim(_ text: String) -> Bool {
    text.utf8.allSatisfy { 0x20..<0x7f ~= $0 } || text.unicodeScalars.allSatisfy(isVerbatim)
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isVerbatim(text) else { return false }
    if indicators.contains(first) { return false }
    // By bytes: to hasPrefix, a space with an accent on it is no space.
    if ["---", "...", "- ", "<<"].contains(where: { text.utf8.starts(with: $0.utf8) }) { return false }
    if text.utf8.last == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: ":") { return false }
    var previous = first
    for byte in text.utf8 {
      switch (previous, byte) {
      case (UInt8(ascii: ":"), UInt8(ascii: " ")), (UInt8(ascii: " "), UInt8(ascii: "#")): return false
      default: previous = byte
      }
    }
    return !isWord(text) && !looksLikeNumber(text)
  }

  /// With what no plain scalar begins here.
  private static let indicators = Array("?:,[]{}#&*!|>'\"%@` =".utf8)

  private static func isWord(_ text: String) -> Bool { text.utf8.count < 6 && words.contains(text.lowercased()) }

  /// What is no string to some reader (yaml.org/type/bool.html, …/null.html, …/float.html; YAML 1.2.2, 10.3.2).
  private static let words: Set<String> = [
    "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "+.inf", "-.inf", ".nan",
  ]

  /// Whether some reader might see a number, a date or a time of day: in doubt, it does. Dotted numbers such as addresses
  /// and versions are text to all.
  private static func looksLikeNumber(_ text: String) -> Bool {
    guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return false }
    let isDotted = text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    if isDotted, text.utf8.count(where: { $0 == UInt8(ascii: ".") }) > 1, text.utf8.contains(where: { $0 > 0x2e }) {
      return false
    }
    let hasDigit = text.utf8.contains { (0x30...0x39).contains($0) }
    let hasLetter = text.utf8.contains { $0 > 0x40 && $0 != UInt8(ascii: "_") }
    guard hasDigit || !hasLetter else { return false }
    return text.utf8.allSatisfy("0123456789abcdefABCDEFxXoO_,:.+-tTzZ ".utf8.contains)
  }

  private static func singleQuoted(_ text: String) -> String {
    var quoted = "'"
    for scalar in text.unicodeScalars {
      if scalar == "'" { quoted += "'" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "'"
  }

  private static func doubleQuoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where isVerbatim(scalar): quoted.unicodeScalars.append(scalar)
      case "\0"..."\u{ff}": quoted += "\\x" + scalar.hex(digits: 2)
      case "\u{100}"..."\u{ffff}": quoted += "\\u" + scalar.hex(digits: 4)
      default: quoted += "\\U" + scalar.hex(digits: 8)
      }
    }
    return quoted + "\""
  }
}
