extension Value {
  /// Reads a type out of this plain data. An optional part that is absent or null is nil.
  public func decode<T: Decodable>(as type: T.Type = T.self) throws -> T {
    try ValueDecoder(value: self, codingPath: []).decode(type)
  }
}

private struct ValueDecoder: Decoder {
  let value: Value
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let decoded: Any? =
      switch type {
      case is Value.Type: value
      case is Bool.Type: value.boolean
      case is String.Type: value.string
      case is Double.Type: number
      case let type as any FixedWidthInteger.Type: value.integer.flatMap { exact($0, as: type) }
      default: try T(from: self)
      }
    guard let result = decoded as? T else { throw mismatch(type) }
    return result
  }

  private var number: Double? {
    switch value {
    case .float(let float): float
    case .integer(let integer): Double(integer)
    default: nil
    }
  }

  private func exact<I: FixedWidthInteger>(_ integer: Int, as type: I.Type) -> Any? { I(exactly: integer) }

  func mismatch(_ type: Any.Type) -> DecodingError {
    let place = codingPath.map(\.stringValue).joined(separator: ".")
    return .typeMismatch(
      type, .init(codingPath: codingPath, debugDescription: "\(place): expected \(type), got \(value.kind)"))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let map = value.map else { throw mismatch(ValueMap.self) }
    return KeyedDecodingContainer(KeyedValues(map: map, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    if let array = value.array { return UnkeyedValues(array: array, codingPath: codingPath) }
    // An empty Lua table says nothing of what it would have held.
    guard value.map?.isEmpty == true else { throw mismatch([Value].self) }
    return UnkeyedValues(array: [], codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    SingleValue(decoder: self, codingPath: codingPath)
  }
}

private struct KeyedValues<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let map: ValueMap
  let codingPath: [any CodingKey]
  var allKeys: [Key] { map.keys.compactMap(Key.init(stringValue:)) }

  func contains(_ key: Key) -> Bool { map[key.stringValue] != nil }
  func decodeNil(forKey key: Key) -> Bool { map[key.stringValue].map(\.isNull) ?? true }

  private func decoder(_ key: any CodingKey) throws -> ValueDecoder {
    guard let value = map[key.stringValue] else {
      let place = (codingPath + [key]).map(\.stringValue).joined(separator: ".")
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "\(place) is missing"))
    }
    return ValueDecoder(value: value, codingPath: codingPath + [key])
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder(key).decode(type) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
    -> KeyedDecodingContainer<Nested>
  { try decoder(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }

  func superDecoder() -> any Decoder { ValueDecoder(value: .map(map), codingPath: codingPath) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

private struct UnkeyedValues: UnkeyedDecodingContainer {
  let array: [Value]
  let codingPath: [any CodingKey]
  var currentIndex = 0

  init(array: [Value], codingPath: [any CodingKey]) {
    self.array = array
    self.codingPath = codingPath
  }

  var count: Int? { array.count }
  var isAtEnd: Bool { currentIndex >= array.count }

  private mutating func next() throws -> ValueDecoder {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        Value.self, .init(codingPath: codingPath, debugDescription: "the array has only \(array.count) elements"))
    }
    defer { currentIndex += 1 }
    return ValueDecoder(value: array[currentIndex], codingPath: codingPath)
  }

  mutating func decodeNil() -> Bool {
    guard !isAtEnd, array[currentIndex].isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
  mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct SingleValue: SingleValueDecodingContainer {
  let decoder: ValueDecoder
  let codingPath: [any CodingKey]

  func decodeNil() -> Bool { decoder.value.isNull }

  func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
}
