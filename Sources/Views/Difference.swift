import Values

/// The difference between two states in few words: the fields that differ, as `count 0 → 16`.
enum Difference {
  static func of(_ before: Value, _ after: Value) -> String? {
    // What a part says, and the whole that it is part of, is said once.
    var fields: [String] = []
    for field in differing(before, after, path: []) where !fields.contains(field) { fields.append(field) }
    guard !fields.isEmpty else { return nil }
    return fields.prefix(3).joined(separator: ", ") + (fields.count > 3 ? ", …" : "")
  }

  private static let bookkeeping: Set = [
    "isWanted", "missingParents", "emptyParents", "loaded", "mode", "owner", "hasEntries", "changed", "started",
    "removed",
    "drivers", "idleDrivers", "hasGroupDevice", "differing", "uid", "resourceVersion", "generation", "managedFields",
  ]

  private static func differing(_ before: Value, _ after: Value, path: [String]) -> [String] {
    if let old = before.map, let new = after.map {
      let keys = old.keys + new.keys.filter { old[$0] == nil }
      return keys.flatMap { key -> [String] in
        // What tells nothing to a person: bookkeeping of the primitive itself.
        if bookkeeping.contains(key) {
          return []
        }
        let (was, becomes) = (old[key] ?? nil, new[key] ?? nil)
        if key == "objects", let was = was.map, let becomes = becomes.map { return objects(was, becomes) }
        return differing(was, becomes, path: path + [key])
      }
    }
    guard before != after else { return [] }
    if let old = before.array, let new = after.array {
      if old.count == new.count, old.allSatisfy({ $0.map != nil }) {
        return zip(old, new).flatMap { differing($0, $1, path: path) }
      }
      if let words = words(old, new) { return ["\(path.last ?? "") \(words)"] }
    }
    let name = path.last ?? ""
    if name == "content" { return [before.isNull ? "written" : after.isNull ? "removed" : "content changed"] }
    return ["\(name) \(short(before)) → \(short(after))"]
  }

  /// Of objects by name: which were made or removed, and the fields of the others. Their names stand in the effect's target
  /// already where the same became of all of them.
  private static func objects(_ old: ValueMap, _ new: ValueMap) -> [String] {
    let names = old.keys + new.keys.filter { old[$0] == nil }
    let made = names.filter { (old[$0] ?? nil).isNull && !(new[$0] ?? nil).isNull }
    let removed = names.filter { !(old[$0] ?? nil).isNull && (new[$0] ?? nil).isNull }
    if !names.isEmpty, made.count == names.count { return ["made"] }
    if !names.isEmpty, removed.count == names.count { return ["removed"] }
    return names.flatMap { name -> [String] in
      if made.contains(name) { return ["\(name) made"] }
      if removed.contains(name) { return ["\(name) removed"] }
      return differing(old[name] ?? nil, new[name] ?? nil, path: [])
    }
  }

  /// What went from a list of words, and what came into it.
  private static func words(_ old: [Value], _ new: [Value]) -> String? {
    let (old, new) = (old.compactMap(\.string), new.compactMap(\.string))
    let (gone, come) = (old.filter { !new.contains($0) }, new.filter { !old.contains($0) })
    guard !gone.isEmpty || !come.isEmpty, gone.count + come.count <= 4 else { return nil }
    func line(_ words: [String]) -> String { words.map { short(.string($0)) }.joined(separator: " ") }
    if gone.isEmpty { return "+ \(line(come))" }
    if come.isEmpty { return "- \(line(gone))" }
    return "\(line(gone)) → \(line(come))"
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
