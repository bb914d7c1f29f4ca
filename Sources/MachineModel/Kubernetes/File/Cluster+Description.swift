import OrderedCollections
import Values

/// The form in which objects stand in a machine file: as they were applied, less what the API server adds.
extension Cluster {
  /// What `kubeadm init` of this version makes, before anybody adds something.
  var ordinary: Cluster {
    var cluster = Cluster(version: version, node: node)
    (cluster.podNetwork, cluster.images, cluster.criSocket) = (podNetwork, images, criSocket)
    var node = KubeadmObjects.node(cluster)
    KubeadmObjects.mark(&node, version)
    let kubelet = KubeadmFiles.kubelet(cluster, nil).last?.text ?? ""
    let objects =
      KubeadmObjects.builtin() + [node] + KubeadmObjects.configuration(cluster, kubelet) + KubeadmObjects.bootstrap()
      + KubeadmObjects.addons(cluster)
    for object in objects { cluster.describe(object) }
    cluster.due = Cluster.longAgo
    return cluster
  }

  /// Takes in an object of a description.
  mutating func describe(_ written: Value) {
    let object = expanded(written)
    objects[object.id] = object
  }

  /// An object of a description with all that the API server gives it.
  func expanded(_ written: Value) -> Value {
    let applied = written.canonical
    var object = Defaults.fill(applied, version)
    let entries = applied.elements("metadata", "managedFields")
    if entries.contains(where: { $0["fieldsV1"] == nil }) {
      // Who is named without fields owns all that is written.
      var bare = applied
      bare.put(nil, at: "metadata", "managedFields")
      object.managers = entries.compactMap { entry in
        guard let name = entry.text("manager") else { return nil }
        return FieldManager(
          name: name, operation: entry.text("operation").flatMap(FieldManager.Operation.init) ?? .apply,
          apiVersion: object.apiVersion, time: entry.text("time").flatMap(Timestamp.read) ?? Self.longAgo,
          owns: entry["fieldsV1"].map(FieldSet.init(fields:)) ?? FieldSet(of: bare))
      }
    } else if entries.isEmpty, let text = applied.annotation(ClientSideApply.annotation),
      let last = try? Value(json: text)
    {
      var owns = FieldSet(of: last)
      owns.members.insert(["f:metadata", "f:annotations", "f:" + ClientSideApply.annotation])
      object.managers = [
        FieldManager(
          name: "kubectl-client-side-apply", operation: .update, apiVersion: object.apiVersion, time: Self.longAgo,
          owns: owns)
      ]
    }
    var metadata = object["metadata"] ?? [:]
    for (key, value) in Self.given(object) { metadata.fill(value, at: key) }
    object.put(metadata, at: "metadata")
    return object.canonical
  }

  /// A short form that is expanded to `object` again.
  func compact(_ object: Value) -> Value {
    var written = object
    let managers = object.managers
    if let owner = managers.first, owner.operation == .apply, managers.count == 1 {
      // What nobody owns, the API server has filled in.
      var bare = object
      bare.put(nil, at: "metadata", "managedFields")
      let unowned = FieldSet(of: bare).members.subtracting(owner.owns.members)
      var candidate = ServerSideApply.without(unowned.filter { $0.first != "f:status" }, bare)
      var entry: Value = ["manager": .string(owner.name), "operation": "Apply"]
      if owner.time != Self.longAgo { entry.put(.string(Timestamp.text(owner.time)), at: "time") }
      candidate.put([entry], at: "metadata", "managedFields")
      if expanded(candidate) == object { written = candidate }
    }
    for (key, value) in Self.given(object) where written.at("metadata", key) == value {
      written.put(nil, at: "metadata", key)
    }
    return written
  }

  /// What an object of a description has in its metadata where nothing is said.
  private static func given(_ object: Value) -> [(key: String, value: Value)] {
    let always: [(key: String, value: Value)] = [
      ("uid", .string(StableHash.uuid("object \(object.id)"))), ("resourceVersion", "1"),
      ("creationTimestamp", .string(Timestamp.text(longAgo))),
    ]
    return hasGeneration(object) ? always + [("generation", 1)] : always
  }

  /// The cluster without what controllers make anew, and what carries no configuration.
  var normalized: Cluster {
    var cluster = Cluster(version: version, node: node)
    (cluster.podNetwork, cluster.images, cluster.criSocket) = (podNetwork, images, criSocket)
    cluster.answers = answers == nil ? nil : Self.longAgo
    cluster.due = Self.longAgo
    for (id, object) in objects.unordered where !isDerived(id, object) {
      var plain = object
      plain.put(nil, at: "status")
      for key in ["uid", "resourceVersion", "creationTimestamp", "generation"] { plain.put(nil, at: "metadata", key) }
      // Who has written what by other ways than apply is told by nothing that is applied.
      plain.managers = object.managers.filter { $0.operation == .apply }.map { manager in
        var manager = manager
        manager.time = Self.longAgo
        return manager
      }
      if id.kind == "Node" {
        let taints = plain.elements("spec", "taints").filter { $0.text("key") != "node.kubernetes.io/not-ready" }
        plain.put(taints.isEmpty ? nil : .array(taints), at: "spec", "taints")
      }
      cluster.objects[id] = cluster.expanded(plain)
    }
    return cluster
  }

  /// Whether controllers make it anew where it is missing.
  private func isDerived(_ id: ObjectID, _ object: Value) -> Bool {
    switch id.kind {
    case "Event", "ReplicaSet": return true
    case "Pod": return object.controller != nil
    case "ServiceAccount", "ConfigMap":
      return Machine.Step.contents(of: id.namespace).contains {
        $0.id == id && expanded($0).withoutTimes == object.withoutTimes
      }
    default: return false
    }
  }
}

extension Value {
  /// An object less all that differs between two that were made alike.
  fileprivate var withoutTimes: Value {
    var object = self
    object.put(nil, at: "status")
    for key in ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"] {
      object.put(nil, at: "metadata", key)
    }
    return object
  }
}
