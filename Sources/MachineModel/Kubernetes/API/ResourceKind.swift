/// A kind of objects that the API server has.
struct ResourceKind: Equatable, Sendable {
  var group = ""
  var version = "v1"
  var kind: String
  var plural: String
  /// What kubectl takes for the plural.
  var shortNames: [String] = []
  var isNamespaced = true
  /// The minor versions of Kubernetes that have this version of it.
  var since = 0
  var until = Int.max

  var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  /// As error texts name it: `daemonsets.apps`, `configmaps`.
  var resource: String { group.isEmpty ? plural : "\(plural).\(group)" }

  /// Whether it is what a person calls `word`: `pods`, `po`, `daemonset.apps`, `Deployment`.
  func isCalled(_ word: String) -> Bool {
    let parts = word.lowercased().split(separator: ".", maxSplits: 1)
    guard let name = parts.first.map(String.init) else { return false }
    if parts.count == 2, parts[1] != group, !parts[1].hasSuffix(".\(group)") { return false }
    return name == plural || name == kind.lowercased() || shortNames.contains(name)
  }

  private static func kind(
    _ kind: String, _ plural: String, _ group: String = "", _ version: String = "v1", short: [String] = [],
    namespaced: Bool = true, since: Int = 0, until: Int = .max
  ) -> ResourceKind {
    ResourceKind(
      group: group, version: version, kind: kind, plural: plural, shortNames: short, isNamespaced: namespaced,
      since: since, until: until)
  }

  private static let rbac = "rbac.authorization.k8s.io"
  private static let extensions = "apiextensions.k8s.io"

  /// All that a control plane has by itself, as far as an install meets it; the preferred version of each first.
  ///
  /// Source of the versions: "Deprecated API Migration Guide", kubernetes.io.
  static let builtin: [ResourceKind] = [
    kind("Namespace", "namespaces", short: ["ns"], namespaced: false),
    kind("Node", "nodes", short: ["no"], namespaced: false),
    kind("Pod", "pods", short: ["po"]), kind("ConfigMap", "configmaps", short: ["cm"]),
    kind("Secret", "secrets"), kind("Service", "services", short: ["svc"]),
    kind("ServiceAccount", "serviceaccounts", short: ["sa"]), kind("Event", "events", short: ["ev"]),
    kind("Endpoints", "endpoints", short: ["ep"]), kind("LimitRange", "limitranges", short: ["limits"]),
    kind("ResourceQuota", "resourcequotas", short: ["quota"]),
    kind("PersistentVolume", "persistentvolumes", short: ["pv"], namespaced: false),
    kind("PersistentVolumeClaim", "persistentvolumeclaims", short: ["pvc"]),
    kind("Deployment", "deployments", "apps", short: ["deploy"]),
    kind("DaemonSet", "daemonsets", "apps", short: ["ds"]),
    kind("ReplicaSet", "replicasets", "apps", short: ["rs"]),
    kind("StatefulSet", "statefulsets", "apps", short: ["sts"]),
    kind("ControllerRevision", "controllerrevisions", "apps"),
    kind("Job", "jobs", "batch"), kind("CronJob", "cronjobs", "batch", short: ["cj"], since: 21),
    kind("ClusterRole", "clusterroles", rbac, namespaced: false),
    kind("ClusterRoleBinding", "clusterrolebindings", rbac, namespaced: false),
    kind("Role", "roles", rbac), kind("RoleBinding", "rolebindings", rbac),
    kind("ClusterRole", "clusterroles", rbac, "v1beta1", namespaced: false, until: 22),
    kind("ClusterRoleBinding", "clusterrolebindings", rbac, "v1beta1", namespaced: false, until: 22),
    kind("Role", "roles", rbac, "v1beta1", until: 22), kind("RoleBinding", "rolebindings", rbac, "v1beta1", until: 22),
    kind("PodSecurityPolicy", "podsecuritypolicies", "policy", "v1beta1", short: ["psp"], namespaced: false, until: 25),
    kind("PodDisruptionBudget", "poddisruptionbudgets", "policy", short: ["pdb"], since: 21),
    kind("PodDisruptionBudget", "poddisruptionbudgets", "policy", "v1beta1", short: ["pdb"], until: 25),
    kind(
      "CustomResourceDefinition", "customresourcedefinitions", extensions, short: ["crd", "crds"], namespaced: false),
    kind(
      "CustomResourceDefinition", "customresourcedefinitions", extensions, "v1beta1", short: ["crd", "crds"],
      namespaced: false, until: 22),
    kind("PriorityClass", "priorityclasses", "scheduling.k8s.io", short: ["pc"], namespaced: false),
    kind("NetworkPolicy", "networkpolicies", "networking.k8s.io", short: ["netpol"]),
    kind("Ingress", "ingresses", "networking.k8s.io", short: ["ing"]),
    kind("StorageClass", "storageclasses", "storage.k8s.io", short: ["sc"], namespaced: false),
    kind("Lease", "leases", "coordination.k8s.io"),
  ]
}
