import Values

/// The objects of a cluster, by kind: a look at one kind does not go through all others.
struct ObjectTable: Equatable, Sendable {
  private var kinds: [String: [ObjectID: Value]] = [:]

  subscript(id: ObjectID) -> Value? {
    get { kinds[id.kind]?[id] }
    set {
      kinds[id.kind, default: [:]][id] = newValue
      if kinds[id.kind]?.isEmpty == true { kinds[id.kind] = nil }
    }
  }

  /// Those of a kind, in the order of their names.
  func all(_ kind: String, in namespace: String? = nil) -> [Value] {
    guard let objects = kinds[kind] else { return [] }
    return objects.keys.filter { namespace == nil || $0.namespace == namespace }.sorted().compactMap { objects[$0] }
  }

  /// All of them, sorted.
  var ids: [ObjectID] { kinds.values.flatMap(\.keys).sorted() }

  /// All of them, in no order.
  var unordered: some Sequence<(key: ObjectID, value: Value)> { kinds.values.lazy.joined() }
}
