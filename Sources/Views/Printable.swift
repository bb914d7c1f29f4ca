import Engine
import Values

/// Texts that come from runbooks and machines, made harmless for a terminal.
public enum Printable {
  /// The same text with its control characters, other than line breaks and tabs, shown as `\u{1b}`.
  public static func text(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// The same on one line, its line breaks and tabs shown as `\n` and `\t`.
  public static func line(_ text: String) -> String {
    // In Swift, \r\n is one character; here both have to go.
    var shown = ""
    for scalar in self.text(text).unicodeScalars {
      switch scalar {
      case "\n": shown += "\\n"
      case "\t": shown += "\\t"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// The first line of the same, for a text that is told whole elsewhere.
  static func head(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return line(String(lines.first ?? "")) + (lines.count > 1 ? " …" : "")
  }

  static func entry(_ entry: Entry) -> Entry {
    var entry = entry
    entry.fields = entry.fields.mapValues(value)
    return entry
  }

  private static func value(_ value: Value) -> Value {
    switch value {
    case .string(let string): .string(text(string))
    case .array(let values): .array(values.map(self.value))
    case .map(let map): .map(ValueMap(map.map { (text($0), self.value($1)) }, uniquingKeysWith: { $1 }))
    default: value
    }
  }

  /// C0, DEL and C1.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || (0x7f...0x9f).contains(scalar.value)
  }
}
