import OrderedCollections
import Values

/// Appends values to a text as YAML in block style. What it writes for a node always ends with a line break.
struct Writer {
  private(set) var bytes: [UInt8] = []
  private static let step = 2

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func document(_ value: Value) { node(value, indent: 0, isRoot: true) }

  /// Writes `value` at the end of a line: the beginning of a collection stands there, its further lines at `indent`.
  private mutating func node(_ value: Value, indent: Int, isRoot: Bool = false) {
    switch value {
    case .map(let map) where !map.isEmpty: entries(map, indent: indent)
    case .array(let elements) where !elements.isEmpty: items(elements, indent: indent)
    case .map: line("{}")
    case .array: line("[]")
    case .null: line("null")
    case .boolean(let value): line(value ? "true" : "false")
    case .integer(let value): line(String(value))
    case .float(let value): line(Self.number(value))
    case .bytes(let bytes): line("!!binary \"\(Base64.encode(bytes))\"")
    // It means nothing outside the program that gave it: written like its JSON, never read back as one.
    case .handle(let handle): line("{\"$handle\": \(handle.id)}")
    case .string(let string):
      if let block = LiteralBlock(string, isRoot: isRoot) {
        literal(block, indent: isRoot ? Self.step : indent)
      } else {
        line(Quoting.inline(string))
      }
    }
  }

  private mutating func entries(_ map: ValueMap, indent: Int) {
    for (index, (key, value)) in map.enumerated() {
      if index > 0 { pad(indent) }
      let name = Quoting.inline(key)
      if name.unicodeScalars.count < 1000 {
        append(name)
      } else {
        // A key without a '?' before it may have 1024 characters (YAML 1.2.2, 7.4.2).
        line("? \(name)")
        pad(indent)
      }
      append(value.isFilledCollection ? ":\n" : ": ")
      if value.isFilledCollection { pad(indent + Self.step) }
      node(value, indent: indent + Self.step)
    }
  }

  private mutating func items(_ elements: [Value], indent: Int) {
    for (index, element) in elements.enumerated() {
      if index > 0 { pad(indent) }
      append("- ")
      node(element, indent: indent + Self.step)
    }
  }

  private mutating func literal(_ block: LiteralBlock, indent: Int) {
    line("|" + (block.needsIndentation ? String(Self.step) : "") + block.chomping)
    var isAtStart = true
    for byte in block.content {
      if isAtStart, byte != .lineFeed { pad(indent) }
      bytes.append(byte)
      isAtStart = byte == .lineFeed
    }
    if !isAtStart { bytes.append(.lineFeed) }
  }

  private mutating func line(_ content: String) {
    append(content)
    bytes.append(.lineFeed)
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func pad(_ indent: Int) {
    for _ in 0..<indent { bytes.append(UInt8(ascii: " ")) }
  }

  /// YAML 1.1 knows a float by its decimal point and its signed exponent.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let digits = String(value)
    guard !digits.contains("."), let exponent = digits.firstIndex(of: "e") else { return digits }
    return digits[..<exponent] + ".0" + digits[exponent...]
  }
}

extension Value {
  fileprivate var isFilledCollection: Bool {
    switch self {
    case .map(let map): !map.isEmpty
    case .array(let elements): !elements.isEmpty
    default: false
    }
  }
}
