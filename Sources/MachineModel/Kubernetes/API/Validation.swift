import Values

/// What the API server refuses of what an install may send (pkg/apis/*/validation).
enum Validation {
  static func check(_ object: Value, over live: Value?) throws(RequestError) {
    try checkName(object)
    switch object.kindName {
    case "Deployment", "DaemonSet", "ReplicaSet", "StatefulSet": try checkWorkload(object, live)
    case "Pod":
      if let live { try checkPod(object, live) }
    case "ClusterRoleBinding", "RoleBinding":
      guard let live, live["roleRef"] != object["roleRef"] else { return }
      let role = object["roleRef"]
      throw .invalid(
        object.kindName, object.name,
        "roleRef: Invalid value: rbac.RoleRef{APIGroup:\"\(role?.text("apiGroup") ?? "")\", "
          + "Kind:\"\(role?.text("kind") ?? "")\", Name:\"\(role?.text("name") ?? "")\"}: cannot change roleRef")
    case "Secret":
      guard let live, live["type"] != object["type"] else { return }
      throw .immutable("Secret", object.name, "type", "\"\(object.text("type") ?? "")\"")
    default: break
    }
  }

  private static func checkName(_ object: Value) throws(RequestError) {
    let name = object.name
    guard !name.isEmpty else {
      throw RequestError(
        reason: .client,
        message: "error when retrieving current configuration of an object: resource name may not be empty")
    }
    // Roles may have names such as system:node.
    if object.group == "rbac.authorization.k8s.io" { return }
    let isLabel = name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.first != "-" && part.last != "-"
        && part.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
    }
    guard !isLabel || name.utf8.count > 253 else { return }
    throw .invalid(
      object.kindName, name,
      "metadata.name: Invalid value: \"\(name)\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
        + "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
        + #"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#)
  }

  private static func checkWorkload(_ object: Value, _ live: Value?) throws(RequestError) {
    let wanted = object.at("spec", "selector", "matchLabels")?.map ?? [:]
    let template = object.at("spec", "template") ?? [:]
    if let live, live.at("spec", "selector") != object.at("spec", "selector") {
      throw .immutable(
        object.kindName, object.name, "spec.selector",
        "v1.LabelSelector{MatchLabels:\(goMap(wanted)), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}")
    }
    guard template.matches(labels: wanted), !wanted.isEmpty else {
      let labels = template.at("metadata", "labels")?.map ?? [:]
      throw .invalid(
        object.kindName, object.name,
        "spec.template.metadata.labels: Invalid value: \(goMap(labels)): `selector` does not match template `labels`")
    }
    guard !(template.at("spec", "containers")?.array ?? []).isEmpty else {
      throw .invalid(object.kindName, object.name, "spec.template.spec.containers: Required value")
    }
  }

  private static func checkPod(_ object: Value, _ live: Value) throws(RequestError) {
    // Only images and a few fields of a pod can be changed.
    func fixed(_ pod: Value) -> Value {
      var spec = pod["spec"] ?? [:]
      let containers = spec.elements("containers").map { container in
        var container = container
        container.put(nil, at: "image")
        return container
      }
      spec.put(.array(containers), at: "containers")
      spec.put(nil, at: "tolerations")
      return spec
    }
    guard fixed(object) != fixed(live) else { return }
    throw .invalid(
      "Pod", object.name,
      "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`, "
        + "`spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing "
        + "tolerations)")
  }

  /// A map as Go prints it with `%#v`.
  private static func goMap(_ map: ValueMap) -> String {
    "map[string]string{" + map.map { "\"\($0.key)\":\"\($0.value.string ?? "")\"" }.joined(separator: ", ") + "}"
  }
}
