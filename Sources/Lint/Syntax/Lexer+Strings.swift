import Values

extension Lexer {
  /// The level of the long bracket that opens here: 0 for `[[`, 1 for `[=[`; nil if none does.
  func longBracket() -> Int? {
    var level = 0
    while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
    return peek(1 + level) == UInt8(ascii: "[") ? level : nil
  }

  /// What stands in long brackets of this level, which begin here.
  mutating func longString(level: Int, from position: Position, what: String) throws(SyntaxError) -> Value {
    index += level + 2
    if let byte = current, Self.isNewline(byte) { skipNewline() }
    var text: [UInt8] = []
    while let byte = current {
      if byte == UInt8(ascii: "]"), closes(level) {
        index += level + 2
        return Value(text: text)
      }
      if Self.isNewline(byte) {
        skipNewline()
        text.append(UInt8(ascii: "\n"))
      } else {
        index += 1
        text.append(byte)
      }
    }
    let end = "]" + String(repeating: "=", count: level) + "]"
    throw SyntaxError(position: position, message: "this \(what) never ends", fix: "it ends with \(end)")
  }

  private func closes(_ level: Int) -> Bool {
    for offset in 0..<level where peek(1 + offset) != UInt8(ascii: "=") { return false }
    return peek(1 + level) == UInt8(ascii: "]")
  }

  /// A string between quotes, which begins here.
  mutating func shortString(_ quote: UInt8, from position: Position) throws(SyntaxError) -> Value {
    index += 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case quote:
        index += 1
        return Value(text: text)
      case UInt8(ascii: "\\"): try escape(into: &text, from: position)
      default:
        guard !Self.isNewline(byte) else { throw unfinished(position) }
        index += 1
        text.append(byte)
      }
    }
    throw unfinished(position)
  }

  private func unfinished(_ position: Position) -> SyntaxError {
    SyntaxError(
      position: position, message: "this string never ends", fix: "close it on its line, or write [[ … ]]")
  }

  private mutating func escape(into text: inout [UInt8], from position: Position) throws(SyntaxError) {
    let place = here
    index += 1
    guard let byte = current else { throw unfinished(position) }
    if let plain = Self.escapes[byte] {
      index += 1
      text.append(plain)
      return
    }
    switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      skipNewline()
      text.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "x"):
      index += 1
      guard let high = hexDigit(), let low = hexDigit() else {
        throw SyntaxError(position: place, message: "\\x wants two hexadecimal digits")
      }
      text.append(UInt8(high * 16 + low))
    case UInt8(ascii: "z"):
      index += 1
      while let space = current, Self.isNewline(space) || space == 0x20 || (0x09...0x0c).contains(space) {
        if Self.isNewline(space) { skipNewline() } else { index += 1 }
      }
    case UInt8(ascii: "u"):
      index += 1
      try codePoint(into: &text, at: place)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      var code = 0
      for _ in 0..<3 {
        guard let digit = current, Self.isDigit(digit) else { break }
        code = code * 10 + Int(digit - UInt8(ascii: "0"))
        index += 1
      }
      guard let byte = UInt8(exactly: code) else {
        throw SyntaxError(position: place, message: "\\\(code) is more than a byte holds", fix: "at most \\255")
      }
      text.append(byte)
    default:
      throw SyntaxError(
        position: place, message: "there is no such escape in a string", fix: "write \\\\ for a backslash")
    }
  }

  /// `{XXX}` of `\u{XXX}`, in UTF-8, which goes up to 2³¹ as Lua has it.
  private mutating func codePoint(into text: inout [UInt8], at place: Position) throws(SyntaxError) {
    let problem = SyntaxError(position: place, message: "\\u wants a character's code, such as \\u{20AC}")
    guard current == UInt8(ascii: "{") else { throw problem }
    index += 1
    guard var code = hexDigit() else { throw problem }
    while let digit = hexDigit() {
      code = code * 16 + digit
      guard code <= 0x7fff_ffff else { throw problem }
    }
    guard current == UInt8(ascii: "}") else { throw problem }
    index += 1
    guard code >= 0x80 else { return text.append(UInt8(code)) }
    var tail: [UInt8] = []
    var limit = 0x3f
    repeat {
      tail.append(UInt8(0x80 | code & 0x3f))
      code >>= 6
      limit >>= 1
    } while code > limit
    text.append(UInt8(~limit << 1 & 0xff | code))
    text += tail.reversed()
  }

  private mutating func hexDigit() -> Int? {
    guard let byte = current, let digit = Self.hexValue(byte) else { return nil }
    index += 1
    return digit
  }

  static func isNewline(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

  static func hexValue(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
    UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): 92, UInt8(ascii: "\""): 34, UInt8(ascii: "'"): 39,
  ]
}
