extension Value {
  /// The plain data that `encodable` encodes to. Optional parts that are nil are left out; what has no order of its own, which
  /// is another one in each process, is sorted.
  public init(encoding encodable: some Encodable) throws {
    let slot = Slot()
    try slot.fill(with: encodable, path: [])
    self = slot.value
  }
}

/// The place of one value in the tree that is being encoded; containers fill it piece by piece.
private final class Slot {
  private enum Content {
    case value(Value)
    case array([Slot])
    case map([(key: String, slot: Slot)])
  }

  private var content: Content = .value(.null)

  var value: Value {
    switch content {
    case .value(let value): value
    case .array(let slots): .array(slots.map(\.value))
    case .map(let entries): .map(ValueMap(entries.map { ($0.key, $0.slot.value) }, uniquingKeysWith: { $1 }))
    }
  }

  var count: Int { if case .array(let slots) = content { slots.count } else { 0 } }

  func becomeArray() { if case .array = content {} else { content = .array([]) } }
  func becomeMap() { if case .map = content {} else { content = .map([]) } }
  func set(_ value: Value) { content = .value(value) }

  func append() -> Slot {
    let slot = Slot()
    if case .array(let slots) = content { content = .array(slots + [slot]) }
    return slot
  }

  func slot(for key: String) -> Slot {
    let slot = Slot()
    if case .map(let entries) = content { content = .map(entries + [(key, slot)]) }
    return slot
  }

  func fill(with encodable: some Encodable, path: [any CodingKey]) throws {
    switch encodable {
    case let value as Value: set(value)
    case let value as Bool: set(.boolean(value))
    case let value as String: set(.string(value))
    case let value as Double: set(.float(value))
    case let value as Float: set(.float(Double(value)))
    case let value as any BinaryInteger:
      guard let integer = Int(exactly: value) else {
        let context = EncodingError.Context(codingPath: path, debugDescription: "\(value) is no 64-bit integer")
        throw EncodingError.invalidValue(encodable, context)
      }
      set(.integer(integer))
    default:
      try encodable.encode(to: SlotEncoder(slot: self, codingPath: path))
      if encodable is any Unordered { sort() }
    }
  }

  private func sort() {
    switch content {
    case .value: break
    case .array(let slots): content = .array(slots.sorted { $0.value.json < $1.value.json })
    case .map(let entries): content = .map(entries.sorted { $0.key < $1.key })
    }
  }
}

private protocol Unordered {}
extension Dictionary: Unordered {}
extension Set: Unordered {}

private struct SlotEncoder: Encoder {
  let slot: Slot
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    slot.becomeMap()
    return KeyedEncodingContainer(KeyedSlots(slot: slot, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    slot.becomeArray()
    return UnkeyedSlots(slot: slot, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleSlot(slot: slot, codingPath: codingPath) }
}

private struct KeyedSlots<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let slot: Slot
  let codingPath: [any CodingKey]

  private func encoder(_ key: any CodingKey) -> SlotEncoder {
    SlotEncoder(slot: slot.slot(for: key.stringValue), codingPath: codingPath + [key])
  }

  func encodeNil(forKey key: Key) { slot.slot(for: key.stringValue).set(.null) }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    try slot.slot(for: key.stringValue).fill(with: value, path: codingPath + [key])
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested>
  {
    encoder(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
  func superEncoder() -> any Encoder { SlotEncoder(slot: slot.slot(for: "super"), codingPath: codingPath) }
  func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
}

private struct UnkeyedSlots: UnkeyedEncodingContainer {
  let slot: Slot
  let codingPath: [any CodingKey]
  var count: Int { slot.count }

  private func encoder() -> SlotEncoder { SlotEncoder(slot: slot.append(), codingPath: codingPath) }

  func encodeNil() { slot.append().set(.null) }
  func encode(_ value: some Encodable) throws { try slot.append().fill(with: value, path: codingPath) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    encoder().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }
  func superEncoder() -> any Encoder { encoder() }
}

private struct SingleSlot: SingleValueEncodingContainer {
  let slot: Slot
  let codingPath: [any CodingKey]

  func encodeNil() { slot.set(.null) }
  func encode(_ value: some Encodable) throws { try slot.fill(with: value, path: codingPath) }
}
