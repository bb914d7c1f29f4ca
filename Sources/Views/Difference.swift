import Values

/// The difference between two states in few words: the fields that differ, as `count 0 → 16`.
enum Difference {
  static func of(_ before: Value, _ after: Value) -> String? {
    let fields = differing(before, after, path: [])
    guard !fields.isEmpty else { return nil }
    return fields.prefix(3).joined(separator: ", ") + (fields.count > 3 ? ", …" : "")
  }

  private static let bookkeeping: Set = [
    "isWanted", "missingParents", "emptyParents", "loaded", "mode", "owner", "hasEntries", "changed", "started",
    "removed",
    "drivers", "idleDrivers", "hasGroupDevice",
  ]

  private static func differing(_ before: Value, _ after: Value, path: [String]) -> [String] {
    if let old = before.map, let new = after.map {
      let keys = old.keys + new.keys.filter { old[$0] == nil }
      return keys.flatMap { key -> [String] in
        // What tells nothing to a person: bookkeeping of the primitive itself.
        if bookkeeping.contains(key) {
          return []
        }
        return differing(old[key] ?? nil, new[key] ?? nil, path: path + [key])
      }
    }
    guard before != after else { return [] }
    let name = path.last ?? ""
    if name == "content" { return [before.isNull ? "written" : after.isNull ? "removed" : "content changed"] }
    return ["\(name) \(short(before)) → \(short(after))"]
  }

  private static func short(_ value: Value) -> String {
    switch value {
    case .null: "none"
    case .string(let text): text.count > 40 ? text.prefix(37) + "…" : text
    case .array(let values): "\(values.count)"
    case .map: "{…}"
    default: value.luaText
    }
  }
}
