/// What the types of the apt primitives' arguments cannot say.
enum AptArguments {
  static func check(
    _ primitive: String, _ names: [String], lockTimeout: Int = 0, timeout: Int = 1
  ) throws(ArgumentError) {
    guard !names.isEmpty else { throw ArgumentError(primitive, "packages", "expected one package at least") }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw ArgumentError(primitive, "packages", "\(name) is named twice")
    }
    guard (0...86400).contains(lockTimeout) else {
      throw ArgumentError(primitive, "lock_timeout", "expected seconds from 0 to 86400, got \(lockTimeout)")
    }
    guard (1...86400).contains(timeout) else {
      throw ArgumentError(primitive, "timeout", "expected seconds from 1 to 86400, got \(timeout)")
    }
  }
}
