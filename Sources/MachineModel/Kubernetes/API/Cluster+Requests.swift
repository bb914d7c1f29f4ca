import OrderedCollections
import Values

/// What the API server does with a request, and what it answers.
extension Cluster {
  /// How an object is written.
  struct Write {
    var manager: String
    var isDryRun = false
    /// Microseconds since the epoch.
    var time: Int
  }

  func get(_ kind: ResourceKind, _ id: ObjectID) throws(RequestError) -> Value {
    guard let object = objects[id] else { throw .notFound(kind, id.name) }
    return object
  }

  mutating func create(_ object: Value, _ kind: ResourceKind, _ write: Write) throws(RequestError) -> Value {
    let id = id(object, kind)
    guard objects[id] == nil else {
      throw RequestError(reason: .alreadyExists, message: "\(kind.resource) \"\(id.name)\" already exists")
    }
    var object = object
    for key in ["uid", "resourceVersion", "managedFields", "creationTimestamp", "generation"] {
      object.put(nil, at: "metadata", key)
    }
    object = try admitted(object, kind, over: nil)
    object.managers = ServerSideApply.track(write.manager, from: .null, to: object, at: write.time)
    return keep(object, write)
  }

  mutating func apply(
    _ wanted: Value, _ kind: ResourceKind, force: Bool, _ write: Write
  ) throws(RequestError) -> Value {
    let id = id(wanted, kind)
    let live = objects[id]
    guard wanted.at("metadata", "managedFields") == nil else {
      throw RequestError(reason: .badRequest, message: "metadata.managedFields must be nil")
    }
    try check(wanted, kind, isOver: live)
    var wanted = wanted.canonical
    for key in ["uid", "resourceVersion", "creationTimestamp", "generation"] { wanted.put(nil, at: "metadata", key) }
    wanted.put(nil, at: "status")
    let apply = ServerSideApply(manager: write.manager, isForced: force, time: write.time)
    var object = try apply.apply(wanted, to: live ?? .null)
    object = try admitted(object, kind, over: live)
    if let live {
      object.put(live["status"], at: "status")
      // The time alone is no change from 1.21 on, and within the same second never.
      let isSame = object.withoutManagers.canonical == live.withoutManagers && Self.owns(object) == Self.owns(live)
      if isSame, version.minor >= 21 { return live }
    }
    return keep(object, write)
  }

  /// What managers own, whenever they took it.
  private static func owns(_ object: Value) -> [FieldManager] {
    var managers = object.managers
    for index in managers.indices { managers[index].time = 0 }
    return managers.sorted { ($0.name, $0.operation.rawValue) < ($1.name, $1.operation.rawValue) }
  }

  mutating func replace(_ object: Value, _ kind: ResourceKind, _ write: Write) throws(RequestError) -> Value {
    let id = id(object, kind)
    let wanted = object.at("metadata", "resourceVersion")
    guard let live = objects[id] else {
      guard wanted != nil else { throw .notFound(kind, id.name) }
      throw RequestError(
        reason: .conflict,
        message: "Operation cannot be fulfilled on \(kind.resource) \"\(id.name)\": StorageError: invalid object, "
          + "Code: 4, Key: /registry/\(kind.plural)/\(id.namespace.isEmpty ? "" : id.namespace + "/")\(id.name), "
          + "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: \(object.uid), "
          + "UID in object meta: ")
    }
    try check(object, kind, isOver: live)
    var object = object
    if object.at("metadata", "managedFields") == nil {
      object.put(live.at("metadata", "managedFields"), at: "metadata", "managedFields")
    }
    object.put(live["status"], at: "status")
    object = try admitted(object, kind, over: live)
    object.managers = ServerSideApply.track(write.manager, from: live, to: object, at: write.time)
    return keep(object, write)
  }

  /// A resourceVersion or uid that the client names has to be that of the object.
  private func check(_ object: Value, _ kind: ResourceKind, isOver live: Value?) throws(RequestError) {
    guard let live else { return }
    if let wanted = object.text("metadata", "resourceVersion"), wanted != live.text("metadata", "resourceVersion") {
      throw .modified(kind, live.name)
    }
    if let uid = object.text("metadata", "uid"), uid != live.uid {
      throw .immutable(kind.kind, live.name, "metadata.uid", "\"\(uid)\"")
    }
  }

  /// The object with defaults, if it may stand.
  private func admitted(_ object: Value, _ kind: ResourceKind, over live: Value?) throws(RequestError) -> Value {
    var object = object.canonical
    if kind.isNamespaced, self["Namespace", "", object.namespace] == nil {
      throw RequestError(reason: .notFound, message: "namespaces \"\(object.namespace)\" not found")
    }
    object = Defaults.fill(object, version)
    try Validation.check(object, over: live)
    return object
  }

  private mutating func keep(_ object: Value, _ write: Write) -> Value {
    guard write.isDryRun else { return store(object, at: write.time) }
    var trial = self
    var kept = trial.store(object, at: write.time)
    // A dry run of a new object has no resourceVersion.
    if objects[object.id] == nil { kept.put(nil, at: "metadata", "resourceVersion") }
    if let live = objects[object.id] {
      kept.put(live.at("metadata", "resourceVersion"), at: "metadata", "resourceVersion")
    }
    return kept
  }

  /// Takes an object away with everything that belongs to it.
  mutating func delete(_ id: ObjectID) {
    guard let object = objects[id] else { return }
    objects[id] = nil
    revision += 1
    switch id.kind {
    case "Namespace":
      for other in objects.ids where other.namespace == id.name { delete(other) }
    case "CustomResourceDefinition":
      let (group, kind) = (object.text("spec", "group"), object.text("spec", "names", "kind"))
      for other in objects.ids where other.group == group && other.kind == kind { delete(other) }
    default: break
    }
    for dependent in ["ReplicaSet", "Pod"].flatMap({ all($0) }) where dependent.controller == object.uid {
      delete(dependent.id)
    }
  }
}
