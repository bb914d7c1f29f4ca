import Values

/// The kinds whose pods are made from a template and rolled out.
enum WorkloadKind: String, WordArgument {
  case daemonSet = "DaemonSet"
  case deployment = "Deployment"

  static var blank: WorkloadKind { .daemonSet }
}

/// A DaemonSet or Deployment as the API server shows it.
struct Workload {
  let kind: WorkloadKind
  let object: Value

  /// nil if there is none.
  static func find(
    _ kind: WorkloadKind, _ name: ObjectName, _ namespace: NamespaceName, _ kubectl: Kubectl
  ) async throws -> Workload? {
    try await kubectl.get([kind.rawValue.lowercased(), name.text, "-n", namespace.text]).first.map {
      Workload(kind: kind, object: $0)
    }
  }

  /// The labels that select its pods, as kubectl takes them.
  var selector: String {
    let labels = (object["spec", "selector", "matchLabels"]?.map ?? [:]).map { "\($0)=\($1.string ?? "")" }
    let expressions = (object["spec", "selector", "matchExpressions"]?.array ?? []).compactMap(Self.requirement)
    return (labels + expressions).joined(separator: ",")
  }

  private static func requirement(_ expression: Value) -> String? {
    guard let key = expression["key"]?.string else { return nil }
    let values = (expression["values"]?.array ?? []).compactMap(\.string).joined(separator: ",")
    return switch expression["operator"]?.string {
    case "In": "\(key) in (\(values))"
    case "NotIn": "\(key) notin (\(values))"
    case "Exists": key
    case "DoesNotExist": "!\(key)"
    default: nil
    }
  }

  private func status(_ field: String) -> Int { object["status", field]?.integer ?? 0 }

  var available: Int { status(kind == .daemonSet ? "numberAvailable" : "availableReplicas") }

  /// What is still to be done until all its pods are of the present template and available; nil if nothing is.
  ///
  /// As `kubectl rollout status` judges it (polymorphichelpers/rollout_status.go).
  var shortfall: String? {
    guard status("observedGeneration") >= object["metadata", "generation"]?.integer ?? 0 else {
      return "its controller has not seen it yet"
    }
    let (wanted, updated): (Int, Int)
    switch kind {
    case .daemonSet: (wanted, updated) = (status("desiredNumberScheduled"), status("updatedNumberScheduled"))
    case .deployment: (wanted, updated) = (object["spec", "replicas"]?.integer ?? 1, status("updatedReplicas"))
    }
    guard updated >= wanted else { return "\(updated) of \(wanted) pods are of the present template" }
    let former = kind == .deployment ? status("replicas") - updated : 0
    guard former <= 0 else { return "\(former) pods of the former template are still there" }
    guard available >= wanted else { return "\(available) of \(wanted) pods are available" }
    return nil
  }

  /// The names of the ConfigMaps that its pods read when they start.
  var configMaps: [String] {
    let pod = object["spec", "template", "spec"] ?? .null
    let volumes = pod["volumes"]?.array ?? []
    let containers = (pod["initContainers"]?.array ?? []) + (pod["containers"]?.array ?? [])
    var names = volumes.flatMap { volume in
      [volume["configMap", "name"]]
        + (volume["projected", "sources"]?.array ?? []).map { $0["configMap", "name"] }
    }
    for container in containers {
      names += (container["envFrom"]?.array ?? []).map { $0["configMapRef", "name"] }
      names += (container["env"]?.array ?? []).map { $0["valueFrom", "configMapKeyRef", "name"] }
    }
    return Set(names.compactMap { $0?.string }).sorted()
  }
}
