import Values

extension Value {
  /// The value under a path of keys.
  subscript(first: String, second: String, rest: String...) -> Value? {
    rest.reduce(self[first]?[second]) { $0?[$1] }
  }

  /// Puts a value under a path of keys, making the maps on the way; nil takes the last key away.
  mutating func set(_ path: String..., to value: Value?) { set(path[...], value) }

  private mutating func set(_ path: ArraySlice<String>, _ value: Value?) {
    guard let key = path.first else { return }
    var map = self.map ?? [:]
    if path.count > 1 {
      var child = map[key] ?? [:]
      child.set(path.dropFirst(), value)
      map[key] = child
    } else {
      map[key] = value
    }
    self = .map(map)
  }

  /// Takes a key away at the end of a path, where there is such a path.
  mutating func remove(_ path: String...) { remove(path[...]) }

  private mutating func remove(_ path: ArraySlice<String>) {
    guard let key = path.first, var map, var child = map[key] else { return }
    if path.count > 1 {
      child.remove(path.dropFirst())
      map[key] = child
    } else {
      map[key] = nil
    }
    self = .map(map)
  }
}
