import Values

/// An object of the API as a runbook or a manifest has it: plain data that says what it is and how it is called.
struct KubernetesObject {
  var value: Value
  /// Where it stands: `objects[3]`, `manifest, line 12`.
  var place: String

  var apiVersion: String { value["apiVersion"]?.string ?? "" }
  var kind: String { value["kind"]?.string ?? "" }
  var name: String { value["metadata"]?["name"]?.string ?? "" }
  var namespace: String? { value["metadata"]?["namespace"]?.string }
  /// The API group; empty for the core group.
  var group: String { Self.group(apiVersion) }

  private static func group(_ apiVersion: String) -> String {
    apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
  }

  /// `Deployment default/vsr`, `ClusterRole 6windgate-role`: what people, records and error texts call it.
  var id: String { "\(kind) \(namespace.map { $0 + "/" } ?? "")\(name)" }

  /// Where it stands and what it is: `objects[3] (Deployment vsr)`.
  var label: String { "\(place) (\(kind) \(name))" }

  /// Just enough of it to find it.
  var reference: Value {
    var metadata: ValueMap = ["name": .string(name)]
    if let namespace { metadata["namespace"] = .string(namespace) }
    return ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": .map(metadata)]
  }

  /// Whether `live`, which the API server showed, is this object.
  func isSame(as live: Value) -> Bool {
    live["kind"]?.string == kind && live["metadata"]?["name"]?.string == name
      && Self.group(live["apiVersion"]?.string ?? "") == group
      && (namespace == nil || live["metadata"]?["namespace"]?.string == namespace)
  }

  /// The same in `namespace` if it has none itself and its kind lives in namespaces.
  func placed(in namespace: String?) -> KubernetesObject {
    // What has no metadata is told as it came.
    guard value["metadata"]?.map != nil, self.namespace == nil,
      let namespace = namespace ?? (isBuiltIn || isNetwork ? "default" : nil),
      !Self.clusterKinds.contains(kind)
    else { return self }
    var object = self
    object.value.set("metadata", "namespace", to: .string(namespace))
    return object
  }

  /// Whether its kind comes with Kubernetes itself.
  var isBuiltIn: Bool { !group.contains(".") || group.hasSuffix(".k8s.io") && !Self.foreignGroups.contains(group) }

  var isNetwork: Bool { kind == "NetworkAttachmentDefinition" }

  /// Groups below k8s.io that do not come with Kubernetes.
  private static let foreignGroups: Set = ["snapshot.storage.k8s.io", "metrics.k8s.io", "gateway.networking.k8s.io"]

  /// The built-in kinds that live in no namespace.
  private static let clusterKinds: Set = [
    "APIService", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding", "ComponentStatus", "CSIDriver",
    "CSINode", "CustomResourceDefinition", "FlowSchema", "IngressClass", "MutatingWebhookConfiguration", "Namespace",
    "Node", "PersistentVolume", "PodSecurityPolicy", "PriorityClass", "PriorityLevelConfiguration", "RuntimeClass",
    "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
    "VolumeAttachment",
  ]
}
