import OrderedCollections

extension Value {
  /// This value as JSON on one line, keys in their order.
  ///
  /// What JSON cannot say is written so that ``init(json:)`` reads the same value back: bytes that are no text as
  /// `{"$bytes":"<hex>"}`, and the floats that are no numbers as `{"$float":"nan"}`. A handle means nothing outside the
  /// program that gave it: it is written as `{"$handle":<id>}` and never read back as one.
  public var json: String {
    var writer = JSONWriter()
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// Appends values to a buffer as JSON.
struct JSONWriter {
  var bytes: [UInt8] = []

  mutating func write(_ value: Value) {
    switch value {
    case .null: write("null")
    case .boolean(let value): write(value ? "true" : "false")
    case .integer(let value): write(String(value))
    case .float(let value) where value.isFinite: write(String(value))
    case .float(let value): write(#"{"$float":""#); write(String(value)); write(#""}"#)
    case .string(let value): writeQuoted(value)
    case .bytes(let value): write(#"{"$bytes":""#); write(Hex.encode(value)); write(#""}"#)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        write(element)
      }
      bytes.append(UInt8(ascii: "]"))
    case .map(let map):
      bytes.append(UInt8(ascii: "{"))
      for (index, (key, element)) in map.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        writeQuoted(key)
        bytes.append(UInt8(ascii: ":"))
        write(element)
      }
      bytes.append(UInt8(ascii: "}"))
    case .handle(let handle): write(#"{"$handle":"#); write(String(handle.id)); write("}")
    }
  }

  private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func writeQuoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "\\"): write("\\\\")
      case UInt8(ascii: "\n"): write("\\n")
      case UInt8(ascii: "\r"): write("\\r")
      case UInt8(ascii: "\t"): write("\\t")
      case 0..<0x20, 0x7f: write("\\u00"); write(Hex.encode([byte]))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
