public import Values

/// What was read from a YAML file, with its place.
///
/// Aliases are already replaced by what they stand for, which keeps the place where it is written, and merge keys by
/// the entries that they bring.
public struct YAMLNode: Sendable {
  public enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    /// The entries in the order of the file; no two have the same name.
    case mapping([Entry])
  }

  /// One entry of a mapping.
  public struct Entry: Sendable {
    /// Always a scalar.
    public let key: YAMLNode
    public let value: YAMLNode

    /// The key as text.
    public var name: String { key.text ?? "" }
  }

  public let content: Content
  public let place: YAMLPlace

  /// How many nodes this is, itself and those beneath, aliases counted as often as they stand.
  let size: Int
  /// How many levels this has: 1 for a scalar.
  let height: Int

  init(_ content: Content, at place: YAMLPlace) {
    self.content = content
    self.place = place
    let children: [YAMLNode] =
      switch content {
      case .scalar: []
      case .sequence(let elements): elements
      case .mapping(let entries): entries.map(\.value)
      }
    size = children.reduce(1) { $0 + $1.size }
    height = 1 + (children.lazy.map(\.height).max() ?? 0)
  }
}

/// A scalar: what it means, and how it is written.
public struct YAMLScalar: Sendable, Hashable {
  public enum Style: Sendable, Hashable {
    case plain
    /// In quotation marks, or a block scalar: text, whatever it looks like.
    case quoted
  }

  /// Null, a boolean, an integer, a float, a string or bytes.
  public let value: Value
  /// What is written, escapes and folding resolved: `0644` where ``value`` is 420. A key is known by this text.
  public let text: String
  public let style: Style
}

extension YAMLNode {
  public var line: Int { place.line }
  public var column: Int { place.column }

  /// The plain value of this node and all beneath it.
  public var value: Value {
    switch content {
    case .scalar(let scalar): return scalar.value
    case .sequence(let elements): return .array(elements.map(\.value))
    case .mapping(let entries):
      var map = ValueMap(minimumCapacity: entries.count)
      for entry in entries { map[entry.name] = entry.value.value }
      return .map(map)
    }
  }

  /// The word for what this is in error texts.
  public var kind: String {
    switch content {
    case .scalar(let scalar): scalar.value.isNull ? "null" : scalar.value.kind
    case .sequence: "sequence"
    case .mapping: "mapping"
    }
  }

  public var scalar: YAMLScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
  /// What is written, if this is a scalar.
  public var text: String? { scalar?.text }
  public var elements: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }
  public var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }
  public var isNull: Bool { scalar?.value.isNull ?? false }

  /// A mapping with the entries of this one, and those of `other` whose names it does not have.
  public func over(_ other: YAMLNode) -> YAMLNode {
    guard let entries, let others = other.entries else { return self }
    return YAMLNode(.mapping(others.filter { self[$0.name] == nil } + entries), at: place)
  }

  /// The value under the key `name`, if this is a mapping that has it.
  public subscript(name: String) -> YAMLNode? { entries?.first { $0.name == name }?.value }
}
