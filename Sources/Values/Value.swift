public import OrderedCollections

/// A map that keeps the order in which its keys came.
public typealias ValueMap = OrderedDictionary<String, Value>

/// Plain data: what Lua scripts, YAML files, JSON records and primitives exchange.
///
/// Integers and floats stay apart, as in Lua 5.4 and YAML. A string is text; bytes that are not valid UTF-8 travel as
/// ``bytes(_:)``, so that nothing is lost and text is always text.
public enum Value: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  case bytes([UInt8])
  case array([Value])
  case map(ValueMap)
  case handle(Handle)
}

extension Value {
  /// A string if the bytes are valid UTF-8, the bytes themselves otherwise.
  public init(text bytes: some Collection<UInt8>) {
    if let text = String(validating: bytes, as: UTF8.self) {
      self = .string(text)
    } else {
      self = .bytes(Array(bytes))
    }
  }

  /// The word for this kind of value in error texts.
  public var kind: String {
    switch self {
    case .null: "nil"
    case .boolean: "boolean"
    case .integer: "integer"
    case .float: "float"
    case .string: "string"
    case .bytes: "bytes"
    case .array: "array"
    case .map: "map"
    case .handle(let handle): handle.kind
    }
  }

  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var array: [Value]? { if case .array(let value) = self { value } else { nil } }
  public var map: ValueMap? { if case .map(let value) = self { value } else { nil } }
  public var handle: Handle? { if case .handle(let value) = self { value } else { nil } }
  public var isNull: Bool { self == .null }

  /// The bytes of a string or of bytes.
  public var utf8OrBytes: [UInt8]? {
    switch self {
    case .string(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    default: nil
    }
  }

  /// The value under `key`, if this is a map that has it.
  public subscript(key: String) -> Value? { map?[key] }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .map(ValueMap(uniqueKeysWithValues: elements))
  }
}
