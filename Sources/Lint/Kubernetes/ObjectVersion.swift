/// A version of some kinds of objects that Kubernetes came to have, or has no more.
///
/// Source: "Deprecated API Migration Guide", kubernetes.io, as of Kubernetes 1.34.
struct ObjectVersion: Sendable {
  var apiVersion: String
  var kinds: [String]
  /// The first release that has it.
  var added = 0
  /// The first release that does not have it any more.
  var removed = Int.max
  /// What to write instead.
  var instead = ""

  /// What is known of an object's version; nil for what every release has, or somebody else defines.
  static func find(apiVersion: String, kind: String) -> ObjectVersion? {
    all.first { $0.apiVersion == apiVersion && $0.kinds.contains(kind) }
  }

  private static func gone(_ removed: Int, _ apiVersion: String, _ kinds: [String], _ instead: String) -> ObjectVersion
  {
    ObjectVersion(apiVersion: apiVersion, kinds: kinds, removed: removed, instead: "write \(instead)")
  }

  private static func new(_ added: Int, _ apiVersion: String, _ kinds: [String], _ instead: String) -> ObjectVersion {
    ObjectVersion(apiVersion: apiVersion, kinds: kinds, added: added, instead: "before that it is \(instead)")
  }

  private static let flowControl = ["FlowSchema", "PriorityLevelConfiguration"]
  private static let autoscaler = ["HorizontalPodAutoscaler"]
  private static let admission = "the label pod-security.kubernetes.io/enforce of a Namespace"

  private static let all: [ObjectVersion] = [
    gone(32, "flowcontrol.apiserver.k8s.io/v1beta3", flowControl, "flowcontrol.apiserver.k8s.io/v1"),
    gone(29, "flowcontrol.apiserver.k8s.io/v1beta2", flowControl, "flowcontrol.apiserver.k8s.io/v1"),
    gone(26, "flowcontrol.apiserver.k8s.io/v1beta1", flowControl, "flowcontrol.apiserver.k8s.io/v1beta3"),
    gone(27, "storage.k8s.io/v1beta1", ["CSIStorageCapacity"], "storage.k8s.io/v1"),
    gone(26, "autoscaling/v2beta2", autoscaler, "autoscaling/v2"),
    gone(25, "autoscaling/v2beta1", autoscaler, "autoscaling/v2"),
    gone(25, "batch/v1beta1", ["CronJob"], "batch/v1"),
    gone(25, "discovery.k8s.io/v1beta1", ["EndpointSlice"], "discovery.k8s.io/v1"),
    gone(25, "events.k8s.io/v1beta1", ["Event"], "events.k8s.io/v1"),
    gone(25, "policy/v1beta1", ["PodDisruptionBudget"], "policy/v1"),
    gone(25, "policy/v1beta1", ["PodSecurityPolicy"], admission),
    gone(25, "node.k8s.io/v1beta1", ["RuntimeClass"], "node.k8s.io/v1"),
    gone(
      22, "admissionregistration.k8s.io/v1beta1", ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
      "admissionregistration.k8s.io/v1"),
    gone(22, "apiextensions.k8s.io/v1beta1", ["CustomResourceDefinition"], "apiextensions.k8s.io/v1"),
    gone(22, "apiregistration.k8s.io/v1beta1", ["APIService"], "apiregistration.k8s.io/v1"),
    gone(22, "authentication.k8s.io/v1beta1", ["TokenReview"], "authentication.k8s.io/v1"),
    gone(
      22, "authorization.k8s.io/v1beta1",
      ["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
      "authorization.k8s.io/v1"),
    gone(22, "certificates.k8s.io/v1beta1", ["CertificateSigningRequest"], "certificates.k8s.io/v1"),
    gone(22, "coordination.k8s.io/v1beta1", ["Lease"], "coordination.k8s.io/v1"),
    gone(22, "extensions/v1beta1", ["Ingress"], "networking.k8s.io/v1"),
    gone(22, "networking.k8s.io/v1beta1", ["Ingress", "IngressClass"], "networking.k8s.io/v1"),
    gone(
      22, "rbac.authorization.k8s.io/v1beta1", ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
      "rbac.authorization.k8s.io/v1"),
    gone(22, "scheduling.k8s.io/v1beta1", ["PriorityClass"], "scheduling.k8s.io/v1"),
    gone(
      22, "storage.k8s.io/v1beta1", ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], "storage.k8s.io/v1"),
    gone(16, "extensions/v1beta1", ["DaemonSet", "Deployment", "ReplicaSet"], "apps/v1"),
    gone(16, "extensions/v1beta1", ["NetworkPolicy"], "networking.k8s.io/v1"),
    gone(16, "extensions/v1beta1", ["PodSecurityPolicy"], admission),
    gone(16, "apps/v1beta1", ["Deployment", "ReplicaSet", "StatefulSet"], "apps/v1"),
    gone(16, "apps/v1beta2", ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], "apps/v1"),

    new(29, "flowcontrol.apiserver.k8s.io/v1", flowControl, "flowcontrol.apiserver.k8s.io/v1beta3"),
    new(26, "flowcontrol.apiserver.k8s.io/v1beta3", flowControl, "flowcontrol.apiserver.k8s.io/v1beta2"),
    new(24, "storage.k8s.io/v1", ["CSIStorageCapacity"], "storage.k8s.io/v1beta1"),
    new(23, "autoscaling/v2", autoscaler, "autoscaling/v2beta2"),
    new(21, "batch/v1", ["CronJob"], "batch/v1beta1"),
    new(21, "discovery.k8s.io/v1", ["EndpointSlice"], "discovery.k8s.io/v1beta1"),
    new(21, "policy/v1", ["PodDisruptionBudget"], "policy/v1beta1"),
    new(20, "node.k8s.io/v1", ["RuntimeClass"], "node.k8s.io/v1beta1"),
    new(19, "networking.k8s.io/v1", ["Ingress", "IngressClass"], "networking.k8s.io/v1beta1"),
  ]
}
