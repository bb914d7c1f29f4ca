/// The primitives that a runbook can call, by name.
public struct Registry {
  private var types: [String: any Primitive.Type] = [:]

  /// - Parameter types: of two with the same name the later one counts, so that an embedding program can replace one.
  public init(_ types: [any Primitive.Type]) {
    for type in types { self.types[type.name] = type }
  }

  /// All that the product ships.
  public static var standard: Registry { Registry(standardPrimitives) }

  public subscript(name: String) -> (any Primitive.Type)? { types[name] }

  /// Sorted by name.
  public var all: [any Primitive.Type] { types.values.sorted { $0.name < $1.name } }

  public var names: [String] { types.keys.sorted() }

  /// The first parts of the names, sorted.
  public var namespaces: [String] { Set(all.map { $0.namespace }).sorted() }

  /// The same, and `more`.
  public func adding(_ more: [any Primitive.Type]) -> Registry { Registry(all + more) }
}
