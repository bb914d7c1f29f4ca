import Values

/// Who owns which fields of a live object (`metadata.managedFields`; Kubernetes documentation, "Server-Side Apply").
struct FieldOwners {
  private let entries: [Value]

  /// - Parameter live: an object with its managedFields.
  init(_ live: Value) { entries = live["metadata", "managedFields"]?.array ?? [] }

  /// A field that another manager owns and that is to get another value.
  struct Conflict: Codable, Hashable {
    var object: String
    var field: String
    var manager: String

    /// Whether the manager is a person at kubectl, whose change is drift, and not a program that would set it again.
    var isByHand: Bool { manager == "kubectl" || manager.hasPrefix("kubectl-") || manager == "before-first-apply" }
  }

  // MARK: Conflicts

  /// The fields of others that differ between `live` and `wanted`, which is the same object as a forced apply would leave it.
  func conflicts(of id: String, live: Value, wanted: Value) -> [Conflict] {
    entries.flatMap { entry -> [Conflict] in
      guard let manager = entry["manager"]?.string, !isOurs(entry), let fields = entry["fieldsV1"] else { return [] }
      return differing(fields, live, wanted, "").map { Conflict(object: id, field: $0, manager: manager) }
    }
  }

  private func isOurs(_ entry: Value) -> Bool {
    entry["manager"]?.string == Kubectl.fieldManager && entry["operation"]?.string == "Apply"
  }

  private func differing(_ fields: Value, _ live: Value?, _ wanted: Value?, _ path: String) -> [String] {
    let children = (fields.map ?? [:]).filter { $0.key != "." && $0.key != "f:status" }
    guard !children.isEmpty else { return live == wanted || live == nil ? [] : [path] }
    return children.flatMap { key, child in
      differing(child, element(key, of: live), element(key, of: wanted), path + name(key))
    }
  }

  /// `f:NAME` is a field, `k:{KEYS}` the element of a list with these keys, `v:VALUE` one that is this value.
  private func element(_ key: String, of value: Value?) -> Value? {
    let text = String(key.dropFirst(2))
    switch key.prefix(2) {
    case "f:": return value?[text]
    case "k:":
      guard let keys = (try? Value(json: text))?.map else { return nil }
      return value?.array?.first { element in keys.allSatisfy { element[$0.key] == $0.value } }
    case "v:":
      let wanted = try? Value(json: text)
      return value?.array?.first { $0 == wanted }
    default: return nil
    }
  }

  private func name(_ key: String) -> String {
    let text = String(key.dropFirst(2))
    switch key.prefix(2) {
    case "f:": return ".\(text)"
    case "k:": return "[\((try? Value(json: text))?.map?.map { "\($0)=\($1.luaText)" }.joined(separator: ",") ?? text)]"
    default: return "[\(text)]"
    }
  }

  // MARK: Adoption

  /// The managers by which an object applied or made on the client's side is known.
  private static let clientSide: Set = [
    "kubectl-client-side-apply", "kubectl-create", "kubectl-replace", "kubectl", "before-first-apply",
  ]

  /// Those of them that own fields here.
  var adopted: [String] { entries.filter(isAdopted).compactMap { $0["manager"]?.string }.sorted() }

  private func isAdopted(_ entry: Value) -> Bool {
    entry["operation"]?.string == "Update" && entry["subresource"] == nil
      && Self.clientSide.contains(entry["manager"]?.string ?? "")
  }

  /// The managedFields with all that they own in our hands, so that a field which is not applied any more goes away.
  ///
  /// This is what client-go's `csaupgrade` does.
  var migrated: [Value] {
    let mine = entries.filter { isOurs($0) || isAdopted($0) }
    guard var entry = mine.first(where: isOurs) ?? mine.first else { return entries }
    entry.set("manager", to: .string(Kubectl.fieldManager))
    entry.set("operation", to: "Apply")
    entry.set("fieldsV1", to: mine.compactMap { $0["fieldsV1"] }.reduce([:], Self.union))
    return entries.filter { !isOurs($0) && !isAdopted($0) } + [entry]
  }

  private static func union(_ a: Value, _ b: Value) -> Value {
    guard let a = a.map, let b = b.map else { return a }
    return .map(a.merging(b, uniquingKeysWith: union))
  }
}
