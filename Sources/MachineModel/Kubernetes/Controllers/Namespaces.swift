import Values

extension Machine.Step {
  /// The service account controller and the root CA publisher: what every namespace has.
  mutating func fillNamespaces() {
    for namespace in cluster.all("Namespace") {
      let name = namespace.name
      if namespace.at("status", "phase") == nil {
        cluster.change(namespace.id, at: time) { $0.put("Active", at: "status", "phase") }
      }
      for object in Self.contents(of: name) where cluster.objects[object.id] == nil {
        cluster.store(object, at: max(namespace.created, Cluster.longAgo))
      }
    }
  }

  static func contents(of namespace: String) -> [Value] {
    let metadata: (String) -> Value = { ["name": .string($0), "namespace": .string(namespace)] }
    return [
      ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata("default")],
      [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata("kube-root-ca.crt"),
        "data": ["ca.crt": .string(KubeadmFiles.certificate("ca"))],
      ],
    ]
  }

  /// What a CustomResourceDefinition defines is known a moment after it was made.
  mutating func establishDefinitions() {
    for definition in cluster.all("CustomResourceDefinition") where !definition.isTrue("Established") {
      let isOver = isOver(1, since: definition.created)
      let now = time
      cluster.change(definition.id, at: now) { definition in
        definition.setCondition("NamesAccepted", true, reason: "NoConflicts", message: "no conflicts found", at: now)
        if isOver {
          definition.setCondition(
            "Established", true, reason: "InitialNamesAccepted",
            message: "the initial names have been accepted", at: now)
        }
        definition.put(definition.at("spec", "names"), at: "status", "acceptedNames")
      }
    }
  }

  /// What belongs to something that is gone goes too.
  mutating func collectGarbage() {
    let owners = Set(["Deployment", "ReplicaSet", "DaemonSet", "Node"].flatMap { cluster.all($0) }.map(\.uid))
    for object in ["ReplicaSet", "Pod"].flatMap({ cluster.all($0) }) {
      if let owner = object.controller, !owners.contains(owner) { cluster.delete(object.id) }
    }
  }
}
