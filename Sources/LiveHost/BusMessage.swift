import CSystemd
import Glibc
import Host
import OrderedCollections
import Values

/// A D-Bus message: arguments are appended to it, or its values are read one after the other.
final class BusMessage {
  let raw: OpaquePointer

  init(adopting raw: OpaquePointer) { self.raw = raw }

  deinit { sd_bus_message_unref(raw) }

  // MARK: Writing

  func append(_ text: String) throws(HostError) {
    try check(sd_bus_message_append_basic(raw, Self.string, text))
  }

  func append(_ truth: Bool) throws(HostError) {
    var number: Int32 = truth ? 1 : 0
    try check(sd_bus_message_append_basic(raw, Self.boolean, &number))
  }

  func append(_ texts: [String]) throws(HostError) {
    try check(sd_bus_message_open_container(raw, Self.array, "s"))
    for text in texts { try append(text) }
    try check(sd_bus_message_close_container(raw))
  }

  // MARK: Reading

  /// Whether this is the signal of that name of systemd's manager.
  func isManagerSignal(_ name: String) -> Bool {
    sd_bus_message_is_signal(raw, "org.freedesktop.systemd1.Manager", name) > 0
  }

  /// The next value; nil at the end of the message, or of the container that was entered.
  ///
  /// A structure is an array; an array of bytes, bytes; a dictionary, a map, if its keys are text. The largest unsigned
  /// 64-bit number, by which systemd says that there is no limit, is the string `infinity`.
  func value() throws(HostError) -> Value? {
    var type: CChar = 0
    var contents: UnsafePointer<CChar>?
    guard try check(sd_bus_message_peek_type(raw, &type, &contents)) > 0 else { return nil }
    switch type {
    case Self.variant: return try inside(type, contents) { () throws(HostError) in try value() ?? .null }
    case Self.structure, Self.entry: return .array(try inside(type, contents, values))
    case Self.array: return try arrayValue(contents.map { String(cString: $0) } ?? "", contents)
    default: return try basicValue(type)
    }
  }

  /// Reads a dictionary from text to variants, as `GetAll` answers it, and keeps those of the wanted names.
  func properties(_ wanted: Set<String>) throws(HostError) -> ValueMap {
    var found: ValueMap = [:]
    try check(sd_bus_message_enter_container(raw, Self.array, "{sv}"))
    while try check(sd_bus_message_enter_container(raw, Self.entry, "sv")) > 0 {
      guard let name = try value()?.string else { throw Self.unreadable(EBADMSG) }
      if wanted.contains(name) {
        found[name] = try value()
      } else {
        try check(sd_bus_message_skip(raw, "v"))
      }
      try check(sd_bus_message_exit_container(raw))
    }
    try check(sd_bus_message_exit_container(raw))
    return found
  }

  private func values() throws(HostError) -> [Value] {
    var values: [Value] = []
    while let value = try value() { values.append(value) }
    return values
  }

  private func arrayValue(_ element: String, _ contents: UnsafePointer<CChar>?) throws(HostError) -> Value {
    if element == "y" {
      var start: UnsafeRawPointer?
      var count = 0
      try check(sd_bus_message_read_array(raw, CChar(bitPattern: UInt8(ascii: "y")), &start, &count))
      return .bytes(Array(UnsafeRawBufferPointer(start: start, count: count)))
    }
    let elements = try inside(Self.array, contents, values)
    guard element.hasPrefix("{s") || element.hasPrefix("{o") else { return .array(elements) }
    var map: ValueMap = [:]
    for entry in elements {
      if let pair = entry.array, pair.count == 2, let key = pair[0].string { map[key] = pair[1] }
    }
    return .map(map)
  }

  private func inside<Result>(
    _ type: CChar, _ contents: UnsafePointer<CChar>?, _ body: () throws(HostError) -> Result
  ) throws(HostError) -> Result {
    try check(sd_bus_message_enter_container(raw, type, contents))
    let result = try body()
    try check(sd_bus_message_exit_container(raw))
    return result
  }

  private func basicValue(_ type: CChar) throws(HostError) -> Value {
    switch UInt8(bitPattern: type) {
    case UInt8(ascii: "s"), UInt8(ascii: "o"), UInt8(ascii: "g"):
      let text: UnsafePointer<CChar>? = try basic(type, nil)
      return .string(text.map { String(cString: $0) } ?? "")
    case UInt8(ascii: "b"): return .boolean(try basic(type, Int32(0)) != 0)
    case UInt8(ascii: "y"): return .integer(Int(try basic(type, UInt8(0))))
    case UInt8(ascii: "n"): return .integer(Int(try basic(type, Int16(0))))
    case UInt8(ascii: "q"): return .integer(Int(try basic(type, UInt16(0))))
    case UInt8(ascii: "i"), UInt8(ascii: "h"): return .integer(Int(try basic(type, Int32(0))))
    case UInt8(ascii: "u"): return .integer(Int(try basic(type, UInt32(0))))
    case UInt8(ascii: "x"): return .integer(Int(try basic(type, Int64(0))))
    case UInt8(ascii: "t"):
      let number: UInt64 = try basic(type, 0)
      return Int(exactly: number).map(Value.integer) ?? .string(number == .max ? "infinity" : String(number))
    case UInt8(ascii: "d"): return .float(try basic(type, 0.0))
    default: throw Self.unreadable(EBADMSG)
    }
  }

  private func basic<Basic: BitwiseCopyable>(_ type: CChar, _ initial: Basic) throws(HostError) -> Basic {
    var basic = initial
    try check(withUnsafeMutablePointer(to: &basic) { sd_bus_message_read_basic(raw, type, $0) })
    return basic
  }

  private static let string = CChar(bitPattern: UInt8(ascii: "s"))
  private static let boolean = CChar(bitPattern: UInt8(ascii: "b"))
  private static let array = CChar(bitPattern: UInt8(ascii: "a"))
  private static let variant = CChar(bitPattern: UInt8(ascii: "v"))
  private static let structure = CChar(bitPattern: UInt8(ascii: "r"))
  private static let entry = CChar(bitPattern: UInt8(ascii: "e"))

  @discardableResult
  private func check(_ result: Int32) throws(HostError) -> Int32 {
    guard result >= 0 else { throw Self.unreadable(-result) }
    return result
  }

  private static func unreadable(_ code: Int32) -> HostError {
    HostError("exchange messages with", "systemd", .system(SystemError(rawValue: code)))
  }
}
