import OrderedCollections

/// Why a text is not JSON, and at which byte.
public struct JSONError: Error, Hashable, CustomStringConvertible {
  public var offset: Int
  public var message: String
  public var description: String { "not valid JSON at byte \(offset): \(message)" }
}

extension Value {
  /// Reads one JSON value (RFC 8259) that fills `bytes`; nesting is limited to ``JSONReader/depthLimit``.
  public init(json bytes: some Sequence<UInt8>) throws(JSONError) {
    var reader = JSONReader(Array(bytes))
    self = try reader.document()
  }

  public init(json text: String) throws(JSONError) { try self.init(json: text.utf8) }
}

/// A recursive-descent reader over a byte buffer.
struct JSONReader {
  static let depthLimit = 200

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> Value {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw error("text after the value") }
    return value
  }

  private func error(_ message: String) -> JSONError { JSONError(offset: position, message: message) }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: Unicode.Scalar) throws(JSONError) {
    guard current == UInt8(ascii: byte) else { throw error("expected '\(byte)'") }
    position += 1
  }

  private mutating func takes(_ byte: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONError) -> Value {
    guard depth < Self.depthLimit else { throw error("nested too deeply") }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try map(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw error("the text ends where a value is expected")
    default: return try number()
    }
  }

  private mutating func word(_ text: String, _ value: Value) throws(JSONError) -> Value {
    guard bytes[position...].starts(with: text.utf8) else { throw error("expected '\(text)'") }
    position += text.utf8.count
    return value
  }

  private mutating func array(depth: Int) throws(JSONError) -> Value {
    try take("[")
    var elements: [Value] = []
    skipSpace()
    if takes("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while takes(",")
    try take("]")
    return .array(elements)
  }

  private mutating func map(depth: Int) throws(JSONError) -> Value {
    try take("{")
    var map: ValueMap = [:]
    skipSpace()
    if takes("}") { return .map(map) }
    repeat {
      skipSpace()
      let start = position
      let key = try string()
      guard map[key] == nil else { throw JSONError(offset: start, message: "the key '\(key)' stands twice") }
      skipSpace()
      try take(":")
      map[key] = try value(depth: depth + 1)
      skipSpace()
    } while takes(",")
    try take("}")
    return Self.unwrapped(map)
  }

  /// The value that ``JSONWriter`` wrapped because JSON has no form of its own for it.
  private static func unwrapped(_ map: ValueMap) -> Value {
    guard map.count == 1, let (key, value) = map.elements.first, let text = value.string else { return .map(map) }
    switch key {
    case "$bytes":
      if let bytes = Hex.decode(text) { return .bytes(bytes) }
    case "$float":
      if let float = Double(text) { return .float(float) }
    default: break
    }
    return .map(map)
  }

  private mutating func number() throws(JSONError) -> Value {
    let start = position
    _ = takes("-")
    let firstDigit = position
    takeDigits()
    guard position > firstDigit else { throw error("expected a value") }
    guard position == firstDigit + 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
      throw error("a number with a leading zero")
    }
    var isInteger = true
    if takes(".") {
      isInteger = false
      guard takeDigits() else { throw error("expected a digit after the decimal point") }
    }
    if takes("e") || takes("E") {
      isInteger = false
      if !takes("+") { _ = takes("-") }
      guard takeDigits() else { throw error("expected a digit in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let float = Double(text) else { throw error("a number out of range") }
    return .float(float)
  }

  @discardableResult
  private mutating func takeDigits() -> Bool {
    let start = position
    while let byte = current, (48...57).contains(byte) { position += 1 }
    return position > start
  }

  private mutating func string() throws(JSONError) -> String {
    try take("\"")
    var text: [UInt8] = []
    while true {
      guard let byte = current else { throw error("a string without an end") }
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw error("a string that is not UTF-8") }
        position += 1
        return string
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &text)
      case 0..<0x20: throw error("a control character in a string")
      default:
        text.append(byte)
        position += 1
      }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = current else { throw error("a string without an end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xd800..<0xdc00).contains(code) {
        guard takes("\\"), takes("u") else { throw error("half a surrogate pair") }
        let low = try codeUnit()
        guard (0xdc00..<0xe000).contains(low) else { throw error("half a surrogate pair") }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half a surrogate pair") }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw error("an unknown escape")
    }
  }

  private mutating func codeUnit() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Hex.value(byte) else { throw error("expected four hexadecimal digits") }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
