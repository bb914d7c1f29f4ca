import Values
import YAML

/// The objects of a call: Lua tables, or the documents of a manifest.
struct ObjectList {
  var objects: [KubernetesObject]

  /// - Parameters:
  ///   - primitive: whose arguments these are.
  ///   - isWhole: whether the objects are to be sent; to find them only their heads count.
  init(
    _ primitive: String, objects: [Value]?, manifest: String?, namespace: NamespaceName?, isWhole: Bool = true
  ) throws(ArgumentError) {
    let (argument, found): (String, [KubernetesObject])
    switch (objects, manifest) {
    case (let objects?, nil): (argument, found) = ("objects", Self.tables(objects))
    case (nil, let manifest?): (argument, found) = ("manifest", try Self.documents(manifest, primitive))
    default:
      throw ArgumentError(primitive, nil, "give one of objects = { … } (tables) and manifest = \"…\" (YAML)")
    }
    guard !found.isEmpty else { throw ArgumentError(primitive, argument, "expected one object at least") }
    self.objects = []
    var places: [String: String] = [:]
    for object in found {
      let object = Self.tidied(object).placed(in: namespace?.text)
      if let problem = ObjectShape.problem(object, isWhole: isWhole) { throw ArgumentError(primitive, nil, problem) }
      let identity = "\(object.group)/\(object.id)"
      if let other = places[identity] {
        throw ArgumentError(primitive, nil, "\(object.label): it stands twice, at \(other) too")
      }
      places[identity] = object.place
      self.objects.append(object)
    }
  }

  private static func tables(_ values: [Value]) -> [KubernetesObject] {
    values.enumerated().flatMap { index, value in
      items(KubernetesObject(value: value, place: "objects[\(index + 1)]"))
    }
  }

  private static func documents(_ manifest: String, _ primitive: String) throws(ArgumentError) -> [KubernetesObject] {
    do {
      return try YAML.read(Array(manifest.utf8), file: "manifest").filter { !$0.isNull }.flatMap { node in
        items(KubernetesObject(value: node.value, place: "manifest, line \(node.line)"))
      }
    } catch {
      throw ArgumentError(primitive, "manifest", "\(error)")
    }
  }

  /// Those that a List holds.
  private static func items(_ object: KubernetesObject) -> [KubernetesObject] {
    guard object.apiVersion == "v1", object.kind == "List", let items = object.value["items"]?.array else {
      return [object]
    }
    return items.enumerated().map { KubernetesObject(value: $1, place: "\(object.place), items[\($0 + 1)]") }
  }

  // MARK: Tidying

  /// Without fields that are null, which stands for nothing here; with lists where an empty Lua table cannot say that it is
  /// one; and with quantities as text, since the server-side apply of 1.20 takes no numbers for them ("expected string").
  private static func tidied(_ object: KubernetesObject) -> KubernetesObject {
    var object = object
    object.value = tidied(object.value, in: "")
    return object
  }

  /// - Parameter field: the name of the field that holds the value. A schema has fields of any name, which mean other things there.
  private static func tidied(_ value: Value, in field: String) -> Value {
    switch value {
    case _ where field == "openAPIV3Schema": return value
    case .map(let map) where map.isEmpty && listFields.contains(field): return []
    case .map(let map):
      var tidy: ValueMap = [:]
      for (key, child) in map where !child.isNull {
        tidy[key] = quantityFields.contains(field) ? quantity(child) : tidied(child, in: key)
      }
      return .map(tidy)
    case .array(let elements): return .array(elements.map { tidied($0, in: "") })
    default: return value
    }
  }

  private static func quantity(_ value: Value) -> Value {
    switch value {
    case .integer(let integer): .string(String(integer))
    case .float(let float) where float.isFinite: .string(String(float))
    default: value
    }
  }

  /// Fields whose values are quantities by name.
  private static let quantityFields: Set = ["limits", "requests", "capacity", "hard"]

  /// Fields that are lists wherever they stand.
  private static let listFields: Set = [
    "accessModes", "add", "args", "command", "containers", "drop", "env", "envFrom", "finalizers", "imagePullSecrets",
    "initContainers", "items", "matchExpressions", "ownerReferences", "ports", "resourceNames", "rules", "subjects",
    "sysctls", "tolerations", "verbs", "volumeMounts", "volumes",
  ]
}
