import OrderedCollections
import Values

/// Server-side apply (sigs.k8s.io/structured-merge-diff): fields that an applier names become its own; those that it
/// named before and names no more go, unless somebody else owns them.
struct ServerSideApply {
  var manager: String
  var isForced: Bool
  /// Microseconds since the epoch.
  var time: Int

  /// What an object is after `wanted` was applied over it.
  func apply(_ wanted: Value, to live: Value) throws(RequestError) -> Value {
    let owned = FieldSet(of: wanted)
    var managers = live.managers
    if managers.isEmpty, !live.isNull {
      // What was made before anybody kept account.
      managers = [
        FieldManager(
          name: "before-first-apply", operation: .update, apiVersion: live.apiVersion, time: live.created,
          owns: FieldSet(of: live))
      ]
    }
    let own = managers.firstIndex { $0.name == manager && $0.operation == .apply }
    let former = own.map { managers.remove(at: $0).owns } ?? FieldSet()
    try resolveConflicts(wanted, live, owned, &managers)

    var object = Self.merge(live, wanted, kind: wanted.kindName)
    let others = managers.reduce(into: Set<FieldSet.Path>()) { $0.formUnion($1.owns.members) }
    let dropped = former.members.subtracting(owned.members).filter { path in
      !others.contains { $0.starts(with: path) } && !owned.members.contains { $0.starts(with: path) }
    }
    object = Self.without(Set(dropped), object)
    managers.append(
      FieldManager(name: manager, operation: .apply, apiVersion: wanted.apiVersion, time: time, owns: owned))
    object.managers = managers
    return object
  }

  /// Fields with another value that somebody else owns: taken over if forced.
  private func resolveConflicts(
    _ wanted: Value, _ live: Value, _ owned: FieldSet, _ managers: inout [FieldManager]
  ) throws(RequestError) {
    var conflicts: [(manager: FieldManager, path: FieldSet.Path)] = []
    for index in managers.indices {
      let common = owned.members.intersection(managers[index].owns.members)
      for path in common.sorted(by: { FieldSet.text($0) < FieldSet.text($1) }) {
        let (mine, theirs) = (FieldSet.value(path, in: wanted), FieldSet.value(path, in: live))
        guard mine != theirs, !Self.isElement(path, mine) else { continue }
        if isForced { managers[index].owns.members.remove(path) } else { conflicts.append((managers[index], path)) }
      }
    }
    guard !conflicts.isEmpty else { return }
    throw RequestError(reason: .applyConflict, message: Self.message(conflicts))
  }

  /// The element of an associative list: what is in it is compared field by field.
  private static func isElement(_ path: FieldSet.Path, _ value: Value?) -> Bool {
    path.last?.hasPrefix("k:") == true && value?.map != nil
  }

  private static func message(_ conflicts: [(manager: FieldManager, path: FieldSet.Path)]) -> String {
    func shown(_ manager: FieldManager) -> String {
      manager.operation == .update ? "\"\(manager.name)\" using \(manager.apiVersion)" : "\"\(manager.name)\""
    }
    if conflicts.count == 1 {
      return "Apply failed with 1 conflict: conflict with \(shown(conflicts[0].manager)): "
        + FieldSet.text(conflicts[0].path)
    }
    var parts: [String] = []
    for name in Set(conflicts.map { shown($0.manager) }).sorted() {
      let paths = conflicts.filter { shown($0.manager) == name }.map { "- \(FieldSet.text($0.path))" }
      parts.append("conflicts with \(name):\n" + paths.joined(separator: "\n"))
    }
    return "Apply failed with \(conflicts.count) conflicts: " + parts.joined(separator: "\n")
  }

  // MARK: Merging

  static func merge(_ live: Value, _ wanted: Value, kind: String) -> Value {
    guard case .map = live else { return wanted }
    return merge(live, wanted, field: "", parent: nil, kind: kind)
  }

  private static func merge(
    _ live: Value, _ wanted: Value, field: String, parent: String?, kind: String
  ) -> Value {
    switch (live, wanted) {
    case (.map(var map), .map(let new)):
      for (key, value) in new {
        let old = map[key]
        map[key] =
          old.map { merge($0, value, field: key, parent: field.isEmpty ? nil : field, kind: kind) } ?? value
      }
      return Value.map(map)
    case (.array(var elements), .array(let new)):
      let list = ListKind.of(field, in: parent, kind: kind)
      guard list != .atomic else { return wanted }
      for element in new {
        if let index = elements.firstIndex(where: { list.key($0) == list.key(element) }) {
          elements[index] = merge(elements[index], element, field: field, parent: parent, kind: kind)
        } else {
          elements.append(element)
        }
      }
      return .array(elements)
    default: return wanted
    }
  }

  /// `object` without some of its fields; what is empty then goes too.
  static func without(_ paths: Set<FieldSet.Path>, _ object: Value) -> Value {
    var left = object
    for path in paths.sorted(by: { $0.count > $1.count }) {
      left = remove(path[...], from: left, field: "", parent: nil, kind: object.kindName) ?? left
    }
    return left
  }

  /// `value` without what stands at a path; nil if nothing is left of it.
  private static func remove(
    _ path: ArraySlice<String>, from value: Value, field: String, parent: String?, kind: String
  ) -> Value? {
    guard let element = path.first else { return nil }
    if element.hasPrefix("f:"), case .map(var map) = value {
      let key = String(element.dropFirst(2))
      guard let child = map[key] else { return value }
      let left = remove(path.dropFirst(), from: child, field: key, parent: field.isEmpty ? nil : field, kind: kind)
      map[key] = left
      return map.isEmpty ? nil : .map(map)
    }
    guard case .array(var elements) = value else { return value }
    let list = ListKind.of(field, in: parent, kind: kind)
    guard let index = elements.firstIndex(where: { list.key($0) == element }) else { return value }
    if let left = remove(path.dropFirst(), from: elements[index], field: field, parent: parent, kind: kind) {
      elements[index] = left
    } else {
      elements.remove(at: index)
    }
    return elements.isEmpty ? nil : .array(elements)
  }

  // MARK: Other writers

  /// Notes that `manager` made the differences between two states of an object by another way than apply.
  static func track(_ manager: String, from old: Value, to new: Value, at time: Int) -> [FieldManager] {
    let (before, after) = (FieldSet(of: old), FieldSet(of: new))
    let changed = after.members.filter { path in
      let value = FieldSet.value(path, in: new)
      return FieldSet.value(path, in: old) != value && !(isElement(path, value) && before.members.contains(path))
    }
    var managers = new.managers
    for index in managers.indices {
      managers[index].owns.members = managers[index].owns.members.filter {
        FieldSet.value($0, in: new) != nil && !(changed.contains($0))
      }
    }
    if !changed.isEmpty {
      let index = managers.firstIndex { $0.name == manager && $0.operation == .update }
      let former = index.map { managers.remove(at: $0).owns.members } ?? []
      var owns = FieldSet()
      owns.members = former.union(changed)
      managers.append(
        FieldManager(name: manager, operation: .update, apiVersion: new.apiVersion, time: time, owns: owns))
    }
    return managers
  }
}
