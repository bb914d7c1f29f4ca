import Values

extension Value {
  /// This value with another merged in: maps key by key, lists by what they do not have yet; anything else is replaced.
  ///
  /// What is here keeps its order. An empty Lua table is as much an empty list as an empty map, and changes neither.
  func merging(_ other: Value) -> Value {
    switch (self, other) {
    case (.map(var map), .map(let more)):
      for (key, value) in more { map[key] = map[key].map { $0.merging(value) } ?? value }
      return .map(map)
    case (.array(let list), .array(let more)):
      return .array(list + more.filter { !list.contains($0) })
    case (.map, .array([])), (.array, .map([:])): return self
    default: return other
    }
  }
}
