/// Takes a text of Lua 5.4 apart into its tokens, byte by byte.
struct Lexer {
  let bytes: [UInt8]
  var index = 0
  /// Comments of one line, in their order.
  private(set) var comments: [Comment] = []
  private var line = 1
  /// How far the columns of this line are counted.
  private var counted = (index: 0, column: 1)

  /// A byte order mark, and a first line that names an interpreter, are passed over.
  init(_ source: [UInt8]) {
    bytes = source
    if source.starts(with: [0xef, 0xbb, 0xbf]) { index = 3 }
    counted.index = index
    if current == UInt8(ascii: "#") { skipLine() }
  }

  /// The next token, and where it begins.
  mutating func next() throws(SyntaxError) -> (token: Token, position: Position) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): skipNewline()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0b, 0x0c: index += 1
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): try skipComment()
      default:
        let position = here
        return (try token(byte, at: position), position)
      }
    }
    return (.end, here)
  }

  // MARK: Bytes

  var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  func peek(_ offset: Int) -> UInt8? { index + offset < bytes.count ? bytes[index + offset] : nil }

  /// Where the current byte stands.
  var here: Position {
    mutating get {
      while counted.index < index {
        if bytes[counted.index] & 0xc0 != 0x80 { counted.column += 1 }
        counted.index += 1
      }
      return Position(line: line, column: counted.column)
    }
  }

  /// Passes over one end of a line: `\n`, `\r`, or both, in either order.
  mutating func skipNewline() {
    let first = current
    index += 1
    if let second = current, second != first, second == UInt8(ascii: "\n") || second == UInt8(ascii: "\r") {
      index += 1
    }
    line += 1
    counted = (index, 1)
  }

  private mutating func skipLine() {
    while let byte = current, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { index += 1 }
  }

  private mutating func skipComment() throws(SyntaxError) {
    let position = here
    index += 2
    if current == UInt8(ascii: "["), let level = longBracket() {
      _ = try longString(level: level, from: position, what: "comment")
      return
    }
    let begin = index
    skipLine()
    comments.append(Comment(text: String(decoding: bytes[begin..<index], as: UTF8.self), position: position))
  }

  // MARK: Tokens

  private mutating func token(_ byte: UInt8, at position: Position) throws(SyntaxError) -> Token {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try shortString(byte, from: position))
    case UInt8(ascii: "["):
      if let level = longBracket() { return .string(try longString(level: level, from: position, what: "string")) }
      guard peek(1) != UInt8(ascii: "=") else {
        throw SyntaxError(position: position, message: "a long string begins with [[ or [=[")
      }
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number(from: position))
    case UInt8(ascii: "."):
      if let digit = peek(1), Self.isDigit(digit) { return .number(try number(from: position)) }
    default:
      if Self.isNameStart(byte) { return nameOrKeyword() }
    }
    guard let symbol = symbol(byte) else {
      let text = byte > 0x20 && byte < 0x7f ? "'\(Character(Unicode.Scalar(byte)))'" : "the byte \(byte)"
      throw SyntaxError(position: position, message: "\(text) means nothing in Lua")
    }
    index += symbol.rawValue.utf8.count
    return .symbol(symbol)
  }

  private mutating func nameOrKeyword() -> Token {
    let begin = index
    while let byte = current, Self.isNamePart(byte) { index += 1 }
    let name = String(decoding: bytes[begin..<index], as: UTF8.self)
    return Keyword.byName[name].map(Token.keyword) ?? .name(name)
  }

  private func symbol(_ byte: UInt8) -> Symbol? {
    let second = peek(1)
    func follows(_ scalar: Unicode.Scalar) -> Bool { second == UInt8(ascii: scalar) }
    switch byte {
    case UInt8(ascii: "+"): return .plus
    case UInt8(ascii: "-"): return .minus
    case UInt8(ascii: "*"): return .times
    case UInt8(ascii: "/"): return follows("/") ? .slashes : .slash
    case UInt8(ascii: "%"): return .percent
    case UInt8(ascii: "^"): return .caret
    case UInt8(ascii: "#"): return .length
    case UInt8(ascii: "&"): return .ampersand
    case UInt8(ascii: "~"): return follows("=") ? .unequal : .tilde
    case UInt8(ascii: "|"): return .bar
    case UInt8(ascii: "<"): return follows("<") ? .left : follows("=") ? .atMost : .less
    case UInt8(ascii: ">"): return follows(">") ? .right : follows("=") ? .atLeast : .greater
    case UInt8(ascii: "="): return follows("=") ? .equal : .assign
    case UInt8(ascii: "("): return .open
    case UInt8(ascii: ")"): return .close
    case UInt8(ascii: "{"): return .openBrace
    case UInt8(ascii: "}"): return .closeBrace
    case UInt8(ascii: "["): return .openBracket
    case UInt8(ascii: "]"): return .closeBracket
    case UInt8(ascii: ";"): return .semicolon
    case UInt8(ascii: ":"): return follows(":") ? .label : .colon
    case UInt8(ascii: ","): return .comma
    case UInt8(ascii: "."): return follows(".") ? (peek(2) == UInt8(ascii: ".") ? .dots : .concat) : .dot
    default: return nil
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  static func isNameStart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }

  static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
}
