import OrderedCollections
import Values

/// Which fields of an object somebody owns (`fieldsV1` of metadata.managedFields).
///
/// A path has the elements that `fieldsV1` has: `f:spec`, `k:{"name":"vsr"}`, `v:"x"`. Members are scalars, empty maps,
/// atomic lists, and the elements of other lists beside what is in them.
struct FieldSet: Equatable, Sendable {
  typealias Path = [String]

  var members: Set<Path> = []

  var isEmpty: Bool { members.isEmpty }

  /// All fields of an object that managers can own.
  init(of object: Value) {
    for (key, value) in object.map ?? [:] where !Self.isUnowned([key]) {
      add(value, ["f:\(key)"], key, nil, object.kindName)
    }
  }

  init() {}

  /// What no manager owns: how an object is called, and what the server gives it.
  private static func isUnowned(_ keys: [String]) -> Bool {
    switch keys {
    case ["apiVersion"], ["kind"]: true
    default:
      keys.first == "metadata" && keys.count == 2
        && [
          "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink",
        ]
        .contains(keys[1])
    }
  }

  private mutating func add(_ value: Value, _ path: Path, _ field: String, _ parent: String?, _ kind: String) {
    switch value {
    case .map(let map) where !map.isEmpty:
      for (key, child) in map where !Self.isUnowned([field, key]) || parent != nil {
        add(child, path + ["f:\(key)"], key, field, kind)
      }
    case .array(let elements) where !elements.isEmpty:
      let list = ListKind.of(field, in: parent, kind: kind)
      guard list != .atomic else {
        members.insert(path)
        return
      }
      for element in elements {
        guard let key = list.key(element) else { continue }
        members.insert(path + [key])
        guard case .map = list else { continue }
        for (name, child) in element.map ?? [:] { add(child, path + [key, "f:\(name)"], name, field, kind) }
      }
    default: members.insert(path)
    }
  }

  // MARK: fieldsV1

  init(fields: Value) { read(fields, []) }

  private mutating func read(_ value: Value, _ path: Path) {
    let map = value.map ?? [:]
    if map.isEmpty, !path.isEmpty { members.insert(path) }
    for (key, child) in map {
      if key == "." { members.insert(path) } else { read(child, path + [key]) }
    }
  }

  var fields: Value {
    var root: Value = [:]
    for path in members.sorted(by: { $0.lexicographicallyPrecedes($1) }) { Self.insert(path[...], &root) }
    return root.canonical
  }

  private static func insert(_ path: ArraySlice<String>, _ node: inout Value) {
    var map = node.map ?? [:]
    if let key = path.first {
      var child = map[key] ?? [:]
      // A member that has children too.
      if path.count > 1, map[key]?.map?.isEmpty == true { child = [".": [:]] }
      insert(path.dropFirst(), &child)
      map[key] = child
    } else if !map.isEmpty {
      map["."] = [:]
    }
    node = .map(map)
  }

  // MARK: Fields of an object

  /// What stands at a path in an object; nil if nothing does.
  static func value(_ path: Path, in object: Value) -> Value? {
    var value = object
    var (field, parent): (String, String?) = ("", nil)
    for element in path {
      if element.hasPrefix("f:") {
        let key = String(element.dropFirst(2))
        guard let next = value[key] else { return nil }
        (value, parent, field) = (next, field.isEmpty ? nil : field, key)
      } else {
        let list = ListKind.of(field, in: parent, kind: object.kindName)
        guard let next = value.array?.first(where: { list.key($0) == element }) else { return nil }
        value = next
      }
    }
    return value
  }

  /// `.spec.template.spec.containers[name="vsr"].image`, as error texts have it.
  static func text(_ path: Path) -> String {
    path.map { element in
      let rest = element.dropFirst(2)
      if element.hasPrefix("f:") { return ".\(rest)" }
      guard element.hasPrefix("k:"), let keys = (try? Value(json: String(rest)))?.map else { return "[=\(rest)]" }
      return "[\(keys.map { "\($0.key)=\($0.value.json)" }.joined(separator: ","))]"
    }.joined()
  }
}
