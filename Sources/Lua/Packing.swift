internal import CLuaBridge
internal import Values

/// Values as the bridge's bytes; the forms are listed in CLuaBridge.h.
struct Packer {
  private(set) var bytes: [UInt8] = []

  static func pack(_ value: Value) -> [UInt8] {
    var packer = Packer()
    packer.put(value)
    return packer.bytes
  }

  private mutating func put(_ value: Value) {
    switch value {
    case .null: put(tag: BRIDGE_NIL)
    case .boolean(let value): put(tag: value ? BRIDGE_TRUE : BRIDGE_FALSE)
    case .integer(let value):
      put(tag: BRIDGE_INTEGER)
      put(raw: Int64(value))
    case .float(let value):
      put(tag: BRIDGE_FLOAT)
      put(raw: value)
    case .string(let value):
      put(tag: BRIDGE_STRING)
      put(text: value.utf8)
    case .bytes(let value):
      put(tag: BRIDGE_STRING)
      put(text: value)
    case .array(let elements):
      put(tag: BRIDGE_ARRAY)
      put(count: elements.count)
      for element in elements { put(element) }
    case .map(let map):
      put(tag: BRIDGE_MAP)
      put(count: map.count)
      for (key, element) in map {
        put(text: key.utf8)
        put(element)
      }
    case .handle(let handle):
      put(tag: BRIDGE_HANDLE)
      put(raw: Int64(handle.id))
      put(text: handle.kind.utf8)
    }
  }

  private mutating func put(tag: some BinaryInteger) { bytes.append(UInt8(truncatingIfNeeded: tag)) }

  private mutating func put<T: BitwiseCopyable>(raw value: T) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  /// A count beyond 32 bits is cut, and the bridge then finds bytes it does not expect and says so.
  private mutating func put(count: Int) { put(raw: UInt32(clamping: count)) }

  private mutating func put(text: some Collection<UInt8>) {
    put(count: text.count)
    bytes.append(contentsOf: text)
  }
}

/// Reads values from the bridge's bytes, which hold until the bridge's next call.
struct Unpacker {
  private var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  mutating func value() -> Value {
    switch Int(raw(UInt8.self) ?? 0) {
    case Int(BRIDGE_FALSE): return .boolean(false)
    case Int(BRIDGE_TRUE): return .boolean(true)
    case Int(BRIDGE_INTEGER): return .integer(Int(raw(Int64.self) ?? 0))
    case Int(BRIDGE_FLOAT): return .float(raw(Double.self) ?? 0)
    case Int(BRIDGE_STRING): return Value(text: text())
    case Int(BRIDGE_ARRAY): return .array((0..<count()).map { _ in value() })
    case Int(BRIDGE_MAP): return .map(map())
    case Int(BRIDGE_HANDLE):
      let id = Int(raw(Int64.self) ?? 0)
      return .handle(Handle(kind: String(decoding: text(), as: UTF8.self), id: id))
    default: return .null
    }
  }

  /// A table of Lua's has no order of its own; the keys come in byte order, so that each run sees the same.
  private mutating func map() -> ValueMap {
    var entries: [(key: String, value: Value)] = []
    for _ in 0..<count() {
      let key = String(decoding: text(), as: UTF8.self)
      entries.append((key, value()))
    }
    entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return ValueMap(entries, uniquingKeysWith: { _, last in last })
  }

  private mutating func count() -> UInt32 { raw(UInt32.self) ?? 0 }

  private mutating func text() -> UnsafeRawBufferPointer {
    let length = min(Int(count()), rest.count)
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[length...]) }
    return UnsafeRawBufferPointer(rebasing: rest[..<length])
  }

  private mutating func raw<T: BitwiseCopyable>(_ type: T.Type) -> T? {
    guard rest.count >= MemoryLayout<T>.size else { return nil }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[MemoryLayout<T>.size...]) }
    return rest.loadUnaligned(as: type)
  }
}
