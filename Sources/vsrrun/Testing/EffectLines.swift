import Engine
import Journal
import Values

/// What a rehearsal did, in lines for a snapshot: steps, effects, and each value that an effect changed. What would be long
/// stands there by its beginning and its digest, so that no change of it goes unseen. Nothing in them tells of a time.
struct EffectLines {
  private(set) var lines: [String] = []
  private var pending: [String] = []

  init(_ entries: [Entry]) {
    for entry in entries { add(entry) }
    if !pending.isEmpty { end("(not ended)") }
  }

  private mutating func end(_ title: String) {
    lines.append(title)
    lines += pending
    pending = []
  }

  private mutating func add(_ entry: Entry) {
    func text(_ field: String) -> String { entry[field]?.string ?? "" }
    func problem() -> String { entry["error"]?.string.map { ": \(Self.oneLine($0))" } ?? "" }
    switch entry.kind {
    case .runStarted where text("action") != "run": lines.append("-- \(text("action"))")
    case .stepFinished: end("\(text("step")): \(text("result"))\(problem())")
    case .effect:
      pending.append("  \(text("primitive")) \(Self.oneLine(text("target"))): \(text("result"))\(problem())")
      guard ["changed", "undone"].contains(text("result")) else { return }
      pending += Self.changes(entry["before"] ?? nil, entry["after"] ?? nil, path: "").map { "    \($0)" }
    case .runFinished:
      if !pending.isEmpty { end("(not ended)") }
      lines.append("-- \(text("result"))\(problem())")
      for left in entry["left"]?.array ?? [] {
        lines.append("  left: \(left["what"]?.string ?? ""): \(left["why"]?.string ?? "")")
      }
    default: break
    }
  }

  private static func oneLine(_ text: String) -> String { text.replacing("\n", with: " ") }

  // MARK: Values

  /// What primitives keep for themselves, and what differs from machine to machine and from time to time.
  private static let bookkeeping: Set = [
    "isWanted", "missingParents", "emptyParents", "loaded", "hasEntries", "changed", "started", "removed", "drivers",
    "idleDrivers", "differing", "uid", "resourceVersion", "generation", "managedFields",
  ]

  private static func changes(_ before: Value, _ after: Value, path: String) -> [String] {
    if before == after { return [] }
    let isPlain = footprint(before) == nil && footprint(after) == nil
    if isPlain, before.map != nil || (path.isEmpty && before.isNull), let new = after.map {
      let old = before.map ?? [:]
      return (old.keys + new.keys.filter { old[$0] == nil }).sorted().filter { !bookkeeping.contains($0) }.flatMap {
        changes(old[$0] ?? nil, new[$0] ?? nil, path: path.isEmpty ? $0 : "\(path).\($0)")
      }
    }
    return ["\(path.isEmpty ? "state" : path): \(short(before)) → \(short(after))"]
  }

  /// A file's footprint in few words: `file 0644 6ab3c231be05`.
  private static func footprint(_ value: Value) -> String? {
    guard let kind = value["kind"]?.string, value["apiVersion"] == nil else { return nil }
    var words = [kind]
    if let mode = value["mode"]?.integer {
      let digits = String(mode, radix: 8)
      words.append(String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
    }
    if let content = value["content"]?.string { words.append(String(content.prefix(12))) }
    if let target = value["target"]?.string { words.append("to \(target)") }
    if let user = value["owner"]?["user"]?.integer, let group = value["owner"]?["group"]?.integer, user + group > 0 {
      words.append("of \(user):\(group)")
    }
    return words.joined(separator: " ")
  }

  private static func short(_ value: Value) -> String {
    if let footprint = footprint(value) { return footprint }
    if value.isNull { return "none" }
    let text = value.luaText
    return text.count <= 80 ? text : "\(text.prefix(56))… \(Digest(Array(text.utf8)).hex.prefix(12))"
  }
}
