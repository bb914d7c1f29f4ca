import Values

/// What the API server has of a list of objects.
struct LiveObjects {
  private let wanted: [KubernetesObject]
  private var live: [String: Value] = [:]
  private var unknown: KubectlFailure?

  /// - Parameter found: what the API server showed.
  init(of wanted: [KubernetesObject], _ found: [Value]) {
    self.wanted = wanted
    for object in wanted { live[object.key] = found.first(where: object.isSame) }
  }

  /// Looks for all of them by one kubectl.
  init(of wanted: [KubernetesObject], _ kubectl: Kubectl) async throws {
    let (found, unknown) = try await kubectl.find(wanted.map(\.reference))
    self.init(of: wanted, found)
    self.unknown = unknown
  }

  subscript(object: KubernetesObject) -> Value? { live[object.key] }

  /// All of them by name, as records keep them.
  var recorded: Value {
    var map: ValueMap = [:]
    for object in wanted { map[object.id] = self[object].map(ObjectContent.recorded) ?? .null }
    return .map(map)
  }

  /// Throws what to do about the first object whose kind the API server does not know.
  func requireKnownKinds() throws {
    guard let unknown else { return }
    let object = wanted.first { unknown.complaint.contains("\"\($0.kind)\" in version \"\($0.apiVersion)\"") }
    guard let object else { throw unknown.error() }
    let hint =
      object.kind == "PodSecurityPolicy"
      ? "Kubernetes has none since 1.25: label the namespace pod-security.kubernetes.io/enforce instead"
      : object.isBuiltIn
        ? "this version of Kubernetes does not have it: `kubectl api-resources` lists what there is"
        : "apply its CustomResourceDefinition first, and wait for it by kube.wait_crd"
          + (object.isNetwork ? " \"network-attachment-definitions.k8s.cni.cncf.io\"" : "")
    throw PrimitiveError(
      "\(object.label): the API server does not know the kind \(object.kind) in \(object.apiVersion)", hint: hint)
  }

  // MARK: Records

  /// Whether two records tell of the same objects.
  static func areEqual(_ a: Value, _ b: Value) -> Bool {
    guard let a = a.map, let b = b.map, a.count == b.count else { return false }
    return a.allSatisfy { id, value in
      b[id].map { isEqual(value, $0) } ?? false
    }
  }

  private static func isEqual(_ a: Value, _ b: Value) -> Bool {
    a.isNull || b.isNull ? a.isNull && b.isNull : ObjectContent.compared(a) == ObjectContent.compared(b)
  }

  /// Makes the API server have what the record `before` tells, where it still has what `now` tells.
  static func bringBack(
    _ objects: [KubernetesObject], to before: Value, from now: Value, _ kubectl: Kubectl
  ) async throws {
    let changed = objects.filter { !isEqual(before[$0.id] ?? .null, now[$0.id] ?? .null) }
    let former = changed.filter { before[$0.id]?.isNull == false }
    let present = former.filter { now[$0.id]?.isNull == false }
    let live = try await LiveObjects(of: present, kubectl)
    var (replacements, configurations): ([Value], [Value]) = ([], [])
    for object in present {
      guard let record = now[object.id], let live = live[object], isEqual(ObjectContent.recorded(live), record),
        var replacement = before[object.id]
      else {
        throw PrimitiveError("\(object.id) was changed by another hand at this moment", hint: "roll back again")
      }
      for field in ["resourceVersion", "uid"] { replacement.set("metadata", field, to: live["metadata", field]) }
      // `kubectl replace` would write a wrong one.
      if let text = replacement["metadata", "annotations", ObjectContent.lastApplied]?.string {
        if let configuration = try? Value(json: text) { configurations.append(configuration) }
        replacement.remove("metadata", "annotations", ObjectContent.lastApplied)
      }
      replacements.append(replacement)
    }
    try await kubectl.replace(replacements)
    try await kubectl.setLastApplied(configurations)
    let missing = former.filter { now[$0.id]?.isNull != false }
    try await kubectl.apply(missing.compactMap { before[$0.id] }, force: true)
    let made = changed.filter { before[$0.id]?.isNull != false }
    try await kubectl.delete(made.reversed().map(\.reference))
  }
}

extension KubernetesObject {
  /// Tells it from objects of the same kind and name in other API groups.
  fileprivate var key: String { "\(group)/\(id)" }
}
