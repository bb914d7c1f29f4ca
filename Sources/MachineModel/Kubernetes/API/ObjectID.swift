/// Which object of a cluster: no two have the same.
struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Empty for the core group.
  var group: String
  var kind: String
  /// Empty for what stands in no namespace.
  var namespace: String
  var name: String

  init(_ kind: String, _ namespace: String, _ name: String, group: String = "") {
    self.group = group
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  /// `ConfigMap kube-system/kube-proxy`, or `Node reference`.
  var description: String { namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)" }

  static func < (a: ObjectID, b: ObjectID) -> Bool {
    (a.kind, a.group, a.namespace, a.name) < (b.kind, b.group, b.namespace, b.name)
  }
}
