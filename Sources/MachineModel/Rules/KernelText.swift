/// How the kernel reads numbers and flags that are written into attributes.
enum KernelText {
  /// `kstrto*` with base 0: one newline may follow, nothing else may.
  static func number(_ text: String) -> Int? {
    let digits = text.hasSuffix("\n") ? text.dropLast() : text[...]
    guard let first = digits.first else { return nil }
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      guard digits.dropFirst(2).first?.isHexDigit == true else { return nil }
      return Int(digits.dropFirst(2), radix: 16)
    }
    guard first.isASCII, first.isNumber || first == "-" else { return nil }
    return first == "0" && digits.count > 1 ? Int(digits, radix: 8) : Int(digits)
  }

  /// `kstrtobool`: the first letter decides, of `on` and `off` the second.
  static func flag(_ text: String) -> Bool? {
    switch text.first {
    case "y", "Y", "1", "t", "T": true
    case "n", "N", "0", "f", "F": false
    case "o", "O":
      switch text.dropFirst().first {
      case "n", "N": true
      case "f", "F": false
      default: nil
      }
    default: nil
    }
  }

  /// `sysfs_streq`: a trailing newline does not count.
  static func name(_ text: String) -> String { text.hasSuffix("\n") ? String(text.dropLast()) : text }
}
