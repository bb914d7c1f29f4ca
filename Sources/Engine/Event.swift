public import Values

/// What views see of a run: a record that something has ended or begun, never an intent.
public struct Event: Sendable, Hashable {
  public var run: String
  public var entry: Entry

  /// nil for an entry that is no event.
  public init?(_ entry: Entry, run: String) {
    guard entry.kind != .intent else { return nil }
    self.run = run
    self.entry = entry
  }

  /// One line of `--output jsonl`.
  public var value: Value {
    var map: ValueMap = [
      "type": .string(entry.kind.rawValue), "time": .integer(entry.time), "run": .string(run),
      "seq": .integer(entry.sequence),
    ]
    for (key, value) in entry.fields where !Self.internalFields.contains(key) { map[key] = value }
    return .map(map)
  }

  /// What only the engine reads.
  private static let internalFields: Set<String> = ["format", "lua", "files", "undo"]
}
